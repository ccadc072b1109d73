import { numbersOf, scalars, type Value } from "../math/difference.ts";
import { random } from "../math/random.ts";
import {
  anchored,
  isProof,
  type Misconception,
  type Question,
  questionCases,
  type ValueQuestion,
} from "./question.ts";
import { plainAnswer } from "./reading.ts";
import { RELATED } from "./relations.ts";
import { bounds } from "./verdict.ts";

/** Wrong answers, recognised by what they are worth on a question's instances. */

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

const SIZE = 1_000_003;
/** From 0 to 1: numbers that stand beside a text keep their digits. */
const textNumber = (text: string) =>
  [...text].reduce((h, c) => (h * 31 + c.codePointAt(0)!) % SIZE, 7) / SIZE;

/** A print of which some values are missing. */
export type Print = readonly (number | null)[];

/** The fingerprint of a question's values without its free choices; null where there is no value. */
export const printOf = (
  question: ValueQuestion<unknown>,
  values: readonly (Value | undefined)[],
  cases: readonly unknown[],
): (number | null)[] =>
  values.map((value, i) =>
    value === undefined ? null : fingerprint([question.canonical?.(value, cases[i]) ?? value])[0]
  );

/** The fingerprint of a misconception's values on the question's instances, worked out once. */
export function misconceptionPrint(question: Question, known: Misconception): Print {
  if ("fingerprint" in known) return known.fingerprint;
  const made = prints.get(question) ?? new Map<Misconception, Print>();
  prints.set(question, made);
  const print = made.get(known) ?? wrongPrint(question, known, known.answer);
  made.set(known, print);
  return print;
}

const prints = new WeakMap<Question, Map<Misconception, Print>>();

/** How many times as many instances a slip gets that is right on its first ones. */
const FURTHER = 4;

function wrongPrint(question: Question, { sample }: Misconception, answer: (...args: never[]) => unknown) {
  const wrong = answer as (...args: readonly unknown[]) => unknown, all = questionCases(question);
  if (isProof(question)) return fingerprint(all.slice(0, sample).map((instance) => wrong(instance) as Value));
  const valueAt = (instance: unknown) => {
    const args = question.arguments ? question.arguments(instance) : [];
    return question.read(plainAnswer(wrong(...args)).value, instance);
  };
  if (sample === undefined) return printOf(question, anchored(question, all.map(valueAt), all), all);
  const few = slipPrint(question, all.slice(0, sample), valueAt);
  // what is right on these may be wrong further on, as at the wrong point of a map that stretches evenly
  return few.length > 0 ? few : slipPrint(question, all.slice(0, FURTHER * sample), valueAt);
}

/** The print of a slip: null where it has no value; nothing at all where it is right, so that it agrees with nothing. */
function slipPrint(
  question: ValueQuestion<unknown>,
  cases: readonly unknown[],
  valueAt: (instance: unknown) => Value,
): (number | null)[] {
  const read = cases.map((instance) => {
    try {
      return valueAt(instance);
    } catch {
      return undefined;
    }
  });
  if (question.sharesConstant && read.includes(undefined)) return [];
  const given = anchored(question, read as Value[], cases);
  const bound = Math.max(question.bound ?? bounds[question.evidence], RELATED);
  const isWrong = given.some((value, i) =>
    value !== undefined && !(question.error(value, cases[i]) <= bound)
  );
  return !isWrong || saysNothing(given) ? [] : printOf(question, given, cases);
}

/** Whether values are 0 on all instances, or one or two numbers that are always the same: they show nothing. */
export function saysNothing(values: readonly (Value | undefined)[]): boolean {
  const lists = values.filter((value) => value !== undefined).map(numbersOf);
  const isZero = lists.every((list) => list.every((x) => Math.abs(x) < 1e-12));
  return isZero || isConstant(lists) && lists[0].length <= 2;
}

/** Whether there are several lists, all the same. */
export const isConstant = ([first, ...others]: readonly (readonly number[])[]): boolean =>
  others.length > 0 &&
  others.every((list) =>
    list.length === first.length && list.every((x, i) => Math.abs(x - first[i]) < 1e-12)
  );

/** Whether the values agree with a known print, on the instances that count; at least on two where there are two. */
export function samePrint(
  values: readonly number[],
  known: Print,
  tolerance = 1e-7,
): boolean {
  const compared = known.filter((x) => x !== null).length;
  return known.length <= values.length && compared >= Math.min(2, values.length) &&
    known.every((x, i) =>
      x === null || Math.abs(x - values[i]) <= tolerance * Math.max(1, Math.abs(x), Math.abs(values[i]))
    );
}
