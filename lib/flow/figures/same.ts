import { divergence, normal1d, pushforward } from "../../math/divergence.ts";
import { invert, tanhShift } from "../mod.ts";
import { type Figure, figure, panelTitle, type Step, steps } from "../../show/figure.ts";
import { colors, inkOf, sliderLook } from "../../show/theme.ts";
import { bumpyData, curve, grid } from "./parts.ts";

const xs = grid(-5, 5, 160), us = grid(-4, 4, 160);

/** Data against model in x, pulled data against base in u, and both divergences over the flow's parameter. */
export function sameDivergence({ first = 4 }: { first?: number } = {}): Figure {
  const base = normal1d(0, 1);
  const data = bumpyData;
  const amounts = [-0.8, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3];
  const states = amounts.map((amount) => {
    const flow = tanhShift({ amount }),
      model = pushforward(base, flow),
      pulled = pushforward(data, invert(flow));
    const values = (p: typeof base, at: readonly number[]) =>
      at.map((x) => Math.min(1, Math.exp(p.logDensity(x))));
    return {
      amount,
      model: values(model, xs),
      pulled: values(pulled, us),
      inX: divergence("kl", data, model),
      inU: divergence("kl", pulled, base),
    };
  });
  const moving = ({ amount, model, pulled, inX }: typeof states[number]) => ({
    x: [xs, us, [amount]],
    y: [model, pulled, [inX]],
  });
  const label = (text: string, axis: string, x: number, y: number, color: string) => ({
    text,
    x,
    y,
    xref: `x${axis}`,
    yref: `y${axis}`,
    showarrow: false,
    font: { color: inkOf(color) },
  });
  const initial = moving(states[first]);
  const slide: Step[] = states.map((state) => ({
    label: String(state.amount).replace("-", "−"),
    restyle: moving(state),
    traces: [1, 2, 4],
  }));
  const shade = { fill: "tozeroy", fillcolor: "rgba(0,114,178,0.13)" };
  return figure({
    data: [
      curve(xs, xs.map((x) => Math.exp(data.logDensity(x))), colors.blue, { ...shade, name: "data" }),
      curve(xs, initial.y[0], colors.orange, { name: "model" }),
      curve(us, initial.y[1], colors.blue, { ...shade, name: "pulled data", xaxis: "x2", yaxis: "y2" }),
      curve(us, us.map((u) => Math.exp(base.logDensity(u))), colors.orange, {
        name: "base",
        xaxis: "x2",
        yaxis: "y2",
      }),
      {
        type: "scatter",
        mode: "markers",
        x: initial.x[2],
        y: initial.y[2],
        marker: { color: colors.black, size: 10 },
        xaxis: "x3",
        yaxis: "y3",
        hoverinfo: "skip",
      },
      curve(amounts, states.map((s) => s.inX), colors.black, {
        name: "KL in x",
        xaxis: "x3",
        yaxis: "y3",
        line: { color: colors.black, width: 1.5, shape: "spline" },
      }),
      {
        type: "scatter",
        mode: "markers",
        x: amounts,
        y: states.map((s) => s.inU),
        name: "KL in u",
        marker: { color: "rgba(255,255,255,0)", size: 15, line: { color: colors.green, width: 2 } },
        xaxis: "x3",
        yaxis: "y3",
      },
    ],
    layout: {
      xaxis: { domain: [0, 0.29], range: [-5, 5], title: "data space x" },
      yaxis: { range: [0, 0.62], title: "density" },
      xaxis2: { domain: [0.36, 0.65], range: [-4, 4], title: "base space u", anchor: "y2" },
      yaxis2: { range: [0, 0.62], anchor: "x2", title: "" },
      xaxis3: { domain: [0.75, 1], range: [-1, 3.2], title: "parameter a", anchor: "y3" },
      yaxis3: { range: [0, 1.1 * Math.max(...states.map((s) => s.inX))], anchor: "x3", title: "KL (nats)" },
      annotations: [
        panelTitle("seen in x", "x", "y"),
        panelTitle("the same in u", "x2", "y2"),
        panelTitle("both divergences", "x3", "y3"),
        label("data X", "", -3.4, 0.3, colors.blue),
        label("F(U)", "", 3.6, 0.24, colors.orange),
        label("F⁻¹(X)", "2", -2.6, 0.45, colors.blue),
        label("base U", "2", 2.6, 0.3, colors.orange),
      ],
      sliders: [{
        ...sliderLook,
        active: first,
        currentvalue: { prefix: "x = u + a tanh u,  a = " },
        steps: steps(slide),
      }],
      margin: { b: 96 },
    },
    narrow: {
      height: 980,
      xaxis: { domain: [0, 1] },
      yaxis: { domain: [0.72, 1] },
      xaxis2: { domain: [0, 1] },
      yaxis2: { domain: [0.36, 0.62] },
      xaxis3: { domain: [0, 1] },
      yaxis3: { domain: [0, 0.26] },
    },
    height: 420,
    caption:
      "**Figure 3.4.** The flow moves the model on the left and the data in the middle, and the two divergences stay one number: the line on the right is integrated over $x$, the rings over $u$.",
    description:
      "Three panels under one slider. Left: a data density with two bumps in blue and the pushed base in orange, over x. Middle: the pulled data in blue and the standard normal base in orange, over u. Right: both KL divergences over the parameter a from −0.8 to 3, line and rings on top of each other, lowest near a = 1.5.",
  });
}
