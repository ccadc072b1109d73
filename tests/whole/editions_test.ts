import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { strFromU8, unzipSync } from "fflate";
import { dirname, join } from "node:path";
import { cutSolutions, MarkerFault, withoutMarkers } from "../../tools/editions/markers.ts";
import { leaks } from "../../tools/editions/leak.ts";
import { importsOf, judgedBy, solutionNotebook, studentNotebook } from "../../tools/editions/notebook.ts";
import { mayLeave, studentLibrary } from "../../tools/editions/library.ts";
import { pruneLinks } from "../../tools/editions/modules.ts";
import { withoutIdleSymbols } from "../../tools/editions/symbols.ts";
import { points, studentEdition, subjects } from "../../tools/editions/project.ts";
import { makeEditions } from "../../tools/editions.ts";
import { type Cell, parseNotebook } from "../../tools/notebook.ts";
import { answerStates, lineOf, timeWords } from "../../tools/submit.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const cell = (id: string, source: string, tags: string[] = []) => ({
  cell_type: "code",
  id,
  source,
  metadata: tags.length > 0 ? { tags } : {},
  outputs: [{ output_type: "stream", name: "stdout", text: "the answer is 42" }],
  execution_count: 3,
});
const notebookOf = (...cells: object[]) =>
  parseNotebook(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }), "x.ipynb");

Deno.test("law: what stands between markers is cut, in any comment style", () => {
  const { text, cut } = cutSolutions(
    "let a;\n  # BEGIN SOLUTION\n  a = 7;\n  # END SOLUTION\nb;",
    "x",
    "// here",
  );
  assert.equal(text, "let a;\n  // here\nb;");
  assert.deepEqual(cut, ["  a = 7;"]);
  assert.equal(withoutMarkers("// BEGIN SOLUTION\na = 7;\n// END SOLUTION"), "a = 7;");
});

Deno.test("edge: a marker without its partner names file, cell and line", () => {
  const unbalanced = {
    "BEGIN SOLUTION\na": /after line 1, got the end of the text/,
    "a\nEND SOLUTION": /“BEGIN SOLUTION” first, got “END SOLUTION” in line 2/,
    "BEGIN SOLUTION\nBEGIN SOLUTION\nEND SOLUTION": /after line 1, got “BEGIN SOLUTION” in line 2/,
    "BEGIN SOLUTION END SOLUTION": /in line 1/,
  };
  for (const [text, words] of Object.entries(unbalanced)) {
    for (const tags of [["answer"], ["solution"], []]) {
      assert.throws(
        () => studentNotebook(notebookOf(cell("answer-A", text, tags)), "04_gan.ipynb", { points }),
        (cause: Error) =>
          cause instanceof MarkerFault && words.test(cause.message) &&
          cause.message.includes("04_gan.ipynb, cell answer-A"),
      );
    }
  }
});

Deno.test("edge: an answer cell without markers is refused", () => {
  assert.throws(
    () => studentNotebook(notebookOf(cell("answer-A", "const A = 1;", ["answer"])), "x.ipynb", { points }),
    /x\.ipynb, cell answer-A: expected “BEGIN SOLUTION” in an answer cell/,
  );
});

