import { type Figure, figure, type Step, type Trace } from "../../../show/figure.ts";
import { dots, line, panels, slider } from "../../../show/panels.ts";
import { colors, inkOf } from "../../../show/theme.ts";
import { modes } from "../../solution.ts";
import { type Field, middleOf, type Point, simplified, streamline } from "./streamline.ts";

/** One mode with x = 1 in the plane of predictor p and representation s = w², drawn over w. */

const P = [-0.6, 1.25], TOP = 1.45;
/** (p, w). */
export const STARTS: readonly Point[] = [
  ...[[-0.6, 0.3], [-0.6, 0.7], [-0.6, 1.15], [-0.2, 1.25], [0.3, 1.25], [-0.2, 0.25], [0.35, 0.12]],
  ...[[0.054, 0.054], [0.053, 0.053], [0.75, 0.05], [1.2, 0.15], [1.2, 0.6], [1.2, 1.2]],
].map(([p, w]) => [p, w]);
const TICKS = [0, 0.05, 0.2, 0.5, 1, 1.5, 2];
/** Who survives is above this at the end, for all decays of the slider. */
const ALIVE = 0.1;
/** Distance that a drawn path may have from the true one: a pixel. */
const DRAWN = 0.002;

/** ṗ = r w² − η p, ẇ = p r w − η w, r = x − (x + x′) p with x = 1: ∂J/∂W and ∂J/∂W_p of a 1 × 1 network, stopped. */
export const modeField = (xPrime: number, eta: number): Field => ([p, w]) => {
  const r = 1 - (1 + xPrime) * p;
  return [r * w * w - eta * p, p * r * w - eta * w];
};

interface Lines {
  x: (number | null)[];
  y: (number | null)[];
}

/** The path from every start, told apart by whether w is left at its end. */
export function survivors(xPrime: number, eta: number): { path: Point[]; alive: boolean }[] {
  return STARTS.map((start) => {
    const path = streamline(modeField(xPrime, eta), start, () => true);
    return { path, alive: path[path.length - 1][1] > ALIVE };
  });
}

const lines = (paths: readonly (readonly Point[])[]): Lines => ({
  x: paths.flatMap((path) => [...path.map(([p]) => p), null]),
  y: paths.flatMap((path) => [...path.map(([, w]) => w), null]),
});

/** Half way along each path two points close together: an arrow head on the second points along the path. */
function heads(paths: readonly (readonly Point[])[]): Lines & { sizes: number[] } {
  const pairs = paths.filter((path) => path.length > 15).flatMap((path) => {
    const middle = middleOf(path);
    return [path[middle - 2], path[middle]];
  });
  return {
    x: pairs.map(([p]) => p),
    y: pairs.map(([, w]) => w),
    sizes: pairs.map((_, k) => k % 2 === 0 ? 0 : 11),
  };
}

/**
 * The border of what survives, from left to right: for η > 0 the paths that run into the saddle, followed
 * backwards; for η = 0 in closed form, since w² − p² is kept. Empty where nothing survives.
 */
export function basinBorder(xPrime: number, eta: number): Point[] {
  const { pMinus } = modes({ x: 1, xPrime, weightDecay: eta });
  if (pMinus === null) return [];
  if (eta === 0) {
    const a = 1 / (1 + xPrime), right = Array.from({ length: 25 }, (_, k) => a + (P[1] + 0.3 - a) * k / 24);
    return [[-TOP - 0.2, TOP + 0.2], [0, 0], ...right.map((p): Point => [p, Math.sqrt(p * p - a * a)])];
  }
  const forward = modeField(xPrime, eta), inside = ([p, w]: Point) => Math.abs(p) < 1.6 && w < TOP + 0.2;
  const backward: Field = (at) => {
    const [a, b] = forward(at);
    return [-a, -b];
  };
  // Along the eigenvector of −2η, which the saddle attracts.
  const along: Point = [2 * eta, (1 + xPrime) * pMinus ** 2 - eta], size = 1e-3 / Math.hypot(...along);
  const branch = (side: number) =>
    simplified(
      streamline(backward, [pMinus + side * size * along[0], pMinus + side * size * along[1]], inside),
      DRAWN,
    );
  return [...branch(-1).reverse(), [pMinus, pMinus], ...branch(1)];
}

