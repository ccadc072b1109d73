import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import {
  almostOf,
  type Answers,
  asked,
  exampleTest,
  graded,
  grader,
  handIn,
  isProse,
  official,
  pointsOf,
  type RawNotebook,
  right,
  submission,
  testOf,
  zip,
} from "./course.ts";

/** What a submission does, and what each answer of it is worth; its feedback says why. */
interface Attack {
  files: () => Promise<Record<string, string | Uint8Array>>;
  points: readonly number[];
  says?: [answer: string, words: RegExp];
  remark?: RegExp;
}

const names = ["A", "stationaryPoint", "eigenvaluesOfA", "growth", "fate"];
const all = names.map((name) => pointsOf(name)), none = names.map(() => 0);
/** What is left without these answers. */
const without = (...lost: readonly string[]) => names.map((name) => lost.includes(name) ? 0 : pointsOf(name));
/** What is left where one answer is almost right. */
const almost = (one: string) => names.map((name) => name === one ? almostOf(one) : pointsOf(name));
const marker = join(await Deno.makeTempDir(), "harmed");

/** A submission whose cell `A` does something beside its answer. */
const cellA = (code: string, answers: Record<string, string> = {}) => async () => ({
  "04_gan.ipynb": await submission({ ...right, A: `${code}\n${right.A}`, ...answers }),
});
const changed = (change: (notebook: RawNotebook) => void, answers = right) => async () => ({
  "04_gan.ipynb": await submission(answers, change),
});
/** A fault in the cell of A costs A, and nothing else. */
const onlyA = without("A");
/** A known misconception in it costs a part of A. */
const halfA = almost("A");

