import { createRequire } from "node:module";
import { gzipSync } from "fflate";
import { type Figure, isCartesian } from "./figure.ts";
import { block } from "./render.ts";
import { drawFigures } from "./browser/figures.ts";
import { fitRoots, typesetExport } from "./browser/formulas.ts";
import { tellLongCells } from "./browser/long.ts";
import { narrowFigures } from "./browser/narrow.ts";
import { reachSliders } from "./browser/sliders.ts";
import { captionWords } from "./numbers.ts";
import { figureStyle, mathFont } from "./style.ts";
import { said, saidData } from "./language.ts";
import { escapeHtml, plainText } from "./tex.ts";

/** What a page needs to draw figures and formulas with no kernel and no network. */

const require = createRequire(import.meta.url);

/** JSON that can stand inside a script element. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");

/** The mathematics font as a style sheet that loads nothing. */
export function fontStyle(): string {
  const file = require.resolve("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2");
  const data = Deno.readFileSync(file).toBase64();
  return `@font-face{font-family:"STIX Two Math Web";font-display:swap;src:url(data:font/woff2;base64,${data}) format("woff2")}` +
    `math{font-family:${mathFont}}`;
}

/** The text of a package's file as the page runs it: RequireJS must not take it for a module of its own. */
const scriptOf = (file: string, after = "") =>
  `(function(define,exports,module){${Deno.readTextFileSync(require.resolve(file))}\n${after}})()`;

/**
 * What draws figures, as the page runs it: plotly's cartesian bundle, or the whole of plotly. A page that names its
 * scripts by their sums names these too.
 */
export const drawingScript = (whole = false): string =>
  scriptOf(whole ? "plotly.js-dist/plotly.js" : "plotly.js-cartesian-dist-min");

/** Stands in the page where a figure needs the whole of plotly. */
const wholeId = "syw-plotly-whole";
export const hasWhole = (html: string): boolean => html.includes(`id="${wholeId}"`);

/** Text, compressed, as text that a script element can hold. */
export const packed = (text: string): string =>
  gzipSync(new TextEncoder().encode(text), { level: 9 }).toBase64();

let loaderText: string | undefined, wholeText: string | undefined;

/** What a page says of a cell whose kernel can say nothing: it is blocked, or gone. */
const longWords = {
  still:
    "Nothing has moved in this cell for ten seconds: it computes for long, or it loops or waits without an end. " +
    "■ in the toolbar interrupts it. Where that changes nothing, ⟳ restarts the kernel: then run the first cell again.",
  gone:
    "The kernel ended before this cell did: it was restarted, interrupted twice, or out of memory. What the cells " +
    "had defined is gone: run the first cell again. If this cell loops without an end, or makes very long lists, mend it first.",
};

/** The page's library: Plotly's cartesian bundle, the drawing queue, the mathematics font and what typesets an exported page. */
export function loaderHtml(): string {
  return loaderText ??= `<style>${fontStyle()}</style>` +
    `<script type="text/plain" id="syw-plotly">${packed(drawingScript())}</script>` +
    `<script type="text/plain" id="syw-temml">${
      packed(scriptOf("temml/dist/temml.min.js", "window.temml = temml"))
    }</script>` +
    `<script>${
      [drawFigures, reachSliders, narrowFigures, fitRoots, typesetExport].map((code) => `(${code})();\n`)
        .join("")
    }(${tellLongCells})(${
      scriptJson({ still: said(longWords.still), gone: said(longWords.gone) })
    })</script>`;
}

/** The whole of plotly travels with each figure that needs it: the other's output may be gone. */
const wholeHtml = () =>
  wholeText ??= `<script type="text/plain" id="${wholeId}">${packed(drawingScript(true))}</script>`;

/** A figure as HTML: a place of fixed height, and its data on the page's queue. */
export function figureHtml(figure: Figure): string {
  const { data, layout, narrow, height, description } = saidData(figure);
  const id = `syw-${crypto.randomUUID().slice(0, 13)}`;
  const whole = !isCartesian(figure);
  const queued = scriptJson({ id, data, layout: { ...layout, autosize: true }, narrow, height, whole });
  return `${whole ? wholeHtml() : ""}<div id="${id}" class="syw-figure" role="figure" aria-label="${
    escapeHtml(plainText(description))
  }" style="background:#fff;color:#1b1f24"><style>${figureStyle}</style><div class="syw-plot" style="height:${height}px">` +
    `${said("This figure is drawn when the first cell of the notebook has run.")}</div></div>` +
    `<script>(window.sywFigures ??= []).push(${queued})</script>`;
}

/** The caption under a figure, with its words and its numbers for who can't see it. */
export const captionHtml = (figure: Figure): string => block(captionWords(figure));
