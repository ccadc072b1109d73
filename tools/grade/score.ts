import course from "../../data/course.json" with { type: "json" };
import { join } from "node:path";
import {
  type Collected,
  isProof,
  judge,
  type Misconception,
  misconceptionPrint,
  type Question,
  questionCases,
} from "lib/proof/answer.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { questionsOf } from "../editions/prints.ts";
import { proseStub } from "../editions/notebook.ts";
import { decodeCollected, Forged } from "./frame.ts";
import { sameCell } from "./graft.ts";
import type { Reader } from "./reader.ts";
import { type Ending, type Limits, proveSandbox, type Sandbox, supervise } from "./sandbox.ts";
import type { Submission, SubmittedCell } from "./submission.ts";

/** One answer of the course, as data/course.json has it. */
interface Asked {
  question: string;
  name: string;
  points: number;
}

/** An answer that was judged, or one that a human reads. */
export interface Graded extends Asked {
  verdict?: Verdict;
  /** For prose: what was written; empty when nothing was. */
  prose?: string;
  remark?: string;
}

/** Where one submission at a time is graded: a folder of the sandbox that no other uses, and a reader of its own. */
export interface Desk {
  slot: string;
  reader: Reader;
}

export interface Grader {
  sandbox: Sandbox;
  questions: Map<string, readonly Question[]>;
  seed: number;
  limits: Limits;
}

/** A grader for the notebooks of this sandbox, with the questions as instructors have them. */
export async function makeGrader(sandbox: Sandbox, seed: number, limits: Limits): Promise<Grader> {
  await proveSandbox(sandbox, limits.megabytes);
  const questions = new Map<string, readonly Question[]>();
  for (const [notebook, subject] of sandbox.subjects) {
    questions.set(notebook, (await questionsOf(subject)).map((question) => prepared({ ...question, seed })));
  }
  return { sandbox, questions, seed, limits };
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
  const drawn = isProof(question) || question.arguments;
  const cases = drawn ? { cases: questionCases(question), instance: undefined } : {};
  const derived = question.slips ? { slips: () => slips ??= question.slips!().map(printed) } : {};
  return { ...question, misconceptions, ...derived, ...cases } as unknown as Question;
}

/**
 * Grades one submission: every answer of the course whose notebook is there.
 *
 * @param desk used by no other submission at this time
 */
export async function gradeSubmission(
  grader: Grader,
  submission: Submission,
  desk: Desk,
): Promise<Graded[]> {
  const graded: Graded[] = [];
  for (const { notebook, answers } of Object.values(course.questions)) {
    const pristine = grader.sandbox.notebooks.get(notebook);
    if (!pristine) continue;
    const stubs = new Map(pristine.cells.map(({ id, source }) => [id, source]));
    const found = new Map(
      answers.map((
        { name },
      ) => [name, answerCell(submission, notebook, name, stubs.get(`answer-${name}`) ?? "")]),
    );
    const sources = new Map([...found].flatMap(([name, { cell }]) => cell ? [[name, cell.source]] : []));
    const judged = await judgeNotebook(grader, notebook, sources, desk);
    for (const asked of answers) {
      const { cell, remark } = found.get(asked.name)!;
      const more = remark ? { remark } : {};
      if (asked.name.startsWith("prose-")) graded.push({ ...asked, prose: proseOf(cell), ...more });
      else graded.push({ ...asked, verdict: judged.get(asked.name), ...more });
    }
  }
  return graded;
}

/** Every answer of the course without a point, for what could not be graded. */
export function ungraded({ questions }: Grader, sentence: string): Graded[] {
  return Object.values(course.questions).filter(({ notebook }) => questions.has(notebook)).flatMap(
    ({ notebook, answers }) =>
      answers.map((asked): Graded => {
        const question = questions.get(notebook)!.find(({ name }) => name === asked.name);
        return question
          ? { ...asked, verdict: verdictOn(question, { kind: "fault", sentence }) }
          : { ...asked, prose: "" };
      }),
  );
}

const proseOf = (cell: SubmittedCell | undefined) =>
  cell ? cell.source.replace(proseStub, "").trim().slice(0, 20_000) : "";

/**
 * The cell that holds an answer: in its own notebook before any other, and where it stands more than once, the last
 * that was changed.
 */
function answerCell(
  { notebooks }: Submission,
  notebook: string,
  name: string,
  stub: string,
): { cell?: SubmittedCell; remark?: string } {
  const prose = name.startsWith("prose-");
  const own = notebooks.filter((n) => n.notebook === notebook);
  const others = notebooks.filter((n) => n.notebook !== notebook);
  const all = [own, others].map((list) =>
    list.flatMap(({ cells }) => cells.filter((c) => isAnswer(c, name, prose)))
  );
  for (const [i, cells] of all.entries()) {
    const written = cells.filter((cell) => !sameCell(cell.source, stub));
    if (written.length === 0) continue;
    const remark = written.length > 1
      ? `The cell stands ${written.length} times; the last one is graded.`
      : i > 0
      ? "The cell stood in another notebook."
      : undefined;
    return { cell: written.at(-1), remark };
  }
  return all.flat().length === 0 ? { remark: `There is no cell with the id answer-${name}.` } : {};
}

const isAnswer = (cell: SubmittedCell, name: string, prose: boolean) =>
  cell.id === `answer-${name}` && (prose || cell.kind === "code");

