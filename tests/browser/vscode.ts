import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import type { Notebook } from "../../tools/notebook.ts";
import { keep, seriousFaults } from "./browser.ts";
import { frontEnds, picked, plotlyMime } from "./front_ends.ts";

/**
 * A page that treats a notebook's outputs as VS Code's does: each picked form in a place of its own, HTML by
 * `innerHTML` with its scripts evaluated afterwards, figures by data and layout alone, the policy of its webview, the
 * theme in variables on the body. VS Code itself is not run.
 */

const [vsCode] = frontEnds;
const require = createRequire(import.meta.url);
const plotly = Deno.readTextFileSync(require.resolve("plotly.js-dist/plotly.js"));

const policy = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
  "img-src https: http: data: blob:; font-src https: data:; connect-src https:";

const themes = {
  dark: { paper: "#1f1f1f", ink: "#cccccc" },
  light: { paper: "#ffffff", ink: "#3b3b3b" },
} as const;

const shell = (theme: keyof typeof themes) => {
  const { paper, ink } = themes[theme];
  return `<!DOCTYPE html><html lang="en"><head><title>outputs</title>` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}"></head>` +
    `<body class="vscode-${theme}" data-vscode-theme-kind="vscode-${theme}" style="--vscode-editor-background:${paper};` +
    `--vscode-editor-foreground:${ink};background:${paper};color:${ink};margin:20px;width:900px"><main></main></body></html>`;
};

/** What VS Code shows of a notebook is drawn, readable, and of enough contrast, dark and light. */
export async function shownInVsCode(browser: Browser, name: string, notebook: Notebook): Promise<void> {
  const forms = notebook.cells.flatMap((cell) => "outputs" in cell ? cell.outputs : []).flatMap((output) => {
    if (output.output_type === "stream") return [{ mime: "text/plain", value: output.text as unknown }];
    if (!("data" in output)) return [];
    const mime = picked(output, vsCode);
    return mime ? [{ mime, value: output.data[mime] }] : [];
  });
  for (const theme of ["dark", "light"] as const) {
    const page = await (await browser.newContext({ offline: true, viewport: { width: 960, height: 900 } }))
      .newPage();
    const requests: string[] = [], complaints: string[] = [];
    page.on("request", (r) => /^(data|blob|about):/.test(r.url()) || requests.push(r.url()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.setContent(shell(theme));
    await page.addScriptTag({ content: plotly });
    const blank = await show(page, forms);
    await keep(page, `vscode-${name}-${theme}`, { fullPage: true });
    assert.deepEqual(blank, [], `${name}, ${theme}: outputs of which nothing is seen`);
    const figures = forms.filter(({ mime }) => mime === plotlyMime).length;
    assert.equal(await page.locator(".js-plotly-plot .main-svg:first-child").count(), figures);
    assert.deepEqual(await seriousFaults(page, ["color-contrast"], ".syw"), [], `${name}, ${theme}`);
    assert.deepEqual([requests, complaints], [[], []]);
    await page.context().close();
  }
}

/** Puts the outputs on the page; those of which nothing can be seen, by number. */
const show = (page: Page, forms: readonly { mime: string; value: unknown }[]) =>
  page.evaluate(async (forms) => {
    type Library = { newPlot(place: Element, data: unknown, layout: unknown): Promise<void> };
    const { Plotly } = globalThis as unknown as { Plotly: Library };
    const places: HTMLElement[] = [];
    for (const { mime, value } of forms) {
      const place = document.createElement("div");
      document.querySelector("main")!.append(place);
      places.push(place);
      if (mime === "application/vnd.plotly.v1+json") {
        const { data, layout } = value as { data: unknown; layout: unknown };
        await Plotly.newPlot(place, structuredClone(data), structuredClone(layout));
      } else if (mime === "text/html") {
        place.innerHTML = String(value);
        for (const given of [...place.getElementsByTagName("script")]) {
          const script = document.createElement("script");
          script.text = given.innerText;
          if (given.type) script.type = given.type;
          place.appendChild(script).remove();
        }
      } else place.append(Object.assign(document.createElement("pre"), { textContent: String(value) }));
    }
    for (let k = 0; k < 5; k++) await new Promise(requestAnimationFrame);
    return places.flatMap((place, k) => {
      const seen = place.innerText.trim() !== "" || place.querySelector("svg") !== null;
      return seen && place.offsetHeight > 8 ? [] : [k];
    });
  }, forms);
