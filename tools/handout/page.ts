import { fitRoots } from "lib/show/browser/formulas.ts";
import { drawingScript, fontStyle, hasWhole } from "lib/show/page.ts";
import { codeFont, figureStyle, goesOn, styles, textFont } from "lib/show/style.ts";
import { lang, said, saidHtml } from "lib/show/language.ts";
import { escapeHtml } from "lib/show/tex.ts";
import { type Live, sumOf } from "./live/build.ts";
import { readHandout } from "./reader.ts";

/** Nothing is loaded from anywhere: a page that tried would be stopped by the browser. */
const policyOf = (scripts: string, more = "") =>
  `default-src 'none'; script-src ${scripts}; style-src 'unsafe-inline'; ` +
  `img-src data: blob:; font-src data:; ${more}base-uri 'none'; form-action 'none'`;

/**
 * The policy of a live page names each script by its sum: nothing that is typed or dropped can become one. Answers run
 * in workers made from blobs, which have the same policy: no connection, no code from strings.
 */
function livePolicy(html: string): string {
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
  const drawing = [drawingScript(), ...(hasWhole(html) ? [drawingScript(true)] : [])];
  const sums = new Set([...scripts, ...drawing].map(sumOf));
  return policyOf(`'wasm-unsafe-eval' ${[...sums].join(" ")}`, "worker-src blob:; ");
}

const look = (live: boolean) =>
  Deno.readTextFileSync(new URL("page.css", import.meta.url)) +
  (live ? Deno.readTextFileSync(new URL("live/live.css", import.meta.url)) : "") +
  `@media screen{.syw-handout :is(.display,.wide){${goesOn}}}\n` +
  `body.syw-handout,.syw-handout button{font-family:${textFont}}\n@page{font-family:${textFont}}\n` +
  `.syw-handout :is(code,pre){font-family:${codeFont}}\n`;

export type Page = {
  title: string;
  /** HTML of the page's own, under its header. */
  main: string;
  /** What stands above it: points and dates, as text. */
  about?: string;
  /** A sentence at the end: what this was made from. */
  colophon: string;
  /** Whether the page is one of a site, beside index.html, ledger.html, errata.html and reproductions.html. */
  site?: boolean;
  /** Whether there is code to unfold. */
  code?: boolean;
  /** What makes it answer back. */
  live?: Live;
};

const siteLinks = `<nav aria-label="Site"><a href="index.html">Show Your Work</a>` +
  `<a href="ledger.html">Ledger</a><a href="errata.html">Errata</a><a href="reproductions.html">Reproductions</a></nav>`;

/** A line for a name stands on paper alone. */
const aboutHtml = (about: string) =>
  `<span>${escapeHtml(about)}</span><span class="name-line">Name ${"_".repeat(30)}</span>`;

/** Text as a string of CSS. */
const cssText = (text: string) => JSON.stringify(text.replace(/[<>]/g, "")).replace(/\\u/g, "\\");

/** A whole page: it loads nothing, so it opens from a file. */
export function pageHtml(
  { title, main, about = "", colophon, site = false, code = false, live }: Page,
): string {
  const name = site ? siteLinks : `<span>Show Your Work</span>`;
  const button = code
    ? `<button type="button" class="all-code" data-hide="Hide all code">Show all code</button>`
    : "";
  const html = saidHtml(`<!DOCTYPE html>
<html lang="${lang()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>@page{@bottom-left{content:${cssText(title)};font-size:9pt;white-space:nowrap}}
@page:first{@top-right{content:${cssText(textOf(colophon))};font-size:7pt}}</style>
<style>${styles}
${fontStyle()}
${look(live !== undefined)}</style>
</head>
<body class="syw-handout">
<a class="skip" href="#main">Skip to the text</a>
<header>${name}${about === "" ? "" : aboutHtml(about)}${button}</header>
<main id="main" tabindex="-1">
${live ? withPanel(main, live.panel) : main}
</main>
<footer><p>${colophon}</p>${live?.licences ?? ""}</footer>
<script>(${readHandout})();
(${fitRoots})()</script>
${live ? `${live.data}\n<script>${live.script}</script>\n` : ""}</body>
</html>
`);
  const policy = live ? livePolicy(html) : policyOf("'unsafe-inline'");
  return html.replace(
    'http-equiv="Content-Security-Policy" content=""',
    () => `http-equiv="Content-Security-Policy" content="${policy}"`,
  );
}

