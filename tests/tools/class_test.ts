/** What a class's results become: tables, pages, hints. */
import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { classPage, similarPage } from "../../tools/grade/class_page.ts";
import { withoutNames } from "../../tools/grade/clean.ts";
import { codesOf, namesIn } from "../../tools/grade/codes.ts";
import { failedResults, type Results } from "../../tools/grade/results.ts";
import { gradesTable, readRoster, rosterTimes } from "../../tools/grade/roster.ts";
import { notesOn } from "../../tools/grade/notes.ts";
import { similarPairs } from "../../tools/grade/similar.ts";
import { classTable } from "../../tools/grade/tables.ts";
import { correlation, histogram, quantile } from "../../tools/grade/statistics.ts";

const nobody = { pairs: [], strays: [], odd: [] };

/** Results of a submission in which the first n answers hold. */
function resultsWith(entry: string, n: number): Results {
  const empty = failedResults(entry, "x");
  const tests = empty.tests.map((test, i) => ({
    ...test,
    score: i < n ? test.max_score : 0,
    output: i < n ? "holds: yes" : "keep working: not yet",
    extra_data: { answer: test.name, status: i < n ? "holds" : "keep working" },
  }));
  const score = tests.reduce((sum, t) => sum + t.score, 0);
  return { ...empty, tests, score, extra_data: { ...empty.extra_data, entry, remarks: [] } };
}

