import { variant } from "../../course/year.ts";
import { spectralRadius, trajectory } from "../dynamics.ts";
import { eigenvalues } from "../../math/linalg.ts";
import type { Complex, Matrix, Vector } from "../../math/types.ts";
import { type Figure, figure, type Step, steps, type Trace } from "../../show/figure.ts";
import { dots, line, type Panel, panels, slider } from "../../show/panels.ts";
import { colors, menuLook } from "../../show/theme.ts";

/** Trajectory, eigenvalues and norm of update rules under one slider over α. */

/** An update rule as a picture needs it. */
interface Rule {
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
  return line(x, y, { name: "direction of the flow", color: "#c9d0d8", width: 1, hoverinfo: "skip" });
}

// “Try it” asks to count one turn at this rate: it is one of the slider's, and the turn is over within the picture
const { turningAlpha } = variant("4"), turn = 2 * Math.PI / Math.atan(turningAlpha);
const alphas = [...new Set([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2, turningAlpha])]
  .sort((a, b) => a - b);
const first = alphas.indexOf(0.3);
/** Steps shown unless said otherwise: 40, or as many as the turn takes. */
export const stepsShown = Math.max(40, 10 * Math.ceil(turn / 10));
/** How far the plane is drawn: to 3, or to where the turn ends. */
const REACH = Math.max(3, Math.ceil(Math.hypot(1, turningAlpha) ** turn));
const circle = Array.from({ length: 121 }, (_, i) => i * Math.PI / 60);

/** What stays while the slider and the menu move: the flow's direction, the unit circle, the start. */
const fixedTraces = (start: Vector): Trace[] => [
  arrows(REACH, REACH / 4),
  line(circle.map(Math.cos), circle.map(Math.sin), {
    ...{ panel: 2, name: "unit circle", hoverinfo: "skip", color: colors.grey, width: 1, dash: "dot" },
  }),
  dots([start[0]], [start[1]], {
    ...{ name: "start", hoverinfo: "skip", color: colors.black, size: 7, symbol: "circle-open" },
    ...{ edge: colors.black, bold: 1.5 },
  }),
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
      line(path.x, path.y, {
        ...{ mode: "lines+markers", visible, name: `${label}: (d, g)`, color, width: 1.6 },
        marker: { color, size: 4 },
      }),
      dots(spectrum.x, spectrum.y, { panel: 2, visible, name: `${label}: eigenvalues`, color, size: 10 }),
      line(measured.x, measured.y, { panel: 3, visible, name: `${label}: norm`, color }),
      dots(closed.x, closed.y, {
        ...{ panel: 3, visible, name: `${label}: rate`, cliponaxis: false },
        ...{ color: "#ffffff", edge: colors.black, bold: 1.3 },
      }),
    ];
  });

/** The plane of (d, g), that of λ, and the norm over the steps. */
const planes = (count: number): Panel[] => {
  const plane = (reach: number, title: string) => ({ range: [-reach, reach], title, zeroline: true });
  const up = { constraintoward: "top" };
  return [
    {
      ...{ title: "trajectory", square: true },
      ...{ x: plane(REACH, "discriminator d"), y: { ...plane(REACH, "generator g"), ...up } },
    },
    {
      ...{ title: "eigenvalues", square: true, x: plane(1.6, "Re λ"), y: { ...plane(1.6, "Im λ"), ...up } },
    },
    {
      ...{ title: "norm", share: 0.88, x: { range: [0, count], title: "step k" } },
      y: { type: "log", title: "norm ‖v‖", nticks: 3 },
    },
  ];
};

interface OrbitOptions {
  rules: readonly Rule[];
  /** (d₀, g₀), by default (1, 0). */
  start?: Vector;
  /** Steps shown (`stepsShown`). */
  count?: number;
  caption: string;
  description: string;
}

/** Trajectory, eigenvalues and norm of one update rule at a time, under a slider over α and a menu of rules. */
export function orbitFigure(
  {
    rules,
    start = [1, 0],
    count = stepsShown,
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
    ...panels(planes(count), {
      gap: 0.09,
      narrowHeight: 1020,
      margin: { t: 76, b: 96 },
      sliders: [slider("learning rate α = ", slide, first)],
      ...(rules.length > 1 ? { updatemenus: [menu] } : {}),
    }),
    height: 400,
    caption,
    description,
  });
}
