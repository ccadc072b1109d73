import { iwaeBound, linearGaussian } from "../../mod.ts";
import { type Figure, figure, type Step } from "../../../show/figure.ts";
import { line, note, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

const ks = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const setting = { w: 1.2, sigma2: 0.5, x: 1.5 };

/** The importance weighted bound over k, for proposals as wide as the posterior and others, under a slider over their mean. */
export function importanceBounds(number: string): Figure {
  const exact = linearGaussian({ W: [[setting.w]], b: [0], sigma2: setting.sigma2 });
  const post = exact.posterior([setting.x]), mean = post.mean[0], sd = Math.sqrt(post.cov[0][0]);
  const evidence = exact.logMarginal([setting.x]), offsets = [0, 0.5, 1, 1.5, 2], first = 2;
  const widths = [
    { name: "the posterior's sd", factor: 1, color: colors.green, dash: "solid" },
    { name: "1.8 times the sd", factor: 1.8, color: colors.blue, dash: "solid" },
    { name: "0.6 times the sd", factor: 0.6, color: colors.orange, dash: "solid" },
  ];
  const curves = (offset: number) =>
    widths.map(({ factor }) =>
      ks.map((k) => iwaeBound({ ...setting, qMean: mean + offset * sd, qSd: factor * sd }, k))
    );
  const all = offsets.map(curves), low = Math.min(...all.flat(2));
  const slide: Step[] = offsets.map((offset, i) => ({
    label: offset === 0 ? "the posterior's" : `${offset} sd off`,
    restyle: { y: all[i] },
    traces: widths.map((_, k) => k),
  }));
  return figure({
    data: [
      ...widths.map(({ name, color }, k) =>
        line(ks, all[first][k], {
          ...{ mode: "lines+markers", name, color, marker: { color, size: 5 } },
          hovertemplate: `${name}<br>k = %{x}: %{y:.4f} nats<extra></extra>`,
        })
      ),
      line([1, 64], [evidence, evidence], {
        ...{ name: "log p(x)", color: colors.black, width: 1, dash: "dot", hoverinfo: "skip" },
      }),
    ],
    layout: {
      xaxis: { title: "importance samples k", type: "log", tickvals: [1, 2, 4, 8, 16, 32, 64] },
      yaxis: { title: "bound, nats", range: [low - 0.1, evidence + 0.25] },
      annotations: [
        note("log p(x)", 0, evidence, { color: colors.black, xanchor: "left", yshift: 10 }),
        ...widths.map(({ name, color }, k) =>
          note(`<b>${name}</b>`, 0.99, 0.05 + 0.075 * k, {
            ...{ color, xref: "paper", yref: "paper", xanchor: "right" },
          })
        ),
      ],
      margin: { b: 104 },
      sliders: [slider("mean of the proposal: ", slide, first)],
    },
    height: 440,
    caption:
      `**Figure ${number}.** From the ELBO at $k = 1$ every bound climbs towards $\\log p(x)$. Where proposal and posterior agree the weights are all equal and so are the bounds. A narrow proposal that is off climbs slowest: it almost never draws where the posterior lies.`,
    description:
      "Importance weighted bounds over the number of samples on a logarithmic axis for three widths of the proposal, rising towards the dotted log evidence. A slider moves the proposal's mean away from the posterior's.",
  });
}
