import { createRequire } from "node:module";
import { gzipSync } from "fflate";
import { type Figure } from "./figure.ts";
import { block } from "./render.ts";
import { drawFigures } from "./browser/figures.ts";
import { fitRoots, typesetExport } from "./browser/formulas.ts";
import { numbersHtml } from "./numbers.ts";
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
    }</p>${numbersHtml(figure)}</details></div>`,
  );
}