Deno.test("law: a student's notebook has no outputs, no solutions, and imports only what is left", () => {
  const whole = notebookOf(
    cell(
      "imports",
      'import { show, derivation } from "lib/show/mod.ts";\nimport { claims } from "lib/gan/claims.ts";\nimport { old, value } from "lib/gan/dynamics.ts";\nimport { all } from "lib/gan/solution.ts";\n\nshow();',
    ),
    cell("answer-A", "let A;\n// BEGIN SOLUTION\nA = old(all);\n// END SOLUTION", ["answer"]),
    cell("q4-1-check", 'await show(answer("A", () => A), value);', ["check"]),
    cell("q4-1-claims", "await show(claims(4));", ["solution"]),
    cell("q4-fig", "await show(figure);", ["solution", "picture"]),
    {
      cell_type: "markdown",
      id: "answer-prose-5-5",
      metadata: { tags: ["answer", "prose"] },
      source: "Because.",
    },
  );
  const { notebook, cut } = studentNotebook(whole, "x.ipynb", {
    points,
    pictures: new Map([["q4-fig", { number: "4.1", png: "AAAA" }]]),
  });
  const [imports, answer, check, figure, prose] = notebook.cells;
  assert.equal(notebook.cells.length, 5);
  assert.equal(
    imports.source,
    'import { show } from "lib/show/mod.ts";\nimport { old, value } from "lib/gan/dynamics.ts";\n\nshow();',
  );
  assert.equal(answer.source, "let A;\n// Write your answer here.");
  assert.equal(judgedBy(check), "A");
  assert.equal((check.metadata.nbgrader as { points: number }).points, 4);
  assert.match(figure.source, /^!\[Figure 4\.1, as the solution draws it\]\(attachment:figure\.png\)/);
  assert.equal(prose.source, "*Write your answer here.*");
  assert.doesNotMatch(JSON.stringify(notebook), /42|Because|claims/);
  assert.deepEqual([...cut.keys()], ["answer-A", "q4-1-claims", "q4-fig", "answer-prose-5-5"]);
  assert.deepEqual([...importsOf(notebook).keys()], ["lib/show/mod.ts", "lib/gan/dynamics.ts"]);
  assert.match(solutionNotebook(whole).cells[1].source, /^let A;\nA = old\(all\);$/);
});

Deno.test("law: imports go with what they named; types, aliases and attributes stay right", () => {
  const text = `import a, { b as c, type D } from "./x.ts";
import * as e from "./y.ts";
import data from "./d.json" with { type: "json" };
import type { F, G } from "./z.ts";
a;`;
  const keep = new Set(["c", "G", "data"]);
  assert.equal(
    pruneLinks(text, (_, { local }) => keep.has(local)),
    `import { b as c } from "./x.ts";
import data from "./d.json" with { type: "json" };
import type { G } from "./z.ts";
a;`,
  );
});

const readFrom = (house: Readonly<Record<string, string>>) => (path: string) =>
  path in house ? Promise.resolve(house[path]) : Promise.reject(new Error(`no ${path}`));

Deno.test("law: a library is what is imported, file by file, and not a letter is changed", async () => {
  const house = {
    "lib/flow/figures.ts": 'export { map } from "./figures/map.ts";\n',
    "lib/flow/figures/map.ts":
      'import type { Flow } from "../scalar.ts";\nexport const map = (flow: Flow) => flow;\n',
    "lib/flow/scalar.ts":
      'const url = new URL("../../data/weights.json", import.meta.url);\nexport type Flow = typeof url;\n',
    "data/weights.json": "{}",
    "lib/flow/questions.ts": 'import { misconceptions } from "./misconceptions.ts";\nmisconceptions;\n',
    "lib/flow/misconceptions.ts":
      'import { answer } from "./solution.ts";\nexport const misconceptions = [answer];\n',
    "lib/flow/idle.ts": "export const idle = 1;\n",
  };
  const given = new Map([["lib/flow/misconceptions.ts", "export const misconceptions = [0.5];\n"]]);
  const { "lib/flow/idle.ts": _, ...needed } = house;
  assert.deepEqual(
    Object.fromEntries(
      await studentLibrary(
        readFrom(house),
        new Map([["lib/flow/figures.ts", "a notebook"], ["lib/flow/questions.ts", "a notebook"]]),
        given,
      ),
    ),
    { ...needed, ...Object.fromEntries(given) },
  );
});

Deno.test("edge: what solves is never handed out, and who asked for it is named", async () => {
  for (
    const closed of ["claims", "claims/exact", "misconceptions", "mod", "reproduce", "slips", "solution"]
  ) {
    const path = `lib/gan/${closed}.ts`;
    assert.ok(!mayLeave(path), path);
    const house = {
      [path]: "export const A = 1;\n",
      "lib/gan/figures.ts": `import type { A } from "./${closed}.ts";\nexport type B = A;\n`,
    };
    for (const [wanted, importer] of [["lib/gan/figures.ts", "lib/gan/figures.ts"], [path, "04_gan.ipynb"]]) {
      await assert.rejects(
        studentLibrary(readFrom(house), new Map([[wanted, "04_gan.ipynb"]]), new Map()),
        new RegExp(
          `^Error: Cannot hand out ${path}, which ${importer} imports: expected a file that holds no`,
        ),
      );
    }
  }
  for (const path of ["lib/gan/dynamics.ts", "lib/gan/figures/claims_drawn.ts", "lib/tensor/mod.ts"]) {
    assert.ok(mayLeave(path), path);
  }
  for (const path of ["tests/gan/claims_test.ts", "lib/gan/data.py", "README.md"]) assert.ok(!mayLeave(path));
});

