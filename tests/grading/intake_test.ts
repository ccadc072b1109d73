/** A mixed folder, as systems hand them over: what becomes of every entry, and that no right answer is lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { zipSync } from "fflate";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { entriesOf } from "../../tools/grade/entries.ts";
import { copies } from "../../tools/grade/judge.ts";
import { exampleTest, grader, notebooks, pointsOf, right, submission, testOf, zip } from "./course.ts";

const whole = pointsOf(...Object.keys(right));

/** Files by path in the folder of submissions. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-intake-" });
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(join(folder, "in", name, ".."), { recursive: true });
    await Deno.writeFile(
      join(folder, "in", name),
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
  return folder;
}

Deno.test("law: a student is one entry, however a system hands the files over", async () => {
  const folder = await folderOf({
    "ann/04_gan.ipynb": "{}",
    "ann.zip": "PK",
    "bob_04_gan.ipynb": "{}",
    "bob_05_simsiam.ipynb": "{}",
    "lee_12_345_04_gan-1.ipynb": "{}",
    "lee_12_346_05_simsiam.ipynb": "{}",
    "zoe_04_gan.ipynb": "{}",
    "04_gan_kim.ipynb": "{}",
    "04_gan_ida.ipynb": "{}",
    "README.txt": "Submissions of 2026",
    "roster.csv": "name,mail",
    "report.pdf": "%PDF-1.4",
    ".DS_Store": "x",
    "__MACOSX/ann/._04_gan.ipynb": "x",
    "hand-in.json": '{"cells": []}',
    "settings.json": "{}",
    "marks.xlsx": zip({ "xl/workbook.xml": "<x/>" }),
    "class.html/04_gan.ipynb": "{}",
    "anon_Ab1_12_04_gan.ipynb": "{}",
    "anon_Ab1_13_05_simsiam.ipynb": "{}",
  });
  try {
    await using entries = await entriesOf(join(folder, "in"), ["04_gan", "05_simsiam"]);
    const names = Object.fromEntries([...entries.paths].map(([name, paths]) => [name, paths.length]));
    assert.deepEqual(names, {
      "04_gan_ida": 1,
      "04_gan_kim": 1,
      "ann": 2,
      "anon_Ab1": 2,
      "bob": 2,
      "class.html (1)": 1,
      "hand-in.json": 1,
      "lee_12": 2,
      "zoe_04_gan": 1,
    });
    const strays = entries.strays.map(({ file }) => file);
    assert.deepEqual(strays, [
      ".DS_Store",
      "README.txt",
      "__MACOSX",
      "marks.xlsx",
      "report.pdf",
      "roster.csv",
      "settings.json",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

exampleTest(
  "law: what was handed in is graded or said, and names that are no text in UTF-8 are read",
  async () => {
    const text = await submission(right);
    const folder = await folderOf({
      "bulk/hand-in.zip": zipSync({ "inner/hand-in.zip": zip({ "notebooks/04_gan.ipynb": text }) }),
      [`renamed/${notebooks[0]}.ipynb`]: await submission({}, undefined, notebooks[0]),
      "renamed/my gan.ipynb": text,
      "two copies/04_gan.ipynb": text,
      "two copies/04_gan (1).ipynb": await submission({ ...right, A: "const A = 1;" }),
      "half copies/04_gan.ipynb": await submission({ ...right, growth: "" }),
      "half copies/old/04_gan.ipynb": text,
      "foreign/other.ipynb": JSON.stringify({
        cells: [{ cell_type: "code", id: "x", source: "1" }],
        nbformat: 4,
      }),
      "notes/readme.md": "see my mail",
      "roster.csv": "name",
    });
    const script = `cd -- "$1" && mkdir odd && cp renamed/my\\ gan.ipynb "odd/$(printf 'b\\351la.ipynb')" &&
    mkdir "$(printf 'r\\351n\\351')" && cp renamed/my\\ gan.ipynb "$(printf 'r\\351n\\351')/04_gan.ipynb"`;
    await new Deno.Command("sh", { args: ["-c", script, "sh", join(folder, "in")] }).output();
    // the copy that is named plainly is the newer one
    await Deno.utime(join(folder, "in", "two copies", "04_gan (1).ipynb"), 1e9, 1e9);
    try {
      const out = join(folder, "out");
      const all = await gradeFolder(await grader(), join(folder, "in"), out, { jobs: 2 });
      const found = new Map(all.map((results) => [results.extra_data.entry, results]));
      assert.deepEqual(Object.fromEntries([...found].map(([name, { score }]) => [name, score])), {
        "bulk": whole,
        "foreign": 0,
        "half copies": whole,
        "notes": 0,
        "odd": whole,
        "renamed": whole,
        "réné": whole,
        "two copies": whole,
      });
      const remarks = (name: string) => found.get(name)!.extra_data.remarks.join("\n");
      assert.match(remarks("foreign"), /other\.ipynb holds no answer of this course/);
      assert.match(remarks("notes"), /no notebook/);
      const best = copies === "best", why = best ? "worth most" : "newer";
      assert.match(remarks("two copies"), new RegExp(`04_gan\\.ipynb is graded as 04_gan.*${why}`));
      if (!best) {
        assert.match(testOf(found.get("half copies"), "growth").output, /another copy, old\/04_gan\.ipynb/);
      }
      const intake = await Deno.readTextFile(join(out, "intake.csv"));
      for (
        const line of [
          /bulk,.*graded as 04_gan/,
          /renamed,my gan\.ipynb,graded as 04_gan/,
          /notes,readme\.md,not graded/,
          /,roster\.csv,not a submission/,
        ]
      ) {
        assert.match(intake, line);
      }
      const table = (await Deno.readTextFile(join(out, "class.csv"))).trim().split("\n");
      for (const row of table.slice(1)) if (/,0,/.test(row)) assert.match(row, /[a-z]{4}/);
      await Deno.remove(join(folder, "in", "notes"), { recursive: true });
      await gradeFolder(await grader(), join(folder, "in"), out, { jobs: 2 });
      await assert.rejects(Deno.stat(join(out, "notes")));
      assert.ok(await Deno.stat(join(out, "withdrawn", "notes", "results.json")));
      assert.doesNotMatch(await Deno.readTextFile(join(out, "class.csv")), /^notes,/m);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
