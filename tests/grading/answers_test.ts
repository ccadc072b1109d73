import assert from "node:assert/strict";
import { join } from "node:path";
import {
  almostOf,
  type Answers,
  asked,
  exampleTest,
  graded,
  gradedAnswers,
  isProse,
  most,
  notebook,
  official,
  pointsOf,
  right,
  seed,
  submission,
  testOf,
  zip,
} from "./course.ts";
import { forms } from "./forms/mod.ts";
import { mistakes } from "./mistakes.ts";

const total = pointsOf(...Object.keys(right));
const long = Deno.env.get("LONG") === "1";
/** Misconceptions of each answer that the short run sends through the grader; the long one sends all. */
const deepest = long ? Infinity : 4;
const judged = asked.filter(({ name }) => !isProse(name)).map(({ name }) => name);

Deno.test("law: the course's own answers and every other correct form of all five notebooks hold", async (t) => {
  const own = await official(), entries: Record<string, Answers> = { "the course's own": own };
  for (const byForm of Object.values(forms)) {
    // the n-th form of every notebook together; what a form leaves out is the course's own
    for (const [n, [, answers]] of Object.entries(byForm).entries()) {
      entries[`form ${n + 1}`] = { ...own, ...entries[`form ${n + 1}`], ...answers };
    }
  }
  const results = await gradedAnswers(entries);
  for (const entry of Object.keys(entries)) {
    await t.step(entry, () => {
      const { score, tests } = results.get(entry)!;
      const lost = tests.filter((x) => x.score < x.max_score && !("prose" in x.extra_data));
      assert.deepEqual(lost.map((x) => `${x.name}: ${x.output}`), []);
      assert.equal(score, most);
    });
  }
  const forAll = Object.values(forms).flatMap((byForm) => Object.values(byForm).flatMap(Object.keys));
  for (const name of judged) {
    assert.ok(forAll.filter((n) => n === name).length >= 2, `${name}: two more forms`);
  }
});

Deno.test("law: each misconception of all five notebooks is named, on instances students have not seen", async (t) => {
  const files: Record<string, Record<string, string>> = {};
  const wanted = (await mistakes(seed)).flatMap((mistake) => {
    const before = files[mistake.notebook] ??= {};
    let n = 1;
    while (`${n} ${mistake.answer}` in before) n++;
    if (n > deepest) return [];
    before[`${n} ${mistake.answer}`] = mistake.code;
    return [{ ...mistake, entry: `wrong ${n}` }];
  });
  const submitted: Record<string, string> = {};
  for (const [name, codes] of Object.entries(files)) {
    for (let n = 1; wanted.some((m) => m.notebook === name && m.entry === `wrong ${n}`); n++) {
      const written = Object.entries(codes).filter(([key]) => key.startsWith(`${n} `));
      const answers = Object.fromEntries(written.map(([key, code]) => [key.split(" ")[1], code]));
      submitted[`wrong ${n}/${name}.ipynb`] = await submission(answers, undefined, name);
    }
  }
  const results = await graded(submitted);
  for (const { entry, answer, name } of wanted) {
    await t.step(`${answer}: ${name}`, () => {
      const test = testOf(results.get(entry), answer);
      assert.deepEqual(
        [test.extra_data.status, test.extra_data.misconception],
        ["almost", name],
        test.output,
      );
      assert.equal(test.score, answer.startsWith("proof") ? 0 : almostOf(answer));
    });
  }
  assert.ok(wanted.length > (long ? 6 : 3) * judged.length);
});

const proofs = judged.filter((name) => name.startsWith("proof"));

Deno.test("law: of a proof the first line that breaks is named, and both ends are the question's", async (t) => {
  const own = await official(),
    entries: Record<string, Answers> = {},
    wanted: [string, string, RegExp][] = [];
  /** One line of every proof is worth 1.01 of itself, and of another sign. */
  const bent = (name: string, k: number) =>
    `${
      own[name]
    }\n${name} = ${name}.with(${k}, ["-(1 + 1/100) (" + ${name}[${k}][0] + ")", ...${name}[${k}].slice(1)]);`;
  for (const name of proofs) {
    const lines = { proof11: 5, proof31: 5, proof51: 6, proof53: 4 }[name]!;
    for (let k = 0; k < lines; k++) {
      const entry = `line ${k + 1}`;
      entries[entry] = { ...entries[entry], [name]: bent(name, k) };
      const first = k === 0
        ? "The first line is not the left-hand side"
        : `Line ${k + 1} is (the first that breaks|true, but not by this)`;
      // below "≤" a last line may hold and yet be no end
      const named = new RegExp(
        `^keep working: .*(${k + 1 === lines ? `${first}|not yet the right-hand side` : first})`,
      );
      wanted.push([entry, name, named]);
    }
    const changed = (entry: string, change: string, words: RegExp) => {
      entries[entry] = { ...entries[entry], [name]: `${own[name]}\n${name} = ${change};` };
      wanted.push([entry, name, words]);
    };
    changed(
      "one line",
      `${name}.slice(0, 1)`,
      /^keep working: .*(not yet the right-hand side|at least \d lines)/,
    );
    changed(
      "too short",
      `[${name}[0], ${name}.at(-1)]`,
      /^(keep working|almost): .*Line 2/,
    );
    changed(
      "a line throws",
      `${name}.with(1, { because: "so", value: () => { throw new Error("lost my way"); } })`,
      /^keep working: Line 2 .*lost my way/,
    );
    changed("no value", `${name}.with(1, { because: "so" })`, /^keep working: Line 2 has no value/);
    changed("an unknown relation", `${name}.with(1, [${name}[1][0], ${name}[1][1], "≈"])`, /relation “≈”/);
    changed("no array", `"because it is so"`, /^keep working: Expected an array of lines/);
  }
  const results = await gradedAnswers(entries);
  for (const [entry, name, words] of wanted) {
    await t.step(`${name}: ${entry}`, () => {
      const test = testOf(results.get(entry), name);
      assert.match(test.output, words);
      assert.ok(test.score < test.max_score || test.max_score === 0);
    });
  }
});

