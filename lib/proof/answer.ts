import { numbersOf, type Value } from "../math/difference.ts";
import { collect, type Collected, type Outcome, textOf } from "./collect.ts";
import { quarters } from "./credit.ts";
import { type Named, nameOf, nameOfSome, transposed } from "./naming.ts";
import { isConstant } from "./prints.ts";
import { suspects } from "./probe.ts";
import { judgeProof } from "./proof_answer.ts";
import { anchored, askedOf, isProof, type Question, questionCases } from "./question.ts";
import { Misread } from "./reading.ts";
import { bounds, type Verdict } from "./verdict.ts";
import { readWritten } from "./written.ts";

export { collect, type Collected, type Outcome } from "./collect.ts";
export { fingerprint, misconceptionPrint, samePrint } from "./prints.ts";
export {
  type Asked,
  askedOf,
  isProof,
  type Misconception,
  type ProofQuestion,
  type Question,
  questionCases,
  type ValueQuestion,
} from "./question.ts";

/** What a value computed in float32 must agree to: sixteen of its roundings. */
const SINGLE = 2 ** -20;
/** Below this on every instance a value is right but for rounding, or for an approximation. */
const NEARLY = 1e-5;

/** Judges what an answer gave: the verdict a student reads and a grade is made from. */
export function judge(question: Question, collected: Collected): Verdict {
  if (collected.kind !== "written") return judged(question, collected);
  const { collected: values, tex } = readWritten(question, collected.text);
  const verdict = judged(question, values);
  return tex === undefined ? verdict : { ...verdict, feedback: `You wrote $${tex}$. ${verdict.feedback}` };
}

function judged(question: Question, collected: Collected): Verdict {
  const single = collected.kind === "values" && collected.values.some(isSingle);
  const bound = Math.max(question.bound ?? bounds[question.evidence], single ? SINGLE : 0);
  const cases = questionCases(question);
  const base = {
    id: question.question,
    answer: question.name,
    statement: question.ask,
    evidence: question.evidence,
    error: Infinity,
    bound,
    instances: cases.length,
    seed: question.seed ?? 7,
    mutants: [],
    maxPoints: question.points,
    points: 0,
  };
  const keepWorking = (feedback: string, more: Partial<Verdict> = {}): Verdict => ({
    ...base,
    status: "keep working",
    feedback,
    ...more,
  });
  const almost = ({ name, says }: Named, error = Infinity): Verdict => ({
    ...base,
    ...{ status: "almost", error, misconception: name, feedback: says },
    points: quarters(question.points * (question.shares?.almost ?? 0)),
  });
  if (collected.kind === "missing") {
    const formula = question.written ? " A formula, written as a text, will do." : "";
    return { ...base, status: "not answered", feedback: `${question.ask}${formula}` };
  }
  if (collected.kind === "fault") return keepWorking(collected.sentence);
  if (isProof(question)) {
    return collected.kind === "lines"
      ? judgeProof(question, collected, base)
      : keepWorking("Expected lines.");
  }
  if (collected.kind !== "values") return keepWorking("Expected a value, not lines.");
  if (collected.values.length !== cases.length) {
    return keepWorking(`Expected ${cases.length} values, got ${collected.values.length}.`);
  }
  let suspect = collected.suspect ? ` ${suspects[collected.suspect]}` : "";
  const read: Value[] = [];
  /** A slip that has no value on some instances, by all those on which it has one. */
  const partly = () => {
    if (question.sharesConstant) return undefined;
    const some = collected.values.map((outcome, i) => {
      try {
        return "value" in outcome ? question.read(outcome.value, cases[i]) : undefined;
      } catch {
        return undefined;
      }
    });
    return nameOfSome(question, some, cases, bound);
  };
  for (const [i, outcome] of collected.values.entries()) {
    const where = cases.length > 1 ? `On instance ${i + 1} of ${cases.length}: ` : "";
    if ("fault" in outcome) {
      const slip = partly();
      return slip ? almost(slip) : keepWorking(where + outcome.fault);
    }
    try {
      read.push(question.read(outcome.value, cases[i]));
    } catch (cause) {
      if (!(cause instanceof Misread)) throw cause;
      // an earlier value that is wrong says more than a later one that can't be read
      const wrong = question.sharesConstant
        ? -1
        : read.findIndex((value, k) => !(question.error(value, cases[k]) <= bound));
      const raw = collected.values.map((o) => "value" in o ? o.value : undefined);
      const named = wrong < 0
        ? transposed(question, raw, cases, bound)
        : nameOf(question, read, cases, bound);
      const slip = partly() ?? named ??
        (wrong < 0 && cause.slip ? { name: cause.slip, says: where + cause.message } : undefined);
      if (slip) return almost(slip);
      const says = wrong < 0 ? where + cause.message : question.hint(cases[wrong], read[wrong]);
      return keepWorking(says + suspect);
    }
  }
  if (collected.again && textOf(collected.again) !== textOf(collected.values[0])) {
    return keepWorking("Called twice with the same arguments it gives two different values.");
  }
  const given = anchored(question, read, cases);
  const errors = given.map((value, i) => question.error(value, cases[i]));
  const worst = errors.reduce((a, e, i) => e > errors[a] || Number.isNaN(e) ? i : a, 0);
  const error = errors[worst];
  const note = (collected.mutated ? " It also changes its arguments: harmless here, they are copies." : "") +
    (collected.unprinted ? " What it prints is shown for the first instance only." : "");
  if (error <= bound) {
    return { ...base, status: "holds", error, feedback: question.holds + note, points: question.points };
  }
  const known = nameOf(question, given, cases, bound, {
    nearly: error < NEARLY,
    ...(single ? { tolerance: SINGLE } : {}),
  });
  if (known) return almost({ ...known, says: known.says + suspect + note }, error);
  if (error < NEARLY) {
    const digits = Math.floor(-Math.log10(error));
    const says =
      `Right to ${digits} digits and no further: is something rounded, cut off, or approximated, as by a small number inside a logarithm?${note}`;
    return almost({ name: "rounded or approximated", says }, error);
  }
  const first = errors.findIndex((e) => !(e <= bound));
  if (
    question.arguments && !question.sharesConstant &&
    isConstant(given.map(numbersOf))
  ) {
    suspect += " It gives the same every time, and what is asked depends on what is given.";
  }
  return keepWorking(question.hint(cases[first], given[first]) + suspect + note, {
    error,
    worst: cases[worst],
  });
}

