import record from "../../../../data/reproductions/dirac_gan.json" with { type: "json" };
import { comparisonTable } from "../../../course/reproduction.ts";
import { curves } from "../../../show/curves.ts";
import type { Figure } from "../../../show/figure.ts";
import { type Fragment, numberTable } from "../../../show/fragments.ts";

/** What papers report of the Dirac-GAN, beside ours, and the paths: as `deno task reproduce` left them. */
export function reproduced(): [Fragment, Figure] {
  const paths = record.series as Readonly<Record<string, number[][]>>,
    look = ["blue", "sky", "orange", "amber", "purple", "green", "black"] as const;
  const far = Object.entries(paths).map(([name, path], i) => ({
    name: name.split(",")[0],
    x: path.map((_, k) => k),
    y: path.map(([theta, psi]) => Math.max(1e-4, Math.hypot(theta, psi) / Math.SQRT2)),
    color: look[i % look.length],
  }));
  return [
    numberTable(comparisonTable(record)),
    curves({
      x: { title: "step of size 0.1" },
      y: { title: "distance, start = 1", log: true, range: [-3, 0.5] },
      lines: far,
      height: 400,
      caption:
        "**Figure 4.5.** The distance from the equilibrium under the methods of Mescheder et al.'s Figure 3, alternating steps. Four methods do not reach it, or only slowly (WGAN-GP rests beside it); instance noise, the gradient penalty and consensus optimisation do.",
      description: far.map(({ name, y }) =>
        `${name}: ${y[y.length - 1].toPrecision(2)} of the start's distance after ${y.length - 1} steps`
      )
        .join(". ") + ".",
    }),
  ];
}
