import * as check from "./check.ts";
import { exponentialOf } from "./flat/exponential.ts";
import { flatOf, notFiniteIn, rowsOf } from "./flat/matrix.ts";
import { frame } from "./flat/memory.ts";
import type { Matrix } from "./types.ts";

/**
 * e^A = Σ Aᵏ / k!, by scaling and squaring: t(A / 2ˢ)^(2ˢ) with the series' first 19 terms t (fewer for a small A).
 *
 * The series itself is useless in floats (its terms cancel). The sum of its first 19 terms takes five products,
 * written as products of sums; nothing has to be divided, so all of the work runs at the speed of `matmul`.
 *
 * @param A n × n, ‖A‖ up to about 1e9 (the relative rounding is about ε ‖A‖); diagonal ones of any size
 * @returns n × n
 * @throws RangeError for a matrix that is not square or not finite, for a larger norm, for an overflow
 * @source Bader, Blanes & Casas, Mathematics 7 (2019) 1174; Al-Mohy & Higham, SIAM J. Matrix Anal. Appl. 31
 * (2009) 970
 */
export function expm(A: Matrix): number[][] {
  const doing = "take a matrix exponential", P = check.squareMatrix(doing, "A", A);
  if (P.every((row, i) => row.every((x, j) => i === j || x === 0))) {
    return check.finiteResult(doing, P.map((row, i) => row.map((x, j) => i === j ? Math.exp(x) : 0)));
  }
  return frame(() => {
    const E = exponentialOf(doing, flatOf(P));
    check.finiteResult(doing, notFiniteIn(E) ?? 0);
    return rowsOf(E);
  });
}
