import { spectralRadius, trajectory } from "../dynamics.ts";
import { eigenvalues } from "../../math/linalg.ts";
import type { Complex, Matrix, Vector } from "../../math/types.ts";
import {
  type Figure,
  figure,
  type Layout,
  panelTitle,
  type Step,
  steps,
  type Trace,
} from "../../show/figure.ts";
import { colors, menuLook, sliderLook } from "../../show/theme.ts";

/** Trajectory, eigenvalues and norm of update rules under one slider over α. */

/** An update rule as a picture needs it. */
export interface Rule {
  readonly label: string;
  readonly color: string;
  /** The matrix of one update. */
  matrix(alpha: number): Matrix;
  /** What is said about its spectrum (default: computed from the matrix). */
  spectrum?(alpha: number): readonly Complex[];
  /** The factor by which one step multiplies the norm (default: the spectral radius). */
  rate?(alpha: number): number;
}

interface Orbit {
  d: (number | null)[];
  g: (number | null)[];
  norms: (number | null)[];
  re: number[];
  im: number[];
  rate: number;
}

/** What one rule does from `start`: clipped where it leaves the picture or the float range. */
function orbit(rule: Rule, alpha: number, start: Vector, count: number, reach: number): Orbit {
  const A = rule.matrix(alpha);
  const states = trajectory(A, start, count).map(([d, g]) => [d, g]);
  const norms = states.map(([d, g]) => Math.hypot(d, g));
  const left = norms.findIndex((norm) => norm > 3 * reach);
  const seen = states.map(([d, g], k) => left >= 0 && k > left ? [null, null] : [d, g]);
  const spectrum = rule.spectrum?.(alpha) ?? eigenvalues(A);
  return {
    d: seen.map(([d]) => d),
    g: seen.map(([, g]) => g),
    norms: norms.map((norm) => norm > 0 && Number.isFinite(norm) ? norm : null),
    re: spectrum.map((z) => z.re),
    im: spectrum.map((z) => z.im),
    rate: rule.rate?.(alpha) ?? spectralRadius(A),
  };
}

/** Small arrows along (∂V/∂d, −∂V/∂g) = (g, −d), as one broken line. */
function arrows(reach: number, spacing: number): Trace {
  const x: (number | null)[] = [], y: (number | null)[] = [];
  for (let d = -reach + spacing / 2; d < reach; d += spacing) {
    for (let g = -reach + spacing / 2; g < reach; g += spacing) {
      const length = Math.hypot(d, g) || 1, size = spacing * 0.3;
      const [u, v] = [g / length * size, -d / length * size];
      const [tipX, tipY] = [d + u, g + v];
      const barb = (side: number) => [tipX - 0.4 * u + side * 0.25 * v, tipY - 0.4 * v - side * 0.25 * u];
      const [a, b] = [barb(1), barb(-1)];
      x.push(d - u, tipX, a[0], null, tipX, b[0], null);
      y.push(g - v, tipY, a[1], null, tipY, b[1], null);
    }
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    name: "direction of the flow",
    hoverinfo: "skip",
    line: { color: "#c9d0d8", width: 1 },
  };
}

const REACH = 3;
const circle = Array.from({ length: 121 }, (_, i) => i * Math.PI / 60);

/** What stays while the slider and the menu move: the flow's direction, the unit circle, the start. */
const fixedTraces = (start: Vector): Trace[] => [
  arrows(REACH, 0.75),
  {
    type: "scatter",
    mode: "lines",
    x: circle.map(Math.cos),
    y: circle.map(Math.sin),
    xaxis: "x2",
    yaxis: "y2",
    name: "unit circle",
    hoverinfo: "skip",
    line: { color: colors.grey, width: 1, dash: "dot" },
  },
  {
    type: "scatter",
    mode: "markers",
    x: [start[0]],
    y: [start[1]],
    name: "start",
    hoverinfo: "skip",
    marker: { color: colors.black, size: 7, symbol: "circle-open", line: { width: 1.5 } },
  },
];

/** The four curves of each rule at one α: path, eigenvalues, measured norm, and the norm that the radius predicts. */
function curvesAt(rules: readonly Rule[], alpha: number, start: Vector, count: number) {
  const ks = Array.from({ length: count + 1 }, (_, k) => k), rings = ks.filter((k) => k % 4 === 0);
  const norm0 = Math.hypot(...start);
  return rules.flatMap((rule) => {
    const { d, g, norms, re, im, rate } = orbit(rule, alpha, start, count, REACH);
    return [{ x: d, y: g }, { x: re, y: im }, { x: ks, y: norms }, {
      x: rings,
      y: rings.map((k) => Number.isFinite(rate) && rate > 0 ? norm0 * rate ** k : null),
    }];
  });
}

