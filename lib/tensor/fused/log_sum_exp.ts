import { expandDims, mul, type Tensor, type TensorInfo } from "@tensorflow/tfjs-core";
import { define } from "../backend.ts";
import { onRows } from "../dispatch.ts";
import { differentiate, expectTensor, runKernel } from "./kernel.ts";

/**
 * ln Σᵢ e^{xᵢ} over the last axis = m + ln Σᵢ e^{xᵢ − m}, m the largest xᵢ.
 *
 * Textbook form: the first one. It overflows to Infinity from xᵢ = 89 on and gives ln 0 below −104; the
 * second has a term that is 1. Rows of −Infinity give −Infinity, a row with Infinity gives Infinity.
 *
 * @param x … × n, n > 0
 * @returns x's shape without its last axis; differentiable any number of times (the gradient is a softmax)
 * @throws TypeError, RangeError for a scalar or an empty axis
 */
export function logSumExp(x: Tensor): Tensor {
  const doing = "take logSumExp";
  expectTensor(doing, "x", x);
  if (x.rank === 0 || x.shape[x.rank - 1] === 0) {
    throw new RangeError(
      `Cannot ${doing}: expected a last axis that is not empty, got shape [${x.shape.join(", ")}]`,
    );
  }
  return runKernel("LogSumExp", { x });
}

export function registerLogSumExp() {
  define<{ x: TensorInfo }, undefined>("LogSumExp", ({ x }, _, backend) => {
    const shape = x.shape.slice(0, -1), n = x.shape[shape.length];
    const y = backend.reserve(shape);
    onRows("logSumExpRows", backend.address(x), shape.reduce((p, d) => p * d, 1), n, y.address, 4);
    return y;
  });
  differentiate("LogSumExp", { inputs: ["x"] }, ([dy], [x]) => ({
    x: () => mul(runKernel<Tensor>("Softmax", { logits: x }, { dim: -1 }), expandDims(dy, -1)),
  }));
}
