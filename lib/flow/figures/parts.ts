import { mixture1d } from "../../math/divergence/density.ts";

/** n + 1 numbers from a to b. */
export const grid = (a: number, b: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => a + (b - a) * i / n);

/** Data with two bumps, as the figures of 3.1 show them. */
export const bumpyData = mixture1d([-1.8, 1.8].map((mean) => ({ weight: 0.5, mean, sd: 0.7 })));
