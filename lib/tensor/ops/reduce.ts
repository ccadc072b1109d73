import { backend_util, getKernel, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { heap, maxRows, sumColumns, sumRows } from "../dispatch.ts";
import { backendName, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { perform } from "../recording.ts";

type Axes = number | number[];

/** A reduction from before × reduced × after numbers to before × after. */
type Run = (from: number, before: number, reduced: number, after: number, to: number) => void;

const turned = (x: TensorInfo, perm: number[], backend: FastBackend) =>
  getKernel("Transpose", backendName).kernelFunc({ inputs: { x }, attrs: { perm }, backend }) as TensorInfo;

/**
 * A reduction by `run`. Where the reduced axes are no neighbours, or not the last ones though `run` wants `rows`,
 * they are brought to the end first.
 */
function reduce(
  x: TensorInfo,
  axis: Axes,
  keepDims: boolean,
  backend: FastBackend,
  run: Run,
  rows = false,
): Fresh | undefined {
  if (size(x.shape) === 0) return undefined;
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const kept = [...x.shape.keys()].filter((i) => !axes.includes(i)), first = axes[0] ?? kept.length;
  const inPlace = axes.every((a, i) => a === first + i) && (first === kept.length || !rows);
  const source = inPlace ? x : turned(x, [...kept, ...axes], backend), start = inPlace ? first : kept.length;
  const end = start + axes.length,
    between = (from: number, to?: number) => size(source.shape.slice(from, to));
  const shape = kept.map((i) => x.shape[i]);
  const y = backend.reserve(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape);
  run(backend.address(source), between(0, start), between(start, end), between(end), y.address);
  if (source !== x) backend.disposeIntermediateTensorInfo(source);
  return y;
}

/** Σ over the reduced numbers, or their mean. */
const total = (mean: boolean): Run => (from, before, reduced, after, to) => {
  const divisor = mean ? reduced : 1;
  if (after === 1) return sumRows(from, before, reduced, to, divisor);
  for (let i = 0; i < before; i++) {
    sumColumns(from + 4 * i * reduced * after, reduced, after, to + 4 * i * after, divisor);
  }
};

interface Running {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** yₖ = Σ_{i ≤ k} xᵢ along an axis (i < k where `exclusive`, from the end where `reverse`), summed in float64. */
function runningSum(x: TensorInfo, { axis, exclusive, reverse }: Running, backend: FastBackend) {
  if (x.shape.length === 0) return undefined;
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
  for (const kernelName of ["Sum", "Mean"]) {
    const run = total(kernelName === "Mean");
    provide<{ axis: Axes; keepDims: boolean }>(
      kernelName,
      ({ x }, { axis, keepDims }, backend) => reduce(x, axis, keepDims, backend, run),
    );
  }
  const maxima: Run = (from, before, reduced, _, to) => maxRows(from, before, reduced, to);
  provide<{ reductionIndices: Axes; keepDims: boolean }>(
    "Max",
    ({ x }, attrs, backend) => reduce(x, attrs.reductionIndices, attrs.keepDims, backend, maxima, true),
  );
  provide<Running>("Cumsum", ({ x }, attrs, backend) => runningSum(x, attrs, backend));
}
