import { neighbourAccuracy, type Projection, spectrum, type Trained, type Variant } from "../digits.ts";
import { type Figure, figure, panelTitle, type Trace } from "../../show/figure.ts";
import { colors } from "../../show/theme.ts";

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
  const line = (name: string, x: number[], y: (number | null)[], color: string, more: Trace = {}): Trace => ({
    ...{
      type: "scatter",
      mode: "lines+markers",
      name,
      x,
      y,
      line: { color, width: 2 },
      marker: { color, size: 4 },
    },
    ...more,
  });
  const second = { xaxis: "x2", yaxis: "y2" };
  return figure({
    data: curves.flatMap(({ label, color, steps, accuracy, largest, smallest }) => [
      line(`${label}: accuracy`, steps, accuracy, color),
      line(`${label}: largest singular value`, steps, largest, color, second),
      line(`${label}: smallest singular value`, steps, smallest, color, {
        ...second,
        line: { color, width: 1, dash: "dot" },
      }),
    ]),
    layout: {
      showlegend: false,
      xaxis: { domain: [0, 0.45], title: "step k" },
      yaxis: { range: [0, 1], title: "accuracy of 5 neighbours" },
      xaxis2: { domain: [0.58, 1], title: "step k", anchor: "y2" },
      yaxis2: { type: "log", title: "singular values of W", anchor: "x2", exponentformat: "power" },
      annotations: [
        panelTitle("what the digits keep", "x", "y"),
        panelTitle("largest (line), smallest (dots)", "x2", "y2"),
        ...curves.map(({ label, color, accuracy, steps, shift }) => ({
          ...{
            x: steps.at(-1),
            y: accuracy.at(-1),
            text: label,
            showarrow: false,
            xanchor: "right",
            yshift: shift,
          },
          font: { color },
        })),
      ],
    },
    narrow: {
      height: 820,
      xaxis: { domain: [0, 1] },
      yaxis: { domain: [0.58, 1] },
      xaxis2: { domain: [0, 1], anchor: "y2" },
      yaxis2: { domain: [0, 0.42], anchor: "x2" },
    },
    height: 420,
    caption:
      "**Figure 5.7.** With both devices the representation keeps telling digits apart. Without one of them it does so only until its size falls under the noise of the machine; then ten classes are guessed.",
    description:
      "Left: accuracy of five nearest neighbours over training steps for four variants; three fall to about one in ten. Right: largest and smallest singular value of the network on a logarithmic axis; only with both devices does the largest stay.",
  });
}
