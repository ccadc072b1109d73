import * as check from "./check.ts";
import { plus, product } from "./dense.ts";
import { luFactor, luSolve } from "./lu.ts";
import type { Matrix } from "./types.ts";

/** Numerator of the [13/13] Padé approximant of eˣ, lowest power first; x ↦ −x gives the denominator. */
const PADE = [
  64764752532480000,
  32382376266240000,
  7771770303897600,
  1187353796428800,
  129060195264000,
  10559470521600,
  670442572800,
  33522128640,
  1323241920,
  40840800,
  960960,
  16380,
  182,
  1,
];
/** Up to this norm the approximant's backward error is below rounding (Al-Mohy & Higham 2009, table 3.1). */
const REACH = 4.25;
/** First coefficient of the backward error: c = (13!)² / (26! 27!). */
const BACKWARD = 1 / 113250775606021113483283660800000000;
/** Each squaring doubles the rounding: after this many about 1e-7 of the result is noise. */
const SQUARINGS = 29;

/**
 * e^A = Σ Aᵏ / k!, by scaling and squaring: (r(A / 2ˢ))^(2ˢ) with the [13/13] Padé approximant r.
 *
 * The series itself is useless in floats (its terms cancel); s is taken from ‖A⁴‖, ‖A⁶‖, ‖A⁸‖ rather than
 * from ‖A‖, so that far-from-normal matrices are not squared more often than they need.
 *
 * @param A n × n, ‖A‖ up to about 1e9 (the relative rounding is about ε ‖A‖); diagonal ones of any size
 * @returns n × n
 * @throws RangeError for a matrix that is not square or not finite, for a larger norm, for an overflow
 * @source Higham, SIAM J. Matrix Anal. Appl. 26 (2005) 1179; Al-Mohy & Higham, ibid. 31 (2009) 970
 */
export function expm(A: Matrix): number[][] {
  const doing = "take a matrix exponential", P = check.squareMatrix(doing, "A", A);
  if (P.every((row, i) => row.every((x, j) => i === j || x === 0))) {
    return check.finiteResult(doing, P.map((row, i) => row.map((x, j) => i === j ? Math.exp(x) : 0)));
  }
  // Powers are formed of A / 2^k with norm ≤ 1: those of A itself may overflow.
  const k = Math.max(0, Math.ceil(Math.log2(norm(P))));
  const unit = P.map((row) => row.map((x) => x / 2 ** k));
  const s = squarings(unit, k);
  if (s > SQUARINGS) {
    throw new RangeError(
      `Cannot ${doing}: expected a norm up to 1e9, beyond which rounding eats the result, got ${norm(P)}`,
    );
  }
  let E = approximant(unit.map((row) => row.map((x) => x * 2 ** (k - s))));
  for (let i = 0; i < s; i++) E = product(E, E);
  return check.finiteResult(doing, E);
}

/** The number of halvings that A = 2^k U needs. */
function squarings(U: number[][], k: number): number {
  const U2 = product(U, U), U4 = product(U2, U2), U6 = product(U2, U4), U8 = product(U4, U4);
  const root = (B: number[][], p: number) => 2 ** k * norm(B) ** (1 / p);
  const d4 = root(U4, 4), d6 = root(U6, 6), d8 = root(U8, 8);
  const reach = Math.min(Math.max(d4, d6), Math.max(d6, d8));
  const s = reach === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(reach / REACH)));
  return s + extra(U.map((row) => row.map((x) => Math.abs(x) * 2 ** (k - s))));
}

/** Halvings that bring the leading term of the backward error, c ‖|A|²⁷‖ / ‖A‖, under the unit roundoff. */
function extra(B: number[][]): number {
  let sums = B.map(() => 1), exponent = 0;
  for (let power = 0; power < 27; power++) {
    sums = B.map((_, j) => B.reduce((sum, row, i) => sum + sums[i] * row[j], 0));
    const largest = Math.max(...sums);
    if (largest === 0) return 0;
    exponent += Math.log2(largest);
    sums = sums.map((x) => x / largest);
  }
  const excess = Math.log2(BACKWARD) + exponent - Math.log2(norm(B)) + 53;
  return Math.max(0, Math.ceil(excess / 26));
}

/** r(A) = (V − U)⁻¹ (V + U), U and V the odd and even part of the numerator. */
function approximant(A: number[][]): number[][] {
  const b = PADE;
  const A2 = product(A, A), A4 = product(A2, A2), A6 = product(A4, A2);
  const sum = (c6: number, c4: number, c2: number, c0: number) =>
    A.map((_, i) => A.map((_, j) => c6 * A6[i][j] + c4 * A4[i][j] + c2 * A2[i][j] + (i === j ? c0 : 0)));
  const U = product(A, plus(product(A6, sum(b[13], b[11], b[9], 0)), sum(b[7], b[5], b[3], b[1])));
  const V = plus(product(A6, sum(b[12], b[10], b[8], 0)), sum(b[6], b[4], b[2], b[0]));
  const denominator = luFactor(plus(V, U, -1));
  // Far from singular by the choice of s; a pivot of zero can only be an overflow's child.
  if (denominator === null) {
    throw new RangeError(
      "Cannot take a matrix exponential: expected an invertible denominator, got a singular one",
    );
  }
  const numerator = plus(V, U);
  const columns = numerator.map((_, j) => luSolve(denominator, numerator.map((row) => row[j])));
  return A.map((_, i) => columns.map((column) => column[i]));
}

/** ‖A‖₁: the largest column sum of |Aᵢⱼ|. */
function norm(A: number[][]): number {
  return Math.max(...A.map((_, j) => A.reduce((sum, row) => sum + Math.abs(row[j]), 0)));
}
