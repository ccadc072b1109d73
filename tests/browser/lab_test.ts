import assert from "node:assert/strict";
import { basename } from "node:path";
import type { Page } from "playwright-core";
import { isVerdict, type Verdict } from "lib/proof/verdict.ts";
import { root } from "../../tools/command.ts";
import { courseMetadata, readNotebook, writeNotebook } from "../../tools/notebook.ts";
import { verdictMime } from "../../tools/run/verdict.ts";
import {
  assertDrawn,
  browserTest,
  keep,
  same,
  seriousFaults,
  stillPicture,
  withBrowser,
  withFolder,
} from "./browser.ts";
import { disturbed, twoAtOnce } from "./faults.ts";
import { type Application, type Lab, runAll, scrollTo, type Shown, withLab } from "./lab.ts";

browserTest("law: question 4 in a real JupyterLab, by Run All", async (t) => {
  await inLab(async ({ page, open }, folder, path) => {
    await writeNotebook(`${folder}/04_gan.ipynb`, await readNotebook(`${root}/notebooks/04_gan.ipynb`));
    await open(`${path}/04_gan.ipynb`);
    const cells = await runAll(page);
    await t.step("every verdict is there, in its own cell", () => verdicts(cells));
    await t.step("figures are drawn, and of full height after the slider moved", () => figures(page));
    await t.step("formulas are typeset, in text and in outputs", () => formulas(page));
    await t.step("JupyterLab's own rules leave our blocks alone, light and dark", () => themes(page));
    const size = 60;
    await writeNotebook(`${folder}/many.ipynb`, manyCells(size));
    await open(`${path}/many.ipynb`);
    await t.step(`${size} cells at once: no output lost or in a strange cell`, async () => {
      assert.deepEqual(misplaced(await runAll(page)), []);
    });
  });
}, { of: ["04_gan"] });

browserTest("edge: what goes wrong while somebody works in JupyterLab", async (t) => {
  await inLab(async (lab, folder, path) => {
    await disturbed(t, lab, folder, path);
    await t.step("two notebooks at once keep their outputs apart", () => twoAtOnce(lab, folder, path));
  });
});

browserTest("law: JupyterLab underlines a type error as it is written, explains and completes", async (t) => {
  const settings = { "@jupyterlab/docmanager-extension:plugin": { autosave: false } };
  await withBrowser((browser) =>
    withLab(browser, async ({ page, open }) => {
      await open("notebooks/04_gan.ipynb");
      await page.waitForSelector("text=Fully initialized", { timeout: 60_000 });
      await writeInto(page, "answer-A", '\nA = (alpha) => [[1, "x"], [-alpha, 1]];\nMath.hyp');
      await t.step("Tab completes", async () => {
        await page.keyboard.press("Tab");
        await page.waitForFunction(() =>
          document.querySelector(".jp-Completer-item")?.textContent?.includes("hypot") ||
          [...document.querySelectorAll(".cm-line")].some((line) => line.textContent === "Math.hypot")
        );
        await page.keyboard.press("Escape");
      });
      const underlined = page.locator(".cm-lintRange-error");
      await t.step("the place of the error is underlined, and no other cell", async () => {
        await underlined.filter({ hasText: '"x"' }).waitFor({ timeout: 60_000 });
        const texts = await underlined.allTextContents();
        assert.deepEqual(texts.filter((text) => text !== '"x"' && !"Math.hypot".includes(text)), []);
      });
      await t.step("it says why, on a hover", async () => {
        await underlined.filter({ hasText: '"x"' }).hover();
        await page.waitForSelector("text=Type 'string' is not assignable to type 'number'");
        await keep(page, "lab-squiggle");
      });
    }, { configured: true, settings })
  );
}, { of: ["04_gan"] });

