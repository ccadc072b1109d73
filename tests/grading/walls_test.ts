/** Every hostile submission beside three innocent ones: what it breaks is its own, and nothing gets out. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import type { Results } from "../../tools/grade/results.ts";
import { asked, grader, handIn, right, root, testOf } from "./course.ts";
import { loot, marker, place, secret } from "./hostile/kind.ts";
import { hostile } from "./hostile/mod.ts";

const names = asked.filter(({ notebook }) => notebook === "04_gan");
const innocents = ["000 innocent", "mmm innocent", "zzz innocent"];
const all = Object.entries(hostile).flatMap(([kind, list]) => list.map((one) => ({ kind, ...one })));

/** Grades these hostile submissions with the innocents among them, into `out`. */
async function gradeAll(list: typeof all, out: string): Promise<Map<string, Results>> {
  const inside = await Deno.makeTempDir({ prefix: "show-your-work-walls-" });
  const write = async (path: string, content: string | Uint8Array) => {
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  try {
    for (const [i, one] of list.entries()) {
      for (const [file, content] of Object.entries(await one.files())) {
        await write(join(inside, entryOf(i), file), content);
      }
    }
    for (const name of innocents) {
      for (const [file, text] of Object.entries(await handIn(right))) {
        await write(join(inside, name, file), text);
      }
    }
    const results = await gradeFolder(await grader(), inside, out, { jobs: 2 });
    return new Map(results.map((one) => [one.extra_data.entry, one]));
  } finally {
    await Deno.remove(inside, { recursive: true });
  }
}

const entryOf = (i: number) => `h${String(i).padStart(3, "0")}`;

/** Everything that was written about a class, as one text a file. */
async function written(out: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const look = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await look(path);
      else texts.set(path.slice(out.length + 1), await Deno.readTextFile(path));
    }
  };
  await look(out);
  return texts;
}

Deno.test("law: each of the hostile submissions costs what it breaks, and its neighbours nothing", async (t) => {
  assert.ok(all.length >= 150, `${all.length} submissions`);
  await Deno.writeTextFile(loot, secret);
  Deno.env.set("SECRET_OF_THE_COURSE", secret);
  const out = await Deno.makeTempDir({ prefix: "show-your-work-walls-out-" });
  const results = await gradeAll(all, out);
  for (const [i, { kind, name, costs, may = [], says, remark }] of all.entries()) {
    await t.step(`${kind}: ${name}`, () => {
      const result = results.get(entryOf(i));
      for (const { name: answer, points } of names) {
        if (answer === "fate" && costs.length > 3 || may.includes(answer)) continue;
        const { score, output } = testOf(result, answer);
        assert.equal(score, costs.includes(answer) ? 0 : points, `${answer}: ${output}`);
      }
      if (says) assert.match(testOf(result, costs[0]).output, says);
      if (remark) assert.match(result!.extra_data.remarks.join("\n"), remark);
    });
  }
  await t.step("innocent neighbours keep every point", () => {
    const whole = names.reduce((sum, { points }) => sum + points, 0);
    for (const name of innocents) assert.equal(results.get(name)?.score, whole, name);
  });
  await t.step("nothing got out, and nothing got in", async () => {
    await assert.rejects(Deno.stat(marker));
    const texts = await written(out);
    const places = [root, place, (await grader()).sandbox.folder];
    for (const [file, text] of texts) {
      assert.ok(!text.includes(secret), `${file} holds the secret`);
      for (const path of places) assert.ok(!text.includes(path), `${file} holds ${path}`);
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, file);
      if (file.endsWith(".html")) assert.doesNotMatch(text, /<script|<img|href=\W*javascript:/i, file);
      if (file.endsWith(".csv")) assert.doesNotMatch(text, /(^|[;,\t"])\s*[=@＝＠]/m, file);
    }
  });
  await t.step("every entry is in class.csv, those without a point with the reason", async () => {
    const rows = (await Deno.readTextFile(join(out, "class.csv"))).trim().split("\n");
    assert.equal(rows.length, 1 + all.length + innocents.length);
    for (const row of rows.filter((line) => /^h\d+,0,/.test(line))) assert.match(row, /[a-z]{4}[^,]*$/, row);
  });
  await Deno.remove(out, { recursive: true });
  await Deno.remove(place, { recursive: true });
});
