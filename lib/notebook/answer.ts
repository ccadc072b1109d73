import { difference, scalars, type Value } from "../math/difference.ts";
import { random } from "../math/random.ts";
import { collect, type Collected, textOf } from "./collect.ts";
import { judgeLines } from "./derivation.ts";
import {
  anchored,
  isProof,
  type Misconception,
  type ProofQuestion,
  type Question,
  questionCases,
} from "./question.ts";
import { formOf, Misread, plainAnswer } from "./reading.ts";
import { bounds, type Relation, type Verdict } from "./verdict.ts";

export { collect, type Collected, type Outcome } from "./collect.ts";
export {
  isProof,
  type Misconception,
  type ProofQuestion,
  type Question,
  questionCases,
  type ValueQuestion,
} from "./question.ts";

/** What a value computed in float32 must agree to, at least. */
const SINGLE = 1e-5;

/** Judges what an answer gave: the verdict a student reads and a grade is made from. */
export function judge(question: Question, collected: Collected): Verdict {
  const single = collected.kind === "values" && collected.values.some((v) => "single" in v);
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
  if (collected.kind === "missing") {
    return { ...base, status: "not answered", feedback: `${question.ask} Then run both cells.` };
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
  const read: Value[] = [];
  for (const [i, outcome] of collected.values.entries()) {
    const where = cases.length > 1 ? `On instance ${i + 1} of ${cases.length}: ` : "";
    if ("fault" in outcome) return keepWorking(where + outcome.fault);
    try {
      read.push(question.read(outcome.value, cases[i]));
    } catch (cause) {
      if (!(cause instanceof Misread)) throw cause;
      // an earlier value that is wrong says more than a later one that can't be read
      const wrong = question.sharesConstant
        ? -1
        : read.findIndex((value, k) => !(question.error(value, cases[k]) <= bound));
      return keepWorking(wrong < 0 ? where + cause.message : question.hint(cases[wrong], read[wrong]));
    }
  }
  if (collected.again && textOf(collected.again) !== textOf(collected.values[0])) {
    return keepWorking("Called twice with the same arguments it gives two different values.");
  }
  const given = anchored(question, read, cases);
  const errors = given.map((value, i) => question.error(value, cases[i]));
  const worst = errors.reduce((a, e, i) => e > errors[a] || Number.isNaN(e) ? i : a, 0);
  const error = errors[worst];
  const note = collected.mutated ? " It also changes its arguments: harmless here, they are copies." : "";
  if (error <= bound) {
    return { ...base, status: "holds", error, feedback: question.holds + note, points: question.points };
  }
  const canonical = question.canonical ?? ((value: Value) => value);
  const print = fingerprint(given.map((value, i) => canonical(value, cases[i])));
  const known = question.misconceptions.find((m) =>
    samePrint(print, misconceptionPrint(question, m), single ? SINGLE : undefined)
  );
  if (known) {
    return { ...base, status: "almost", error, misconception: known.name, feedback: known.says + note };
  }
  const first = errors.findIndex((e) => !(e <= bound));
  return keepWorking(question.hint(cases[first], given[first]) + note, { error, worst: cases[worst] });
}

function judgeProof(
  question: ProofQuestion<unknown>,
  { lines }: Extract<Collected, { kind: "lines" }>,
  base: Omit<Verdict, "status">,
): Verdict {
  const cases = questionCases(question);
  const bound = base.bound;
  const keepWorking = (feedback: string, more: Partial<Verdict> = {}): Verdict => ({
    ...base,
    status: "keep working",
    feedback,
    ...more,
  });
  const allowed = question.relations ?? ["="];
  // the first line stands in no relation, whatever it says
  const odd = lines.findIndex((line, k) => k > 0 && !allowed.includes(line.relation as Relation));
  if (odd > 0) {
    return keepWorking(
      `Line ${odd + 1} stands in relation “${lines[odd].relation}”; this question needs ${
        allowed.map((r) => `“${r}”`).join(" or ")
      }.`,
    );
  }
  const worth = (k: number, index: number): Value => {
    const outcome = lines[k].values[index];
    if (outcome === undefined) throw new Error("it has no value");
    if ("fault" in outcome) throw new Error(outcome.fault);
    if (!isValue(outcome.value)) throw new Error(`its value is ${formOf(outcome.value)}`);
    return outcome.value;
  };
  const indices = cases.map((_, index) => index);
  const judged = judgeLines(
    lines.map((line, k) => ({
      tex: line.tex,
      because: line.because,
      relation: line.relation as Relation,
      value: (index: number) => worth(k, index),
    })),
    indices,
    bound,
  );
  const error = Math.max(...judged.map((line) => Number.isNaN(line.error) ? Infinity : line.error));
  const reach = (k: number, end: (instance: unknown) => Value) =>
    indices.every((index) => {
      try {
        return difference(worth(k, index), end(cases[index])) <= Math.max(bound, 1e-12);
      } catch {
        return false;
      }
    });
  const shown = { lines: judged, error };
  const broken = judged.findIndex((line) => !line.holds);
  if (broken >= 0) {
    const known = broken > 0 && knownGap(question, indices, worth, broken);
    if (known) {
      return {
        ...base,
        status: "almost",
        misconception: known.name,
        feedback: `Line ${broken + 1} breaks. ${known.says}`,
        ...shown,
      };
    }
  }
  const begun = lines[0].values.length === cases.length && lines[0].values.every((v) => !("fault" in v));
  if (begun && !reach(0, question.first)) {
    return keepWorking("The first line is not the left-hand side of the question.", shown);
  }
  if (broken >= 0) {
    return keepWorking(
      `Line ${broken + 1} is the first that breaks, ${judged[broken].breaks?.words ?? ""}.`,
      shown,
    );
  }
  if (!reach(lines.length - 1, question.last)) {
    return keepWorking(
      "Every line follows from the one above, but the last one is not yet the right-hand side of the question.",
      shown,
    );
  }
  const least = question.atLeast ?? 3;
  if (lines.length < least) {
    return keepWorking(
      `Both ends are right. Write at least ${least} lines, so that each step has one reason.`,
      shown,
    );
  }
  const distinct = 1 + judged.slice(1).filter((_, k) => lines[k].because !== lines[k + 1].because).length;
  if (distinct < 2) return keepWorking("Give each line its own reason.", shown);
  return { ...base, ...shown, status: "holds", feedback: question.holds, points: question.points };
}

/** Whether plain data is something that a line may be worth. */
function isValue(value: unknown): value is Value {
  if (Array.isArray(value)) return value.every(isValue);
  if (typeof value === "object" && value !== null && "re" in value && "im" in value) {
    return typeof value.re === "number" && typeof value.im === "number";
  }
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string";
}

/** The misconception whose gap is exactly what separates the broken line from the one above, if one is. */
function knownGap(
  question: ProofQuestion<unknown>,
  indices: readonly number[],
  worth: (k: number, index: number) => Value,
  broken: number,
): Misconception | undefined {
  try {
    const gaps = indices.map((index) => {
      const above = scalars(worth(broken - 1, index)).map(Number);
      return scalars(worth(broken, index)).map((x, i) => Number(x) - above[i]);
    });
    const print = fingerprint(gaps), negative = print.map((x) => -x);
    return question.misconceptions.find((m) => {
      const known = misconceptionPrint(question, m);
      return samePrint(print, known) || samePrint(negative, known);
    });
  } catch {
    return undefined;
  }
}

/**
 * One number an instance: a fixed random combination of the value's entries. Values that differ give, but for
 * bad luck, other numbers; the values can't be read from them where there are several.
 */
export function fingerprint(values: readonly Value[]): number[] {
  return values.map((value) => {
    const weights = random(20_220_415);
    return scalars(value).reduce<number>((sum, x, i) => {
      const weight = weights.uniform(0.5, 1.5);
      const entry = typeof x === "string" ? textNumber(x) : Number(x);
      return sum + weight * entry * (1 + 0.01 * i);
    }, 0);
  });
}

const textNumber = (text: string) => [...text].reduce((h, c) => (h * 31 + c.codePointAt(0)!) % 1_000_003, 7);

/** The fingerprint of a misconception's values on the question's instances. */
export function misconceptionPrint(question: Question, known: Misconception): readonly number[] {
  if ("fingerprint" in known) return known.fingerprint;
  const cases = questionCases(question);
  const wrong = known.answer as (...args: readonly unknown[]) => unknown;
  if (isProof(question)) return fingerprint(cases.map((instance) => wrong(instance) as Value));
  const read = cases.map((instance) => {
    const args = question.arguments ? question.arguments(instance) : [];
    return question.read(plainAnswer(wrong(...args)).value, instance);
  });
  const given = anchored(question, read, cases);
  return fingerprint(given.map((value, i) => question.canonical?.(value, cases[i]) ?? value));
}

/** Whether two fingerprints agree, instance by instance. */
export function samePrint(a: readonly number[], b: readonly number[], tolerance = 1e-7): boolean {
  return a.length === b.length &&
    a.every((x, i) => Math.abs(x - b[i]) <= tolerance * Math.max(1, Math.abs(x), Math.abs(b[i])));
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
    return judge(question, collect(question, definition));
  };
  return Object.assign(answer, { questions });
}
