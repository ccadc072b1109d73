import * as check from "./check.ts";
import { lowerFactor, luFactor, luSolve } from "./lu.ts";
import { identity, matmul, transpose } from "./matrix.ts";
import { singularSpectrum, spectrum, type SymmetricSpectrum, symmetricSpectrum } from "./spectrum.ts";
import type { Complex, Matrix, Vector } from "./types.ts";

export {
  add,
  apply,
  diagonal,
  dot,
  frobenius,
  identity,
  kron,
  matmul,
  norm,
  outer,
  scale,
  subtract,
  trace,
  transpose,
  unvec,
  vec,
} from "./matrix.ts";
export { expm } from "./expm.ts";

/**
 * A⁻¹, by elimination with partial pivoting on the equilibrated matrix.
 *
 * @param A n × n
 * @throws RangeError when A is singular to working precision: after its rows and columns are scaled alike,
 * 1 / (‖A‖₁ ‖A⁻¹‖₁) < n ε
 */
export function inverse(A: Matrix): number[][] {
  const P = check.squareMatrix("invert a matrix", "A", A), n = P.length;
  const rows = P.map(power);
  const columns = transpose(P.map((row, i) => row.map((x) => x * rows[i]))).map(power);
  const scaled = P.map((row, i) => row.map((x, j) => x * rows[i] * columns[j]));
  const factors = luFactor(scaled);
  // Row j here is column j of the scaled matrix's inverse.
  const turned = factors === null ? [] : identity(n).map((unit) => luSolve(factors, unit));
  const rcond = 1 / (rowNorm(transpose(scaled)) * rowNorm(turned));
  if (factors === null || !(rcond >= n * Number.EPSILON)) {
    throw new RangeError(
      `Cannot invert a matrix: expected an invertible matrix A, got a singular one (reciprocal condition ${rcond})`,
    );
  }
  const inverted = P.map((_, i) => turned.map((column, j) => column[i] * columns[i] * rows[j]));
  return check.finiteResult("invert a matrix", inverted);
}

/** A power of two that brings the largest |entry| into [1, 2); 1 for a row of zeros. */
function power(row: Vector): number {
  const largest = row.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return largest === 0 ? 1 : 2 ** Math.min(1022, -Math.floor(Math.log2(largest)));
}

/** The largest Σⱼ |Aᵢⱼ|; Infinity for no rows, which stands for a zero pivot. */
function rowNorm(A: Matrix): number {
  return A.length === 0
    ? Infinity
    : Math.max(...A.map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)));
}

/**
 * L with S = L Lᵀ, lower triangular, its diagonal positive.
 *
 * @param S n × n, symmetric positive definite
 * @throws RangeError for an asymmetric S, and where a pivot is no larger than n ε Sᵢᵢ: not positive definite
 */
export function cholesky(S: Matrix): number[][] {
  const { L, refused } = lowerFactor(check.symmetric("take a Cholesky factor", "S", S));
  if (refused === undefined) return L;
  throw new RangeError(
    `Cannot take a Cholesky factor: expected a positive definite matrix S, got the pivot ${refused.pivot} in row ${refused.row}`,
  );
}

/** log det S = 2 Σ log Lᵢᵢ for a symmetric positive definite S = L Lᵀ. */
export function logDet(S: Matrix): number {
  return 2 * cholesky(S).reduce((sum, row, i) => sum + Math.log(row[i]), 0);
}

/**
 * S = V diag(values) Vᵀ.
 *
 * @param S n × n, symmetric
 * @returns the eigenvalues, ascending, and V, whose column k belongs to values[k]
 */
export function symmetricEigen(S: Matrix): SymmetricSpectrum {
  const doing = "take eigenvalues", found = symmetricSpectrum(check.symmetric(doing, "S", S));
  check.finiteResult(doing, found.values);
  return found;
}

/** λ₁ ≤ … ≤ λₙ of a symmetric S. */
export function eigenvaluesSymmetric(S: Matrix): number[] {
  return symmetricEigen(S).values;
}

/**
 * The n roots of det(A − λI), by falling real part, then falling imaginary part.
 *
 * An eigenvalue of multiplicity m without m eigenvectors is good to about ε^{1/m} only, whoever asks.
 *
 * @param A n × n, any real square matrix
 */
export function eigenvalues(A: Matrix): Complex[] {
  const doing = "take eigenvalues", found = spectrum(check.squareMatrix(doing, "A", A));
  check.finiteResult(doing, found.flatMap(({ re, im }) => [re, im]));
  return found;
}

/** σ₁ ≥ … ≥ σ_min(m, n) ≥ 0 of an m × n matrix: roots of the eigenvalues of AᵀA. */
export function singularValues(A: Matrix): number[] {
  const doing = "take singular values";
  return check.finiteResult(doing, singularSpectrum(check.matrix(doing, "A", A)));
}

/** ‖A‖₂ = σ₁. */
export function spectralNorm(A: Matrix): number {
  return singularValues(A)[0];
}

/** S^{1/2} = V diag(√λ) Vᵀ for a symmetric positive semidefinite S; negative rounding counts as 0. */
export function squareRoot(S: Matrix): number[][] {
  const { values, vectors } = symmetricSpectrum(check.positiveSemidefinite("take a square root", "S", S));
  const scaled = vectors.map((row) => row.map((x, k) => x * Math.sqrt(Math.max(0, values[k]))));
  return matmul(scaled, transpose(vectors));
}
