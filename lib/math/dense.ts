import { products } from "./native.ts";

/**
 * Products of matrices already known to be well formed: the loops behind `matmul` and inside iterations,
 * where checking every argument would cost as much as the product.
 */
type Rows = readonly (readonly number[])[];

/** The library's product where one is in use and it pays: from about 32³ multiplications on. */
const byLibrary = (A: Rows, B: Rows, work: number, turnA = false, turnB = false): number[][] | undefined =>
  work < 30_000 ? undefined : products()?.dgemm(A, B, turnA, turnB);

/** The rows of a matrix one behind the other; with `turned`, those of its transpose. */
function inARow(B: Rows, turned = false): Float64Array {
  const rows = B.length, columns = B[0].length, flat = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = B[i];
    for (let j = 0; j < columns; j++) flat[turned ? j * rows + i : i * columns + j] = row[j];
  }
  return flat;
}

/** A B, B given in a row: each sum from its first term to its last, four columns at once in registers. */
function times(A: Rows, B: Float64Array, columns: number): number[][] {
  return A.map((row) => {
    const out = new Array<number>(columns), depth = row.length;
    let j = 0;
    for (; j + 3 < columns; j += 4) {
      let a = 0, b = 0, c = 0, d = 0;
      for (let k = 0, at = j; k < depth; k++, at += columns) {
        const x = row[k];
        a += x * B[at];
        b += x * B[at + 1];
        c += x * B[at + 2];
        d += x * B[at + 3];
      }
      out[j] = a;
      out[j + 1] = b;
      out[j + 2] = c;
      out[j + 3] = d;
    }
    for (; j < columns; j++) {
      let sum = 0;
      for (let k = 0, at = j; k < depth; k++, at += columns) sum += row[k] * B[at];
      out[j] = sum;
    }
    return out;
  });
}

/** A B. */
export function product(A: Rows, B: Rows): number[][] {
  const columns = B[0].length;
  return byLibrary(A, B, A.length * B.length * columns) ?? times(A, inARow(B), columns);
}

/** A Bᵀ. */
export function productWithTranspose(A: Rows, B: Rows): number[][] {
  const work = A.length * B.length * B[0].length;
  return byLibrary(A, B, work, false, true) ?? times(A, inARow(B, true), B.length);
}

/** Aᵀ B. */
export function transposeTimes(A: Rows, B: Rows): number[][] {
  const columns = B[0].length, found = byLibrary(A, B, A.length * A[0].length * columns, true);
  return found ?? times(A[0].map((_, i) => A.map((row) => row[i])), inARow(B), columns);
}

/** A + c B. */
export function plus(A: Rows, B: Rows, c = 1): number[][] {
  return A.map((row, i) => {
    const other = B[i], out = new Array<number>(row.length);
    for (let j = 0; j < row.length; j++) out[j] = row[j] + c * other[j];
    return out;
  });
}
