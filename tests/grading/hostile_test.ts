import assert from "node:assert/strict";
import { join } from "node:path";
import { graded, type RawNotebook, right, submission, testOf, zip } from "./course.ts";

/** What a submission does, and what each answer of it is worth; its feedback says why. */
interface Attack {
  files: () => Promise<Record<string, string | Uint8Array>>;
  points: [A: number, stationaryPoint: number, eigenvaluesOfA: number, growth: number];
  says?: [answer: string, words: RegExp];
  remark?: RegExp;
}

const names = ["A", "stationaryPoint", "eigenvaluesOfA", "growth"];
const all: Attack["points"] = [4, 3, 3, 3];
const none: Attack["points"] = [0, 0, 0, 0];
const marker = join(await Deno.makeTempDir(), "harmed");

/** A submission whose cell `A` does something beside its answer. */
const cellA = (code: string, answers: Record<string, string> = {}) => async () => ({
  "04_gan.ipynb": await submission({ ...right, A: `${code}\n${right.A}`, ...answers }),
});
const changed = (change: (notebook: RawNotebook) => void, answers = right) => async () => ({
  "04_gan.ipynb": await submission(answers, change),
});
/** A fault in the cell of A costs A, and nothing else. */
const onlyA: Attack["points"] = [0, 3, 3, 3];

const attacks: Record<string, Attack> = {
  "reads the solution": {
    files: cellA(`const text = Deno.readTextFileSync("/srv/course/lib/gan.ts");`),
    points: onlyA,
    says: ["A", /Requires read access/],
  },
  "reads other submissions": {
    files: cellA(`for (const entry of Deno.readDirSync("..")) console.log(entry);`),
    points: onlyA,
    says: ["A", /Requires read access/],
  },
  "imports the claims": {
    files: cellA(`import { claims } from "lib/claims/gan.ts"; claims("4.1");`),
    points: onlyA,
    says: ["A", /imports “lib\/claims\/gan\.ts”/],
  },
  "imports the questions": {
    files: cellA(`import { answer } from "lib/answers/gan.ts";`),
    points: onlyA,
    says: ["A", /imports “lib\/answers\/gan\.ts”/],
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
    points: [4, 3, 3, 0],
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
    says: ["A", /took more than 3 seconds/],
  },
  "a call never ends": {
    files: cellA("", { growth: "const growth = (a) => { for (;;); };" }),
    points: [4, 3, 3, 0],
    says: ["growth", /took more than 3 seconds/],
  },
  "a promise that never settles": {
    files: cellA("await new Promise(() => {});"),
    points: onlyA,
    says: ["A", /waits for something/],
  },
  "an answer that is a promise": {
    files: cellA("", { growth: "const growth = async (a) => Math.hypot(1, a);" }),
    points: [4, 3, 3, 0],
    says: ["growth", /promise/],
  },
  "a rejection nobody awaits": {
    files: cellA(`Promise.reject(new Error("lost")); setTimeout(() => { throw new Error("late"); });`),
    points: all,
  },
  "a bomb of memory": {
    files: cellA("const hoard = []; for (;;) hoard.push(new Uint8Array(1e7).fill(1));"),
    points: onlyA,
    says: ["A", /needed more than 400 MB|throws|ended the process/],
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
    points: [4, 3, 3, 0],
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
    points: [4, 3, 3, 0],
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
    points: onlyA,
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
    points: onlyA,
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
    remark: /21 MB|too large/,
  },
  "invalid JSON": {
    files: () => Promise.resolve({ "04_gan.ipynb": `{"cells": [` }),
    points: none,
    remark: /is not JSON/,
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
    points: [4, 3, 3, 0],
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
    points: [0, 0, 0, 3],
    says: ["A", /It throws: trapped|can't be read|throws/],
  },
  "varies between calls": {
    files: cellA("", { growth: "let n = 0; const growth = (a) => Math.hypot(1, a) + (++n > 200 ? 1 : 0);" }),
    points: [4, 3, 3, 0],
    says: ["growth", /two different values/],
  },
  "detects being tested": {
    files: cellA("", {
      growth: `const growth = (a) => /collect|worker/.test(new Error().stack) ? 1 : Math.hypot(1, a);`,
    }),
    points: [4, 3, 3, 0],
  },
  "knows the shipped instances by heart": {
    files: cellA("", { growth: "const growth = (a) => a === 0.5 ? Math.sqrt(1.25) : 1;" }),
    points: [4, 3, 3, 0],
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
    points: [4, 3, 3, 0],
    says: ["growth", /can't be read/],
  },
  "writes markup": {
    files: cellA("", {
      growth: `const growth = () => { throw new Error("<script>alert(1)</script>$\\\\frac{$"); };`,
    }),
    points: [4, 3, 3, 0],
    says: ["growth", /<script>/],
  },
};

Deno.test("law: every hostile submission is contained, named and graded on its merits", async (t) => {
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
