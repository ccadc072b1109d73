import { neighbourAccuracy, type Projection, spectrum, type Trained, type Variant } from "../digits.ts";
import { type Figure, figure, type Trace } from "../../../show/figure.ts";
import { line, note, panels } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

const looks: Readonly<Record<Variant, { label: string; color: string; shift: number }>> = {
  both: { label: "both", color: colors.blue, shift: 24 },
  predictorOnly: { label: "predictor only", color: colors.orange, shift: -12 },
  stopGradientOnly: { label: "stop-gradient only", color: colors.green, shift: 20 },
  neither: { label: "neither", color: colors.black, shift: -26 },
};

/** What four trained variants still tell digits apart by: accuracy of neighbours, and singular values, over steps. */
export function digitCollapse(trained: Readonly<Record<Variant, Trained>>, projection: Projection): Figure {
  const names = Object.keys(looks) as Variant[];
  const curves = names.map((name) => ({
    ...looks[name],
    steps: trained[name].records.map(({ step }) => step),
    accuracy: trained[name].records.map(({ W }) => neighbourAccuracy(W, projection)),
    largest: trained[name].records.map(({ W }) => spectrum(W)[0]).map((s) => s > 1e-16 ? s : null),
    smallest: trained[name].records.map(({ W }) => spectrum(W).at(-1)!).map((s) => s > 1e-16 ? s : null),
  }));
  const curve = (name: string, x: number[], y: (number | null)[], color: string, more: Trace = {}) =>
    line(x, y, { mode: "lines+markers", name, color, marker: { color, size: 4 }, ...more });
  return figure({
    data: curves.flatMap(({ label, color, steps, accuracy, largest, smallest }) => [
      curve(`${label}: accuracy`, steps, accuracy, color),
      curve(`${label}: largest singular value`, steps, largest, color, { panel: 2 }),
      curve(`${label}: smallest singular value`, steps, smallest, color, { panel: 2, width: 1, dash: "dot" }),
    ]),
    ...panels([
      {
        ...{ title: "what the digits keep", share: 1.07, x: { title: "step k" } },
        y: { range: [0, 1], title: "accuracy of 5 neighbours" },
      },
      {
        ...{ title: "largest, smallest (dots)", x: { title: "step k" } },
        y: { type: "log", dtick: 2, title: "singular values of W" },
      },
    ], {
      ...{ gap: 0.13, narrowHeight: 820 },
      notes: curves.map(({ label, color, accuracy, steps, shift }) =>
        note(label, steps.at(-1)!, accuracy.at(-1)!, { xanchor: "right", yshift: shift, font: { color } })
      ),
    }),
    height: 420,
    caption:
      "**Figure 5.8.** With both devices the representation goes on telling digits apart, if less well than at the start. Without one of them it does so only until its size falls under the noise; then ten classes are guessed.",
    description:
      "Left: accuracy of five nearest neighbours over training steps for four variants; three fall to about one in ten. Right: largest and smallest singular value of the network on a logarithmic axis; only with both devices does the largest stay.",
  });
}
