import { difference, scalars, type Value } from "../math/difference.ts";
import { type Random, random } from "../math/random.ts";
import { instancesOf, messageOf } from "./claim.ts";
import { judgeLines } from "./derivation.ts";
import { Misread, type PlainAnswer, plainAnswer } from "./reading.ts";
import { bounds, type Evidence, type Relation, type Verdict } from "./verdict.ts";

/**
 * A known wrong answer, recognised by its values: as the code that gives it, or as the fingerprint of these values.
 * `says` names the misconception in a sentence and does not contain the answer.
 */
export type Misconception =
  & { readonly name: string; readonly says: string }
  & (
    | { readonly answer: (...args: never[]) => unknown }
    | { readonly fingerprint: readonly number[] }
  );

interface Asked {
  /** The name students define, e.g. "growth". */
  name: string;
  /** The question's number, e.g. "4.3". */
  question: string;
  points: number;
  /** What to define where nothing is there yet: one sentence. */
  ask: string;
  /** What is known when the answer holds: one sentence. */
  holds: string;
  evidence: Exclude<Evidence, "opinion" | "editorial">;
  instances?: number;
  seed?: number;
  bound?: number;
  misconceptions: readonly Misconception[];
}

/** A question answered by a function or a constant. */
export interface ValueQuestion<I> extends Asked {
  /** Left out for a constant: then it is read as one value. */
  arguments?(instance: I): readonly unknown[];
  instance?(random: Random, index: number): I;
  cases?: readonly I[];
  /** The answer's form: throws Misread with the sentence a student reads. */
  read(raw: unknown, instance: I): Value;
  /** How far a value is from what the definitions ask. */
  error(given: Value, instance: I): number;
  /** What stays of a value when free choices are taken out (default: the value itself). */
  canonical?(given: Value, instance: I): Value;
  /** Where a wrong value goes wrong: a sentence that leads on without the answer. */
  hint(instance: I, given: Value): string;
}

/** A question answered by executed lines, each judged against the one above. */
export interface ProofQuestion<I> extends Asked {
  instance(random: Random, index: number): I;
  /** The question's end points: what the first and the last line must be worth. */
  first(instance: I): Value;
  last(instance: I): Value;
  /** Relations a line may carry (default: only "="). */
  relations?: readonly Relation[];
  /** Fewest lines that can show the reason (default 3). */
  atLeast?: number;
}

/** Over instances of any kind: methods take what the question's own `instance` makes. */
export type Question = ValueQuestion<unknown> | ProofQuestion<unknown>;

export const isProof = (question: Question): question is ProofQuestion<unknown> => "first" in question;

/** What a student's code gave, as plain data: all that a judgement needs. */
export type Collected =
  | { kind: "missing" }
  | { kind: "fault"; sentence: string }
  | { kind: "values"; values: Outcome[]; again?: Outcome; mutated?: boolean }
  | { kind: "lines"; lines: { because: string; relation: string; tex: string; values: Outcome[] }[] };

export type Outcome = PlainAnswer | { fault: string };

/** What a value computed in float32 must agree to, at least. */
const SINGLE = 1e-5;

/** A student's loop may be endless between two instances only: past this many milliseconds no more are tried. */
const PATIENCE = 5000;

/**
 * Calls a student's answer on every instance and copies what it gives: no judgement, no trust.
 *
 * @param answer gives the student's definition; throws where it is not there yet
 */
export function collect(question: Question, answer: () => unknown): Collected {
  let defined: unknown;
  try {
    defined = answer();
  } catch (cause) {
    if (cause instanceof ReferenceError) return { kind: "missing" };
    return { kind: "fault", sentence: `Reading the answer throws: ${messageOf(cause)}` };
  }
  if (defined === undefined || defined === null) return { kind: "missing" };
  if (isProof(question)) return collectLines(question, defined);
  if (!question.arguments) {
    const value = attempt(() => defined);
    return "value" in value && value.value === undefined
      ? { kind: "missing" }
      : { kind: "values", values: [value] };
  }
  if (typeof defined !== "function") {
    return {
      kind: "fault",
      sentence: `Expected a function here. ${question.ask}`,
    };
  }
  const call = (instance: unknown) => {
    const args = question.arguments!(instance);
    const before = fingerprintOf(args);
    const outcome = attempt(() => (defined as (...a: readonly unknown[]) => unknown)(...args));
    mutated ||= fingerprintOf(args) !== before;
    return outcome;
  };
  let mutated = false;
  const values: Outcome[] = [];
  const started = performance.now();
  const cases = questionCases(question);
  for (const instance of cases) {
    if (performance.now() - started > PATIENCE) {
      return {
        kind: "fault",
        sentence: `After ${values.length} of ${cases.length} instances ${
          PATIENCE / 1000
        } seconds have passed: find a form that needs less work.`,
      };
    }
    values.push(call(instance));
    if (values.length === 1 && isUndefined(values[0])) return { kind: "missing" };
  }
  return { kind: "values", values, again: call(cases[0]), ...(mutated ? { mutated } : {}) };
}

