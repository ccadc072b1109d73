import * as check from "../math/check.ts";
import { timesVector } from "../math/dense.ts";
import { inverse as inverseOf } from "../math/linalg.ts";
import { luFactor } from "../math/lu.ts";
import type { Matrix, Vector } from "../math/types.ts";

/** A flow on Rⁿ. */
export interface VectorFlow {
  /** F(u), n components. */
  forward(u: Vector): number[];
  /** The u with F(u) = x; throws RangeError where there is none, or none that could be told. */
  inverse(x: Vector): number[];
  /** log |det J_F(u)| in nats. */
  logAbsDet(u: Vector): number;
}

/**
 * F(u) = A u + b, log|det J| = log|det A|
 *
 * @param parameters.A n × n, invertible
 * @param parameters.b n components
 * @throws RangeError for a singular A or shapes that do not fit
 */
export function linear(parameters: { A: Matrix; b: Vector }): VectorFlow {
  const doing = "make a linear flow", given = check.object(doing, "parameters", parameters);
  const A = check.squareMatrix(doing, "A", given.A), n = A.length;
  const b = check.finiteVector(doing, "b", given.b, n), inverted = inverseOf(A);
  const pivots = luFactor(A)?.rows ?? [];
  const logAbsDet = pivots.reduce((sum, row, i) => sum + Math.log(Math.abs(row[i])), 0);
  return {
    forward: (u) => {
      const at = check.finiteVector("apply the linear flow", "u", u, n);
      return check.finiteResult("apply the linear flow", timesVector(A, at).map((x, i) => x + b[i]));
    },
    inverse: (x) => {
      const at = check.finiteVector("invert the linear flow", "x", x, n), right = at.map((y, i) => y - b[i]);
      const first = timesVector(inverted, right), image = timesVector(A, first);
      const correction = timesVector(inverted, right.map((y, i) => y - image[i]));
      return check.finiteResult("invert the linear flow", first.map((y, i) => y + correction[i]));
    },
    logAbsDet: (u) => {
      check.finiteVector("differentiate the linear flow", "u", u, n);
      return logAbsDet;
    },
  };
}

/**
 * F(z₁, z₂) = (z₁, z₂ exp s(z₁) + t(z₁)), log|det J| = s(z₁), on R²
 *
 * @param parameters.logScale s, any finite function of a number
 * @param parameters.shift t, likewise
 * @throws RangeError where s or t is not finite
 */
export function affineCoupling(
  parameters: { logScale: (z1: number) => number; shift: (z1: number) => number },
): VectorFlow {
  const given = check.object("make an affine coupling", "parameters", parameters);
  const s = check.callable("make an affine coupling", "logScale", given.logScale);
  const t = check.callable("make an affine coupling", "shift", given.shift);
  const logScale = (doing: string, z1: number) => check.finite(doing, `logScale(${z1})`, s(z1));
  const shift = (doing: string, z1: number) => check.finite(doing, `shift(${z1})`, t(z1));
  return {
    forward: (u) => {
      const doing = "apply the affine coupling", [z1, z2] = check.finiteVector(doing, "u", u, 2);
      return check.finiteResult(doing, [z1, z2 * Math.exp(logScale(doing, z1)) + shift(doing, z1)]);
    },
    inverse: (x) => {
      const doing = "invert the affine coupling", [z1, y2] = check.finiteVector(doing, "x", x, 2);
      return check.finiteResult(doing, [z1, (y2 - shift(doing, z1)) * Math.exp(-logScale(doing, z1))]);
    },
    logAbsDet: (u) => {
      const doing = "differentiate the affine coupling";
      return logScale(doing, check.finiteVector(doing, "u", u, 2)[0]);
    },
  };
}

/** A vector flow that may fold: it says whether it does. */
export interface FoldableFlow extends VectorFlow {
  /** No two points share an image. */
  readonly invertible: boolean;
  /** Invertible, and the Jacobian is nowhere singular. */
  readonly diffeomorphism: boolean;
}

/**
 * F(z) = z + β (z − z₀)/(α + r), r = ‖z − z₀‖;
 * det J = (1 + β/(α + r))ⁿ⁻¹ (1 + αβ/(α + r)²)
 *
 * Invertible for β ≥ −α, a diffeomorphism for β > −α (Rezende and Mohamed 2015). The inverse finds r from
 * ρ = ‖x − z₀‖ = r + βr/(α + r), a quadratic equation.
 *
 * @param parameters.z0 centre, n components
 * @param parameters.alpha > 0
 * @throws RangeError for α ≤ 0; from the inverse for β < −α
 */
export function radial(parameters: { z0: Vector; alpha: number; beta: number }): FoldableFlow {
  const doing = "make a radial flow", given = check.object(doing, "parameters", parameters);
  const z0 = check.finiteVector(doing, "z0", given.z0), n = z0.length;
  const alpha = check.positive(doing, "alpha", given.alpha), beta = check.finite(doing, "beta", given.beta);
  const invertible = beta >= -alpha, diffeomorphism = beta > -alpha;
  const offset = (doing: string, name: string, z: Vector) => {
    const delta = check.finiteVector(doing, name, z, n).map((x, i) => x - z0[i]);
    return { delta, distance: Math.hypot(...delta) };
  };
  return {
    invertible,
    diffeomorphism,
    forward: (u) => {
      const { delta, distance } = offset("apply the radial flow", "u", u);
      const stretch = (alpha + beta + distance) / (alpha + distance);
      return check.finiteResult("apply the radial flow", delta.map((x, i) => z0[i] + stretch * x));
    },
    inverse: (x) => {
      const { delta, distance } = offset("invert the radial flow", "x", x);
      if (!invertible) {
        throw new RangeError(
          `Cannot invert the radial flow: expected an invertible flow (beta ≥ −alpha), got beta ${beta} for alpha ${alpha}`,
        );
      }
      if (distance === 0) return [...z0];
      const half = (distance - alpha - beta) / 2,
        root = Math.hypot(half, Math.sqrt(distance) * Math.sqrt(alpha));
      const r = half > 0 ? half + root : distance * (alpha / (root - half));
      return check.finiteResult("invert the radial flow", delta.map((y, i) => z0[i] + y * (r / distance)));
    },
    logAbsDet: (u) => {
      const { distance } = offset("differentiate the radial flow", "u", u);
      const across = (alpha + beta + distance) / (alpha + distance);
      // 1 + αβ/(α + r)² from shares of α + r: no square overflows, and β near −α loses no digits
      const whole = alpha + distance, near = alpha / whole;
      const along = distance / whole * (1 + near) + near * ((alpha + beta) / whole);
      return (n === 1 ? 0 : (n - 1) * Math.log(Math.abs(across))) + Math.log(Math.abs(along));
    },
  };
}
