import { products } from "./native.ts";

/**
 * Products of matrices already known to be well formed: the loops behind `matmul` and inside iterations,
 * where checking every argument would cost as much as the product.
 */
type Rows = readonly (readonly number[])[];

/** The library's product where one is in use and it pays: from about 32³ multiplications on. */
const byLibrary = (A: Rows, B: Rows, work: number, turnA = false, turnB = false): number[][] | undefined =>
  work < 30_000 ? undefined : products()?.dgemm(A, B, turnA, turnB);

const turned = (A: Rows): number[][] =>
  A[0].map((_, j) => {
    const column = new Array<number>(A.length);
    for (let i = 0; i < A.length; i++) column[i] = A[i][j];
    return column;
  });

/** A B: each sum from its first term to its last, four columns at once in registers. */
function ownProduct(A: Rows, B: Rows): number[][] {
  const columns = B[0].length;
  return A.map((row) => {
    const out = new Array<number>(columns), depth = row.length;
    let j = 0;
    for (; j + 3 < columns; j += 4) {
      let a = 0, b = 0, c = 0, d = 0;
      for (let k = 0; k < depth; k++) {
        const x = row[k], other = B[k];
        a += x * other[j];
        b += x * other[j + 1];
        c += x * other[j + 2];
        d += x * other[j + 3];
      }
      out[j] = a;
      out[j + 1] = b;
      out[j + 2] = c;
      out[j + 3] = d;
    }
    for (; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += row[k] * B[k][j];
      out[j] = sum;
    }
    return out;
  });
}

/** A B. */
export function product(A: Rows, B: Rows): number[][] {
  return byLibrary(A, B, A.length * B.length * B[0].length) ?? ownProduct(A, B);
}

/** A Bᵀ. */
export function productWithTranspose(A: Rows, B: Rows): number[][] {
  return byLibrary(A, B, A.length * B.length * B[0].length, false, true) ?? ownProduct(A, turned(B));
}

/** Aᵀ B. */
export function transposeTimes(A: Rows, B: Rows): number[][] {
  return byLibrary(A, B, A.length * A[0].length * B[0].length, true) ?? ownProduct(turned(A), B);
}

/** A v. */
export function timesVector(A: Rows, v: readonly number[]): number[] {
  return A.map((row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * v[j];
    return sum;
  });
}

/** c A. */
export function times(c: number, A: Rows): number[][] {
  return A.map((row) => {
    const out = new Array<number>(row.length);
    for (let j = 0; j < row.length; j++) out[j] = c * row[j];
    return out;
  });
}

/** A + c B. */
export function plus(A: Rows, B: Rows, c = 1): number[][] {
  return A.map((row, i) => {
    const other = B[i], out = new Array<number>(row.length);
    for (let j = 0; j < row.length; j++) out[j] = row[j] + c * other[j];
    return out;
  });
}
