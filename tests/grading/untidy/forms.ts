import { most, notebooks, official, submission } from "../course.ts";
import { bare, file, made, own, text, type Untidy, utf16 } from "./kind.ts";

/** How a notebook is written. */
export const forms: Readonly<Record<string, Untidy>> = {
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
  "vol: as Jupyter's server hands it over": file(
    "04_gan.ipynb",
    async () => JSON.stringify({ name: "04_gan.ipynb", content: JSON.parse(await own()) }),
    { points: 0, says: /is no notebook: it has no cells/ },
  ),
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
};
