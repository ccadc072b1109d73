import * as check from "./check.ts";
import type { Vector } from "./types.ts";

export { type Density, entropy, expectation, mass, mixture1d, normal1d } from "./divergence/density.ts";
export { pushforward } from "./divergence/pushforward.ts";
export { divergence, type DivergenceName, DIVERGENCES } from "./divergence/continuous.ts";
export { wasserstein1 } from "./divergence/wasserstein.ts";

/** Two probability vectors of one length, both scaled to sum to 1 up to rounding. */
function pair(doing: string, p: Vector, q: Vector): [number[], number[]] {
  const first = check.probabilities(doing, "p", p);
  const second = check.probabilities(doing, "q", q, first.length);
  return [scaled(first), scaled(second)];
}

function scaled(p: number[]): number[] {
  const total = p.reduce((sum, x) => sum + x, 0);
  return p.map((x) => x / total);
}

const sumOver = (p: Vector, q: Vector, term: (p: number, q: number) => number) =>
  p.reduce((sum, x, i) => sum + term(x, q[i]), 0);

/** p log(p/q) − p + q ≥ 0, with 0 log 0 = 0: summed, the last two cancel. */
function relativeEntropyTerm(p: number, q: number): number {
  if (p === 0) return q;
  if (q === 0) return Infinity;
  const t = (p - q) / q, ratio = p / q;
  if (Math.abs(t) < 0.5) return q * ((1 + t) * Math.log1p(t) - t);
  return p * (ratio < Infinity ? Math.log(ratio) : Math.log(p) - Math.log(q)) - p + q;
}

/**
 * KL(p ‖ q) = Σ pᵢ log(pᵢ / qᵢ) nats
 *
 * Stable form: Σ [pᵢ log(pᵢ / qᵢ) − pᵢ + qᵢ], whose terms are not negative and so do not cancel near p = q.
 *
 * @param p probability vector, sum within 1e-9 of 1
 * @param q likewise, of the same length
 * @returns Infinity where some pᵢ > 0 = qᵢ; 0 log 0 = 0
 * @throws RangeError for negative entries, another sum, or different lengths
 */
export function kl(p: Vector, q: Vector): number {
  return Math.max(0, sumOver(...pair("take the KL divergence", p, q), relativeEntropyTerm));
}

/** JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m), m = ½(p + q): in 0 … log 2 nats. Arguments as for {@linkcode kl}. */
export function jensenShannon(p: Vector, q: Vector): number {
  // Of 2x, 2y and x + y: half of the smallest float would be 0.
  const half = (x: number, y: number) =>
    relativeEntropyTerm(2 * x, x + y) / 4 + relativeEntropyTerm(2 * y, x + y) / 4;
  return Math.min(Math.max(0, sumOver(...pair("take the Jensen–Shannon divergence", p, q), half)), Math.LN2);
}

/** TV(p, q) = ½ Σ |pᵢ − qᵢ|: in 0 … 1. Arguments as for {@linkcode kl}. */
export function totalVariation(p: Vector, q: Vector): number {
  return Math.min(1, sumOver(...pair("take the total variation", p, q), (x, y) => Math.abs(x - y) / 2));
}

/**
 * χ²(p, q) = Σ pᵢ² / qᵢ − 1
 *
 * Stable form: Σ (pᵢ − qᵢ) ((pᵢ − qᵢ) / qᵢ), whose squares do not underflow.
 *
 * @returns Infinity where some pᵢ > 0 = qᵢ; arguments as for {@linkcode kl}
 */
export function chiSquare(p: Vector, q: Vector): number {
  return sumOver(...pair("take the χ² divergence", p, q), (x, y) => x === y ? 0 : (x - y) * ((x - y) / y));
}

/**
 * H²(p, q) = 1 − Σ √(pᵢ qᵢ), in 0 … 1
 *
 * Stable form: ½ Σ (√pᵢ − √qᵢ)², √p − √q = (p − q) / (√p + √q). Arguments as for {@linkcode kl}.
 */
export function hellingerSquared(p: Vector, q: Vector): number {
  const term = (x: number, y: number) => x === y ? 0 : ((x - y) / (Math.sqrt(x) + Math.sqrt(y))) ** 2 / 2;
  return Math.min(1, sumOver(...pair("take the squared Hellinger distance", p, q), term));
}
