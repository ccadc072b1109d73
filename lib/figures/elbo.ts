import { iwaeBound, linearGaussian, nonlinearModel, type ScalarEncoderFamily } from "../elbo.ts";
import type { Vector } from "../math/types.ts";
import { type Figure, figure, type Step, steps, type Trace } from "../notebook/figure.ts";
import { colors, sliderLook } from "../notebook/theme.ts";

/** The pictures of question 1. */

const grid = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + (to - from) * i / (count - 1));

/** z ~ N(0, 1), x | z ~ N(z + θ, 1): one number to learn. */
const shifted = (theta: number) => linearGaussian({ W: [[1]], b: [theta], sigma2: 1 });

/**
 * log p_θ(x), log p_θ(x) − KL(q ‖ posterior) and the ECLL over θ, under a slider for the mean of q = N(m, s²).
 *
 * @param options x, the observation; sd, the fixed s of q
 */
export function objectives({ x = 1, sd = 0.8 }: { x?: number; sd?: number } = {}): Figure {
  const thetas = grid(-2.5, 4.5, 71), means = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5], first = 4;
  const evidence = thetas.map((theta) => shifted(theta).logMarginal([x]));
  const curves = (m: number) => {
    const q = { mean: [m], cov: [[sd * sd]] };
    const bound = thetas.map((theta) => shifted(theta).elbo([x], q));
    const ecll = thetas.map((theta) => shifted(theta).ecll([x], q));
    const best = thetas[ecll.indexOf(Math.max(...ecll))];
    return { bound, ecll, best: [[best, best], [-6.5, Math.max(...ecll)]] };
  };
  const start = curves(means[first]);
  const slide: Step[] = means.map((m) => {
    const { bound, ecll, best } = curves(m);
    return {
      label: String(m),
      restyle: { x: [thetas, thetas, best[0]], y: [bound, ecll, best[1]] },
      traces: [2, 3, 4],
    };
  });
  const line = (name: string, y: Vector, color: string, dash = "solid"): Trace => ({
    ...{ type: "scatter", mode: "lines", name, x: thetas, y },
    line: { color, width: 2, dash },
  });
  const label = (text: string, y: number, color: string) => ({
    ...{ text, x: 1, xref: "paper", xanchor: "left", y, yref: "paper", showarrow: false },
    font: { color },
  });
  return figure({
    data: [
      line("log p", evidence, colors.black),
      {
        ...{ type: "scatter", mode: "lines", name: "maximiser of log p", x: [x, x] },
        y: [-6.5, Math.max(...evidence)],
        line: { color: colors.black, width: 1, dash: "dot" },
      },
      line("log p − KL", start.bound, colors.blue),
      line("ECLL", start.ecll, colors.orange),
      {
        ...{
          type: "scatter",
          mode: "lines",
          name: "maximiser of the ECLL",
          x: start.best[0],
          y: start.best[1],
        },
        line: { color: colors.orange, width: 1, dash: "dot" },
      },
    ],
    layout: {
      xaxis: { title: "parameter θ", range: [-2.5, 4.5] },
      yaxis: { title: "nats", range: [-6.5, -0.8] },
      margin: { r: 96, b: 96 },
      annotations: [
        label("log p", 0.97, colors.black),
        label("log p − KL", 0.88, colors.blue),
        label("ECLL", 0.79, colors.orange),
      ],
      sliders: [{
        ...sliderLook,
        active: first,
        currentvalue: { prefix: "mean m of q = " },
        steps: steps(slide),
      }],
    },
    height: 440,
    caption:
      "**Figure 1.1.** Blue and orange differ by one constant, so they peak at the same $\\theta$. Black peaks elsewhere unless $m = 0$: what moves the maximiser is how the divergence *changes* with $\\theta$."
        .replaceAll("*changes*", "changes"),
    description:
      "Three curves over the parameter: the log evidence, the evidence minus the divergence, and the expected complete data log likelihood. The last two are parallel. Dotted lines mark the maximisers. A slider moves the mean of q.",
  });
}

