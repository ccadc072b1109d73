import type { Figure, Trace } from "./figure.ts";
import { escapeHtml, richText } from "./tex.ts";

/** The numbers behind a figure as tables: of its curves the first rows, of its grids as many cells as fit a page. */

const ROWS = 24, CURVES = 4, GRIDS = 3, CELLS = 9;

type Table = { caption: string; columns: readonly string[]; rows: readonly (readonly string[])[] };

/** A figure's caption, with its words and its numbers for who can't see it. */
export const captionWords = (figure: Figure): string =>
  `<div class="syw-caption">${richText(figure.caption)}<details><summary>in words and numbers</summary><p>${
    richText(figure.description)
  }</p>${numbersHtml(figure)}</details></div>`;

/** The tables of a figure, in one place that the keyboard can scroll; empty where there is nothing to tabulate. */
function numbersHtml(figure: Figure): string {
  const traces = figure.data.filter((trace) => trace.visible !== false && trace.hoverinfo !== "none");
  const curves = traces.filter((trace) => isCurve(trace) && trace.hoverinfo !== "skip");
  const grids = traces.filter(isGrid);
  const tables = [
    ...curves.length > 0 ? [curvesTable(curves.slice(0, CURVES))] : [],
    ...grids.slice(0, GRIDS).map(gridTable),
  ];
  if (tables.length === 0) return "";
  const left = grids.length > GRIDS ? `<p>The first ${GRIDS} of ${grids.length} grids.</p>` : "";
  return `<div class="syw-scroll" role="region" tabindex="0" aria-label="numbers of the figure">${
    tables.map(tableHtml).join("")
  }</div>${left}`;
}

const isCurve = ({ x, y }: Trace) =>
  Array.isArray(x) && Array.isArray(y) && y.every((value) => !Array.isArray(value));
const isGrid = ({ z }: Trace) => Array.isArray(z) && Array.isArray(z[0]);

const words = (value: unknown) =>
  value === null || value === undefined ? "" : String(value).replace(/^-/, "−");
const nameOf = ({ name }: Trace, otherwise: string) => typeof name === "string" ? name : otherwise;

function curvesTable(curves: readonly Trace[]): Table {
  const lists = curves.flatMap(({ x, y }) => [x as unknown[], y as unknown[]]);
  const length = Math.max(...lists.map((list) => list.length)), rows = Math.min(ROWS, length);
  return {
    caption: length > rows ? `curves, the first ${rows} of ${length} rows` : "curves",
    columns: curves.flatMap((trace, k) =>
      [", x", ", y"].map((axis) => nameOf(trace, `curve ${k + 1}`) + axis)
    ),
    rows: Array.from({ length: rows }, (_, i) => lists.map((list) => words(list[i]))),
  };
}

/** A heat map's rows and columns, thinned evenly; a cell of a palette (see `cellGrid`) by its name and sign. */
function gridTable(trace: Trace, k: number): Table {
  const z = trace.z as unknown[][], text = trace.text as string[][] | undefined;
  const palette = trace.meta as readonly string[] | undefined;
  const rows = spread(z.length), columns = spread(z[0].length);
  const at = (axis: "x" | "y", i: number) => {
    const list = trace[axis] as unknown[] | undefined;
    return words(list?.[i] ?? i + 1);
  };
  const cell = (i: number, j: number) =>
    palette ? [text?.[i]?.[j]?.trim(), palette[Number(z[i][j])]].filter(Boolean).join(" ") : words(z[i][j]);
  const whole = rows.length === z.length && columns.length === z[0].length;
  return {
    caption: nameOf(trace, `grid ${k + 1}`) +
      (whole ? "" : `, ${rows.length} of ${z.length} rows, ${columns.length} of ${z[0].length} columns`),
    columns: ["row", ...columns.map((j) => at("x", j))],
    rows: rows.map((i) => [at("y", i), ...columns.map((j) => cell(i, j))]),
  };
}

/** At most CELLS of n places, evenly from first to last. */
function spread(n: number): number[] {
  const count = Math.min(n, CELLS);
  return Array.from({ length: count }, (_, i) => Math.round(i * (n - 1) / Math.max(1, count - 1)));
}

function tableHtml({ caption, columns, rows }: Table): string {
  const cells = (tag: string, list: readonly string[]) =>
    `<tr>${list.map((text) => `<${tag}>${escapeHtml(text)}</${tag.slice(0, 2)}>`).join("")}</tr>`;
  return `<table class="syw-data"><caption>${escapeHtml(caption)}</caption><thead>${
    cells(`th scope="col"`, columns)
  }</thead><tbody>${rows.map((row) => cells("td", row)).join("")}</tbody></table>`;
}
