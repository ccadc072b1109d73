import spaces from "../../../../data/reproductions/eigenspaces.json" with { type: "json" };
import stopped from "../../../../data/reproductions/stop_gradient.json" with { type: "json" };
import { comparisonTable, mean } from "../../../course/reproduction.ts";
import { curves } from "../../../show/curves.ts";
import type { Figure } from "../../../show/figure.ts";
import { type Fragment, numberTable } from "../../../show/fragments.ts";

/** What papers report of SimSiam, beside ours: as `deno task reproduce` left them. */
export function reproduced(): (Fragment | Figure)[] {
  const { curves: held, curvesWithout } = stopped.series, steps = held[0].map((_, i) => 40 * (i + 1));
  const over = (seeds: readonly (readonly number[])[]) =>
    steps.map((_, i) => mean(seeds.map((list) => list[i])));
  const lines = [
    { name: "with stop-gradient", x: steps, y: over(held), color: "blue" as const },
    { name: "without", x: steps, y: over(curvesWithout), color: "orange" as const },
  ];
  return [
    ...[spaces, stopped].map((record) => numberTable(comparisonTable(record))),
    curves({
      x: { title: "batch" },
      y: { title: "sd of outputs × √d", range: [0, 1.1] },
      lines,
      caption:
        "**Figure 5.9.** Chen and He's Figure 2 in small: a network with batch normalisation on MNIST, mean of three seeds. With the stop-gradient the outputs stay as spread as the unit sphere allows (1); without it they draw together.",
      description: lines.map(({ name, y }) =>
        `${name}: ${y[0].toFixed(2)} at first, ${y[y.length - 1].toFixed(2)} at the end`
      ).join("; ") + ".",
    }),
  ];
}
