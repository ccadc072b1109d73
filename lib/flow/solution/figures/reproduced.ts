import mixing from "../../../../data/reproductions/coupling_and_mixing.json" with { type: "json" };
import energies from "../../../../data/reproductions/planar_energies.json" with { type: "json" };
import { comparisonTable, mean } from "../../../course/reproduction.ts";
import { curves } from "../../../show/curves.ts";
import type { Figure } from "../../../show/figure.ts";
import { type Fragment, numberTable } from "../../../show/fragments.ts";

/** What papers report of planar maps and couplings, beside ours: as `deno task reproduce` left them. */
export function reproduced(): (Fragment | Figure)[] {
  const { maps, energy1, energy2, energy3, energy4 } = energies.series,
    look = ["blue", "orange", "green", "purple"] as const;
  const lines = [energy1, energy2, energy3, energy4].map((fits, i) => ({
    name: `energy ${i + 1}`,
    x: maps,
    y: fits.map(mean),
    color: look[i],
    points: true,
  }));
  return [
    ...[energies, mixing].map((record) => numberTable(comparisonTable(record))),
    curves({
      x: { title: "planar maps", log: true },
      y: { title: "KL(q ‖ p), nats", log: true },
      lines,
      caption:
        "**Figure 3.10.** Rezende and Mohamed's four energies: more planar maps come nearer, mean of three seeds. The normaliser is known by a grid, so the divergence itself is shown.",
      description: lines.map(({ name, y }) =>
        `${name}: ${
          y.map((kl) => kl.toPrecision(2)).join(", ")
        } nats with ${maps.join(", ")} maps`
      )
        .join("; ") + ".",
    }),
  ];
}
