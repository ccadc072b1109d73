import { line, type Panel } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

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
