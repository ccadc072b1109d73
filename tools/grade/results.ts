import course from "../../data/course.json" with { type: "json" };
import { proseStub } from "../editions/stubs.ts";
import { said } from "lib/show/language.ts";
import { plainText } from "lib/show/tex.ts";
import { verdictData } from "lib/proof/verdict.ts";
import { clean, cleanLines } from "./clean.ts";
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
    output: submission.remarks.map(said).join("\n"),
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
  const note = remark ? ` ${said(remark)}` : "";
  if (verdict === undefined) {
    const text = cleanLines((prose ?? "").replace(proseStub, ""), 20_000).trim();
    const output = text === ""
      ? `${said("Nothing is written here yet.")}${note}`
      : `${said("This answer is read by a person.")}${note}\n${text}`;
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
    output: `${said(verdict.status)}: ${clean(plainText(verdict.feedback ?? ""), 2000)}${note}`,
    extra_data: {
      ...verdictData({ ...verdict, feedback: cleanLines(verdict.feedback ?? "", 4000) }),
      ...(remark ? { remark } : {}),
    },
  };
}

export const isProse = ({ extra_data }: ResultTest): boolean => "prose" in extra_data;
