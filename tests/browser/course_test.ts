import assert from "node:assert/strict";
import type { Output } from "../../tools/kernel/mod.ts";
import { root } from "../../tools/command.ts";
import { type Notebook, readNotebook } from "../../tools/notebook.ts";
import { verdictMime } from "../../tools/run/verdict.ts";
import { browserTest, withBrowser, withFolder } from "./browser.ts";
import { exportAll, readable } from "./export.ts";
import { cellFaults, faultsIn, frontEnds, picked, plotlyMime } from "./front_ends.ts";
import { everyHandout, ganHandout, site } from "./handout.ts";
import { inLab } from "./lab_course.ts";
import { linesApart } from "./lines.ts";
import { shownInVsCode } from "./vscode.ts";

/** The five notebooks, executed once by `deno task handout`, in every place where they are read. */

const names = [...Deno.readDirSync(`${root}/notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).map((name) => name.replace(".ipynb", "")).sort();

browserTest("law: the course in every place where it is read", async (t) => {
  await withFolder(async (folder) => {
    const made = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        `${root}/tools/handout.ts`,
        "--site",
        "--solutions",
        "--executed",
        "--limit",
        "180",
        "--out",
        folder,
      ],
      cwd: root,
    }).output();
    assert.equal(made.code, 0, new TextDecoder().decode(made.stderr));
    const notebooks = new Map<string, Notebook>();
    for (const name of names) notebooks.set(name, await readNotebook(`${folder}/${name}.ipynb`));
    await t.step("every front end shows of every output something that says it", async (t) => {
      for (const name of [...names, ...names.map((name) => `${name}.student`)]) {
        const notebook = await readNotebook(`${folder}/${name}.ipynb`);
        await t.step(name, () => everywhere(notebook));
      }
    });
    await t.step("a student’s page leads nowhere, and takes nothing for an answer", async () => {
      for (const name of names) {
        assert.match(await Deno.readTextFile(`${folder}/${name}.html`), /<a href="ledger\.html"/);
        const page = await Deno.readTextFile(`${folder}/${name}.student.html`);
        assert.doesNotMatch(page, /<a href="(?!#|https?:)/, name);
        assert.doesNotMatch(page, /run both cells/i, name);
        // nothing is answered yet, and the course's own file is not the student's
        assert.doesNotMatch(page, /as saved, defines/, name);
      }
    });
    await withBrowser(async (browser) => {
      for (const name of names) await everyHandout(t, browser, folder, name);
      if (names.includes("04_gan")) await ganHandout(t, browser, folder);
      await site(t, browser, folder);
      await t.step("a student’s lines stand apart at every width", () => linesApart(browser));
      for (const [name, notebook] of notebooks) {
        await t.step(`${name} as VS Code shows it`, () => shownInVsCode(browser, name, notebook));
      }
    });
    await t.step("bare exports", async (t) => {
      // they take the places of the handouts
      await exportAll(folder, names);
      await withBrowser(async (browser) => {
        for (const [name, notebook] of notebooks) {
          await t.step(
            `${name} exported by nbconvert, offline`,
            () => readable(browser, folder, name, notebook),
          );
        }
      });
    });
    await withBrowser((browser) => inLab(t, browser, folder, notebooks));
  });
});

function everywhere({ cells }: Notebook) {
  const faults = cells.flatMap((cell) => {
    if (cell.cell_type !== "code") return [];
    const each = cell.outputs.flatMap((output) => frontEnds.flatMap((place) => faultsIn(output, place)));
    return [...each, ...cellFaults(cell.outputs)].map((fault) => `${cell.id}: ${fault}`);
  });
  assert.deepEqual(faults, []);
}

const display = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  metadata: {},
  data,
});
const verdict = { id: "9.1", status: "holds", statement: "Every line runs, and $x = 1$", mutants: [] };
const said = {
  "text/html": "<p>✓ holds Every line runs, and x</p>",
  "text/plain": "✓ 9.1 holds: Every line runs, and x = 1",
};
const drawn = {
  "text/html":
    `<div role="figure" aria-label="A curve that rises from left to right">drawn when the first cell has run</div>`,
  "text/plain": "Figure: a curve that rises from left to right",
};
const caption = {
  "text/html":
    `<details><summary>in words and numbers</summary><p>A curve.</p><table class="syw-data"></table></details>`,
  "text/plain": "A curve",
};

Deno.test("mutant: an output that says less in one place than in another is found", () => {
  const faults = (...outputs: Output[]) => [
    ...outputs.flatMap((output) => frontEnds.flatMap((place) => faultsIn(output, place))),
    ...cellFaults(outputs),
  ];
  const plot = { data: [{}], layout: { height: 300 } };
  const good = [
    display({ [verdictMime]: verdict, ...said }),
    display({ [plotlyMime]: plot, ...drawn }),
    display(caption),
  ];
  assert.deepEqual(faults(...good), []);
  const planted: [string, RegExp, ...Output[]][] = [
    ["only our own form", /shows nothing of application\/vnd\.show/, display({ [verdictMime]: verdict })],
    [
      "no text",
      /VS Code in restricted mode shows nothing/,
      display({ [verdictMime]: verdict, "text/html": said["text/html"] }),
    ],
    [
      "words that a script writes",
      /nothing to read/,
      display({ ...said, "text/html": "<style>p{}</style><script>document.write('holds')</script>" }),
    ],
    [
      "another word",
      /9\.1 lacks “holds”/,
      display({ [verdictMime]: verdict, ...said, "text/html": "<p>✗ Every line runs, and x</p>" }),
    ],
    [
      "half a sentence",
      /9\.1 lacks “everylinerunsand”/,
      display({ [verdictMime]: verdict, ...said, "text/plain": "✓ 9.1 holds" }),
    ],
    ["LaTeX as typed", /LaTeX is shown/, display({ ...said, "text/html": "<p>holds $\\alpha = 1$</p>" })],
    [
      "something to load",
      /loads something: <img/,
      display({ ...said, "text/html": `<p>holds</p><img src="https://example.org/a.png">` }),
    ],
    [
      "a frame",
      /<iframe>, which is dropped/,
      display({ ...said, "text/html": "<p>holds</p><iframe></iframe>" }),
    ],
    [
      "an event in an attribute",
      /event in an attribute/,
      display({ ...said, "text/html": `<p onclick="f()">holds</p>` }),
    ],
    [
      "frames",
      /frames is dropped/,
      display({ ...drawn, [plotlyMime]: { ...plot, frames: [] } }),
      display(caption),
    ],
    [
      "no height",
      /without a height/,
      display({ ...drawn, [plotlyMime]: { ...plot, layout: {} } }),
      display(caption),
    ],
    [
      "no description",
      /figure without its description/,
      display({ [plotlyMime]: plot, ...drawn, "text/html": "<div>a</div>" }),
      display(caption),
    ],
    [
      "no words",
      /figure without words/,
      display({ [plotlyMime]: plot, ...drawn, "text/plain": "[object]" }),
      display(caption),
    ],
    ["no caption", /no description to unfold/, display({ [plotlyMime]: plot, ...drawn })],
    [
      "no numbers",
      /figure without its numbers/,
      display({ [plotlyMime]: plot, ...drawn }),
      display({ ...caption, "text/html": caption["text/html"].replace(/<table.*table>/, "") }),
    ],
    ["an error", /shows an error/, { output_type: "error", ename: "Error", evalue: "Cannot", traceback: [] }],
  ];
  for (const [name, expected, ...outputs] of planted) {
    assert.match(faults(...outputs).join("\n"), expected, name);
  }
});

Deno.test("law: which form each place picks", () => {
  const all = display({ "text/plain": "p", "text/html": "h", [plotlyMime]: {}, [verdictMime]: {} });
  const order = frontEnds.map((place) =>
    picked(all as Extract<Output, { data: Record<string, unknown> }>, place)
  );
  assert.deepEqual(order, [plotlyMime, "text/plain", plotlyMime, "text/html", "text/html", "text/html"]);
});
