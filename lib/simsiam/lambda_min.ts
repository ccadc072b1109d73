import * as check from "../math/check.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../math/dense.ts";
import {
  combine,
  flat,
  flatOf,
  frobeniusOf,
  largestColumnSum,
  multiply,
  multiplyEntries,
  multiplyLeftTransposed,
  multiplyRightTransposed,
} from "../math/flat/matrix.ts";
import { frame } from "../math/flat/memory.ts";
import { smallestEigenvalue } from "../math/lanczos.ts";
import { lowerFactor, lowerInverse } from "../math/lu.ts";
import { kron } from "../math/matrix.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix } from "../math/types.ts";
import { type Moments, moments, predictor } from "./arguments.ts";

/** Up to this many unknowns H is formed: its full spectrum is then cheaper than an iteration. */
const DENSE = 64;
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
  const n1 = X.length, n2 = Wp.length, tilde = shifted(Wp, -1);
  const S = check.finiteResult(doing, shifted(transposeTimes(Wp, Wp), 1));
  const N = check.finiteResult(doing, transposeTimes(tilde, tilde));
  if (n1 * n2 <= DENSE) {
    return symmetricSpectrum(check.finiteResult(doing, plus(kron(Xprime, S), kron(X, N)))).values[0];
  }

  const [left, right] = [[S, N].map(sized), [Xprime, X].map(sized)];
  // Between ½ ‖H‖ and 1.6 ‖H‖: H lies above each of its two terms.
  const size = check.finiteResult(
    doing,
    Math.max(left[0].norm * right[0].norm, left[1].norm * right[1].norm),
  );
  if (size === 0) return 0;
  const unit = right.map(({ A, norm }) => ({ A: over(A, size), norm: norm / size }));
  return size * (byBlocks(unit, left) ?? byBlocks(left, unit) ?? frame(() => byLanczos(left, unit)));
}

/** A / size. */
const over = (A: Matrix, size: number): number[][] =>
  A.map((row) => {
    const out = new Array<number>(row.length);
    for (let j = 0; j < row.length; j++) out[j] = row[j] / size;
    return out;
  });

/** A + c I. */
const shifted = (A: Matrix, c: number): number[][] =>
  A.map((row, i) => {
    const out = [...row];
    out[i] += c;
    return out;
  });

/** A symmetric matrix and its `norm`. */
interface Sized {
  readonly A: number[][];
  readonly norm: number;
}
const sized = (A: number[][]): Sized => ({ A, norm: norm(A) });

/** ‖S‖₂ … n^(1/32) ‖S‖₂ for a symmetric S, by (‖(S / ‖S‖_F)¹⁶‖_F)^(1/16) ‖S‖_F: a spectrum would cost more. */
function norm(S: Matrix): number {
  return frame(() => {
    let A = flatOf(S), next = flat(S.length, S.length), weight = 1;
    const largest = largestColumnSum(A, flat(1, S.length));
    if (largest === 0) return 0;
    combine(A, 1 / largest, A);
    let product = largest;
    for (let k = 0; k < 5; k++, weight /= 2) {
      const size = frobeniusOf(A);
      product *= size ** weight;
      combine(A, 1 / size, A);
      if (k < 4) multiply(next, A, A);
      [A, next] = [next, A];
    }
    return product;
  });
}

/**
 * min over i of λ_min(pᵢ C + qᵢ D) for P ⊗ C + Q ⊗ D, P = U diag(p) Uᵀ and Q = U diag(q) Uᵀ.
 *
 * @returns null where no U leaves less than 1e-11 off the diagonals; the whole is of norm 0.6 … 2
 */
function byBlocks([first, second]: Sized[], [third, fourth]: Sized[]): number | null {
  const { A: P, norm: a } = first, { A: Q, norm: b } = second;
  const { A: C, norm: c } = third, { A: D, norm: d } = fourth;
  // With E and F left off the diagonals, P Q − Q P = [p, F] + [E, q] + [E, F].
  if (c > 0 && d > 0 && commutator(P, Q) > 4 * COMMUTING * (a / d + b / c + COMMUTING / (c * d))) return null;
  // Any generic combination has the common eigenvectors, and no others, as its own.
  const { vectors } = symmetricSpectrum(
    P.map((row, i) => row.map((x, j) => x / (a || 1) + 0.7548776662 * Q[i][j] / (b || 1))),
  );
  const p = transposeTimes(vectors, product(P, vectors)), q = transposeTimes(vectors, product(Q, vectors));
  if (offDiagonal(p) * c + offDiagonal(q) * d > COMMUTING) return null;
  const lowest = p.map((_, i) =>
    symmetricSpectrum(C.map((row, k) => row.map((x, l) => p[i][i] * x + q[i][i] * D[k][l]))).values[0]
  );
  return Math.min(...lowest);
}

