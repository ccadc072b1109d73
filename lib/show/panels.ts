import { type Layout, panelTitle, type Step, steps, type Trace } from "./figure.ts";
import { axisOf, gridAxes, gridTitle } from "./grid.ts";
import { inkOf, sliderLook } from "./theme.ts";

/** The pieces of a figure as values: curves, points, notes, and panels whose places follow from their number. */

type Numbers = readonly (number | string | null)[] | Readonly<Float64Array>;

/** How a trace looks; `panel` counts from 1, the default; all else is plotly's. */
type Look<Own> = Own & { readonly color?: string; readonly panel?: number } & Trace;

/** The axes of a panel, as a trace names them. */
const inPanel = (panel = 1): Trace =>
  panel === 1 ? {} : { xaxis: axisOf("x", panel), yaxis: axisOf("y", panel) };

/** A curve without markers. */
export const line = (
  x: Numbers,
  y: Numbers,
  { color, width = 2, dash, panel, ...more }: Look<{ readonly width?: number; readonly dash?: string }> = {},
): Trace => ({
  ...{ type: "scatter", mode: "lines", x, y, ...inPanel(panel) },
  line: given({ color, width, dash }),
  ...more,
});

/** Points; `edge` is the colour of a line around each, `bold` its width. */
export const dots = (
  x: Numbers,
  y: Numbers,
  { color, size = 8, symbol, opacity, edge, bold = 2, panel, ...more }: Look<{
    readonly opacity?: number;
    readonly size?: number | readonly number[];
    readonly symbol?: string;
    readonly edge?: string;
    readonly bold?: number;
  }> = {},
): Trace => ({
  ...{ type: "scatter", mode: "markers", x, y, ...inPanel(panel) },
  marker: given({ color, size, symbol, opacity, line: edge && { color: edge, width: bold } }),
  ...more,
});

/** Words at a point, as dark as text must be; they go with the axes. */
export const words = (
  text: string,
  [x, y]: readonly [number, number],
  { color = "#1b1f24", position = "middle right", panel, ...more }: Look<{ readonly position?: string }> = {},
): Trace => ({
  ...{ type: "scatter", mode: "text", x: [x], y: [y], text: [text], textposition: position },
  ...{ textfont: { color: inkOf(color), size: 12 }, cliponaxis: false, hoverinfo: "skip" },
  ...inPanel(panel),
  ...more,
});

/** A map of colours without a scale beside it. */
export const heat = (
  x: Numbers,
  y: Numbers,
  z: readonly Numbers[],
  { panel, ...more }: Look<unknown> = {},
): Trace => ({ type: "heatmap", x, y, z, showscale: false, hoverinfo: "skip", ...inPanel(panel), ...more });

/** A note at a point of a panel: an annotation, so it is drawn over everything. */
export const note = (
  text: string,
  x: number,
  y: number,
  { color, panel = 1, ...more }: Look<unknown> = {},
): Layout => ({
  ...{ text, x, y, xref: axisOf("x", panel), yref: axisOf("y", panel), showarrow: false },
  ...(color === undefined ? {} : { font: { color: inkOf(color) } }),
  ...more,
});

/** A slider over steps, its value written after `prefix`. */
export const slider = (prefix: string, list: readonly Step[], active: number, more: Layout = {}): Layout => ({
  ...{ ...sliderLook, active, currentvalue: { prefix }, steps: steps(list) },
  ...more,
});

/** One part of a figure with axes of its own. */
export interface Panel {
  readonly title?: string;
  readonly x?: Layout;
  readonly y?: Layout;
  /** Its size beside the others' (1): width in a row, height among rows. */
  readonly share?: number;
  /** Whether a unit is as long across as it is up. */
  readonly square?: boolean;
  /** Rows and columns, where it is a grid of cells: nothing need then be said of its axes. */
  readonly grid?: readonly [number, number];
}

