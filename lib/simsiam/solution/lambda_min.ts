import * as check from "../../math/check.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../../math/dense.ts";
import { kron, scale } from "../../math/matrix.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { type Moments, moments, predictor, symmetricPart } from "../arguments.ts";

/** Up to this many unknowns H is formed: its full spectrum is then cheaper than an iteration. */
const DENSE = 64;
/** Accuracy asked for, and shift of the inverse, relative to ‖H‖. */
const ACCURACY = 1e-9, SHIFT = 1e-11;
/** Steps of Lanczos's method: looked at first after so many, then after 1.5 times as many, given up after the last. */
const FIRST_LOOK = 12, MOST_STEPS = 1300;

/**
 * λ_min(H), H = X′ ⊗ (W_pᵀ W_p + I) + X ⊗ W̃_pᵀ W̃_p, good to 1e-9 ‖H‖, without forming H.
 *
 * H acts on V = unvec v as S V X′ + N V X, S = W_pᵀW_p + I, N = W̃_pᵀ W̃_p. One congruence diagonalises X′ and X,
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
  const tilde = shifted(Wp, -1);
  const S = check.finiteResult(doing, shifted(transposeTimes(Wp, Wp), 1));
  const N = check.finiteResult(doing, transposeTimes(tilde, tilde));
  if (X.length * Wp.length <= DENSE) {
    return symmetricSpectrum(check.finiteResult(doing, plus(kron(Xprime, S), kron(X, N)))).values[0];
  }
  const [ofS, ofN, ofXprime, ofX] = [S, N, Xprime, X].map(norm);
  // Between ½ ‖H‖ and ‖H‖: H lies above each of its two terms.
  const size = check.finiteResult(doing, Math.max(ofS * ofXprime, ofN * ofX));
  if (size === 0) return 0;
  const [P, Q] = [scale(1 / size, Xprime), scale(1 / size, X)];
  const left = bothDiagonal(S, N, ofS, ofN), right = bothDiagonal(P, Q, ofXprime / size, ofX / size);
  const a = ofS * ofXprime / size, b = ofN * ofX / size;
  const inverted = left.p.map((p) => right.p.map((q) => 1 / (a * p * q + b * (1 - p) * (1 - q) + SHIFT)));
  return size * smallestEigenvalue({
    rows: Wp.length,
    columns: X.length,
    apply: (V) => plus(product(product(S, V), P), product(product(N, V), Q)),
    invert: (V) => {
      const inside = productWithTranspose(product(left.T, V), right.T);
      const divided = inside.map((row, i) => row.map((x, j) => x * inverted[i][j]));
      return product(transposeTimes(left.T, divided), right.T);
    },
  });
}

/**
 * T with T P Tᵀ / ‖P‖ = diag(p) and T Q Tᵀ / ‖Q‖ = 1 − diag(p), for positive semidefinite P and Q.
 *
 * Where both are (nearly) singular on one vector, their sum is lifted by 1e-12 there.
 */
function bothDiagonal(P: Matrix, Q: Matrix, ofP: number, ofQ: number): { T: number[][]; p: number[] } {
  const unitP = scale(1 / (ofP || 1), P), sum = symmetricSpectrum(plus(unitP, Q, 1 / (ofQ || 1)));
  const K = sum.values.map((value, k) =>
    sum.vectors.map((row) => row[k] / Math.sqrt(Math.max(value, 0) + 1e-12))
  );
  const { values, vectors } = symmetricSpectrum(
    symmetricPart(productWithTranspose(product(K, unitP), K)),
  );
  return { T: transposeTimes(vectors, K), p: values.map((x) => Math.max(0, Math.min(1, x))) };
}

/** A symmetric operator H on rows × columns matrices, of norm 1 … 2, and an easy inverse near its own. */
interface Operator {
  readonly rows: number;
  readonly columns: number;
  apply(V: Matrix): number[][];
  invert(V: Matrix): number[][];
}