/** The largest |(P Q − Q P)ᵢⱼ| for symmetric P and Q, where Q P = (P Q)ᵀ; no larger than ‖P Q − Q P‖. */
function commutator(P: Matrix, Q: Matrix): number {
  const A = product(P, Q);
  let largest = 0;
  for (let i = 0; i < A.length; i++) {
    for (let j = 0; j < i; j++) largest = Math.max(largest, Math.abs(A[i][j] - A[j][i]));
  }
  return largest;
}

/** λ_min of V ↦ S V X′ + N V X, which is of norm 0.6 … 2; within a frame. */
function byLanczos(ofLeft: Sized[], ofRight: Sized[]): number {
  const rows = ofLeft[0].A.length, columns = ofRight[0].A.length;
  const left = bothDiagonal(ofLeft), right = bothDiagonal(ofRight);
  const [a, b] = [0, 1].map((i) => ofLeft[i].norm * ofRight[i].norm);
  const inverted = flatOf(
    left.p.map((p) => right.p.map((q) => 1 / (a * p * q + b * (1 - p) * (1 - q) + SHIFT))),
  );
  const [S, N, Xprime, X] = [...ofLeft, ...ofRight].map(({ A }) => flatOf(A));
  const L = flatOf(left.T), R = flatOf(right.T);
  const [half, other] = [flat(rows, columns), flat(rows, columns)];
  return smallestEigenvalue({
    rows,
    columns,
    tolerance: ACCURACY,
    apply(into, V) {
      multiply(half, S, V);
      multiply(other, half, Xprime);
      multiply(half, N, V);
      multiply(into, half, X, other);
    },
    invert(into, V) {
      multiply(half, L, V);
      multiplyRightTransposed(other, half, R);
      multiplyEntries(other, other, inverted);
      multiplyLeftTransposed(half, L, other);
      multiply(into, half, R);
    },
  });
}

/**
 * T with T P Tᵀ = ‖P‖ diag(p) and T Q Tᵀ = ‖Q‖ diag(1 − p), for positive semidefinite P and Q.
 *
 * Where both are (nearly) singular on one vector, their sum is lifted by 1e-12 there.
 */
function bothDiagonal([P, Q]: Sized[]): { T: number[][]; p: number[] } {
  const unitP = over(P.A, P.norm || 1), K = whitening(plus(unitP, over(Q.A, Q.norm || 1)));
  const inner = symmetricSpectrum(symmetricPart(productWithTranspose(product(K, unitP), K)));
  const p = inner.values.map((x) => Math.max(0, Math.min(1, x)));
  return { T: transposeTimes(inner.vectors, K), p };
}

/** K with K (A + 1e-12 I) Kᵀ = I: L⁻¹ for A + 1e-12 I = L Lᵀ, or from the spectrum where A is indefinite. */
function whitening(A: Matrix): number[][] {
  const LIFT = 1e-12, { L, refused } = lowerFactor(shifted(A, LIFT));
  if (refused === undefined) return lowerInverse(L);
  const { values, vectors } = symmetricSpectrum(A);
  return values.map((value, k) => vectors.map((row) => row[k] / Math.sqrt(Math.max(value, 0) + LIFT)));
}

/** ½ (A + Aᵀ). */
function symmetricPart(A: Matrix): number[][] {
  const S = A.map((row) => [...row]);
  for (let i = 0; i < A.length; i++) {
    for (let j = 0; j < i; j++) S[i][j] = S[j][i] = (A[i][j] + A[j][i]) / 2;
  }
  return S;
}

/** ‖A − diag A‖_F, by which dropping it can move an eigenvalue. */
function offDiagonal(A: Matrix): number {
  return Math.hypot(...A.map((row, i) => Math.hypot(...row.map((x, j) => i === j ? 0 : x))));
}
