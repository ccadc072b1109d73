import * as check from "../math/check.ts";
import { integrate } from "../math/quadrature.ts";
import { LOG_2PI, logMeanExp } from "../math/stable.ts";
import type { Vector } from "../math/types.ts";

/**
 * log (1/k) Σⱼ wⱼ of one set of k importance weights: a single-sample estimate whose expectation is L_k ≤ log p(x)
 * (Burda, Grosse & Salakhutdinov 2016); it may itself exceed log p(x)
 *
 * @param logWeights log wⱼ = log p(x, zⱼ) − log q(zⱼ), k ≥ 1 of them; −Infinity (weight 0) allowed
 * @throws RangeError for an empty list or a NaN
 */
export function iwae(logWeights: Vector): number {
  return logMeanExp(logWeights);
}

/** z ~ N(0, 1), x | z ~ N(w z, sigma2), proposals z ~ N(qMean, qSd²). */
export interface IwaeSetting {
  readonly w: number;
  readonly sigma2: number;
  readonly x: number;
  readonly qMean: number;
  readonly qSd: number;
}

/**
 * L_k = E log (1/k) Σⱼ wⱼ = −log k + ∫₀^∞ (e^{−t} − (E e^{−tw})^k) dt/t nats, for z₁ … z_k ~ q independent
 *
 * From log S = ∫ (e^{−t} − e^{−tS}) dt/t, whose expectation factorises over the samples. Here log w is a quadratic
 * c + a ε + b (ε² − 1) of a standard normal ε with c = L₁, and with t = e^{τ − c} the integral runs over all τ:
 * L_k = c − log k + ∫ (exp(−e^τ) − (1 − E[1 − exp(−e^{τ + aε + b(ε² − 1)})])^k) dτ.
 *
 * @param k whole number ≥ 1
 * @throws RangeError for a variance or standard deviation that is not positive, or a k below 1
 */
export function iwaeBound(setting: IwaeSetting, k: number): number {
  const doing = "take the IWAE bound", given = check.object(doing, "setting", setting);
  const w = check.finite(doing, "w", given.w), x = check.finite(doing, "x", given.x);
  const sigma2 = check.positive(doing, "sigma2", given.sigma2);
  const m = check.finite(doing, "qMean", given.qMean), s = check.positive(doing, "qSd", given.qSd);
  const samples = check.integer(doing, "k", k, { from: 1 });

  const sigma = Math.sqrt(sigma2), residual = (x - w * m) / sigma, slope = w / sigma;
  const a = s * (residual * slope - m), b = (1 - s * s * (1 + slope * slope)) / 2;
  const first = -(LOG_2PI + Math.log(sigma2) + residual ** 2 + m * m) / 2 + Math.log(s) + b;
  check.finite(doing, "log weight", first);
  if (samples === 1) return first;
  const law = { a, b, k: samples };
  return first - Math.log(samples) + (spreadOnGrid(law) ?? spreadByQuadrature(law));
}

/** Of log w − L₁ = y = a ε + b (ε² − 1), ε ~ N(0, 1), and the number of samples. */
interface LogWeightLaw {
  readonly a: number;
  readonly b: number;
  readonly k: number;
}

/** |ε| beyond which k samples together have a probability below 1e-17. */
const reach = (k: number) => Math.sqrt(2 * (39 + Math.log(k)));

/** exp(−e^τ) − (1 − absorbed)^k */
const integrand = (tau: number, absorbed: number, k: number) =>
  Math.exp(-Math.exp(tau)) - Math.exp(k * Math.log1p(-Math.min(1, absorbed)));

/**
 * ∫ (exp(−e^τ) − (1 − E[1 − exp(−e^{τ + y})])^k) dτ by equal steps in τ and in ε
 *
 * Both integrands are analytic and bounded where the imaginary part of τ + y stays within ±π/2, so equal steps err by
 * e^{−2π (π/2) / step}, step in τ, and e^{−ε²/2 − π² / (|y′| step)}, step in ε: below e^{−35} here.
 *
 * @returns undefined where that takes more than 4000 steps either way: the weights then vary over hundreds of nats
 */
export function spreadOnGrid({ a, b, k }: LogWeightLaw): number | undefined {
  const limit = 4000, tauStep = 0.25, far = reach(k);
  let slope = 1 / 2;
  for (let e = 0; e < far; e += far / 64) {
    slope = Math.max(slope, (Math.abs(a) + 2 * Math.abs(b) * e) * (35 - e * e / 2) / Math.PI ** 2);
  }
  const half = Math.ceil(far * Math.max(slope, 3));
  if (2 * half > limit) return undefined;
  const step = far / half, weights: number[] = [], ratios: number[] = [];
  for (let i = -half; i <= half; i++) {
    const e = i * step;
    weights.push(step * Math.exp(-e * e / 2) / Math.sqrt(2 * Math.PI));
    ratios.push(Math.exp(a * e + b * (e * e - 1)));
  }
  const mean = weights.reduce((sum, weight, i) => sum + weight * ratios[i], 0);
  const first = Math.floor((-40 - Math.log1p(k * mean)) / tauStep);
  let total = 0;
  for (let n = 0; n < limit; n++) {
    const tau = (first + n) * tauStep, t = Math.exp(tau);
    let absorbed = 0;
    for (let i = 0; i < weights.length; i++) absorbed -= weights[i] * Math.expm1(-t * ratios[i]);
    const value = integrand(tau, absorbed, k);
    total += tauStep * value;
    if (tau > 4 && Math.abs(value) < 1e-17) return total;
  }
  return undefined;
}

/** The same integral by adaptive quadrature inside adaptive quadrature: for any law, a hundred times slower. */
export function spreadByQuadrature({ a, b, k }: LogWeightLaw): number {
  const far = reach(k);
  const absorbed = (tau: number) => {
    const f = (e: number) => {
      const weight = Math.exp(-e * e / 2) / Math.sqrt(2 * Math.PI);
      return -weight * Math.expm1(-Math.exp(tau + a * e + b * (e * e - 1)));
    };
    // Steep where τ + y = 0.
    const root = Math.sqrt(Math.max(0, a * a - 4 * b * (tau - b)));
    const roots = b === 0 ? [-tau / a] : [(-a - root) / (2 * b), (-a + root) / (2 * b)];
    const breakpoints = [0, ...roots].filter(Number.isFinite);
    return integrate(f, -far, far, { breakpoints, tolerance: 1e-12 });
  };
  const f = (tau: number) => integrand(tau, absorbed(tau), k);
  return integrate(f, -Infinity, Infinity, { breakpoints: [-Math.log(k), 0], tolerance: 1e-11 });
}
