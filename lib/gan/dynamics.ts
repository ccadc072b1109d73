import { finite, finiteVector, integer, squareMatrix } from "../math/check.ts";
import { gradientOver } from "../math/dual.ts";
import type { Field } from "../math/field.ts";
import { eigenvalues } from "../math/linalg.ts";
import type { Matrix, Vector } from "../math/types.ts";
import { excessPower, scaledStates, unscale } from "./scaled.ts";

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
  const doing = "follow the trajectory", M = squareMatrix(doing, "A", A);
  const twice = M.length === 4 && start?.length === 2;
  const v0 = finiteVector(doing, "start", twice ? [...start, ...start] : start, M.length);
  const k = integer(doing, "steps", steps, { from: 0 });
  let plain: readonly number[] = v0;
  return Array.from(scaledStates(M, v0, k), ({ mantissa, exponent }, step) => {
    // Beside a component beyond every float the power of two that they share leaves nothing of a small one.
    if (step > 0) plain = M.map((row) => row.reduce((sum, a, j) => a === 0 ? sum : sum + a * plain[j], 0));
    return mantissa.map((x, i) => x === 0 && Number.isFinite(plain[i]) ? plain[i] : unscale(x, exponent));
  });
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
  // powers of two are moved between b and c, of which the product alone counts, and split off: exactly, so that
  // nothing over- or underflows on the way
  const [[first, up], [down, second]] = M, triangular = up === 0 || down === 0;
  const shift = triangular ? 0 : Math.round((Math.log2(Math.abs(up)) - Math.log2(Math.abs(down))) / 2);
  const [right, left] = triangular ? [0, 0] : [unscale(up, -shift), unscale(down, shift)];
  const even = [first, right, left, second];
  const grain = excessPower(even);
  const [a, b, c, d] = even.map((x) => unscale(x, -grain));
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
