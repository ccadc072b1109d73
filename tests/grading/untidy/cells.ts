import { most, notebooks, official, pointsOf, type RawNotebook, right, submission } from "../course.ts";
import { all, bare, cellOf, file, made, simsiam, text, type Untidy } from "./kind.ts";

/** What became of its cells. */
export const cells: Readonly<Record<string, Untidy>> = {
  "abi: given its value below": made((notebook) => {
    const cell = cellOf(notebook, "growth"), at = notebook.cells.indexOf(cell);
    const source = "growth = (a) => Math.hypot(1, a);";
    notebook.cells.splice(at + 2, 0, { cell_type: "code", metadata: {}, id: "mine", source });
    cell.source = "let growth: (alpha: number) => number;\n// Write your answer here.";
  }, { says: /growth: .*stood in another cell and was found by its name/ }),
  "bix: written into the check": made((notebook) => {
    const cell = cellOf(notebook, "growth"), at = notebook.cells.indexOf(cell);
    const check = notebook.cells.slice(at + 1).find(({ cell_type }) => cell_type === "code")!;
    check.source = `${right.growth}\n${text(check)}`;
    cell.source = "let growth: (alpha: number) => number;\n// Write your answer here.";
  }),
  "col: the same id twice, the first empty": made((notebook) => {
    const cell = cellOf(notebook, "A");
    notebook.cells.splice(notebook.cells.indexOf(cell), 0, {
      ...cell,
      source: "let A: (alpha: number) => Matrix;\n// Write your answer here.",
    });
  }),
  "dot: one id for all": made((notebook) => {
    for (const { id } of Object.values(notebook.cells)) {
      if (id?.startsWith("answer-")) cellOf(notebook, id.slice("answer-".length)).id = "answer-A";
    }
  }, { says: /A: .*several pieces/ }),
  "dov: an id in capitals": made((notebook) => void (cellOf(notebook, "A").id = "Answer-A")),
  "eve: a word processor's quotes": made((notebook) => {
    const cell = cellOf(notebook, "fate");
    cell.source = text(cell).replace(/"/g, "”");
  }, { points: all - pointsOf("fate"), says: /fate: .*syntax error: Unexpected character '”'/ }),
  "fox: nothing but comments": made((notebook) => {
    const cell = cellOf(notebook, "growth");
    cell.source = text(cell).replace(/^/gm, "// ");
  }, { points: all - pointsOf("growth"), says: /growth: not answered/ }),
  "guy: a file is read": made((notebook) => {
    cellOf(notebook, "growth").source = 'const growth = JSON.parse(Deno.readTextFileSync("table.json"));';
  }, {
    points: all - pointsOf("growth"),
    says: /growth: .*Requires read access to "table\.json", which no answer/,
  }),
  "xia": made(bare),
  "yan": made(({ cells }) => {
    for (const cell of cells) {
      cell.metadata.id = cell.id;
      delete cell.id;
    }
  }),
  "zoe": made((notebook) => {
    for (const [i, cell] of notebook.cells.entries()) cell.id = `cell-${i}`;
  }),
  "al: two answers in one cell": made((notebook) => {
    const first = cellOf(notebook, "A"), second = cellOf(notebook, "stationaryPoint");
    first.source = `${text(first)}\n${text(second)}`;
    notebook.cells.splice(notebook.cells.indexOf(second), 1);
  }),
  "be: two answers in one cell, the other left as it was": made((notebook) => {
    const first = cellOf(notebook, "A");
    first.source = `${text(first)}\n${right.stationaryPoint}`;
    cellOf(notebook, "stationaryPoint").source = "let stationaryPoint: Vector;";
  }),
  "cy: a cell cut in two": made((notebook) => {
    const cell = cellOf(notebook, "growth"), at = notebook.cells.indexOf(cell);
    notebook.cells.splice(at + 1, 0, {
      ...cell,
      id: "new",
      source: "const growth = (a) => squared(a) ** 0.5;",
    });
    cell.source = "const squared = (a) => 1 + a * a;";
  }),
  "di: a cell cut in two, its name in the first": made((notebook) => {
    const cell = cellOf(notebook, "growth"), at = notebook.cells.indexOf(cell);
    notebook.cells.splice(at, 0, { ...cell, id: "new", source: "const squared = (a) => 1 + a * a;" });
    cell.source = "const growth = (a) => squared(a) ** 0.5;";
  }, { says: /several pieces/ }),
  "dan: a helper in a cell of its own": made((notebook) => {
    const cell = cellOf(notebook, "growth"), at = notebook.cells.indexOf(cell);
    const source = "const squared = (a) => 1 + a * a;";
    notebook.cells.splice(at, 0, { cell_type: "code", metadata: {}, id: "new", source });
    cell.source = "const growth = (a) => squared(a) ** 0.5;";
  }, { points: all - pointsOf("growth"), says: /squared is not defined.*Only answer cells/ }),
  "ed: pasted below, the old cell empty": made((notebook) => {
    const cell = cellOf(notebook, "A");
    notebook.cells.push({ ...cell, id: "pasted" });
    cell.source = "";
  }),
  "flo: an answer as Markdown": made((notebook) => {
    const cell = cellOf(notebook, "A");
    cell.cell_type = "markdown";
    cell.source = `\`\`\`ts\n${text(cell)}\n\`\`\``;
  }, { says: /text, not code/ }),
  "gil: an answer as raw text": made((notebook) => {
    cellOf(notebook, "A").cell_type = "raw";
  }, { says: /text, not code/ }),
  "hue: an answer in another notebook": {
    files: async () => ({
      "05_simsiam.ipynb": await submission({}, ({ cells }) => {
        cells.push({ cell_type: "code", source: right.growth, metadata: {}, id: "pasted" });
      }, "05_simsiam"),
      "04_gan.ipynb": await submission({ ...right, growth: "" }),
    }),
    of: "05_simsiam",
  },
  "ivy: its name without const": made((notebook) => {
    cellOf(notebook, "stationaryPoint").source = "stationaryPoint = [0, 0];";
  }),
  "joy: with a type and export": made((notebook) => {
    cellOf(notebook, "stationaryPoint").source = "export const stationaryPoint: number[] = [0, 0];";
  }),
  "kay: two names in one const, ids lost": made((notebook) => {
    const cell = cellOf(notebook, "A");
    cell.source = `const [A, other] = [${right.A.replace(/^const A = |;$/g, "")}, 1];`;
    bare(notebook);
  }),
  "lou: outputs and a broken cell": made((notebook) => {
    cellOf(notebook, "growth").source = "const growth = (a) => {";
  }, { points: all - pointsOf("growth"), says: /syntax/ }),
  "max: a fence around code": made((notebook) => {
    const cell = cellOf(notebook, "growth");
    cell.source = `\`\`\`ts\n${text(cell)}\n\`\`\``;
  }, { says: /text, not code/ }),
  "moe: all five in one notebook": file("all.ipynb", async () => {
    const texts = await Promise.all(
      notebooks.map((name) => official().then((a) => submission(a, bare, name))),
    );
    const [first, ...others] = texts.map((one): RawNotebook => JSON.parse(one));
    return JSON.stringify({ ...first, cells: [...first.cells, ...others.flatMap(({ cells }) => cells)] });
  }, { points: most }),
  "ned: cells upside down": made((notebook) => void notebook.cells.reverse()),
  "nia: prose below its place": file(
    "05_simsiam.ipynb",
    async () =>
      submission({ ...await official(), "prose-5-4": "*Write your answer here.*" }, ({ cells }) => {
        const at = cells.findIndex(({ id }) => id === "answer-prose-5-4");
        cells.splice(at + 1, 0, {
          cell_type: "markdown",
          id: "mine",
          metadata: {},
          source: "Because of this.",
        });
      }, "05_simsiam"),
    {
      points: simsiam,
      says: /5\.4 prose-5-4: This answer is read by a person\.\s*Because of this/,
      of: "05_simsiam",
    },
  ),
  "oda: prose in two cells": file(
    "05_simsiam.ipynb",
    async () =>
      submission({ ...await official(), "prose-5-4": "First." }, ({ cells }) => {
        const at = cells.findIndex(({ id }) => id === "answer-prose-5-4");
        cells.splice(at + 1, 0, { cell_type: "markdown", id: "mine", metadata: {}, source: "Second." });
      }, "05_simsiam"),
    { points: simsiam, says: /several pieces[^]*First\.\s+Second\./, of: "05_simsiam" },
  ),
};
