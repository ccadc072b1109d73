import assert from "node:assert/strict";
import { copy } from "./copy.ts";
import { root } from "../../tools/command.ts";
import { type Output } from "../../tools/kernel/mod.ts";
import { type CodeCell, readNotebook } from "../../tools/notebook.ts";
import { executeNotebook } from "../../tools/run/execute.ts";
import { harvest, objection, verdictMime } from "../../tools/run/verdict.ts";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";
import { inFolder, notebookOf, runTool, writeFixture } from "../tools/fixtures.ts";

const program = `${root}/tools/run.ts`;

const show = (...verdicts: unknown[]) =>
  `await Deno.jupyter.display({ "text/plain": "v", "${verdictMime}": ${
    JSON.stringify(verdicts)
  } }, { raw: true });`;

const verdict = (status: string, answer?: string) => ({ id: "4.1", statement: "true", status, answer });

Deno.test("edge: each way a notebook can fail is reported with its cell, and every output is kept", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/broken.ipynb`;
    await writeFixture(
      path,
      { id: "good", source: 'console.log("printed");\n1 + 1' },
      { id: "throws", source: 'console.log("before");\nthrow new RangeError("Cannot do")' },
      { id: "syntax", source: "const fine = 1;\nconst broken = (" },
      { id: "package", source: 'import missing from "npm:@no-such-scope-here/none@1.0.0";\nmissing' },
      { id: "module", source: 'import { x } from "./no_such_module.ts";\nx' },
      { id: "nothing", source: "0 / 0" },
      { id: "verdict", source: show(verdict("holds"), verdict("almost"), verdict("noted"), { id: 1 }) },
      { id: "prose", type: "markdown", source: "$x$" },
      { id: "endless", source: 'console.log("begun");\nfor (;;) {}' },
      { id: "never", source: "1" },
    );
    const { code, stdout, stderr } = await runTool(program, path, "--limit", "0.8", "--out", `${folder}/out`);
    assert.equal(code, 1);
    const of = (cell: string) =>
      stderr.split("\n").filter((line) => line.includes(`, cell ${cell}`)).join("\n");
    assert.equal(of("good"), "");
    assert.match(of("throws"), /threw RangeError: Cannot do/);
    assert.match(of("syntax"), /cell syntax, line 2: Syntax error/);
    assert.match(of("package"), /cell package, line 1: Cannot import "npm:@no-such-scope-here\/none@1.0.0"/);
    assert.match(of("module"), /threw TypeError: .*no_such_module/);
    assert.match(of("nothing"), /shows nothing, though it should/);
    assert.match(of("verdict"), /verdict 4.1 is "almost": true\n.*malformed verdict: \{"id":1\}/);
    assert.match(of("endless"), /was still running after 0.8 s/);
    assert.match(stdout, /broken.ipynb: 8 of 9 code cells, 3 verdicts, \d+ problems/);

    const kept = await readNotebook(`${folder}/out/broken.ipynb`);
    const outputs = (id: string) => (kept.cells.find((cell) => cell.id === id) as CodeCell).outputs;
    assert.deepEqual(outputs("good").map(({ output_type }) => output_type), ["stream", "execute_result"]);
    assert.deepEqual(outputs("throws").map(({ output_type }) => output_type), ["stream", "error"]);
    assert.deepEqual(outputs("endless"), [{ output_type: "stream", name: "stdout", text: "begun\n" }]);
    assert.deepEqual(kept.cells.map(({ id }) => id).slice(-2), ["endless", "never"]);
  });
});

Deno.test("law: the executed notebook is valid by Jupyter's own schema", async (t) => {
  const { python } = environmentOf(thisPlatform());
  const there = await new Deno.Command(python, { args: ["-c", "import nbformat"] }).output().catch(() =>
    null
  );
  if (!there?.success) {
    console.log("Skipped: no Python environment here (deno task setup makes it)");
    return;
  }
  await inFolder(async (folder) => {
    await writeFixture(
      `${folder}/a.ipynb`,
      { id: "a", source: 'console.log("1\\n2");\n({ a: 1 })', tags: ["answer"] },
      { id: "b", type: "markdown", source: "two\nlines" },
      { id: "c", source: show(verdict("holds")) },
      { id: "d", source: "throw 1" },
    );
    await runTool(program, `${folder}/a.ipynb`, "--out", `${folder}/out`);
    const check =
      "import nbformat, sys; n = nbformat.read(sys.argv[1], nbformat.NO_CONVERT); nbformat.validate(n); " +
      "sys.stdout.write(nbformat.writes(n))";
    const file = `${folder}/out/a.ipynb`;
    const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", check, file] })
      .output();
    assert.ok(success, new TextDecoder().decode(stderr));
    await t.step("second engine: written as Jupyter writes it, byte for byte", async () => {
      assert.equal(new TextDecoder().decode(stdout), (await Deno.readTextFile(file)).replace(/\n$/, ""));
    });
  });
});

Deno.test("edge: a kernel that is killed ends the run, and what was done is kept", async () => {
  const notebook = notebookOf(
    { id: "one", source: "1" },
    { id: "dies", source: 'Deno.kill(Deno.pid, "SIGKILL");\nawait new Promise(() => {});' },
    { id: "after", source: "2" },
  );
  const run = await executeNotebook(`${root}/notebooks/fixture.ipynb`, notebook);
  assert.deepEqual([run.done, run.cells], [2, 3]);
  assert.deepEqual(run.problems.map(({ cell, message }) => [cell, message]), [[
    "dies",
    "the kernel ended: signal SIGKILL",
  ]]);
  assert.equal((run.notebook.cells[0] as CodeCell).outputs.length, 1);
  assert.deepEqual((notebook.cells[0] as CodeCell).outputs, [], "the notebook given is not changed");
});

Deno.test("edge: a run that is stopped keeps what was done", async () => {
  const stop = new AbortController();
  const notebook = notebookOf({ id: "one", source: "1" }, {
    id: "waits",
    source: "await new Promise((r) => setTimeout(r, 1e6))",
  });
  const run = await executeNotebook(`${root}/notebooks/fixture.ipynb`, notebook, {
    signal: stop.signal,
    onCell: ({ id }) => void (id === "waits" && setTimeout(() => stop.abort(), 200)),
  });
  assert.equal((run.notebook.cells[0] as CodeCell).outputs.length, 1);
  assert.match(run.problems.map(({ message }) => message).join(), /stopped on request/);
});

Deno.test("law: two runs at once do not meet, and a path may hold spaces and letters of any kind", async () => {
  await inFolder(async (folder) => {
    for (const name of ["deno.json", "deno.lock", "lib", "tools", "data/course.json"]) {
      await copy(`${root}/${name}`, `${folder}/${name}`);
    }
    await Deno.symlink(`${root}/node_modules`, `${folder}/node_modules`);
    await Deno.mkdir(`${folder}/notebooks`);
    for (const name of ["eins", "zwei ☂"]) {
      await writeFixture(
        `${folder}/notebooks/${name}.ipynb`,
        { id: "import", source: 'import { rational } from "lib/math/exact.ts";' },
        { id: "show", source: `console.log("${name}");\nrational(1, 3).toFraction()` },
        { id: "broken", source: "const x = (" },
      );
    }
    const one = runTool(`${folder}/tools/run.ts`, "--out", `${folder}/out`);
    const two = runTool(`${folder}/tools/run.ts`, "--out", `${folder}/out`);
    for (const { code, stdout, stderr } of await Promise.all([one, two])) {
      assert.equal(code, 1);
      assert.match(stdout, /eins.ipynb: 3 code cells, no verdict, 1 problem /);
      assert.match(stderr, /zwei ☂.ipynb, cell broken, line 1: Syntax error/);
    }
    const cell = (await readNotebook(`${folder}/out/zwei ☂.ipynb`)).cells[1] as CodeCell;
    const [printed, value] = cell.outputs;
    assert.equal(printed.output_type === "stream" && printed.text, "zwei ☂\n");
    assert.match(String("data" in value && value.data["text/plain"]), /1\/3/);
  }, "syw test ü é 数 ");
});

Deno.test("edge: bad arguments are answered in a sentence", async () => {
  const cases: [string[], RegExp][] = [
    [["--limit", "soon"], /^Cannot set the time limit: expected seconds, got soon$/],
    [["no_such.ipynb"], /^Cannot read .*no_such.ipynb: expected a notebook, got no such file$/],
    [["--bogus"], /^Unknown option '--bogus'/],
    [
      ["a/x.ipynb", "b/x.ipynb", "--out", "/tmp"],
      /^Cannot keep the executed notebooks: expected different names, got x.ipynb twice$/,
    ],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await runTool(program, ...args);
    assert.equal(code, 1);
    assert.match(stderr.trim().split("\n")[0], expected);
    assert.doesNotMatch(stderr, /^\s+at /m);
  }
});

Deno.test("mutant: which verdicts let a run fail, by edition", () => {
  const table: [status: string, answer: string | undefined, solution: boolean, student: boolean][] = [
    ["holds", undefined, true, true],
    ["noted", undefined, true, true],
    ["almost", undefined, false, false],
    ["keep working", undefined, false, false],
    ["not answered", undefined, false, false],
    ["defective", undefined, false, false],
    ["holds", "growth", true, true],
    ["noted", "growth", false, false],
    ["not answered", "growth", false, true],
    ["keep working", "growth", false, false],
    ["almost", "growth", false, false],
    ["defective", "growth", false, false],
  ];
  for (const [status, answer, solution, student] of table) {
    const output: Output = {
      output_type: "display_data",
      data: { [verdictMime]: verdict(status, answer) },
      metadata: {},
    };
    const [shown] = harvest([output]).verdicts;
    assert.equal(objection(shown, "solution") === null, solution, `${status} ${answer}`);
    assert.equal(objection(shown, "student") === null, student, `${status} ${answer} for students`);
  }
});
