/** Forty entries as people hand them in: question 4 solved rightly, and what became of it on the way. */
import { gzipSync, strToU8, zipSync } from "fflate";
import {
  type Answers,
  most,
  notebooks,
  official,
  type RawNotebook,
  right,
  submission,
  zip,
} from "./course.ts";

/** One entry: its files, what it is worth of question 4's points, and what is said where that is not all. */
export interface Untidy {
  files: () => Promise<Record<string, string | Uint8Array>>;
  /** Points; all of question 4 where nothing is said. */
  points?: number;
  /** A part of the report. */
  says?: RegExp;
}

const own = () => submission(right);
const changed = (change: (notebook: RawNotebook) => void, answers: Answers = right) =>
  submission(answers, change);
const file = (
  name: string,
  content: () => Promise<string | Uint8Array> = own,
  more: Partial<Untidy> = {},
) => ({
  files: async () => ({ [name]: await content() }),
  ...more,
});
const made = (change: (notebook: RawNotebook) => void, more: Partial<Untidy> = {}): Untidy =>
  file("04_gan.ipynb", () => changed(change), more);
const cellOf = ({ cells }: RawNotebook, name: string) => cells.find(({ id }) => id === `answer-${name}`)!;
const bare = (notebook: RawNotebook) => {
  for (const cell of notebook.cells) delete cell.id;
};
const text = (cell: { source: string | string[] }) => [cell.source].flat().join("");
const utf16 = (words: string) => {
  const out = new Uint8Array(2 * words.length), view = new DataView(out.buffer);
  for (let i = 0; i < words.length; i++) view.setUint16(2 * i, words.charCodeAt(i), true);
  return out;
};

export const untidy: Readonly<Record<string, Untidy>> = {
  // where it lies
  "ann": file("04_gan.ipynb"),
  "bob.zip": file("", async () => zip({ "04_gan.ipynb": await own() })),
  "cem_LATE_12_345_submission.zip": file(
    "",
    async () => zip({ "show-your-work/notebooks/04_gan.ipynb": await own() }),
  ),
  "Dora Ó Sé_123_assignsubmission_file_": file(
    "submission.zip",
    async () => zip({ "04_gan.ipynb": await own() }),
  ),
  "eve 04_gan.ipynb": file(""),
  "fay.IPYNB": file(""),
  "gus.ipynb.txt": file(""),
  "hal.ipynb.zip": file("", async () => zip({ "04_gan.ipynb": await own() })),
  "ida": file("a/b/c/04_gan.ipynb"),
  "jon": file("04_gan.ipynb.download"),
  "kim.zip": file("", async () => zipSync({ "notebooks\\04_gan.ipynb": strToU8(await own()) }, { level: 0 })),
  "lea #1 100%?": file("04_gan.ipynb"),
  "class.csv": file("04_gan.ipynb"),
  "times.csv": file("04_gan.ipynb"),
  "max.tar.gz": file("", () => Promise.resolve(gzipSync(strToU8("04_gan.ipynb"))), {
    points: 0,
    says: /archive that can't be read here: hand in a zip/,
  }),
  "ned": file("04_gan.html", () => Promise.resolve("<!doctype html><p>growth"), {
    points: 0,
    says: /no notebook in it/,
  }),
  "ola": file("04_gan.ts", () => Promise.resolve(right.A), { points: 0, says: /no notebook in it/ }),
  "pia.ipynb": file("", () => Promise.resolve(""), { points: 0, says: /empty/ }),
  // how it is written
  "quy": file("04_gan.ipynb", async () => (await own()).replaceAll("\\n", "\\r\\n")),
  "ray": file("04_gan.ipynb", async () => utf16(await own())),
  "sue": file("04_gan.ipynb", async () => (await own()).slice(0, -30), { says: /is not whole/ }),
  "tom": file("04_gan.ipynb", async () => `<<<<<<< HEAD\n${await own()}`, { points: 0, says: /is not JSON/ }),
  "uma: all five notebooks, ids lost": {
    files: async () => {
      const texts = notebooks.map((name) => official().then((answers) => submission(answers, bare, name)));
      return Object.fromEntries((await Promise.all(texts)).map((text, i) => [`${notebooks[i]}.ipynb`, text]));
    },
    points: most,
    says: /5\.4 prose-5-4: This answer is read by a person/,
  },
  "ulf": file(
    "04_gan.ipynb",
    async () => (await own()).replace('"outputs":[]', '"outputs":[{"data":{"x":NaN}}]'),
  ),
  "vic": made((notebook) => {
    notebook.worksheets = [{
      cells: notebook.cells.map(({ source, ...cell }) => ({ ...cell, input: source })),
    }];
    notebook.nbformat = 3;
    Reflect.deleteProperty(notebook, "cells");
  }, { points: 0, says: /no notebook: it has no cells/ }),
  "wim": made((notebook) => {
    for (const cell of notebook.cells) cell.source = text(cell).split(/(?<=\n)/);
  }),
  // what became of its cells
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
  }, { points: 11, says: /squared is not defined.*Only answer cells/ }),
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
  }, { points: 11, says: /syntax/ }),
  // copies
  "mia": {
    files: async () => ({
      "04_gan.ipynb": await own(),
      "04_gan (1).ipynb": await submission({ ...right, A: "" }),
      "04_gan_backup.ipynb": await submission({}),
    }),
    says: /is graded as 04_gan/,
  },
};
