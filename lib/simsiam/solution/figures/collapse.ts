import { frobenius, identity, scale } from "../../../math/matrix.ts";
import { type Figure, figure, type Trace } from "../../../show/figure.ts";
import { line, words } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";
import { gradientDescent } from "../../solution.ts";
import { start as from } from "./settings.ts";

/** Below this a norm counts as 0 and is not drawn. */
const FLOOR = 1e-12;

/** ‖W‖ along gradient descent with and without each of the two devices. */
export function collapseOverTime(): Figure {
  const count = 400, learningRate = 0.1, spread = 0.25;
  const ks = Array.from({ length: count + 1 }, (_, k) => k);
  const start = { ...from, X: identity(3), Xprime: scale(spread, identity(3)), weightDecay: 0.05 };
  const devices = [
    { label: "both", stopGradient: true, predictor: true, color: colors.blue },
    { label: "stop-gradient<br>only", stopGradient: true, predictor: false, color: colors.green },
    { label: "neither", stopGradient: false, predictor: false, color: colors.black },
    { label: "predictor<br>only", stopGradient: false, predictor: true, color: colors.orange },
  ];
  const named = (norms: readonly number[], label: string, color: string, dash: string): Trace[] => {
    const seen = norms.map((norm) => norm >= FLOOR ? norm : null), gone = seen.indexOf(null);
    // A line that leaves the picture through its floor is named left of where it does.
    const space = "\u00a0".repeat(3);
    const at = gone < 0 ? count : Math.round(0.86 * gone);
    const text = gone < 0
      ? ` ${label.replace("<br>", "<br> ")}`
      : `${label.replace("<br>", `${space}<br>`)}${space}`;
    return [
      line(ks, seen, {
        ...{ name: label.replace("<br>", " "), color, dash, hovertemplate: "step %{x}: ‖W‖ = %{y:.2e}" },
      }),
      words(text, [at, norms[at]], { color, position: gone < 0 ? "middle right" : "bottom left" }),
    ];
  };
  const bound = ks.map((k) => frobenius(from.W) * Math.exp(-spread * learningRate * k));
  return figure({
    data: [
      ...named(bound, "bound", colors.grey, "dot"),
      ...devices.flatMap(({ label, stopGradient, predictor, color }) => {
        const { norms } = gradientDescent({ ...start, stopGradient, predictor, learningRate, steps: count });
        return named(norms, label, color, "solid");
      }),
    ],
    layout: {
      xaxis: { range: [0, count], title: "step k (time t = k / 10)" },
      yaxis: { type: "log", range: [Math.log10(FLOOR), 1], dtick: 2, title: "norm ‖W‖" },
      margin: { r: 108 },
    },
    narrow: { height: 440, xaxis: { dtick: 200 } },
    height: 400,
    caption:
      "**Figure 5.5.** From this start, with weight decay 0.05, only stop-gradient and predictor together keep $\\lVert W\\rVert$ away from 0. Each alone, and neither, collapses exponentially; with the predictor only, $\\lVert W\\rVert$ stays below the bound $e^{-\\lambda_{\\min}(X')t}\\lVert W_0\\rVert$ (dotted).",
    description:
      "The norm of W over 400 steps of gradient descent on a logarithmic axis, from 10 down to 1e-12. With both devices it settles at 1.06. With the stop-gradient only it falls to 5e-6, with neither to 1e-10, with the predictor only below 1e-12 before the end. The dotted bound for the latter falls to 4e-5.",
  });
}
