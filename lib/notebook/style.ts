/**
 * The look of everything a cell shows. Tokens are the notebook theme's own where there is one (JupyterLab,
 * VS Code), ours elsewhere; blocks stack by the width of their container, not of the window.
 */
export const mathFont = `"STIX Two Math","STIX Two Math Web","Cambria Math","Latin Modern Math",math`;

const light =
  `--syw-paper:#fff;--syw-ink:#1b1f24;--syw-muted:#5b6570;--syw-line:#d8dde3;--syw-wash:#f6f8fa;` +
  `--syw-accent:#0b5fad;--syw-holds:#0a6b3d;--syw-almost:#8a5a00;--syw-no:#a3231b;--syw-tint:#fbeeed`;
const dark =
  `--syw-paper:#111418;--syw-ink:#e6e9ed;--syw-muted:#9aa5b1;--syw-line:#313943;--syw-wash:#191e24;` +
  `--syw-accent:#7db7f0;--syw-holds:#56c28a;--syw-almost:#e0b050;--syw-no:#f08a80;--syw-tint:#2b1b1b`;

/** Where a page is dark: JupyterLab and VS Code say so on the body, a handout follows the reader's system. */
export const tokens = `.syw{${light}}
body[data-jp-theme-light="false"] .syw,body.vscode-dark .syw,body.vscode-high-contrast .syw{${dark}}
@media (prefers-color-scheme:dark){body.syw-handout .syw,body.syw-handout{${dark}}}
@media print{.syw,body.syw-handout,body.syw-handout .syw{${light}}}`;

export const styles = `${tokens}
.syw{container-type:inline-size;max-width:52rem;margin:.35rem 0 .6rem;color:var(--syw-ink);
 font:400 15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
.syw *{box-sizing:border-box}
.syw math{font-family:${mathFont};font-size:1.08em}
.syw code,.syw pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:none;color:inherit;padding:0}
.syw-block{border:1px solid var(--syw-line);border-radius:6px;background:var(--syw-paper);overflow:hidden}
.syw-head{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between;align-items:baseline;padding:.5rem .9rem;
 background:var(--syw-wash);border-bottom:1px solid var(--syw-line)}
.syw-head b{font-weight:650}
.syw-head span{color:var(--syw-muted);font-size:13px}
.syw-row{display:grid;gap:.15rem .9rem;padding:.55rem .9rem;align-items:baseline;border-top:1px solid var(--syw-line)}
.syw-head+.syw-row,.syw-hidden+.syw-row{border-top:0}
.syw-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.syw-claims .syw-row{grid-template-columns:5.6rem minmax(0,1fr) auto 8rem}
.syw-lines .syw-row{grid-template-columns:5.6rem minmax(0,3fr) minmax(0,2fr) 4rem}
.syw-answer .syw-row{grid-template-columns:8.4rem minmax(0,1fr) auto}
.syw-points .syw-row{grid-template-columns:8.4rem minmax(0,1fr) auto}
.syw-mark{white-space:nowrap;font-weight:600;color:var(--syw-muted)}
.syw-mark i{display:inline-block;width:1.35em;font-style:normal}
.syw-holds>.syw-mark{color:var(--syw-holds)}.syw-almost>.syw-mark{color:var(--syw-almost)}
.syw-no>.syw-mark,.syw-defective>.syw-mark{color:var(--syw-no)}
.syw-lines .syw-no{background:var(--syw-tint)}
.syw-lines .syw-after{opacity:.55}
.syw-line{display:grid;grid-template-columns:1.6rem minmax(0,1fr);align-items:baseline;overflow-x:auto;overflow-y:hidden}
.syw-line>:first-child{color:var(--syw-muted);text-align:center}
.syw-pill{border:1px solid var(--syw-line);border-radius:99px;padding:0 .55rem;font-size:12.5px;color:var(--syw-muted);white-space:nowrap}
.syw-quiet{color:var(--syw-muted);font-size:13px}
.syw-right{text-align:right}
.syw-breaks{grid-column:2/-1;color:var(--syw-no);font-size:14px}
.syw details{margin-top:.1rem;font-size:13px;color:var(--syw-muted)}
.syw summary{cursor:pointer;color:var(--syw-accent);width:max-content}
.syw summary:focus-visible{outline:2px solid var(--syw-accent);outline-offset:2px}
.syw details ul{margin:.25rem 0;padding-left:1.1rem}.syw details li{margin:.1rem 0}
.syw details pre{overflow-x:auto;margin:.3rem 0;padding:.5rem .7rem;background:var(--syw-wash);border-radius:4px;color:var(--syw-ink)}
.syw-box{border-left:4px solid var(--syw-almost);background:var(--syw-wash);border-radius:0 6px 6px 0;padding:.6rem .95rem;margin-top:.6rem}
.syw-box p{margin:.15rem 0}
.syw-box b.syw-title{color:var(--syw-almost)}
.syw-caption{font-size:14px;color:var(--syw-muted);max-width:46rem}
.syw-caption b{color:var(--syw-ink)}
.syw-bar{height:6px;border-radius:3px;background:var(--syw-line);overflow:hidden;max-width:24rem}
.syw-bar i{display:block;height:100%;background:var(--syw-accent)}
.syw table.syw-data{border-collapse:collapse;font-size:12.5px;margin:.3rem 0;display:block;max-height:20rem;overflow:auto}
.syw table.syw-data :is(th,td){padding:.1rem .6rem;border:1px solid var(--syw-line);text-align:right;background:none}
@container (max-width:38rem){
 .syw-claims .syw-row,.syw-lines .syw-row{grid-template-columns:minmax(0,1fr) auto}
 .syw-claims .syw-row>*,.syw-lines .syw-row>*{grid-column:1/-1}
 .syw-claims .syw-row>:nth-child(n+3){grid-column:auto}
 .syw-lines .syw-row>:nth-child(n+3):not(.syw-breaks){grid-column:auto}
 .syw-answer .syw-row,.syw-points .syw-row{grid-template-columns:minmax(0,1fr) auto}
 .syw-answer .syw-row>:nth-child(2),.syw-points .syw-row>:nth-child(2){grid-row:2;grid-column:1/-1}
}
@media print{.syw details>*{display:block}.syw-block{break-inside:avoid}}`.replace(/\n\s*/g, "\n");
