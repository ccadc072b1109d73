/**
 * The look of everything a cell shows. Colours follow the notebook's theme or the reader's system; blocks stack by
 * the width of their container, not of the window. The first class stands thrice where JupyterLab's own rules for code
 * and tables would win.
 */
export const mathFont = `"STIX Two Math","STIX Two Math Web","Cambria Math","Latin Modern Math",math`;
export const textFont = `system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif`;
export const codeFont = `ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace`;

const light =
  `color-scheme:light;--syw-paper:#fff;--syw-ink:#1b1f24;--syw-muted:#5b6570;--syw-line:#d8dde3;` +
  `--syw-wash:#f6f8fa;--syw-accent:#0b5fad;--syw-holds:#0a6b3d;--syw-almost:#8a5a00;--syw-no:#a3231b;` +
  `--syw-tint:#fbeeed`;
const dark =
  `color-scheme:dark;--syw-paper:#111418;--syw-ink:#e6e9ed;--syw-muted:#9aa5b1;--syw-line:#313943;` +
  `--syw-wash:#191e24;--syw-accent:#7db7f0;--syw-holds:#56c28a;--syw-almost:#e0b050;--syw-no:#f08a80;` +
  `--syw-tint:#2b1b1b`;

/** A notebook's own theme: its paper and ink, and the greys between them. */
const themed = (paper: string, ink: string) =>
  `--syw-paper:var(--${paper});--syw-ink:var(--${ink});` +
  Object.entries({ muted: 74, line: 17, wash: 4 }).map(([name, share]) =>
    `--syw-${name}:color-mix(in srgb,var(--syw-ink) ${share}%,var(--syw-paper))`
  ).join(";");
const darkBody =
  `body:is([data-jp-theme-light="false"],.vscode-dark,.vscode-high-contrast:not(.vscode-high-contrast-light))`;

/** JupyterLab and VS Code say on the body whether they are dark; a handout follows the reader's system. */
export const tokens = `.syw,body.syw-handout{${light}}
${darkBody} .syw{${dark}}
.jp-ThemedContainer .syw.syw.syw{${themed("jp-layout-color0", "jp-content-font-color1")}}
body[data-vscode-theme-kind] .syw.syw.syw{${themed("vscode-editor-background", "vscode-editor-foreground")}}
@media screen and (prefers-color-scheme:dark){body.syw-handout,body.syw-handout .syw{${dark}}}
@media print{body .syw.syw.syw.syw{${light}}}`;

const compact = (css: string) => css.replace(/\n\s*/g, "\n");

/** In the dark a figure's lightness is turned over and its hues stay: white paper becomes the page's own. */
const dusk = "{filter:invert(.93) hue-rotate(180deg)}";

/** A figure's own controls, on its own white paper. */
export const figureStyle = compact(`.syw-figure{color-scheme:light;border-radius:6px}
${darkBody} :is(.syw-figure,.jp-RenderedPlotly)${dusk}
.jp-RenderedPlotly[data-away]{position:absolute;left:-9999px;width:576px;height:420px;visibility:hidden}
.jp-OutputArea-output.syw-figure{background:#fff;color:#1b1f24}
.jp-MarkdownOutput mjx-container[display=true]{overflow-x:auto;overflow-y:hidden}
.jp-MarkdownOutput table{display:block;max-width:100%;overflow-x:auto}
.jp-MarkdownOutput td code{overflow-wrap:anywhere}
.jp-MarkdownOutput td:has(>code:first-child){min-width:7em}
.jp-MarkdownOutput details{margin-bottom:1em}
@media screen and (prefers-color-scheme:dark){body.syw-handout .syw-figure${dusk}}
.syw-plot{overflow:hidden}
.syw-controls{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.3rem 2rem;padding:.55rem .9rem .35rem;
 background:#fff;border-radius:6px;font:400 14px/1.5 ${textFont};font-variant-numeric:tabular-nums}
.syw-controls label{display:flex;flex-wrap:wrap;align-items:center;gap:.1rem .7rem;margin:0}
.syw-controls span{color:#5b6570;min-width:11.5em}
.syw-controls select+span,.syw-controls label:has(select) span{min-width:0}
.syw-controls input{width:16rem;max-width:100%;margin:0;accent-color:#0b5fad;cursor:pointer}
.syw-controls select{font:inherit;color:#1b1f24;background:#fff;border:1px solid #9aa5b1;border-radius:4px;padding:.1rem .3rem}
.syw-controls :is(input,select):focus-visible{outline:2px solid #0b5fad;outline-offset:2px}
@media print{.syw-controls{position:static}.syw-controls input{display:none}
.syw-controls select{appearance:none;border:0;padding:0}.syw-figure{break-inside:avoid;break-after:avoid}}`);

/** What is too wide is scrolled, and a shade at its end says that it goes on; at its end the paper covers the shade. */
const ends = ["right", "left"];
export const goesOn = `background:${
  [
    ...ends.map((to) =>
      `linear-gradient(to ${to},var(--syw-under,var(--syw-paper)) 1rem,transparent 2.5rem) local`
    ),
    ...ends.map((to) => `linear-gradient(to ${to},var(--syw-muted),transparent .35rem) scroll`),
  ].join(",")
}`;

