import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { root } from "../../tools/command.ts";
import { assertCells, assertCourse, everyQuestion } from "../../tools/course.ts";
import { keptNotebook, readNotebook } from "../../tools/notebook.ts";

/** All that is kept, asked this year or not: what is said here of questions 1 and 4 holds while they rest. */
const whole = { ...course, questions: everyQuestion(course), resting: {} };

/** The course with one thing changed. */
function changed(change: (copy: typeof whole & Record<string, unknown>) => void): unknown {
  const copy = structuredClone(whole) as typeof whole & Record<string, unknown>;
  change(copy);
  return copy;
}

Deno.test("law: the registry is a course, and its notebooks have what it asks", async () => {
  assertCourse(course);
  const cells = new Map<string, string[]>();
  for (const { notebook } of Object.values(whole.questions)) {
    const { cells: kept } = await readNotebook(await keptNotebook(notebook, root));
    cells.set(notebook, kept.map(({ id }) => id));
  }
  assertCells(whole, cells);
  assert.throws(
    () => assertCells(whole, new Map([...cells, ["04_gan", ["answer-A"]]])),
    /Cannot read data\/course\.json, answer stationaryPoint: expected a cell answer-stationaryPoint in notebooks\/04_gan\.ipynb/,
  );
  assert.throws(
    () => assertCells(whole, new Map([["04_gan", [...cells.get("04_gan")!, "answer-more"]]])),
    /notebook 04_gan: expected an answer “more” with its points/,
  );
});

Deno.test("edge: what can't be a course is refused by its place", () => {
  const answer = (copy: typeof whole) => copy.questions["4"].answers[0] as unknown as Record<string, unknown>;
  const refused: [unknown, RegExp][] = [
    [[], /at its top: expected a record/],
    [changed((c) => c.due = "next friday"), /due: expected a date such as .*got "next friday"/],
    [changed((c) => c.due = "2026-02-30T00:00"), /due: expected a date/],
    [
      changed((c) => c.due = "2026-12-18"),
      /due: expected a date such as 2026-12-18T23:00:00, got "2026-12-18"/,
    ],
    [changed((c) => c.due = "2020-01-01T00:00"), /due: expected a date after the release/],
    [changed((c) => c.late = "2020-01-01T00:00"), /late: expected a date after due/],
    [
      changed((c) => answer(c).points = "four"),
      /question 4, answer A, points: expected a number from 0 on, got "four"/,
    ],
    [changed((c) => answer(c).points = -1), /points/],
    [changed((c) => answer(c).name = "growth"), /answer growth: expected a name that no other answer has/],
    [changed((c) => answer(c).question = "5.1"), /question: expected a number such as 4\.1/],
    [
      changed((c) => c.questions["4"].notebook = "gan"),
      /notebook: expected a name such as 06_coins, got "gan"/,
    ],
    [changed((c) => c.questions["4"].notebook = "01_elbo"), /expected one that no other question has/],
    [changed((c) => (c as Record<string, unknown>).questions = {}), /questions: expected at least one/],
    [
      changed((c) => Object.assign(c, { partial: { almost: 1.5 } })),
      /partial, almost: expected a share from 0 to 1, got 1\.5/,
    ],
    [changed((c) => answer(c).almost = "half"), /answer A, almost: expected a share from 0 to 1/],
    [
      changed((c) => (c as Record<string, unknown>).latePolicy = { perDay: "10 %", most: 1 }),
      /latePolicy, perDay: expected a share/,
    ],
    [
      changed((c) => Reflect.deleteProperty(c, "variant")),
      /variant: expected a record of this year's numbers/,
    ],
    [changed((c) => c.variant.seed = 0.5), /variant, seed: expected a whole number, got 0\.5/],
    [
      changed((c) => Object.assign(c.variant["4"], { alpha: "half" })),
      /variant, 4, alpha: expected a number, or a list of numbers, got "half"/,
    ],
    [changed((c) => c.title = " "), /title: expected a text/],
  ];
  for (const [value, words] of refused) {
    assert.throws(
      () => assertCourse(value),
      (cause: Error) => cause instanceof RangeError && words.test(cause.message),
      String(words),
    );
  }
});
