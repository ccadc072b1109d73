import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { type KernelFunc, TensorBuffer, type TensorInfo } from "@tensorflow/tfjs-core";

/**
 * What tfjs lets through though no tensor has it: padding that is negative or half a number, an index beyond its
 * axis. Its own kernels then give numbers of another row, ours would read and write other tensors.
 */

/** What a kernel is given; `read` gives the whole numbers of an int32 tensor. */
interface Given {
  readonly inputs: Record<string, TensorInfo | undefined>;
  readonly attrs: Record<string, unknown>;
  readonly read: (x: TensorInfo) => ArrayLike<number>;
}

/** A shape, or any list, as messages show it. */
export const listed = (list: readonly unknown[]): string => `[${list.join(", ")}]`;

export const isCount = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 0;

/** An error that says what was asked for, what would have been right, and what came. */
export const refusal = (
  doing: string,
  wanted: string,
  got: string,
  Kind: ErrorConstructor = RangeError,
): Error => new Kind(`Cannot ${doing}: expected ${wanted}, got ${got}`);

/** @throws RangeError unless every axis has whole numbers of places, none negative, before and behind it */
export function expectPaddings(doing: string, paddings: readonly (readonly number[])[]): void {
  const wrong = paddings.find((pair) => !pair.every(isCount));
  if (wrong !== undefined) throw refusal(doing, "paddings that are whole and not negative", listed(wrong));
}

/** Each row of `indices` is a place in a tensor of this shape, or the beginning of one. */
function expectInside(indices: TensorInfo, shape: readonly number[], read: Given["read"]) {
  const width = indices.shape.length < 2 ? 1 : indices.shape[indices.shape.length - 1];
  const places = read(indices);
  for (let i = 0; i < places.length; i++) {
    const limit = shape[i % width];
    if (limit === undefined || places[i] >= 0 && places[i] < limit) continue;
    const first = i - i % width, place = Array.from(places).slice(first, first + width);
    throw refusal("use an index", `a place in shape ${listed(shape)}`, listed(place));
  }
}

/** What repeats over x, one number for each of its last dimensions. */
function expectRepeats(name: string, own: readonly number[], shape: readonly number[]) {
  const first = own.findIndex((d) => d !== 1), behind = own.length - first;
  if (first < 0 || own.slice(first).every((d, i) => d === shape[shape.length - behind + i])) return;
  const doing = `normalise a batch of shape ${listed(shape)}`;
  throw refusal(doing, `a ${name} that fits`, `shape ${listed(own)}`);
}

/** `buffer.set(value, row, column)` puts a number where it is told, or nowhere: not into the next row. */
export function boundBuffers(): void {
  const set = TensorBuffer.prototype.set;
  TensorBuffer.prototype.set = function (value, ...place) {
    const inside = place.every((at, axis) => at >= 0 && at < (this.shape[axis] ?? Infinity));
    if (inside) return set.call(this, value, ...place);
    throw refusal("set a number", `a place in shape ${listed(this.shape)}`, listed(place));
  };
}

/** By kernel, what throws a RangeError for what no tensor has. */
const checks: Record<string, ((given: Given) => void) | undefined> = {
  PadV2: ({ attrs }) => expectPaddings("pad", attrs.paddings as number[][]),
  MirrorPad: ({ attrs }) => expectPaddings("pad", attrs.paddings as number[][]),
  Slice({ attrs }) {
    const places = [attrs.begin].flat();
    if (!places.every(Number.isInteger)) throw refusal("slice", "whole places to begin at", listed(places));
  },
  Transpose({ inputs: { x }, attrs }) {
    const { shape } = x!, perm = attrs.perm as number[];
    if (perm.length === shape.length && shape.every((_, axis) => perm.includes(axis))) return;
    throw refusal(`transpose a tensor of shape ${listed(shape)}`, "each axis once", listed(perm));
  },
  Reshape({ attrs }) {
    const shape = attrs.shape as number[];
    // One of them may be −1: the rest.
    if (shape.every((d) => isCount(d) || d === -1)) return;
    throw refusal("reshape", "sizes that are whole and not negative", listed(shape));
  },
  GatherNd: ({ inputs: { params, indices }, read }) => expectInside(indices!, params!.shape, read),
  ScatterNd: ({ inputs: { indices }, attrs, read }) => expectInside(indices!, attrs.shape as number[], read),
  TensorScatterUpdate: ({ inputs: { tensor, indices }, read }) => expectInside(indices!, tensor!.shape, read),
  SparseToDense: ({ inputs: { sparseIndices }, attrs, read }) =>
    expectInside(sparseIndices!, attrs.outputShape as number[], read),
  FusedBatchNorm: ({ inputs: { x, mean, variance, offset, scale } }) => {
    for (const [name, part] of Object.entries({ mean, variance, offset, scale })) {
      if (part !== undefined && part !== null) expectRepeats(name, part.shape, x!.shape);
    }
  },
};

/** A kernel that now refuses what is above. */
export function refusing(kernelName: string, kernelFunc: KernelFunc): KernelFunc {
  const check = checks[kernelName];
  if (check === undefined) return kernelFunc;
  return (params) => {
    const { data } = params.backend as MathBackendCPU;
    const { inputs, attrs } = params as unknown as Given;
    check({ inputs, attrs, read: ({ dataId }) => data.get(dataId).values as Int32Array });
    return kernelFunc(params);
  };
}
