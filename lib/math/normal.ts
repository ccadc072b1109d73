import { LOG_2PI } from "./stable.ts";
import * as check from "./check.ts";
import { cholesky } from "./linalg.ts";
import type { Matrix, Vector } from "./types.ts";

/** N(mean, cov) on Rⁿ: n components and an n × n symmetric positive definite matrix. */
export interface Normal {
  readonly mean: Vector;
  readonly cov: Matrix;
}

/** N(mean, diag(variance)) on Rⁿ: n components and n variances > 0. */
interface DiagonalNormal {
  readonly mean: Vector;
  readonly variance: Vector;
}

/**
 * KL(q ‖ p) = ½ [tr(Σp⁻¹ Σq) + (μq − μp)ᵀ Σp⁻¹ (μq − μp) − n − log(det Σq / det Σp)] nats
 *
 * Stable form, with M = Lp⁻¹ Lq of the Cholesky factors: ½ [Σ (Mᵢᵢ² − 1 − log Mᵢᵢ²) + Σ_{i>j} Mᵢⱼ² + ‖Lp⁻¹ (μq − μp)‖²].
 * No term is negative, so none cancels: near q = p the textbook form returns rounding of either sign.
 *
 * @throws RangeError unless both covariances are symmetric positive definite and of one size (a singular p, for
 * which KL would be infinite, is refused too)
 */
export function klNormal(q: Normal, p: Normal): number {
  const doing = "take the KL divergence";
  const Q = normal(doing, "q", q), P = normal(doing, "p", p, Q.mean.length);
  const Lq = Q.factor, Lp = P.factor;
  let twice = 0;
  for (let j = 0; j < Lq.length; j++) {
    const column = forward(Lp, Lq.map((row) => row[j]));
    twice += excess(column[j] ** 2 - 1, 2 * (Math.log(Lq[j][j]) - Math.log(Lp[j][j])));
    for (let i = j + 1; i < column.length; i++) twice += column[i] ** 2;
  }
  return number(doing, (twice + squaredNorm(forward(Lp, minus(Q.mean, P.mean)))) / 2);
}

/**
 * H(p) = ½ [n (1 + log 2π) + log det Σ] nats (differential entropy, may be negative)
 *
 * @throws RangeError unless the covariance is symmetric positive definite
 */
export function entropyNormal(p: Normal): number {
  const { factor } = normal("take the entropy", "p", p);
  return (factor.length * (1 + LOG_2PI) + logDetOf(factor)) / 2;
}

/**
 * log N(x; μ, Σ) = −½ [n log 2π + log det Σ + (x − μ)ᵀ Σ⁻¹ (x − μ)] nats
 *
 * @param x n components
 * @throws RangeError unless the covariance is symmetric positive definite and the sizes agree
 */
export function logDensityNormal(x: Vector, p: Normal): number {
  const doing = "take the log density";
  const P = normal(doing, "p", p), at = check.finiteVector(doing, "x", x, P.mean.length);
  const distance = squaredNorm(forward(P.factor, minus(at, P.mean)));
  return number(doing, -(at.length * LOG_2PI + logDetOf(P.factor) + distance) / 2);
}

/**
 * KL(q ‖ p) = ½ Σ [σq² / σp² − 1 − log(σq² / σp²) + (μq − μp)² / σp²] nats, of diagonal normals
 *
 * @throws RangeError unless all variances are positive and the sizes agree
 */
export function klDiagonal(q: DiagonalNormal, p: DiagonalNormal): number {
  const doing = "take the KL divergence";
  const Q = diagonalOf(doing, "q", q), P = diagonalOf(doing, "p", p, Q.mean.length);
  const twice = Q.variance.map((v, i) =>
    excess((v - P.variance[i]) / P.variance[i], Math.log(v) - Math.log(P.variance[i])) +
    ((Q.mean[i] - P.mean[i]) / Math.sqrt(P.variance[i])) ** 2
  );
  return number(doing, twice.reduce((sum, term) => sum + term, 0) / 2);
}

/**
 * KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − log σ² − 1) nats: the second term of a VAE's ELBO
 *
 * Stable form: σ² − 1 = expm1(log σ²), which keeps its digits near σ² = 1. Infinity where exp(logVar) overflows
 * (logVar > 709.78).
 *
 * @param mean n components
 * @param logVar n logarithms of variances
 */
export function klStandardNormal(mean: Vector, logVar: Vector): number {
  const doing = "take the KL divergence from the standard normal";
  const m = check.finiteVector(doing, "mean", mean),
    v = check.finiteVector(doing, "logVar", logVar, m.length);
  return m.reduce((sum, x, i) => sum + x ** 2 + excess(Math.expm1(v[i]), v[i]), 0) / 2;
}