Deno.test("mutant: each kind of leak is found, in every notebook", async (t) => {
  const { files, cuts } = await studentEdition(root);
  assert.deepEqual(leaks(cuts, files), []);
  const found = (file: string, text: string) => leaks(cuts, new Map([[file, text]])).length > 0;
  const planted: Record<string, [string, string]> = {
    "a solution without markers": ["lib/extra.ts", "export function gradWp() { return 0; }"],
    "a name": ["lib/extra.ts", 'import { updateMatrix } from "./gan/dynamics.ts";\nupdateMatrix;\n'],
    "lines of lib": [
      "lib/extra.ts",
      "const I = identity(2);\nconst aJ = scale(alpha, [[zero, one], [neg(one), zero]]);\nconst rest = sub(one, mul(alpha, alpha));\n",
    ],
    "a line of a derivation": [
      "README.md",
      '    ["[d + alpha g; g - alpha d]", "definition of V"],\n    ["[1, alpha; -alpha, 1] [d; g]"],\n    ["A [d; g]", "definition of A"],',
    ],
    "a claim": [
      "README.md",
      await Deno.readTextFile(`${root}/lib/elbo/claims/gaps.ts`).then((text) => text.slice(-3000)),
    ],
    "a figure that answers": [
      "lib/extra.ts",
      await Deno.readTextFile(`${root}/lib/gan/solution/figures/radii.ts`),
    ],
    "a picture in marks": ["README.md", "1 1 1 1 1\n1 1 1 0 0\n1 0 0 0 0\n0 0 0 0 0\n0 0 0 0 0"],
    "a picture as data": ["lib/extra.json", `{"x": [["11111", "11110", "11100", "00000", "00000"]]}`],
  };
  for (const [name, [file, text]] of Object.entries(planted)) assert.ok(found(file, text), name);
  // a list that lets a file of solutions through, in its place or under another name
  for (const [path, text] of [...cuts].filter(([from]) => from.endsWith(".ts"))) {
    for (const place of [path, path.replace(/\/(solution|claims|slips)\b/, "/more")]) {
      // what only passes others on is told by where it leads
      const refused = () =>
        studentLibrary(
          (path) => Promise.resolve(files.get(path) ?? ""),
          new Map([[place, "a notebook"]]),
          new Map([[place, text]]),
        ).then(() => false, () => true);
      assert.ok(found(place, text) || await refused(), `${path} as ${place}`);
    }
  }
  const answers = [...cuts].filter(([from]) => /cell answer-/.test(from));
  assert.equal(answers.length, Object.values(course.questions).flatMap((q) => q.answers).length);
  for (const [from, cut] of answers) {
    const [file, id] = from.split(", cell ");
    const one = new Map([[from, cut]]);
    const found = (file: string, text: string) =>
      leaks(one, new Map([[file, text]])).some((leak) => leak.from === from);
    await t.step(id, () => {
      const change = (edit: (notebook: ReturnType<typeof parseNotebook>) => void) => {
        const notebook = parseNotebook(files.get(file)!, file);
        edit(notebook);
        return JSON.stringify(notebook);
      };
      const check = (notebook: ReturnType<typeof parseNotebook>) =>
        notebook.cells.find(({ cell_type }) => cell_type === "code") as { outputs: unknown[] };
      const output = {
        output_type: "display_data",
        metadata: {},
        data: { "text/html": `<pre>${cut}</pre>` },
      };
      const places: Record<string, string> = {
        "in its cell": change(({ cells }) => cells.find((c) => c.id === id)!.source = cut),
        "in another cell, on one line": change(({ cells }) => cells[0].source += cut.replace(/\n\s*/g, " ")),
        "in metadata": change(({ metadata }) => metadata.note = { deep: [cut] }),
        "in a cell's metadata": change(({ cells }) => cells[0].metadata.note = cut),
        "in an output": change((notebook) => check(notebook).outputs = [output]),
        "in a stream": change((notebook) =>
          check(notebook).outputs = [{ output_type: "stream", name: "stdout", text: cut }]
        ),
      };
      for (const [place, text] of Object.entries(places)) assert.ok(found(file, text), place);
      assert.ok(found("lib/extra.ts", `/*\n${cut.replace(/^/gm, "  ")}\n*/`), "in a module");
      assert.ok(found("README.md", `> ${cut}`), "in a page");
    });
  }
});