/** The page's own part stands before the contents, below the title. */
function withPanel(main: string, panel: string): string {
  const place = /<nav class="contents"|<div class="cell/.exec(main.slice(1)),
    at = place ? place.index + 1 : main.length;
  return main.slice(0, at) + panel + main.slice(at);
}

/**
 * A notebook's cells as the main part of a page: styles that every output carries stand once, headings have names
 * and their points beside them, wide tables can be scrolled, and a list of contents follows the title.
 *
 * @param cells what nbconvert made of the notebook
 */
export function notebookMain(cells: string): { title: string; main: string } {
  const plain = [styles, figureStyle, fontStyle()].reduce(
    (html, css) => html.replaceAll(`<style>${css}</style>`, ""),
    cells,
  );
  const headings: { level: number; id: string; html: string }[] = [];
  const named = plain.replace(/<h([123])[^>]*>([^]*?)<\/h\1>/g, (_, level: string, html: string) => {
    const id = unlike(slug(html), headings.map((h) => h.id));
    headings.push({ level: Number(level), id, html });
    return `<h${level} id="${id}"><span>${html}</span></h${level}>`;
  });
  const main = numbered(named)
    .replace(
      /<\/span><\/h([23])>\s*<p><strong>(\d+ [^<.]{1,20})\.<\/strong>/g,
      (_, level: string, points: string) => `</span> <span class="points">${points}</span></h${level}>\n<p>`,
    )
    .replace(/<table>[^]*?<\/table>/g, (table) => `<div class="wide">${table}</div>`);
  const title = headings.find(({ level }) => level === 1);
  const contents = contentsHtml(headings.filter(({ level }) => level === 2));
  const second = main.indexOf('<div class="cell', main.indexOf('<div class="cell') + 1);
  const place = second < 0 ? main.length : second;
  return {
    title: title ? textOf(title.html) : "Show Your Work",
    main: main.slice(0, place) + contents + main.slice(place),
  };
}

/** Figures counted without gaps, and what the text says of them: a student's page leaves some out. */
function numbered(html: string): string {
  // what has no translation stands between what has
  const word = `(?:Figure|${said("Figure")})`;
  const found = [...html.matchAll(new RegExp(`<b>${word} (\\d+)\\.(\\d+)\\.?</b>`, "g"))].map((
    [, chapter, n],
  ) => `${chapter}.${n}`);
  const order = [...new Set(found)];
  return html.replace(
    new RegExp(`(${word} )(\\d+)(\\.\\d+)`, "g"),
    (whole, word: string, chapter: string, n: string) => {
      const at = order.indexOf(chapter + n);
      return at < 0 ? whole : `${word}${chapter}.${at + 1}`;
    },
  );
}

function contentsHtml(headings: readonly { id: string; html: string }[]): string {
  if (headings.length < 2) return "";
  const items = headings.map(({ id, html }) => `<li><a href="#${id}">${html}</a></li>`);
  return `<nav class="contents" aria-label="Contents"><ol>${items.join("")}</ol></nav>`;
}

const textOf = (html: string) =>
  html.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

/** "4.1 One simultaneous step" → "4-1-one-simultaneous-step". */
function slug(html: string): string {
  return textOf(html).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "part";
}

function unlike(id: string, taken: readonly string[]): string {
  for (let k = 1;; k++) {
    const candidate = k === 1 ? id : `${id}-${k}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** The most that a page may weigh, in bytes. */
const limit = 6e6;

/** What a page does that no handout may, in sentences; empty when it is as it should be. */
export function objections(html: string): string[] {
  const found: string[] = [];
  if (html.length > limit) {
    found.push(`is ${(html.length / 1e6).toFixed(1)} MB large; a page may have ${limit / 1e6} MB`);
  }
  const tags = html.replace(/<script[^>]*>[^]*?<\/script>/g, "");
  const loading = /<(?!a\b)[a-z]+\b[^>]*\b(?:src|href|srcset|data|action)="(?!data:|#)[^"]*"/i.exec(tags)
    ?.[0];
  if (loading) found.push(`would load something: ${loading.slice(0, 120)}`);
  const text = tags.replace(/<(style|pre|code)\b[^>]*>[^]*?<\/\1>/g, "").replace(/<[^>]*>/g, "");
  const dollar = /.{0,40}\$.{0,40}/.exec(text)?.[0];
  if (dollar) found.push(`has a formula that was not typeset: ${dollar.trim()}`);
  return found;
}
