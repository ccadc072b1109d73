import { apply, eigenvaluesSymmetric, expm, norm, scale } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { plainAnswer, readMatrix, readNumber } from "../../proof/reading.ts";
import { type Figure, figure } from "../../show/figure.ts";
import type { Fragment } from "../../show/fragments.ts";
import { line } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";
import { data } from "./setting.ts";

/** The answers that the figure draws; what is not defined yet is left out. */
interface Answers {
  H?: (point: { Wp: Matrix; X: Matrix; Xprime: Matrix }) => Matrix;
  normBound?: (t: number, start: { lambda0: number; norm0: number }) => number;
}

const END = 12, TIMES = Array.from({ length: 61 }, (_, k) => END * k / 60);
const start: Vector = [0.6, 0.1, -0.2, 0.5, 0.3, -0.4];

/**
 * ‖w(t)‖ under a reader's own H, the predictor held, beside the reader's own bound.
 *
 * @param answers gives them; what is not defined yet may throw or be undefined
 * @returns a figure, or a sentence where `H` can't be drawn yet
 */
export function yourBound(answers: () => Answers): Figure | Fragment {
  const given = answers();
  let H: Matrix, lambda0: number;
  try {
    H = readMatrix(plainAnswer(given.H?.(data)).value, 6, 6);
    lambda0 = eigenvaluesSymmetric(H)[0];
  } catch {
    const text = "This figure draws your H, once it is a symmetric matrix of 6 × 6 as the answer to (b).";
    return { kind: "fragment", html: `<span class="syw-quiet">${text}</span>`, text };
  }
  const norm0 = norm(start), norms = TIMES.map((t) => norm(apply(expm(scale(-t, H)), start)));
  const bounds = TIMES.map((t) => {
    try {
      const bound = readNumber(plainAnswer(given.normBound?.(t, { lambda0, norm0 })).value);
      return bound > 0 ? bound : null;
    } catch {
      return null;
    }
  });
  const shown = (y: number | null) => y !== null && y > 1e-12 ? y : null;
  return figure({
    data: [
      line(TIMES, norms.map(shown), { name: "‖w(t)‖ under your H", color: colors.blue, dash: "solid" }),
      line(TIMES, bounds.map(shown), { name: "your bound", color: colors.orange, dash: "dash" }),
    ],
    layout: {
      xaxis: { title: "time t", range: [0, END] },
      yaxis: { title: "norm ‖w(t)‖", type: "log" },
      showlegend: true,
      legend: { orientation: "h", y: 1.03, yanchor: "bottom" },
    },
    narrow: { margin: { t: 64 } },
    height: 360,
    caption:
      "**Figure 5.2.** Drawn from your answers alone: the norm of $w(t)$ under $\\dot w = -H w$ with your `H` and the predictor held (line), and your `normBound` for the smallest eigenvalue of that `H` (dashes). A bound lies above the line at every time, and a good one not far above it.",
    description:
      "The norm of w over time 0 to 12 on a logarithmic axis under the curvature of question 5.3, and beside it the bound of question 5.3.",
  });
}
