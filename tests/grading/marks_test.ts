import assert from "node:assert/strict";
import { table } from "../../tools/grade/csv.ts";
import { marked, markedPage, readOverrides } from "../../tools/grade/marks.ts";
import { lateness, readMetadata, readTimes } from "../../tools/grade/times.ts";
import type { Results, ResultTest } from "../../tools/grade/results.ts";

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
const results: Results = {
  ...{ score: 4, output: "", output_format: "text", visibility: "visible", stdout_visibility: "hidden" },
  tests: [test("4.1 A", 4, 4), test("4.3 growth", 0, 2), test("5.5 prose-5-5", 0, 1)],
  extra_data: { entry: "ann", remarks: [], intake: [], stamp: "s" },
};

const readMarks = (overrides?: string, times?: string) => ({
  overrides: readOverrides(overrides),
  times: times === undefined ? new Map() : readTimes("times.csv", times),
});

Deno.test("law: a person's points are merged, count in the total, and go with their line", () => {
  const marks = readMarks(
    'submission,answer,points,comment\nann,5.5 prose-5-5,1,"clear, and true"\nann,growth,"1,5",\nbob,A,0,\n',
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
  const marks = readMarks("submission,answer,points,comment\nann,growth,1,<b>& so</b>\n", undefined);
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
  assert.match(lateness({ time: "2026-12-20T12:00:00", ...dates })!.says, /2 days late, that costs nothing/);
  const late = marked(results, readMarks(undefined, "submission;time\nann;2026-12-19T10:00:00\n"), policy);
  assert.equal(late.score, 3.6);
  assert.match(late.output, /one day late, 10 % less/);
  const shown = markedPage("<h1>a</h1>\n", late);
  assert.match(
    shown,
    /3\.6 of 7 points.*Handed in 2026-12-19 10:00, due 2026-12-18 23:00: one day late, 10 % less/,
  );
  assert.deepEqual(marked(late, readMarks(), policy), results, "undone");
});

Deno.test("law: Gradescope's own dates count, a student's before the assignment's", () => {
  const assignment = { due_date: "2026-12-18T23:00:00.000000-08:00", late_due_date: null };
  const text = (users: unknown[]) =>
    JSON.stringify({ created_at: "2026-12-19T10:00:00.5-08:00", assignment, users });
  assert.match(lateness(readMetadata(text([])))!.says, /one day late/);
  const extended = { assignment: { due_date: "2026-12-20T23:00:00.000000-08:00" } };
  assert.equal(lateness(readMetadata(text([extended]))), undefined);
  assert.throws(() => readMetadata("{}"), /expected created_at to be a time, got undefined/);
});

Deno.test("edge: lines that can't be meant are refused by number", () => {
  const refused: [string, RegExp][] = [
    ["a,b\n1,2\n", /overrides\.csv: expected the columns submission, answer, points, got a, b/],
    ["", /expected the columns .*got none/],
    ["submission,answer,points\nann,grwth,1\n", /line 2: expected the name of an answer, got grwth/],
    ["submission,answer,points\nann,growth,3\n", /line 2: expected points from 0 to \d, got 3/],
    ["submission,answer,points\nann,growth,\n", /got nothing/],
    ["submission,answer,points\nann,growth,one\n", /got one/],
    ["submission,answer,points\n,growth,1\n", /expected a submission/],
  ];
  for (const [text, words] of refused) assert.throws(() => readMarks(text, undefined), words);
  assert.throws(
    () => readMarks(undefined, "submission,time\nann,soon\n"),
    /times\.csv, line 2: expected a time/,
  );
  assert.deepEqual(table("x", '\uFEFFA,b\r\n"1 ""2""\n3",4\r\n\r\n', ["a"]), [{ a: '1 "2"\n3', b: "4" }]);
});