/** Which threads of this process have computed, as Linux names them. */
const threads = `import { tf } from "lib/tensor/mod.ts";
const a = tf.ones([512, 512]);
for (let k = 0; k < 12; k++) {
  tf.tidy(() => tf.matMul(a, a).dataSync());
  if (k === 3) await new Promise((resolve) => setTimeout(resolve, 500));
}
const tasks = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => Deno.readTextFileSync("/proc/self/task/" + name + "/comm").trim());
console.log(tasks.join(" "));
Deno.exit();
`;

Deno.test("law: the student's project runs from its zip: every verdict “not answered”, no error", async () => {
  const out = await Deno.makeTempDir({ prefix: "a student's editions " });
  try {
    await makeEditions(out);
    const { cuts } = await studentEdition(root);
    const zip = unzipSync(await Deno.readFile(join(out, "student.zip")));
    const project = join(out, "unpacked");
    for (const [path, data] of Object.entries(zip)) {
      await Deno.mkdir(dirname(join(project, path)), { recursive: true });
      await Deno.writeFile(join(project, path), data);
    }
    const text = Object.entries(zip).map(([path, data]) => path + strFromU8(data)).join("\n");
    assert.doesNotMatch(text, /BEGIN SOLUTION"?\n|lib\/claims\/gan|updateMatrixOver/);
    assert.ok(!text.includes(String(course.grading.seed)), "the grader's seed");
    const folder = join(project, "show-your-work");
    const deno = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: folder,
        env: { NO_COLOR: "1", INIT_CWD: folder },
      }).output();
      return { code, said: strFromU8(stdout) + strFromU8(stderr) };
    };
    const installed = await deno("install", "--frozen");
    assert.equal(installed.code, 0, installed.said);
    const run = await deno("task", "run", "--out", "executed");
    assert.equal(run.code, 0, run.said);
    let counted = 0;
    for (const { notebook, file } of await subjects(root)) {
      for (
        const place of [
          `student/${file}`,
          `solution/${file}`,
          `nbgrader/source/show-your-work/${notebook}.ipynb`,
        ]
      ) {
        assert.doesNotMatch(
          await Deno.readTextFile(join(out, place)),
          /<!--[/$`{]|\/\*[{[]/,
          `${place}: marks of slots`,
        );
      }
      const source = parseNotebook(strFromU8(zip[`show-your-work/${file}`]), file);
      const executed = parseNotebook(
        await Deno.readTextFile(join(folder, "executed", `${notebook}.ipynb`)),
        file,
      );
      const judged = source.cells.filter((c) => judgedBy(c) !== undefined);
      const verdicts = JSON.stringify(executed).match(/"status":"not answered"/g) ?? [];
      assert.equal(verdicts.length, judged.length, `${notebook}: a verdict for each answer`);
      const shown = JSON.stringify(executed).matchAll(/(?:\*\*|<b>|\[)Figure \d+\.(\d+)/g);
      const numbers = [...new Set([...shown].map(([, n]) => Number(n)))];
      assert.deepEqual(numbers, numbers.map((_, i) => i + 1), `${notebook}: figures without gaps, in order`);
      counted += numbers.length;
      assert.deepEqual(
        leaks(cuts, new Map([[file, JSON.stringify(executed)]])),
        [],
        `${notebook}: what it shows`,
      );
    }
    assert.ok(counted >= 8, `${counted} figures of a student's own, before any answer`);
    if (Deno.build.os === "linux" && navigator.hardwareConcurrency > 1) {
      await Deno.writeTextFile(join(folder, "threads.ts"), threads);
      const { said } = await deno("run", "-A", "--no-check", "threads.ts");
      assert.match(said, /worker-1/, "the second thread starts from the unpacked zip");
    }
    const submitted = await deno("task", "submit");
    assert.equal(submitted.code, 0, submitted.said);
    assert.match(submitted.said, /answers of \d+ are still open/);
    assert.ok(
      Object.keys(unzipSync(await Deno.readFile(join(folder, "submission.zip")))).includes(
        `${Object.values(course.questions)[0].notebook}.ipynb`,
      ),
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("law: submit says what an answer is worth now, and what the notebook shows where that differs", () => {
  const test = (name: string, status: string, score: number, output = "") => ({
    ...{ name, number: "4.3", score, max_score: 2, status: "failed" as const, output, visibility: "visible" },
    ...{ output_format: "text" as const, extra_data: { status } },
  });
  assert.match(lineOf(test("4.3 growth", "holds", 2), "holds"), /4\.3 growth +2 of 2 +✓ holds$/);
  assert.match(
    lineOf(test("4.3 growth", "keep working", 0, "keep working: The cell has a syntax error."), "holds"),
    /0 of 2 +✗ keep working: The cell has a syntax error\. \[the notebook shows: holds\]$/,
  );
  assert.match(lineOf(test("4.3 growth", "not answered", 0), "empty"), /○ not answered$/);
  assert.match(
    lineOf(test("5.5 prose-5-5", "", 0, "Nothing is written here yet."), "empty"),
    /○ not answered$/,
  );
  assert.match(lineOf(test("5.5 prose-5-5", "", 0, "A reader …"), "written"), /waits for a reader$/);
  const dates = { due: "2026-12-18T23:00:00", late: "2026-12-21T23:00:00" };
  assert.match(timeWords("2026-12-18T22:59:59", dates), /^in time/);
  assert.match(timeWords("2026-12-18T23:00:01", dates), /^late: .*taken until 2026-12-21 23:00:00/);
  assert.match(timeWords("2026-12-22T00:00:00", dates), /^too late/);
});

Deno.test("law: submit tells what is written from what is missing", () => {
  const asked = ["a", "b", "c", "d"].map((name) => ({ name, question: "1.1", points: 1 }));
  const verdict = { id: "1.1", answer: "d", statement: "", status: "holds" };
  const data = { "application/vnd.show-your-work.verdict+json": verdict };
  const states = answerStates(
    notebookOf(
      cell("answer-a", "let a: number;\n// Write your answer here."),
      cell("answer-b", "let b = ;"),
      cell("answer-d", "const d = 1;"),
      { ...cell("check", "show();"), outputs: [{ output_type: "display_data", metadata: {}, data }] },
    ),
    asked,
  );
  assert.deepEqual(states.map(({ state }) => state), ["empty", "syntax error", "missing cell", "holds"]);
});

Deno.test("law: a student's table of symbols names only what the student's notebook says", () => {
  const row = (symbol: string, code = "") => `| ${symbol} | ${code} | what it is |\n`;
  const table = (...rows: string[]) =>
    `# x\n\n| symbol | in code | what it is |\n| - | - | - |\n${rows.join("")}\nEnd.`;
  const rows = [
    row("$H(q)$"),
    row("$V(d, g) = d\\,g$"),
    row("$F : \\mathcal U \\to \\mathcal X$"),
    row("$P_{F(U)}$, $Q$"),
    row("$\\lambda$", "`lambda0`"),
    row("$O^A$", '`offsets("A", 3)`'),
    row("ECLL"),
    row("$H$"),
    row("$\\mathcal{R}(t)$", "`field`"),
    row("$t$", "`target`"),
  ];
  const text =
    "Here $V$ and $F^{-1}$ stand, $P_{F(U)}$ too, the ECLL, and $\\Delta Hx$, a field and a `target`.";
  // a name that is only imported, and one that is only a word, say nothing
  const program = 'import { offsets } from "lib/masked_conv/mask.ts";\nlambda0 + 1;';
  const cells: Cell[] = [
    { cell_type: "markdown", id: "a", metadata: {}, source: table(...rows) },
    { cell_type: "markdown", id: "b", metadata: {}, source: text },
    { cell_type: "code", id: "c", metadata: {}, source: program, outputs: [], execution_count: null },
  ];
  const kept = [1, 2, 3, 4, 6, 9].map((k) => rows[k]);
  assert.deepEqual(withoutIdleSymbols(cells), [{ ...cells[0], source: table(...kept) }, ...cells.slice(1)]);
});
