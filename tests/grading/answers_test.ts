import assert from "node:assert/strict";
import { join } from "node:path";
import { questionsOf } from "../../tools/editions/prints.ts";
import { graded, grader, notebook, right, submission, testOf, zip } from "./course.ts";
import { forms } from "./forms.ts";
import { openReader } from "../../tools/grade/reader.ts";
import { readSubmission } from "../../tools/grade/submission.ts";
import { resultsOf } from "../../tools/grade/results.ts";
import { gradeSubmission } from "../../tools/grade/score.ts";

const total = 13;

Deno.test("law: a right answer holds in every form", async (t) => {
  const files: Record<string, string> = {};
  for (const [name, answers] of Object.entries(forms)) {
    files[`${name}/04_gan.ipynb`] = await submission(answers);
  }
  const results = await graded(files);
  for (const name of Object.keys(forms)) {
    await t.step(name, () => {
      const result = results.get(name)!;
      assert.equal(result.score, total, result.tests.map((x) => x.output).join("\n"));
    });
  }
});

Deno.test("law: each misconception is named, whatever the seed", async (t) => {
  const questions = await questionsOf("gan");
  const files: Record<string, string> = {}, wanted: [string, string, string][] = [];
  const most = Math.max(...questions.map((q) => q.misconceptions.length));
  for (let i = 0; i < most; i++) {
    const answers: Record<string, string> = {};
    for (const { name, misconceptions, ...question } of questions) {
      const known = misconceptions[i];
      if (!known || !("answer" in known)) continue;
      const call = "arguments" in question ? "" : "()";
      answers[name] = `const ${name} = (${known.answer.toString()})${call};`;
      wanted.push([`wrong ${i}`, name, known.name]);
    }
    files[`wrong ${i}/04_gan.ipynb`] = await submission(answers);
  }
  const results = await graded(files);
  for (const [entry, answer, misconception] of wanted) {
    await t.step(`${answer}: ${misconception}`, () => {
      const test = testOf(results.get(entry), answer);
      assert.equal(test.extra_data.status, "almost");
      assert.equal(test.extra_data.misconception, misconception);
      assert.equal(test.score, 0);
    });
  }
});

Deno.test("law: results have Gradescope's form, and depend on the submission alone", async () => {
  const path = join(await Deno.makeTempDir(), "alice");
  await Deno.mkdir(path);
  await Deno.writeTextFile(join(path, "04_gan.ipynb"), await submission(right));
  const one = await readSubmission("alice", path, ["04_gan"]);
  const reader = openReader(5);
  const [first, second] = [
    resultsOf(one, await gradeSubmission(await grader(), one, { slot: "slot-1", reader }), "x"),
    resultsOf(one, await gradeSubmission(await grader(), one, { slot: "slot-2", reader }), "x"),
  ];
  reader.close();
  assert.deepEqual(first, second);
  assert.equal(first.score, total);
  for (const test of first.tests) {
    assert.match(test.name, new RegExp(`^${test.number.replace(".", "\\.")} [\\w-]+$`));
    assert.ok(["passed", "failed"].includes(test.status));
    assert.ok(["hidden", "after_due_date", "after_published", "visible"].includes(test.visibility));
    assert.ok(test.score >= 0 && test.score <= test.max_score);
    assert.equal(typeof test.output, "string");
    assert.equal(test.extra_data.answer, test.name.split(" ")[1]);
    assert.ok(
      !("worst" in test.extra_data) && (test.extra_data.seed === 0 || test.name.includes(" prose-")),
      "the grader's instances stay its own",
    );
  }
});

Deno.test("edge: notebooks, folders and zips are entries; a name in the wrong notebook counts where it belongs", async () => {
  const text = await submission(right);
  const empty = JSON.stringify(await notebook());
  const results = await graded({
    "lone.ipynb": text,
    "zipped.zip": zip({ "show-your-work/notebooks/04_gan.ipynb": text }),
    "deep/show-your-work/notebooks/Lee_04_gan (1).ipynb": text,
    "elsewhere/05_simsiam.ipynb": text,
    "both/04_gan.ipynb": text,
    "both/05_simsiam.ipynb": await submission({ A: "const A = 1;" }),
    "empty/04_gan.ipynb": empty,
    "=formula/04_gan.ipynb": text,
    "nothing/readme.txt": "hello",
  });
  const scores = [...results].map(([entry, { score }]) => [entry, score]);
  assert.deepEqual(Object.fromEntries(scores), {
    "=formula": total,
    "both": total,
    "deep": total,
    "elsewhere": total,
    "empty": 0,
    "lone": total,
    "nothing": 0,
    "zipped": total,
  });
  assert.match(testOf(results.get("elsewhere"), "A").output, /another notebook/);
  assert.match(testOf(results.get("empty"), "A").output, /^not answered/);
  assert.match(results.get("nothing")!.extra_data.remarks.join(), /no notebook/);
});

Deno.test("law: a second run keeps what has not changed", async () => {
  const out = await Deno.makeTempDir();
  const files = { "a/04_gan.ipynb": await submission(right), "b/04_gan.ipynb": await submission({}) };
  await graded(files, out);
  const before = (await Deno.stat(join(out, "a", "results.json"))).mtime;
  await Deno.remove(join(out, "b", "results.json"));
  const again = await graded({ ...files, "c/04_gan.ipynb": await submission(right) }, out);
  assert.equal((await Deno.stat(join(out, "a", "results.json"))).mtime?.getTime(), before?.getTime());
  assert.deepEqual([...again].map(([entry, { score }]) => [entry, score]), [["a", 13], ["b", 0], ["c", 13]]);
  const table = await Deno.readTextFile(join(out, "class.csv"));
  assert.deepEqual(table.trim().split("\n").map((line) => line.split(",")[1]), ["total", "13", "0", "13"]);
  await Deno.remove(out, { recursive: true });
});
