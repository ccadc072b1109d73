/** Pages that load nothing and run nothing, whatever a submission has put into them. */
import { dates } from "lib/course/year.ts";
import { fontStyle } from "lib/show/page.ts";
import { codeFont, textFont, tokens } from "lib/show/style.ts";
import { lang, saidHtml } from "lib/show/language.ts";
import { escapeHtml } from "lib/show/tex.ts";

const style = `${tokens}
body.syw-handout{font:16px/1.5 ${textFont};max-width:64rem;margin:2rem auto;padding:0 1rem;
font-variant-numeric:tabular-nums;background:var(--syw-paper);color:var(--syw-ink)}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}h3{font-size:1rem;margin:1.4rem 0 .3rem}h3 small{font-weight:400}
a{color:var(--syw-accent)}small,.quiet{color:var(--syw-muted)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--syw-line);vertical-align:top}
th{color:var(--syw-muted);font-weight:600}tr:target{background:var(--syw-wash)}
td a{overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap}
.syw.syw{max-width:none}
.none,.late{color:var(--syw-no)}.none b{font-weight:600}
ul{padding-left:1.2rem;margin:.3rem 0}
pre{font:13px/1.5 ${codeFont};white-space:pre-wrap;overflow-wrap:anywhere;background:var(--syw-wash);padding:.6rem;margin:.3rem 0;
border-radius:6px}
summary{cursor:pointer;color:var(--syw-accent)}
.facts{display:flex;flex-wrap:wrap;gap:.2rem 2rem;margin:.6rem 0}.facts b{display:block;font-size:1.3rem}
.bars{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:3px;height:9rem;align-items:end;max-width:44rem}
.bars div{display:flex;flex-direction:column;justify-content:end;text-align:center;height:100%;font-size:.8rem;
color:var(--syw-muted)}
.bars i{display:block;background:var(--syw-accent);border-radius:3px 3px 0 0}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 1rem}
mark{background:none;color:inherit;box-shadow:inset 3px 0 0 var(--syw-almost);padding-left:.5rem;margin-left:-.5rem}
@media(max-width:40rem){body.syw-handout{margin:1rem auto}.pair{grid-template-columns:minmax(0,1fr)}
.bars span{min-height:2.8em}.stack thead{display:none}.stack :is(tr,td){display:block;border:0;padding:.1rem 0}
.stack tr{border-bottom:1px solid var(--syw-line);padding:.5rem 0}.stack .n{display:inline-block;margin-right:1rem}
.stack td[data-name]::before{content:attr(data-name) " ";color:var(--syw-muted)}}
@page{margin:16mm 15mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt ${textFont}}}
@media print{body.syw-handout{max-width:none;margin:0;padding:0;font-size:10pt;background:#fff;color:#000}
h1,h2,h3,summary{break-after:avoid}tr,pre,.syw-block{break-inside:avoid}
h3+.syw>.syw-block:first-of-type{display:inline-block;width:100%}
.bars i{print-color-adjust:exact}details::details-content{content-visibility:visible;display:block}}`;

const shown = (time: string) => time.slice(0, 16).replace("T", " ");

/** "Released 2026-11-27 09:00, due 2026-12-18 23:00, taken until 2026-12-21 23:00." */
export function datesSentence(): string {
  const { released, due, late } = dates;
  const parts = [
    ...released ? [`released ${shown(released)}`] : [],
    `due ${shown(due)}`,
    ...late ? [`taken until ${shown(late)}`] : [],
  ].join(", ");
  return `${parts[0].toUpperCase()}${parts.slice(1)}.`;
}

/** @param body HTML */
export const page = (title: string, body: string): string =>
  saidHtml(`<!doctype html>
<html lang="${lang()}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title><style>${style}${fontStyle()}</style></head>
<body class="syw-handout"><h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`);

/**
 * A table of HTML cells; on a phone each row is a block, its numbers with the column's name before them.
 *
 * @param head names of the columns; those that end in # are numbers
 */
export function tableHtml(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = head.map((name) => name.replace(/#$/, "")), number = head.map((name) => name.endsWith("#"));
  const cells = (row: readonly string[]) =>
    row.map((html, i) =>
      `<td${number[i] ? ` class="n" data-name="${escapeHtml(names[i])}"` : ""}>${html}</td>`
    ).join("");
  const heads = names.map((name, i) => `<th${number[i] ? ' class="n"' : ""}>${escapeHtml(name)}</th>`);
  return `<div class="wide"><table class="stack"><thead><tr>${heads.join("")}</tr></thead><tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}
</tbody></table></div>`;
}
