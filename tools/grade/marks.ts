/**
 * What a person says of a class's grades: OUT/overrides.csv (submission, answer, points, comment: prose, regrades),
 * read on every run and never written. What the machine said is kept beside it, so that a line that is taken away is
 * undone.
 */
import course from "../../data/course.json" with { type: "json" };
import { said, saidHtml } from "lib/show/language.ts";
import { escapeHtml } from "lib/show/tex.ts";
import { clean } from "./clean.ts";
import { table } from "./csv.ts";
import type { Results, ResultTest } from "./results.ts";
import { type HandedIn, lateness, type LatePolicy, shownTime } from "./times.ts";

interface Override {
  answer: string;
  points: number;
  comment: string;
}

export interface Marks {
  overrides: ReadonlyMap<string, readonly Override[]>;
  times: ReadonlyMap<string, HandedIn>;
}

const answers = Object.values(course.questions).flatMap((q) => q.answers);

/**
 * The lines of overrides.csv: submission and what it says of one.
 *
 * @throws Error naming the line that can't be meant
 */
export function readOverrides(text: string | undefined): [string, Override][] {
  const rows = text === undefined ? [] : table("overrides.csv", text, ["submission", "answer", "points"]);
  return rows.map(({ submission, answer, points, comment = "" }, i) => {
    const refuse = (expected: string, got: string): never => {
      throw new Error(
        `Cannot read overrides.csv, line ${i + 2}: expected ${expected}, got ${got || "nothing"}`,
      );
    };
    const name = answer.split(" ").at(-1)!, asked = answers.find((a) => a.name === name);
    if (submission === "") refuse("a submission", submission);
    if (!asked) refuse("the name of an answer", answer);
    const value = Number(points.replace(",", "."));
    if (points === "" || !(value >= 0 && value <= asked!.points)) {
      refuse(`points from 0 to ${asked!.points}`, points);
    }
    return [submission, { answer: name, points: value, comment }];
  });
}

interface Machine {
  score: number;
  status: ResultTest["status"];
  output: string;
}

/** The results with a person's points, and with what being late costs. The same results again give the same. */
export function marked(results: Results, { overrides, times }: Marks, policy?: LatePolicy): Results {
  const { late: _, time: __, ...kept } = results.extra_data;
  const { entry, remarks } = kept, own = overrides.get(entry) ?? [];
  const tests = results.tests.map((test): ResultTest => {
    const { machine, ...extra } = test.extra_data as { machine?: Machine };
    const before: ResultTest = { ...test, ...machine, extra_data: extra };
    const given = own.findLast(({ answer }) => test.name.split(" ").at(-1) === answer);
    if (!given) return before;
    const { score, status, output } = before, comment = clean(given.comment, 1000);
    return {
      ...before,
      score: given.points,
      status: given.points === before.max_score ? "passed" : "failed",
      output: `${said(`A reader gives ${given.points} of ${before.max_score}`)}${
        comment ? `: ${comment}` : ""
      }\n${output}`,
      extra_data: { ...extra, machine: { score, status, output } satisfies Machine },
    };
  });
  const sum = tests.reduce((all, { score }) => all + score, 0);
  const handedIn = times.get(entry), late = handedIn && lateness(handedIn, policy);
  const score = Math.round(sum * (1 - (late?.share ?? 0)) * 100) / 100;
  return {
    ...results,
    tests,
    score,
    output: [...late ? [late.says] : [], ...remarks].map(said).join("\n"),
    extra_data: { ...kept, ...(handedIn ? { time: handedIn.time } : {}), ...(late ? { late } : {}) },
  };
}

const [OPEN, CLOSE] = ["<!--marks-->", "<!--/marks-->"];

/** A report with when it came, what a person said and what being late costs at its top; plain text, escaped. */
export function markedPage(page: string, results: Results): string {
  const bare = page.replace(new RegExp(`${OPEN}[^]*?${CLOSE}\\n?`), "");
  const { late, time } = results.extra_data;
  const changed = results.tests.filter(({ extra_data }) => "machine" in extra_data);
  const rows = changed.map(({ name, score, max_score, output }) =>
    `<tr><td>${escapeHtml(name)}<td>${score} of ${max_score}<td>${escapeHtml(output.split("\n")[0])}</tr>`
  );
  const most = results.tests.reduce((all, { max_score }) => all + max_score, 0);
  const parts = saidHtml([
    rows.length > 0 || late?.share
      ? `<h2>${rows.length > 0 ? "After review: " : "For lateness: "}${results.score} of ${most} points</h2>`
      : "",
    late
      ? `<p class="late">${escapeHtml(late.says)}</p>`
      : time
      ? `<p>Handed in ${escapeHtml(shownTime(time))}, in time.</p>`
      : "",
    rows.length > 0 ? `<table>${rows.join("")}</table>` : "",
  ].join(""));
  return parts === ""
    ? bare
    : bare.replace(/(<\/h1>\n?)/, (heading) => `${heading}${OPEN}${parts}${CLOSE}\n`);
}
