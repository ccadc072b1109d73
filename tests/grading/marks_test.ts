import assert from "node:assert/strict";
import { dates } from "lib/course/year.ts";
import { speak } from "lib/show/language.ts";
import course from "../../data/course.json" with { type: "json" };
import { table } from "../../tools/grade/csv.ts";
import { marked, markedPage, readOverrides } from "../../tools/grade/marks.ts";
import { lateness, readMetadata, readTime, readTimes } from "../../tools/grade/times.ts";
import type { Results, ResultTest } from "../../tools/grade/results.ts";

speak("en");

const test = (name: string, score: number, max_score: number): ResultTest => ({
  ...{
    name,
    number: name.split(" ")[0],
    score,
    max_score,
    status: score === max_score ? "passed" : "failed",
  },
  ...{ output: "as judged", output_format: "text", visibility: "visible", extra_data: { answer: name } },
});
/** Three answers of this year, for what overrides.csv may name. */
const [a, b, c] = Object.values(course.questions).flatMap(({ answers }) => answers)
  .filter(({ points }) => points >= 2).map(({ name }) => name);
const results: Results = {
  ...{ score: 4, output: "", output_format: "text", visibility: "visible", stdout_visibility: "hidden" },
  tests: [test(`4.1 ${a}`, 4, 4), test(`4.3 ${b}`, 0, 2), test(`5.5 ${c}`, 0, 1)],
  extra_data: { entry: "ann", remarks: [], intake: [], stamp: "s" },
};

const readMarks = (overrides?: string, times?: string) => ({
  overrides: new Map(
    [...Map.groupBy(readOverrides(overrides), ([entry]) => entry)].map(([entry, lines]) =>
      [entry, lines.map(([, line]) => line)] as const
    ),
  ),
  times: new Map(times === undefined ? [] : readTimes("times.csv", times)),
});

Deno.test("law: a person's points are merged, count in the total, and go with their line", () => {
  const marks = readMarks(
    `submission,answer,points,comment\nann,5.5 ${c},1,"clear, and true"\nann,${b},"1,5",\nbob,${a},0,\n`,
    undefined,
  );
  const once = marked(results, marks);
  assert.equal(once.score, 6.5);
  assert.deepEqual(once.tests.map((t) => [t.score, t.status]), [[4, "passed"], [1.5, "failed"], [
    1,
    "passed",
  ]]);
  assert.match(once.tests[2].output, /^A reader gives 1 of 1: clear, and true\nas judged$/);
  assert.deepEqual(marked(once, marks), once, "again");
  assert.deepEqual(marked(once, readMarks(undefined, undefined)), results, "undone");
});

Deno.test("law: a report says what a person gave, once, in escaped text, and no more when it is undone", () => {
  const marks = readMarks(`submission,answer,points,comment\nann,${b},1,<b>& so</b>\n`, undefined);
  const page = "<html><body><h1>ann</h1>\n<p>x</p></body></html>", final = marked(results, marks);
  const shown = markedPage(page, final);
  assert.match(shown, /After review: 5 of 7 points/);
  assert.match(shown, /&lt;b&gt;&amp; so&lt;\/b&gt;/);
  assert.equal(markedPage(shown, final), shown);
  assert.equal(markedPage(shown, marked(final, readMarks(undefined, undefined))), page);
});

Deno.test("law: late work costs a share a day behind the grace, up to the most, and counts nothing after the last date", () => {
  const policy = { perDay: 0.1, graceMinutes: 15, most: 0.3 };
  const dates = { due: "2026-12-18T23:00:00", late: "2026-12-24T23:00:00" };
  const cost = (time: string, more = {}) => lateness({ time, ...dates, ...more }, policy)?.share;
  assert.deepEqual(
    ["18T22:59:00", "18T23:15:00", "18T23:16:00", "20T12:00:00", "24T23:00:00", "25T00:00:00"]
      .map((day) => cost(`2026-12-${day}`)),
    [undefined, undefined, 0.1, 0.2, 0.3, 1],
  );
  assert.equal(cost("2026-12-20T12:00:00", { due: "2026-12-20T20:00:00" }), undefined, "an extension");
  assert.match(
    lateness({ time: "2026-12-20T12:00:00", ...dates }, { ...policy, perDay: 0 })!.says,
    /2 days late, that costs nothing/,
  );
  const late = marked(
    results,
    readMarks(undefined, "submission;time;due\nann;2026-12-19T10:00:00;2026-12-18T23:00\n"),
    policy,
  );
  assert.equal(late.score, 3.6);
  assert.match(late.output, /one day late, 10 % less/);
  const shown = markedPage("<h1>a</h1>\n", late);
  assert.match(
    shown,
    /3\.6 of 7 points.*Handed in 2026-12-19 10:00, due 2026-12-18 23:00: one day late, 10 % less/,
  );
  assert.deepEqual(marked(late, readMarks(), policy), results, "undone");
});

