import { mixture1d } from "../../math/divergence.ts";
import { line, type Panel } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";

/** n + 1 numbers from a to b. */
export const grid = (a: number, b: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => a + (b - a) * i / n);

/** The objective of single batches over the steps, each averaged with 15 neighbours: noisy as it is. */
export function descent(losses: readonly number[]) {
  const smooth = losses.map((_, k) => {
    const near = losses.slice(Math.max(0, k - 7), k + 8);
    return near.reduce((a, b) => a + b, 0) / near.length;
  });
  const every = losses.map((_, k) => k + 1).filter((k) => k % 3 === 0);
  return {
    at: (step: number) => smooth[Math.max(0, step - 1)],
    curve: line(every, every.map((k) => smooth[k - 1]), {
      ...{ panel: 2, color: colors.blue, name: "objective" },
    }),
    panel: (title: string): Panel => ({
      ...{ title: "training", x: { range: [0, losses.length], title: "step" }, y: { title } },
    }),
  };
}

/** Data with two bumps, as the figures of 3.1 show them. */
export const bumpyData = mixture1d([-1.8, 1.8].map((mean) => ({ weight: 0.5, mean, sd: 0.7 })));
