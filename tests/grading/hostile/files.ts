/** What is handed in: archives that lie, encodings, sizes, copies, what is no notebook. */
import { deflateSync, zipSync } from "fflate";
import { right, submission, zip } from "../course.ts";
import type { Hostile } from "./kind.ts";

const own = () => submission(right);
const nothing = ["A", "stationaryPoint", "eigenvaluesOfA", "growth"];
const file = (
  name: string,
  costs: readonly string[],
  files: Hostile["files"],
  more: Partial<Hostile> = {},
): Hostile => ({
  name,
  costs,
  files,
  ...more,
});

const bytes = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, little: boolean) => {
  const out = new Uint8Array(2 * text.length);
  const view = new DataView(out.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), little);
  return out;
};

/** A zip whose only entry unpacks to far more than it says: 200 MB of spaces from a few hundred kilobytes. */
function lyingZip(): Uint8Array {
  const honest = zipSync({ "04_gan.ipynb": new Uint8Array(1000).fill(32) }, { level: 9 });
  const long = deflateSync(new Uint8Array(200e6).fill(32), { level: 9 });
  const name = bytes("04_gan.ipynb"), header = new Uint8Array(30 + name.length);
  header.set(honest.subarray(0, 30));
  const view = new DataView(header.buffer);
  view.setUint32(18, long.length, true);
  view.setUint32(22, 1000, true);
  header.set(name, 30);
  const whole = new Uint8Array(header.length + long.length);
  whole.set(header);
  whole.set(long, header.length);
  return whole;
}

