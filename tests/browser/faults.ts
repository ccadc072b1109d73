import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { courseMetadata, type Notebook, readNotebook, writeNotebook } from "../../tools/notebook.ts";
import { keep, seriousFaults } from "./browser.ts";
import { type Application, type Lab, runAll, type Shown } from "./lab.ts";

/** What goes wrong while somebody works, in a real JupyterLab. */

const notebookOf = (cells: Readonly<Record<string, string>>): Notebook => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: courseMetadata,
  cells: Object.entries(cells).map(([id, source]) => ({
    cell_type: "code",
    id,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  })),
});

/** A real training, long enough to be disturbed. */
const training = {
  imports: [
    `import { begin, progress } from "lib/show/mod.ts";`,
    `import { trainRealNvp, twoMoons } from "lib/flow/solution/training.ts";`,
    `import { random } from "lib/math/random.ts";`,
    `await begin();`,
  ].join("\n"),
  before: `const kept = 42;\nconsole.log("process " + Deno.pid);`,
  training: [
    `const bar = await progress("training", 100_000);`,
    `let reached = 0;`,
    `await trainRealNvp(twoMoons(random(1), 200), { steps: 100_000, keep: [0], report: (k) => (reached = k, bar.at(k)) });`,
  ].join("\n"),
};

export async function disturbed(t: Deno.TestContext, { page, open }: Lab, folder: string, path: string) {
  const file = `${folder}/training.ipynb`;
  await writeNotebook(
    file,
    notebookOf({
      ...training,
      loop: "while (true);",
      after: `console.log("kept " + kept, typeof reached === "number");`,
    }),
  );
  await open(`${path}/training.ipynb`);
  await idle(page);
  await t.step("an interrupt in mid-training stops the cell, and the session is kept", async () => {
    await run(page, ["imports", "before"]);
    await started(page);
    await command(page, "notebook:interrupt-kernel");
    await idle(page);
    assert.match(textOf(await shown(page, "training")), /training: \d+ %|AbortError/);
    await run(page, ["after"]);
    assert.match(textOf(await shown(page, "after")), /kept 42 true/);
  });
  await t.step(
    "a loop without an end is told under its cell; its kernel killed: the page says so, the file is whole, and a restart works",
    async () => {
      await run(page, ["before"]);
      const pid = Number(/process (\d+)/.exec(textOf(await shown(page, "before")))?.[1]);
      await run(page, ["loop"], { wait: false });
      const line = page.locator(".jp-Cell > .syw [role=status]");
      await page.locator(".jp-InputPrompt", { hasText: "[*]" }).waitFor();
      await page.waitForTimeout(1500);
      assert.equal(await line.count(), 0, "told at once");
      // ten seconds go by at once
      await page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() + 10_000;
      });
      await line.filter({ hasText: "Nothing has moved" }).waitFor();
      assert.deepEqual(await seriousFaults(page, ["color-contrast"], ".jp-Cell > .syw"), []);
      await command(page, "docmanager:save");
      const saved = await Deno.readTextFile(file);
      Deno.kill(pid, "SIGKILL");
      const dialog = page.locator(".jp-Dialog", { hasText: /Kernel Restarting/ });
      await dialog.waitFor({ timeout: 30_000 });
      assert.match(await dialog.innerText(), /appears to have died\. It will restart automatically/);
      await keep(page, "lab-kernel-killed");
      await dialog.getByRole("button").last().click();
      await line.filter({ hasText: "The kernel ended before this cell did" }).waitFor();
      assert.equal(await Deno.readTextFile(file), saved);
      const loop = (await readNotebook(file)).cells.find(({ id }) => id === "loop")!;
      assert.ok(loop.cell_type === "code" && loop.outputs.length === 0, "what the page says is not saved");
      assert.match(textOf(await shown(page, "before")), /process \d+/, "what was shown is still there");
      await run(page, ["imports", "before"]);
      const next = Number(/process (\d+)/.exec(textOf(await shown(page, "before")))?.[1]);
      assert.ok(next > 0 && next !== pid, `${next} after ${pid}`);
      await line.waitFor({ state: "detached" });
    },
  );
  await t.step("a tab that is reloaded shows what was saved, and the session goes on", async () => {
    await command(page, "docmanager:save");
    await open(`${path}/training.ipynb`);
    await idle(page);
    assert.match(textOf(await shown(page, "before")), /process \d+/);
    await run(page, ["after"]);
    assert.match(textOf(await shown(page, "after")), /kept 42 false/);
    await run(page, ["before"]);
    assert.match(textOf(await shown(page, "before")), /process \d+/);
  });
}

