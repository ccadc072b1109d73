import { backend_util, slice_util, type Tensor, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { copyRows, heap, map, transpose } from "../dispatch.ts";
import { note, perform } from "../recording.ts";
import { type FastBackend, type Fresh, type Named, provide, size } from "../backend.ts";

/** y[…, to + i, …] = x[…, from + i, …] for i < length along one axis; in the others x and y are alike. */
function copyAlong(
  axis: number,
  length: number,
  x: TensorInfo,
  from: number,
  y: Fresh,
  to: number,
  backend: FastBackend,
) {
  const inner = 4 * size(x.shape.slice(axis + 1)), rows = size(x.shape.slice(0, axis));
  const source = backend.address(x) + inner * from, target = y.address + inner * to;
  copyRows(source, inner * x.shape[axis], target, inner * y.shape[axis], length * inner / 4, rows);
}

/** A box of x that is cut along one axis at most. */
function cut(x: TensorInfo, begin: number[], sizes: number[], backend: FastBackend): Fresh | undefined {
  const [axis = 0, ...others] = [...sizes.keys()].filter((i) => sizes[i] !== x.shape[i]);
  if (others.length > 0) return undefined;
  const y = backend.reserve(sizes);
  if (sizes.length === 0) copyRows(backend.address(x), 0, y.address, 0, 1, 1);
  else copyAlong(axis, sizes[axis], x, begin[axis], y, 0, backend);
  return y;
}

/** x₁, x₂, … side by side along one axis. */
function concat(inputs: readonly TensorInfo[], { axis }: { axis: number }, backend: FastBackend) {
  if (inputs.length < 2) return undefined;
  const [along] = util.parseAxisParam(axis, inputs[0].shape), shapes = inputs.map((x) => x.shape);
  backend_util.assertParamsConsistent(shapes, along);
  const y = backend.reserve(backend_util.computeOutShape(shapes, along));
  let at = 0;
  for (const x of inputs) {
    copyAlong(along, x.shape[along], x, 0, y, at, backend);
    at += x.shape[along];
  }
  return y;
}

/**
 * Matrix transposes, alone or in a batch: of the axes that are longer than 1 some stay in front, then two groups of
 * neighbours change places. Other permutations are left to tfjs-cpu.
 */
function permute({ x }: Named<"x">, { perm }: { perm: number[] }, backend: FastBackend) {
  const axes = perm.filter((axis) => x.shape[axis] !== 1), order = axes.toSorted((a, b) => a - b);
  const first = axes.findIndex((axis, i) => axis !== order[i]), middle = order.indexOf(axes[first]);
  const turned = [...order.slice(middle), ...order.slice(first, middle)];
  if (first >= 0 && turned.some((axis, i) => axis !== axes[first + i])) return undefined;
  const y = backend.reserve(perm.map((axis) => x.shape[axis])), from = backend.address(x);
  if (first < 0) {
    copyRows(from, 0, y.address, 0, size(x.shape), 1);
    return y;
  }
  const [batch, rows, columns] = [[0, first], [first, middle], [middle, order.length]]
    .map(([start, end]) => size(order.slice(start, end).map((axis) => x.shape[axis])));
  for (let i = 0; i < batch; i++) {
    const offset = 4 * i * rows * columns;
    transpose(from + offset, y.address + offset, rows, columns);
  }
  return y;
}

/** x with `value` before and after it along one axis. */
function pad(
  { x }: Named<"x">,
  { paddings, constantValue }: { paddings: readonly (readonly [number, number])[]; constantValue: number },
  backend: FastBackend,
) {
  const [axis, ...others] = [...paddings.keys()].filter((i) => paddings[i][0] + paddings[i][1] > 0);
  if (axis === undefined || others.length > 0) return undefined;
  const y = backend.reserve(x.shape.map((d, i) => d + paddings[i][0] + paddings[i][1]));
  map("fill", size(y.shape), y.address, constantValue);
  copyAlong(axis, x.shape[axis], x, 0, y, paddings[axis][0], backend);
  return y;
}

/** Puts the kernels that only move numbers in place. */
export function provideShapes() {
  provide<{ begin: number | number[]; size: number | number[] }>("Slice", ({ x }, attrs, backend) => {
    const [begin, sizes] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
    slice_util.assertParamsValid(x, begin, sizes);
    return cut(x, begin, sizes, backend);
  });
  provide<{ numOrSizeSplits: number | number[]; axis: number }>("SplitV", ({ x }, attrs, backend) => {
    const [along] = util.parseAxisParam(attrs.axis, x.shape), begin = x.shape.map(() => 0);
    return backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, along).map((length) => {
      const part = cut(x, begin, x.shape.map((d, i) => i === along ? length : d), backend) as Fresh;
      begin[along] += length;
      return part;
    });
  });
  provide("Concat", concat);
  // tfjs-cpu lets the float tensor share the integers' array; ours need floats on the heap.
  provide<{ dtype: string }>("Cast", ({ x }, { dtype }, backend) => {
    if (dtype !== "float32") return undefined;
    note(x);
    const y = backend.reserve(x.shape), values = backend.data.get(x.dataId).values as Int32Array;
    const spans = [{ at: y.address, bytes: 4 * values.length, writes: true }];
    perform("Cast", [y.address], () => heap.floats().set(values, y.address / 4), { spans, ordered: true });
    return y;
  }, ["int32", "bool"]);
  provide("Transpose", permute);
  provide("PadV2", pad);
}