function collectLines(question: ProofQuestion<unknown>, defined: unknown): Collected {
  const raw = attempt(() => (defined as { length?: unknown }).length);
  if (!Array.isArray(defined)) {
    return { kind: "fault", sentence: "Expected an array of lines { because, value }, got something else." };
  }
  if ("value" in raw && raw.value === 0) return { kind: "missing" };
  const cases = questionCases(question);
  const started = performance.now();
  const lines = [];
  for (const [k, line] of defined.slice(0, 60).entries()) {
    const value: unknown = line?.value;
    if (typeof value !== "function") {
      return { kind: "fault", sentence: `Line ${k + 1} has no value: expected a function of the instance.` };
    }
    const values = cases.map((instance) =>
      performance.now() - started > PATIENCE
        ? { fault: "there was no time left" }
        : attempt(() => (value as (i: unknown) => unknown)(instance))
    );
    lines.push({
      because: String(line.because ?? "").slice(0, 500),
      relation: String(line.relation ?? "="),
      tex: String(line.tex ?? "").slice(0, 2000),
      values,
    });
  }
  return { kind: "lines", lines };
}

const attempt = (call: () => unknown): Outcome => {
  try {
    return plainAnswer(call());
  } catch (cause) {
    return { fault: cause instanceof Misread ? cause.message : `It throws: ${messageOf(cause)}` };
  }
};

const isUndefined = (o: Outcome) => "value" in o && (o.value === undefined || o.value === null);

/** The instances of a question, from its seed: the same wherever it is asked. */
export function questionCases(question: Question): readonly unknown[] {
  if (!isProof(question) && !question.arguments) return [undefined];
  return instancesOf(question.name, question, question.seed ?? 7);
}

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
  const given: Value[] = [];
  for (const [i, outcome] of collected.values.entries()) {
    const where = cases.length > 1 ? `On instance ${i + 1} of ${cases.length}: ` : "";
    if ("fault" in outcome) return keepWorking(where + outcome.fault);
    try {
      given.push(question.read(outcome.value, cases[i]));
    } catch (cause) {
      if (!(cause instanceof Misread)) throw cause;
      return keepWorking(where + cause.message);
    }
  }
  if (collected.again && fingerprintOf(collected.again) !== fingerprintOf(collected.values[0])) {
    return keepWorking("Called twice with the same arguments it gives two different values.");
  }
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
  const odd = lines.findIndex((line) => !allowed.includes(line.relation as Relation));
  if (odd > 0) {
    return keepWorking(
      `Line ${odd + 1} stands in relation “${lines[odd].relation}”; this question needs ${
        allowed.map((r) => `“${r}”`).join(" or ")
      }.`,
    );
  }
  const worth = (k: number, index: number): Value => {
    const outcome = lines[k].values[index];
    if ("fault" in outcome) throw new Error(outcome.fault);
    return outcome.value as Value;
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
    return keepWorking(
      `Line ${broken + 1} is the first that breaks, ${judged[broken].breaks?.words ?? ""}.`,
      shown,
    );
  }
  if (!reach(0, question.first)) {
    return keepWorking("The first line is not the left-hand side of the question.", shown);
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
  return fingerprint(cases.map((instance) => {
    if (isProof(question)) return wrong(instance) as Value;
    const args = question.arguments ? question.arguments(instance) : [];
    const value = question.read(plainAnswer(wrong(...args)).value, instance);
    return question.canonical ? question.canonical(value, instance) : value;
  }));
}

/** Whether two fingerprints agree, instance by instance. */
export function samePrint(a: readonly number[], b: readonly number[], tolerance = 1e-7): boolean {
  return a.length === b.length &&
    a.every((x, i) => Math.abs(x - b[i]) <= tolerance * Math.max(1, Math.abs(x), Math.abs(b[i])));
}

/** Any plain data as text, for comparison. */
function fingerprintOf(value: unknown): string {
  try {
    return JSON.stringify(value, (_, x) => typeof x === "number" && !Number.isFinite(x) ? String(x) : x) ??
      "";
  } catch {
    return "";
  }
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