const blocks = `.syw{container-type:inline-size;max-width:52rem;margin:.35rem 0 .6rem;color:var(--syw-ink);
 font:400 15px/1.55 ${textFont};font-variant-numeric:tabular-nums}
.syw *{box-sizing:border-box}
.syw math{font-family:${mathFont};font-size:1.08em}
math[data-long]{display:inline-flex;flex-wrap:wrap;row-gap:.2em;align-items:baseline;max-width:calc(100% - 1em)}
math[data-long]>mrow{padding:.15em 0}
math[data-long] mo[data-sign]:not(:is(msub,msup,msubsup,mfrac,munder) *){margin:0 .25em}
math[data-long=inside] mrow:not(:is(msub,msup,msubsup,mfrac,msqrt,mover,munder) *){display:inline-flex;flex-wrap:wrap;align-items:baseline;max-width:100%}
.syw.syw.syw :is(code,pre){font:13px/1.5 ${codeFont};background:none;color:inherit;padding:0;margin:0;border:0}
.syw-block{border:1px solid var(--syw-line);border-radius:6px;background:var(--syw-paper);overflow:hidden}
.syw-block+.syw-block{margin-top:.6rem}
.syw-head{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between;align-items:baseline;padding:.5rem .9rem;
 background:var(--syw-wash);border-bottom:1px solid var(--syw-line)}
.syw-head b{font-weight:650}
.syw-head>span{color:var(--syw-muted);font-size:13px}
.syw-row{display:grid;gap:.15rem .9rem;padding:.55rem .9rem;align-items:baseline;border-top:1px solid var(--syw-line)}
.syw-hidden+.syw-row{border-top:0}
.syw-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.syw-claims .syw-row{grid-template-columns:5.2rem minmax(0,1fr) 7.4rem}
.syw-claims .syw-row>:nth-child(n+3){grid-column:3;grid-row:2;text-align:right}
.syw-claims .syw-row>:nth-child(3){grid-row:1}
.syw-claims .syw-row>.syw-evidence{grid-column:2/-1;text-align:left}
.syw-lines .syw-row{grid-template-columns:5.2rem minmax(0,7fr) minmax(0,4fr) 3.6rem}
.syw-lines .syw-words>:nth-child(2){grid-column:2/4}
.syw-lines .syw-words>:nth-child(3){grid-column:2/4;grid-row:2;padding-left:1.6rem}
.syw-lines .syw-words>:nth-child(4){grid-column:4;grid-row:1}
.syw-long .syw-row{grid-template-columns:5.2rem minmax(0,1fr) 3.6rem}
.syw-long .syw-row>:nth-child(2){grid-column:2}
.syw-long .syw-row>:nth-child(3){grid-row:2;grid-column:2;padding-left:1.6rem}
.syw-long .syw-row>:nth-child(4){grid-row:1;grid-column:3}
.syw-long .syw-row>:is(.syw-evidence,.syw-breaks){grid-row:auto;grid-column:2/-1}
.syw-long .syw-row>.syw-evidence{padding-left:0}
:is(.syw-answer,.syw-points) .syw-row{grid-template-columns:8.8rem minmax(0,1fr) auto}
.syw-mark{white-space:nowrap;font-weight:600;color:var(--syw-muted)}
.syw-mark i{display:inline-block;width:1.35em;font-style:normal}
.syw-holds>.syw-mark{color:var(--syw-holds)}.syw-almost>.syw-mark{color:var(--syw-almost)}
:is(.syw-no,.syw-defective)>.syw-mark{color:var(--syw-no)}
.syw-lines .syw-no{background:var(--syw-tint)}
.syw-lines .syw-after{color:var(--syw-muted)}
.syw-line{display:grid;grid-template-columns:1.6rem minmax(0,1fr);align-items:baseline}
.syw-line>:first-child{color:var(--syw-muted);text-align:center}
.syw-line>:last-child{overflow-x:auto;overflow-y:hidden;padding:1px 0;${goesOn}}
.syw-lines .syw-no{--syw-under:var(--syw-tint)}
.syw-pill{border:1px solid var(--syw-line);border-radius:99px;padding:0 .55rem;font-size:12.5px;color:var(--syw-muted);white-space:nowrap}
.syw-quiet{color:var(--syw-muted);font-size:13.5px}
.syw-right{text-align:right}
.syw-evidence{grid-column:2/-1}
.syw-breaks{grid-column:2/-1;padding-left:1.6rem;color:var(--syw-no);font-size:14px}
.syw details{margin-top:.1rem;font-size:13.5px;color:var(--syw-muted)}
.syw .syw-more{margin:.4rem 0 0}.syw-more .syw-block{margin-top:.3rem;color:var(--syw-ink);font-size:15px}
.syw summary{cursor:pointer;color:var(--syw-accent);width:max-content;border-radius:2px}
.syw summary:focus-visible{outline:2px solid var(--syw-accent);outline-offset:2px}
.syw.syw.syw details :is(ul,p){margin:.25rem 0}
.syw details ul{padding-left:1.1rem}
.syw details li{margin:.1rem 0}
.syw.syw.syw details pre{overflow-x:auto;margin:.3rem 0;padding:.5rem .7rem;background:var(--syw-wash);border-radius:4px;color:var(--syw-ink)}
.syw-box{border-left:4px solid var(--syw-almost);background:var(--syw-wash);border-radius:0 6px 6px 0;padding:.6rem .95rem;margin-top:.6rem}
.syw.syw.syw .syw-box p{margin:.15rem 0}
.syw-box b.syw-title{color:var(--syw-almost)}
.syw-picture{display:block;width:100%;height:auto;margin:.2rem 0 .4rem;color:var(--syw-ink);font:400 14px ${textFont}}
.syw-caption{font-size:14px;color:var(--syw-muted);max-width:46rem}
.syw-caption b{color:var(--syw-ink)}
.syw-bar{height:6px;border-radius:3px;background:var(--syw-line);overflow:hidden;max-width:24rem}
.syw-bar i{display:block;height:100%;background:var(--syw-accent)}
.syw-scroll{overflow:auto;max-height:28rem;margin:.3rem 0;width:max-content;max-width:100%;${goesOn}}
.syw.syw.syw .syw-data{border-collapse:collapse;font-size:12.5px;margin:0;color:var(--syw-ink)}
.syw.syw.syw .syw-data :is(th,td){padding:.1rem .6rem;border:1px solid var(--syw-line);text-align:right;background:none}
.syw.syw.syw :is(.syw-words :is(th,td),.syw-data .syw-said){text-align:left;vertical-align:top}
.syw.syw.syw table.syw-words{min-width:36rem}
.syw-scroll:has(.syw-words){max-height:none}
.syw.syw.syw .syw-data caption{padding:.3rem 0 .1rem;text-align:left;color:var(--syw-muted);caption-side:top;position:sticky;left:0;max-width:100cqi}`;

