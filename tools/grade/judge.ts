import course from "../../data/course.json" with { type: "json" };
import {
  askedOf,
  type Collected,
  isProof,
  judge,
  type Misconception,
  misconceptionPrint,
  type Question,
  questionCases,
} from "lib/proof/answer.ts";
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
export const copies: string = course.grading.copies;

/** The questions of a subject as instructors have them, their instances drawn from the grader's seed. */
export async function questionsOf(subject: string, seed: number): Promise<readonly Question[]> {
  const { answer } = await import(`lib/${subject}/questions.ts`) as {
    answer: { questions: readonly Question[] };
  };
  return answer.questions.map((question) => prepared({ ...question, seed }));
}

/** A question whose instances are drawn once for the whole class, as are the values of its misconceptions. */
function prepared(question: Question): Question {
  const printed = (known: Misconception) => {
    let print: readonly (number | null)[] | undefined;
    const { name, says } = known;
    return {
      name,
      says,
      get fingerprint() {
        return print ??= misconceptionPrint(question, known);
      },
    };
  };
  const misconceptions = question.misconceptions.map(printed);
  let slips: readonly Misconception[] | undefined;
  const derived = question.slips ? { slips: () => slips ??= question.slips!().map(printed) } : {};
  const drawn = isProof(question) || question.arguments;
  const cases = drawn ? { cases: questionCases(question), instance: undefined } : {};
  return { ...question, misconceptions, ...derived, ...cases } as unknown as Question;
}

/** What is asked, as data: all that goes into the sandbox. */
export function soughtOf(question: Question): Sought {
  const { name, ask, form, calls } = askedOf(question), { rebuilt } = question;
  if (!rebuilt) return { name, ask, form, calls: encode(calls) };
  const { module, name: maker, parts } = rebuilt;
  return {
    name,
    ask,
    form,
    calls: encode(questionCases(question).map(parts)),
    rebuilt: { module, name: maker },
  };
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