browserTest("law: 1,000 cells by Run All: no output lost or in a strange cell", async () => {
  await inLab(async ({ page, open }, folder, path) => {
    await writeNotebook(`${folder}/many.ipynb`, manyCells(1000));
    await open(`${path}/many.ipynb`);
    assert.deepEqual(misplaced(await runAll(page, 600_000)), []);
  });
}, { long: true });

/** A JupyterLab with a folder for notebooks in the course (where `lib/` is known), as a path and as Lab names it. */
async function inLab(use: (lab: Lab, folder: string, path: string) => Promise<void>) {
  await withFolder((folder) =>
    withBrowser((browser) => withLab(browser, (lab) => use(lab, folder, `build/${basename(folder)}`)))
  );
}

/** Writes at the end of a cell, as a reader does. */
async function writeInto(page: Page, id: string, text: string) {
  await page.evaluate(async (id) => {
    const { content } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget;
    const at = content.widgets.findIndex(({ model }) => model.id === id);
    content.deselectAll();
    content.activeCellIndex = at;
    await content.scrollToItem(at, "start");
    Object.assign(content, { mode: "edit" });
  }, id);
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(text);
}

/** The verdicts that a cell's own words promise: answers by name, derivations and claims by id. */
function verdicts(cells: readonly Shown[]) {
  let seen = 0;
  for (const { id, source, outputs } of cells) {
    assert.ok(!outputs.some(({ output_type }) => output_type === "error"), id);
    const shown = outputs.flatMap(({ data }) => data?.[verdictMime] ?? []).flat().filter(isVerdict);
    const promised = /show\(\s*(answer|derivation|proof|claims)\(\s*"([^"]+)"/.exec(source);
    if (promised === null) {
      assert.deepEqual(shown, [], `${id} shows a verdict that is not its own`);
      continue;
    }
    const [, kind, name] = promised;
    assert.ok(shown.length > 0, `${id} shows no verdict`);
    for (const verdict of shown as Verdict[]) {
      if (kind === "proof") assert.ok(source.includes(`proof("${verdict.id}"`), `${id}: ${verdict.id}`);
      else assert.equal(kind === "answer" ? verdict.answer : verdict.id.slice(0, name.length), name, id);
      assert.ok(["holds", "noted"].includes(verdict.status), `${id}: ${verdict.id} is ${verdict.status}`);
    }
    seen++;
  }
  assert.ok(seen >= 11, `${seen} cells with verdicts`);
}

async function figures(page: Page) {
  for (const [id, height] of [["q4-3-figure", 400], ["q4-further-figure", 420]] as const) {
    const index = await scrollTo(page, id);
    const plot = page.locator(`.jp-Cell[data-windowed-list-index="${index}"] .js-plotly-plot`).first();
    await plot.scrollIntoViewIfNeeded();
    await keep(page, `lab-${id}`);
    await assertDrawn(plot, height);
    const slider = plot.locator(".slider-rail-touch-rect");
    if (await slider.count() === 0) continue;
    const seen = [await stillPicture(plot)];
    for (const share of [0.95, 0.05]) {
      const { x, y, width, height: tall } = (await slider.boundingBox())!;
      await page.mouse.click(x + share * width, y + tall / 2);
      const picture = await assertDrawn(plot, height);
      assert.ok(!seen.some((before) => same(before, picture)), `${id}: the picture has not changed`);
      seen.push(picture);
    }
    await keep(page, `lab-${id}-moved`);
    // the same by keyboard: a role, a name, a value, and a key that moves both
    const named = plot.getByRole("slider"), now = () => named.getAttribute("aria-valuenow");
    assert.equal(await named.getAttribute("aria-label"), "learning rate α");
    const before = Number(await now());
    await named.focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(
      (wanted) => document.activeElement?.getAttribute("aria-valuenow") === wanted,
      String(before + 1),
    );
    assert.ok(
      !same(seen.at(-1)!, await assertDrawn(plot, height)),
      `${id}: a key has not changed the picture`,
    );
  }
}

