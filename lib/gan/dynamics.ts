import { finite, finiteVector, integer, nonNegative, oneOf, squareMatrix } from "../math/check.ts";
import { gradientOver } from "../math/dual.ts";
import { type Field, floats, matricesOver } from "../math/field.ts";
import { eigenvalues } from "../math/linalg.ts";
import type { Matrix, Vector } from "../math/types.ts";

/**
 * V(d, g) = d g: what the discriminator d raises and the generator g lowers. Written over a field, so that it
 * is differentiated exactly (`lib/math/dual.ts`).
 */
export function value<T>(field: Field<T>, [d, g]: readonly T[]): T {
  return field.mul(d, g);
}

/** (∂V/∂d, ∂V/∂g) at (d, g), exactly. */
export function valueGradient<T>(field: Field<T>, v: readonly T[]): T[] {
  return gradientOver(field, (dual, x) => value(dual, x), v);
}

// BEGIN SOLUTION
/** How d and g are updated; the state of "optimistic" is (v_k, v_{k−1}), of all others v_k = (d_k, g_k). */
export const methods = [
  "simultaneous",
  "alternating-d-first",
  "alternating-g-first",
  "extragradient",
  "proximal",
  "optimistic",
  "r1",
] as const;
export type Method = typeof methods[number];

/**
 * The matrix M of one update v_{k+1} = M v_k, over any field; d ascends V, g descends it, J = [[0, 1], [−1, 0]]:
 *
 * - simultaneous          I + αJ
 * - alternating-d-first   g uses the new d
 * - alternating-g-first   d uses the new g
 * - extragradient         I + αJ (I + αJ): the gradient of a trial step
 * - proximal              (I − αJ)⁻¹: the gradient of the step's own end
 * - optimistic            [[I + 2αJ, −αJ], [I, 0]]: a step ahead by the last change (4 × 4)
 * - r1                    simultaneous with the penalty −γ/2 d² on d's objective
 *
 * @param alpha learning rate, an element of `field`
 * @param gamma strength of the penalty, needed by "r1" only
 */
export function updateMatrixOver<T>(field: Field<T>, method: Method, alpha: T, gamma: T = field.zero): T[][] {
  const { sub, mul, neg, of, zero, one } = field;
  const { identity, add: plus, scale, mul: times, inverse } = matricesOver(field);
  const I = identity(2);
  const aJ = scale(alpha, [[zero, one], [neg(one), zero]]);
  const rest = sub(one, mul(alpha, alpha));
  switch (method) {
    case "simultaneous":
      return plus(I, aJ);
    case "alternating-d-first":
      return [[one, alpha], [neg(alpha), rest]];
    case "alternating-g-first":
      return [[rest, alpha], [neg(alpha), one]];
    case "extragradient":
      return plus(I, times(aJ, plus(I, aJ)));
    case "proximal":
      return inverse(plus(I, scale(neg(one), aJ)));
    case "optimistic": {
      const ahead = plus(I, scale(of(2), aJ)), back = scale(neg(one), aJ);
      return [...ahead.map((row, i) => [...row, ...back[i]]), ...I.map((row) => [...row, zero, zero])];
    }
    case "r1":
      return plus(I, plus(aJ, [[neg(mul(alpha, gamma)), zero], [zero, zero]]));
  }
}

/**
 * The matrix M of one update v_{k+1} = M v_k of the game V = d g (`updateMatrixOver` has the formulas).
 *
 * @param method one of `methods`
 * @param alpha learning rate, any finite number; 0 gives the identity, negative values swap the players
 * @param options gamma ≥ 0, the penalty's strength, needed by "r1" and by no other
 * @returns 2 × 2; 4 × 4 for "optimistic"
 * @throws RangeError for another method, a missing or negative gamma, an alpha that is not finite or so large that
 *   the entries are not
 * @throws TypeError for an alpha that is not a number
 */
export function updateMatrix(method: Method, alpha: number, options: { gamma?: number } = {}): number[][] {
  const doing = "make the update matrix";
  oneOf(doing, "method", method, methods);
  finite(doing, "alpha", alpha);
  const gamma = method === "r1" ? nonNegative(doing, "gamma", options?.gamma) : 0;
  // the inverse of I − αJ divides by 1 + α²
  if (method === "proximal") finite(doing, "alpha²", alpha ** 2);
  const M = updateMatrixOver(floats, method, alpha, gamma);
  if (M.flat().some((x) => !Number.isFinite(x))) {
    throw new RangeError(`Cannot ${doing}: expected finite entries, got alpha ${alpha} and gamma ${gamma}`);
  }
  return M.map((row) => row.map((x) => x === 0 ? 0 : x));
}
// END SOLUTION

/** A state as mantissa · 2^exponent, so that no number of steps overflows. */
interface Scaled {
  mantissa: number[];
  exponent: number;
}