/**
 * min vᵀ H v / vᵀ v, by Lanczos's method on the inverse, every vector made orthogonal to all before it; the answer is
 * the Rayleigh quotient of H itself.
 *
 * It ends when the residual ‖H v − θ v‖, within which an eigenvalue must lie, is a tenth of the tolerance; or,
 * as eigenvalues packed closely above the smallest keep the residual up long after θ has settled, when half as
 * many steps again have gained less than half of that.
 *
 * @throws RangeError where neither happens
 * @source Golub & Van Loan, Matrix Computations, chapter 10
 */
function smallestEigenvalue({ rows, columns, apply, invert }: Operator): number {
  const size = rows * columns, last = Math.min(MOST_STEPS, size);
  // Loops: a spread and `flat` take as long as the products.
  const fold = (v: Float64Array) =>
    Array.from({ length: rows }, (_, i) => {
      const row = new Array<number>(columns);
      for (let j = 0; j < columns; j++) row[j] = v[i * columns + j];
      return row;
    });
  const stacked = (V: Matrix) => {
    const v = new Float64Array(size);
    V.forEach((row, i) => v.set(row, i * columns));
    return v;
  };
  const inverse = (v: Float64Array) => stacked(invert(fold(v)));
  // In general position: a structured start may lie in a subspace that H maps into itself.
  const basis = [unit(inverse(Float64Array.from({ length: size }, (_, i) => (i + 1) * GOLDEN % 1 - 0.5)))];
  const T: number[][] = [];
  for (let look = Math.min(FIRST_LOOK, last), before = Infinity;;) {
    const k = basis.length, next = inverse(basis[k - 1]), whole = length(next);
    const along = basis.map((q) => remove(next, q));
    for (const q of basis) remove(next, q);
    const rest = length(next), closed = rest <= 1e-14 * whole;
    T.push([along[k - 2] ?? 0, along[k - 1], rest]);
    if (closed || k === look) {
      const { vectors } = symmetricSpectrum(
        T.map((_, i) =>
          T.map((_, j) => i === j ? T[i][1] : Math.abs(i - j) === 1 ? T[Math.min(i, j)][2] : 0)
        ),
      );
      const v = new Float64Array(size);
      basis.forEach((q, i) => add(v, q, vectors[i][k - 1]));
      // What is left of large eigenvalues weighs heavily in H: once more through the inverse.
      const u = unit(inverse(v)), image = stacked(apply(fold(u))), theta = remove(image, u);
      const residual = length(image);
      if (residual <= ACCURACY / 10 || k > 60 && Math.abs(before - theta) <= ACCURACY / 20) return theta;
      if (closed || k === last) throw unsettled(theta, residual, k);
      before = theta;
      look = Math.min(Math.ceil(1.5 * look), last);
    }
    basis.push(divided(next, rest));
  }
}

const GOLDEN = 0.618033988749895;

/** v·q, after which v ← v − (v·q) q. */
function remove(v: Float64Array, q: Float64Array): number {
  let along = 0;
  for (let i = 0; i < v.length; i++) along += v[i] * q[i];
  add(v, q, -along);
  return along;
}

/** v ← v + c q. */
function add(v: Float64Array, q: Float64Array, c: number): void {
  for (let i = 0; i < v.length; i++) v[i] += c * q[i];
}

function length(v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
  return Math.sqrt(sum);
}

/** v / c. */
function divided(v: Float64Array, c: number): Float64Array {
  const out = new Float64Array(v.length);
  for (let i = 0; i < v.length; i++) out[i] = v[i] / c;
  return out;
}

const unit = (v: Float64Array): Float64Array => divided(v, length(v));

function unsettled(theta: number, residual: number, steps: number): RangeError {
  return new RangeError(
    `Cannot find the smallest eigenvalue: expected it to settle within ${ACCURACY} of the norm, got ${theta} with a residual of ${residual} after ${steps} steps`,
  );
}

/** ‖S‖₂ for a symmetric S. */
function norm(S: Matrix): number {
  const { values } = symmetricSpectrum(S);
  return Math.max(-values[0], values[values.length - 1]);
}

/** A + c I. */
const shifted = (A: Matrix, c: number) => A.map((row, i) => row.map((x, j) => i === j ? x + c : x));
