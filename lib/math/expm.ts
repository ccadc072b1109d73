import * as check from "./check.ts";
import { plus, product, times } from "./dense.ts";
import { luFactor, luSolve } from "./lu.ts";
import type { Matrix } from "./types.ts";

/** r₁₃(x) = Σ bᵢ xⁱ / Σ bᵢ (−x)ⁱ, the Padé approximant of eˣ. */
const PADE = [
  ...[64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000],
  ...[10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1],
];
/** Up to this size of ‖Aᵏ‖^(1/k) the approximant's backward error is below rounding. */
const REACH = 4.25;
/** log₂ of its first coefficient, 1 / (binomial(26, 13) 27!). */
const BACKWARD = -116.45;
/** Each squaring doubles the rounding: after this many about 1e-7 of the result is noise. */
const SQUARINGS = 31;

/**
 * e^A = Σ Aᵏ / k!, by scaling and squaring: r(A / 2ˢ)^(2ˢ) with the Padé approximant r of order 13.
 *
 * @param A n × n, ‖A‖ up to about 1e9 (the relative rounding is about ε ‖A‖); diagonal ones of any size
 * @returns n × n
 * @throws RangeError for a matrix that is not square or not finite, for a larger norm, for an overflow
 * @source Al-Mohy & Higham, SIAM J. Matrix Anal. Appl. 31 (2009) 970
 */
export function expm(A: Matrix): number[][] {
  const doing = "take a matrix exponential", P = check.squareMatrix(doing, "A", A);
  if (P.every((row, i) => row.every((x, j) => i === j || x === 0))) {
    return check.finiteResult(doing, P.map((row, i) => row.map((x, j) => i === j ? Math.exp(x) : 0)));
  }
  // Powers are formed of U = A / 2ᵏ with norm ≤ 1: those of A itself may overflow.
  const norm = columnNorm(P), k = Math.max(0, Math.ceil(Math.log2(norm))), U = times(2 ** -k, P);
  const U2 = product(U, U), U4 = product(U2, U2), U6 = product(U2, U4);
  // Of powers rather than of A: matrices far from normal are not squared more often than they need.
  const size = 2 ** k * Math.max(columnNorm(U4) ** (1 / 4), columnNorm(U6) ** (1 / 6));
  const needed = Math.max(0, Math.ceil(Math.log2(size / REACH)));
  const s = Math.max(needed, leastSquarings(U, k));
  if (!(s <= SQUARINGS)) {
    throw new RangeError(
      `Cannot ${doing}: expected a norm up to 1e9, beyond which rounding eats the result, got ${norm}`,
    );
  }
  const c = 2 ** (k - s), I = P.map((_, i) => P.map((_, j) => i === j ? 1 : 0));
  const powers = [I, times(c ** 2, U2), times(c ** 4, U4), times(c ** 6, U6)];
  const sum = (first: number, ...b: number[]) =>
    b.reduce((S, x, i) => plus(S, powers[i + 1], x), times(first, I));
  const half = (b: readonly number[]) =>
    plus(product(powers[3], sum(0, b[4], b[5], b[6])), sum(b[0], b[1], b[2], b[3]));
  const even = half(PADE.filter((_, i) => i % 2 === 0));
  const odd = product(times(c, U), half(PADE.filter((_, i) => i % 2 === 1)));
  let E = quotient(plus(even, odd), plus(even, odd, -1));
  for (let i = 0; i < s; i++) E = product(E, E);
  return check.finiteResult(doing, E);
}

/** Halvings that bring the leading term of the backward error, ‖|A|²⁷‖ / (binomial(26, 13) 27! ‖A‖), under rounding. */
function leastSquarings(U: Matrix, k: number): number {
  let sums = U.map(() => 1), log = 0;
  for (let p = 0; p < 27; p++) {
    const next = sizes(sums, U);
    const largest = Math.max(...next);
    if (largest === 0) return 0;
    log += Math.log2(largest);
    sums = next.map((x) => x / largest);
  }
  return Math.max(0, Math.ceil((BACKWARD + 53 + log - Math.log2(columnNorm(U)) + 26 * k) / 26));
}

/** D⁻¹ N. */
function quotient(N: Matrix, D: Matrix): number[][] {
  const factors = luFactor(D)!, columns = N[0].map((_, j) => luSolve(factors, N.map((row) => row[j])));
  return N.map((row, i) => row.map((_, j) => columns[j][i]));
}

/** Σᵢ cᵢ |Aᵢⱼ| for every j. */
function sizes(c: readonly number[], A: Matrix): number[] {
  const sums = new Array<number>(A[0].length).fill(0);
  for (let i = 0; i < A.length; i++) {
    const row = A[i], x = c[i];
    for (let j = 0; j < row.length; j++) sums[j] += x * Math.abs(row[j]);
  }
  return sums;
}

/** ‖A‖₁ = max over j of Σᵢ |Aᵢⱼ|. */
const columnNorm = (A: Matrix) => Math.max(...sizes(A.map(() => 1), A));
