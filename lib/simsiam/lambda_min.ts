import * as check from "../math/check.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../math/dense.ts";
import { identity, kron } from "../math/matrix.ts";
import { smallestEigenvalue } from "../math/davidson.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix } from "../math/types.ts";
import { type Moments, moments, predictor } from "./arguments.ts";

/** Up to this many unknowns H is formed: its full spectrum is then cheaper than an iteration. */
const DENSE = 120;
/** Residual asked for, and shift of the preconditioner, relative to ‖H‖. */
const RESIDUAL = 1e-10, SHIFT = 1e-11;

/**
 * λ_min(H), H = X′ ⊗ (W_pᵀ W_p + I) + X ⊗ W̃_pᵀ W̃_p, good to 1e-9 ‖H‖, without forming H.
 *
 * H acts on V = unvec v as (W_pᵀW_p + I) V X′ + W̃_pᵀ W̃_p V X. One congruence diagonalises X and X′, another
 * the two matrices beside them; that inverts H (not its spectrum), and the inverse steers a Davidson iteration
 * on H itself.
 *
 * @param point Wp: n2 × n2; X and Xprime: n1 × n1
 * @returns the smallest eigenvalue; 0 up to rounding (of either sign) where H is singular
 * @throws as `objective`
 */
export function lambdaMin(point: Moments & { readonly Wp: Matrix }): number {
  const doing = "find the smallest eigenvalue of the curvature", data = check.object(doing, "point", point);
  const { X, Xprime } = moments(doing, data), Wp = predictor(doing, data.Wp);
  const n1 = X.length, n2 = Wp.length, I = identity(n2), tilde = plus(Wp, I, -1);
  const S = check.finiteResult(doing, plus(transposeTimes(Wp, Wp), I));
  const N = check.finiteResult(doing, transposeTimes(tilde, tilde));
  if (n1 * n2 <= DENSE) return symmetricSpectrum(plus(kron(Xprime, S), kron(X, N))).values[0];

  const a = largestEigenvalue(Xprime), b = largestEigenvalue(X);
  const s = largestEigenvalue(S), n = largestEigenvalue(N);
  // Between ½ ‖H‖ and ‖H‖: H lies above each of its two terms.
  const size = Math.max(a * s, b * n);
  if (size === 0) return 0;
  const fold = (v: readonly number[]) => I.map((_, i) => v.slice(i * n1, (i + 1) * n1));
  const apply = (v: readonly number[]) => {
    const V = fold(v);
    return plus(product(product(S, V), Xprime), product(product(N, V), X)).flat();
  };

  const right = bothDiagonal(scaled(Xprime, a), scaled(X, b));
  const left = bothDiagonal(scaled(S, s), scaled(N, n));
  const diagonal = left.first.map((p, i) =>
    right.first.map((q, j) => a * s * p * q + b * n * left.second[i] * right.second[j] + SHIFT * size)
  );
  const precondition = (v: readonly number[]) => {
    const inner = productWithTranspose(product(left.T, fold(v)), right.T);
    const divided = inner.map((row, i) => row.map((x, j) => x / diagonal[i][j]));
    return product(transposeTimes(left.T, divided), right.T).flat();
  };
  return smallestEigenvalue({ size: n1 * n2, apply, precondition, tolerance: RESIDUAL * size });
}

/**
 * T with T P Tᵀ = diag(first) and T Q Tᵀ = diag(second), first + second = 1, for positive semidefinite P and Q.
 *
 * Where both are (nearly) singular on one vector, P + Q is lifted by 1e-12 there.
 */
function bothDiagonal(P: Matrix, Q: Matrix): { T: number[][]; first: number[]; second: number[] } {
  const { values, vectors } = symmetricSpectrum(plus(P, Q));
  // Rows of K: the eigenvectors of P + Q over the roots of their eigenvalues, so that K (P + Q) Kᵀ = I.
  const K = values.map((value, k) => vectors.map((row) => row[k] / Math.sqrt(Math.max(value, 0) + 1e-12)));
  const inner = symmetricSpectrum(symmetricPart(productWithTranspose(product(K, P), K)));
  const first = inner.values.map((x) => Math.max(0, Math.min(1, x)));
  return { T: transposeTimes(inner.vectors, K), first, second: first.map((x) => 1 - x) };
}

const symmetricPart = (A: Matrix) => A.map((row, i) => row.map((x, j) => (x + A[j][i]) / 2));
const scaled = (A: Matrix, by: number) => A.map((row) => row.map((x) => by > 0 ? x / by : 0));

function largestEigenvalue(S: Matrix): number {
  const { values } = symmetricSpectrum(S);
  return Math.max(0, values[values.length - 1]);
}