/** Two notebooks run at the same time; each keeps what is its own. */
export async function twoAtOnce({ page, open }: Lab, folder: string, path: string) {
  const cells = (name: string) =>
    Object.fromEntries([
      ["imports", `import "lib/show/mod.ts";`],
      ...Array.from(
        { length: 20 },
        (_, k) => [`c${k}`, `const own = "${name} ${k};";\nconsole.log(own);\nown`],
      ),
    ]);
  for (const name of ["one", "two"]) await writeNotebook(`${folder}/${name}.ipynb`, notebookOf(cells(name)));
  await open(`${path}/one.ipynb`);
  await idle(page);
  await command(page, "notebook:run-all-cells", { wait: false });
  await page.evaluate(async (path) => {
    const { jupyterapp } = globalThis as unknown as Application;
    await jupyterapp.commands.execute("docmanager:open", { path });
  }, `${path}/two.ipynb`);
  for (const name of ["two", "one"]) {
    await page.evaluate(async (path) => {
      const { jupyterapp } = globalThis as unknown as Application;
      await jupyterapp.commands.execute("docmanager:open", { path });
    }, `${path}/${name}.ipynb`);
    await page.waitForFunction(
      (name) =>
        (globalThis as unknown as Application).jupyterapp.shell.currentWidget.title?.label ===
          `${name}.ipynb`,
      name,
    );
    const all = name === "two" ? await runAll(page) : await settled(page);
    for (const { id, outputs } of all.filter(({ id }) => id !== "imports")) {
      const marks = [...textOf({ outputs }).matchAll(/(one|two) (\d+);/g)].map(([mark]) => mark);
      assert.deepEqual(marks, Array(2).fill(`${name} ${id.slice(1)};`), `${name}, ${id}`);
    }
  }
}

const textOf = ({ outputs }: Pick<Shown, "outputs">) =>
  outputs.map((o) => [o.text ?? o.data?.["text/plain"] ?? `${o.ename}: ${o.evalue}`].flat().join("")).join(
    "\n",
  );

const command = (page: Page, name: string, { wait = true } = {}) =>
  page.evaluate(async ({ name, wait }) => {
    const done = (globalThis as unknown as Application).jupyterapp.commands.execute(name);
    if (wait) await done;
  }, { name, wait });

async function idle(page: Page) {
  await page.waitForFunction(() => {
    const { jupyterapp } = globalThis as unknown as Application;
    return jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === "idle";
  });
}

/** Runs cells by their ids, one after the other. */
async function run(page: Page, ids: readonly string[], { wait = true } = {}) {
  for (const id of ids) {
    await page.evaluate(async ({ id, wait }) => {
      const { jupyterapp } = globalThis as unknown as Application;
      const { content } = jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.findIndex(({ model }) => model.id === id);
      content.deselectAll();
      const done = jupyterapp.commands.execute("notebook:run-cell");
      if (wait) await done;
    }, { id, wait });
    if (wait) await page.waitForTimeout(300);
  }
}

/** Starts the training and comes back when it is under way. */
async function started(page: Page) {
  await run(page, ["training"], { wait: false });
  await page.waitForFunction(() => {
    const { content } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget;
    const { model } = content.widgets.find(({ model }) => model.id === "training")!;
    return model.executionState === "running" && /training: \d/.test(JSON.stringify(model.outputs?.toJSON()));
  });
  await page.waitForTimeout(700);
}

const cellsOf = (page: Page): Promise<Shown[]> =>
  page.evaluate(() => {
    const { widgets } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget.content;
    return widgets.map(({ model }) => ({
      id: model.id,
      source: model.sharedModel.getSource(),
      outputs: model.outputs?.toJSON() ?? [],
    }));
  });

const shown = async (page: Page, id: string): Promise<Shown> =>
  (await cellsOf(page)).find((cell) => cell.id === id)!;

/** The cells of a notebook that was started before, when all have run. */
async function settled(page: Page): Promise<Shown[]> {
  await page.waitForFunction(() => {
    const { widgets } = (globalThis as unknown as Application).jupyterapp.shell.currentWidget.content;
    return widgets.every(({ model }) => model.executionCount !== null && model.executionState !== "running");
  });
  await page.waitForTimeout(500);
  return await cellsOf(page);
}
