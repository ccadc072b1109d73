import { frobenius } from "../math/matrix.ts";
import type { Matrix } from "../math/types.ts";
import { type Figure, figure, panelTitle, type Step, steps, type Trace } from "../notebook/figure.ts";
import { colors, diverging, inkOf, sliderLook } from "../notebook/theme.ts";
import { curvature, gradientDescent, gradientFlow, lambdaMin, modes } from "../simsiam.ts";

/** The pictures of question 5. */

const W0 = [[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]], WP0 = [[0.7, 0.2], [-0.1, 0.6]];
const scaled = (size: number, x: number) =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => i === j ? x : 0));

/** Below this a norm counts as 0 and is not drawn. */
const FLOOR = 1e-12;

/** ‖W‖ along gradient descent with and without each of the two devices. */
export function collapseOverTime(): Figure {
  const count = 400, learningRate = 0.1, spread = 0.25;
  const ks = Array.from({ length: count + 1 }, (_, k) => k);
  const start = { W: W0, Wp: WP0, X: scaled(3, 1), Xprime: scaled(3, spread), weightDecay: 0.05 };
  const devices = [
    { label: "both", stopGradient: true, predictor: true, color: colors.blue },
    { label: "stop-gradient<br>only", stopGradient: true, predictor: false, color: colors.green },
    { label: "neither", stopGradient: false, predictor: false, color: colors.black },
    { label: "predictor<br>only", stopGradient: false, predictor: true, color: colors.orange },
  ];
  const line = (norms: readonly number[], label: string, color: string, dash: string): Trace[] => {
    const seen = norms.map((norm) => norm >= FLOOR ? norm : null), gone = seen.indexOf(null);
    // A line that leaves the picture through its floor is named left of where it does.
    const at = gone < 0 ? count : Math.round(0.9 * gone);
    return [
      {
        type: "scatter",
        mode: "lines",
        x: ks,
        y: seen,
        name: label.replace("<br>", " "),
        hovertemplate: "step %{x}: ‖W‖ = %{y:.2e}",
        line: { color, width: 2, dash },
      },
      {
        type: "scatter",
        mode: "text",
        x: [at],
        y: [norms[at]],
        text: [(gone < 0 ? " " : "") + label + (gone < 0 ? "" : "  ")],
        textposition: gone < 0 ? "middle right" : "middle left",
        textfont: { color: inkOf(color), size: 12 },
        cliponaxis: false,
        hoverinfo: "skip",
      },
    ];
  };
  const bound = ks.map((k) => frobenius(W0) * Math.exp(-spread * learningRate * k));
  return figure({
    data: [
      ...line(bound, "bound", colors.grey, "dot"),
      ...devices.flatMap(({ label, stopGradient, predictor, color }) => {
        const { norms } = gradientDescent({ ...start, stopGradient, predictor, learningRate, steps: count });
        return line(norms, label, color, "solid");
      }),
    ],
    layout: {
      xaxis: { range: [0, count], title: "step k (time t = k / 10)" },
      yaxis: { type: "log", range: [Math.log10(FLOOR), 1], dtick: 2, title: "norm ‖W‖" },
      margin: { r: 100 },
    },
    narrow: { height: 440, xaxis: { dtick: 200 } },
    height: 400,
    caption:
      "**Figure 5.1.** Only stop-gradient and predictor together keep $\\lVert W\\rVert$ away from 0. Each alone, and neither, collapses exponentially; with the predictor only, $\\lVert W\\rVert$ stays below the bound $e^{-\\lambda_{\\min}(X')t}\\lVert W_0\\rVert$ (dotted).",
    description:
      "The norm of W over 400 steps of gradient descent on a logarithmic axis, from 10 down to 1e-12. With both devices it settles at 1.06. With the stop-gradient only it falls to 5e-6, with neither to 1e-10, with the predictor only below 1e-12 before the end. The dotted bound for the latter falls to 4e-5.",
  });
}

const SPREAD = 0.25, P = [-0.6, 1.2], TOP = 1.45;
const STARTS = [-0.6, -0.6, -0.6, -0.2, 0.3, 1.2, 1.2, 1.2, 0.75, 0.35, 0.054, 0.053, -0.2]
  .map((p, k) => [p, [0.3, 0.7, 1.1, 1.2, 1.2, 1.15, 0.6, 0.15, 0.05, 0.12, 0.054, 0.053, 0.25][k]]);
const MODE = { X: [[1]], Xprime: [[SPREAD]], stopGradient: true, predictor: true } as const;

/** Closer and closer at the start, where the flow is fast. */
const TIMES = Array.from({ length: 51 }, (_, k) => 200 * (Math.expm1(k / 7) / Math.expm1(50 / 7)));

interface Paths {
  x: (number | null)[];
  y: (number | null)[];
  /** Marker sizes: one arrow head a path. */
  heads: number[];
}