/**
 * argmin over diagonal q of KL(q ‖ p) = N(μ, diag(1 / Λⱼⱼ)), Λ = Σ⁻¹; its value is ½ (Σ log Λⱼⱼ − log det Λ)
 *
 * Stable form of the value, Σ = L Lᵀ, R = L⁻¹: Λⱼⱼ = Σᵢ Rᵢⱼ², so it is ½ Σⱼ log(1 + Σ_{i>j} Rᵢⱼ² / Rⱼⱼ²), exactly 0
 * for a diagonal p. (The other direction, KL(p ‖ q), would give diag(Σⱼⱼ).)
 *
 * @returns the best mean and variances, and the gap in nats
 * @throws RangeError unless the covariance is symmetric positive definite
 */
export function bestDiagonal(p: Normal): { mean: number[]; variance: number[]; gap: number } {
  const doing = "fit a diagonal normal";
  const { mean, factor: L } = normal(doing, "p", p);
  const columns = L.map((_, j) => forward(L, L.map((_, i) => i === j ? 1 : 0)));
  const below = columns.map((column, j) => squaredNorm(column.slice(j + 1).map((x) => x / column[j])));
  return {
    mean,
    variance: columns.map((column) => number(doing, 1 / squaredNorm(column))),
    gap: number(doing, below.reduce((sum, x) => sum + Math.log1p(x), 0) / 2),
  };
}

/** N(mean, diag(variance)) with its covariance written out. */
export function diagonalNormal(q: DiagonalNormal): { mean: number[]; cov: number[][] } {
  const { mean, variance } = diagonalOf("write out a diagonal normal", "q", q);
  return { mean, cov: variance.map((v, i) => variance.map((_, j) => i === j ? v : 0)) };
}

/**
 * A checked copy of a normal on Rⁿ (of any size where n is left out), with the Cholesky factor of its covariance.
 *
 * @throws RangeError for sizes that disagree and for a covariance that is not symmetric positive definite
 */
export function normal(doing: string, name: string, p: Normal, n?: number) {
  const given = check.object(doing, name, p);
  const mean = check.finiteVector(doing, `${name}.mean`, given.mean, n);
  const cov = check.symmetric(doing, `${name}.cov`, given.cov, { n: mean.length });
  try {
    return { mean, cov, factor: cholesky(cov) };
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.replace(/.*, got/, "got") : String(cause);
    throw new RangeError(`Cannot ${doing}: expected a positive definite matrix ${name}.cov, ${got}`, {
      cause,
    });
  }
}

function diagonalOf(doing: string, name: string, q: DiagonalNormal, n?: number) {
  const { mean, variance } = check.object(doing, name, q);
  const m = check.finiteVector(doing, `${name}.mean`, mean, n);
  const v = check.finiteVector(doing, `${name}.variance`, variance, m.length);
  return { mean: m, variance: v.map((x, i) => check.positive(doing, `${name}.variance[${i}]`, x)) };
}

/** L⁻¹ b for a lower triangular L. */
function forward(L: Matrix, b: Vector): number[] {
  const y: number[] = [];
  for (let i = 0; i < b.length; i++) {
    let rest = b[i];
    // An infinite component is no matter of those that do not depend on it.
    for (let k = 0; k < i; k++) if (L[i][k] !== 0) rest -= L[i][k] * y[k];
    y.push(rest / L[i][i]);
  }
  return y;
}

/**
 * d − log(1 + d) ≥ 0, the logarithm given. Near d = 0 it is d s − 2 (s³/3 + s⁵/5 + …), s = d/(2 + d), where
 * nothing cancels.
 */
function excess(d: number, log1p: number): number {
  if (Math.abs(d) >= 0.3) return d - log1p;
  const s = d / (2 + d);
  let tail = 0;
  for (let k = 25; k >= 3; k -= 2) tail = tail * s * s + 1 / k;
  return d * s - 2 * s ** 3 * tail;
}

const minus = (a: Vector, b: Vector) => a.map((x, i) => x - b[i]);
const squaredNorm = (v: Vector) => v.reduce((sum, x) => sum + x * x, 0);
const logDetOf = (L: Matrix) => 2 * L.reduce((sum, row, i) => sum + Math.log(row[i]), 0);

/** The result, unless intermediate overflow made it meaningless. */
function number(doing: string, result: number): number {
  if (!Number.isNaN(result)) return result;
  throw new RangeError(`Cannot ${doing}: expected a finite result, got overflow to NaN`);
}