Deno.test("law: an extension moves the last date along, and never makes a submission later than it was", () => {
  const policy = { perDay: 0.1, graceMinutes: 15, most: 0.5 };
  const { due, late } = dates;
  const days = (from: string, n: number) =>
    new Date(Date.parse(`${from}Z`) + 86_400_000 * n).toISOString().slice(0, 19);
  const open = late ? (Date.parse(`${late}Z`) - Date.parse(`${due}Z`)) / 86_400_000 : 1;
  const extended = { due: days(due, 1) },
    cost = (n: number, more = {}) => lateness({ time: days(due, n), ...more }, policy)?.share;
  assert.equal(cost(1, extended), undefined);
  assert.equal(cost(1.5, extended), 0.1);
  assert.equal(cost(open + 1, extended), Math.min(0.5, 0.1 * open));
  if (late) assert.equal(cost(open + 1.1, extended), 1);
  for (const n of [0.5, 1, 2, 5]) assert.ok((cost(n, extended) ?? 0) <= cost(n)!, `${n} days`);
});

Deno.test("edge: a day of lateness is one of the clock, zones are told apart, and a time that is read in two ways is none", () => {
  const policy = { perDay: 0.1, graceMinutes: 0, most: 1 };
  const of = (time: string, due: string) => lateness({ time, due, late: "2099-01-01T00:00" }, policy);
  // the night in which Berlin's clock goes back, in a program that runs there
  const { TZ } = Deno.env.toObject();
  try {
    Deno.env.set("TZ", "Europe/Berlin");
    assert.equal(of("2026-10-25T22:30", "2026-10-24T23:00")?.share, 0.1);
    assert.equal(of("2026-10-25T23:01", "2026-10-24T23:00")?.share, 0.2);
    assert.equal(of("2026-12-18T22:00:00Z", "2026-12-18T23:00"), undefined);
    const late = of("2026-12-18T22:00:01Z", "2026-12-18T23:00");
    assert.match(late!.says, /^Handed in 2026-12-18 22:00 UTC, due 2026-12-18 23:00: one day late/);
  } finally {
    if (TZ === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", TZ);
  }
  assert.deepEqual(
    ["2026-12-18", "2026-12-18 9:05", "2026-12-18T23:00:01.5+0100", "18 December 2026, 10:47 PM"].map(
      readTime,
    ),
    ["2026-12-18T00:00", "2026-12-18T09:05", "2026-12-18T23:00:01.5+0100", "2026-12-18T22:47:00"],
  );
  for (
    const odd of ["11/12/2026 10:00", "11.12.2026", "18. Dezember 2026, 22:47", "2026-13-01", "soon", ""]
  ) {
    assert.equal(readTime(odd), undefined, odd);
  }
});

Deno.test("law: Gradescope's own dates count, a student's before the assignment's", () => {
  const assignment = { due_date: "2026-12-18T23:00:00.000000-08:00", late_due_date: null };
  const text = (users: unknown[]) =>
    JSON.stringify({ created_at: "2026-12-19T10:00:00.5-08:00", assignment, users });
  assert.match(lateness(readMetadata(text([])))!.says, /one day late/);
  const extended = { assignment: { due_date: "2026-12-20T23:00:00.000000-08:00" } };
  assert.equal(lateness(readMetadata(text([extended]))), undefined);
  // without a date of its own the course's is meant in the zone of Gradescope's times
  const bare = JSON.stringify({ created_at: `${course.due.slice(0, 10)}T23:30:00.5-08:00`, assignment: {} });
  assert.equal(readMetadata(bare).due, `${course.due}-08:00`);
  assert.throws(() => readMetadata("{}"), /expected created_at to be a time, got undefined/);
});

Deno.test("edge: lines that can't be meant are refused by number", () => {
  const refused: [string, RegExp][] = [
    ["a,b\n1,2\n", /overrides\.csv: expected the columns submission, answer, points, got a, b/],
    ["", /expected the columns .*got none/],
    ["submission,answer,points\nann,grwth,1\n", /line 2: expected the name of an answer, got grwth/],
    [`submission,answer,points\nann,${b},99\n`, /line 2: expected points from 0 to [\d.]+, got 99/],
    [`submission,answer,points\nann,${b},\n`, /got nothing/],
    [`submission,answer,points\nann,${b},one\n`, /got one/],
    [`submission,answer,points\n,${b},1\n`, /expected a submission/],
  ];
  for (const [text, words] of refused) assert.throws(() => readMarks(text, undefined), words);
  assert.throws(
    () => readMarks(undefined, "submission,time\nann,soon\n"),
    /times\.csv, line 2: expected a time/,
  );
  assert.deepEqual(table("x", '\uFEFFA,b\r\n"1 ""2""\n3",4\r\n\r\n', ["a"]), [{ a: '1 "2"\n3', b: "4" }]);
});
