/** Entries as people and systems hand them in: question 4 solved rightly, and what became of it on the way. */
import { gzipSync, strToU8, zipSync } from "fflate";
import {
  type Answers,
  asked,
  isProse,
  most,
  notebooks,
  official,
  pointsOf,
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
  /** It holds answers of this notebook, too. */
  of?: string;
}

/** All of question 4. */
export const all = pointsOf(...Object.keys(right));
/** What a machine gives for question 5. */
const simsiam = pointsOf(
  ...asked.filter(({ notebook, name }) => notebook === "05_simsiam" && !isProse(name)).map(({ name }) =>
    name
  ),
);

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
  "ava.tar.bz2": file("", () => Promise.resolve("BZh91AY&SY"), { points: 0, says: /hand in a zip/ }),
  "ben_submission": file("", async () => gzipSync(strToU8(await own())), {
    points: 0,
    says: /archive that can't be read here/,
  }),
  "cat_04_gan.pdf": file("", () => Promise.resolve("%PDF-1.4"), {
    points: 0,
    says: /what was handed in is cat_04_gan\.pdf\. Hand in the \.ipynb/,
  }),
  "don: a path from the root": file(
    "a.zip",
    async () => zip({ "/home/don/04_gan.ipynb": await own() }),
  ),
  "eli: a path with a drive": file(
    "a.zip",
    async () =>
      zip({ "C:\\Users\\eli\\04_gan.ipynb": await own(), "__MACOSX\\._04_gan.ipynb": "\0\x05\x16\x07" }),
  ),
  "fin: behind a whole environment": file("a.zip", async () =>
    zip({
      ...Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`course/env/m${i}.py`, "x"])),
      "course/notebooks/04_gan.ipynb": await own(),
    })),
  "gia: only what Jupyter keeps": file(".ipynb_checkpoints/04_gan-checkpoint.ipynb", own, {
    points: 0,
    says: /what was handed in is \.ipynb_checkpoints/,
  }),
  "hob: a checkpoint": file("04_gan-checkpoint.ipynb"),
  "ian: an empty zip": file("a.zip", () => Promise.resolve(zipSync({})), {
    points: 0,
    says: /is an empty zip/,
  }),
  "jan: the whole course": file("a.zip", async () =>
    zip({
      "show-your-work/.handed_out/04_gan.ipynb": await submission({}),
      "show-your-work/deno.json": "{}",
      "show-your-work/notebooks/04_gan.ipynb": await own(),
    })),
  "kit: a class in one zip": file(
    "all.zip",
    async () => zip({ "ann_1_2_04_gan.ipynb": await own(), "bob_3_4_04_gan.ipynb": await own() }),
    {
      says: /looks like the work of several people \(ann_1, bob_3\)/,
    },
  ),
  "abe: a copy in another alphabet": file("04_gan — копия (2).ipynb"),
  "bea: a dot at its end": file("04_gan.ipynb."),
  "cal: a zip cut off": file("a.zip", async () => zip({ "04_gan.ipynb": await own() }).slice(0, -40)),
  "deb: a zip's name, a notebook": file("a.zip"),
  "eda: a notebook's name, a zip": file("04_gan.ipynb", async () => zip({ "04_gan.ipynb": await own() })),
  "fee: capitals": file("NOTEBOOKS/04_GAN.IPYNB"),
  "geo: as in an address": file("04%5Fgan%2Eipynb"),
  "hal: hidden": file(".04_gan.ipynb"),
  "ike: hidden in a zip": file("a.zip", async () => zip({ "work/.04_gan.ipynb": await own() })),
  "jay: thrown away and made again": {
    files: async () => ({
      ".Trash/04_gan.ipynb": await submission({ ...right, A: "" }),
      ".~lock.04_gan.ipynb#": ",jay,laptop",
      "Thumbs.db": "x",
      "04_gan.ipynb": await own(),
    }),
  },
  "kia: a link": file("04_gan.url", () => Promise.resolve("[InternetShortcut]\nURL=https://example.org"), {
    points: 0,
    says: /what was handed in is 04_gan\.url\. Hand in the \.ipynb/,
  }),
  "lew: answers as data": file("answers.json", () => Promise.resolve(JSON.stringify(right)), {
    points: 0,
    says: /what was handed in is answers\.json/,
  }),
  "meg: a folder with the notebook's name": file("04_gan.ipynb/04_gan.ipynb"),
  "nat: half here, half there": {
    files: async () => ({
      "04_gan.ipynb": await submission({ A: right.A, stationaryPoint: right.stationaryPoint }),
      "04_gan part 2.ipynb": await submission({ ...right, A: "", stationaryPoint: "" }),
    }),
    says: /04_gan part 2\.ipynb where it has no answer/,
  },
  "pia.ipynb": file("", () => Promise.resolve(""), { points: 0, says: /empty/ }),
  // how it is written
  "quy": file("04_gan.ipynb", async () => (await own()).replaceAll("\\n", "\\r\\n")),
  "ray": file("04_gan.ipynb", async () => utf16(await own())),
  "roy: commas too many": file(
    "04_gan.ipynb",
    async () => (await own()).replace(/\]\s*,\s*"metadata"/, '],,"metadata"').replace(/\}$/, ",}"),
  ),
  "sal: words around it": file("04_gan.ipynb", async () => `\n\n${await own()}\n\nSent from my phone\n`),
  "tia: its format as a text": made((notebook) => void (notebook.nbformat = "4")),
  "udo: its cells said twice": file(
    "04_gan.ipynb",
    async () => (await own()).replace('"nbformat":', '"cells":[],"nbformat":'),
  ),
  "vin: old line ends": file(
    "04_gan.ipynb",
    async () => JSON.stringify(JSON.parse(await own()), null, 1).replaceAll("\n", "\r"),
  ),
  "wyn: cells that are none": made(({ cells }) => {
    cells.splice(2, 0, null as never, { cell_type: "code", id: "x", metadata: {} } as never);
  }),
  "sue": file("04_gan.ipynb", async () => (await own()).slice(0, -30), { says: /is not whole/ }),
  "tom": file("04_gan.ipynb", async () => `<<<<<<< HEAD\n${await own()}`, { points: 0, says: /is not JSON/ }),
  "uma: all five notebooks, ids lost": {
    files: async () => {
      const texts = notebooks.map((name) => official().then((answers) => submission(answers, bare, name)));
      return Object.fromEntries((await Promise.all(texts)).map((text, i) => [`${notebooks[i]}.ipynb`, text]));
    },
    points: most,
    says: /5\.4 prose-5-4: This answer is read by a person/,
    of: "05_simsiam",
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
  }, { points: 0, says: /old format \(nbformat 3\): open and save it in JupyterLab/ }),
  "viv: a merge's marks": file("04_gan.ipynb", async () => {
    const text = await own();
    return text.replace('{"cell_type"', '<<<<<<< HEAD\n{"cell_type"');
  }, { says: /a merge left its marks/ }),
  "wes: Latin-1": file(
    "04_gan.ipynb",
    async () =>
      Uint8Array.from(
        (await own()).replace("const A", "/* Sch\u00e4tzung */ const A"),
        (c) => c.charCodeAt(0) & 255,
      ),
  ),
  "wim": made((notebook) => {
    for (const cell of notebook.cells) cell.source = text(cell).split(/(?<=\n)/);
  }),
  // what became of its cells
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
  // copies
  "pam_attempt_2026-12-01-10-11-12_04_gan.ipynb": file("", () => submission({ ...right, A: "const A = 1;" })),
  "pam_attempt_2026-12-02-10-11-12_04_gan.ipynb": file(""),
  "pam_attempt_2026-12-02-10-11-12.txt": file("", () => Promise.resolve("Name: Pam")),
  "Qi Li_123_assignsubmission_file_": file("04_gan.ipynb"),
  "Qi Li_123_assignsubmission_onlinetext_": file("onlinetext.html", () => Promise.resolve("<p>see file")),
  "mia": {
    files: async () => ({
      "04_gan.ipynb": await own(),
      "04_gan (1).ipynb": await submission({ ...right, A: "" }),
      "04_gan_backup.ipynb": await submission({}),
    }),
    says: /is graded as 04_gan/,
  },
};
