import * as check from "../math/check.ts";
import type { Random } from "../math/random.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix, Vector } from "../math/types.ts";

/** A point of the plane. */
export type Point = readonly [number, number];

/**
 * Two half circles of radius 1 that reach into each other, centred at the origin, with normal noise of sd 0.1
 *
 * @param n points, half of them on each moon
 */
export function twoMoons(random: Random, n: number): Point[] {
  check.integer("draw two moons", "n", n, { from: 1 });
  const noise = 0.1;
  return random.list(n, (i) => {
    const t = Math.PI * random.uniform(), [x, y] = [random.normal(0, noise), random.normal(0, noise)];
    return i % 2 === 0
      ? [Math.cos(t) - 0.5 + x, Math.sin(t) - 0.25 + y]
      : [0.5 - Math.cos(t) + x, 0.25 - Math.sin(t) + y];
  });
}

/** The plane of largest variance: where it passes, and its two directions. */
interface PrincipalPlane {
  readonly centre: Vector;
  /** Two unit vectors, the first of larger variance; the largest entry of each is positive. */
  readonly directions: readonly [Vector, Vector];
  /** The share of the variance that the plane keeps, 0 … 1. */
  readonly share: number;
  /** A row's coordinates in the plane. */
  coordinates(row: Vector): Point;
}

/**
 * The first two principal components of the rows of X: eigenvectors of (1/n) Σ (x − x̄)(x − x̄)ᵀ
 *
 * @param X n × d, n ≥ 1, d ≥ 2
 */
export function principalPlane(X: Matrix): PrincipalPlane {
  const rows = check.matrix("find the principal plane", "X", X), d = rows[0].length;
  const centre = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const cov = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const a = (row[i] - centre[i]) / rows.length;
      if (a !== 0) { for (let j = i; j < d; j++) cov[i][j] += a * (row[j] - centre[j]); }
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) cov[i][j] = cov[j][i];
  const { values, vectors } = symmetricSpectrum(cov), total = values.reduce((a, b) => a + b, 0);
  const direction = (k: number) => {
    const v = vectors.map((row) => row[d - k]);
    const largest = v.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a);
    return v.map((x) => x * Math.sign(largest));
  };
  const directions = [direction(1), direction(2)] as const;
  return {
    centre,
    directions,
    share: (values[d - 1] + values[d - 2]) / total,
    coordinates: (row) => {
      const at = (axis: Vector) => axis.reduce((sum, a, j) => sum + a * (row[j] - centre[j]), 0);
      return [at(directions[0]), at(directions[1])];
    },
  };
}
