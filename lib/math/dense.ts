import { products } from "./native.ts";

/**
 * Products of matrices already known to be well formed: the loops behind `matmul` and inside iterations,
 * where checking every argument would cost as much as the product.
 */
type Rows = readonly (readonly number[])[];

/** The library's product where one is in use and it pays: from about 32³ multiplications on. */
const byLibrary = (A: Rows, B: Rows, work: number, turnA = false, turnB = false): number[][] | undefined =>
  work < 30_000 ? undefined : products()?.dgemm(A, B, turnA, turnB);

/** A B. */
export function product(A: Rows, B: Rows): number[][] {
  const columns = B[0].length, found = byLibrary(A, B, A.length * B.length * columns);
  if (found !== undefined) return found;
  return A.map((row) => {
    const out = new Array<number>(columns).fill(0);
    for (let k = 0; k < row.length; k++) {
      const x = row[k], other = B[k];
      for (let j = 0; j < columns; j++) out[j] += x * other[j];
    }
    return out;
  });
}

/** A Bᵀ. */
export function productWithTranspose(A: Rows, B: Rows): number[][] {
  const found = byLibrary(A, B, A.length * B.length * B[0].length, false, true);
  if (found !== undefined) return found;
  return A.map((row) =>
    B.map((other) => {
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += row[k] * other[k];
      return sum;
    })
  );
}

/** Aᵀ B. */
export function transposeTimes(A: Rows, B: Rows): number[][] {
  const columns = B[0].length, found = byLibrary(A, B, A.length * A[0].length * columns, true);
  if (found !== undefined) return found;
  const out = A[0].map(() => new Array<number>(columns).fill(0));
  A.forEach((row, k) => {
    const other = B[k];
    for (let i = 0; i < row.length; i++) {
      const x = row[i], target = out[i];
      for (let j = 0; j < columns; j++) target[j] += x * other[j];
    }
  });
  return out;
}

/** A + c B. */
export function plus(A: Rows, B: Rows, c = 1): number[][] {
  return A.map((row, i) => {
    const other = B[i], out = new Array<number>(row.length);
    for (let j = 0; j < row.length; j++) out[j] = row[j] + c * other[j];
    return out;
  });
}
