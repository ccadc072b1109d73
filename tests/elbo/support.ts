import assert from "node:assert/strict";
import { difference, type Value } from "lib/math/difference.ts";
import { matmul, transpose } from "lib/math/linalg.ts";
import type { Random } from "lib/math/random.ts";
import type { Normal } from "lib/math/normal.ts";

/** Closed forms in float64. */
export const T1 = 1e-12;
/** Adaptive quadrature, and closed forms with cancellation or differences taken. */
export const T2 = 1e-9;
/** After an optimiser. */
export const T3 = 1e-6;
/** Random instances of a law, degenerate sizes among them. */
export const INSTANCES = 200;

/** max |aᵢ − bᵢ| / max(1, |a|, |b|) ≤ bound. */
export function close(actual: Value, expected: Value, bound: number, what: string): void {
  const error = difference(actual, expected);
  assert.ok(
    error <= bound,
    `${what}: ${JSON.stringify(actual)} against ${JSON.stringify(expected)}, error ${error}`,
  );
}

export function normalOf(r: Random, n: number): Normal {
  const A = r.normalMatrix(n, n), S = matmul(A, transpose(A));
  return { mean: r.normals(n), cov: S.map((row, i) => row.map((x, j) => x + (i === j ? 0.2 : 0))) };
}

/** A linear Gaussian model, a point and a normal q; sizes run through 1 × 1, K > D, K = D, and W = 0. */
export function linearInstance(r: Random, i: number) {
  const D = 1 + i % 4, K = 1 + (i >> 2) % 4;
  const W = i % 16 === 5 ? r.list(D, () => new Array<number>(K).fill(0)) : r.normalMatrix(D, K);
  return {
    theta: { W, b: r.normals(D), sigma2: Math.exp(r.normal()) },
    x: r.normals(D),
    q: normalOf(r, K),
    mean: r.normals(K),
    logVar: r.normals(K),
  };
}

/** A discrete model, an index and a probability vector q. */
export function discreteInstance(r: Random, i: number, K = 1 + i % 5) {
  const M = 1 + (i >> 1) % 4;
  return {
    theta: { prior: r.simplex(K), likelihood: r.list(K, () => r.simplex(M)) },
    x: r.integer(M),
    q: r.simplex(K),
  };
}

/** f′(0) by differences of steps h, h/2, h/4, extrapolated (Richardson): the error falls with h⁶. */
export function slope(f: (t: number) => number, h = 0.02): number {
  const central = (s: number) => (f(s) - f(-s)) / (2 * s);
  const [a, b, c] = [h, h / 2, h / 4].map(central), p = (4 * b - a) / 3, q = (4 * c - b) / 3;
  return (16 * q - p) / 15;
}
