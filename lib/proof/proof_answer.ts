import { difference, numbersOf, type Value } from "../math/difference.ts";
import { type CollectedLine, textOf } from "./collect.ts";
import { type Earned, earned, quarters } from "./credit.ts";
import { largestError } from "./derivation.ts";
import { formula } from "./formula.ts";
import { type Given, type Instances, judged, worthOf } from "./judged.ts";
import { slipOfLine } from "./mending.ts";
import { fingerprint, misconceptionPrint, samePrint } from "./prints.ts";
import type { Named } from "./naming.ts";
import { unordered } from "./normal/order.ts";
import { type Misconception, type ProofQuestion, questionCases } from "./question.ts";
import type { Notation } from "./notation.ts";
import { formOf } from "./reading.ts";
import { readRelation, step } from "./steps.ts";
import type { JudgedLine, Relation, Verdict } from "./verdict.ts";

type Asked = ProofQuestion<unknown>;

/** What line k of a proof is worth on an instance; throws where it is nothing. */
type Worth = (k: number, index: number) => Value;

/** Judges lines between the two ends of a question: each by value and by reason against the one above. */
export function judgeProof(
  question: Asked,
  { lines }: { readonly lines: readonly CollectedLine[] },
  base: Omit<Verdict, "status">,
): Verdict {
  const keepWorking = (feedback: string, more: Partial<Verdict> = {}): Verdict => ({
    ...base,
    status: "keep working",
    feedback,
    ...more,
  });
  const strange = strangeRelation(question, lines);
  if (strange) return keepWorking(strange);
  const { notation } = question.writing, cases = questionCases(question);
  const given = lines.map((line) => readLine(line, question));
  const own = cases.map((instance) => question.writing.scope(instance));
  const also = given.every((line) => "formula" in line) ? question.writing.also?.() ?? [] : [];
  const scopes = [...own, ...also];
  const on: Instances = { scopes, shown: scopes.map((_, index) => index), bound: base.bound };
  const seen = judged(given, notation, on).map((line, k) => unread(line, given, k));
  const error = largestError(seen);
  const worth: Worth = (k, index) => worthOf(given[k], on, index);
  const broken = seen.findIndex(({ step }, k) => k > 0 && step === "false");
  const strayed = wrongStart(question, given, lines);
  // what a line of code lost may be told although the first one lost it too; a formula begins where the question does
  const lost = broken > 0 && !(strayed && lines[0].line !== undefined);
  const known = lost ? knownGap(question, cases, worth, broken) : undefined;
  const start = known ? undefined : strayed;
  if (start) return keepWorking(start, { lines: seen, error });
  const earnings = earned(seen, given, notation, question.shares?.line);
  const shown = seen.map((line, k) => leaps(line, given, k, earnings[k]));
  const more = { lines: shown, error };
  const end = wrongEnd(question, given, lines);
  // what does not begin where the question does shows nothing of it
  const points = strayed ? 0 : pointsOf(question, shown, earnings, end !== undefined);
  const reading = toRead(shown, given);
  const rest = { ...more, points, ...(reading.length > 0 ? { reading } : {}) };
  const k = shown.findIndex((line) => !line.holds && line.step !== "by a reader");
  if (known && k === broken) {
    const feedback = `Line ${k + 1} breaks. ${known.says}${partly(points, question)}`;
    return { ...base, status: "almost", misconception: known.name, feedback, ...rest };
  }
  if (k >= 0) {
    const fault = faultWords(shown, k, earnings[k], base.instances),
      slip = slipIn(shown, given, k, notation, on);
    if (!slip) return keepWorking(fault + partly(points, question), rest);
    const feedback = `${fault} ${slip.says}${partly(points, question)}`;
    return { ...base, status: "almost", misconception: slip.name, feedback, ...rest };
  }
  if (end) return keepWorking(end + partly(points, question), rest);
  const idle = idleCode(question, lines);
  if (idle) return keepWorking(idle, { ...rest, points: 0 });
  if (shown.some((line) => line.step === "by a reader")) {
    return { ...base, ...rest, status: "almost", feedback: readerWords(shown) + partly(points, question) };
  }
  return { ...base, ...more, status: "holds", feedback: question.holds, points: question.points };
}

