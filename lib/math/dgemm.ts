import {
  flat,
  flatOf,
  multiply,
  multiplyLeftTransposed,
  multiplyRightTransposed,
  rowsOf,
} from "./flat/matrix.ts";
import { frame } from "./flat/memory.ts";

type Rows = readonly (readonly number[])[];

/** Multiplications from which copying the matrices in and out pays (measured: 8³ already does). */
export const worthwhile = 1000;

/**
 * A B in float64 by 128-bit SIMD: what `product` does for matrices that are worth it.
 *
 * Sums run in the order of k, 32 terms at a time, each term rounded once where the machine has a fused
 * multiply-add: results differ from the plain loop's by rounding.
 *
 * @param A m × k, well formed
 * @param B k × n, well formed
 */
export function dgemm(A: Rows, B: Rows): number[][] {
  return through(multiply, A.length, B[0].length, A, B);
}

/** A Bᵀ, as `dgemm`; B n × k. */
export function dgemmWithTranspose(A: Rows, B: Rows): number[][] {
  return through(multiplyRightTransposed, A.length, B.length, A, B);
}

/** Aᵀ B, as `dgemm`; A k × m. */
export function dgemmOfTranspose(A: Rows, B: Rows): number[][] {
  return through(multiplyLeftTransposed, A[0].length, B[0].length, A, B);
}

function through(kernel: typeof multiply, rows: number, columns: number, A: Rows, B: Rows): number[][] {
  return frame(() => {
    const C = flat(rows, columns);
    kernel(C, flatOf(A), flatOf(B));
    return rowsOf(C);
  });
}