/** Whether a value says that it comes in float32, and is one: more digits than that are no rounding. */
function isSingle(outcome: Outcome): boolean {
  const inFloat32 = (value: unknown): boolean =>
    typeof value === "number"
      ? Object.is(Math.fround(value), value)
      : typeof value !== "object" || value === null || Object.values(value).every(inFloat32);
  return "single" in outcome && inFloat32(outcome.value);
}

/** What the verdicts of this session judged: the definition itself, which is no data. */
const judgedBy = new WeakMap<Verdict, unknown>();

/** What an answer's verdict judged; undefined where nothing was there. */
export const definitionOf = (verdict: Verdict): unknown => judgedBy.get(verdict);

/** What a cell may read of a verdict is what it shows: how far off a wrong answer is, and where, would lead to the right one. */
function shownOf({ worst: _, ...verdict }: Verdict): Verdict {
  const { status, lines, error } = verdict;
  return status === "holds" || lines ? verdict : { ...verdict, error: Number.isFinite(error) ? 1 : Infinity };
}

/** Four letters that stand for what was judged: other text, other letters. */
function markOf(definition: unknown): string {
  const text = typeof definition === "function"
    ? Function.prototype.toString.call(definition)
    : textOf(definition);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash ^ hash >>> 16) & 0xffff).toString(16).padStart(4, "0");
}

/**
 * Makes the face of a notebook's questions: `answer("growth", () => growth)` collects and judges.
 * The thunk lets a missing definition be a sentence instead of an error.
 */
export function answers(...questions: readonly Question[]) {
  const answer = (name: string, definition: () => unknown): Verdict => {
    const question = questions.find((q) => q.name === name);
    if (!question) {
      throw new RangeError(
        `Cannot judge an answer: expected one of ${questions.map((q) => q.name).join(", ")}, got ${
          String(name)
        }`,
      );
    }
    let judged: unknown;
    const verdict = shownOf(judge(question, collect(askedOf(question), () => judged = definition())));
    judgedBy.set(verdict, judged);
    if (verdict.status === "not answered") verdict.feedback = `${verdict.feedback} Then run both cells.`;
    return judged === undefined ? verdict : Object.assign(verdict, { mark: markOf(judged) });
  };
  return Object.assign(answer, { questions });
}
