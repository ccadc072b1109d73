import course from "../../data/course.json" with { type: "json" };
import { proseStub } from "../editions/stubs.ts";
import { plainText } from "lib/show/tex.ts";
import { verdictData } from "lib/proof/verdict.ts";
import { clean, cleanLines } from "./clean.ts";
import type { Graded } from "./judge.ts";
import type { Intake, Taken } from "./take.ts";

/** One test of Gradescope's results.json: one answer. */
export interface ResultTest {
  name: string;
  number: string;
  score: number;
  max_score: number;
  status: "passed" | "failed";
  output: string;
  output_format: "text";
  visibility: string;
  /** The verdict, or for prose what was written. */
  extra_data: Record<string, unknown>;
}

/** Gradescope's results.json. */
export interface Results {
  score: number;
  output: string;
  output_format: "text";
  visibility: string;
  stdout_visibility: "hidden";
  tests: ResultTest[];
  extra_data: { entry: string; remarks: string[]; intake: Intake[]; stamp: string };
}

/**
 * The results of one submission: nothing in it depends on when or where it was graded.
 *
 * @param stamp what the results were made from: equal stamps need no second grading
 */
export function resultsOf(
  submission: Pick<Taken, "entry" | "remarks" | "intake">,
  graded: readonly Graded[],
  stamp: string,
): Results {
  const { visibility } = course;
  const tests = graded.map((answer): ResultTest => ({
    ...resultOf(answer),
    output_format: "text",
    visibility,
  }));
  return {
    score: tests.reduce((sum, { score }) => sum + score, 0),
    output: submission.remarks.join("\n"),
    output_format: "text",
    visibility,
    stdout_visibility: "hidden",
    tests,
    extra_data: { entry: submission.entry, remarks: submission.remarks, intake: submission.intake, stamp },
  };
}

/** The results of what could not be graded: no point, and why. */
export function failedResults(entry: string, why: string, visibility = course.visibility): Results {
  const sentence = `It could not be graded: ${clean(why, 300)}.`;
  const graded = Object.values(course.questions).flatMap(({ answers }) => answers);
  const results = resultsOf({ entry, remarks: [sentence], intake: [] }, [], "");
  const tests = graded.map(({ question, name, points }): ResultTest => ({
    ...{ name: `${question} ${name}`, number: question, score: 0, max_score: points, status: "failed" },
    ...{ output: sentence, output_format: "text", visibility, extra_data: { answer: name } },
  }));
  return { ...results, tests };
}

function resultOf(
  { question, name, points, verdict, prose, remark }: Graded,
): Omit<ResultTest, "output_format" | "visibility"> {
  const common = { name: `${question} ${name}`, number: question, max_score: points };
  const note = remark ? ` ${remark}` : "";
  if (verdict === undefined) {
    const text = cleanLines((prose ?? "").replace(proseStub, ""), 20_000).trim();
    const output = text === ""
      ? `Nothing is written here yet.${note}`
      : `This answer is read by a person.${note}`;
    return {
      ...common,
      score: 0,
      status: "failed",
      output,
      extra_data: { answer: name, prose: text },
    };
  }
  const score = verdict.points ?? 0;
  return {
    ...common,
    score,
    status: verdict.status === "holds" ? "passed" : "failed",
    output: `${verdict.status}: ${clean(plainText(verdict.feedback ?? ""), 2000)}${note}`,
    extra_data: verdictData({ ...verdict, feedback: cleanLines(verdict.feedback ?? "", 4000) }),
  };
}

/** A table for the class: a row a submission, a column an answer. */
export function classTable(all: readonly Results[]): string {
  const tests = all.find(({ tests }) => tests.length > 0)?.tests ?? [];
  const head = ["submission", "total", "of", ...tests.map(({ name }) => name), "remarks"];
  const rows = all.map(({ score, tests, extra_data }) => [
    extra_data.entry,
    score,
    tests.reduce((sum, t) => sum + t.max_score, 0),
    ...tests.map((t) => t.score),
    reasons(extra_data.remarks, tests),
  ]);
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\n") + "\n";
}

/** What was odd about a submission, and why an answer that is no prose has no point. */
export function reasons(remarks: readonly string[], tests: readonly ResultTest[]): string {
  const lost = tests.filter(({ score, max_score, extra_data }) =>
    score === 0 && max_score > 0 && !("prose" in extra_data)
  );
  return [...remarks, ...lost.map(({ name, output }) => `${name}: ${output.slice(0, 120)}`)].join(" · ");
}

/** Every file that was handed in, and what was made of it; what was odd about an entry as a whole has no file. */
export function intakeTable(all: readonly Results[], strays: readonly Intake[]): string {
  const rows = all.flatMap(({ extra_data: { entry, intake, remarks } }) => [
    ...intake.map(({ file, made }) => [entry, file, made]),
    ...remarks.map((remark) => [entry, "", remark]),
  ]);
  for (const { file, made } of strays) rows.push(["", file, made]);
  return [["submission", "file", "what was made of it"], ...rows].map((row) => row.map(field).join(",")).join(
    "\n",
  ) +
    "\n";
}

/** Prose answers, and lines of proofs with reasons in free words, for a person to read: one row each. */
export function proseTable(all: readonly Results[]): string {
  const rows = all.flatMap(({ tests, extra_data }) =>
    tests.filter((t) => "prose" in t.extra_data).map((
      t,
    ) => [extra_data.entry, t.name, t.max_score, "", String(t.extra_data.prose)])
      .concat(
        tests.filter((t) => Array.isArray(t.extra_data.reading)).map((
          t,
        ) => [extra_data.entry, t.name, t.max_score, t.score, (t.extra_data.reading as string[]).join("\n")]),
      )
  );
  return [["submission", "answer", "of", "points", "text"], ...rows].map((row) => row.map(field).join(","))
    .join("\n") +
    "\n";
}

/**
 * One field of a table. What a spreadsheet would run as a formula is text: at the field's beginning, and after
 * anything that a spreadsheet set up otherwise takes for the end of a field.
 */
function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = value.replace(/(^|[;,\t|\r\n"])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
  return /[",;\t|\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
