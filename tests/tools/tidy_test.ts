import assert from "node:assert/strict";
import fc from "fast-check";
import course from "../../data/course.json" with { type: "json" };
import { root } from "../../tools/command.ts";
import {
  type CodeCell,
  courseMetadata,
  formatNotebook,
  type Notebook,
  parseNotebook,
} from "../../tools/notebook.ts";
import { tidyNotebooks } from "../../tools/tidy.ts";
import { formulas, hideMathematics } from "../../tools/tidy/mathematics.ts";
import { everyQuestion } from "../../tools/course.ts";
import { pointsWriter } from "../../tools/tidy/points.ts";
import { inFolder, notebookOf, runTool } from "./fixtures.ts";

/** One notebook, tidied. */
async function tidied(notebook: Notebook): Promise<{ notebook: Notebook; text: string; faults: string[] }> {
  const [{ text, faults }] = await tidyNotebooks([{ path: "a.ipynb", text: formatNotebook(notebook) }]);
  return { notebook: parseNotebook(text, "a.ipynb"), text, faults };
}

const display = (...lines: string[]) => ["$$", ...lines, "$$"].join("\n");

/** Markdown whose mathematics `deno fmt` alone would damage. */
const endangered = [
  `text\n${display("a", "+ b", "- c", "* d", "# e", "> f", "1. g", "=", "-")}\nafter`,
  "inline $a*b*c$ and $x_1 y_2$ and $a  b$ and $\\{ x \\mid y_{*} \\}$",
  "| norm | set |\n|--|--|\n| $|x|$ | $\\lvert x  \\rvert$ |\n| $a$ | b |",
  `* item\n\n    ${display("+ x", "- y").replaceAll("\n", "\n    ")}\n* next`,
  "1. one\n    - two $$\n      + x\n      $$",
  `> ${display("+ a", "# b").replaceAll("\n", "\n> ")}`,
  "\\begin{aligned}\n+ x &= 1 \\\\\n- y\n\\end{aligned}",
  "\\\\[ a * b * c \\\\] and \\\\( + d \\\\)",
  "escaped \\$5 and \\$6, code `$a*b*c$`, then $a*b*c$",
  "```\n$$\n+ code   stays\n$$\n```\n\n$$ + x $$",
];

Deno.test("law: formatting leaves every formula as it is and gives the same when repeated", async () => {
  const cells = endangered.map((source, i) => ({ id: `m-${i}`, source, type: "markdown" as const }));
  const before = notebookOf(...cells);
  const once = await tidied(before);
  assert.deepEqual(once.faults, []);
  const flat = (source: string) => formulas(source).map((formula) => formula.replace(/\n */g, "\n"));
  for (const [i, { source }] of once.notebook.cells.entries()) {
    assert.ok(flat(source).length > 0, source);
    assert.deepEqual(flat(source), flat(endangered[i]));
  }
  assert.equal((await tidied(once.notebook)).text, once.text);
});

Deno.test("mutant: deno fmt alone breaks these formulas, so the law above can fail", async () => {
  await inFolder(async (folder) => {
    await Promise.all(endangered.map((source, i) => Deno.writeTextFile(`${folder}/${i}.md`, source)));
    await new Deno.Command(Deno.execPath(), { args: ["fmt", "--no-config", "-q", folder] }).output();
    const after = await Promise.all(endangered.map((_, i) => Deno.readTextFile(`${folder}/${i}.md`)));
    const broken = after.filter((text, i) => formulas(text).join() !== formulas(endangered[i]).join());
    assert.ok(broken.length >= 5, `${broken.length}`);
  });
});

Deno.test("law: hiding and restoring gives the text back", () => {
  const part = fc.constantFrom(
    "$a$",
    "$$\n+ b\n$$",
    "text ",
    "\n",
    "\n\n",
    "`$c$`",
    "\\$",
    "- item ",
    "    ",
    "$",
    "|",
    "\\\\(x\\\\)",
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
    const markdown = parts.join("");
    const { text, restore } = hideMathematics(markdown);
    assert.equal(restore(text), markdown);
  }));
});

Deno.test("law: outputs, counts and stray metadata go, ids and tags stay", async () => {
  const before = notebookOf(
    { id: "q4-1-check", source: "const   x = 1\nx", tags: ["answer", "solution"] },
    { id: "empty", source: "" },
    { id: "text", source: "*  item", type: "markdown" },
  );
  const [code] = before.cells as CodeCell[];
  Object.assign(code, {
    execution_count: 7,
    outputs: [{ output_type: "stream", name: "stdout", text: "1" }],
  });
  Object.assign(code.metadata, { collapsed: true, vscode: { languageId: "typescript" } });
  before.metadata = { kernelspec: { name: "python3" }, widgets: {} };
  const { notebook, text, faults } = await tidied(before);
  assert.deepEqual(faults, []);
  assert.deepEqual(notebook, {
    ...notebookOf(
      { id: "q4-1-check", source: "const x = 1;\nx;", tags: ["answer", "solution"] },
      { id: "empty", source: "" },
      { id: "text", source: "- item", type: "markdown" },
    ),
    metadata: courseMetadata,
  });
  assert.deepEqual(courseMetadata.kernelspec, { display_name: "Deno", language: "typescript", name: "deno" });
  assert.ok(text.endsWith("}\n") && text.startsWith('{\n "cells": ['));
});

