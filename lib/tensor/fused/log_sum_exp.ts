import {
  backend,
  equal,
  exp,
  expandDims,
  logSumExp as stock,
  mul,
  reshape,
  sub,
  Tensor,
  type TensorInfo,
  type TensorLike,
  transpose,
  util,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { define, FastBackend } from "../backend.ts";
import { onRows } from "../dispatch.ts";
import { differentiate, runKernel } from "./kernel.ts";

/**
 * ln Σᵢ e^{xᵢ} over some axes = m + ln Σᵢ e^{xᵢ − m}, m the largest xᵢ.
 *
 * Textbook form: the first one. It overflows to Infinity from xᵢ = 89 on and gives ln 0 below −104; the
 * second has a term that is 1. Where all xᵢ are −Infinity it is −Infinity, with gradient 0; where one is
 * Infinity it is Infinity. (tfjs's own takes −Infinity from −Infinity there.)
 *
 * @param axis axes that are summed over, all by default
 * @returns x's shape without these axes (or with 1 in their place); differentiable any number of times
 */
export function logSumExp<T extends Tensor>(
  x: Tensor | TensorLike,
  axis: number | number[] | null = null,
  keepDims = false,
): T {
  const ours = x instanceof Tensor && x.dtype === "float32" && backend() instanceof FastBackend;
  if (!ours || x.size === 0) return stock<T>(x, axis as number, keepDims);
  const axes = util.parseAxisParam(axis as number, x.shape).sort((a, b) => a - b);
  const others = [...x.shape.keys()].filter((i) => !axes.includes(i)), perm = [...others, ...axes];
  const turned = perm.every((from, to) => from === to) ? x : transpose(x, perm);
  const rows = others.map((i) => x.shape[i]), reduced = util.sizeFromShape(axes.map((i) => x.shape[i]));
  const y = runKernel<Tensor>("LogSumExp", { x: reshape(turned, [...rows, reduced]) });
  return (keepDims ? reshape(y, x.shape.map((d, i) => axes.includes(i) ? 1 : d)) : y) as T;
}

/** Puts it in place, for `x.logSumExp()` too. */
export function registerLogSumExp() {
  define<{ x: TensorInfo }, undefined>("LogSumExp", ({ x }, _, backend) => {
    const shape = x.shape.slice(0, -1), n = x.shape[shape.length];
    const y = backend.reserve(shape);
    onRows("logSumExpRows", backend.address(x), util.sizeFromShape(shape), n, y.address, 4);
    return y;
  });
  // ∂y/∂xᵢ = e^{xᵢ − y}, which is 0 for xᵢ = −Infinity even where y is −Infinity too.
  differentiate("LogSumExp", { inputs: ["x"], outputs: [true] }, ([dy], [x, y]) => ({
    x() {
      const held = where(equal(y, -Infinity), zerosLike(y), y);
      return mul(exp(sub(x, expandDims(held, -1))), expandDims(dy, -1));
    },
  }));
  Tensor.prototype.logSumExp = function <T extends Tensor>(
    this: T,
    axis?: number | number[],
    keepDims?: boolean,
  ) {
    return logSumExp<T>(this, axis, keepDims);
  };
}
