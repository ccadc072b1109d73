import assert from "node:assert/strict";
import { basename } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Notebook } from "../../tools/notebook.ts";
import { keep, seriousFaults } from "./browser.ts";
import { faults } from "./figures.ts";
import { plotlyMime, wordsOf } from "./front_ends.ts";
import { type Application, type Lab, withLab } from "./lab.ts";

/** Executed notebooks opened again in a real JupyterLab, all cells drawn at once: what they look like, light and dark. */
export async function inLab(
  t: Deno.TestContext,
  browser: Browser,
  folder: string,
  notebooks: ReadonlyMap<string, Notebook>,
): Promise<void> {
  const files = [...notebooks.keys()].map((name) => `${folder}/${name}.ipynb`);
  await withLab(browser, async (lab) => {
    for (const [name, notebook] of notebooks) {
      await t.step(`${name} in JupyterLab, light and dark`, () => reopened(lab, folder, name, notebook));
      await t.step(`${name} exported by JupyterLab says the same`, () => exported(lab, folder, name));
    }
  }, { trusted: files, settings: { "@jupyterlab/notebook-extension:tracker": { windowingMode: "none" } } });
}

async function reopened({ page, open }: Lab, folder: string, name: string, notebook: Notebook) {
  await theme(page, "JupyterLab Light");
  await open(`build/${basename(folder)}/${name}.ipynb`);
  const figures = notebook.cells.flatMap((cell) => "outputs" in cell ? cell.outputs : [])
    .filter((output) => "data" in output && plotlyMime in output.data).length;
  await page.waitForFunction(
    (count) =>
      document.querySelectorAll(".jp-OutputArea .js-plotly-plot .main-svg:first-child").length >= count,
    figures,
  );
  for (const words of await page.locator(".jp-OutputArea .syw").allInnerTexts()) {
    assert.doesNotMatch(words, /\$[^$]*\\/);
  }
  assert.deepEqual(await seriousFaults(page, undefined, ".jp-OutputArea .syw"), [], "light");
  await pictures(page, `lab-${name}`);
  await theme(page, "JupyterLab Dark");
  assert.deepEqual(await seriousFaults(page, ["color-contrast"], ".jp-OutputArea .syw"), [], "dark");
  await pictures(page, `lab-${name}-dark`);
  await narrow(page, name);
}

/** At 800 px with the file browser open an output has 370 px: figures take their narrow layout, and nothing is wider. */
async function narrow(page: Page, name: string) {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 800, height: 1000 });
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".jp-RenderedPlotly")].every((plot) => {
      const { layout } = plot as unknown as { layout?: { meta?: { narrow?: unknown } } };
      return !layout?.meta?.narrow || plot.nextElementSibling?.querySelector(".main-svg");
    })
  );
  await page.waitForTimeout(500);
  await pictures(page, `lab-${name}-narrow`);
  assert.deepEqual(await faults(page), [], "words of figures");
  const wide = await page.locator(".jp-OutputArea-output, .jp-MarkdownOutput").evaluateAll((outputs) =>
    outputs.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) =>
      `${one.scrollWidth} of ${one.clientWidth} px: ${one.textContent.trim().slice(0, 60)}`
    )
  );
  assert.deepEqual(wide, [], "wider than their cell");
  await page.setViewportSize(before);
}

const theme = async (page: Page, theme: string) => {
  if (page.url() === "about:blank") return;
  await page.evaluate(async (theme) => {
    const { jupyterapp } = globalThis as unknown as Application;
    await jupyterapp.commands.execute("apputils:change-theme", { theme });
  }, theme);
  const light = String(theme.endsWith("Light"));
  await page.waitForSelector(`body[data-jp-theme-light="${light}"]`, { state: "attached" });
};

/** One long picture of the notebook, for eyes. */
async function pictures(page: Page, name: string) {
  if (!Deno.env.get("SYW_SHOTS")) return;
  const height = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll(".jp-NotebookPanel .jp-WindowedPanel-outer")].map((one) =>
        one.scrollHeight
      ),
    )
  );
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: before.width, height: Math.min(16_000, height + 200) });
  await page.waitForTimeout(1000);
  await keep(page, name);
  await page.setViewportSize(before);
}

/** File, Save and Export Notebook As, HTML: the server's own conversion. */
async function exported({ address, token }: Lab, folder: string, name: string) {
  const response = await fetch(
    `${address}/nbconvert/html/build/${basename(folder)}/${name}.ipynb?download=false&token=${token}`,
  );
  const html = await response.text();
  assert.equal(response.status, 200, html.slice(0, 300));
  const bare = await Deno.readTextFile(`${folder}/${name}.html`);
  // the text of the two pages, without what differs between any two exports
  const text = (page: string) => wordsOf(page).replace(/\s+/g, " ");
  assert.equal(text(html), text(bare));
}
