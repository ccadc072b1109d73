import assert from "node:assert/strict";
import fc from "fast-check";
import { checkCells, parseDiagnostics } from "../../tools/cells.ts";
import { joinCells } from "../../tools/cells/join.ts";
import { parseCell } from "../../tools/cells/parse.ts";
import { root } from "../../tools/command.ts";
import { type FixtureCell, notebookOf } from "./fixtures.ts";

const path = `${root}/notebooks/fixture.ipynb`;

/** The faults of one notebook as `cell:line message`. */
async function faultsOf(...cells: FixtureCell[]): Promise<string[]> {
  const faults = await checkCells([{ path, notebook: notebookOf(...cells) }]);
  return faults.map(({ file, cell, line, message }) => {
    assert.equal(file, path);
    return `${cell}:${line} ${message}`;
  });
}

Deno.test("edge: a type error is named with its cell and line", async () => {
  const faults = await faultsOf(
    { id: "imports", source: 'import { rational } from "lib/math/exact.ts";' },
    { id: "prose", type: "markdown", source: "# no code" },
    {
      id: "wrong",
      source: '// a comment\nconst third: string = rational(1, 3).toFraction();\nrational(1, "3")',
    },
    { id: "after", source: "const n: number = third;" },
  );
  assert.equal(faults.length, 2, faults.join("\n"));
  assert.match(faults[0], /^wrong:3 TS2345: Argument of type '"3"' is not assignable/);
  assert.match(faults[1], /^after:1 TS2322: Type 'string' is not assignable to type 'number'/);
});

Deno.test("edge: a syntax error is named with its cell and line", async () => {
  const faults = await faultsOf({ id: "good", source: "1" }, {
    id: "open",
    source: "const a = 1;\nconst b = (",
  });
  assert.deepEqual(faults, ["open:2 Syntax error: Unexpected token"]);
});

Deno.test("edge: imports that deno.json does not name are faults", async () => {
  const faults = await faultsOf({
    id: "imports",
    source:
      'import a from "npm:left-pad";\nimport b from "../lib/gan/dynamics.ts";\nimport c from "https://example.com/c.ts";',
  });
  assert.equal(faults.length, 3);
  faults.forEach((fault, i) =>
    assert.match(fault, new RegExp(`^imports:${i + 1} Cannot import ".*": expected a name of deno.json`))
  );
});

Deno.test("edge: a bare name that deno.json lacks, and a name that a module lacks", async () => {
  const faults = await faultsOf({
    id: "imports",
    source:
      'import stranger from "stranger";\nimport {\n  absent,\n} from "lib/math/exact.ts";\n[stranger, absent]',
  });
  assert.equal(faults.length, 2, faults.join("\n"));
  assert.match(faults[0], /^imports:1 TS2307: Import "stranger" not a dependency and not in import map$/);
  assert.match(faults[1], /^imports:3 TS2305: Module .* has no exported member 'absent'/);
});

Deno.test("law: what the kernel allows is no fault: redeclaration, repeated imports, late imports, unused names", async () => {
  const faults = await faultsOf(
    {
      id: "a",
      source:
        'import { rational } from "lib/math/exact.ts";\nconst x = 1, unused = 2;\nfunction f() { return x }',
    },
    {
      id: "b",
      source: 'import { rational } from "lib/math/exact.ts";\nconst x = "text";\nclass C { y = x.length }',
    },
    {
      id: "c",
      source:
        'import * as exact from "lib/math/exact.ts";\nlet [x, ...rest] = [exact.rational(1, 2)]; x = rational(1, 3)',
    },
    {
      id: "d",
      source:
        "interface C { z: number }\nconst { n: f = 1 } = { n: 2 };\nconst c: C = { z: f + rest.length };\nawait Promise.resolve(c)",
    },
    { id: "e", source: "(1 + 1)" },
    { id: "f", source: "const rational = (n: number) => n;\nrational(2).toFixed()" },
    { id: "g", source: 'import { rational } from "lib/math/exact.ts";\nrational(1, 2).toFraction()' },
  );
  assert.deepEqual(faults, []);
});

Deno.test("mutant: a redeclared name has its new type from that cell on, and only from there", async () => {
  const faults = await faultsOf(
    { id: "a", source: "const x = 1;\nx.toFixed();" },
    { id: "b", source: 'const x = "text";\nx.length;' },
    { id: "c", source: "x.toFixed();" },
  );
  assert.equal(faults.length, 1, faults.join("\n"));
  assert.match(faults[0], /^c:1 TS2\d+: Property 'toFixed' does not exist on type/);
});

Deno.test("law: every line of a joined module knows its cell and line", () => {
  const line = fc.constantFrom(
    "const a = 1;",
    "let b = a;",
    "// words",
    "",
    "b;",
    "function a() {}",
    'import c from "c";',
  );
  fc.assert(fc.property(fc.array(fc.array(line, { maxLength: 3 }), { maxLength: 6 }), (notebook) => {
    const cells = notebook.map((lines, i) => ({ id: `cell-${i}`, source: lines.join("\n") }));
    const joined = joinCells(cells);
    if ("faults" in joined) return;
    joined.text.split("\n").forEach((text, i) => {
      const origin = joined.origins[i];
      if (!origin || text.trim() === "" || text.startsWith("import ") || text.includes("__")) return;
      const cell = cells.find(({ id }) => id === origin.cell);
      assert.equal(cell?.source.split("\n")[origin.line - 1], text);
    });
  }));
});

Deno.test("edge: which cells must show something", () => {
  const shows = (source: string) => {
    const cell = parseCell(source);
    return "shows" in cell && cell.shows;
  };
  for (
    const source of [
      "x",
      "1 + 1",
      "`t`",
      "[1]",
      "({ a: 1 })",
      "-0",
      "await show(v)",
      "console.log(1); const a = 1",
      "a.b",
      "x as number",
      "new Map()",
    ]
  ) assert.equal(shows(source), true, source);
  for (
    const source of [
      "const x = 1",
      "x = 2",
      "f(x)",
      "await f(x)",
      "x++",
      "undefined",
      "void 0",
      "",
      "// only words",
      "function f() { console.log(1) }",
    ]
  ) assert.equal(shows(source), false, source);
});

Deno.test("edge: what deno check prints is read whole", () => {
  const text = [
    "Check a.ts",
    "TS2322 [ERROR]: Type 'A' is not assignable to type 'B'.",
    "  Property 'x' is missing in type 'A'.",
    "  const x: B = a;",
    "        ^",
    "    at file:///tmp/a.ts:2:7",
    "",
    "    'x' is declared here.",
    "      x: number;",
    "      ^",
    "        at file:///tmp/b.ts:9:9",
    "",
    "error: npm package 'none' does not exist.",
    "    at file:///tmp/c.ts:1:15",
  ].join("\n");
  assert.deepEqual(parseDiagnostics(text), [
    {
      url: "file:///tmp/a.ts",
      line: 2,
      column: 7,
      message: "TS2322: Type 'A' is not assignable to type 'B'. Property 'x' is missing in type 'A'.",
    },
    { url: "file:///tmp/c.ts", line: 1, column: 15, message: "npm package 'none' does not exist." },
  ]);
});
