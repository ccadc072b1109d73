import { gzipSync, strToU8, Zip, ZipPassThrough, zipSync } from "fflate";
import { right, submission, zip } from "../course.ts";
import { file, own, type Untidy } from "./kind.ts";

/** A zip of one file whose sizes stand behind it. */
function streamed(name: string, text: string): Uint8Array {
  const parts: Uint8Array[] = [], made = new Zip((_, part) => parts.push(part));
  const entry = new ZipPassThrough(name);
  made.add(entry);
  entry.push(strToU8(text), true);
  made.end();
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Where the work lies, what it lies in, and under which name. */
export const places: Readonly<Record<string, Untidy>> = {
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
  // as a program writes it that does not know yet how long it will be
  "hal.ipynb.zip": file("", async () => streamed("04_gan.ipynb", await own())),
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
      "report.docx": zip({ "word/document.xml": "<w/>" }),
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
  "noa: a pointer of Git's": file(
    "04_gan.ipynb",
    () => Promise.resolve("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 10404\n"),
    { points: 0, says: /is a pointer that Git keeps in a notebook's place/ },
  ),
  "ofa: a zip that is damaged": file("a.zip", async () => {
    const bytes = zip({ "04_gan.ipynb": await own() });
    return bytes.fill(255, 42, 60);
  }, { points: 0, says: /damaged, or protected by a password\. There is no notebook in it/ }),
  "pia.ipynb": file("", () => Promise.resolve(""), { points: 0, says: /empty/ }),
};