/** The flow of one mode from every start, parted by whether W survives. */
function paths(eta: number): { alive: Paths; dead: Paths } {
  const alive: Paths = { x: [], y: [], heads: [] }, dead: Paths = { x: [], y: [], heads: [] };
  for (const [p, w] of STARTS) {
    const flow = gradientFlow({ ...MODE, W: [[w]], Wp: [[p]], weightDecay: eta }, TIMES);
    const states = flow.map(({ W, Wp }) => [Wp[0][0], W[0][0]]);
    const lengths = [0];
    for (let k = 1; k < states.length; k++) {
      const [[a, b], [c, d]] = [states[k - 1], states[k]];
      lengths.push(lengths[k - 1] + Math.hypot(c - a, d - b));
    }
    const whole = lengths[lengths.length - 1], half = lengths.findIndex((length) => length > whole / 2);
    // A survivor ends at w > 0.28, what dies is below 0.1 by then.
    const into = states[states.length - 1][1] > 0.2 ? alive : dead;
    into.x.push(...states.map(([p]) => p), null);
    into.y.push(...states.map(([, w]) => w), null);
    into.heads.push(...states.map((_, k) => k === half && whole > 0.1 ? 10 : 0), 0);
  }
  return { alive, dead };
}

/** Flow of one mode in the plane of predictor p and network w, s = w², under a slider over the weight decay. */
export function phasePortrait(
  { decays = [0, 0.01, 0.05, 0.1, 0.15, 0.19, 0.21, 0.25], first = 2 }: {
    decays?: readonly number[];
    first?: number;
  } = {},
): Figure {
  const at = (eta: number) => {
    const { pPlus, pMinus } = modes({ x: 1, xPrime: SPREAD, weightDecay: eta });
    const { alive, dead } = paths(eta);
    // Without decay the line p = x / (x + x′) and the axis w = 0 are at rest throughout.
    const rest = eta > 0 || pPlus === null
      ? { x: [], y: [] }
      : { x: [pPlus, pPlus, null, ...P], y: [0, TOP, null, 0, 0] };
    const stable = [...(eta > 0 ? [0] : []), ...(pPlus === null ? [] : [pPlus])];
    const saddle = pMinus === null ? [] : [pMinus];
    return {
      x: [rest.x, alive.x, dead.x, stable, saddle],
      y: [rest.y, alive.y, dead.y, stable, saddle],
      text: [[], [], [], stable.map((p) => p > 0 ? "p₊" : "0"), saddle.map((p) => p > 0 ? "p₋" : "0")],
      "marker.size": [0, alive.heads, dead.heads, 11, 11],
    };
  };
  const all = decays.map(at), initial = all[first];
  const moving = (index: number, more: Trace): Trace => ({
    type: "scatter",
    x: initial.x[index],
    y: initial.y[index],
    text: initial.text[index],
    ...more,
  });
  const path = (index: number, name: string, color: string) =>
    moving(index, {
      mode: "lines+markers",
      name,
      hoverinfo: "name",
      line: { color, width: 1.6 },
      marker: {
        color,
        symbol: "arrow",
        angleref: "previous",
        size: initial["marker.size"][index],
        opacity: 1,
      },
    });
  const point = (index: number, name: string, position: string, fill: string) =>
    moving(index, {
      mode: "markers+text",
      name,
      textposition: position,
      textfont: { size: 14 },
      cliponaxis: false,
      hovertemplate: "p = w = %{x:.4f}",
      marker: { color: fill, size: 11, line: { color: colors.black, width: 1.8 } },
    });
  const slide: Step[] = decays.map((eta, k) => ({
    label: String(eta),
    restyle: all[k],
    traces: [2, 3, 4, 5, 6],
  }));
  return figure({
    data: [
      {
        type: "scatter",
        mode: "lines",
        x: [0, P[1]],
        y: [0, P[1]],
        name: "s = p²",
        hoverinfo: "name",
        line: { color: colors.grey, width: 1, dash: "dot" },
      },
      {
        type: "scatter",
        mode: "markers",
        x: STARTS.map(([p]) => p),
        y: STARTS.map(([, w]) => w),
        name: "start",
        cliponaxis: false,
        hovertemplate: "p = %{x}, w = %{y}",
        marker: { color: colors.grey, size: 5 },
      },
      moving(0, {
        mode: "lines",
        name: "at rest",
        line: { color: colors.grey, width: 4 },
      }),
      path(1, "survives", colors.blue),
      path(2, "collapses", colors.orange),
      point(3, "stable", "bottom right", colors.black),
      point(4, "saddle", "top left", "#ffffff"),
    ],
    layout: {
      xaxis: { range: P, title: "predictor p" },
      yaxis: { range: [0, TOP], title: "network w = √s" },
      margin: { b: 96 },
      sliders: [{
        ...sliderLook,
        active: first,
        currentvalue: { prefix: "weight decay η = " },
        steps: steps(slide),
      }],
    },
    height: 480,
    caption:
      "**Figure 5.2.** Blue paths survive at $p_+$ (full point), orange ones collapse to 0; the saddle $p_-$ (open) parts them. More weight decay moves $p_-$ and $p_+$ together along $s=p^2$ (dotted) until, above $\\eta=0.2$, both are gone and every start collapses.",
    description:
      "Paths of one mode in the plane of p and w, the root of s, from 13 starts, with the dotted line w = p and the fixed points on it. At η = 0.05 the starts (−0.6, 0.3) and (0.053, 0.053) end at 0, all others at p = w = 0.746; the saddle is at 0.0536. A slider moves η from 0, where a whole line p = 0.8 is at rest, to 0.25, where all paths end at 0.",
  });
}

