import { finite, nonNegative, oneOf } from "../math/check.ts";
import { type Field, floats, matricesOver } from "../math/field.ts";

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
