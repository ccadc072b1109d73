import { divergence, normal1d, pushforward } from "../../math/divergence.ts";
import { tanhShift } from "../mod.ts";
import type { Point } from "../grants.ts";
import { type Figure, figure, panelTitle } from "../../show/figure.ts";
import { colors } from "../../show/theme.ts";
import { bumpyData, curve, grid } from "./parts.ts";

type Log = (at: Point) => number;
type Integrand = (u: Point, given: { logPx: Log; logPu: Log; F(u: Point): Point; logAbsDetF: Log }) => number;

const us = grid(-4, 4, 320), xs = grid(-5, 5, 320), STEP = us[1] - us[0];

/** A student's integrand over u beside the definition's over x, for one flow; the areas are written above. */
export function yourIntegrand(answer: () => Integrand | undefined): Figure {
  const base = normal1d(0, 1), flow = tanhShift({ amount: 1 });
  const data = bumpyData;
  const model = pushforward(base, flow);
  const overX = xs.map((x) => Math.exp(data.logDensity(x)) * (data.logDensity(x) - model.logDensity(x)));
  const given = {
    logPx: (x: Point) => data.logDensity(Number(x)),
    logPu: (u: Point) => base.logDensity(Number(u)),
    F: (u: Point) => flow.forward(Number(u)),
    logAbsDetF: (u: Point) => flow.logAbsDet(Number(u)),
  };
  const valueAt = (u: number) => {
    try {
      const value = Number(answer()?.(u, given));
      return Number.isFinite(value) ? value : null;
    } catch {
      return null;
    }
  };
  const yours = us.map(valueAt), there = yours.some((y) => y !== null);
  const area = yours.reduce<number>((sum, y) => sum + (y ?? 0) * STEP, 0);
  const says = there ? `yours, over u: area ${area.toFixed(3)}` : "yours: not there yet";
  const shade = (color: string) => ({ fill: "tozeroy", fillcolor: color });
  return figure({
    data: [
      curve(xs, overX, colors.blue, { ...shade("rgba(0,114,178,0.15)"), name: "over x" }),
      curve(us, yours, colors.orange, {
        ...shade("rgba(213,94,0,0.15)"),
        xaxis: "x2",
        yaxis: "y2",
        name: "yours",
      }),
    ],
    layout: {
      xaxis: { domain: [0, 0.46], range: [-5, 5], title: "data space x" },
      yaxis: { title: "integrand (nats per unit of x)" },
      xaxis2: { domain: [0.56, 1], range: [-4, 4], title: "base space u", anchor: "y2" },
      yaxis2: { title: "nats per unit of u", anchor: "x2" },
      annotations: [
        panelTitle(`the left side, over x: area ${divergence("kl", data, model).toFixed(3)}`, "x", "y"),
        panelTitle(says, "x2", "y2"),
      ],
    },
    narrow: {
      height: 640,
      xaxis: { domain: [0, 1] },
      yaxis: { domain: [0.58, 1] },
      xaxis2: { domain: [0, 1] },
      yaxis2: { domain: [0, 0.4] },
    },
    height: 340,
    caption:
      "**Figure 3.3.** Left, what the divergence integrates over $x$, for two bumps of data and $F(u) = u + \\tanh u$. Right, what your cell above integrates over $u$, as it is now. The shapes differ; the areas must not.",
    description:
      `Left: a curve over x from −5 to 5, partly below zero, whose area is the divergence. Right: ${
        there ? "the answer's curve over u from −4 to 4" : "nothing yet"
      }.`,
  });
}