/** How panels are placed; all else is the layout's. */
interface Arrangement extends Layout {
  /** Panels in a row where the page is wide (all of them), and where it is narrow (1). */
  readonly across?: number;
  readonly narrowAcross?: number;
  /** Space between two panels in a row, as a share of the figure (0.1). */
  readonly gap?: number;
  /** Pixels of the narrow figure (about 360 a row), and what else is different there. */
  readonly narrowHeight?: number;
  readonly narrow?: Layout;
  /** Annotations besides the titles. */
  readonly notes?: readonly Layout[];
}

/**
 * Panels in a row, and one below the other where the page is narrow: `layout` and `narrow` of a figure, and the
 * panels' `titles`, with which its annotations begin.
 *
 * @param list counted from 1 as traces name them
 */
export function panels(
  list: readonly Panel[],
  { across = list.length, narrowAcross = 1, gap = 0.1, narrowHeight, narrow, notes = [], ...more }:
    Arrangement = {},
): { layout: Layout; narrow: Layout; titles: Layout[] } {
  const narrowRows = Math.ceil(list.length / narrowAcross);
  const titles = list.flatMap(({ title, grid }, k) => {
    if (title === undefined) return [];
    return [grid ? gridTitle(k + 1, title) : panelTitle(title, axisOf("x", k + 1), axisOf("y", k + 1))];
  });
  const axes = list.map((panel, k) => {
    const own = panel.grid && gridAxes(k + 1, panel.grid);
    const { x, y } = own
      ? { x: { ...own.x, ...panel.x }, y: { ...own.y, ...panel.y } }
      : axesOf(panel, k + 1);
    return named(k + 1, {
      x: { ...x, anchor: axisOf("y", k + 1) },
      y: { ...y, anchor: axisOf("x", k + 1) },
    });
  });
  const sliding = "sliders" in more ? { margin: { b: 96 } } : {};
  return {
    titles,
    layout: {
      ...merged(places(list, across, gap), axes),
      ...(titles.length + notes.length > 0 ? { annotations: [...titles, ...notes] } : {}),
      ...sliding,
      ...more,
    },
    narrow: {
      ...merged(places(list, narrowAcross, gap)),
      height: narrowHeight ?? 120 + 320 * narrowRows,
      ...narrow,
    },
  };
}

const axesOf = ({ x, y, square }: Panel, panel: number): { x?: Layout; y?: Layout } =>
  square
    ? { x: { ...x, constrain: "domain" }, y: { ...y, scaleanchor: axisOf("x", panel), constrain: "domain" } }
    : { x, y };

const named = (panel: number, { x, y }: { x: Layout; y: Layout }): Layout => {
  const id = panel === 1 ? "" : panel;
  return { [`xaxis${id}`]: x, [`yaxis${id}`]: y };
};

/** The place of each panel: rows of so many, sized by share, a third of the height between all rows. */
function places(list: readonly Panel[], across: number, gap: number): Layout[] {
  const rows = Array.from(
    { length: Math.ceil(list.length / across) },
    (_, r) => list.slice(r * across, (r + 1) * across).map(({ share = 1 }) => share),
  );
  const down = spans(rows.map((row) => Math.max(...row)), 1 / 3 / rows.length);
  return rows.flatMap((row, r) => {
    const [from, to] = down[r];
    return spans(across === 1 ? [1] : row, gap).map((domain, k) =>
      named(r * across + k + 1, { x: { domain }, y: { domain: [rounded(1 - to), rounded(1 - from)] } })
    );
  });
}

/** [0, 1] cut into parts of these shares, with gaps between them. */
function spans(shares: readonly number[], gap: number): [number, number][] {
  const unit = (1 - gap * (shares.length - 1)) / shares.reduce((sum, share) => sum + share, 0);
  let at = -gap;
  return shares.map((share) => {
    const from = at + gap;
    at = from + share * unit;
    return [rounded(from), rounded(at)];
  });
}

const rounded = (x: number) => Number(x.toFixed(4));

/** Layouts over each other, axis by axis. */
function merged(...lists: readonly (readonly Layout[])[]): Layout {
  const all: Record<string, Layout> = {};
  for (const [key, axis] of lists.flat().flatMap((layout) => Object.entries(layout))) {
    all[key] = { ...all[key], ...axis as Layout };
  }
  return all;
}

const given = (all: Record<string, unknown>): Layout =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