/** The border, closed far above the picture. */
function basin(border: readonly Point[]): Pick<Lines, "x" | "y"> {
  if (border.length === 0) return { x: [], y: [] };
  const left = border[0][0], right = border[border.length - 1][0];
  const around = [...border, [right, 2 * TOP], [left, 2 * TOP]];
  return { x: around.map(([p]) => p), y: around.map(([, w]) => w) };
}

/** All that changes with the two sliders, trace by trace. */
function setting(xPrime: number, eta: number) {
  const { pPlus, pMinus } = modes({ x: 1, xPrime, weightDecay: eta });
  const found = survivors(xPrime, eta), of = (alive: boolean) => found.filter((path) => path.alive === alive);
  const [alive, dead] = [true, false].map((kind) => of(kind).map(({ path }) => path));
  const [ahead, down] = [alive, dead].map(heads);
  const [kept, lost] = [alive, dead].map((paths) => lines(paths.map((path) => simplified(path, DRAWN))));
  const survives = basin(basinBorder(xPrime, eta));
  // Without decay the line p = x / (x + x′) and the axis w = 0 are at rest throughout.
  const rest = eta > 0 || pPlus === null
    ? { x: [], y: [] }
    : { x: [pPlus, pPlus, null, ...P], y: [0, TOP, null, 0, 0] };
  const stable = [...(eta > 0 ? [0] : []), ...(pPlus === null ? [] : [pPlus])];
  const saddle = pMinus === null ? [] : [pMinus];
  return {
    x: [survives.x, rest.x, kept.x, ahead.x, lost.x, down.x, stable, saddle, [xPrime]],
    y: [survives.y, rest.y, kept.y, ahead.y, lost.y, down.y, stable, saddle, [eta]],
    text: [
      ...[[], [], [], [], [], []],
      ...[stable.map((p) => p > 0 ? "p₊" : ""), saddle.map((p) => p > 0 ? "p₋" : ""), []],
    ],
    "marker.size": [0, 0, 0, ahead.sizes, 0, down.sizes, 11, 11, 13],
  };
}

const SURVIVES = "rgba(0,114,178,0.1)";

/** The sliders' η and σ² = x′, and where both stand at the start. */
const decays = [0, 0.01, 0.05, 0.1, 0.15, 0.19, 0.21, 0.26], strengths = [0, 0.25, 0.5, 1], first = [2, 1];

/** Flow of one mode in the plane of predictor p and representation s, under sliders over weight decay and augmentation. */
export function phasePortrait(): Figure {
  // One group of traces for each strength: its slider shows one of them, the other slider moves all.
  const all = decays.map((eta) => strengths.map((xPrime) => setting(xPrime, eta)));
  const fixed = fixedTraces();
  const groups = strengths.map((_, j) => group(all[first[0]][j], j === first[1]));
  const moving = groups.flat().map((_, k) => fixed.length + k);
  const joined = (row: ReturnType<typeof setting>[]) => {
    const of = (key: keyof ReturnType<typeof setting>) => row.flatMap((one) => one[key] as unknown[]);
    return { x: of("x"), y: of("y"), text: of("text"), "marker.size": of("marker.size") };
  };
  const overDecay: Step[] = decays.map((eta, i) => ({
    label: String(eta),
    restyle: joined(all[i]),
    traces: moving,
  }));
  const overStrength: Step[] = strengths.map((xPrime, j) => ({
    label: String(xPrime),
    restyle: { visible: groups.flatMap((traces, k) => traces.map(() => k === j)) },
    traces: moving,
  }));
  const colored = (color: string, text: string) => `<span style="color:${inkOf(color)}">${text}</span>`;
  return figure({
    data: [...fixed, ...groups.flat()],
    ...panels([
      {
        title: `${colored(colors.blue, "it survives")}, ${colored(colors.orange, "it collapses")}`,
        share: 2.48,
        x: { range: P, title: "predictor p" },
        y: {
          ...{ range: [0, TOP], title: "representation s = w² (root scale)" },
          ...{ tickvals: TICKS.map(Math.sqrt), ticktext: TICKS.map(String) },
        },
      },
      {
        title: "η = 1 / 4(1 + σ²)",
        x: { range: [-0.06, Math.max(...strengths) + 0.08], title: "augmentation σ²" },
        y: { range: [0, 0.3], title: "weight decay η" },
      },
    ], {
      ...{ gap: 0.13, narrowHeight: 860, margin: { b: 110 } },
      sliders: [
        slider("weight decay η = ", overDecay, first[0], { x: 0, len: 0.46 }),
        slider("augmentation strength σ² = ", overStrength, first[1], { x: 0.54, len: 0.46 }),
      ],
    }),
    height: 500,
    caption:
      "**Figure 5.6.** What starts in the blue region survives at $p_+$ (full point); what starts below its border collapses to 0. The border runs through the saddle $p_-$ (open). More weight decay, or views that differ more, move $p_-$ and $p_+$ together along $s=p^2$ (dotted) until, above the threshold, both are gone and every start collapses.",
    description:
      "Left: paths of one mode in the plane of predictor p and s, drawn over the root of s, from 13 starts, with the region that survives, the dotted line s = p² and the fixed points on it. At weight decay 0.05 and augmentation strength 0.25 the starts (−0.6, 0.09) and p = 0.053 on the dotted line end at 0, the others at p = 0.746, s = 0.557; the saddle is at p = 0.0536. Right: the curve 1 / 4(1 + σ²) in the plane of both settings, and where the sliders stand. Two sliders move the decay from 0 to 0.26 and the strength from 0 to 1; without decay a whole line is at rest.",
  });
}

