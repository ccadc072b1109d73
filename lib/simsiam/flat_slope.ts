import {
  combine,
  type Flat,
  flat,
  flatOf,
  multiply,
  multiplyLeftTransposed,
  multiplyRightTransposed,
} from "../math/flat/matrix.ts";
import type { Matrix } from "../math/types.ts";

/** What the flow's right-hand side depends on, besides the weights. */
export interface Surroundings {
  /** n1 × n1. */
  readonly X: Matrix;
  /** X + X′. */
  readonly C: Matrix;
  readonly stopGradient: boolean;
  /** Whether W_p = I, whatever the weights say. */
  readonly withoutPredictor: boolean;
  readonly eta: number;
  readonly alphaP: number;
}

/**
 * Ẇ = −∂J/∂W − η W and, where it is asked for, Ẇ_p = −α_p ∂J/∂W_p − η W_p, in five products of matrices in the
 * kernels' memory.
 *
 * With R = W X − W_p W C, ∂J/∂W with the target held fixed is −W_pᵀ R; without, W C − W_p W X is added to it.
 * ∂J/∂W_p is −R Wᵀ, F₁₂ being symmetric here.
 *
 * @param n2 rows of W
 * @returns slope(W, Wp, dW, dWp) for W, dW: n2 × n1 and Wp, dWp: n2 × n2; to be used within the frame it is made in
 */
export function flatSlope({ X, C, stopGradient, withoutPredictor, eta, alphaP }: Surroundings, n2: number) {
  const n1 = X.length, ofX = flatOf(X), ofMinusC = flatOf(C.map((row) => row.map((x) => -x)));
  const WX = flat(n2, n1), minusWC = flat(n2, n1), R = stopGradient ? WX : flat(n2, n1);
  return (W: Flat, Wp: Flat, dW: Flat, dWp: Flat | null): void => {
    multiply(WX, W, ofX);
    multiply(minusWC, W, ofMinusC);
    if (withoutPredictor) {
      combine(R, 1, WX, 1, minusWC);
      combine(dW, stopGradient ? 1 : 2, R, -eta, W);
      return;
    }
    multiply(R, Wp, minusWC, WX);
    multiplyLeftTransposed(dW, Wp, R, W, -eta);
    if (!stopGradient) {
      combine(dW, 1, dW, 1, minusWC);
      multiply(dW, Wp, WX, dW);
    }
    if (dWp === null) return;
    multiplyRightTransposed(dWp, R, W);
    if (alphaP !== 1 || eta !== 0) combine(dWp, alphaP, dWp, -eta, Wp);
  };
}