Deno.test("law: quantiles, counts and correlation are those of R", () => {
  assert.deepEqual([0.25, 0.5, 0.75].map((p) => quantile([7, 1, 3, 12], p)), [2.5, 5, 8.25]);
  assert.deepEqual(histogram([0, 0.9, 1, 9.9, 10], 10, 10), [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
  assert.ok(Math.abs(correlation([1, 2, 4], [2, 1, 5])! - 48 / Math.sqrt(42 * 78)) < 1e-12);
  assert.equal(correlation([1, 1], [1, 2]), undefined);
});

Deno.test("law: a class page has the median, who has which points, and why an answer has none", () => {
  const all = [resultsWith("ann", 3), resultsWith("bob <b>", 5), resultsWith("cem", 31)];
  all[0].tests[4].extra_data.misconception = "a sign";
  const bare = (page: string) => page.replace(/<style>[^]*?<\/style>/, "");
  const html = bare(classPage(all, {
    ...nobody,
    strays: [{ file: "roster.csv", made: "not a submission" }],
    odd: ["overrides.csv speaks of “zed”, and there is no such submission."],
  }));
  assert.ok(html.includes(`<b>${all[1].score}</b>median`));
  assert.match(html, /bob%20%3Cb%3E\/report\.html">bob &lt;b&gt;<\/a>/);
  assert.match(html, /a sign.*<a href="ann\/report\.html">ann/s);
  assert.match(html, /class="none">.*keep working: not yet/s);
  assert.match(html, /lay, and were not graded: roster\.csv/);
  assert.match(html, /speaks of “zed”/);
  assert.doesNotMatch(html, /NaN|undefined|\[object/);
  assert.doesNotMatch(bare(classPage([], nobody)), /NaN|undefined|Infinity/);
  for (const row of classTable(all).trim().split("\n").slice(1, 3)) {
    assert.match(row, /keep working: not yet/);
  }
});

const copied = `function growth(alpha) {
  const terms = [1, alpha * alpha]; // a list
  let total = 0;
  for (const term of terms) total += term;
  return Math.sqrt(total) * 1;
}`;

Deno.test("law: a copy under other names is found, what a quarter of the class writes is not", () => {
  const own = (i: number) =>
    `const growth = (a) => ${"Math.abs(".repeat(i % 3)}Math.hypot(${i}, a)${")".repeat(i % 3)};`;
  const usual = "const A = (alpha) => [[1, alpha], [-alpha, 1], [0, 0], [2, 2], [3, 3], [4, 4], [5, 5]];";
  const texts = new Map(Array.from({ length: 12 }, (_, i) => [`s${i}`, { A: usual, growth: own(i) }]));
  texts.set("ann", { A: usual, growth: copied });
  texts.set("bob", {
    A: usual,
    growth: copied.replaceAll("term", "x").replaceAll("alpha", "a").replace("// a list", ""),
  });
  const pairs = similarPairs(texts, 0.7);
  assert.deepEqual(pairs.map(({ a, b, answers }) => [a, b, answers]), [["ann", "bob", ["growth"]]]);
  const page = similarPage(pairs, texts);
  assert.match(page, /hint for a person, no proof/);
  assert.match(page, /<mark> {2}return Math\.sqrt\(total\) \* 1;<\/mark>/);
  assert.deepEqual(similarPairs(new Map([["ann", { growth: "" }], ["bob", { growth: "" }]]), 0), []);
});

const whole = failedResults("", "x").tests.reduce((sum, { max_score }) => sum + max_score, 0);

Deno.test("law: a list from Canvas, Moodle or elsewhere comes back with points, in its own columns", () => {
  const results = new Map(
    ["leeann_LATE_12_345_submission", "Ó Sé Dora_77_assignsubmission_file_", "kim"].map((
      name,
      i,
    ) => [name, resultsWith(name, i + 1)]),
  );
  const entries = [...results.keys()], scores = [...results.values()].map(({ score }) => score);
  const canvas = readRoster(
    "canvas.csv",
    'Student,ID,SIS User ID,SIS Login ID,Section,Show Your Work (991),Current Score\n    Points Possible,,,,,79,(read only)\n"Lee, Ann",12,u12,ann,1,,\n"Test, Only",13,,,1,,\n',
    entries,
  );
  assert.equal(canvas.system, "Canvas");
  assert.equal(
    gradesTable(canvas, results),
    `Student,ID,SIS User ID,SIS Login ID,Section,Show Your Work (991)\n"Lee, Ann",12,u12,ann,1,${
      scores[0]
    }\n"Test, Only",13,,,1,\n`,
  );
  assert.match(
    canvas.odd.join("\n"),
    /No submission was found of: Test, Only\.\nSubmissions of nobody in canvas\.csv: /,
  );
  const moodle = readRoster(
    "moodle.csv",
    'Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Feedback comments\nParticipant 77,Dora Ó Sé,d@x.org,Submitted,,79,Yes,"Saturday, 19 December 2026, 10:05 PM",-\n',
    entries,
  );
  assert.deepEqual([moodle.system, moodle.people[0].entry], ["Moodle", entries[1]]);
  assert.equal(rosterTimes(moodle).get(entries[1])?.time, "2026-12-19T22:05:00");
  assert.match(
    gradesTable(moodle, results),
    new RegExp(`Participant 77,Dora Ó Sé,d@x\\.org,Submitted,${scores[1]},79,Yes,"[^"]*",-$`, "m"),
  );
  const other = readRoster(
    "list.csv",
    "First Name;Last Name;SID;Email\nKim;Roe;3;kim@x.org\nAnn;Lee;4;a@x.org\n",
    entries,
  );
  assert.equal(other.people[0].entry, "kim");
  assert.match(gradesTable(other, results), new RegExp(`Kim,Roe,3,kim@x\\.org,${scores[2]},${whole},Graded`));
  assert.match(gradesTable(other, results), /Ann,Lee,4,a@x\.org,,,Missing/);
  const both = readRoster("list.csv", "Name\nAnn B\nZed\n", ["1-2 - Ann B", "ann b"]);
  assert.match(
    both.odd[0],
    /^Ann B may have handed in 1-2 - Ann B, ann b, and more than one fits: give it the name/,
  );
  assert.match(both.odd[1], /No submission was found of: Zed\./);
  // nobody gets the points of who has more of a name, a longer number, the same name
  const alike = readRoster(
    "list.csv",
    "Name,SID,Email,Submission ID\nAnn Lee,1,,\nAnn Lee Moe,9,,\nZoe,1234,,\nKim Roe,7,,\nKim Roe,8,,\n" +
      "Ida,5,ida@x.org,77\nUdo,6,udo@x.org,77\nAnnabel,3,ann@x.org,\n",
    ["Ann Lee Moe_9", "12345_hand-in", "kim roe", "submission_77", "anna"],
  );
  assert.deepEqual(
    alike.people.map(({ entry }) => entry),
    [undefined, "Ann Lee Moe_9", ...[
      undefined,
      undefined,
      undefined,
      "submission_77",
      "submission_77",
      undefined,
    ]],
  );
  assert.match(alike.odd.join("\n"), /Kim Roe may have handed in kim roe, and more than one fits/);
  const german = "Identifier,Full name,Grade,Last modified (submission)\nTeilnehmer 77,Dora Ó Sé,,";
  assert.match(
    readRoster("m.csv", `${german}"Freitag, 18. Dezember 2026, 22:47"\n`, entries).odd[0],
    /^Times such as “Freitag, 18\. Dezember 2026, 22:47” in m\.csv can't be read/,
  );
  assert.throws(() => readRoster("x.csv", "a,b\n1,2\n", []), /expected a column such as Student.*got a, b/);
});

Deno.test("law: tables are read as spreadsheets save them, by names in any form, and what they say twice is told", async () => {
  const out = await Deno.makeTempDir({ prefix: "show-your-work-notes-" });
  try {
    const answers = Object.values(course.questions).flatMap(({ answers }) => answers);
    const [{ name: a }, { name: b }] = answers.filter(({ points }) => points >= 1);
    const paths = new Map([["Jörg", []], ["bob", []], ["=a", []]]);
    const codes = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
    await Deno.writeFile(
      `${out}/overrides.csv`,
      new Uint8Array(
        codes(
          `submission;answer;points\nJörg;${a};0\nbob.zip;${a};1\nbob;${b};0\nbob;${a};0,5\nzed;${a};0\n'=a;${b};0\n`,
        ),
      ),
    );
    const times = "\uFEFFsubmission\ttime\nJörg\t2026-12-18 9:00\n";
    await Deno.writeFile(`${out}/times.csv`, new Uint8Array(new Uint16Array(codes(times)).buffer));
    const { marks, odd } = await notesOn(out, paths, {});
    const points = (entry: string) =>
      Object.fromEntries((marks.overrides.get(entry) ?? []).map(({ answer, points }) => [answer, points]));
    assert.deepEqual([points("Jörg"), points("bob"), points("=a")], [
      { [a]: 0 },
      { [a]: 0.5, [b]: 0 },
      { [b]: 0 },
    ]);
    assert.deepEqual(marks.times.get("Jörg"), { time: "2026-12-18T09:00" });
    assert.deepEqual(odd, [
      `overrides.csv says two things of “bob”, ${a}: the last one counts.`,
      "overrides.csv speaks of “zed”, and there is no such submission.",
    ]);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("law: codes stay, are told apart, and file names lose the words of a name", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-codes-" });
  try {
    const first = await codesOf(`${folder}/key.csv`, ["ann lee", "bob"]);
    const second = await codesOf(`${folder}/key.csv`, ["bob", "zoe", "ann lee"]);
    assert.equal(second.get("ann lee"), first.get("ann lee"));
    assert.equal(new Set(second.values()).size, 3);
    const names = namesIn("Lee, Ann_12345_assignsubmission_file_");
    assert.equal(
      withoutNames("ann lee 04_gan.ipynb is graded as 04_gan (12345).", names, "X"),
      "X X 04_gan.ipynb is graded as 04_gan (X).",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
