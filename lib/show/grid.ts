import type { Layout, Trace } from "./figure.ts";
import { colors } from "./theme.ts";

/** Grids of cells (pixels, matrix entries) as panels of a figure; panels are counted from 1, rows and columns too. */

/** One cell: which shade of the palette it has, what stands in it, what hovering says. */
export interface Cell<S extends string = string> {
  readonly shade: S;
  readonly text?: string;
  readonly hover?: string;
}
type Cells<S extends string> = readonly (readonly Cell<S>[])[];

/** "x", "x2", "x3", …: an axis by its panel. */
export const axisOf = (letter: "x" | "y", panel: number): string =>
  panel === 1 ? letter : `${letter}${panel}`;

/** The properties of a trace that change when cells do: what a slider's step restyles. */
export function shading<S extends string>(palette: Readonly<Record<S, string>>, cells: Cells<S>) {
  const shades = Object.keys(palette);
  return {
    z: cells.map((line) => line.map(({ shade }) => shades.indexOf(shade))),
    text: cells.map((line) => line.map(({ text = "" }) => text)),
    hovertext: cells.map((line) => line.map(({ hover = "" }) => hover)),
  };
}

/**
 * Cells as a trace.
 *
 * @param palette colours by shade; give shades that matter a sign in the text too
 * @param options size of the text, in pixels
 */
export function cellGrid<S extends string>(
  panel: number,
  palette: Readonly<Record<S, string>>,
  cells: Cells<S>,
  { size = 13 }: { size?: number } = {},
): Trace {
  const list: string[] = Object.values(palette);
  return {
    ...gridTrace(panel),
    ...shading(palette, cells),
    meta: Object.keys(palette),
    zmin: -0.5,
    zmax: list.length - 0.5,
    colorscale: list.flatMap((color, i): [number, string][] => [
      [i / list.length, color],
      [(i + 1) / list.length, color],
    ]),
    texttemplate: "%{text}",
    textfont: { size },
    hoverinfo: cells.flat().some(({ hover }) => hover !== undefined) ? "text" : "skip",
  };
}

/** What every grid has in common: a heat map whose first cell is (1, 1), with gaps between the cells. */
export const gridTrace = (panel: number): Trace => ({
  type: "heatmap",
  x0: 1,
  dx: 1,
  y0: 1,
  dy: 1,
  xaxis: axisOf("x", panel),
  yaxis: axisOf("y", panel),
  showscale: false,
  xgap: 1.5,
  ygap: 1.5,
});

/** The axes of a grid: square cells, rows downwards. */
export function gridAxes(
  panel: number,
  [rows, columns]: readonly [number, number],
): { x: Layout; y: Layout } {
  const common = { visible: false, fixedrange: true, constrain: "domain" };
  return {
    x: { ...common, range: [0.5, columns + 0.5] },
    y: { ...common, range: [rows + 0.5, 0.5], scaleanchor: axisOf("x", panel) },
  };
}

/** A title above a panel. */
export const gridTitle = (panel: number, text: string): Layout => ({
  text,
  showarrow: false,
  x: 0.5,
  xanchor: "center",
  xref: `${axisOf("x", panel)} domain`,
  y: 1,
  yshift: 4,
  yanchor: "bottom",
  yref: `${axisOf("y", panel)} domain`,
});

const box = (
  panel: number,
  [x0, x1]: number[],
  [y0, y1]: number[],
  color: string,
  width: number,
): Layout => ({
  type: "rect",
  xref: axisOf("x", panel),
  yref: axisOf("y", panel),
  x0,
  x1,
  y0,
  y1,
  line: { color, width },
});

/** A frame around cell (row, column), counted from 1. */
export const cellFrame = (panel: number, row: number, column: number): Layout =>
  box(panel, [column - 0.5, column + 0.5], [row - 0.5, row + 0.5], colors.black, 2.5);

/** A thin line around a whole grid. */
export const gridFrame = (panel: number, rows: number, columns = rows): Layout =>
  box(panel, [0.5, columns + 0.5], [0.5, rows + 0.5], colors.grey, 1);
