import { broadcast_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { map, multiply, sumRows } from "../dispatch.ts";
import { areFloat, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { combine } from "./elementwise.ts";

export interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Whether it runs as one kernel after a product; other activations are left to tfjs-cpu. */
export const isFast = (activation: string): activation is Activation =>
  (activations as readonly string[]).includes(activation);

/** y ← f(y), in place. */
export function activate(activation: Activation, y: Pick<Fresh, "shape" | "address">) {
  if (activation !== "linear") map(activation, size(y.shape), y.address, y.address);
}

/** Which matrix of an operand belongs to matrix i of the batch: the operand's dimensions of 1 repeat. */
function placeIn(own: number[], batch: number[]): (i: number) => number {
  const [from, to] = [batch, own].map(util.computeStrides);
  return (i) => {
    const at = util.indexToLoc(i, batch.length, from).slice(batch.length - own.length);
    return util.locToIndex(at.map((place, d) => own[d] === 1 ? 0 : place), own.length, to);
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
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
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

/** f(op(A) op(B) + bias), with a bias over columns or none. */
function fusedMatMul(
  { a, b, bias }: { a: TensorInfo; b: TensorInfo; bias?: TensorInfo },
  attrs: Transposed & { activation?: string },
  backend: FastBackend,
): Fresh | undefined {
  const columns = b.shape.at(attrs.transposeB ? -2 : -1), activation = attrs.activation ?? "linear";
  const overColumns = !bias || bias.shape.at(-1) === columns && size(bias.shape) === columns;
  if (!isFast(activation) || !overColumns) return undefined;
  const y = matrixProduct(a, b, attrs, backend, bias ?? undefined);
  if (y !== undefined) activate(activation, y);
  return y;
}

/** Puts the products in place, and our dense layer, which has a gradient of its own, beside them. */
export function provideProducts() {
  provide<{ a: TensorInfo; b: TensorInfo }, Transposed>(
    "BatchMatMul",
    ({ a, b }, attrs, backend) => matrixProduct(a, b, attrs, backend),
  );
  for (const name of ["_FusedMatMul", "Dense"]) provide(name, fusedMatMul);
}
