import * as check from "../math/check.ts";
import { softplus } from "../math/stable.ts";
import type { Vector } from "../math/types.ts";
import { solveTanhShift, tanhShiftSlope } from "./tanh_shift.ts";
import type { FoldableFlow } from "./vector.ts";

const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/**
 * F(z) = z + u tanh(w·z + b), det J = 1 + (w·u) sech²(w·z + b)
 *
 * Injective iff w·u ≥ −1, a diffeomorphism iff w·u > −1: at −1 the Jacobian vanishes on the hyperplane
 * w·z + b = 0, where log|det J| is −Infinity. w·u counts as −1 when it falls below by no more than the rounding
 * of the sum. The inverse solves a + (w·u) tanh a = w·x + b for the one number a = w·z + b.
 * Rezende and Mohamed 2015.
 *
 * @param parameters.u n components
 * @param parameters.w n components; 0 gives the translation by u tanh b
 * @param parameters.b a number
 * @throws RangeError for lengths that differ; from the inverse for w·u < −1
 */
export function planar(parameters: { u: Vector; w: Vector; b: number }): FoldableFlow {
  const doing = "make a planar flow", given = check.object(doing, "parameters", parameters);
  const u = check.finiteVector(doing, "u", given.u), n = u.length;
  const w = check.finiteVector(doing, "w", given.w, n), b = check.finite(doing, "b", given.b);
  const product = check.finite(doing, "w·u", dot(w, u));
  const rounding = 4 * n * Number.EPSILON * w.reduce((sum, x, i) => sum + Math.abs(x * u[i]), 0);
  const c = product < -1 && product >= -1 - rounding ? -1 : product;
  const level = (doing: string, name: string, z: Vector) => {
    const at = check.finiteVector(doing, name, z, n);
    return { at, height: check.finite(doing, `w·${name} + b`, dot(w, at) + b) };
  };
  return {
    invertible: c >= -1,
    diffeomorphism: c > -1,
    forward: (z) => {
      const { at, height } = level("apply the planar flow", "z", z), step = Math.tanh(height);
      return check.finiteResult("apply the planar flow", at.map((x, i) => x + u[i] * step));
    },
    inverse: (x) => {
      const { at, height } = level("invert the planar flow", "x", x);
      if (c < -1) {
        throw new RangeError(
          `Cannot invert the planar flow: expected an invertible flow (w·u ≥ −1), got w·u = ${product}`,
        );
      }
      const a = solveTanhShift(c, height), step = Math.tanh(a);
      let z = at.map((y, i) => y - u[i] * step);
      // Where u is large y − u tanh a cancels, but w·z is known to be a − b: what it lacks, each coordinate makes up for
      // in proportion to the square of its rounding.
      const sizes = at.map((y, i) => Math.max(Math.abs(y), Math.abs(u[i] * step))),
        largest = Math.max(...sizes);
      const share = sizes.map((size, i) => w[i] * (size / (largest || 1)) ** 2), most = dot(w, share);
      // Each time rounds off sixteen digits of what was missing, which may have hundreds.
      for (let k = 0; k < 20 && most > 0 && most < Infinity; k++) {
        const missing = (a - b - dot(w, z)) / most;
        if (missing === 0) break;
        z = z.map((x, i) => x + missing * share[i]);
      }
      return check.finiteResult("invert the planar flow", z);
    },
    logAbsDet: (z) => {
      const { height } = level("differentiate the planar flow", "z", z);
      return Math.log(Math.abs(tanhShiftSlope(c, height)));
    },
  };
}

/**
 * û = u + (m − w·u) w/‖w‖², m = −1 + softplus(w·u): then w·û = m > −1, whatever u
 *
 * The square in ‖w‖² matters: with ‖w‖ alone w·û can fall below −1.
 *
 * @param parameters.u n components
 * @param parameters.w n components; for w = 0 every u is allowed and comes back
 * @returns û, n components, with planar({ u: û, w, b }).invertible
 * @throws RangeError for lengths that differ or components that are not finite
 */
export function constrainPlanar(parameters: { u: Vector; w: Vector }): number[] {
  const doing = "constrain a planar flow", given = check.object(doing, "parameters", parameters);
  const u = check.finiteVector(doing, "u", given.u), w = check.finiteVector(doing, "w", given.w, u.length);
  const norm = Math.hypot(...w);
  if (norm === 0) return u;
  const wanted = -1 + softplus(check.finite(doing, "w·u", dot(w, u)));
  const moved = (v: Vector) => {
    const step = (wanted - dot(w, v)) / norm;
    return v.map((x, i) => x + step * (w[i] / norm));
  };
  // The second step removes the rounding that a large w·u leaves in the first.
  return check.finiteResult(doing, moved(moved(u)));
}