/** The states v₀ … v_steps of v_{k+1} = A v_k, never overflowing: powers of two are split off exactly. */
function* scaledStates(A: Matrix, start: Vector, steps: number): Generator<Scaled> {
  const grain = excessPower(A.flat());
  const M = A.map((row) => row.map((x) => unscale(x, -grain)));
  let mantissa = [...start], exponent = 0;
  for (let k = 0; k <= steps; k++) {
    const shift = excessPower(mantissa);
    mantissa = mantissa.map((x) => unscale(x, -shift));
    exponent += shift;
    yield { mantissa, exponent };
    mantissa = M.map((row) => row.reduce((sum, a, j) => sum + a * mantissa[j], 0));
    exponent += grain;
  }
}

/** The power of two to split off numbers whose largest is not between 2⁻³⁰⁰ and 2³⁰⁰; otherwise 0. */
function excessPower(numbers: readonly number[]): number {
  const size = Math.max(...numbers.map(Math.abs));
  return size > 2 ** 300 || size < 2 ** -300 && size > 0 ? Math.floor(Math.log2(size)) : 0;
}

/** x · 2^exponent: ±Infinity where it is too large, 0 where x is 0. */
function unscale(x: number, exponent: number): number {
  let left = exponent, y = x;
  while (left !== 0 && y !== 0 && Number.isFinite(y)) {
    const part = Math.max(-1000, Math.min(1000, left));
    y *= 2 ** part;
    left -= part;
  }
  return y;
}

/** A, its start and its steps, checked; a start of two numbers for a 4 × 4 matrix is taken as (v₀, v₀). */
function checkRun(doing: string, A: Matrix, start: Vector, steps: number) {
  const M = squareMatrix(doing, "A", A);
  const twice = M.length === 4 && start?.length === 2;
  const v0 = finiteVector(doing, "start", twice ? [...start, ...start] : start, M.length);
  return { M, v0, k: integer(doing, "steps", steps, { from: 0 }) };
}

/**
 * v₀, v₁ = A v₀, …, v_k = A v_{k−1}.
 *
 * @param A n × n
 * @param start v₀, n numbers; for the 4 × 4 matrix of the optimistic rule also (d₀, g₀), both times the same
 * @param steps k, a whole number ≥ 0
 * @returns k + 1 states; a component that overflows is ±Infinity, never NaN
 * @throws RangeError for a fractional or negative k, a start of another length, numbers that are not finite
 */
export function trajectory(A: Matrix, start: Vector, steps: number): number[][] {
  const { M, v0, k } = checkRun("follow the trajectory", A, start, steps);
  return Array.from(
    scaledStates(M, v0, k),
    ({ mantissa, exponent }) => mantissa.map((x) => unscale(x, exponent)),
  );
}

/**
 * log ‖A^k v₀‖ in nats, for any k: the norm itself may be beyond every float.
 *
 * @param A n × n; for a 4 × 4 matrix the norm is that of the first two components, (d_k, g_k)
 * @param start v₀, as in `trajectory`
 * @param steps k, a whole number ≥ 0
 * @returns −Infinity where v_k is 0
 * @throws RangeError as `trajectory`
 */
export function logNorm(A: Matrix, start: Vector, steps: number): number {
  const { M, v0, k } = checkRun("follow the norm", A, start, steps);
  let last: Scaled = { mantissa: v0, exponent: 0 };
  for (const state of scaledStates(M, v0, k)) last = state;
  const shown = M.length === 4 ? last.mantissa.slice(0, 2) : last.mantissa;
  return Math.log(Math.hypot(...shown)) + last.exponent * Math.LN2;
}

/**
 * ρ(A) = max |λ| over the eigenvalues λ of A.
 *
 * For 2 × 2 from trace t and determinant D, λ = (t ± √(t² − 4D))/2: exact to rounding also where both eigenvalues
 * meet, where a general eigenvalue routine is good to 1e-8 only.
 *
 * @param A n × n, finite
 * @returns Infinity where ρ is beyond every float
 * @throws RangeError for a matrix that is not square or not finite
 */
export function spectralRadius(A: Matrix): number {
  const M = squareMatrix("find the spectral radius", "A", A);
  if (M.length !== 2) return Math.max(...eigenvalues(M).map(({ re, im }) => Math.hypot(re, im)));
  // a power of two is split off exactly, so that no square overflows on the way
  const grain = excessPower(M.flat());
  const [a, b, c, d] = M.flat().map((x) => unscale(x, -grain));
  const half = (a + d) / 2, spread = ((a - d) / 2) ** 2 + b * c;
  const radius = spread < 0 ? Math.hypot(half, Math.sqrt(-spread)) : Math.abs(half) + Math.sqrt(spread);
  return unscale(radius, grain);
}

/**
 * (d(t), g(t)) of d′ = ∂V/∂d = g, g′ = −∂V/∂g = −d: a clockwise turn by the angle t,
 * d(t) = d cos t + g sin t, g(t) = −d sin t + g cos t.
 *
 * @param start (d, g) at time 0
 * @param t time, any finite number
 * @throws RangeError for a start of another length, numbers that are not finite
 */
export function flowState(start: Vector, t: number): [number, number] {
  const doing = "follow the flow";
  const [d, g] = finiteVector(doing, "start", start, 2);
  const angle = finite(doing, "t", t);
  const cos = Math.cos(angle), sin = Math.sin(angle);
  return [d * cos + g * sin, g * cos - d * sin];
}
