import { addToDiagonal, combine, type Flat, flat, largestColumnSum, multiply } from "./matrix.ts";
import { numbers } from "./memory.ts";

/** Up to these norms the first 5, 9 and 19 terms have a backward error below rounding (Bader et al., table 3). */
const REACH = { 4: 3.397168839976962e-4, 8: 4.991228871115323e-2, 18: 1.090863719290036 };
/** log₂ of the backward error's first coefficient, 1 / 19!. */
const BACKWARD = -Math.log2(121645100408832000);
/** Each squaring doubles the rounding: after this many about 1e-7 of the result is noise. */
const SQUARINGS = 31;

const ROOT = Math.sqrt(177);
/** t₈ = I + A + y A² + F, F = (x₃ A² + G)(x₄ I + x₅ A + x₆ A² + x₇ G), G = A² (x₁ A + x₂ A²). */
export const EIGHT = {
  x1: (1 + ROOT) / 132,
  x2: (1 + ROOT) / 528,
  x3: 2 / 3,
  x4: (29 * ROOT - 271) / 210,
  x5: 11 * (ROOT - 1) / 840,
  x6: 11 * (ROOT - 9) / 3360,
  x7: (89 - ROOT) / 2240,
  y: (857 - 58 * ROOT) / 630,
};
/**
 * t₁₈ = Q₂ + (Q₃ + F) F, F = Q₁ Q₅ + Q₄: each Q a sum of I, A, A², A³, A⁶ with these factors, such that the
 * whole has the coefficients 1 / k! (Bader et al., section 3.5).
 */
export const EIGHTEEN = {
  Q1: [0, -0.10036558103014462, -0.00802924648241157, -0.000892138498045730, 0],
  Q2: [0, 0.3978497494996451, 1.3678377846041172, 0.4982896225253827, -0.0006378981945947233],
  Q3: [
    -10.967639605296206,
    1.680158138789062,
    0.05717798464788655,
    -0.006982101224880521,
    3.349750170860705e-5,
  ],
  Q4: [
    -0.09043168323908106,
    -0.06764045190713819,
    0.06759613017704597,
    0.029555257042931552,
    -1.391802575160607e-5,
  ],
  Q5: [0, 0, -0.09233646193671186, -0.016936493900208172, -1.400867981820361e-5],
} as const;

/**
 * e^A for n × n, not diagonal; within a frame.
 *
 * @throws RangeError for a norm that needs more than 31 squarings
 */
export function exponentialOf(doing: string, A: Flat): Flat {
  const n = A.rows, row = flat(1, n), norm = largestColumnSum(A, row);
  const square = flat(n, n);
  if (norm <= REACH[8]) {
    multiply(square, A, A);
    return norm <= REACH[4] ? fiveTerms(A, square) : nineTerms(A, square);
  }
  // Powers are formed of U = A / 2^k with norm ≤ 1: those of A itself may overflow.
  const k = Math.max(0, Math.ceil(Math.log2(norm))), U = flat(n, n), cube = flat(n, n);
  if (norm === Infinity) throw tooLarge(doing, norm);
  combine(U, 2 ** -k, A);
  multiply(square, U, U);
  multiply(cube, U, square);
  const s = norm <= REACH[18] ? 0 : squarings({ U, square, cube }, k, row);
  if (s > SQUARINGS) throw tooLarge(doing, norm);
  let E = nineteenTerms({ U, square, cube }, 2 ** (k - s)), next = square;
  for (let i = 0; i < s; i++) {
    multiply(next, E, E);
    [E, next] = [next, E];
  }
  return E;
}

function tooLarge(doing: string, norm: number): RangeError {
  return new RangeError(
    `Cannot ${doing}: expected a norm up to 1e9, beyond which rounding eats the result, got ${norm}`,
  );
}

interface Powers {
  readonly U: Flat;
  readonly square: Flat;
  readonly cube: Flat;
}

/**
 * The number of halvings that A = 2^k U needs, from max(‖Aᵖ‖^(1/p), ‖Aᵖ⁺¹‖^(1/(p+1))) rather than from ‖A‖, so
 * that far-from-normal matrices are not squared more often than they need: p = 2, where that might be too many 4.
 */
function squarings({ U, square, cube }: Powers, k: number, row: Flat): number {
  const root = (B: Flat, p: number) => 2 ** k * largestColumnSum(B, row) ** (1 / p);
  const needed = (reach: number) => reach === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(reach / REACH[18])));
  const least = leastSquarings(U, k, largestColumnSum(U, row));
  const third = root(cube, 3), first = needed(Math.max(root(square, 2), third));
  if (first <= least + 1) return Math.max(first, least);
  const higher = flat(U.rows, U.rows);
  multiply(higher, square, square);
  const fourth = root(higher, 4);
  multiply(higher, square, cube);
  return Math.max(needed(Math.min(Math.max(third, fourth), Math.max(fourth, root(higher, 5)))), least);
}