export const odd: Hostile[] = [
  file(
    "zip: lies about its sizes",
    nothing,
    () => Promise.resolve({ "a.zip": lyingZip(), "b.zip": lyingZip(), "c.zip": lyingZip() }),
  ),
  file(
    "zip: six lies",
    nothing,
    () => Promise.resolve(Object.fromEntries([..."abcdef"].map((n) => [`${n}.zip`, lyingZip()]))),
  ),
  file(
    "zip: in the folder",
    [],
    async () => ({ "hand-in.zip": zip({ "notebooks/04_gan.ipynb": await own() }) }),
  ),
  file("zip: in a zip", [], async () => ({
    "bulk.zip": zipSync({ "ann.zip": zip({ "04_gan.ipynb": await own() }) }),
  })),
  file("zip: in a zip in a zip in a zip", nothing, async () => ({
    "1.zip": zipSync({
      "2.zip": zipSync({ "3.zip": zipSync({ "4.zip": zip({ "04_gan.ipynb": await own() }) }) }),
    }),
  })),
  file("zip: under another name", [], async () => ({ "hand-in.dat": zip({ "04_gan.ipynb": await own() }) })),
  file("zip: paths upwards", [], async () => ({
    "a.zip": zip({ "../../../harmed.ipynb": "{}", "/harmed.ipynb": "{}", "in/04_gan.ipynb": await own() }),
  }), { remark: /leads out of it/ }),
  file(
    "zip: cut off",
    nothing,
    async () => ({ "a.zip": zip({ "04_gan.ipynb": await own() }).slice(0, 900) }),
  ),
  file("zip: none", nothing, () => Promise.resolve({ "a.zip": "PK\x03\x04 not really" }), { remark: /zip/ }),
  file("zip: packed in another way", [], async () => {
    const made = zip({ "x.txt": "y".repeat(50), "04_gan.ipynb": await own() });
    made[8] = 12;
    return { "a.zip": made };
  }, { remark: /packed in a way/ }),
  file("zip: one damaged file", [], async () => {
    const made = zip({ "x.ipynb": `{${"yz".repeat(500)}`, "04_gan.ipynb": await own() });
    return { "a.zip": made.fill(255, 37, 45) };
  }, { remark: /x\.ipynb can't be unpacked/ }),
  file("zip: a password", nothing, async () => {
    const made = zip({ "04_gan.ipynb": await own() });
    made[6] |= 1;
    return { "a.zip": made.fill(0xa5, 44, 3000) };
  }, { remark: /a password/ }),
  file("zip: names that move a cursor", [], async () => ({
    "a.zip": zip({ "\x1b[2J\r\n04_gan.ipynb": await own(), "=1+1;=2.txt": "x", "\u0000x": "y" }),
  })),
  file("zip: five hundred files", [], async () => ({
    "a.zip": zip(Object.fromEntries([
      ["04_gan.ipynb", await own()],
      ...Array.from({ length: 700 }, (_, i) => [`x${i}.txt`, "x"]),
    ])),
  })),
  file("encoding: a mark", [], async () => ({ "04_gan.ipynb": bytes(`\ufeff${await own()}`) })),
  file(
    "encoding: UTF-16, little end first",
    [],
    async () => ({ "04_gan.ipynb": utf16(`\ufeff${await own()}`, true) }),
  ),
  file(
    "encoding: UTF-16, big end first",
    [],
    async () => ({ "04_gan.ipynb": utf16(`\ufeff${await own()}`, false) }),
  ),
  file("encoding: no text", [], async () => ({
    "04_gan.ipynb": bytes(await submission(right)).map((b) => b),
    "picture.ipynb": new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0]),
  }), { remark: /no notebook/ }),
  file("name: another", [], async () => ({ "my homework (final).json": await own() })),
  file("name: none", [], async () => ({ "notebook": await own() })),
  file("name: terminal escapes", [], async () => ({ "\x1b[2J\x1b]0;x\x0704_gan.ipynb": await own() })),
  file("name: markup", [], async () => ({ "<img src=x onerror=alert(1)>.ipynb": await own() })),
  file("name: a formula", [], async () => ({ "=1+1;=1+1;04_gan.ipynb": await own() })),
  file("copies: a backup", [], async () => ({
    "04_gan.ipynb": await own(),
    "backup/04_gan.ipynb": await submission({ ...right, A: "const A = 1;" }),
  })),
  file(
    "copies: a download's number",
    [],
    async () => ({ "04_gan (1).ipynb": await own(), "04_gan.ipynb": await own() }),
    {
      remark: /is graded as 04_gan/,
    },
  ),
  file("copies: a checkpoint", [], async () => ({
    "04_gan.ipynb": await own(),
    ".ipynb_checkpoints/04_gan-checkpoint.ipynb": await submission({ ...right, A: "const A = 1;" }),
  })),
  file("size: outputs of 50 MB", [], async () => ({
    "04_gan.ipynb": await submission(right, (notebook) => {
      notebook.cells[1].outputs = [{ output_type: "stream", name: "stdout", text: "x\n".repeat(25e6) }];
    }),
  })),
  file("size: zeros", nothing, () => Promise.resolve({ "04_gan.ipynb": new Uint8Array(30e6) })),
  file("json: cut off", [], async () => {
    const text = await own();
    return { "04_gan.ipynb": text.slice(0, text.lastIndexOf("answer-fate")) };
  }, { may: ["growth", "fate"], remark: /not whole/ }),
  file("json: deep", nothing, () => Promise.resolve({ "04_gan.ipynb": `{"cells":${"[".repeat(500_000)}` })),
  file("json: a list", nothing, () => Promise.resolve({ "04_gan.ipynb": "[]" }), { remark: /not JSON/ }),
  file("json: empty", nothing, () => Promise.resolve({ "04_gan.ipynb": "" }), { remark: /empty/ }),
  file("json: keys twice", [], async () => ({ "04_gan.ipynb": `{"cells": [], ${(await own()).slice(1)}` })),
  file("json: a raw cell, and cells that are none", [], async () => ({
    "04_gan.ipynb": await submission(right, ({ cells }) => {
      for (const cell of cells) if (cell.id === "answer-A") cell.cell_type = "raw";
      cells.push(null as never, 5 as never, {
        cell_type: "code",
        id: {} as never,
        metadata: {},
        source: [[["x"]]] as never,
      });
    }),
  })),
  file("json: an answer five thousand times", [], async () => ({
    "04_gan.ipynb": await submission(right, ({ cells }) => {
      for (let i = 0; i < 5000; i++) {
        cells.push({ cell_type: "code", id: "answer-A", metadata: {}, source: right.A });
      }
    }),
  })),
  file("json: letters apart, escapes in names, something behind it", [], async () => {
    const text = await submission(right, ({ cells }) => {
      for (const cell of cells) if (cell.id === "answer-growth") cell.source = [...right.growth];
    });
    return { "04_gan.ipynb": `${text.replaceAll('"answer-A"', '"answer\\u002dA"')}\n<<<<<<< HEAD\n` };
  }),
  file("ids: lost", [], async () => ({
    "04_gan.ipynb": await submission(right, ({ cells }) => {
      for (const cell of cells) {
        delete cell.id;
        cell.metadata = {};
      }
    }),
  })),
  file("ids: in the metadata", [], async () => ({
    "04_gan.ipynb": await submission(right, ({ cells }) => {
      for (const cell of cells) {
        cell.metadata = { id: cell.id };
        delete cell.id;
      }
    }),
  })),
  file("ids: pasted into one's own notebook", [], () =>
    Promise.resolve({
      "mine.ipynb": JSON.stringify({
        nbformat: 4,
        nbformat_minor: 4,
        metadata: {},
        cells: Object.values(right).map((source) => ({
          cell_type: "code",
          metadata: {},
          outputs: [],
          source,
        })),
      }),
    })),
  file(
    "junk: no notebook at all",
    nothing,
    () => Promise.resolve({ "README.txt": "hello", "report.pdf": "%PDF-1.4", ".DS_Store": "x" }),
    {
      remark: /no notebook/,
    },
  ),
  file(
    "junk: an archive of another kind",
    nothing,
    () => Promise.resolve({ "04.tar.gz": new Uint8Array([31, 139, 8, 0, 1, 2, 3, 4, 5]) }),
    {
      remark: /hand in a zip/,
    },
  ),
];