/** Verdicts on the answers of one notebook. */
async function judgeNotebook(
  grader: Grader,
  notebook: string,
  sources: ReadonlyMap<string, string>,
  desk: Desk,
): Promise<Map<string, Verdict>> {
  const asked = grader.questions.get(notebook) ?? [];
  const collected = sources.size === 0
    ? new Map<string, Collected>()
    : await collectAnswers(grader, notebook, sources, asked.map((q) => q.name), desk);
  return new Map(asked.map((q) => [q.name, verdictOn(q, collected.get(q.name) ?? { kind: "missing" })]));
}

/** The verdict, without what only graders know; a judgement that fails is a sentence, not a crash. */
function verdictOn(question: Question, collected: Collected): Verdict {
  let verdict: Verdict;
  try {
    verdict = judge(question, collected);
  } catch {
    verdict = judge(question, { kind: "fault", sentence: "What it gives can't be compared with anything." });
  }
  const { worst: _, ...shown } = verdict;
  return { ...shown, seed: 0, feedback: `${verdict.feedback ?? ""}${hintOnScope(verdict.feedback)}` };
}

const hintOnScope = (feedback = "") =>
  / is not defined$/.test(feedback.replace(/\.$/, ""))
    ? ". Only answer cells are graded: what an answer needs must stand in one of them."
    : "";

/** Runs the answers of one notebook in the sandbox, again without what stopped it, until each has its data. */
async function collectAnswers(
  grader: Grader,
  notebook: string,
  sources: ReadonlyMap<string, string>,
  names: readonly string[],
  desk: Desk,
): Promise<Map<string, Collected>> {
  const { sandbox, seed, limits } = grader;
  const grafted = await desk.reader.graft(
    sandbox.subjects.get(notebook)!,
    sandbox.notebooks.get(notebook)!,
    sources,
    names,
    sandbox.files,
  );
  if (!grafted) {
    if (sources.size > 1) return await oneByOne(grader, notebook, sources, names, desk);
    return new Map([...sources.keys()].map((name) => [name, { kind: "fault", sentence: unreadable }]));
  }
  const { cells, main, order, faults } = grafted;
  const folder = join(sandbox.folder, "runs", desk.slot);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "cells.ts"), cells);
  await Deno.writeTextFile(join(folder, "main.ts"), main);
  const collected = new Map<string, Collected>();
  const skipped = new Set<string>();
  for (let attempt = 0; attempt <= order.length + names.length; attempt++) {
    let at = "";
    const nonce = crypto.randomUUID();
    const wanted = {
      nonce,
      seed,
      cells: order.filter((id) => !skipped.has(id)),
      answers: names.filter((name) => !collected.has(name)),
      patience: limits.seconds * 500,
    };
    const ending = await supervise(sandbox, join(folder, "main.ts"), wanted, limits, (message) => {
      if (typeof message.at === "string") at = message.at;
      if (typeof message.cell === "string" && order.includes(message.cell)) {
        faults.set(message.cell, String(message.fault).slice(0, 400));
      }
      if (typeof message.answer === "string" && wanted.answers.includes(message.answer)) {
        collected.set(message.answer, decoded(message.collected));
      }
    });
    if (ending === "done") break;
    if (at === "" && sources.size > 1) return await oneByOne(grader, notebook, sources, names, desk);
    if (order.includes(at)) {
      skipped.add(at);
      if (!faults.has(at)) faults.set(at, sentenceOn(ending, "cell", limits));
    } else if (names.includes(at)) {
      if (!collected.has(at)) {
        collected.set(at, { kind: "fault", sentence: sentenceOn(ending, "answer", limits) });
      }
    } else {
      for (const id of order) faults.set(id, "The cell can't be run: its syntax is not TypeScript.");
      break;
    }
  }
  for (const name of names) {
    const fault = faults.get(`answer-${name}`);
    const got = collected.get(name);
    if (fault && (got === undefined || got.kind === "missing")) {
      collected.set(name, { kind: "fault", sentence: fault });
    }
  }
  return collected;
}

const unreadable = "The cell can't be read: it is written so that its syntax has no end.";

/** Where all cells together can't even be loaded, each gets a process of its own. */
async function oneByOne(
  grader: Grader,
  notebook: string,
  sources: ReadonlyMap<string, string>,
  names: readonly string[],
  desk: Desk,
): Promise<Map<string, Collected>> {
  const collected = new Map<string, Collected>();
  for (const name of names) {
    const source = sources.get(name);
    if (source === undefined) continue;
    const alone = await collectAnswers(grader, notebook, new Map([[name, source]]), [name], desk);
    collected.set(name, alone.get(name) ?? { kind: "missing" });
  }
  return collected;
}

function decoded(sent: unknown): Collected {
  try {
    return decodeCollected(sent);
  } catch (cause) {
    if (!(cause instanceof Forged)) throw cause;
    return { kind: "fault", sentence: "What it gives is no plain data." };
  }
}

function sentenceOn(
  ending: Ending,
  what: "cell" | "answer",
  { seconds, megabytes, outputMegabytes }: Limits,
): string {
  const it = what === "cell" ? "The cell" : "Calling it";
  switch (ending) {
    case "time":
      return `${it} took more than ${seconds} seconds: look for a loop that never ends.`;
    case "memory":
      return `${it} needed more than ${megabytes} MB of memory.`;
    case "output":
      return `${it} printed more than ${outputMegabytes} MB.`;
    default:
      return `${it} ended the process, or waits for something that never comes.`;
  }
}