const attacks: Record<string, Attack> = {
  "reads the solution": {
    files: cellA(`const text = Deno.readTextFileSync("/srv/course/lib/gan/dynamics.ts");`),
    points: onlyA,
    says: ["A", /Requires read access/],
  },
  "reads other submissions": {
    files: cellA(`for (const entry of Deno.readDirSync("..")) console.log(entry);`),
    points: onlyA,
    says: ["A", /Requires read access/],
  },
  "imports the claims": {
    files: cellA(`import { claims } from "lib/gan/claims.ts"; claims("4.1");`),
    points: onlyA,
    says: ["A", /imports “lib\/gan\/claims\.ts”/],
  },
  "imports the questions": {
    files: cellA(`import { answer } from "lib/gan/questions.ts";`),
    points: onlyA,
    says: ["A", /imports “lib\/gan\/questions\.ts”/],
  },
  "imports while it runs": {
    files: cellA(`const fs = await import("node:fs");`),
    points: onlyA,
    says: ["A", /while it runs/],
  },
  "imports from a string": {
    files: cellA(`await eval('import("node:fs")');`),
    points: onlyA,
    says: ["A", /Code generation from strings/],
  },
  "writes a file": {
    files: cellA(`Deno.writeTextFileSync(${JSON.stringify(marker)}, "x");`),
    points: onlyA,
    says: ["A", /Requires write access/],
  },
  "opens the network": {
    files: cellA(`await fetch("http://127.0.0.1:8765/");`),
    points: onlyA,
    says: ["A", /Requires net access/],
  },
  "reads the environment": {
    files: cellA(`const home = Deno.env.get("HOME");`),
    points: onlyA,
    says: ["A", /Requires env access/],
  },
  "starts a program": {
    files: cellA(`new Deno.Command("touch", { args: [${JSON.stringify(marker)}] }).outputSync();`),
    points: onlyA,
    says: ["A", /Requires run access|Failed to spawn/],
  },
  "leaves by Deno.exit": {
    files: cellA("Deno.exit(0);"),
    points: onlyA,
    says: ["A", /may not end its process/],
  },
  "leaves by process.exit in a call": {
    files: cellA("", { growth: "const growth = (a) => { process.exit(0); };" }),
    points: without("growth"),
    says: ["growth", /may not end its process/],
  },
  "leaves by process.reallyExit of node": {
    files: cellA(`Object.getPrototypeOf(process).constructor.call; process.kill(process.pid, "SIGKILL");`),
    points: onlyA,
    says: ["A", /may not end its process|ended the process/],
  },
  "never ends": {
    files: cellA("for (;;);"),
    points: onlyA,
    says: ["A", /took more than \d seconds/],
  },
  "a call never ends": {
    files: cellA("", { growth: "const growth = (a) => { for (;;); };" }),
    points: without("growth"),
    says: ["growth", /took more than \d seconds/],
  },
  "a promise that never settles": {
    files: cellA("await new Promise(() => {});"),
    points: onlyA,
    says: ["A", /waits for something/],
  },
  "an answer that is a promise": {
    files: cellA("", { growth: "const growth = async (a) => Math.hypot(1, a);" }),
    points: without("growth"),
    says: ["growth", /promise/],
  },
  "a rejection nobody awaits": {
    files: cellA(`Promise.reject(new Error("lost")); setTimeout(() => { throw new Error("late"); });`),
    points: all,
  },
  "a bomb of memory": {
    files: cellA("const hoard = []; for (;;) hoard.push(new Uint8Array(1e7).fill(1));"),
    points: onlyA,
    says: ["A", /needed more than \d+ MB|throws|ended the process/],
  },
  "a bomb of output": {
    files: cellA(`const o = Deno[Deno.internal].core; for (;;) o.print("x".repeat(1e6));`),
    points: onlyA,
    says: ["A", /printed more than|throws/],
  },
  "prints without end": {
    files: cellA(`for (let i = 0; i < 1e6; i++) console.log("x");`),
    points: all,
  },
  "a result without measure": {
    files: cellA("", { growth: "const growth = (a) => new Float64Array(3e6);" }),
    points: without("growth"),
    says: ["growth", /too large|memory/],
  },
  "pollutes prototypes": {
    files: cellA(`Object.prototype.points = 100; Object.prototype.toJSON = () => "holds";
Array.prototype.then = (f) => f(1); Array.prototype.toJSON = () => [];`),
    points: all,
  },
  "patches Math, JSON, Array and console": {
    files: cellA(`Math.hypot = () => 0; Math.sqrt = () => 0; JSON.stringify = () => "{}";
Array.prototype.map = () => []; Array.isArray = () => true; Array.from = () => [];
console.log = () => {}; performance.now = () => 0; globalThis.Object = class {};`),
    points: all,
  },
  "patches Deno": {
    files: cellA(`Deno.stdout = null; Deno.exit = () => {}; Reflect.deleteProperty(globalThis, "Deno");`),
    points: all,
  },
  "forges results on the output": {
    files: cellA(
      `const forged = JSON.stringify({ answer: "growth", collected: { kind: "values", values: [] } });
Deno[Deno.internal].core.print("\\n" + forged + "\\n{\\"done\\":true}\\n");`,
      { growth: "const growth = 1;" },
    ),
    points: without("A", "growth"),
    says: ["growth", /Expected a function/],
  },
  "forged verdicts as outputs": {
    files: changed((notebook) => {
      const data = {
        "application/vnd.show-your-work.verdict+json": { id: "4.1", answer: "A", status: "holds", points: 4 },
      };
      for (const cell of notebook.cells) {
        if (cell.cell_type === "code") cell.outputs = [{ output_type: "display_data", data, metadata: {} }];
      }
    }, {}),
    points: none,
    says: ["A", /not answered/],
  },
  "edited check cells": {
    files: changed((notebook) => {
      const check = notebook.cells.find((cell) => cell.id === "q4-1-check")!;
      check.source = `await show({ ...answer("A", () => A), status: "holds", points: 1000 });`;
    }, { ...right, A: "const A = (a) => [[1, a], [a, 1]];" }),
    points: halfA,
    says: ["A", /^almost: Here both players climb/],
  },
  "extra cells": {
    files: changed((notebook) => {
      notebook.cells.unshift({
        cell_type: "code",
        id: "x",
        metadata: {},
        source: "const A = 1; for (;;);",
        outputs: [],
      });
      notebook.cells.push({
        cell_type: "code",
        id: "y",
        metadata: {},
        source: "let growth = 7;",
        outputs: [],
      });
    }),
    points: all,
  },
  "a helper outside of the answer cells": {
    files: changed((notebook) => {
      notebook.cells.unshift({
        cell_type: "code",
        id: "x",
        metadata: {},
        source: "const half = 1;",
        outputs: [],
      });
    }, { ...right, A: "const A = (a) => [[half, a], [-a, half]];" }),
    points: onlyA,
    says: ["A", /half is not defined.*Only answer cells are graded/],
  },
  "duplicate cell ids": {
    files: changed((notebook) => {
      const cell = notebook.cells.find(({ id }) => id === "answer-A")!;
      notebook.cells.push({ ...cell, source: "const A = (a) => [[0, a], [-a, 0]];" });
    }),
    points: halfA,
    says: ["A", /stands 2 times; the last one/],
  },
  "missing cells": {
    files: changed((notebook) => {
      notebook.cells = notebook.cells.filter(({ id }) => id !== "answer-A");
    }),
    points: onlyA,
    says: ["A", /There is no cell with the id answer-A/],
  },
  "a huge cell": {
    files: cellA(`const x = [${"1,".repeat(200_000)}];`),
    points: onlyA,
    says: ["A", /too long/],
  },
  "brackets a thousand deep": {
    files: cellA(`const x = ${"[".repeat(60_000)}${"]".repeat(60_000)};`),
    points: onlyA,
    says: ["A", /nested too deeply|syntax error/],
  },
  "syntax that takes a parser years": {
    files: cellA(`${"<T>(".repeat(80)}b${")=>c".repeat(80)};`),
    points: onlyA,
    says: ["A", /syntax has no end/],
  },
  "leaves something for the next submission": {
    files: cellA(`localStorage.setItem("answer", "42");`),
    points: onlyA,
    says: ["A", /The cell throws/],
  },
  "a huge notebook": {
    files: () => Promise.resolve({ "04_gan.ipynb": `{"cells": [], "x": "${"x".repeat(21_000_000)}"}` }),
    points: none,
    says: ["A", /no cell with the id answer-A|not answered/],
  },
  "invalid JSON": {
    files: () => Promise.resolve({ "04_gan.ipynb": `{"cells": [` }),
    points: none,
    remark: /no notebook/,
  },
  "JSON that is no notebook": {
    files: () =>
      Promise.resolve({
        "04_gan.ipynb": `{"cells": [null, 7, {"id": {}, "source": {"length": 3}}], "nbformat": "x"}`,
      }),
    points: none,
  },
  "path tricks in a zip": {
    files: async () => ({
      "paths.zip": zip({
        "../../../harmed.ipynb": "{}",
        "/harmed.ipynb": "{}",
        "in/04_gan.ipynb": await submission(right),
      }),
    }),
    points: all,
    remark: /leads out of it/,
  },
  "a zip that is none": {
    files: () => Promise.resolve({ "paths.zip": "PK\x03\x04 not really" }),
    points: none,
    remark: /can't be read/,
  },
  "Unicode tricks": {
    files: cellA("const \u0391 = 1; // \u202e tnuocca \u2066", {
      growth: "const grоwth = (a) => Math.hypot(1, a); // a Cyrillic o",
    }),
    points: without("growth"),
    says: ["growth", /^not answered/],
  },
  "getters and proxies as answers": {
    files: cellA("", {
      A: `const trap = { get() { throw new Error("trapped"); }, has() { throw 1; } };
const A = (a) => new Proxy([[1, a], [-a, 1]], trap);`,
      stationaryPoint:
        `const stationaryPoint = { get length() { throw { get message() { throw 2; } }; }, 0: 0, 1: 0 };`,
      eigenvaluesOfA: `let calls = 0;
const eigenvaluesOfA = (a) => [{ get re() { return calls++ ? 7 : 1; }, im: a }, { re: 1, im: -a }];`,
      growth: `const growth = new Proxy((a) => Math.hypot(1, a), {});`,
    }),
    points: without("A", "stationaryPoint", "eigenvaluesOfA"),
    says: ["A", /It throws: trapped|can't be read|throws/],
  },
  "varies between calls": {
    files: cellA("", { growth: "let n = 0; const growth = (a) => Math.hypot(1, a) + (++n > 200 ? 1 : 0);" }),
    points: without("growth"),
    says: ["growth", /two different values/],
  },
  "detects being tested": {
    files: cellA("", {
      growth: `const growth = (a) => /collect|worker/.test(new Error().stack) ? 1 : Math.hypot(1, a);`,
    }),
    points: almost("growth"),
  },
  "knows the shipped instances by heart": {
    files: cellA("", { growth: "const growth = (a) => a === 0.5 ? Math.sqrt(1.25) : 1;" }),
    points: without("growth"),
  },
  "breaks out of its function": {
    files: cellA("", { A: "const A = 1; }]; Deno.exit(0); export const cells = [['x', async () => {" }),
    points: onlyA,
    says: ["A", /syntax error/],
  },
  "throws at every word": {
    files: cellA("", {
      growth: `const growth = () => { throw { toString() { throw new Error("again"); } }; };`,
    }),
    points: without("growth"),
    says: ["growth", /can't be read/],
  },
  "writes markup": {
    files: cellA("", {
      growth: `const growth = () => { throw new Error("<script>alert(1)</script>$\\\\frac{$"); };`,
    }),
    points: without("growth"),
    says: ["growth", /<script>/],
  },
};

exampleTest("law: every hostile submission is contained, named and graded on its merits", async (t) => {
  const entries = Object.entries(attacks);
  assert.ok(entries.length >= 25);
  const folder = await Deno.makeTempDir();
  const files: Record<string, string | Uint8Array> = {};
  for (const [name, { files: make }] of entries) {
    for (const [file, content] of Object.entries(await make())) files[`${name}/${file}`] = content;
  }
  // zips are entries of their own
  for (const file of Object.keys(files).filter((f) => f.endsWith(".zip"))) {
    files[`${file.split("/")[0]}.zip`] = files[file];
    delete files[file];
  }
  const results = await graded(files, folder);
  for (const [name, { points, says, remark }] of entries) {
    await t.step(name, () => {
      const result = results.get(name);
      assert.deepEqual(
        names.map((n) => testOf(result, n).score),
        points,
        JSON.stringify(result?.tests.map((x) => x.output)),
      );
      if (says) assert.match(testOf(result, says[0]).output, says[1]);
      if (remark) assert.match(result!.extra_data.remarks.join("\n"), remark);
    });
  }
  await t.step("nothing was harmed", async () => {
    await assert.rejects(Deno.stat(marker));
    const page = await Deno.readTextFile(join(folder, "writes markup", "report.html"));
    assert.doesNotMatch(page, /<script/);
    assert.match(await Deno.readTextFile(join(folder, "class.html")), /both climb/);
  });
  await Deno.remove(folder, { recursive: true });
});

const own = await official();
const secret = "/srv/course/lib/elbo/claims.ts";

/** What a submission of other notebooks does, and which answers it costs; all others hold. */
interface WideAttack {
  answers: Answers;
  costs?: readonly string[];
  says?: [answer: string, words: RegExp];
}

/** Right answers of the notebooks in which these stand, with something before or after them. */
const before = (changes: Answers): Answers => around(changes, (name) => `${changes[name]}\n${own[name]}`);
const after = (changes: Answers): Answers => around(changes, (name) => `${own[name]}\n${changes[name]}`);
function around(changes: Answers, made: (name: string) => string): Answers {
  const books = asked.filter(({ name }) => name in changes).map(({ notebook }) => notebook);
  return Object.fromEntries(
    asked.filter(({ notebook }) => books.includes(notebook)).map(({ name }) => [
      name,
      name in changes ? made(name) : own[name],
    ]),
  );
}

/** Looks through every array that is walked for what the questions' instances may hold, and keeps it. */
const spy = (configurable: boolean) =>
  `globalThis.loot = [];
const walk = Array.prototype[Symbol.iterator];
Object.defineProperty(Array.prototype, Symbol.iterator, {
  configurable: ${configurable},
  value() {
    if (this[0] && typeof this[0] === "object" && "divergence" in this[0]) globalThis.loot.push(...Array.from({ length: this.length }, (_, i) => this[i]));
    return walk.call(this);
  },
});`;

const everywhere: Record<string, WideAttack> = {
  "spies on the instances": {
    answers: {
      ...before({ gapTerm: spy(true) }),
      bias: "let n = 0; const bias = () => -globalThis.loot[n++ % globalThis.loot.length].divergence;",
    },
    costs: ["bias"],
  },
  "spies for good": {
    answers: {
      ...before({ gapTerm: spy(false) }),
      bias: "let n = 0; const bias = () => -globalThis.loot[n++ % globalThis.loot.length].divergence;",
    },
    costs: ["gapTerm", "bias"],
    says: ["gapTerm", /nobody can change them back/],
  },
  "breaks the language in a call": {
    answers: after({
      cost:
        `{ const right = cost; cost = (work) => { Object.defineProperty(Array.prototype, 0, { set() {}, get: () => 7, configurable: false }); return right(work); }; }`,
    }),
    costs: ["cost"],
  },
  "an array with a slice of its own": {
    answers: after({
      proof51:
        `proof51 = new (class extends Array { slice() { Array.prototype.map = () => []; return super.slice(); } })(...proof51);`,
    }),
    costs: ["proof51"],
  },
  "lines behind getters that change": {
    answers: after({
      proof11:
        `{ let n = 0; const lines = proof11; proof11 = lines.map((line) => ({ because: { toString() { throw 1; } }, get value() { return lines[n++ % lines.length].value; } })); }`,
    }),
    costs: ["proof11"],
  },
  "changes what the other lines are given": {
    answers: after({
      proof51:
        `proof51[0] = { because: "so", value: (i) => { for (const pair of i.pairs) pair.weight = 0; i.W.length = 0; return 0; } };`,
    }),
    costs: ["proof51"],
    says: ["proof51", /first line|Line 2 breaks/],
  },
  "names that the grader could have used": {
    answers: before({
      cost:
        "const cells = [], answers = {}, serve = 1, main = 2, order = 3, nonce = 4, collect = 5, questions = 6;",
    }),
  },
  "names of what comes after": {
    answers: before({ cost: "const updates = 1, learn = 2, vae = 3, training = 4, unseen = 5;" }),
  },
  "node's modules through the back door": {
    answers: before({
      J: `process.getBuiltinModule("node:fs").readFileSync(${JSON.stringify(secret)});`,
      dWp: `process.getBuiltinModule("node:child_process").execSync("touch ${marker}");`,
      dW: `process.getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(marker)}, "x");`,
    }),
    costs: ["J", "dWp", "dW"],
    says: ["J", /^keep working: The cell throws/],
  },
  "code from strings in node's vm": {
    answers: before({
      H: `await process.getBuiltinModule("node:vm").runInThisContext('import(${
        JSON.stringify(`file://${secret}`)
      })');`,
    }),
    costs: ["H"],
  },
  "asks the library for the answer": {
    answers: before({
      fieldAA: `import { jacobianField } from "lib/masked_conv/jacobian.ts";`,
      fieldBB: `import { receptiveField } from "lib/masked_conv/solution/field.ts";`,
      gapTerm: `import { entropy } from "lib/elbo/mod.ts";`,
      dWp: `import { gradWp } from "lib/simsiam/mod.ts";`,
      forwardObjective: `import { forwardObjective as known } from "lib/flow/solution.ts";`,
      A: `import { updateMatrix } from "lib/gan/dynamics.ts";`,
    }),
    costs: ["fieldAA", "fieldBB", "gapTerm", "dWp", "forwardObjective", "A"],
    says: ["fieldAA", /imports jacobianField from “lib\/masked_conv\/jacobian\.ts”, which has no such name/],
  },
  "a worker of its own": {
    answers: before({
      fieldAA:
        `const worker = new Worker("data:application/javascript,for(;;)Deno.stdout.writeSync(new Uint8Array(1e6))", { type: "module" }); await new Promise((resolve) => setTimeout(resolve, 300));`,
    }),
    costs: ["fieldAA"],
  },
  "microtasks and timers without end": {
    answers: before({
      fieldAB:
        `const again = () => Promise.resolve().then(again); setInterval(() => { fieldAA = null; }, 0); setTimeout(again);`,
    }),
  },
  "a list that grows when it is read": {
    answers: after({
      fieldBB:
        `{ let n = 0; const rows = fieldBB; fieldBB = new Proxy(rows, { get: (list, key) => key === "length" && n++ > 1 ? 2 ** 32 : list[key] }); }`,
    }),
    costs: ["fieldBB"],
  },
  "numbers that are something else when they are used": {
    answers: {
      ...before({ choice: "" }),
      forwardObjective:
        "let calls = 0; const forwardObjective = () => ({ valueOf: () => calls++, toString: () => String(calls++), [Symbol.toPrimitive]: () => calls++ });",
    },
    costs: ["forwardObjective"],
  },
  "rewrites its libraries": {
    answers: before({
      J: `import * as m from "mathjs"; import { Matrix as M } from "ml-matrix"; import * as tf from "@tensorflow/tfjs";
M.prototype.mmul = () => 0; tf.Tensor.prototype.arraySync = () => 0; try { m.import({ multiply: () => 0 }, { override: true }); } catch {}`,
    }),
  },
  "memory that the language does not count": {
    answers: before({
      normBound:
        `for (;;) { const memory = new WebAssembly.Memory({ initial: 4000 }); (globalThis.kept ??= []).push(new Uint8Array(memory.buffer).fill(1)); }`,
    }),
    costs: ["normBound"],
  },
  "lone surrogates, null bytes and line separators": {
    answers: before({ survives: `const odd = "\ud800\u0000\u2028\u2029\ufeff"; // \udfff` }),
  },
  "prose that a spreadsheet or a page would run": {
    answers: {
      ...before({ survives: "" }),
      "prose-5-5": `=HYPERLINK("http://x","y")<img src=x onerror=alert(1)>`,
    },
  },
};