const narrow = `@container (max-width:38rem){
 .syw-picture{font-size:max(14px,calc(var(--syw-wide)*1px/32))}
 .syw-claims .syw-row{grid-template-columns:minmax(0,1fr) auto auto}
 .syw-claims .syw-row>:nth-child(3){grid-column:2}
 :is(.syw-lines,.syw-answer,.syw-points) .syw-row{grid-template-columns:minmax(0,1fr) auto}
 .syw-block .syw-row>:nth-child(n){grid-row:1}
 .syw-block .syw-row>:nth-child(2){grid-row:2;grid-column:1/-1}
 .syw-lines .syw-row>:nth-child(3){grid-row:3;grid-column:1/-1;padding-left:1.6rem}
 .syw-lines .syw-row>:nth-child(4){grid-column:2}
 .syw-block .syw-row>.syw-evidence{grid-row:3;grid-column:1/-1}
 .syw-block .syw-row>.syw-breaks{grid-row:4;grid-column:1/-1}
 .syw.syw.syw table.syw-words{min-width:0}
 .syw-words thead{display:none}
 .syw-words :is(caption,tbody,tr,td){display:block}
 .syw-words tr{padding:.4rem 0;border-top:1px solid var(--syw-line)}
 .syw.syw.syw .syw-words td{padding:.05rem 0;border:0}
 .syw-words td+td::before{content:attr(data-name) ": ";color:var(--syw-muted)}
}`;

/** Printed, a claim's evidence stays folded but for what its row says; more claims of a question are open. A block of more than six rows may be broken between two. */
const printed = `@media print{
 .syw-row,.syw-box,.syw-block:not(:has(>:nth-child(9))){break-inside:avoid}.syw-head{break-inside:avoid;break-after:avoid}
 .syw-block{-webkit-box-decoration-break:clone;box-decoration-break:clone}
 .syw-claims .syw-row{grid-template-columns:5.2rem auto minmax(0,1fr)}
 .syw-claims .syw-row>:nth-child(2){grid-area:1/2/2/4}
 .syw-claims .syw-row>:nth-child(3){grid-area:2/2}
 .syw-claims .syw-row>:nth-child(4){grid-area:2/3;text-align:left}
 .syw-bar{display:none}.syw-line>:last-child{background:none}
 .syw-scroll{overflow:visible;max-height:none;background:none;break-inside:avoid}.syw-data tr{break-inside:avoid}
 .syw-lines .syw-row{grid-template-columns:5.2rem minmax(0,1fr) 3.6rem}
 .syw-lines .syw-row>:nth-child(2){grid-row:1;grid-column:2}
 .syw-lines .syw-row>:nth-child(3){grid-row:2;grid-column:2;padding-left:1.6rem}
 .syw-lines .syw-row>:nth-child(4){grid-row:1;grid-column:3}
 .syw details:not(.syw-more),.syw-more>summary,.syw-lines .syw-row:has(>.syw-evidence):not(:has(>.syw-mark)){display:none}
 .syw-more::details-content{content-visibility:visible;display:block}
}`;

export const styles = compact(`${tokens}\n${blocks}\n${figureStyle}\n${narrow}\n${printed}`);
