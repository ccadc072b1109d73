import course from "../../data/course.json" with { type: "json" };
import { askedOf, type Collected, judge, type Question, questionCases } from "lib/proof/answer.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { encode } from "./plain.ts";
import type { Sought } from "./worker.ts";

/** One answer of the course, as data/course.json has it. */
export interface AskedAnswer {
  question: string;
  name: string;
  points: number;
}

/** An answer that was judged, or one that a human reads. */
export interface Graded extends AskedAnswer {
  verdict?: Verdict;
  /** For prose: what was written; empty when nothing was. */
  prose?: string;
  remark?: string;
}

/** The answers of every notebook, in the course's order. */
export const answersOf: ReadonlyMap<string, readonly AskedAnswer[]> = new Map(
  Object.values(course.questions).map(({ notebook, answers }) => [notebook, answers]),
);

/** Which of several copies of a notebook counts: "newest" or "best". */
export const { copies = "newest" } = course.grading as { copies?: string };

/** The questions of a subject with their instances drawn from the grader's seed. */
export async function questionsOf(subject: string, seed: number): Promise<readonly Question[]> {
  const { answer } = await import(`lib/${subject}/questions.ts`) as {
    answer: { questions: readonly Question[] };
  };
  // a grade says what students are told: what a right answer's terms weigh is not asked
  return answer.questions.map(({ slips, ...question }) => ({
    ...question,
    seed,
    ...slips && { slips: () => slips() },
  }));
}

/** What is asked, as data: all that goes into the sandbox. */
export function soughtOf(question: Question): Sought {
  const { calls, ...asked } = askedOf(question);
  if (!question.rebuilt) return { ...asked, calls: encode(calls) };
  const { parts, ...rebuilt } = question.rebuilt;
  return { ...asked, calls: encode(questionCases(question).map(parts)), rebuilt };
}

/** The verdict, without what only graders know; a judgement that fails is a sentence, not a crash. */
export function verdictOn(question: Question, collected: Collected): Verdict {
  let verdict: Verdict;
  try {
    verdict = judge(question, collected);
  } catch {
    verdict = judge(question, { kind: "fault", sentence: "What it gives can't be compared with anything." });
  }
  const { worst: _, ...shown } = verdict;
  if (verdict.status === "not answered") {
    return { ...shown, seed: 0, feedback: `Nothing that defines \`${question.name}\` was handed in.` };
  }
  return { ...shown, seed: 0, feedback: `${verdict.feedback ?? ""}${hintOnScope(verdict.feedback)}` };
}

const hintOnScope = (feedback = "") =>
  / is not defined$/.test(feedback.replace(/\.$/, ""))
    ? ". Only answer cells are graded: what an answer needs must stand in one of them."
    : "";