/** A collected line as it is judged; one that can't be read says why when it is valued. */
function readLine(
  { line, by = [], because, relation, tex, values }: CollectedLine,
  { writing }: Asked,
): Given {
  const stands = { by, relation: readRelation(relation) as Relation };
  if (line !== undefined) {
    try {
      return { ...stands, formula: formula(line, writing.notation) };
    } catch (cause) {
      if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
      const words = cause.message.replace(/[$`]/g, "'").slice(0, 400);
      return { ...stands, tex: "", unreadable: words, value: () => fail(words) };
    }
  }
  const value = (index: number): Value => {
    const outcome = values[index];
    if (outcome === undefined) return fail("it has no value");
    if ("fault" in outcome) return fail(outcome.fault);
    return isValue(outcome.value) ? outcome.value : fail(`its value is ${formOf(outcome.value)}`);
  };
  return { ...stands, by: [because], tex, value };
}

const fail = (words: string): never => {
  throw new Error(words);
};

/** A line that is no formula says so, and the line below it can't be judged by reason. */
function unread(line: JudgedLine, given: readonly Given[], k: number): JudgedLine {
  const here = given[k], above = given[k - 1];
  if ("unreadable" in here && here.unreadable) {
    return { ...line, step: "unsupported", why: here.unreadable, holds: false, breaks: undefined };
  }
  return above && "unreadable" in above && above.unreadable
    ? { ...line, step: "unsupported", why: "the line above can't be read", holds: false }
    : line;
}

/** A formula with a reason in free words is for a person where one reason gives it; else it is a jump, whatever is said. */
function leaps(line: JudgedLine, given: readonly Given[], k: number, { missing }: Earned): JudgedLine {
  const written = k > 0 && "formula" in given[k] && "formula" in given[k - 1];
  return written && line.step === "by a reader" && missing !== 1 ? { ...line, step: "unsupported" } : line;
}

/** The kind of slip in a line that breaks an equality with a formula above it. */
function slipIn(
  lines: readonly JudgedLine[],
  given: readonly Given[],
  k: number,
  notation: Notation,
  { scopes }: Instances,
): Named | undefined {
  const above = given[k - 1], below = given[k];
  const isEquality = lines[k].step === "false" && below.relation === "=" && k > 0;
  return isEquality && "formula" in above && "formula" in below
    ? slipOfLine(above.formula, below.formula, notation, scopes)
    : undefined;
}

/** A relation that the question does not allow, in words. The first line stands in none, whatever it says. */
function strangeRelation({ relations = ["="] }: Asked, lines: readonly CollectedLine[]): string | undefined {
  const odd = lines.findIndex(({ relation }, k) => {
    const read = readRelation(relation);
    return k > 0 && (read === undefined || !relations.includes(read));
  });
  if (odd < 0) return undefined;
  const allowed = relations.map((r) => `“${r}”`).join(" or ");
  return `Line ${odd + 1} stands in relation “${lines[odd].relation}”; this question needs ${allowed}.`;
}

/** Whether a line is an end of the question: the same formula, or worth the same where it is code. */
function isEnd(question: Asked, line: Given, values: CollectedLine["values"], which: 0 | 1): boolean {
  const { notation, ends } = question.writing;
  if ("formula" in line) {
    const end = formula(ends[which], notation).tree;
    return unordered(end) === unordered(line.formula.tree) ||
      step({ above: end, below: line.formula.tree, relation: "=", notation }, []).step === "algebra";
  }
  const worth = which === 0 ? question.first : question.last;
  return questionCases(question).every((instance, index) => {
    const outcome = values[index];
    return outcome !== undefined && "value" in outcome && isValue(outcome.value) &&
      difference(outcome.value, worth(instance)) <= Math.max(question.bound ?? 0, 1e-9);
  });
}

function wrongStart(
  question: Asked,
  given: readonly Given[],
  lines: readonly CollectedLine[],
): string | undefined {
  const [first] = given;
  if ("unreadable" in first && first.unreadable) return `Line 1: ${first.unreadable}.`;
  const faulty = lines[0].line === undefined && lines[0].values.some((outcome) => "fault" in outcome);
  if (faulty || isEnd(question, first, lines[0].values, 0)) return undefined;
  return `The first line is not the left-hand side of the question. Begin with \`${
    question.writing.ends[0]
  }\`.`;
}

function wrongEnd(
  question: Asked,
  given: readonly Given[],
  lines: readonly CollectedLine[],
): string | undefined {
  const short = lines.length < 2 && lines[0].line !== undefined;
  if (isEnd(question, given.at(-1)!, lines.at(-1)!.values, 1) && !short) return undefined;
  return `The last line is not yet the right-hand side of the question: the proof ends with \`${
    question.writing.ends[1]
  }\`.`;
}

/** Steps that a whole proof has at least: what an unfinished one is measured by. */
const WHOLE = 4;

/**
 * The question's points times what was earned of all steps, in quarters; what a person is to read counts half. A proof
 * of which no step holds earns nothing, but for code that waits for a reader.
 */
function pointsOf(
  question: Asked,
  lines: readonly JudgedLine[],
  earnings: readonly Earned[],
  unfinished: boolean,
): number {
  const some = lines.some(({ step }) => step === "follows");
  const code = lines.every(({ step, text }) => text === undefined && step !== "false");
  if (!some && !code) return 0;
  const credit = earnings.reduce((sum, e) => sum + e.credit, 0);
  const weight = earnings.reduce((sum, e) => sum + e.weight, 0) + (unfinished ? WHOLE : 0);
  return weight === 0 ? 0 : quarters(question.points * credit / weight);
}

const partly = (points: number, { points: most }: Asked) =>
  points > 0 ? ` The steps that hold earn ${points} of ${most} ${most === 1 ? "point" : "points"}.` : "";

/** What is wrong with the first line that does not hold. */
function faultWords(lines: readonly JudgedLine[], k: number, { missing }: Earned, instances: number): string {
  const { step, by = [], why, breaks, words, jump, relation } = lines[k], line = `Line ${k + 1}`;
  if (step === "false") {
    return `${line} is the first that breaks, ${breaks?.words ?? "on some of the instances"}.`;
  }
  if (step === "repeats") {
    return `${line} is no step: ${why}, but for order and brackets. Leave it out: the ends, too, may stand in any order.`;
  }
  if (k === 0) return `${line}: ${why ?? breaks?.words}.`;
  if (why?.startsWith("Cannot") || why === "the line above can't be read") return `${line}: ${why}.`;
  if (by.length === 0 || by.every((text) => text.trim() === "")) {
    return `${line}: a reason is missing. It is true on all ${instances} instances; say why it follows: [line, reason].`;
  }
  if (jump) return `${line} is a jump: ${why}. Write the steps between.`;
  const lacks = missing === 1
    ? "one reason is missing or wrong"
    : missing
    ? `${missing} reasons are missing: write the steps between`
    : "it could not be seen that it follows: write smaller steps";
  const refused = why && why !== "it could not be seen that it follows by this" ? ` (${why})` : "";
  const cited = words && words.length === by.length
    ? relation === "=" || relation === "equal up to a constant"
      ? "its reason is in your own words and"
      : "but an inequality needs a reason by its name:"
    : "but not by this:";
  return `${line} is true, ${cited} ${lacks}${refused}.`;
}

/** What waits for a person. */
function readerWords(lines: readonly JudgedLine[]): string {
  const waiting = lines.flatMap((line, k) => line.step === "by a reader" ? [k + 1] : []);
  const which = waiting.length === 1 ? `Line ${waiting[0]} waits` : `Lines ${waiting.join(", ")} wait`;
  return `Every line is true by its value. ${which} for a reader: computed by code, or with a reason in free words. A formula with a reason by its name is judged at once.`;
}

/** The lines that a person is to read, each with the one above it and its reason. */
function toRead(lines: readonly JudgedLine[], given: readonly Given[]): string[] {
  return lines.flatMap((line, k) => {
    const words = line.words ??
      (line.step === "by a reader" && !("formula" in given[k]) ? [line.because] : []);
    const shown = (one: JudgedLine) => one.text ?? (one.tex || "code");
    const step = k > 0 ? `${shown(lines[k - 1])} ${line.relation} ${shown(line)}` : shown(line);
    return words.length > 0 ? [`line ${k + 1}: ${step} | ${words.join(" · ")}`] : [];
  });
}

/** What lines of code lack to be read at all: a step, a reason. */
function idleCode(question: Asked, lines: readonly CollectedLine[]): string | undefined {
  const code = lines.filter(({ line }) => line === undefined), least = question.atLeast ?? 3;
  if (code.length < lines.length) return undefined;
  if (lines.length < least) {
    return `Both ends are right. Write at least ${least} lines, so that each step has one reason.`;
  }
  if (question.tellsRepeats && new Set(lines.map(({ values }) => textOf(values))).size < least) {
    return `Some lines are the same computation written twice. Write at least ${least} that differ, so that each step can be seen.`;
  }
  return new Set(lines.map(({ because }) => because)).size < 2 ? "Give each line its own reason." : undefined;
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
  question: Asked,
  cases: readonly unknown[],
  worth: Worth,
  broken: number,
): Misconception | undefined {
  if (broken === 0) return undefined;
  try {
    const gaps = cases.map((_, index) => {
      const above = numbersOf(worth(broken - 1, index));
      return numbersOf(worth(broken, index)).map((x, i) => x - above[i]);
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
