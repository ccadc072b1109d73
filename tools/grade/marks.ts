/**
 * What a person says of a class's grades: OUT/overrides.csv (submission, answer, points, comment: prose, regrades)
 * and OUT/times.csv (submission, time), read on every run and never written. What the machine said is kept beside it,
 * so that a line that is taken away is undone.
 */
import course from "../../data/course.json" with { type: "json" };
import { escapeHtml } from "lib/show/tex.ts";
import { join } from "node:path";
import { clean } from "./clean.ts";
import type { Results, ResultTest } from "./results.ts";

export interface Override {
  answer: string;
  points: number;
  comment: string;
}

export interface Marks {
  overrides: ReadonlyMap<string, readonly Override[]>;
  times: ReadonlyMap<string, string>;
}

/** Share of the points that each begun day after the due date costs, minutes of grace, and the most it may cost. */
export interface LatePolicy {
  perDay: number;
  graceMinutes: number;
  most: number;
}

const answers = Object.values(course.questions).flatMap((q) => q.answers);

/**
 * The rows of a CSV file as records by the names of its first row.
 *
 * @throws Error for a file without these columns, by its name
 */
export function table(file: string, text: string, columns: readonly string[]): Record<string, string>[] {
  const rows = [...rowsOf(text.replace(/^\uFEFF/, ""))].filter((row) =>
    row.some((field) => field.trim() !== "")
  );
  const head = (rows.shift() ?? []).map((name) => name.trim().toLowerCase());
  const missing = columns.filter((name) => !head.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `Cannot read ${file}: expected the columns ${columns.join(", ")}, got ${head.join(", ") || "none"}`,
    );
  }
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, (row[i] ?? "").trim()])));
}

/** Fields in quotes may hold commas, line ends and doubled quotes. */
function* rowsOf(text: string): Generator<string[]> {
  let row: string[] = [];
  for (const [, quoted, bare = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted?.replace(/""/g, '"') ?? bare);
    if (end === ",") continue;
    yield row;
    row = [];
  }
}

/**
 * @throws Error naming the line of overrides.csv or times.csv that can't be meant
 */
export function readMarks(overrides: string | undefined, times: string | undefined): Marks {
  const found = new Map<string, Override[]>();
  const rows = overrides === undefined
    ? []
    : table("overrides.csv", overrides, ["submission", "answer", "points"]);
  for (const [i, { submission, answer, points, comment = "" }] of rows.entries()) {
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
    found.set(submission, [...found.get(submission) ?? [], { answer: name, points: value, comment }]);
  }
  const when = new Map<string, string>();
  const stamps = times === undefined ? [] : table("times.csv", times, ["submission", "time"]);
  for (const [i, { submission, time }] of stamps.entries()) {
    if (Number.isNaN(Date.parse(time))) {
      throw new Error(
        `Cannot read times.csv, line ${i + 2}: expected a time such as ${course.due}, got ${time}`,
      );
    }
    when.set(submission, time);
  }
  return { overrides: found, times: when };
}

/** The marks that stand in a folder of results. */
export async function marksIn(out: string): Promise<Marks> {
  const read = (name: string) => Deno.readTextFile(join(out, name)).catch(() => undefined);
  return readMarks(await read("overrides.csv"), await read("times.csv"));
}

interface Machine {
  score: number;
  status: ResultTest["status"];
  output: string;
}

/** The results with a person's points, and with what being late costs. The same results again give the same. */
export function marked(results: Results, { overrides, times }: Marks, policy = latePolicy): Results {
  const { entry } = results.extra_data, own = overrides.get(entry) ?? [];
  const tests = results.tests.map((test): ResultTest => {
    const { machine, ...extra } = test.extra_data as { machine?: Machine };
    const before: ResultTest = { ...test, ...machine, extra_data: extra };
    const said = own.findLast(({ answer }) => test.name.split(" ").at(-1) === answer);
    if (!said) return before;
    const { score, status, output } = before, comment = clean(said.comment, 1000);
    return {
      ...before,
      score: said.points,
      status: said.points === before.max_score ? "passed" : "failed",
      output: `A reader gives ${said.points} of ${before.max_score}${
        comment ? `: ${comment}` : ""
      }\n${output}`,
      extra_data: { ...extra, machine: { score, status, output } satisfies Machine },
    };
  });
  const sum = tests.reduce((all, { score }) => all + score, 0);
  const share = lateShare(times.get(entry), policy);
  const { late: _, ...kept } = results.extra_data as Results["extra_data"] & { late?: unknown };
  const score = Math.round(sum * (1 - share) * 100) / 100;
  const extra_data = share > 0 ? { ...kept, late: { time: times.get(entry)!, share } } : kept;
  return { ...results, tests, score, extra_data };
}

const latePolicy: LatePolicy | undefined = (course as { latePolicy?: LatePolicy }).latePolicy;

/** Which share of the points a time costs: a step each begun day after the due date and its grace. */
export function lateShare(
  time: string | undefined,
  policy: LatePolicy | undefined,
  due = course.due,
): number {
  if (time === undefined || policy === undefined) return 0;
  const over = Date.parse(time) - Date.parse(due) - 60_000 * policy.graceMinutes;
  return over <= 0 ? 0 : Math.min(policy.most, policy.perDay * Math.ceil(over / 86_400_000));
}

const [OPEN, CLOSE] = ["<!--marks-->", "<!--/marks-->"];

/** A report with what a person said and what being late costs at its top; plain text, escaped. */
export function markedPage(page: string, results: Results): string {
  const bare = page.replace(new RegExp(`${OPEN}[^]*?${CLOSE}\\n?`), "");
  const { late } = results.extra_data as { late?: { time: string; share: number } };
  const changed = results.tests.filter(({ extra_data }) => "machine" in extra_data);
  if (changed.length === 0 && !late) return bare;
  const rows = changed.map(({ name, score, max_score, output }) =>
    `<tr><td>${escapeHtml(name)}<td>${score} of ${max_score}<td>${escapeHtml(output.split("\n")[0])}</tr>`
  );
  const most = results.tests.reduce((all, { max_score }) => all + max_score, 0);
  const lateness = late
    ? `<p>Handed in ${escapeHtml(late.time)}, after the due date: ${Math.round(late.share * 100)} % less.</p>`
    : "";
  const section = `${OPEN}<h2>After review: ${results.score} of ${most} points</h2>${lateness}` +
    (rows.length > 0 ? `<table>${rows.join("")}</table>` : "") + CLOSE;
  return bare.replace(/(<\/h1>\n?)/, (heading) => `${heading}${section}\n`);
}
