import { backend_util, getKernel, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { heap, maxRows, sumColumns, sumRows } from "../dispatch.ts";
import { areFloat, backendName, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { perform } from "../recording.ts";

/** A reduction over neighbouring axes: x is before × reduced × after. */
interface Reduction {
  readonly before: number;
  readonly reduced: number;
  readonly after: number;
  readonly shape: number[];
}

/** The reduction over `axis`, when its axes are neighbours and nothing is empty. */
function reduction(x: TensorInfo, axis: number | number[], keepDims: boolean): Reduction | undefined {
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  if (size(x.shape) === 0 || axes.some((a, i) => i > 0 && a !== axes[i - 1] + 1)) return undefined;
  const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const first = axes[0] ?? x.shape.length, end = first + axes.length;
  return {
    before: size(x.shape.slice(0, first)),
    reduced: size(x.shape.slice(first, end)),
    after: size(x.shape.slice(end)),
    shape: keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape,
  };
}

/** y = Σ x over some axes, or the mean; where the axes are no neighbours x is turned first. */
function total(
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  mean: boolean,
  backend: FastBackend,
): Fresh | undefined {
  if (!areFloat(x) || size(x.shape) === 0) return undefined;
  const over = reduction(x, axis, keepDims);
  if (over === undefined) return ofTurned(x, axis, keepDims, mean, backend);
  const { before, reduced, after } = over, divisor = mean ? reduced : 1;
  const y = backend.reserve(over.shape), from = backend.address(x);
  if (after === 1) sumRows(from, before, reduced, y.address, divisor);
  else {
    for (let i = 0; i < before; i++) {
      sumColumns(from + 4 * i * reduced * after, reduced, after, y.address + 4 * i * after, divisor);
    }
  }
  return y;
}

/** The same with the reduced axes brought to the end. */
function ofTurned(
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  mean: boolean,
  backend: FastBackend,
) {
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const perm = [...x.shape.keys()].filter((a) => !axes.includes(a)).concat(axes);
  const transpose = getKernel("Transpose", backendName)?.kernelFunc;
  const turned = transpose?.({ inputs: { x }, attrs: { perm }, backend }) as TensorInfo;
  const y = total(turned, axes.map((_, i) => x.shape.length - axes.length + i), false, mean, backend);
  backend.disposeIntermediateTensorInfo(turned);
  if (y === undefined || !keepDims) return y;
  return { ...y, shape: backend_util.expandShapeToKeepDim(y.shape, axes) };
}

interface Running {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** yₖ = Σ_{i ≤ k} xᵢ along an axis (i < k where `exclusive`, from the end where `reverse`), summed in float64. */
function runningSum(x: TensorInfo, { axis, exclusive, reverse }: Running, backend: FastBackend) {
  if (!areFloat(x) || x.shape.length === 0) return undefined;
  const [along] = util.parseAxisParam(axis, x.shape), n = x.shape[along];
  const after = size(x.shape.slice(along + 1)), before = size(x.shape.slice(0, along));
  const y = backend.reserve(x.shape), from = backend.address(x), to = y.address;
  perform("Cumsum", [from, to, before, n, after, exclusive, reverse], () => {
    const numbers = heap.floats(), step = reverse ? -after : after;
    for (let i = 0; i < before * after; i++) {
      let at = Math.floor(i / after) * n * after + i % after + (reverse ? (n - 1) * after : 0), sum = 0;
      for (let k = 0; k < n; k++, at += step) {
        const next = sum + numbers[from / 4 + at];
        numbers[to / 4 + at] = exclusive ? sum : next;
        sum = next;
      }
    }
  });
  return y;
}

/** Puts the reductions in place. */
export function provideReductions() {
  provide<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }>(
    "Sum",
    ({ x }, { axis, keepDims }, backend) => total(x, axis, keepDims, false, backend),
  );
  provide<{ x: TensorInfo }, { axis: number | number[]; keepDims: boolean }>(
    "Mean",
    ({ x }, { axis, keepDims }, backend) => total(x, axis, keepDims, true, backend),
  );
  provide<{ x: TensorInfo }, { reductionIndices: number | number[]; keepDims: boolean }>(
    "Max",
    ({ x }, { reductionIndices, keepDims }, backend) => {
      if (!areFloat(x)) return undefined;
      const over = reduction(x, reductionIndices, keepDims);
      if (over === undefined || over.after !== 1) return undefined;
      const y = backend.reserve(over.shape);
      maxRows(backend.address(x), over.before, over.reduced, y.address);
      return y;
    },
  );
  provide<{ x: TensorInfo }, Running>("Cumsum", ({ x }, attrs, backend) => runningSum(x, attrs, backend));
}
