import { broadcast_util, type TensorInfo } from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { map, multiply, sumRows } from "../dispatch.ts";
import { areFloat, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { combine } from "./elementwise.ts";

export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Activations that run as one kernel after a product; others are left to tfjs-cpu. */
export type Fast = Activation | null | undefined;

/** Whether `activate` knows it. */
export const isFast = (activation: string | null | undefined): activation is Fast =>
  ([...activations, null, undefined] as unknown[]).includes(activation);

/** y ← f(y), in place. */
export function activate(activation: Fast, y: Pick<Fresh, "shape" | "address">) {
  const name = activation ?? "linear";
  if (name !== "linear") map(name, size(y.shape), y.address, y.address);
}

/** Which matrix of an operand belongs to matrix i of the batch: the operand's dimensions of 1 repeat. */
function placeIn(own: readonly number[], batch: readonly number[]): (i: number) => number {
  const front = batch.length - own.length;
  return (i) => {
    let place = 0, stride = 1, rest = i;
    for (let d = batch.length - 1; d >= front; d--) {
      if (own[d - front] !== 1) place += stride * (rest % batch[d]);
      stride *= own[d - front];
      rest = Math.floor(rest / batch[d]);
    }
    return place;
  };
}

/** Beyond so many terms a row times a column is summed as `tf.sum` sums. */
const LONG = 4096;

/** a · b, as the sum of the products of their entries. */
function longRow(a: TensorInfo, b: TensorInfo, shape: number[], depth: number, backend: FastBackend) {
  const products = combine("multiply", { ...a, shape: [depth] }, { ...b, shape: [depth] }, backend);
  if (products === undefined) return undefined;
  const y = backend.reserve(shape);
  sumRows(backend.address(products), 1, depth, y.address);
  backend.disposeIntermediateTensorInfo(products);
  return y;
}

/** op(A) op(B) (+ bias over columns): the last two dimensions are matrices, the others a batch. */
export function matrixProduct(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA = false, transposeB = false }: Transposed,
  backend: FastBackend,
  bias?: TensorInfo,
): Fresh | undefined {
  if (!areFloat(a, b, bias) || a.shape.length < 2 || b.shape.length < 2) return undefined;
  const [rowsA, columnsA] = a.shape.slice(-2), [rowsB, columnsB] = b.shape.slice(-2);
  const rows = transposeA ? columnsA : rowsA, depth = transposeA ? rowsA : columnsA;
  const columns = transposeB ? rowsB : columnsB;
  if (depth !== (transposeB ? columnsB : rowsB)) return undefined;
  const batchA = a.shape.slice(0, -2), batchB = b.shape.slice(0, -2);
  const batch = batchA.length + batchB.length === 0
    ? []
    : broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const count = size(batch), placeA = placeIn(batchA, batch), placeB = placeIn(batchB, batch);
  if (rows * columns * count === 1 && depth >= LONG && bias === undefined) {
    return longRow(a, b, [...batch, 1, 1], depth, backend);
  }
  const y = backend.reserve([...batch, rows, columns]);
  const [atA, atB] = [backend.address(a), backend.address(b)];
  const atBias = bias === undefined ? 0 : backend.address(bias);
  const [endA, endB, end] = [atA + 4 * size(a.shape), atB + 4 * size(b.shape), y.address + 4 * size(y.shape)];
  for (let i = 0; i < count; i++) {
    multiply(
      { address: atA + 4 * placeA(i) * rowsA * columnsA, end: endA, transposed: transposeA },
      { address: atB + 4 * placeB(i) * rowsB * columnsB, end: endB, transposed: transposeB },
      { address: y.address + 4 * i * rows * columns, end },
      rows,
      columns,
      depth,
      atBias,
    );
  }
  return y;
}

interface FusedInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
}

/** f(op(A) op(B) + bias), with a bias over columns or none. */
function fusedMatMul(
  { a, b, bias }: FusedInputs,
  attrs: Transposed & { activation?: string },
  backend: FastBackend,
): Fresh | undefined {
  const columns = b.shape.at(attrs.transposeB ? -2 : -1), { activation } = attrs;
  const overColumns = !bias || bias.shape.at(-1) === columns && size(bias.shape) === columns;
  if (!isFast(activation) || !overColumns) return undefined;
  const y = matrixProduct(a, b, attrs, backend, bias ?? undefined);
  if (y !== undefined) activate(activation, y);
  return y;
}

/** Puts the products in place. */
export function provideProducts() {
  provide<{ a: TensorInfo; b: TensorInfo }, Transposed>(
    "BatchMatMul",
    ({ a, b }, attrs, backend) => matrixProduct(a, b, attrs, backend),
  );
  provide<FusedInputs, Transposed & { activation?: string }>("_FusedMatMul", fusedMatMul);
}