/** The two terms of the curvature H and their sum, for one X, X′ and predictor. */
export function curvatureParts(): Figure {
  const X = [[1, 0.4, 0.1], [0.4, 0.8, -0.3], [0.1, -0.3, 0.6]];
  const Xprime = [[0.5, -0.1, 0.1], [-0.1, 0.4, 0.1], [0.1, 0.1, 0.3]];
  const Wp = [[0.2, 0.6], [-0.5, 0.7]], none = scaled(3, 0);
  const panels = [
    { name: "X′ ⊗ (B + I)", moments: { X: none, Xprime } },
    { name: "X ⊗ W̃ᵀW̃", moments: { X, Xprime: none } },
    { name: "H, their sum", moments: { X, Xprime } },
  ].map(({ name, moments }) => ({
    name,
    z: curvature({ Wp, ...moments }),
    lowest: lambdaMin({ Wp, ...moments }),
  }));
  const largest = (A: Matrix) => Math.max(...A.flat().map(Math.abs));
  const top = Math.max(...panels.map(({ z }) => largest(z)));
  const names = ["w₁₁", "w₂₁", "w₁₂", "w₂₂", "w₁₃", "w₂₃"], places = names.map((_, i) => i);
  const ticks = { tickvals: places, ticktext: names, ticks: "", showgrid: false, zeroline: false };
  const suffix = (k: number) => k === 0 ? "" : String(k + 1);
  const cut = (k: number) =>
    [1.5, 3.5].flatMap((at) => {
      const shape = {
        type: "line",
        xref: `x${suffix(k)}`,
        yref: `y${suffix(k)}`,
        line: { color: colors.black, width: 1 },
      };
      return [{ ...shape, x0: at, x1: at, y0: -0.5, y1: 5.5 }, {
        ...shape,
        x0: -0.5,
        x1: 5.5,
        y0: at,
        y1: at,
      }];
    });
  const axes = (place: (k: number) => { x: number[]; y: number[] }) =>
    Object.fromEntries(panels.flatMap((_, k) => {
      const { x, y } = place(k);
      return [
        [`xaxis${suffix(k)}`, { ...ticks, domain: x, range: [-0.5, 5.5], anchor: `y${suffix(k)}` }],
        [`yaxis${suffix(k)}`, { ...ticks, domain: y, range: [5.5, -0.5], anchor: `x${suffix(k)}` }],
      ];
    }));
  return figure({
    data: panels.map(({ name, z }, k) => ({
      type: "heatmap",
      x: places,
      y: places,
      z,
      name,
      xaxis: `x${suffix(k)}`,
      yaxis: `y${suffix(k)}`,
      coloraxis: "coloraxis",
      texttemplate: "%{z:.2f}",
      textfont: { size: 10 },
      hovertemplate: "%{z:.4f}",
    })),
    layout: {
      ...axes((k) => ({ x: [0.345 * k, 0.345 * k + 0.31], y: [0, 1] })),
      coloraxis: {
        colorscale: diverging,
        cmin: -top,
        cmax: top,
        colorbar: { thickness: 12, outlinewidth: 0 },
      },
      annotations: panels.map(({ name, lowest }, k) =>
        panelTitle(`${name}, λ<sub>min</sub> = ${lowest.toFixed(2)}`, `x${suffix(k)}`, `y${suffix(k)}`)
      ),
      shapes: panels.flatMap((_, k) => cut(k)),
    },
    narrow: { ...axes((k) => ({ x: [0, 1], y: [0.71 - 0.355 * k, 1 - 0.355 * k] })), height: 1000 },
    height: 340,
    caption:
      "**Figure 5.3.** The curvature $H$ is the sum of two Kronecker products, blocks of $X'$ or $X$ times one 2 × 2 matrix. The second term has no negative eigenvalue, so that $\\lambda_{\\min}(H)\\ge\\lambda_{\\min}(X'\\otimes(B+I))\\ge\\lambda_{\\min}(X')>0$.",
    description:
      "Three heat maps of 6 × 6 matrices on one colour scale, cut into 2 × 2 blocks: X′ ⊗ (B + I), X ⊗ W̃ᵀW̃ and their sum H. Rows and columns are the entries of W in the order of vec W. Above each is its smallest eigenvalue; the largest of the three is that of H.",
  });
}
