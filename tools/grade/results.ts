import course from "../../data/course.json" with { type: "json" };
import { plainText } from "lib/show/tex.ts";
import { verdictData } from "lib/proof/verdict.ts";
import type { Graded } from "./score.ts";
import type { Submission } from "./submission.ts";

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
  extra_data: { entry: string; remarks: string[]; stamp: string };
}

/**
 * The results of one submission: nothing in it depends on when or where it was graded.
 *
 * @param stamp what the results were made from: equal stamps need no second grading
 */
export function resultsOf(submission: Submission, graded: readonly Graded[], stamp: string): Results {
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
    extra_data: { entry: submission.entry, remarks: submission.remarks, stamp },
  };
}

function resultOf(
  { question, name, points, verdict, prose, remark }: Graded,
): Omit<ResultTest, "output_format" | "visibility"> {
  const common = { name: `${question} ${name}`, number: question, max_score: points };
  const note = remark ? ` ${remark}` : "";
  if (verdict === undefined) {
    const output = prose === ""
      ? `Nothing is written here yet.${note}`
      : `This answer is read by a person.${note}`;
    return {
      ...common,
      score: 0,
      status: "failed",
      output,
      extra_data: { answer: name, prose: prose ?? "" },
    };
  }
  const score = verdict.points ?? 0;
  return {
    ...common,
    score,
    status: verdict.status === "holds" ? "passed" : "failed",
    output: `${verdict.status}: ${plainText(verdict.feedback ?? "")}${note}`,
    extra_data: verdictData(verdict),
  };
}

/** A table for the class: a row a submission, a column an answer. */
export function classTable(all: readonly Results[]): string {
  const tests = all.find(({ tests }) => tests.length > 0)?.tests ?? [];
  const head = ["submission", "total", "of", ...tests.map(({ name }) => name)];
  const rows = all.map(({ score, tests, extra_data }) => [
    extra_data.entry,
    score,
    tests.reduce((sum, t) => sum + t.max_score, 0),
    ...tests.map((t) => t.score),
  ]);
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\n") + "\n";
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

/** One field of a table; what a spreadsheet would run as a formula is text. */
function field(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
