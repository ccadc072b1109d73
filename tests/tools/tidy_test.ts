import assert from "node:assert/strict";
import fc from "fast-check";
import course from "../../data/course.json" with { type: "json" };
import { root } from "../../tools/command.ts";
import {
  type CodeCell,
  courseMetadata,
  formatNotebook,
  keptNotebook,
  type Notebook,
  parseNotebook,
  readNotebook,
} from "../../tools/notebook.ts";
import { tidyNotebooks } from "../../tools/tidy.ts";
import { formulas, hideMathematics } from "../../tools/tidy/mathematics.ts";
import { everyQuestion } from "../../tools/course.ts";
import { fillSlots, withoutSlots } from "../../tools/tidy/slots.ts";
import { valuesOf } from "../../tools/tidy/values.ts";
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

const values = { n: "3", side: "five", picture: '[\n"11",\n"00",\n]' };

/** Two cells, a sentence and code, filled. */
const filled = (text: string, code = "") => {
  const before = notebookOf({ id: "text", source: text, type: "markdown" }, { id: "code", source: code });
  const { notebook, faults } = fillSlots(before, values, []);
  const read = (one: Notebook) => one.cells.map(({ source }) => source);
  return { faults, sources: read(notebook), read: read(withoutSlots(notebook)) };
};

Deno.test("law: a slot is filled whole, in a sentence, around a formula or code, over lines, and read without marks", () => {
  const text =
    "To <!--$n = {{n}}$-->$n = 2$<!--/-->, <!--`{{n}} {{side}}`--><!--/-->.\n\n<!--{{side}}-->\nSix<!--/--> texts.";
  const code = 'const a = /*{{picture}}*/ [\n  "00",\n] /**/, /* b */ b = 1;';
  const { faults, sources, read } = filled(text, code);
  assert.deepEqual(faults, []);
  assert.equal(
    sources[0],
    text.replace("$n = 2$", "$n = 3$").replace("`--><", "`-->`3 five`<").replace("Six", "five"),
  );
  assert.deepEqual(read, [
    "To $n = 3$, `3 five`.\n\nfive texts.",
    'const a = [\n"11",\n"00",\n], /* b */ b = 1;',
  ]);
  assert.deepEqual(filled(...sources as [string, string]).sources, sources, "nothing to fill");
  const laidOut = 'const a = /*{{picture}}*/ ["11", "00"] /**/;';
  assert.equal(filled("", laidOut).sources[1], laidOut, "the layout is the formatter's");
  assert.deepEqual(filled("<!--{{side}} {{n}}-->five3<!--/-->").read[0], "five 3", "a space counts");
});

Deno.test("edge: what can't be filled is named with its cell, and the cell stays as it is", () => {
  const end = "<!--/-->";
  const cases: [text: string, fault: RegExp | string][] = [
    [`<!--{{m}}-->3${end}`, "expected one of n, side, picture, got m"],
    [`<!--{{toString}}-->3${end}`, "expected one of n, side, picture, got toString"],
    ["a <!--{{n}}-->3", "expected the end of <!--{{n}}-->, got none"],
    [`<!--{{n}}-->3 and <!--{{side}}-->five${end}`, "expected the end of <!--{{n}}-->, got <!--{{side}}-->"],
    [`<!--{{n}}-->3<!--{{n}}-->3${end}${end}`, "expected the end of <!--{{n}}-->, got <!--{{n}}-->"],
    [`<!--{n}-->3${end}`, `expected a slot before ${end}, got none`],
  ];
  for (const [text, fault] of cases) {
    const { faults, sources } = filled(text);
    assert.deepEqual([faults, sources[0]], [[`cell text: Cannot fill a slot: ${fault}`], text]);
  }
  const [code] = filled("", "const a = /*{{n}}*/ 3;").faults;
  assert.equal(code, "cell code: Cannot fill a slot: expected the end of /*{{n}}*/, got none");
  const { faults } = fillSlots(notebookOf({ id: "a", source: "1;" }), values, ["n", "side"]);
  assert.deepEqual(faults, ["Cannot fill a slot: expected {{n}}, {{side}} in a cell, got none"]);
});

Deno.test("edge: a slot whose marks a reader would see is refused", async () => {
  const inside =
    /^cell a: Cannot fill a slot: expected it around a formula or code, got <!--\{\{points 4.1\}\}-->/;
  const mark = "<!--{{points 4.1}}-->4 points<!--/-->";
  for (
    const [source, says] of [
      [`$n = ${mark}$`, inside],
      [`in \`${mark}\``, inside],
      [`one\n${mark}`, /expected a line of its own for the mark that begins one/],
      [`- ${mark}`, /expected a line of its own/],
    ] as const
  ) {
    const notebook = notebookOf({ id: "a", source, type: "markdown" });
    const [{ faults }] = await tidyNotebooks([{ path: "04_gan.ipynb", text: formatNotebook(notebook) }]);
    assert.match(faults.find((fault) => fault.startsWith("cell a"))!, says);
  }
});

Deno.test("law: the formatter does not see marks: what is read is what would be written without them", async () => {
  const mark = (template: string, text: string) => `<!--${template}-->${text}<!--/-->`;
  const parts = ["4 points", "3 points"],
    marked = [mark("{{points 4.1}}", parts[0]), mark("{{points 4.2}}", parts[1])];
  const sources = (one: readonly string[]) => [
    `| a | b |\n|--|--|\n| ${one[0]} | $|x|$ |\n| ${one[1]}, and more | c |`,
    `*  **${one[0]}** and *${one[1]}*\n* $x$ (${one[0]})`,
  ];
  const read = async (one: readonly string[]) => {
    const cells = sources(one).map((source, i) => ({ id: `m-${i}`, source, type: "markdown" as const }));
    const [{ text }] = await tidyNotebooks([{
      path: "04_gan.ipynb",
      text: formatNotebook(notebookOf(...cells)),
    }]);
    return withoutSlots(parseNotebook(text, "04")).cells.map(({ source }) => source);
  };
  assert.deepEqual(await read(marked), await read(parts));
});

Deno.test("law: points are those of data/course.json, of an answer and of all answers of a question together", () => {
  const [values, asked] = valuesOf("04_gan");
  const answers = Object.values(everyQuestion(course)).flatMap(({ answers }) => answers);
  const own = answers.filter(({ question }) => question === "4.3"),
    say = (n: number) => `${n} ${n === 1 ? "point" : "points"}`;
  for (const { name, points } of own) assert.equal(values[`points ${name}`], say(points));
  assert.equal(values["points 4.3"], say(own.reduce((sum, { points }) => sum + points, 0)));
  assert.ok(asked.length > 0 && asked.every((name) => !name.startsWith("points")));
});

Deno.test("law: every question says its points, and no slot is left where a notebook is read", async () => {
  for (const { notebook: name, answers } of Object.values(everyQuestion(course))) {
    const notebook = await readNotebook(await keptNotebook(name, root)), [values] = valuesOf(name);
    const read = withoutSlots(notebook);
    for (const { question } of answers) {
      const id = `q${question.replace(".", "-")}-question`;
      const { source } = read.cells.find((cell) => cell.id === id)!;
      assert.ok(source.includes(`**${values[`points ${question}`]}.**`), id);
    }
    for (const { id, source } of read.cells) {
      assert.doesNotMatch(source, /\{\{[a-z ]|<!--\/-->|\/\*\*\//i, id);
    }
  }
});
