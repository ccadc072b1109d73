import { flat, flatOf, multiply, rowsOf } from "./flat/matrix.ts";
import { frame } from "./flat/memory.ts";

type Rows = readonly (readonly number[])[];

/** Multiplications from which copying the matrices in and out pays (measured: 8³ already does). */
export const worthwhile = 1000;

/**
 * A B in float64 by 128-bit SIMD, 2 × 8 tiles: what `product` does for matrices that are worth it.
 *
 * Sums run in the order of k, 32 terms at a time, each term rounded once where the machine has a fused
 * multiply-add: results differ from the plain loop's by rounding.
 *
 * @param A m × k, well formed
 * @param B k × n, well formed
 */
export function dgemm(A: Rows, B: Rows): number[][] {
  return frame(() => {
    const C = flat(A.length, B[0].length);
    multiply(C, flatOf(A), flatOf(B));
    return rowsOf(C);
  });
}
