import * as check from "../math/check.ts";
import { plus, product } from "../math/dense.ts";
import { floats } from "../math/field.ts";
import { inverse } from "../math/linalg.ts";
import type { Matrix } from "../math/types.ts";
import { type Moments, moments, network, predictor } from "./arguments.ts";
import { simsiamOver } from "./solution/formulas.ts";

export { simsiamOver } from "./solution/formulas.ts";
export { agreement, digitMoments, neighbourAccuracy, trainVariants } from "./solution/digits.ts";
export { lambdaMin } from "./solution/lambda_min.ts";
export { gradientDescent, gradientFlow } from "./solution/dynamics.ts";
export type { Dynamics } from "./solution/dynamics.ts";

/** Weights and moments. W: n2 × n1, Wp: n2 × n2, X and Xprime: n1 × n1, symmetric positive semidefinite. */
interface Point extends Moments {
  readonly W: Matrix;
  readonly Wp: Matrix;
}

const formulas = simsiamOver(floats);

/**
 * J = ½ [tr(W_pᵀ W_p F₁) − tr(W_p F₁₂) − tr(F₁₂ W_p) + tr F₂], F₁ = W (X + X′) Wᵀ: equation (3), which is
 * ½ E‖W_p f₁ − f₂‖².
 *
 * @param point F12 (n2 × n2, any) and F2 stand for W X Wᵀ and W (X + X′) Wᵀ where given; X + X′ alone need
 * then be positive semidefinite
 * @throws RangeError for shapes that do not fit, moments that are not symmetric or not positive semidefinite
 */
export function objective(point: Point & { readonly F12?: Matrix; readonly F2?: Matrix }): number {
  const doing = "evaluate the objective", { F12, F2 } = check.object(doing, "point", point);
  const at = weightsAndMoments(doing, point, F12 !== undefined || F2 !== undefined);
  const value = formulas.objective({
    ...at,
    F12: F12 === undefined ? undefined : check.squareMatrix(doing, "F12", F12, at.W.length),
    F2: F2 === undefined ? undefined : check.squareMatrix(doing, "F2", F2, at.W.length),
  });
  return check.finiteResult(doing, value);
}

/**
 * ∂J/∂W_p = W_p F₁ − F₁₂ᵀ (not its negative), n2 × n2; a stop-gradient changes nothing, the target being free
 * of W_p.
 *
 * @param point F12 (n2 × n2, any) stands for W X Wᵀ where given; X + X′ alone need then be positive
 * semidefinite
 * @throws as `objective`
 */
export function gradWp(point: Point & { readonly F12?: Matrix }): number[][] {
  const doing = "take the gradient for Wp", { F12 } = check.object(doing, "point", point);
  const at = weightsAndMoments(doing, point, F12 !== undefined);
  const given = F12 === undefined ? undefined : check.squareMatrix(doing, "F12", F12, at.W.length);
  return check.finiteResult(doing, formulas.gradWp({ ...at, F12: given }));
}

/**
 * ∂J/∂W = (W_pᵀ W_p + I) W X′ + W̃_pᵀ W̃_p W X, W̃_p = W_p − I; with a stop-gradient on the target
 * W_pᵀ (W_p W (X + X′) − W X).
 *
 * The first form, unlike the one term by term, loses no digits where W_p is near I.
 *
 * @param point stopGradient: whether the target branch W x₂ is held fixed
 * @returns n2 × n1
 * @throws as `objective`
 */
export function gradW(point: Point & { readonly stopGradient: boolean }): number[][] {
  const doing = "take the gradient for W";
  const stopped = check.boolean(doing, "stopGradient", check.object(doing, "point", point).stopGradient);
  return check.finiteResult(doing, formulas.gradW(weightsAndMoments(doing, point), stopped));
}

/**
 * H = X′ ⊗ (W_pᵀ W_p + I) + X ⊗ W̃_pᵀ W̃_p, so that vec(∂J/∂W) = H vec W without a stop-gradient.
 *
 * @returns (n1 n2) × (n1 n2), symmetric positive semidefinite
 * @throws as `objective`
 */
export function curvature(point: Omit<Point, "W">): number[][] {
  const doing = "form the curvature", data = check.object(doing, "point", point);
  const Wp = predictor(doing, data.Wp);
  return check.finiteResult(doing, formulas.curvature({ Wp, ...moments(doing, data) }));
}

/**
 * W X (X + X′)⁻¹: the W that fits W x₁ to the target of the old W best, one round of exact alternation
 * without a predictor.
 *
 * @param point W: n2 × n1; X + X′ must be invertible
 * @throws RangeError when X + X′ is singular
 */
export function emStep(point: Omit<Point, "Wp">): number[][] {
  const doing = "take the EM step", data = check.object(doing, "point", point);
  const { X, Xprime } = moments(doing, data), W = network(doing, data.W, X);
  return check.finiteResult(doing, product(product(W, X), inverse(plus(X, Xprime))));
}

/** Fixed points of one decoupled mode. */
interface Modes {
  /** The stable fixed point of p; null above the threshold. */
  readonly pPlus: number | null;
  /** The saddle, below which a start dies out; null above the threshold. */
  readonly pMinus: number | null;
  /** x² / (4 (x + x′)): the largest weight decay with which the mode survives. */
  readonly threshold: number;
  /** weightDecay ≤ threshold. */
  readonly stable: boolean;
}

/**
 * p± = (x ± √(x² − 4 η (x + x′))) / (2 (x + x′)): where (x + x′) p² − x p + η = 0.
 *
 * @param mode x ≥ 0 and xPrime ≥ 0, eigenvalues of X and X′ on the mode, not both 0; weightDecay η ≥ 0
 * @throws RangeError for negative values, and for x + x′ = 0
 */
export function modes(mode: { x: number; xPrime: number; weightDecay: number }): Modes {
  const doing = "find the modes", data = check.object(doing, "mode", mode);
  const x = check.nonNegative(doing, "x", data.x);
  const xPrime = check.nonNegative(doing, "xPrime", data.xPrime);
  const eta = check.nonNegative(doing, "weightDecay", data.weightDecay);
  check.positive(doing, "x + xPrime", x + xPrime);
  const share = x / (x + xPrime), threshold = x * share / 4, stable = eta <= threshold;
  if (!stable) return { pPlus: null, pMinus: null, threshold, stable };
  // In units of the threshold nothing overflows, and the smaller root does not cancel.
  const ratio = threshold === 0 ? 0 : eta / threshold, root = Math.sqrt(1 - ratio);
  return { pPlus: share * (1 + root) / 2, pMinus: share * ratio / (1 + root) / 2, threshold, stable };
}

function weightsAndMoments(doing: string, point: Point, sumOnly = false) {
  const { X, Xprime } = moments(doing, point, sumOnly);
  const W = network(doing, point.W, X);
  return { W, Wp: predictor(doing, point.Wp, W), X, Xprime };
}
