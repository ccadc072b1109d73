import { integrate } from "../math/quadrature.ts";
import type { Vector } from "../math/types.ts";
import { type Expansion, minimise, nowhere } from "./newton.ts";
import type { ScalarPosterior } from "./scalar_posterior.ts";

export type Loss = (z: number) => number;
export type ScalarFit = { mean: number; sd: number };

/** E[h(m + s ε) Heₖ(ε)], k = 0 … 4, for ε ~ N(0, 1) and Hermite's polynomials. */
export type Moments = (h: Loss, m: number, s: number) => number[];

const hermite = (e: number) => [1, e, e * e - 1, e * (e * e - 3), (e * e - 6) * e * e + 3];
const density = (e: number) => Math.exp(-e * e / 2) / Math.sqrt(2 * Math.PI);

/** Equal steps of 0.1 on ±9.6: for a decoder analytic within 0.6 s of the line, exact to 1e-14. Fast. */
const NODES = Array.from({ length: 193 }, (_, k) => (k - 96) / 10)
  .map((e) => ({ e, weights: hermite(e).map((value) => 0.1 * density(e) * value) }));

export const byGrid: Moments = (h, m, s) => {
  const sums = [0, 0, 0, 0, 0];
  for (const { e, weights } of NODES) {
    const value = h(m + s * e);
    for (let k = 0; k < 5; k++) sums[k] += weights[k] * value;
  }
  return sums;
};

/** For any decoder that quadrature can do, kinks and jumps included. Slow. */
export const byQuadrature = (tolerance: number): Moments => (h, m, s) =>
  [0, 1, 2, 3, 4].map((k) =>
    integrate((e) => density(e) * hermite(e)[k] * h(m + s * e), -9.6, 9.6, {
      breakpoints: [0],
      tolerance,
    })
  );

/**
 * −L[N(m, s²)] up to a constant, E h(m + s ε) + ½ (m² + s²) − log s, h = ½ (x − decoder)²/σ², by (m, log s)
 *
 * h ≥ 0, so where the rest exceeds the ceiling the decoder is not asked: a long step never takes it to extreme z.
 * By parts against the normal density no derivative of the decoder is needed: ∂E h/∂m = E[h He₁]/s,
 * ∂E h/∂log s = E[h He₂], and for the second derivatives E[h He₂]/s², E[h He₃]/s, E[h He₄] + 2 E[h He₂].
 */
export function objective(h: Loss, moments: Moments, [m, logSd]: Vector, ceiling = Infinity): Expansion {
  const s = Math.exp(logSd), divergence = (m * m + s * s) / 2 - logSd;
  if (!(divergence <= ceiling && divergence < Infinity)) return nowhere;
  const [e0, e1, e2, e3, e4] = moments(h, m, s), mixed = e3 / s;
  return {
    value: e0 + divergence,
    gradient: [e1 / s + m, e2 + s * s - 1],
    hessian: [[e2 / (s * s) + 1, mixed], [mixed, e4 + 2 * e2 + 2 * s * s]],
  };
}

/**
 * argmin over (m, s) of E h(m + s ε) + ½ (m² + s²) − log s: Newton from every local minimum of a coarse map, then
 * from the best again by adaptive quadrature
 */
export function fitScalarPosterior(
  { loss, peaks, tolerance }: { loss: Loss } & Pick<ScalarPosterior, "peaks" | "tolerance">,
): ScalarFit {
  const narrow = Math.min(1, ...peaks.map(({ width }) => width));
  const low = Math.min(...peaks.map(({ at, width }) => at - 2 * width));
  const high = Math.max(...peaks.map(({ at, width }) => at + 2 * width));
  const starts = coarseMinima(loss, [low, high], [
    Math.log(narrow / 2),
    Math.log(Math.max(1.5, (high - low) / 2)),
  ]);
  const laplace = peaks.map(({ at, width }) => [at, Math.log(Math.min(1, width))]);
  const found = [...starts, ...laplace].map((start) =>
    minimise((p, ceiling) => objective(loss, byGrid, p, ceiling), start)
  );
  const best = Math.min(...found.map(({ value }) => value));
  const [leftmost] = found.filter(({ value }) => value <= best + 1e-9).sort((p, q) =>
    p.point[0] - q.point[0]
  );
  const { point: [mean, logSd] } = minimise(
    (p, ceiling) => objective(loss, byQuadrature(tolerance), p, ceiling),
    leftmost.point,
  );
  return { mean, sd: Math.exp(logSd) };
}

/** The local minima of the objective on a 33 × 9 map of (m, log s). */
function coarseMinima(loss: Loss, [low, high]: Vector, [from, to]: Vector): number[][] {
  const rows = 33, columns = 9;
  const place = (i: number, j: number) => [
    low + (high - low) * i / (rows - 1),
    from + (to - from) * j / (columns - 1),
  ];
  const map = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => {
      const [m, logSd] = place(i, j), s = Math.exp(logSd);
      return byGrid(loss, m, s)[0] + (m * m + s * s) / 2 - logSd;
    }));
  const minima: number[][] = [];
  map.forEach((row, i) =>
    row.forEach((value, j) => {
      const around = [-1, 0, 1].flatMap((di) => [-1, 0, 1].map((dj) => map[i + di]?.[j + dj] ?? Infinity));
      if (around.every((other) => value <= other)) minima.push(place(i, j));
    })
  );
  return minima;
}
