import { backend_util, slice_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { heap, kernels, map, transpose } from "../dispatch.ts";
import { note, perform } from "../recording.ts";
import { areFloat, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { expectPaddings, expectPermutation, expectPlaces } from "../refusals.ts";

/** A box of x that is cut along one axis only (others whole): rows of equal length at a stride. */
function cut(x: TensorInfo, begin: number[], sizes: number[], backend: FastBackend): Fresh | undefined {
  const axis = sizes.findIndex((n, i) => n !== x.shape[i]);
  if (axis >= 0 && sizes.some((n, i) => i > axis && n !== x.shape[i])) return undefined;
  const y = backend.reserve(sizes);
  if (size(sizes) === 0) return y;
  const inner = axis < 0 ? size(x.shape) : size(x.shape.slice(axis + 1));
  const rows = axis < 0 ? 1 : size(x.shape.slice(0, axis));
  const length = axis < 0 ? inner : sizes[axis] * inner;
  const from = backend.address(x) + (axis < 0 ? 0 : 4 * begin[axis] * inner);
  const stride = axis < 0 ? 0 : 4 * x.shape[axis] * inner;
  kernels.copyRows(from, stride, y.address, 4 * length, length, rows);
  return y;
}

/** x₁, x₂, … side by side along one axis. */
function concat(inputs: readonly TensorInfo[], { axis }: { axis: number }, backend: FastBackend) {
  if (inputs.length < 2 || !areFloat(...inputs)) return undefined;
  const along = util.parseAxisParam(axis, inputs[0].shape)[0];
  const shapes = inputs.map((x) => x.shape);
  backend_util.assertParamsConsistent(shapes, along);
  const shape = backend_util.computeOutShape(shapes, along);
  const y = backend.reserve(shape);
  const rows = size(shape.slice(0, along)), stride = 4 * size(shape.slice(along));
  let at = y.address;
  for (const x of inputs) {
    const length = size(x.shape.slice(along));
    if (length === 0) continue;
    kernels.copyRows(backend.address(x), 4 * length, at, stride, length, rows);
    at += 4 * length;
  }
  return y;
}

/** The permutation with axes of size 1 left out and axes that stay together joined. */
function simplify(shape: readonly number[], perm: readonly number[]) {
  const groups: { first: number; size: number }[] = [];
  let previous = -2;
  for (const axis of perm) {
    if (shape[axis] === 1) continue;
    const between = shape.slice(previous + 1, axis);
    if (groups.length > 0 && axis > previous && between.every((d) => d === 1)) {
      groups[groups.length - 1].size *= shape[axis];
    } else groups.push({ first: axis, size: shape[axis] });
    previous = axis;
  }
  const order = [...groups].sort((a, b) => a.first - b.first);
  return { sizes: order.map((g) => g.size), perm: groups.map((g) => order.indexOf(g)) };
}

/** Matrix transposes, alone or in a batch; other permutations are left to tfjs-cpu. */
function permute({ x }: { x: TensorInfo }, { perm }: { perm: number[] }, backend: FastBackend) {
  expectPermutation(perm, x.shape);
  if (!areFloat(x) || size(x.shape) === 0) return undefined;
  const { sizes, perm: order } = simplify(x.shape, perm);
  const isBatch = order.length === 3 && order[0] === 0 && order[1] === 2;
  if (order.length !== 2 && !isBatch && order.length > 1) return undefined;
  const y = backend.reserve(perm.map((axis) => x.shape[axis]));
  const from = backend.address(x);
  if (order.length < 2) {
    kernels.copyRows(from, 0, y.address, 0, size(x.shape), 1);
    return y;
  }
  const [rows, columns] = sizes.slice(-2), batch = isBatch ? sizes[0] : 1;
  for (let i = 0; i < batch; i++) {
    const offset = 4 * i * rows * columns;
    transpose(from + offset, y.address + offset, rows, columns);
  }
  return y;
}

/** x with `value` before and after it along one axis. */
function pad(
  { x }: { x: TensorInfo },
  { paddings, constantValue }: { paddings: readonly (readonly [number, number])[]; constantValue: number },
  backend: FastBackend,
) {
  expectPaddings("pad", paddings);
  const padded = paddings.flatMap(([before, after], axis) => before + after > 0 ? [axis] : []);
  if (!areFloat(x) || padded.length !== 1 || size(x.shape) === 0) return undefined;
  const [axis] = padded, [before, after] = paddings[axis];
  const shape = x.shape.map((d, i) => i === axis ? d + before + after : d);
  const y = backend.reserve(shape);
  const rows = size(x.shape.slice(0, axis)), inner = size(x.shape.slice(axis + 1));
  const length = x.shape[axis] * inner;
  map("fill", size(shape), y.address, constantValue);
  const to = y.address + 4 * before * inner;
  kernels.copyRows(backend.address(x), 4 * length, to, 4 * shape[axis] * inner, length, rows);
  return y;
}

/** Puts the kernels that only move numbers in place. */
export function provideShapes() {
  provide<{ x: TensorInfo }, { begin: number | number[]; size: number | number[] }>(
    "Slice",
    ({ x }, attrs, backend) => {
      expectPlaces(attrs.begin);
      if (!areFloat(x)) return undefined;
      const [begin, sizes] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
      slice_util.assertParamsValid(x, begin, sizes);
      return cut(x, begin, sizes, backend);
    },
  );
  provide<{ x: TensorInfo }, { numOrSizeSplits: number | number[]; axis: number }>(
    "SplitV",
    ({ x }, { numOrSizeSplits, axis }, backend) => {
      if (!areFloat(x)) return undefined;
      const along = util.parseAxisParam(axis, x.shape)[0];
      const lengths = backend_util.prepareSplitSize(
        x as Parameters<typeof backend_util.prepareSplitSize>[0],
        numOrSizeSplits,
        along,
      );
      const begin = x.shape.map(() => 0);
      return lengths.map((length) => {
        const part = cut(x, begin, x.shape.map((d, i) => i === along ? length : d), backend) as Fresh;
        begin[along] += length;
        return part;
      });
    },
  );
  provide<readonly TensorInfo[], { axis: number }>("Concat", concat);
  // tfjs-cpu lets the float tensor share the integers' array; ours need floats on the heap.
  provide<{ x: TensorInfo }, { dtype: string }>("Cast", ({ x }, { dtype }, backend) => {
    if (dtype !== "float32" || (x.dtype !== "int32" && x.dtype !== "bool")) return undefined;
    note(x);
    const y = backend.reserve(x.shape), values = backend.data.get(x.dataId).values as Int32Array;
    perform("Cast", [y.address], () => heap.floats().set(values, y.address / 4));
    return y;
  });
  provide<{ x: TensorInfo }, { perm: number[] }>("Transpose", permute);
  provide("PadV2", pad);
}