Deno.test("edge: a cell with a syntax error is left alone and named", async () => {
  const { notebook, faults } = await tidied(
    notebookOf({ id: "broken", source: "const a = 1;\nconst   b = (" }, { id: "fine", source: "1   + 1" }),
  );
  assert.deepEqual(notebook.cells.map(({ source }) => source), ["const a = 1;\nconst   b = (", "1 + 1;"]);
  assert.equal(faults.length, 1);
  assert.match(faults[0], /^cell broken, line 2: SyntaxError/);
});

Deno.test("edge: private characters of Unicode are refused, not mistaken for formulas", async () => {
  const { notebook, faults } = await tidied(
    notebookOf({ id: "private", source: "*  \ue000 $x$", type: "markdown" }),
  );
  assert.equal(notebook.cells[0].source, "*  \ue000 $x$");
  assert.match(faults.join(), /Cannot format Markdown: expected no private characters/);
});

Deno.test("edge: --check changes nothing and fails, tidy mends, and then --check passes", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.ipynb`, program = `${root}/tools/tidy.ts`;
    const text = formatNotebook(notebookOf({ id: "a", source: "1+1" }));
    await Deno.writeTextFile(path, text);
    const check = await runTool(program, path, "--check");
    assert.deepEqual([check.code, await Deno.readTextFile(path)], [1, text]);
    assert.match(check.stdout + check.stderr, /Not tidy: .*a.ipynb\nMend with: deno task tidy/);
    assert.equal((await runTool(program, path)).code, 0);
    assert.equal((await runTool(program, path, "--check")).code, 0);
  });
});

Deno.test("edge: what is no notebook is answered in a sentence", async () => {
  const cases: [string, RegExp][] = [
    ["", /Cannot read a.ipynb: expected a notebook, got an empty file/],
    ["{", /Cannot read a.ipynb: expected a notebook, got /],
    ["[1]", /Cannot read a.ipynb: expected a notebook with cells, got other JSON/],
    ['{"cells":[],"nbformat":3}', /expected notebook format 4, got 3/],
    ['{"cells":[null],"nbformat":4}', /expected cell 1 to be an object, got null/],
    [
      '{"cells":[{"cell_type":"heading","source":""}],"nbformat":4}',
      /expected cells of type code, markdown or raw, got heading/,
    ],
    [
      '{"cells":[{"cell_type":"raw","id":"a"},{"cell_type":"raw","id":"a"}],"nbformat":4}',
      /expected every cell to have an id of its own, got a twice/,
    ],
  ];
  for (const [text, expected] of cases) {
    await assert.rejects(tidyNotebooks([{ path: "a.ipynb", text }]), expected);
  }
});

Deno.test("law: points in headings and parts are those of data/course.json, through all cells of a question", () => {
  const written = pointsWriter();
  const cell = (id: string, source: string) => written({ id, cell_type: "markdown", source });
  const of = (question: string) => {
    const [, { answers }] = Object.entries(everyQuestion(course)).find(([number]) =>
      question.startsWith(number)
    )!;
    return answers.filter((answer) => answer.question === question).map(({ points }) => points);
  };
  const say = (n: number) => `${n} ${n === 1 ? "point" : "points"}`;
  const [first, second, third] = of("4.3"), [one, other] = of("5.1");
  assert.equal(
    cell(
      "q4-3-question",
      "**99 points.** (a) One (9 points). (b) Two (9 points; here). (c) Three (9 points), in 9 points.",
    ),
    `**${say(first + second + third)}.** (a) One (${say(first)}). (b) Two (${say(second)}; here). ` +
      `(c) Three (${say(third)}), in 9 points.`,
  );
  assert.equal(
    cell("q5-1-question", "**0 points.** (a) One (7 points)?"),
    `**${say(one + other)}.** (a) One (${say(one)})?`,
  );
  assert.equal(cell("q5-1-proof", "(b) Two (7 points)."), `(b) Two (${say(other)}).`);
  assert.equal(cell("q5-1-more", "(c) Three (7 points)."), "(c) Three (7 points).");
  assert.equal(written({ id: "q4-1-x", cell_type: "code", source: "(7 points)." }), "(7 points).");
});