/** The curves of all rules as traces, those of the first rule visible. */
const movingTraces = (rules: readonly Rule[], curves: ReturnType<typeof curvesAt>): Trace[] =>
  rules.flatMap(({ label, color }, r): Trace[] => {
    const visible = r === 0, [path, spectrum, measured, closed] = curves.slice(4 * r, 4 * r + 4);
    return [
      {
        type: "scatter",
        mode: "lines+markers",
        ...path,
        visible,
        name: `${label}: (d, g)`,
        line: { color, width: 1.6 },
        marker: { color, size: 4 },
      },
      {
        type: "scatter",
        mode: "markers",
        ...spectrum,
        xaxis: "x2",
        yaxis: "y2",
        visible,
        name: `${label}: eigenvalues`,
        marker: { color, size: 10 },
      },
      {
        type: "scatter",
        mode: "lines",
        ...measured,
        xaxis: "x3",
        yaxis: "y3",
        visible,
        name: `${label}: norm`,
        line: { color, width: 2 },
      },
      {
        type: "scatter",
        mode: "markers",
        ...closed,
        xaxis: "x3",
        yaxis: "y3",
        visible,
        name: `${label}: rate`,
        cliponaxis: false,
        marker: { color: "#ffffff", size: 8, line: { color: colors.black, width: 1.3 } },
      },
    ];
  });

/** Three panels side by side: the plane of (d, g), that of λ, and the norm over the steps. */
const panels = (count: number): Layout => ({
  xaxis: {
    domain: [0, 0.285],
    range: [-REACH, REACH],
    title: "discriminator d",
    zeroline: true,
    constrain: "domain",
  },
  yaxis: {
    domain: [0, 1],
    range: [-REACH, REACH],
    title: "generator g",
    zeroline: true,
    scaleanchor: "x",
    constrain: "domain",
    constraintoward: "top",
  },
  xaxis2: {
    domain: [0.37, 0.655],
    range: [-1.6, 1.6],
    title: "Re λ",
    anchor: "y2",
    zeroline: true,
    constrain: "domain",
  },
  yaxis2: {
    domain: [0, 1],
    range: [-1.6, 1.6],
    title: "Im λ",
    anchor: "x2",
    scaleanchor: "x2",
    constrain: "domain",
    constraintoward: "top",
    zeroline: true,
  },
  xaxis3: { domain: [0.75, 1], range: [0, count], title: "step k", anchor: "y3" },
  yaxis3: {
    domain: [0, 1],
    type: "log",
    title: "norm ‖v‖",
    anchor: "x3",
    nticks: 6,
  },
  annotations: [
    panelTitle("trajectory", "x", "y"),
    panelTitle("eigenvalues", "x2", "y2"),
    panelTitle("norm", "x3", "y3"),
  ],
  margin: { t: 76, b: 96 },
});

/** The same panels one below the other. */
const stacked: Layout = {
  height: 1020,
  xaxis: { domain: [0, 1] },
  yaxis: { domain: [0.7, 1] },
  xaxis2: { domain: [0, 1] },
  yaxis2: { domain: [0.34, 0.6] },
  xaxis3: { domain: [0, 1] },
  yaxis3: { domain: [0, 0.24] },
};

export interface OrbitOptions {
  rules: readonly Rule[];
  /** (d₀, g₀), by default (1, 0). */
  start?: Vector;
  /** Steps shown (40). */
  count?: number;
  /** The slider's positions, and which of them is shown first. */
  alphas?: readonly number[];
  first?: number;
  caption: string;
  description: string;
}

/** Trajectory, eigenvalues and norm of one update rule at a time, under a slider over α and a menu of rules. */
export function orbitFigure(
  {
    rules,
    start = [1, 0],
    count = 40,
    alphas = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2],
    first = 3,
    caption,
    description,
  }: OrbitOptions,
): Figure {
  const fixed = fixedTraces(start),
    moving = movingTraces(rules, curvesAt(rules, alphas[first], start, count));
  const positions = moving.map((_, i) => fixed.length + i);
  const slide: Step[] = alphas.map((alpha) => {
    const at = curvesAt(rules, alpha, start, count);
    return {
      label: String(alpha),
      restyle: { x: at.map((c) => c.x), y: at.map((c) => c.y) },
      traces: positions,
    };
  });
  const shown = (chosen: number) => rules.flatMap((_, r) => Array(4).fill(r === chosen));
  const choose: Step[] = rules.map(({ label }, r) => ({
    label,
    restyle: { visible: shown(r) },
    traces: positions,
  }));
  const menu = {
    ...menuLook,
    name: "update rule",
    type: "dropdown",
    x: 0,
    xanchor: "left",
    y: 1.3,
    yanchor: "top",
    buttons: steps(choose),
  };
  return figure({
    data: [...fixed, ...moving],
    layout: {
      ...panels(count),
      sliders: [{
        ...sliderLook,
        active: first,
        currentvalue: { prefix: "learning rate α = " },
        steps: steps(slide),
      }],
      ...(rules.length > 1 ? { updatemenus: [menu] } : {}),
    },
    narrow: stacked,
    height: 400,
    caption,
    description,
  });
}
