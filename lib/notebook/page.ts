import { createRequire } from "node:module";
import { gzipSync } from "fflate";
import { type Figure } from "./figure.ts";
import { block } from "./render.ts";
import { drawFigures } from "./browser/figures.ts";
import { fitRoots, typesetExport } from "./browser/formulas.ts";
import { figureStyle, mathFont } from "./style.ts";
import { escapeHtml, plainText, richText } from "./tex.ts";

/** What a page needs to draw figures and formulas with no kernel and no network. */

const require = createRequire(import.meta.url);

const base64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(text);
};

/** JSON that can stand inside a script element. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");

/** The mathematics font as a style sheet that loads nothing. */
export function fontStyle(): string {
  const file = require.resolve("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2");
  const data = base64(Deno.readFileSync(file));
  return `@font-face{font-family:"STIX Two Math Web";font-display:swap;src:url(data:font/woff2;base64,${data}) format("woff2")}` +
    `math{font-family:${mathFont}}`;
}

/** A file of a package, compressed, as text. */
const packed = (file: string): string =>
  base64(gzipSync(Deno.readFileSync(require.resolve(file)), { level: 9 }));

let loaderText: string | undefined;

/** The page's library: Plotly, the drawing queue, the mathematics font and what typesets an exported page. */
export function loaderHtml(): string {
  return loaderText ??= `<style>${fontStyle()}</style>` +
    `<script type="text/plain" id="syw-plotly">${packed("plotly.js-dist/plotly.js")}</script>` +
    `<script type="text/plain" id="syw-temml">${packed("temml/dist/temml.min.js")}</script>` +
    `<script>${[drawFigures, fitRoots, typesetExport].map((code) => `(${code})()`).join(";\n")}</script>`;
}

/** A figure as HTML: a place of fixed height, and its data on the page's queue. */
export function figureHtml(figure: Figure): string {
  const { data, layout, narrow, height, description } = figure;
  const id = `syw-${crypto.randomUUID().slice(0, 13)}`;
  const packed = scriptJson({ id, data, layout: { ...layout, autosize: true }, narrow, height });
  return `<div id="${id}" class="syw-figure" role="figure" aria-label="${
    escapeHtml(plainText(description))
  }" style="background:#fff;color:#1b1f24"><style>${figureStyle}</style><div class="syw-plot" style="height:${height}px">` +
    `This figure is drawn when the first cell of the notebook has run.</div></div>` +
    `<script>(window.sywFigures ??= []).push(${packed})</script>`;
}

/** The caption under a figure, with its words and its numbers for who can't see it. */
export function captionHtml(figure: Figure): string {
  return block(
    `<div class="syw-caption">${richText(figure.caption)}<details><summary>in words and numbers</summary><p>${
      richText(figure.description)
    }</p>${dataTable(figure)}</details></div>`,
  );
}

const ROWS = 24, CURVES = 4;

/** The first rows of the first curves, as a table. */
function dataTable(figure: Figure): string {
  const curves = figure.data.filter((trace) =>
    trace.visible !== false && trace.hoverinfo !== "skip" && Array.isArray(trace.x) &&
    Array.isArray(trace.y) && trace.y.every((v) => !Array.isArray(v))
  ).slice(0, CURVES);
  if (curves.length === 0) return "";
  const columns = curves.flatMap((trace, k): [string, unknown[]][] => {
    const name = typeof trace.name === "string" ? trace.name : `curve ${k + 1}`;
    return [[`${name}, x`, trace.x as unknown[]], [`${name}, y`, trace.y as unknown[]]];
  });
  const length = Math.max(...columns.map(([, list]) => list.length)), rows = Math.min(ROWS, length);
  const value = (x: unknown) => x === null || x === undefined ? "" : escapeHtml(String(x));
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((text) => `<${tag}>${text}</${tag.slice(0, 2)}>`).join("")}</tr>`;
  const head = row(`th scope="col"`, columns.map(([name]) => escapeHtml(name)));
  const body = Array.from({ length: rows }, (_, i) => row("td", columns.map(([, list]) => value(list[i]))));
  const more = length > rows ? `<p>The first ${rows} of ${length} rows.</p>` : "";
  return `<div class="syw-scroll" role="region" tabindex="0" aria-label="numbers of the figure">` +
    `<table class="syw-data"><thead>${head}</thead><tbody>${body.join("")}</tbody></table></div>${more}`;
}
