import { normal1d } from "../math/divergence/density.ts";
import { pushforward } from "../math/divergence/pushforward.ts";
import { tanhShift } from "./scalar.ts";
import { type Figure, figure, panelTitle, type Step } from "../show/figure.ts";
import { line, slider } from "../show/panels.ts";
import { colors } from "../show/theme.ts";

export { revealBump } from "./figures/bump.ts";
export { yourIntegrand } from "./figures/integrand.ts";
export { warpedPlane } from "./figures/warp.ts";

/** The pictures of question 3 that hold no answer. */

const grid = (reach: number, n: number) => Array.from({ length: n + 1 }, (_, i) => reach * (2 * i / n - 1));
const REACH = { u: 3.2, x: 6.4 };
const us = grid(REACH.u, 120), xs = grid(REACH.x, 240);

/** The u below which the base has k tenths of its mass. */
const DECILES = [-1.28155, -0.84162, -0.5244, -0.25335, 0, 0.25335, 0.5244, 0.84162, 1.28155];

/** Base density, map and pushed density, with lines that carry equal shares of the mass along. */
export function mapAndDensity(): Figure {
  const amounts = [-0.7, -0.4, 0, 0.5, 1, 2, 3], first = 3;
  const base = normal1d(0, 1), top = Math.exp(base.logDensity(0));
  const at = (amount: number) => {
    const flow = tanhShift({ amount }), pushed = pushforward(base, flow);
    const carried = DECILES.map((u) => [u, flow.forward(u)]);
    return [
      { x: us, y: us.map(flow.forward) },
      {
        x: carried.flatMap(([u]) => [u, u, REACH.u, null]),
        y: carried.flatMap(([, x]) => [-REACH.x, x, x, null]),
      },
      { x: xs.map((x) => Math.min(0.8, Math.exp(pushed.logDensity(x)))), y: xs },
      {
        x: carried.flatMap(([, x]) => [0, Math.min(0.8, Math.exp(pushed.logDensity(x))), null]),
        y: carried.flatMap(([, x]) => [x, x, null]),
      },
    ];
  };
  const initial = at(amounts[first]);
  const slide: Step[] = amounts.map((amount) => {
    const traces = at(amount);
    return {
      label: String(amount).replace("-", "−"),
      restyle: { x: traces.map((t) => t.x), y: traces.map((t) => t.y) },
      traces: [0, 1, 2, 3],
    };
  });
  const thin = { color: "#a9b4c0", width: 1, hoverinfo: "skip" };
  const filled = (fill: string, fillcolor: string) => ({ fill, fillcolor });
  return figure({
    data: [
      line(initial[0].x, initial[0].y, {
        ...{ color: colors.black, name: "x = F(u)", hovertemplate: "u = %{x}<br>x = %{y}<extra></extra>" },
      }),
      line(initial[1].x, initial[1].y, thin),
      line(initial[2].x, initial[2].y, {
        ...{ color: colors.orange, ...filled("tozerox", "rgba(213,94,0,0.15)"), name: "density of x" },
        ...{ xaxis: "x2", yaxis: "y" },
      }),
      line(initial[3].x, initial[3].y, { ...thin, xaxis: "x2", yaxis: "y" }),
      line(us, us.map((u) => Math.exp(base.logDensity(u))), {
        ...{ color: colors.blue, ...filled("tozeroy", "rgba(0,114,178,0.15)"), name: "density of u" },
        ...{ xaxis: "x", yaxis: "y2" },
      }),
      line(
        DECILES.flatMap((u) => [u, u, null]),
        DECILES.flatMap((u) => [0, Math.exp(base.logDensity(u)), null]),
        { ...thin, xaxis: "x", yaxis: "y2" },
      ),
    ],
    layout: {
      xaxis: { domain: [0, 0.62], range: [-REACH.u, REACH.u], title: "base u", anchor: "y2" },
      yaxis: { domain: [0.34, 1], range: [-REACH.x, REACH.x], title: "data x = F(u)" },
      xaxis2: { domain: [0.68, 1], range: [0, 0.8], title: "density of x", anchor: "y" },
      yaxis2: { domain: [0, 0.28], range: [0, 1.15 * top], title: "density of u", anchor: "x", nticks: 3 },
      annotations: [panelTitle("the map", "x", "y"), panelTitle("its mass", "x2", "y")],
      sliders: [slider("x = u + a tanh u,  a = ", slide, first)],
      margin: { b: 96 },
    },
    narrow: {
      xaxis2: { domain: [0.68, 1], range: [0, 0.8], title: "density", anchor: "y", dtick: 0.4, tickangle: 0 },
    },
    height: 520,
    caption:
      "**Figure 3.1.** Nine grey lines cut the base's mass into ten equal shares; the map carries them over. Where it is flat they crowd and the density of $x$ rises, where it is steep they spread and it falls.",
    description:
      "Three panels that share axes. Below: the standard normal density of u with nine decile lines. Above it: the curve x = u + a tanh u, the lines go up to it and then right. Right: the density of x. A slider moves a from −0.7, where the mass piles up at 0, to 3, where it has two bumps.",
  });
}
