import bounds from "../../../../data/reproductions/bounds_on_mnist.json" with { type: "json" };
import gaps from "../../../../data/reproductions/inference_gaps.json" with { type: "json" };
import linear from "../../../../data/reproductions/linear_vae.json" with { type: "json" };
import noise from "../../../../data/reproductions/signal_to_noise.json" with { type: "json" };
import { comparisonTable, mean } from "../../../course/reproduction.ts";
import { curves } from "../../../show/curves.ts";
import type { Figure } from "../../../show/figure.ts";
import { type Fragment, numberTable } from "../../../show/fragments.ts";

/** What papers report of bounds and gaps, beside ours: as `deno task reproduce` left them. */
export function reproduced(): (Fragment | Figure)[] {
  const { draws, theta, phi, doubly } = noise.series;
  const over = (seeds: readonly (readonly number[])[]) =>
    draws.map((_, i) => mean(seeds.map((list) => list[i])));
  const lines = [
    { name: "generative network", x: draws, y: over(theta), color: "blue" as const, points: true },
    { name: "inference network", x: draws, y: over(phi), color: "orange" as const, points: true },
    {
      name: "doubly reparametrised",
      x: draws,
      y: over(doubly),
      color: "green" as const,
      points: true,
    },
  ];
  return [
    ...[gaps, bounds, linear, noise].map((record) => numberTable(comparisonTable(record))),
    curves({
      x: { title: "draws k", log: true },
      y: { title: "signal-to-noise ratio", log: true },
      lines,
      caption:
        "**Figure 1.10.** A tighter bound, a noisier gradient: more draws help the generative network like $\\sqrt k$ and drown what the inference network learns from, like $1/\\sqrt k$ (Rainforth et al. 2018). Another estimator of the inference network's gradient, reparametrised twice, mends it.",
      description: lines.map(({ name, y }) =>
        `${name}: from ${y[0].toPrecision(2)} to ${y[y.length - 1].toPrecision(2)}`
      ).join("; ") + ".",
    }),
  ];
}