/**
 * Halvings that bring the leading term of the backward error, ‖|A|¹⁹‖ / (19! ‖A‖), under the unit roundoff.
 *
 * The column sums of |U|ᵖ are followed up to p = 19, or until the least and the largest growth of one of them,
 * between which all later growth lies, ask for the same number.
 */
function leastSquarings(U: Flat, k: number, norm: number): number {
  const constant = BACKWARD - Math.log2(norm) + 18 * k + 53;
  const least = (log: number) => Math.max(0, Math.ceil((constant + log) / 18));
  let sums = new Float64Array(U.rows).fill(1), exponent = 0;
  for (let left = 18; left >= 0; left--) {
    const next = timesAbsolute(sums, U), { largest, slowest, fastest } = growth(sums, next);
    if (largest === 0) return 0;
    exponent += Math.log2(largest);
    // The logarithms are worth their time only where they may agree.
    if (left === 0) return least(exponent);
    if (fastest < 2 * slowest) {
      const most = least(exponent + left * Math.log2(fastest));
      if (most === least(exponent + left * Math.log2(slowest))) return most;
    }
    for (let j = 0; j < next.length; j++) next[j] /= largest;
    sums = next;
  }
  return 0;
}

/** The largest entry of `next`, and the least and the largest nextⱼ / sumsⱼ. */
function growth(sums: Float64Array, next: Float64Array) {
  let largest = 0, slowest = Infinity, fastest = 0;
  for (let j = 0; j < next.length; j++) {
    largest = Math.max(largest, next[j]);
    // Nothing may yet become something: then nothing is known of its growth.
    const ratio = sums[j] > 0 ? next[j] / sums[j] : NaN;
    slowest = Math.min(slowest, ratio);
    fastest = Math.max(fastest, ratio);
  }
  return { largest, slowest, fastest };
}

/** (vᵀ |U|)ⱼ = Σᵢ vᵢ |Uᵢⱼ|. */
function timesAbsolute(v: Float64Array, { at, rows, stride }: Flat): Float64Array<ArrayBuffer> {
  const entries = numbers(), out = new Float64Array(rows);
  for (let i = 0, start = at / 8; i < rows; i++, start += stride / 8) {
    const x = v[i];
    for (let j = 0; j < rows; j++) out[j] += x * Math.abs(entries[start + j]);
  }
  return out;
}

/** I + A + A²/2 + A³/6 + A⁴/24 = I + A + A² (I/2 + A/6 + A²/24). */
function fiveTerms(A: Flat, square: Flat): Flat {
  const n = A.rows, inner = flat(n, n), E = flat(n, n);
  combine(inner, 1 / 6, A, 1 / 24, square);
  addToDiagonal(inner, 1 / 2);
  multiply(E, square, inner, A);
  addToDiagonal(E, 1);
  return E;
}

/** The series to A⁸ in three products. */
function nineTerms(A: Flat, square: Flat): Flat {
  const n = A.rows, { x1, x2, x3, x4, x5, x6, x7, y } = EIGHT;
  const [G, left, right] = [flat(n, n), flat(n, n), flat(n, n)];
  combine(left, x1, A, x2, square);
  multiply(G, square, left);
  combine(left, x3, square, 1, G);
  combine(right, x5, A, x6, square, x7, G);
  addToDiagonal(right, x4);
  combine(G, 1, A, y, square);
  addToDiagonal(G, 1);
  const E = flat(n, n);
  multiply(E, left, right, G);
  return E;
}

/** The series of c U to its 18th power in five products, two of which are done. */
function nineteenTerms({ U, square, cube }: Powers, c: number): Flat {
  const n = U.rows, sixth = flat(n, n);
  multiply(sixth, cube, cube);
  const cc = c * c, ccc = cc * c, c6 = ccc * ccc;
  const sum = ([q0, q1, q2, q3, q6]: readonly number[]) => {
    const Q = flat(n, n);
    combine(Q, q1 * c, U, q2 * cc, square, q3 * ccc, cube, q6 * c6, sixth);
    if (q0 !== 0) addToDiagonal(Q, q0);
    return Q;
  };
  const F = flat(n, n), E = flat(n, n), Q3 = sum(EIGHTEEN.Q3);
  multiply(F, sum(EIGHTEEN.Q1), sum(EIGHTEEN.Q5), sum(EIGHTEEN.Q4));
  combine(Q3, 1, Q3, 1, F);
  multiply(E, Q3, F, sum(EIGHTEEN.Q2));
  return E;
}
