import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { root } from "../../tools/command.ts";
import { type Formula, takeFormulas } from "../../tools/handout/markdown.ts";
import { readNotebook, writeNotebook } from "../../tools/notebook.ts";
import { executeNotebook } from "../../tools/run/execute.ts";
import { assertDrawn, browserTest, environment, keep, withBrowser, withFolder } from "./browser.ts";

browserTest(
  "law: a bare export by nbconvert, as by JupyterLab, stays readable with the network off",
  async () => {
    await withFolder(async (folder) => {
      const path = `${root}/notebooks/04_gan.ipynb`;
      const { notebook } = await executeNotebook(path, await readNotebook(path));
      await writeNotebook(`${folder}/04_gan.ipynb`, notebook);
      const { success, stderr } = await new Deno.Command(environment.python, {
        args: ["-m", "nbconvert", "--to", "html", "--log-level=ERROR", `${folder}/04_gan.ipynb`],
        env: { JUPYTER_NO_CONFIG: "1" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      await withBrowser(async (browser) => {
        const page = await (await browser.newContext({ offline: true })).newPage();
        const faults: string[] = [];
        page.on("pageerror", (error) => faults.push(error.message));
        await page.goto(pathToFileURL(`${folder}/04_gan.html`).href);
        await page.waitForSelector(".jp-RenderedMarkdown math");
        const words = await page.evaluate(() =>
          [...document.querySelectorAll(".jp-RenderedMarkdown")].map((text) => {
            const prose = text.cloneNode(true) as HTMLElement;
            for (const code of prose.querySelectorAll("code, pre")) code.remove();
            return prose.textContent;
          }).join("\n")
        );
        assert.doesNotMatch(words, /\$|\\begin|\\alpha/);
        const formulas: Formula[] = [];
        for (const { cell_type, source } of notebook.cells) {
          if (cell_type === "markdown") takeFormulas(source, formulas);
        }
        assert.equal(await page.locator(".jp-RenderedMarkdown math").count(), formulas.length);
        await page.waitForSelector(".syw-plot .main-svg");
        const plot = page.locator(".syw-plot").first();
        await assertDrawn(
          plot,
          await plot.evaluate((place) => parseFloat((place as HTMLElement).style.height)),
        );
        await keep(page, "export", { fullPage: true });
        assert.deepEqual(faults, []);
      });
    });
  },
);