const families: readonly ScalarEncoderFamily[] = ["constant", "affineMean", "affine", "cubic"];
const points = [-1.3, -0.6, 0, 0.35, 0.8, 1.5];

/** The approximation gap and the amortisation gap of every point, under a slider over encoder families. */
export function gaps(): Figure {
  const model = nonlinearModel({ decoder: (z) => Math.tanh(1.5 * z) + 0.3 * z, sigma: 0.35 });
  const best = points.map((x) => model.klPosterior(x, model.fitPosterior(x)));
  const amortised = families.map((family) => {
    const encoder = model.fitEncoder(points, family);
    return points.map((x, i) => Math.max(0, model.klPosterior(x, encoder(x)) - best[i]));
  });
  const names = points.map((x) => `x = ${x}`), first = 1;
  const top = (k: number) => 1.1 * Math.max(...best.map((gap, i) => gap + amortised[k][i]));
  const slide: Step[] = families.map((label, k) => ({
    label,
    restyle: { y: [amortised[k]] },
    relayout: { "yaxis.range": [0, top(k)] },
    traces: [1],
  }));
  const bars = (name: string, y: Vector, color: string): Trace => ({
    type: "bar",
    name,
    x: names,
    y,
    marker: { color },
  });
  return figure({
    data: [
      bars("approximation gap", best, colors.blue),
      bars("amortisation gap", amortised[first], colors.orange),
    ],
    layout: {
      barmode: "stack",
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.14 },
      xaxis: { title: "data point" },
      yaxis: { title: "log p − ELBO, nats", range: [0, top(first)] },
      margin: { b: 100, t: 48 },
      sliders: [{ ...sliderLook, active: first, currentvalue: { prefix: "encoder: " }, steps: steps(slide) }],
    },
    height: 440,
    caption:
      "**Figure 1.2.** What separates the bound from the evidence, point by point: blue is the price of the family, orange the price of sharing one encoder. A richer encoder lowers the orange total, not every orange bar.",
    description:
      "Stacked bars for six data points: approximation gap below, amortisation gap above, in nats. A slider goes from a constant encoder to one with an affine mean, affine mean and log-sd, and cubic mean.",
  });
}

/** The importance weighted bound over k for three approximations of one posterior. */
export function importanceBounds(): Figure {
  const ks = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
  const model = { w: 1.2, sigma2: 0.5, x: 1.5 };
  const exact = linearGaussian({ W: [[model.w]], b: [0], sigma2: model.sigma2 });
  const post = exact.posterior([model.x]);
  const [mean, sd] = [post.mean[0], Math.sqrt(post.cov[0][0])];
  const proposals = [
    { name: "the posterior", qMean: mean, qSd: sd, color: colors.green },
    { name: "too wide", qMean: mean, qSd: 2 * sd, color: colors.blue },
    { name: "off by two sd", qMean: mean + 2 * sd, qSd: 1.3 * sd, color: colors.orange },
  ];
  const evidence = exact.logMarginal([model.x]);
  return figure({
    data: [
      ...proposals.map(({ name, qMean, qSd, color }): Trace => ({
        ...{ type: "scatter", mode: "lines+markers", name, x: ks },
        y: ks.map((k) => iwaeBound({ ...model, qMean, qSd }, k)),
        line: { color, width: 2 },
        marker: { color, size: 5 },
      })),
      {
        ...{ type: "scatter", mode: "lines", name: "log p(x)", x: [1, 64], y: [evidence, evidence] },
        line: { color: colors.black, width: 1, dash: "dot" },
      },
    ],
    layout: {
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.14 },
      xaxis: { title: "importance samples k", type: "log", tickvals: [1, 2, 4, 8, 16, 32, 64] },
      yaxis: { title: "bound, nats" },
    },
    height: 400,
    caption:
      "**Figure 1.3.** More samples tighten the bound from the ELBO at $k = 1$ towards $\\log p(x)$; with the posterior itself all bounds are equal, because all weights are.",
    description:
      "Importance weighted bounds over the number of samples for three proposals, rising towards the dotted log evidence; the curve of the exact posterior lies on it.",
  });
}