/** What no slider changes: the parabola, the starts, and the map of the settings. */
function fixedTraces(): Trace[] {
  const end = Math.max(...strengths) + 0.08;
  const across = Array.from({ length: 41 }, (_, k) => end * k / 40);
  return [
    line([0, P[1]], [0, P[1]], {
      ...{ name: "s = p²", hoverinfo: "name", color: colors.grey, width: 1, dash: "dot" },
    }),
    dots(STARTS.map(([p]) => p), STARTS.map(([, w]) => w), {
      ...{
        name: "start",
        cliponaxis: false,
        hovertemplate: "p = %{x}, w = %{y}",
        color: colors.grey,
        size: 5,
      },
    }),
    line(across, across.map((xPrime) => modes({ x: 1, xPrime, weightDecay: 0 }).threshold), {
      ...{ panel: 2, name: "threshold", hovertemplate: "σ² = %{x:.2f}: η = %{y:.3f}", color: colors.blue },
      ...{ fill: "tozeroy", fillcolor: SURVIVES },
    }),
    dots(strengths.flatMap((xPrime) => decays.map(() => xPrime)), strengths.flatMap(() => decays), {
      ...{ panel: 2, hoverinfo: "skip", cliponaxis: false, color: colors.grey, size: 4 },
    }),
  ];
}

/** The traces of one strength, as a setting fills them. */
function group(initial: ReturnType<typeof setting>, visible: boolean): Trace[] {
  const at = (index: number) => ({ text: initial.text[index], visible });
  const curve = (index: number, more: Trace) =>
    line(initial.x[index], initial.y[index], { ...at(index), ...more });
  const marks = (index: number, more: Trace) =>
    dots(initial.x[index], initial.y[index], { ...at(index), ...more });
  const path = (index: number, name: string, color: string) => [
    curve(index, { name, hoverinfo: "name", color, width: 1.6 }),
    marks(index + 1, {
      hoverinfo: "skip",
      marker: {
        ...{ color, symbol: "arrow", angleref: "previous", opacity: 1 },
        size: initial["marker.size"][index + 1],
      },
    }),
  ];
  const point = (index: number, name: string, textposition: string, color: string) =>
    marks(index, {
      ...{ mode: "markers+text", name, textposition, textfont: { size: 14 }, cliponaxis: false },
      ...{ hovertemplate: "p = w = %{x:.4f}", color, size: 11, edge: colors.black, bold: 1.8 },
    });
  return [
    curve(0, {
      ...{
        fill: "toself",
        fillcolor: SURVIVES,
        hoverinfo: "skip",
        color: colors.blue,
        width: 1,
        dash: "dash",
      },
    }),
    curve(1, { name: "at rest", color: colors.grey, width: 4 }),
    ...path(2, "survives", colors.blue),
    ...path(4, "collapses", colors.orange),
    point(6, "stable", "bottom right", colors.black),
    point(7, "saddle", "middle right", "#ffffff"),
    marks(8, {
      ...{ panel: 2, hovertemplate: "σ² = %{x}, η = %{y}", cliponaxis: false },
      ...{ color: colors.black, size: 13, symbol: "cross-thin", edge: colors.black, bold: 3 },
    }),
  ];
}
