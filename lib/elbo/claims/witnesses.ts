import type { IwaeSetting, ThetaGradient } from "../mod.ts";
import { type Dual, duals, exp, gradient, log } from "../../math/dual.ts";
import { matricesOver } from "../../math/field.ts";
import { apply, cholesky, identity, scale, transpose } from "../../math/linalg.ts";
import type { Vector } from "../../math/types.ts";
import { logDensityNormal, type Normal } from "../../math/normal.ts";
import type { Theta } from "./instances.ts";

/** Second routes to the numbers of question 1, which share no formula with the first. */

const LOG_2PI = Math.log(2 * Math.PI);
const { add, sub, mul, of } = duals;
const D = matricesOver(duals);

/**
 * E_q log [p(x | z) p(z) / q(z)] = (1/2K) Σ f(m ± √K Lⱼ), Lⱼ the columns of the Cholesky factor of q's covariance:
 * exact, since f is a quadratic
 */
export function expectedLogRatio({ W, b, sigma2 }: Theta, x: Vector, q: Normal): number {
  const K = q.mean.length, columns = transpose(cholesky(q.cov));
  const noise = scale(sigma2, identity(x.length)), prior = { mean: q.mean.map(() => 0), cov: identity(K) };
  const f = (z: Vector) => {
    const mean = apply(W, z).map((value, i) => value + b[i]);
    return logDensityNormal(x, { mean, cov: noise }) + logDensityNormal(z, prior) - logDensityNormal(z, q);
  };
  const points = columns.flatMap((column) =>
    [1, -1].map((sign) => q.mean.map((m, i) => m + sign * Math.sqrt(K) * column[i]))
  );
  return points.reduce((sum, z) => sum + f(z), 0) / points.length;
}

/** W row by row, b, log σ². */
export const flat = ({ W, b, logSigma2 }: ThetaGradient): number[] => [...W.flat(), ...b, logSigma2];

/** ∇_θ [log N(x; b, WWᵀ + σ²I) − KL(q ‖ N(μ_θ, Λ_θ⁻¹))] by dual numbers, in the order of `flat`. */
export function slopesOfEvidenceLessKl({ W, b, sigma2 }: Theta, x: Vector, q: Normal): number[] {
  const rows = W.length, K = W[0].length;
  const value = (v: Dual<number>[]) => {
    const w = W.map((_, i) => v.slice(i * K, (i + 1) * K)),
      r = x.map((xi, i) => sub(of(xi), v[rows * K + i]));
    const noise = exp(v[v.length - 1]), wT = D.transpose(w), perNoise = duals.div(duals.one, noise);
    const C = D.add(D.mul(w, wT), D.scale(noise, D.identity(rows)));
    const precision = D.add(D.scale(perNoise, D.mul(wT, w)), D.identity(K));
    const mean = D.apply(D.inverse(precision), D.apply(wT, r).map((s) => mul(perNoise, s)));
    const offset = q.mean.map((m, k) => sub(of(m), mean[k]));
    const form = (A: Dual<number>[][], u: Dual<number>[]) => D.dot(u, D.apply(A, u));
    const twiceEvidence = add(log(D.determinant(C)), form(D.inverse(C), r));
    const spread = D.trace(D.mul(precision, q.cov.map((row) => row.map(of))));
    const twiceKl = sub(add(spread, form(precision, offset)), log(D.determinant(precision)));
    return mul(of(-0.5), add(twiceEvidence, twiceKl));
  };
  return gradient(value, [...W.flat(), ...b, Math.log(sigma2)]);
}

/** log w(z) = log p(x, z) − log q(z) at z = qMean + qSd ε. */
export function logWeight({ w, sigma2, x, qMean, qSd }: IwaeSetting, epsilon: number): number {
  const z = qMean + qSd * epsilon;
  const twice = LOG_2PI + Math.log(sigma2) + (x - w * z) ** 2 / sigma2 + z * z - epsilon ** 2;
  return Math.log(qSd) - twice / 2;
}

/** E log (1/k) Σ wⱼ by equal steps in each of the k samples. */
export function sampleBound(setting: IwaeSetting, k: number): number {
  const step = 0.1, half = 80;
  const nodes = Array.from({ length: 2 * half + 1 }, (_, i) => {
    const e = (i - half) * step;
    return { weight: step * Math.exp(-(e * e + LOG_2PI) / 2), at: logWeight(setting, e) };
  });
  const mean = (left: number, logSum: number): number =>
    left === 0 ? logSum - Math.log(k) : nodes.reduce((sum, { weight, at }) => {
      const high = Math.max(logSum, at), low = Math.min(logSum, at);
      return sum + weight * mean(left - 1, high + Math.log1p(Math.exp(low - high)));
    }, 0);
  return nodes.reduce((sum, { weight, at }) => sum + weight * mean(k - 1, at), 0);
}
