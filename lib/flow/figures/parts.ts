import { mixture1d } from "../../math/divergence.ts";
import type { Trace } from "../../show/figure.ts";

/** n + 1 numbers from a to b. */
export const grid = (a: number, b: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => a + (b - a) * i / n);

/** A curve without markers. */
export const curve = (
  x: readonly (number | null)[],
  y: readonly (number | null)[],
  color: string,
  more: Trace = {},
): Trace => ({ type: "scatter", mode: "lines", x, y, line: { color, width: 2 }, ...more });

/** Means over 15 neighbours: the objective of single batches is noisy. */
export const averaged = (losses: readonly number[]): number[] =>
  losses.map((_, k) => {
    const near = losses.slice(Math.max(0, k - 7), k + 8);
    return near.reduce((a, b) => a + b, 0) / near.length;
  });

/** Data with two bumps, as the figures of 3.1 show them. */
export const bumpyData = mixture1d([-1.8, 1.8].map((mean) => ({ weight: 0.5, mean, sd: 0.7 })));
