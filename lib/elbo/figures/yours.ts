import { discreteModel } from "../discrete.ts";
import { type Figure, figure } from "../../show/figure.ts";
import { line } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";
import type { Vector } from "../../math/types.ts";

/** Three values of z and a likelihood that moves with θ; q is held. */
const q = [0.5, 0.3, 0.2], prior = [0.2, 0.5, 0.3], rates = [1, -0.4, 0.5], offsets = [0, -0.5, -1.5];
const thetas = Array.from({ length: 121 }, (_, k) => -3 + k / 20);
const model = (theta: number) =>
  discreteModel({
    prior,
    likelihood: rates.map((rate, z) => {
      const p = 1 / (1 + Math.exp(theta * theta - 4 * rate * theta - offsets[z]));
      return [p, 1 - p];
    }),
  });

/**
 * A student's `gapTerm` at work: the ECLL over θ, raised by it, beside the curve that it is to reach.
 *
 * @param number of the figure, e.g. "1.2"
 * @param answer gives it; what is not defined yet may throw or be undefined
 */
export function yourGap(number: string, answer: () => ((q: Vector) => unknown) | undefined): Figure {
  const ecll = thetas.map((theta) => model(theta).ecll(0, q));
  const wanted = thetas.map((theta) => model(theta).logMarginal(0) - model(theta).klPosterior(0, q));
  const term = termOf(answer), there = term !== undefined;
  const high = Math.max(...wanted);
  return figure({
    data: [
      line(thetas, wanted, { name: "log p − KL", color: colors.blue }),
      line(thetas, ecll, { name: "ECLL", color: colors.orange }),
      ...there
        ? [line(thetas, ecll.map((y) => y + term), {
          ...{ name: "ECLL and your term", color: colors.green, width: 3, dash: "dot" },
        })]
        : [],
    ],
    layout: {
      xaxis: { title: "parameter θ", range: [-3, 3] },
      yaxis: { title: "nats", range: [high - 8, high + 0.6] },
      showlegend: true,
      legend: { orientation: "h", y: 1.03, yanchor: "bottom" },
    },
    narrow: { margin: { t: 84 } },
    height: 340,
    caption:
      `**Figure ${number}.** Drawn from your \`gapTerm\`: in a table with three values of $z$ the likelihood moves with $\\theta$ and $q = (${
        q.join(", ")
      })$ stays. Raised by your term (dotted) the ECLL should lie on $\\log p_\\theta(x) - \\mathrm{KL}$ at every $\\theta$.`,
    description: `Two curves over the parameter, the ECLL and above it the log evidence less the divergence${
      there ? "; dotted, the ECLL with the answer's term added" : ", and no answer yet"
    }.`,
  });
}

/** The term at this q, where it is a number. */
function termOf(answer: () => ((q: Vector) => unknown) | undefined): number | undefined {
  try {
    const term = answer()?.([...q]);
    return typeof term === "number" && Number.isFinite(term) ? term : undefined;
  } catch {
    return undefined;
  }
}
