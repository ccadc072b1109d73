import assert from "node:assert/strict";
import course from "../data/course.json" with { type: "json" };
import { mayLeave } from "../tools/editions/library.ts";

/** The arrows of the house, read off the imports; and the notebooks' form, read off their files. */

const root = new URL("../", import.meta.url);

function* filesOf(folder: string, ending: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !entry.name.startsWith(".")) yield* filesOf(`${path}/`, ending);
    else if (entry.name.endsWith(ending)) yield path;
  }
}

const sources = [...filesOf("lib/", ".ts")].sort();
const textOf = (path: string) => Deno.readTextFileSync(new URL(path, root));
const importsOf = (path: string) =>
  [...textOf(path).matchAll(/^(?:import|export)[^"']*?from\s+"([^"]+)"/gms)].map(([, from]) =>
    from.startsWith(".") ? new URL(from, new URL(path, root)).pathname.slice(root.pathname.length) : from
  );

/** What is asked this year, and what rests. */
const { resting = {} } = course as { resting?: Record<string, { notebook: string }> };
const subjects = [...Object.values(course.questions), ...Object.values(resting)].map((q) =>
  q.notebook.slice(3)
);
const notebooks = [...filesOf("notebooks/", ".ipynb")].filter((path) =>
  !path.startsWith("notebooks/resting/")
);

/**
 * Where a file stands: "lib/math/exact.ts" in the room "math"; in a subject's folder the first name after it
 * tells the storey: claims, questions, figures, else the subject's own mathematics.
 */
interface Place {
  room: string;
  subject?: string;
}
const storeys = [
  "mod",
  "solution",
  "misconceptions",
  "slips",
  "claims",
  "questions",
  "figures",
  "variant",
  "reproduce",
];
function placeOf(path: string): Place {
  const [top, first, second] = path.split("/");
  if (top !== "lib") return { room: top === "tools" ? "tools" : "outside" };
  if (!subjects.includes(first)) return { room: first };
  const storey = second.replace(/\.ts$/, "");
  if (/^solution\/figures(\/|\.ts$)/.test(path.slice(`lib/${first}/`.length))) {
    return { room: "solution/figures", subject: first };
  }
  return { room: storeys.includes(storey) ? storey : "own", subject: first };
}

/** What each room may import from; a subject's rooms only from the same subject. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  math: ["math"],
  tensor: ["tensor", "math"],
  course: ["course", "math", "tensor"],
  proof: ["proof", "course", "math"],
  show: ["show", "proof", "math"],
  own: ["own", "course", "math", "tensor"],
  mod: ["solution", "own", "math"],
  solution: ["solution", "own", "course", "math", "tensor"],
  misconceptions: ["misconceptions", "mod", "solution", "own", "math", "tensor"],
  slips: ["slips", "mod", "solution", "own", "course", "math", "tensor", "proof"],
  claims: ["mod", "claims", "misconceptions", "solution", "own", "course", "math", "tensor", "proof"],
  questions: ["questions", "misconceptions", "slips", "own", "course", "math", "tensor", "proof"],
  variant: ["variant", "mod", "solution", "own", "course", "math"],
  reproduce: ["reproduce", "mod", "solution", "own", "course", "math", "tensor"],
  figures: ["figures", "questions", "own", "course", "math", "proof", "show"],
  "solution/figures": [
    ...["solution/figures", "figures", "claims", "questions", "mod", "solution", "own"],
    ...["course", "math", "proof", "show"],
  ],
};

Deno.test("law: the arrows of the house never turn back, and no subject knows another", () => {
  for (const path of sources) {
    const here = placeOf(path);
    assert.ok(here.room in mayImport, `${path}: expected one of the house's rooms, got ${here.room}`);
    for (const from of importsOf(path)) {
      const there = placeOf(from);
      if (there.room === "outside") continue;
      assert.ok(mayImport[here.room].includes(there.room), `${path} (${here.room}) imports ${from}`);
      if (there.subject) assert.equal(there.subject, here.subject, `${path} imports ${from}`);
    }
  }
});

Deno.test("law: what may leave the house imports only what may leave, and what is given as values", () => {
  const leaving = sources.filter(mayLeave);
  assert.deepEqual(
    leaving.filter((path) =>
      !["own", "questions", "figures"].includes(placeOf(path).room) && placeOf(path).subject
    ),
    [],
  );
  for (const path of leaving) {
    assert.doesNotMatch(textOf(path), /(BEGIN|END) SOLUTION/, path);
    for (const from of importsOf(path).filter((from) => from.startsWith("lib/") && !mayLeave(from))) {
      const given = placeOf(path).room === "questions" &&
        ["misconceptions", "slips"].includes(placeOf(from).room);
      assert.ok(given, `${path} imports ${from}`);
    }
  }
});

Deno.test("law: the commands know no subject", () => {
  for (const path of filesOf("tools/", ".ts")) {
    if (path.startsWith("tools/new/question/")) continue;
    for (const from of importsOf(path)) {
      assert.equal(placeOf(from).subject, undefined, `${path} imports ${from}`);
    }
  }
});

Deno.test("law: packages come in by their names in deno.json, pinned exactly", () => {
  const { imports } = JSON.parse(textOf("deno.json")) as { imports: Record<string, string> };
  for (const [name, target] of Object.entries(imports)) {
    if (name !== "lib/") assert.match(target, /^npm:\/?(@[^/]+\/)?[^@/]+@\d+\.\d+\.\d+(\/|$)/, name);
  }
  for (const path of [...sources, ...filesOf("tools/", ".ts")]) {
    for (const from of importsOf(path)) assert.doesNotMatch(from, /^(npm|jsr|https?):/, path);
  }
});

Deno.test("law: one word opens every door: folder, claims, questions, figures, tests, data, notebook", () => {
  for (const path of notebooks) {
    const notebook = path.slice("notebooks/".length, -".ipynb".length);
    assert.ok(
      Object.values(course.questions).some((q) => q.notebook === notebook),
      `${path} is in no question of data/course.json`,
    );
    const subject = notebook.slice(3);
    const wanted = [
      `lib/${subject}/solution.ts`,
      `lib/${subject}/claims.ts`,
      `lib/${subject}/questions.ts`,
      `lib/${subject}/figures.ts`,
      `tests/${subject}/${subject}_test.ts`,
      `data/${subject}.json`,
      `data/${subject}.py`,
      `notebooks/${notebook}.ipynb`,
    ];
    const there = wanted.filter((path) => {
      try {
        return Deno.statSync(new URL(path, root)).isFile;
      } catch {
        return false;
      }
    });
    assert.deepEqual(there, wanted);
  }
});

Deno.test("law: no file is longer than can be read, and none hides a type", () => {
  for (const path of sources) {
    const text = textOf(path), lines = text.split("\n").length;
    if (!path.startsWith("lib/tensor/")) assert.ok(lines <= 350, `${path}: ${lines} lines`);
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(code, /\bas any\b|: any\b|<any>/, path);
    assert.doesNotMatch(text, /\b(TODO|FIXME|XXX)\b|not implemented/, path);
  }
});

interface Cell {
  cell_type: "code" | "markdown";
  id: string;
  source: string | string[];
  metadata: { tags?: string[] };
  outputs?: unknown[];
  execution_count?: number | null;
}
const tags = ["answer", "check", "solution", "picture", "further", "prose"];
const sourceOf = (cell: Cell) => typeof cell.source === "string" ? cell.source : cell.source.join("");

for (const path of notebooks) {
  Deno.test(`law: ${path} has the form of a notebook`, () => {
    const text = textOf(path);
    const notebook = JSON.parse(text) as {
      cells: Cell[];
      metadata: { kernelspec: unknown };
      nbformat: number;
      nbformat_minor: number;
    };
    assert.ok(text.length <= 100_000, `${text.length} bytes`);
    assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
    assert.deepEqual(notebook.metadata.kernelspec, {
      display_name: "Deno",
      language: "typescript",
      name: "deno",
    });
    const code = notebook.cells.filter((cell) => cell.cell_type === "code");
    assert.ok(code.length <= 40, `${code.length} code cells`);
    assert.equal(new Set(notebook.cells.map((cell) => cell.id)).size, notebook.cells.length);
    for (const cell of notebook.cells) {
      assert.match(cell.id, /^(q\d+(-[a-z0-9]+)+|answer-[A-Za-z0-9-]+)$/, cell.id);
      for (const tag of cell.metadata.tags ?? []) assert.ok(tags.includes(tag), `${cell.id}: ${tag}`);
    }
    for (const [k, cell] of code.entries()) {
      assert.deepEqual([cell.outputs, cell.execution_count], [[], null], cell.id);
      const lines = sourceOf(cell).split("\n").length,
        proves = /derivation\(|proof\(|proof\d+ =/.test(sourceOf(cell));
      assert.ok(lines <= (k === 0 || proves ? 130 : 15), `${cell.id}: ${lines} lines`);
      if (k > 0) assert.doesNotMatch(sourceOf(cell), /^import /m, `${cell.id} imports`);
    }
    assert.ok(sourceOf(code[0]).trimEnd().endsWith("await begin();"));
    assert.ok((sourceOf(code[0]).match(/^import /gm) ?? []).length <= 10);
    const question = Object.values(course.questions).find((q) => path.includes(q.notebook))!;
    for (const { name } of question.answers) {
      const cell = notebook.cells.find((c) => c.id === `answer-${name}`);
      assert.ok(cell, `answer-${name} is missing`);
      assert.ok(cell.metadata.tags?.includes("answer"), cell.id);
      if (cell.cell_type === "code") {
        const marks = sourceOf(cell).match(/^\/\/ (BEGIN|END) SOLUTION$/gm);
        assert.deepEqual(marks, ["// BEGIN SOLUTION", "// END SOLUTION"], cell.id);
      }
    }
  });
}
