import { divergence } from "../../math/divergence/continuous.ts";
import { normal1d } from "../../math/divergence/density.ts";
import { pushforward } from "../../math/divergence/pushforward.ts";
import { tanhShift } from "../scalar.ts";
import type { Point } from "../grants.ts";
import { type Figure, figure } from "../../show/figure.ts";
import { line, panels } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";
import { bumpyData, grid } from "./parts.ts";

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
  const says = there ? `yours, over u: area ${area.toFixed(3).replace("-", "−")}` : "yours: not there yet";
  const shade = (color: string, fillcolor: string) => ({ color, fill: "tozeroy", fillcolor });
  return figure({
    data: [
      line(xs, overX, { ...shade(colors.blue, "rgba(0,114,178,0.15)"), name: "over x" }),
      line(us, yours, { ...shade(colors.orange, "rgba(213,94,0,0.15)"), panel: 2, name: "yours" }),
    ],
    ...panels([
      {
        title: `the left side, over x: area ${divergence("kl", data, model).toFixed(3)}`,
        x: { range: [-5, 5], title: "data space x" },
        y: { title: "integrand (nats per unit of x)" },
      },
      { title: says, x: { range: [-4, 4], title: "base space u" }, y: { title: "nats per unit of u" } },
    ], { narrowHeight: 640 }),
    height: 340,
    caption:
      "**Figure 3.3.** Left, what the divergence integrates over $x$, for two bumps of data and $F(u) = u + \\tanh u$. Right, what your cell above integrates over $u$, as it is now. The shapes differ; the areas must not.",
    description:
      `Left: a curve over x from −5 to 5, partly below zero, whose area is the divergence. Right: ${
        there ? "the answer's curve over u from −4 to 4" : "nothing yet"
      }.`,
  });
}
