import { linearGaussian } from "../../mod.ts";
import { entropyNormal } from "../../../math/normal.ts";
import type { Vector } from "../../../math/types.ts";
import { type Figure, figure, type Layout, panelTitle, type Step } from "../../../show/figure.ts";
import { line, note, slider } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";

/** z ~ N(0, 1), x | z ~ N(z + θ, 1): one number to learn. */
const shifted = (theta: number) => linearGaussian({ W: [[1]], b: [theta], sigma2: 1 });

/** The observation, and what is drawn. */
const x = 1, from = -2.5, to = 4.5, floor = -7;
const thetas = Array.from({ length: 71 }, (_, i) => from + (to - from) * i / 70);

/** The slider's normals: mean and variance. With m = 0 three widths, the middle one that of the posterior. */
const proposals: readonly (readonly [m: number, s2: number])[] = [
  [-1.5, 0.5],
  [-0.5, 0.5],
  [0, 0.1],
  [0, 0.5],
  [0, 2.5],
  [0.5, 0.5],
  [1, 0.5],
  [1, 2.5],
];

/** What changes with q: the bound, the ECLL, the ring at its top, and how far log p lies above the ECLL. */
function curves([m, s2]: readonly [number, number]) {
  const q = { mean: [m], cov: [[s2]] };
  const bound = thetas.map((theta) => shifted(theta).elbo([x], q));
  const ecll = thetas.map((theta) => shifted(theta).ecll([x], q));
  // the ECLL is a parabola of curvature −1: from any θ one step along its slope is at the top
  const top = shifted(0).gradTheta([x], q).b[0];
  const entropy = entropyNormal(q);
  return [
    { x: thetas, y: bound },
    { x: thetas, y: ecll },
    { x: [top, top, top], y: [floor, shifted(top).ecll([x], q), shifted(top).elbo([x], q)] },
    { x: thetas, y: thetas.map((theta, i) => shifted(theta).logMarginal([x]) - ecll[i]) },
    { x: [from, to], y: [entropy, entropy] },
  ];
}

/**
 * log p_θ(x), log p_θ(x) − KL(q ‖ posterior) and the ECLL over θ, and below them log p − ECLL, under a slider for q.
 *
 * @param number of the figure, e.g. "1.3"
 */
export function objectives(number: string): Figure {
  const evidence = thetas.map((theta) => shifted(theta).logMarginal([x])), first = 5;
  const start = curves(proposals[first]);
  const slide: Step[] = proposals.map(([m, s2]) => {
    const now = curves([m, s2]);
    return {
      label: `N(${String(m).replace("-", "−")}, ${s2})`,
      restyle: { x: now.map((c) => c.x), y: now.map((c) => c.y) },
      traces: [2, 3, 4, 5, 6],
    };
  });
  /** Names of the curves: beside the panels, or, on a narrow page, inside them. */
  const labels = (place: Layout, [upper, lower]: Vector, step: number): Layout[] =>
    ([
      ["log p", colors.black, upper],
      ["log p − KL", colors.blue, upper - step],
      ["ECLL", colors.orange, upper - 2 * step],
      ["log p − ECLL", colors.green, lower],
      ["H(q)", colors.grey, lower - step],
    ] as const).map(([text, color, y]) =>
      note(`<b>${text}</b>`, 0, y, { color, xref: "paper", yref: "paper", ...place })
    );
  const titles = [
    panelTitle("objectives", "x", "y"),
    panelTitle("log p − ECLL = H(q) + KL", "x2", "y2"),
  ];
  const axes = (upper: Vector, lower: Vector): Layout => ({
    xaxis: { range: [from, to], anchor: "y", showticklabels: false },
    yaxis: { domain: upper, range: [floor, -0.8], title: "nats" },
    xaxis2: { range: [from, to], anchor: "y2", title: "parameter θ" },
    yaxis2: { domain: lower, range: [-0.5, 8], title: "nats", anchor: "x2" },
  });
  return figure({
    data: [
      line(thetas, evidence, { name: "log p", color: colors.black }),
      line([x, x], [floor, Math.max(...evidence)], {
        ...{ name: "maximiser of log p", color: colors.black, width: 1, dash: "dot", hoverinfo: "skip" },
      }),
      line(thetas, start[0].y, { name: "log p − KL", color: colors.blue }),
      line(thetas, start[1].y, { name: "ECLL", color: colors.orange }),
      line(start[2].x, start[2].y, {
        ...{ mode: "lines+markers", name: "maximiser of both", color: colors.orange, width: 1, dash: "dot" },
        marker: { color: colors.orange, size: [0, 8, 8] },
      }),
      line(thetas, start[3].y, { name: "log p − ECLL", color: colors.green, panel: 2 }),
      line(start[4].x, start[4].y, { name: "H(q)", color: colors.grey, width: 1.5, dash: "dash", panel: 2 }),
    ],
    layout: {
      ...axes([0.42, 1], [0, 0.3]),
      margin: { r: 124, b: 104, t: 36 },
      annotations: [...titles, ...labels({ x: 1.01, xanchor: "left" }, [0.97, 0.27], 0.07)],
      sliders: [slider("q = ", slide, first)],
    },
    narrow: {
      ...axes([0.44, 1], [0, 0.3]),
      annotations: [...titles, ...labels({ x: 0.5, xanchor: "center" }, [0.6, 0.26], 0.05)],
      height: 620,
      margin: { r: 8, b: 104, t: 36 },
    },
    height: 560,
    caption:
      `**Figure ${number}.** Blue and orange differ by one constant, so they peak at the same $\\theta$. The evidence, $\\log p$, peaks there too exactly when $q$ has mean 0, however wide $q$ is: what moves the maximiser is the slope of the green curve, not its height.`,
    description:
      "Above: three curves over the parameter, the log evidence, the evidence minus the divergence, and the expected complete data log likelihood; the last two are parallel, and dots mark their maximiser. Below: the distance from the ECLL up to the log evidence, with the entropy of q as its lower limit. A slider goes through eight normals q.",
  });
}
