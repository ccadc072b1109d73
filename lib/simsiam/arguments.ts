import * as check from "../math/check.ts";
import { plus } from "../math/dense.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix } from "../math/types.ts";

/** ½ (A + Aᵀ): what rounding leaves of a symmetric matrix, made one again. */
export const symmetricPart = (A: Matrix) => A.map((row, i) => row.map((x, j) => (x + A[j][i]) / 2));

/** The second moments of the views, n1 × n1, symmetric. */
export interface Moments {
  /** Auto-correlation of the average view. */
  readonly X: Matrix;
  /** Covariance of the views given the data point. */
  readonly Xprime: Matrix;
}

/**
 * X and X′ as symmetric matrices of one size, each positive semidefinite, rounding (1e-9 of ‖X + X′‖) apart.
 *
 * @param sumOnly whether it is enough that X + X′ is positive semidefinite
 */
export function moments(
  doing: string,
  data: Moments,
  sumOnly = false,
): { X: number[][]; Xprime: number[][] } {
  const X = check.squareMatrix(doing, "X", data.X);
  const Xprime = check.squareMatrix(doing, "Xprime", data.Xprime);
  if (X.length !== Xprime.length) {
    throw new RangeError(
      `Cannot ${doing}: expected X and Xprime of one size, got ${shape(X)} and ${shape(Xprime)}`,
    );
  }
  const sum = () => plus(X, Xprime);
  const scale = () => {
    const { values } = symmetricSpectrum(symmetricPart(sum()));
    return Math.max(-values[0], values[values.length - 1]);
  };
  const symmetric = sumOnly ? check.symmetric : check.positiveSemidefinite;
  if (sumOnly) check.positiveSemidefinite(doing, "X + Xprime", sum());
  return {
    X: symmetric(doing, "X", X, { scale }),
    Xprime: symmetric(doing, "Xprime", Xprime, { scale }),
  };
}

/** W as an n2 × n1 matrix, n1 being the size of X. */
export function network(doing: string, W: unknown, X: Matrix): number[][] {
  const A = check.matrix(doing, "W", W);
  if (A[0].length === X.length) return A;
  throw new RangeError(
    `Cannot ${doing}: expected W with as many columns as X, got ${shape(A)} and ${shape(X)}`,
  );
}

/** W_p as an n2 × n2 matrix, n2 being the rows of W where W is given. */
export function predictor(doing: string, Wp: unknown, W?: Matrix): number[][] {
  const A = check.squareMatrix(doing, "Wp", Wp);
  if (W === undefined || A.length === W.length) return A;
  throw new RangeError(
    `Cannot ${doing}: expected Wp with as many rows as W, got ${shape(A)} and ${shape(W)}`,
  );
}

const shape = (A: Matrix) => `${A.length} × ${A[0].length}`;
