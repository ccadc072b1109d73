import { broadcast_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { map, multiply, sumRows } from "../dispatch.ts";
import { type FastBackend, type Fresh, type Named, provide, size } from "../backend.ts";
import { combine } from "./elementwise.ts";

interface Attrs {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly activation?: string;
}

/** Whether it runs as one kernel after a product; other activations are left to tfjs-cpu. */
export const isFast = (activation: string): activation is Activation =>
  (activations as readonly string[]).includes(activation);

/** y ← f(y) on n numbers, in place. */
export function activate(activation: Activation, n: number, y: number) {
  if (activation !== "linear") map(activation, n, y, y);
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

/** y = a · b, as the sum of the products of their entries. */
function dot(a: TensorInfo, b: TensorInfo, depth: number, y: number, backend: FastBackend) {
  const [left, right] = [a, b].map((x) => ({ ...x, shape: [depth] }));
  const products = combine("multiply", left, right, backend) as Fresh;
  sumRows(products.address, 1, depth, y);
  backend.disposeIntermediateTensorInfo(products);
}

/** f(op(A) op(B) + bias), the bias over columns or none: the last two dimensions are matrices, the others a batch. */
function matrixProduct(
  { a, b, bias }: Named<"a" | "b"> & { bias?: TensorInfo },
  { transposeA = false, transposeB = false, activation = "linear" }: Attrs,
  backend: FastBackend,
): Fresh | undefined {
  if (!isFast(activation) || a.shape.length < 2 || b.shape.length < 2) return undefined;
  const [rowsA, columnsA] = a.shape.slice(-2), [rowsB, columnsB] = b.shape.slice(-2);
  const rows = transposeA ? columnsA : rowsA, depth = transposeA ? rowsA : columnsA;
  const columns = transposeB ? rowsB : columnsB;
  const overColumns = !bias || bias.shape.at(-1) === columns && size(bias.shape) === columns;
  if (depth !== (transposeB ? columnsB : rowsB) || !overColumns) return undefined;
  const batchA = a.shape.slice(0, -2), batchB = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const count = size(batch), y = backend.reserve([...batch, rows, columns]), n = size(y.shape);
  if (n === 1 && depth >= LONG && !bias) dot(a, b, depth, y.address, backend);
  else {
    const placeA = placeIn(batchA, batch), placeB = placeIn(batchB, batch);
    const [atA, atB] = [backend.address(a), backend.address(b)], atBias = bias ? backend.address(bias) : 0;
    const [endA, endB, end] = [atA + 4 * size(a.shape), atB + 4 * size(b.shape), y.address + 4 * n];
    for (let i = 0; i < count; i++) {
      const A = { address: atA + 4 * placeA(i) * rowsA * columnsA, end: endA, transposed: transposeA };
      const B = { address: atB + 4 * placeB(i) * rowsB * columnsB, end: endB, transposed: transposeB };
      multiply(A, B, { address: y.address + 4 * i * rows * columns, end }, rows, columns, depth, atBias);
    }
  }
  activate(activation, n, y.address);
  return y;
}

/** Puts the products in place, and our dense layer, which has a gradient of its own, beside them. */
export function provideProducts() {
  for (const name of ["BatchMatMul", "_FusedMatMul", "Dense"]) provide(name, matrixProduct);
}