/** Every answer as something that is none, by what is wrong with it. */
const broken: Record<string, { code: (name: string, call: boolean) => string; says: RegExp }> = {
  "throws": {
    code: (name, call) =>
      call
        ? `${name} = () => { throw new Error("my loop ran away"); };`
        : `throw new Error("my loop ran away");`,
    says: /my loop ran away/,
  },
  "a text": { code: (name, call) => `${name} = ${call ? "() => " : ""}"a text";`, says: /[Ee]xpected/ },
  "of another shape": {
    code: (name, call) => `${name} = ${call ? "() => " : ""}[[1, 2, 3, 4, 5, 6, 7]];`,
    says: /[Ee]xpected|has no value/,
  },
  "not a number": { code: (name, call) => `${name} = ${call ? "() => " : ""}NaN;`, says: /[Ee]xpected|NaN/ },
  "a promise": {
    code: (name, call) => `${name} = ${call ? "async () => 1" : "Promise.resolve(1)"};`,
    says: /promise|[Ee]xpected an array/,
  },
  "another kind": {
    code: (name, call) => `${name} = ${call ? "7" : "() => 7"};`,
    says: /[Ee]xpected|is a function/,
  },
  "of symbols": {
    code: (name, call) => `${name} = ${call ? "() => " : ""}[Symbol("x")];`,
    says: /[Ee]xpected|has no value|is a symbol/,
  },
};

Deno.test("edge: an answer that throws, has no form or is missing gets a sentence, whichever it is", async (t) => {
  const constants = [
    "stationaryPoint",
    "choice",
    "comparison",
    "survives",
    ...judged.filter((n) => /^field|^proof/.test(n)),
  ];
  const entries = Object.fromEntries(
    Object.entries(broken).map(([entry, { code }]) => [
      entry,
      Object.fromEntries(judged.map((name) => [name, code(name, !constants.includes(name))])),
    ]),
  );
  const results = await gradedAnswers({ ...entries, "missing": {} });
  for (const [entry, { says }] of Object.entries(broken)) {
    await t.step(entry, () => {
      for (const name of judged) {
        const { output, score } = testOf(results.get(entry), name);
        assert.match(output, /^keep working: /, name);
        assert.match(output, says, name);
        assert.doesNotMatch(output, /undefined|is not a function|Cannot read|\bat .*:\d+:\d+/, name);
        assert.equal(score, 0, name);
      }
    });
  }
  for (const name of judged) {
    assert.match(testOf(results.get("missing"), name).output, /^not answered: /, name);
  }
  for (const { name } of asked.filter(({ name }) => isProse(name))) {
    assert.match(testOf(results.get("missing"), name).output, /Nothing is written here yet/);
  }
});

Deno.test("edge: a slow answer is told that time ran out, and its neighbours are graded", async () => {
  const own = await official(), there = asked.filter(({ notebook }) => /01|04/.test(notebook));
  const slow = (name: string) =>
    `${
      own[name]
    }\n${name} = ((right) => (...given) => { const from = Date.now(); while (Date.now() - from < 100); return right(...given); })(${name});`;
  const chosen = ["cost", "growth"];
  const answers = Object.fromEntries(
    there.map(({ name }) => [name, chosen.includes(name) ? slow(name) : own[name]]),
  );
  const results = (await gradedAnswers({ slow: answers })).get("slow");
  for (const { name } of there) {
    const { output, score, max_score } = testOf(results, name);
    if (chosen.includes(name)) {
      assert.match(output, /^keep working: .*(took more than \d seconds|seconds have passed)/);
    } else assert.equal(score, max_score, `${name}: ${output}`);
  }
});

exampleTest("law: results have Gradescope's form, and depend on the submission alone", async () => {
  const text = await submission(right);
  const [first, second] = await Promise.all(
    [1, 2].map(async () => (await graded({ "alice/04_gan.ipynb": text })).get("alice")!),
  );
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

exampleTest(
  "edge: notebooks, folders and zips are entries; what a notebook holds decides which it is",
  async () => {
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
    assert.deepEqual(results.get("elsewhere")!.extra_data.intake, [
      { file: "05_simsiam.ipynb", made: "graded as 04_gan" },
    ]);
    assert.match(testOf(results.get("empty"), "A").output, /^not answered/);
    assert.match(results.get("nothing")!.extra_data.remarks.join(), /no notebook/);
  },
);

exampleTest("law: a second run keeps what has not changed", async () => {
  const out = await Deno.makeTempDir();
  const files = { "a/04_gan.ipynb": await submission(right), "b/04_gan.ipynb": await submission({}) };
  await graded(files, out);
  const before = (await Deno.stat(join(out, "a", "results.json"))).mtime;
  await Deno.remove(join(out, "b", "results.json"));
  const again = await graded({ ...files, "c/04_gan.ipynb": await submission(right) }, out);
  assert.equal((await Deno.stat(join(out, "a", "results.json"))).mtime?.getTime(), before?.getTime());
  assert.deepEqual([...again].map(([entry, { score }]) => [entry, score]), [["a", total], ["b", 0], [
    "c",
    total,
  ]]);
  const table = await Deno.readTextFile(join(out, "class.csv"));
  assert.deepEqual(table.trim().split("\n").map((line) => line.split(",")[1]), [
    "total",
    `${total}`,
    "0",
    `${total}`,
  ]);
  await Deno.remove(out, { recursive: true });
});