async function formulas(page: Page) {
  await scrollTo(page, "q4-title");
  await page.waitForSelector(".jp-RenderedMarkdown mjx-container");
  const index = await scrollTo(page, "q4-3-claims");
  const output = page.locator(`.jp-Cell[data-windowed-list-index="${index}"] .jp-OutputArea`);
  assert.ok(await output.locator("math").count() > 10);
  for (const words of await page.locator(".jp-RenderedMarkdown, .syw").allInnerTexts()) {
    assert.doesNotMatch(words, /\$|\\frac|\\begin/);
  }
}

async function themes(page: Page) {
  const index = await scrollTo(page, "q4-3-claims");
  const block = page.locator(`.jp-Cell[data-windowed-list-index="${index}"] .syw-block`).first();
  const look = () =>
    block.evaluate((place) => {
      const { backgroundColor, color } = getComputedStyle(place);
      const code = place.closest(".syw")?.querySelector("code");
      return { backgroundColor, color, room: code ? getComputedStyle(code).padding : "" };
    });
  assert.deepEqual(await look(), {
    backgroundColor: "rgb(255, 255, 255)",
    color: "rgba(0, 0, 0, 0.87)",
    room: "0px",
  });
  await page.evaluate(async () => {
    const { commands } = (globalThis as unknown as Application).jupyterapp;
    await commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" });
  });
  await page.waitForSelector('body[data-jp-theme-light="false"]', { state: "attached" });
  assert.deepEqual(await look(), {
    backgroundColor: "rgb(17, 17, 17)",
    color: "rgb(255, 255, 255)",
    room: "0px",
  });
  assert.deepEqual(await seriousFaults(page, ["color-contrast"], ".syw"), []);
  await keep(page, "lab-dark");
}

/** Cells of five kinds, each saying its number with everything it shows. */
function manyCells(count: number) {
  const source = (n: number) => {
    const piece = (k: number | string) => `"piece-${n}-${k} "`;
    switch (n % 5) {
      case 0:
        return `for (const k of [0, 1, 2, 3, 4, 5]) console.log("piece-${n}-" + k + " ");`;
      case 1:
        return `await new Promise((done) => setTimeout(done, 5));\n${piece(0)}`;
      case 2:
        return `await show({ kind: "fragment", html: ${piece(0)}, text: ${piece(0)} });\n${piece(1)}`;
      case 3:
        return `console.log(${piece(0)});\n${piece(1)} + "x".repeat(200_000)`;
      default:
        return `console.error(${piece(0)}); console.log(${piece(1)});\n${piece(2)}`;
    }
  };
  const code = (id: string, source: string) => ({
    cell_type: "code" as const,
    id,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  });
  const cells = Array.from({ length: count }, (_, n) => code(`cell-${n}`, source(n)));
  const first = code("imports", 'import { show } from "lib/show/mod.ts";');
  return { nbformat: 4 as const, nbformat_minor: 5, metadata: courseMetadata, cells: [first, ...cells] };
}

/** Pieces that each kind of cell shows, by the text of its outputs. */
const pieces = [[0, 1, 2, 3, 4, 5], [0], [0, 1], [0, 1], [0, 1, 2]];

/** What is lost or in a strange cell, in words. */
function misplaced(cells: readonly Shown[]): string[] {
  return cells.filter(({ id }) => id !== "imports").flatMap(({ id, outputs }) => {
    const n = Number(id.slice("cell-".length));
    const text = outputs.map((o) => [o.text ?? o.data?.["text/plain"]].flat().join("")).join("\n");
    const found = [...text.matchAll(/piece-(\d+-\d+) /g)].map(([, name]) => name).sort();
    const wanted = pieces[n % 5].map((k) => `${n}-${k}`).sort();
    return String(found) === String(wanted) ? [] : [`cell ${n}: expected ${wanted}, got ${found}`];
  });
}
