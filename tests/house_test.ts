import assert from "node:assert/strict";
import course from "../data/course.json" with { type: "json" };

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

/** "lib/math/exact.ts" is in the room "math"; "lib/gan.ts" and "lib/elbo/iwae.ts" are subjects. */
const rooms = ["math", "tensor", "notebook", "claims", "zoo", "answers", "figures"];
const roomOf = (path: string) => {
  if (!path.startsWith("lib/")) return path.startsWith("tools/") ? "tools" : "outside";
  const first = path.split("/")[1];
  return rooms.includes(first) && path.split("/").length > 2 ? first : "subject";
};

/** What each room may import from. The pure half of notebook/ (claims and answers as values) is open to both. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  math: ["math"],
  tensor: ["tensor", "math"],
  subject: ["subject", "math", "tensor"],
  notebook: ["notebook", "math"],
  zoo: ["zoo", "subject", "math", "tensor"],
  claims: ["claims", "subject", "zoo", "math", "tensor", "pure"],
  answers: ["answers", "subject", "zoo", "math", "tensor", "pure"],
  figures: ["figures", "subject", "math", "pure"],
};
const pure = ["claim", "derivation", "answer", "reading", "verdict", "figure", "grid", "theme"].map((f) =>
  `lib/notebook/${f}.ts`
);

Deno.test("law: the arrows of the house never turn back", () => {
  for (const path of sources) {
    for (const from of importsOf(path)) {
      const room = pure.includes(from) && !mayImport[roomOf(path)].includes("notebook")
        ? "pure"
        : roomOf(from);
      const data = from.startsWith("data/");
      if (room === "outside" || data) continue;
      assert.ok(
        mayImport[roomOf(path)].includes(room),
        `${path} (${roomOf(path)}) imports ${from} (${room})`,
      );
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

Deno.test("law: one word opens every door: subject, claims, zoo, questions, test, data, notebook", () => {
  for (const path of filesOf("notebooks/", ".ipynb")) {
    const notebook = path.slice("notebooks/".length, -".ipynb".length);
    assert.ok(
      Object.values(course.questions).some((q) => q.notebook === notebook),
      `${path} is in no question of data/course.json`,
    );
    const subject = notebook.slice(3);
    const wanted = [
      `lib/${subject}.ts`,
      `lib/claims/${subject}.ts`,
      `lib/zoo/${subject}.ts`,
      `lib/answers/${subject}.ts`,
      `tests/${subject}_test.ts`,
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

for (const path of filesOf("notebooks/", ".ipynb")) {
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
      assert.match(cell.id, /^(q\d(-[a-z0-9]+)+|answer-[A-Za-z0-9-]+)$/, cell.id);
      for (const tag of cell.metadata.tags ?? []) assert.ok(tags.includes(tag), `${cell.id}: ${tag}`);
    }
    for (const [k, cell] of code.entries()) {
      assert.deepEqual([cell.outputs, cell.execution_count], [[], null], cell.id);
      const lines = sourceOf(cell).split("\n").length,
        proves = /derivation\(|proof\d+ =/.test(sourceOf(cell));
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
