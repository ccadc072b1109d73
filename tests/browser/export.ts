import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { type Formula, takeFormulas } from "../../tools/handout/markdown.ts";
import { courseMetadata, type Notebook, writeNotebook } from "../../tools/notebook.ts";
import { assertDrawn, environment, keep } from "./browser.ts";

/** Executed notebooks exported without us: by the bare nbconvert, which is also what JupyterLab's menu calls. */

/** `nbconvert --to html` with no template, no configuration: NAME.html beside each NAME.ipynb. */
export async function exportAll(folder: string, names: readonly string[]): Promise<void> {
  const empty = { nbformat: 4 as const, nbformat_minor: 5, metadata: courseMetadata, cells: [] };
  await writeNotebook(`${folder}/empty.ipynb`, empty);
  const { success, stderr } = await new Deno.Command(environment.python, {
    args: [
      ...["-m", "nbconvert", "--to", "html", "--log-level=ERROR"],
      ...["empty", ...names].map((name) => `${folder}/${name}.ipynb`),
    ],
    env: { JUPYTER_NO_CONFIG: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** With the network off: formulas typeset, figures drawn, and nothing asked for but what nbconvert's own page asks for. */
export async function readable(
  browser: Browser,
  folder: string,
  name: string,
  notebook: Notebook,
): Promise<void> {
  const bare = await opened(browser, `${folder}/empty.html`);
  await bare.page.context().close();
  const { page, requests, faults } = await opened(browser, `${folder}/${name}.html`);
  const formulas: Formula[] = [];
  for (const { cell_type, source } of notebook.cells) {
    if (cell_type === "markdown") takeFormulas(source, formulas);
  }
  await page.waitForFunction(
    (count) => document.querySelectorAll(".jp-RenderedMarkdown math").length >= count,
    formulas.length,
  );
  assert.equal(await page.locator(".jp-RenderedMarkdown math").count(), formulas.length);
  assert.doesNotMatch(await prose(page), /\$|\\begin|\\alpha/);
  const plots = page.locator(".syw-plot");
  const wanted = notebook.cells.flatMap((cell) => "outputs" in cell ? cell.outputs : [])
    .filter((output) => "data" in output && "application/vnd.plotly.v1+json" in output.data).length;
  assert.equal(await plots.count(), wanted);
  for (const plot of wanted > 0 ? [plots.first(), plots.last()] : []) {
    await plot.locator(".main-svg").first().waitFor();
    await plot.scrollIntoViewIfNeeded();
    await assertDrawn(plot, await plot.evaluate((place) => parseFloat((place as HTMLElement).style.height)));
  }
  await keep(page, `export-${name}`, { fullPage: true });
  assert.deepEqual(faults, []);
  assert.deepEqual([...requests].filter((address) => !bare.requests.has(address)), []);
  await page.context().close();
}

async function opened(browser: Browser, file: string) {
  const page = await (await browser.newContext({ offline: true })).newPage();
  const requests = new Set<string>(), faults: string[] = [];
  const own = pathToFileURL(file).href;
  page.on("request", (r) => /^(data|blob):/.test(r.url()) || r.url() === own || requests.add(r.url()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(own);
  return { page, requests, faults };
}

const prose = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".jp-RenderedMarkdown")].map((text) => {
      const prose = text.cloneNode(true) as HTMLElement;
      for (const code of prose.querySelectorAll("code, pre")) code.remove();
      return prose.textContent;
    }).join("\n")
  );
