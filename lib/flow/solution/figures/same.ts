import { divergence, normal1d, pushforward } from "../../../math/divergence.ts";
import { invert, tanhShift } from "../../mod.ts";
import { type Figure, figure, type Step } from "../../../show/figure.ts";
import { dots, line, note, panels, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";
import { bumpyData, grid } from "../../figures/parts.ts";

const xs = grid(-5, 5, 160), us = grid(-4, 4, 160);

/** Data against model in x, pulled data against base in u, and both divergences over the flow's parameter. */
export function sameDivergence(): Figure {
  const base = normal1d(0, 1);
  const data = bumpyData;
  const amounts = [-0.8, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3], first = 4;
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
  const initial = moving(states[first]);
  const lowest = states.reduce((best, s) => s.inX < best.inX ? s : best).amount;
  const slide: Step[] = states.map((state) => ({
    label: String(state.amount).replace("-", "−"),
    restyle: moving(state),
    traces: [1, 2, 4],
  }));
  const shade = { color: colors.blue, fill: "tozeroy", fillcolor: "rgba(0,114,178,0.13)" };
  const { blue, orange, black, green } = colors;
  return figure({
    data: [
      line(xs, xs.map((x) => Math.exp(data.logDensity(x))), { ...shade, name: "data" }),
      line(xs, initial.y[0], { color: orange, name: "model" }),
      line(us, initial.y[1], { ...shade, name: "pulled data", panel: 2 }),
      line(us, us.map((u) => Math.exp(base.logDensity(u))), { color: orange, name: "base", panel: 2 }),
      dots(initial.x[2], initial.y[2], { color: black, size: 10, panel: 3, hoverinfo: "skip" }),
      line(amounts, states.map((s) => s.inX), {
        ...{ name: "KL in x", panel: 3, line: { color: black, width: 1.5, shape: "spline" } },
      }),
      dots(amounts, states.map((s) => s.inU), {
        ...{ name: "KL in u", panel: 3, cliponaxis: false },
        ...{ color: "rgba(255,255,255,0)", size: 15, edge: green },
      }),
    ],
    ...panels([
      {
        ...{ title: "seen in x", share: 1.15 },
        ...{ x: { range: [-5, 5], title: "data space x" }, y: { range: [0, 0.62], title: "density" } },
      },
      {
        ...{ title: "the same in u", share: 1.15 },
        ...{ x: { range: [-4, 4], title: "base space u" }, y: { range: [0, 0.62], title: "" } },
      },
      {
        ...{ title: "both KLs", x: { range: [-1, 3.2], title: "parameter a" } },
        y: { range: [0, 1.1 * Math.max(...states.map((s) => s.inX))], title: "KL (nats)" },
      },
    ], {
      gap: 0.095,
      narrowHeight: 980,
      notes: [
        note("data X", -3.4, 0.3, { color: blue }),
        note("F(U)", 3.6, 0.24, { color: orange }),
        note("F⁻¹(X)", -2.6, 0.45, { color: blue, panel: 2 }),
        note("base U", 2, 0.34, { color: orange, panel: 2 }),
      ],
      sliders: [slider("x = u + a tanh u,  a = ", slide, first)],
    }),
    height: 420,
    caption:
      "**Figure 3.4.** The flow moves the model on the left and the data in the middle, and the two divergences stay one number: the line on the right is integrated over $x$, the rings over $u$.",
    description:
      `Three panels under one slider. Left: a data density with two bumps in blue and the pushed base in orange, over x. Middle: the pulled data in blue and the standard normal base in orange, over u. Right: both KL divergences over the parameter a from −0.8 to 3, line and rings on top of each other, of the settings drawn lowest at a = ${lowest}.`,
  });
}