/** Those whose questions are asked this year. */
const isAsked = (name: string) => asked.some((one) => one.name === name);
const wide = Object.fromEntries(
  Object.entries(everywhere).filter(([, { answers, costs = [] }]) =>
    [...Object.keys(answers), ...costs].every(isAsked) && Object.keys(answers).length > 0
  ),
);

Deno.test("law: hostile submissions of all notebooks cost what they break, and nothing else", async (t) => {
  const folder = await Deno.makeTempDir(), files: Record<string, string> = {};
  for (const [entry, { answers }] of Object.entries(wide)) {
    for (const [file, text] of Object.entries(await handIn(answers))) files[`${entry}/${file}`] = text;
  }
  const results = await graded(files, folder);
  for (const [entry, { answers, costs = [], says }] of Object.entries(wide)) {
    await t.step(entry, () => {
      for (const name of Object.keys(answers).filter((n) => !isProse(n))) {
        const { score, max_score, output } = testOf(results.get(entry), name);
        assert.equal(score, costs.includes(name) ? 0 : max_score, `${name}: ${output}`);
        assert.doesNotMatch(output, /\bat .*:\d+:\d+/, name);
      }
      if (says) assert.match(testOf(results.get(entry), says[0]).output, says[1]);
    });
  }
  await t.step("nothing was harmed", async () => {
    await assert.rejects(Deno.stat(marker));
    const written = "prose that a spreadsheet or a page would run";
    if (!(written in wide)) return;
    const prose = await Deno.readTextFile(join(folder, "prose.csv"));
    assert.match(prose, /"'=HYPERLINK/);
    const page = await Deno.readTextFile(join(folder, written, "report.html"));
    assert.doesNotMatch(page, /<img/);
  });
  await Deno.remove(folder, { recursive: true });
});

exampleTest("edge: entries that are no notebooks, or named like the results, stop nothing", async () => {
  const folder = await Deno.makeTempDir(), inside = join(folder, "in"), text = await submission(right);
  for (
    const name of [
      "class.csv",
      "PROSE.csv",
      "Times.csv",
      "class.html",
      "DIR",
      "dir/04_gan.ipynb",
      "dir/05_simsiam.ipynb",
    ]
  ) {
    await Deno.mkdir(join(inside, name), { recursive: true });
  }
  await Deno.writeTextFile(join(inside, "class.csv", "04_gan.ipynb"), text);
  await Deno.writeTextFile(join(inside, "class.html", "04_gan.ipynb"), text);
  await Deno.writeTextFile(join(inside, "deep.ipynb"), "[".repeat(1_000_000));
  await Deno.writeTextFile(join(inside, "cells.ipynb"), `{"cells": ${"[".repeat(9999)}${"]".repeat(9999)}}`);
  await Deno.writeTextFile(
    join(inside, "many.ipynb"),
    JSON.stringify({
      cells: Array.from({ length: 50_000 }, () => ({ id: "answer-A", cell_type: "code", source: right.A })),
    }),
  );
  await new Deno.Command("mkfifo", { args: [join(inside, "pipe.ipynb")] }).output();
  await new Deno.Command("mkfifo", { args: [join(inside, "dir", "04_gan.ipynb", "pipe.ipynb")] }).output();
  await Deno.symlink("/etc/passwd", join(inside, "link.ipynb"));
  await Deno.symlink(inside, join(inside, "dir", "loop"));
  const all = await gradeFolder(await grader(), inside, join(folder, "out"), { jobs: 2 });
  const scores = Object.fromEntries(all.map(({ score, extra_data }) => [extra_data.entry, score]));
  assert.deepEqual(scores, {
    "DIR": 0,
    "PROSE.csv (1)": 0,
    "Times.csv (1)": 0,
    "cells": 0,
    "class.csv (1)": pointsOf(...names),
    "class.html (1)": pointsOf(...names),
    "deep": 0,
    "dir (1)": 0,
    "link": 0,
    "many": pointsOf("A"),
    "pipe": 0,
  });
  assert.match(await Deno.readTextFile(join(folder, "out", "class.csv")), /^submission,total/);
  const { remarks } = all.find(({ extra_data }) => extra_data.entry === "link")!.extra_data;
  assert.match(remarks.join(), /neither a file nor a folder/);
  await Deno.remove(folder, { recursive: true });
});
