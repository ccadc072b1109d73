import course from "../../data/course.json" with { type: "json" };
import { proseStub } from "../editions/stubs.ts";
import { plainText } from "lib/show/tex.ts";
import { verdictData } from "lib/proof/verdict.ts";
import { clean, cleanLines } from "./clean.ts";
import { csv } from "./csv.ts";
import type { Graded } from "./judge.ts";
import type { Intake, Taken } from "./take.ts";
import type { Lateness } from "./times.ts";

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
  extra_data: {
    entry: string;
    remarks: string[];
    intake: Intake[];
    stamp: string;
    /** When it came, and what that costs. */
    time?: string;
    late?: Lateness;
  };
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
      extra_data: { answer: name, prose: text, ...(remark ? { remark } : {}) },
    };
  }
  const score = verdict.points ?? 0;
  return {
    ...common,
    score,
    status: verdict.status === "holds" ? "passed" : "failed",
    output: `${verdict.status}: ${clean(plainText(verdict.feedback ?? ""), 2000)}${note}`,
    extra_data: {
      ...verdictData({ ...verdict, feedback: cleanLines(verdict.feedback ?? "", 4000) }),
      ...(remark ? { remark } : {}),
    },
  };
}

export const isProse = ({ extra_data }: ResultTest): boolean => "prose" in extra_data;

/** A table for the class: a row a submission, a column an answer. */
export function classTable(all: readonly Results[]): string {
  const tests = all.find(({ tests }) => tests.length > 0)?.tests ?? [];
  const head = ["submission", "total", "of", ...tests.map(({ name }) => name), "handed in", "remarks"];
  const rows = all.map(({ score, tests, extra_data: { entry, remarks, time = "", late } }) => [
    entry,
    score,
    tests.reduce((sum, t) => sum + t.max_score, 0),
    ...tests.map((t) => t.score),
    time,
    [
      ...late ? [late.says] : [],
      ...remarks,
      ...lostPoints(tests).map(({ why, names }) => `${names.join(", ")}: ${why}`),
    ].join(" · "),
  ]);
  return csv([head, ...rows]);
}

/**
 * Why answers have no point: each reason with the answers it holds for, a whole question by its number. Prose that
 * waits has lost nothing.
 */
export function lostPoints(tests: readonly ResultTest[]): { why: string; names: string[] }[] {
  const lost = tests.filter((test) =>
    test.score === 0 && test.max_score > 0 &&
    !(isProse(test) && test.extra_data.prose && !("machine" in test.extra_data))
  );
  const grouped = Map.groupBy(lost, whyOf);
  const worth = tests.filter(({ max_score }) => max_score > 0);
  const questionOf = ({ number }: ResultTest) => number.split(".")[0];
  return [...grouped].map(([why, list]) => {
    const names = [...Map.groupBy(list, questionOf)].flatMap(([question, own]) =>
      own.length > 1 && own.length === worth.filter((test) => questionOf(test) === question).length
        ? [`question ${question}`]
        : own.map(({ name }) => name)
    );
    return { why, names };
  });
}

/** Why one answer has no point, short enough to stand beside others. */
function whyOf({ output, extra_data }: ResultTest): string {
  const { status, prose, remark } = extra_data as { status?: string; prose?: string; remark?: string };
  if (remark?.startsWith("There is no cell")) return "its cell is not there";
  const open = status === "not answered" || prose === "" && !("machine" in extra_data);
  return open ? `nothing is written${remark ? `. ${remark}` : ""}` : output.split("\n")[0].slice(0, 160);
}

/** Every file that was handed in, and what was made of it; what was odd about an entry as a whole has no file. */
export function intakeTable(all: readonly Results[], strays: readonly Intake[]): string {
  const rows = all.flatMap(({ extra_data: { entry, intake, remarks } }) => [
    ...intake.map(({ file, made }) => [entry, file, made]),
    ...remarks.map((remark) => [entry, "", remark]),
  ]);
  for (const { file, made } of strays) rows.push(["", file, made]);
  return csv([["submission", "file", "what was made of it"], ...rows]);
}

/** What a person reads: prose, and lines of proofs with reasons in free words; one row each. */
export function proseTable(all: readonly Results[]): string {
  const rows = all.flatMap(({ tests, extra_data: { entry } }) =>
    tests.flatMap((test): (string | number)[][] => {
      const { prose, reading, machine } = test.extra_data as {
        prose?: string;
        reading?: string[];
        machine?: unknown;
      };
      const text = prose ?? reading?.join("\n");
      if (text === undefined) return [];
      const given = machine || reading ? test.score : "";
      return [[
        entry,
        test.name,
        test.max_score,
        given,
        machine ? "read" : text === "" ? "empty" : "waits",
        text,
      ]];
    })
  );
  return csv([["submission", "answer", "of", "points", "state", "text"], ...rows]);
}
