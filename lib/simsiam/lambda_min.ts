import * as check from "../math/check.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../math/dense.ts";
import { identity, kron } from "../math/matrix.ts";
import { smallestEigenvalue } from "../math/lanczos.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix } from "../math/types.ts";
import { type Moments, moments, predictor } from "./arguments.ts";

/** Up to this many unknowns H is formed: its full spectrum is then cheaper than an iteration. */
const DENSE = 120;
/** Accuracy asked for, and shift of the inverse, relative to ‖H‖. */
const ACCURACY = 1e-9, SHIFT = 1e-11;
/** Two matrices count as commuting where treating them so changes H by less than this, relative to ‖H‖. */
const COMMUTING = 1e-11;

/**
 * λ_min(H), H = X′ ⊗ (W_pᵀ W_p + I) + X ⊗ W̃_pᵀ W̃_p, good to 1e-9 ‖H‖, without forming H.
 *
 * H acts on V = unvec v as S V X′ + N V X, S = W_pᵀW_p + I, N = W̃_pᵀ W̃_p. Where X and X′ commute (or S and N
 * do), their common eigenvectors split H into small blocks. Otherwise one congruence diagonalises X and X′,
 * another S and N; that inverts H (it does not give its spectrum), and Lanczos's method on the inverse finds the
 * eigenvalue.
 *
 * @param point Wp: n2 × n2; X and Xprime: n1 × n1
 * @returns the smallest eigenvalue; 0 up to rounding (of either sign) where H is singular
 * @throws as `objective`, and RangeError should the iteration not settle
 */
export function lambdaMin(point: Moments & { readonly Wp: Matrix }): number {
  const doing = "find the smallest eigenvalue of the curvature", data = check.object(doing, "point", point);
  const { X, Xprime } = moments(doing, data), Wp = predictor(doing, data.Wp);
  const n1 = X.length, n2 = Wp.length, I = identity(n2), tilde = plus(Wp, I, -1);
  const S = check.finiteResult(doing, plus(transposeTimes(Wp, Wp), I));
  const N = check.finiteResult(doing, transposeTimes(tilde, tilde));
  if (n1 * n2 <= DENSE) {
    return symmetricSpectrum(check.finiteResult(doing, plus(kron(Xprime, S), kron(X, N)))).values[0];
  }

  const scales = [
    largestEigenvalue(S) * largestEigenvalue(Xprime),
    largestEigenvalue(N) * largestEigenvalue(X),
  ];
  // Between ½ ‖H‖ and ‖H‖: H lies above each of its two terms.
  const size = check.finiteResult(doing, Math.max(...scales));
  if (size === 0) return 0;
  const first = { left: S, right: over(Xprime, size) }, second = { left: N, right: over(X, size) };
  return size *
    (byBlocks([first.right, second.right], [S, N]) ?? byBlocks([S, N], [first.right, second.right]) ??
      byLanczos(first, second));
}

const over = (A: Matrix, size: number) => A.map((row) => row.map((x) => x / size));

interface Term {
  /** n2 × n2. */
  readonly left: number[][];
  /** n1 × n1. */
  readonly right: number[][];
}

/**
 * min over i of λ_min(pᵢ C + qᵢ D) for P ⊗ C + Q ⊗ D, P = U diag(p) Uᵀ and Q = U diag(q) Uᵀ.
 *
 * @returns null where no U leaves less than 1e-11 off the diagonals; the whole is of norm 1 … 2
 */
function byBlocks([P, Q]: number[][][], [C, D]: number[][][]): number | null {
  // Any generic combination has the common eigenvectors, and no others, as its own.
  const a = largestEigenvalue(P) || 1, b = largestEigenvalue(Q) || 1;
  const { vectors } = symmetricSpectrum(
    P.map((row, i) => row.map((x, j) => x / a + 0.7548776662 * Q[i][j] / b)),
  );
  const p = transposeTimes(vectors, product(P, vectors)), q = transposeTimes(vectors, product(Q, vectors));
  if (offDiagonal(p) * largestEigenvalue(C) + offDiagonal(q) * largestEigenvalue(D) > COMMUTING) return null;
  const lowest = p.map((_, i) =>
    symmetricSpectrum(C.map((row, k) => row.map((x, l) => p[i][i] * x + q[i][i] * D[k][l]))).values[0]
  );
  return Math.min(...lowest);
}

/** λ_min of V ↦ A.left V A.right + B.left V B.right, which is of norm 1 … 2. */
function byLanczos(A: Term, B: Term): number {
  const n1 = A.right.length;
  const fold = (v: readonly number[]) => A.left.map((_, i) => v.slice(i * n1, (i + 1) * n1));
  const apply = (v: readonly number[]) => {
    const V = fold(v);
    return plus(product(product(A.left, V), A.right), product(product(B.left, V), B.right)).flat();
  };

  const left = bothDiagonal(A.left, B.left), right = bothDiagonal(A.right, B.right);
  const ofA = left.scaleP * right.scaleP, ofB = left.scaleQ * right.scaleQ;
  const diagonal = left.p.map((p) => right.p.map((q) => ofA * p * q + ofB * (1 - p) * (1 - q) + SHIFT));
  const invert = (v: readonly number[]) => {
    const inner = productWithTranspose(product(left.T, fold(v)), right.T);
    const divided = inner.map((row, i) => row.map((x, j) => x / diagonal[i][j]));
    return product(transposeTimes(left.T, divided), right.T).flat();
  };
  return smallestEigenvalue({ size: A.left.length * n1, apply, invert, tolerance: ACCURACY });
}

/**
 * T with T P Tᵀ = scaleP diag(p) and T Q Tᵀ = scaleQ diag(1 − p), for positive semidefinite P and Q.
 *
 * Where both are (nearly) singular on one vector, their sum is lifted by 1e-12 there.
 */
function bothDiagonal(P: Matrix, Q: Matrix): { T: number[][]; p: number[]; scaleP: number; scaleQ: number } {
  const scaleP = largestEigenvalue(P), scaleQ = largestEigenvalue(Q);
  const unitP = P.map((row) => row.map((x) => scaleP > 0 ? x / scaleP : 0));
  const unitQ = Q.map((row) => row.map((x) => scaleQ > 0 ? x / scaleQ : 0));
  const { values, vectors } = symmetricSpectrum(plus(unitP, unitQ));
  // Rows of K: the eigenvectors of the sum over the roots of their eigenvalues, so that K (sum) Kᵀ = I.
  const K = values.map((value, k) => vectors.map((row) => row[k] / Math.sqrt(Math.max(value, 0) + 1e-12)));
  const inner = symmetricSpectrum(symmetricPart(productWithTranspose(product(K, unitP), K)));
  const p = inner.values.map((x) => Math.max(0, Math.min(1, x)));
  return { T: transposeTimes(inner.vectors, K), p, scaleP, scaleQ };
}

const symmetricPart = (A: Matrix) => A.map((row, i) => row.map((x, j) => (x + A[j][i]) / 2));

/** ‖A − diag A‖_F, by which dropping it can move an eigenvalue. */
function offDiagonal(A: Matrix): number {
  return Math.hypot(...A.map((row, i) => Math.hypot(...row.map((x, j) => i === j ? 0 : x))));
}

function largestEigenvalue(S: Matrix): number {
  const { values } = symmetricSpectrum(S);
  return Math.max(0, values[values.length - 1]);
}
