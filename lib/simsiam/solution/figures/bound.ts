import {
  eigenvaluesSymmetric,
  frobenius,
  singularValues,
  symmetricEigen,
  unvec,
} from "../../../math/linalg.ts";
import type { Matrix } from "../../../math/types.ts";
import { type Figure, figure, type Trace } from "../../../show/figure.ts";
import { line, panels, words } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";
import { curvature, gradientFlow, lambdaMin } from "../../solution.ts";
import { data } from "../../figures/setting.ts";
import { start } from "./settings.ts";

/** The inequality of 5.3, watched: three flows without stop-gradient beside what they can't exceed. */

const END = 12, TIMES = Array.from({ length: 61 }, (_, k) => END * (k / 60) ** 1.5);
const lowest = (S: Matrix) => eigenvaluesSymmetric(S)[0];
const unit = (W: Matrix) => W.map((row) => row.map((x) => x / frobenius(W)));

/** λ_min(X′) (1 + σ_min(W_p)²) + λ_min(X) σ_min(W_p − I)²: no eigenvalue of H is smaller. */
export const lowerBound = (Wp: Matrix) => {
  const tilde = Wp.map((row, i) => row.map((x, j) => i === j ? x - 1 : x));
  const smallest = (A: Matrix) => singularValues(A)[A.length - 1];
  return lowest(data.Xprime) * (1 + smallest(Wp) ** 2) + lowest(data.X) * smallest(tilde) ** 2;
};

/** Three flows from ‖W(0)‖ = 1, and the λ₀ that bounds each. */
export function boundedFlows() {
  const slowest = symmetricEigen(curvature(data)).vectors.map((row) => row[0]);
  const flow = (W: Matrix, alphaP: number) =>
    gradientFlow({ ...data, W, alphaP, stopGradient: false, predictor: true }, TIMES);
  const held = lambdaMin(data), joint = lowest(data.Xprime);
  return [
    { name: "slowest start", flow: flow(unvec(slowest, 2), 0), lambda0: held },
    { name: "any start", flow: flow(unit(start.W), 0), lambda0: held },
    { name: "both trained", flow: flow(unit(start.W), 1), lambda0: joint },
  ];
}

const LOOKS: readonly { color: string; label: string; at: readonly [number, number] }[] = [
  { color: colors.orange, label: "slowest start,<br>predictor held", at: [1.5, 0.97] },
  { color: colors.green, label: "other start,<br>predictor held", at: [4, 0.54] },
  { color: colors.blue, label: "other start,<br>both trained", at: [3.6, 0.3] },
];

/** ‖w(t)‖, its share of e^{−λ₀t} ‖w(0)‖, and λ_min(H) with its lower bounds, over time. */
export function normAgainstBound(): Figure {
  const flows = boundedFlows().map((flow, k) => ({ ...flow, ...LOOKS[k] }));
  const allowed = (lambda0: number) => TIMES.map((t) => Math.exp(-lambda0 * t));
  const norms = flows.map(({ flow }) => flow.map(({ W }) => frobenius(W)));
  const [, , joint] = flows;
  const lambdas = joint.flow.map(({ Wp }) => lambdaMin({ ...data, Wp }));
  const bounds = joint.flow.map(({ Wp }) => lowerBound(Wp));
  const near = 22, ends = (y: readonly number[]) => `${y[0].toFixed(3)} to ${y[y.length - 1].toFixed(3)}`;
  const share = (k: number, i: number) => norms[k][i] * Math.exp(flows[k].lambda0 * TIMES[i]);
  const time = { range: [0, END], title: "time t" };
  const third = (y: readonly number[], color: string, more: Trace = {}) =>
    line(TIMES, y, { color, panel: 3, ...more });
  const name = (text: string, x: number, y: number, color: string, position = "top right") =>
    words(text, [x, y], { color, position, panel: 3 });
  return figure({
    data: [
      ...flows.map(({ color, label }, k) =>
        line(TIMES, norms[k], {
          ...{ color, name: label.replace("<br>", " "), hovertemplate: "‖w‖ = %{y:.2e} at t = %{x:.2f}" },
        })
      ),
      // One bound for the two flows with the predictor held, one where it is trained.
      ...[{ ...flows[0], color: colors.black }, joint].map(({ lambda0, color }) =>
        line(TIMES, allowed(lambda0), {
          ...{ color, width: 1.5, dash: "dot", hovertemplate: "bound %{y:.2e} at t = %{x:.2f}" },
        })
      ),
      ...flows.map(({ color }, k) =>
        line(TIMES, norms[k].map((_, i) => share(k, i)), {
          ...{ color, panel: 2, hovertemplate: "%{y:.4f} of the bound at t = %{x:.2f}" },
        })
      ),
      ...flows.map(({ color, label, at }) => words(label, at, { color, position: "bottom right", panel: 2 })),
      third(TIMES.map(() => joint.lambda0), colors.grey, { width: 1.5, dash: "dot" }),
      third(bounds, colors.black, { width: 1.5, dash: "dash" }),
      third(lambdas, colors.blue, { hovertemplate: "λ_min(H) = %{y:.4f} at t = %{x:.2f}" }),
      name("λ<sub>min</sub>(H)", TIMES[near], lambdas[near] + 0.01, colors.blue),
      name("its lower bound", TIMES[near], bounds[near] + 0.008, colors.black),
      name("λ<sub>min</sub>(X′)", END, joint.lambda0 - 0.008, colors.grey, "bottom left"),
    ],
    ...panels([
      {
        ...{ title: "norm, bound (dotted)", share: 1.08, x: time },
        y: { type: "log", range: [-4, 0.1], title: "norm ‖w(t)‖" },
      },
      { title: "norm / bound", x: time, y: { range: [0, 1.08] } },
      { title: "both trained", x: time, y: { range: [0, 0.6] } },
    ], { narrowHeight: 1080 }),
    height: 400,
    caption:
      "**Figure 5.4.** $\\lVert w(t)\\rVert\\le e^{-\\lambda_0t}\\lVert w(0)\\rVert$ (dotted), with equality where the predictor is held and the start lies in the slowest direction of $H$ (orange, under the dots). Any other start falls below at once. Where both are trained $H$ moves, but never below its lower bound (dashed), nor that below $\\lambda_{\\min}(X')$.",
    description:
      `Left: the norm of w over time 0 to 12 on a logarithmic axis for three flows without stop-gradient, two of them with one dotted bound, the third with its own, higher one. Middle: each norm divided by its bound; from the slowest start with the predictor held it is 1 throughout, otherwise it falls below 1 at once. Right: where both are trained, the smallest eigenvalue of H goes from ${
        ends(lambdas)
      }, its lower bound from ${ends(bounds)}; the smallest eigenvalue of X′ is ${joint.lambda0.toFixed(3)}.`,
  });
}
