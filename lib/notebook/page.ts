import { createRequire } from "node:module";
import { gzipSync } from "fflate";
import { type Figure } from "./figure.ts";
import { block } from "./render.ts";
import { mathFont } from "./style.ts";
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

/** Plotly, compressed, as text. */
function plotly(): string {
  return base64(gzipSync(Deno.readFileSync(require.resolve("plotly.js-dist/plotly.js")), { level: 9 }));
}

/** Draws what is queued as soon as Plotly is there; a second loader on the page does nothing. */
const drawer = `(() => {
  if (window.sywFigures?.ready) return;
  const waiting = window.sywFigures ?? [];
  const unpack = async () => {
    const bytes = Uint8Array.from(atob(document.getElementById("syw-plotly").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.text = "(function(define,exports,module){" + await new Response(stream).text() + "\\n})()";
    document.head.append(script);
    return window.Plotly;
  };
  let plotly;
  const draw = async ({ id, data, layout, narrow, height }) => {
    const place = document.getElementById(id);
    if (!place || place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const Plotly = await (plotly ??= unpack());
    const small = narrow && place.clientWidth < 576;
    const own = small ? { ...layout, ...narrow } : layout;
    place.style.height = (own.height ?? height) + "px";
    place.textContent = "";
    await Plotly.newPlot(place, data, own,
      { responsive: true, displaylogo: false, showSendToCloud: false, plotlyServerURL: "", displayModeBar: false });
  };
  window.sywFigures = { ready: true, push: draw };
  waiting.forEach(draw);
})()`;

let loaderText: string | undefined;

/** The page's library: Plotly, the drawing queue and the mathematics font, in one output. */
export function loaderHtml(): string {
  return loaderText ??= `<style>${fontStyle()}</style>` +
    `<script type="text/plain" id="syw-plotly">${plotly()}</script><script>${drawer}</script>`;
}

/** A figure as HTML: a place of fixed height, and its data on the page's queue. */
export function figureHtml(figure: Figure): string {
  const { data, layout, narrow, height, description } = figure;
  const id = `syw-${crypto.randomUUID().slice(0, 13)}`;
  const packed = scriptJson({ id, data, layout: { ...layout, autosize: true }, narrow, height });
  return `<div id="${id}" class="syw-figure" role="figure" aria-label="${
    escapeHtml(plainText(description))
  }" ` +
    `style="height:${height}px;background:#fff;color:#5b6570">This figure is drawn when the first cell of the notebook has run.</div>` +
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

const ROWS = 24, COLUMNS = 8;

/** The first rows of the first curves, as a table. */
function dataTable(figure: Figure): string {
  const curves = figure.data.filter((trace) =>
    trace.visible !== false && Array.isArray(trace.x) && Array.isArray(trace.y) &&
    trace.y.every((v) => !Array.isArray(v))
  );
  if (curves.length === 0) return "";
  const columns = curves.slice(0, COLUMNS / 2).flatMap((trace, k) => {
    const name = typeof trace.name === "string" ? trace.name : `curve ${k + 1}`;
    return [[`${name}, x`, trace.x], [`${name}, y`, trace.y]] as [string, unknown[]][];
  });
  const rows = Math.min(ROWS, Math.max(...columns.map(([, list]) => list.length)));
  const value = (x: unknown) => x === null || x === undefined ? "" : escapeHtml(String(x));
  return `<table class="syw-data"><thead><tr>${
    columns.map(([name]) => `<th scope="col">${escapeHtml(name)}</th>`).join("")
  }</tr></thead><tbody>${
    Array.from({ length: rows }, (_, i) =>
      `<tr>${
        columns.map(([, list]) => `<td>${value(list[i])}</td>`).join("")
      }</tr>`)
      .join("")
  }</tbody></table>`;
}
