import { nonlinearModel, type ScalarEncoderFamily } from "../../mod.ts";
import type { Vector } from "../../../math/types.ts";
import { type Figure, figure, type Step, type Trace } from "../../../show/figure.ts";
import { dots, line, note, panels, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

const families: readonly { family: ScalarEncoderFamily; label: string }[] = [
  { family: "constant", label: "constant" },
  { family: "affineMean", label: "affine mean" },
  { family: "affine", label: "affine mean and log-sd" },
  { family: "cubic", label: "cubic mean, quadratic log-sd" },
];
const points = [-1.3, -0.6, 0, 0.35, 0.8, 1.5];
const along = Array.from({ length: 65 }, (_, i) => -1.6 + 3.4 * i / 64);

/** −log p(x), both gaps of each point, and the encoder itself, for one family. */
function measured(model: ReturnType<typeof nonlinearModel>, family: ScalarEncoderFamily) {
  const encode = model.fitEncoder(points, family), curve = along.map(encode);
  const best = points.map((x) => model.klPosterior(x, model.fitPosterior(x)));
  const whole = points.map((x) => model.klPosterior(x, encode(x)));
  return {
    amortisation: whole.map((kl, i) => Math.max(0, kl - best[i])),
    mean: curve.map((q) => q.mean),
    band: [...curve.map((q) => q.mean + q.sd), ...curve.map((q) => q.mean - q.sd).reverse()],
  };
}

/** −ELBO = −log p(x) + approximation gap + amortisation gap, point by point, under a slider over encoder families. */
export function gaps(number: string): Figure {
  const model = nonlinearModel({ decoder: (z) => Math.tanh(1.5 * z) + 0.3 * z, sigma: 0.35 });
  const own = points.map(model.fitPosterior), first = 1;
  const surprise = points.map((x) => -model.logMarginal(x));
  const approximation = points.map((x, i) => model.klPosterior(x, own[i]));
  const fits = families.map(({ family }) => measured(model, family));
  const names = points.map((x) => String(x).replace("-", "−"));
  const total = (gap: Vector) => gap.reduce((sum, g) => sum + g, 0);
  const top = (k: number) =>
    1.28 * Math.max(...points.map((_, i) => surprise[i] + approximation[i] + fits[k].amortisation[i]));
  const bars = (name: string, y: Vector, color: string): Trace => ({
    ...{ type: "bar", name, x: names, y, marker: { color } },
    hovertemplate: `${name}: %{y:.4f} nats<extra></extra>`,
  });
  const key = (k: number) =>
    [
      ["amortisation gap", colors.orange, fits[k].amortisation],
      ["approximation gap", colors.blue, approximation],
      ["−log p(x)", colors.grey, surprise],
    ] as const;
  const labels = (k: number) =>
    key(k).map(([name, color, gap], row) =>
      note(`<b>${name}</b>: ${total(gap).toPrecision(4)} in all`, 0.01, 0.99 - 0.075 * row, {
        ...{ color, xref: "x domain", xanchor: "left", yref: "y domain", yanchor: "top" },
        bgcolor: "rgba(255, 255, 255, 0.85)",
      })
    );
  const arranged = panels([
    {
      ...{ title: "−ELBO, taken apart", share: 1.6, x: { title: "data point x", type: "category" } },
      y: { title: "nats", range: [0, top(first)] },
    },
    {
      title: "the encoder q(z | x)",
      x: { range: [-1.6, 1.8], title: "x" },
      y: { title: "z", range: [-2.6, 2.6] },
    },
  ], { notes: labels(first), narrowHeight: 760, margin: { b: 104, t: 36 } });
  const slide: Step[] = families.map(({ label }, k) => ({
    label,
    restyle: { y: [fits[k].amortisation, fits[k].band, fits[k].mean] },
    relayout: { "yaxis.range": [0, top(k)], annotations: [...arranged.titles, ...labels(k)] },
    traces: [2, 3, 4],
  }));
  return figure({
    data: [
      bars("−log p(x)", surprise, "#c9d0d8"),
      bars("approximation gap", approximation, colors.blue),
      bars("amortisation gap", fits[first].amortisation, colors.orange),
      line([...along, ...[...along].reverse()], fits[first].band, {
        ...{ panel: 2, name: "encoder, mean ± sd", color: "rgba(213, 94, 0, 0.4)", width: 1 },
        ...{ fill: "toself", fillcolor: "rgba(213, 94, 0, 0.18)", hoverinfo: "skip" },
      }),
      line(along, fits[first].mean, { panel: 2, name: "encoder, mean", color: colors.orange }),
      dots(points, own.map((q) => q.mean), {
        ...{ panel: 2, name: "each point's own best, mean ± sd", color: colors.blue },
        error_y: { type: "data", array: own.map((q) => q.sd), color: colors.blue, thickness: 2, width: 5 },
      }),
    ],
    narrow: arranged.narrow,
    layout: {
      ...arranged.layout,
      ...{ barmode: "stack", bargap: 0.3 },
      sliders: [slider("encoder: ", slide, first)],
    },
    height: 470,
    caption:
      `**Figure ${number}.** The whole bar is −ELBO. Blue is what a normal can't say about the posterior: no encoder changes it. Orange is the price of sharing one encoder: it falls in total as the encoder grows, not in every bar. Right: where the encoder's band misses the blue whiskers, the orange bar is tall.`,
    description:
      "Left: stacked bars for six data points: minus the log evidence, the approximation gap, the amortisation gap, in nats, with their totals. Right: the encoder's mean and standard deviation over x, and each point's own best normal. A slider goes through four nested families of encoders.",
  });
}
