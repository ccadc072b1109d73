import { numbersOf, type Value } from "../math/difference.ts";
import { borrowed } from "./borrowed.ts";
import { pairOf } from "./pairs.ts";
import { isConstant, misconceptionPrint, type Print, printOf, samePrint, saysNothing } from "./prints.ts";
import type { Misconception, Reference, ValueQuestion } from "./question.ts";
import {
  each,
  exchanged,
  imaginary,
  isRows,
  RELATED,
  type Relation,
  relationOf,
  scaled,
  turned,
} from "./relations.ts";
import { weighed } from "./weights.ts";

/** What a wrong answer is called: its name for teachers, the sentence for its author. */
export interface Named {
  readonly name: string;
  readonly says: string;
}

/**
 * The kind of slip behind wrong values: a misconception that was written down, then a telling relation to what is
 * right, then a single edit of it.
 *
 * @param given values on the question's first instances, all of them or as many as could be read
 * @param nearly it is right but for rounding: then it is no slip
 * @param tolerance in which known values are agreed with, where it is not that of float64
 */
export function nameOf(
  question: ValueQuestion<unknown>,
  given: readonly Value[],
  cases: readonly unknown[],
  bound: number,
  { nearly = false, tolerance }: { nearly?: boolean; tolerance?: number } = {},
): Named | undefined {
  const print = printOf(question, given, cases) as number[];
  const agrees = (m: Misconception) => samePrint(print, misconceptionPrint(question, m), tolerance);
  const holds = (value: Value, i: number) => question.error(value, cases[i]) <= Math.max(bound, RELATED);
  const written = question.misconceptions.find(agrees);
  if (written || nearly) return written;
  const slip = () => question.slips?.().find(agrees);
  if (!question.arguments) return slip() ?? near();
  const single = relationOf(given, holds) ?? slip() ?? weightsOf(question, given, cases);
  // one value whatever is given says nothing
  const isTelling = given.length >= ENOUGH && !saysNothing(given) && !isConstant(given.map(numbersOf));
  return single ?? (isTelling ? compound() : undefined) ?? near();

  /** What is said of every value alike. */
  function near(): Named | undefined {
    const [first, ...others] = given.map((value, i) => question.near?.(value, cases[i]));
    return others.every((other) => other?.name === first?.name) ? first : undefined;
  }

  function compound(): Named | undefined {
    const nearly = (value: Value, i: number) => question.error(value, cases[i]) <= ROUGHLY;
    const given1 = borrowed((i) => question.arguments!(cases[i]), given.length);
    return relationOf(given, nearly, given1) ?? bothOf(question, given, cases, given1) ??
      pairsOf(question, given, cases);
  }
}

/** Fewer values than this show one slip, but not two. */
const ENOUGH = 4;
/** What is left of a value's digits where an inverse was taken. */
const ROUGHLY = 1e-7;

/** Slips of a whole value that another one is often seen through. */
const besides: readonly (readonly [says: string, undo: (given: Value) => Value | undefined])[] = [
  ["The sign is turned as well.", scaled(-1)],
  ["A constant factor is off as well.", scaled(2)],
  ["A constant factor is off as well.", scaled(1 / 2)],
  ["The sign is turned and a constant factor is off as well.", scaled(-2)],
  ["The sign is turned and a constant factor is off as well.", scaled(-1 / 2)],
  ["The logarithm is taken to another base as well.", scaled(Math.LN2)],
  ["The logarithm is taken to another base as well.", scaled(Math.LN10)],
  ["Rows and columns have changed places as well.", turned],
  ["Rows stand in another order as well.", (given) => isRows(given) ? [...given].reverse() : undefined],
  ["It is squared as well.", each((x) => x > 0 ? Math.sqrt(x) : NaN)],
  ["A root is taken as well.", each((x) => x >= 0 ? x * x : NaN)],
  ["It is off by one as well.", each((x) => x + 1)],
  ["It is off by one as well.", each((x) => x - 1)],
  ["An angle is measured in degrees as well.", scaled(Math.PI / 180)],
  ["A full turn has come in as a factor as well.", scaled(1 / (2 * Math.PI))],
  ["It is turned upside down as well.", each((x) => 1 / x)],
  ["A logarithm or an exponential is off as well.", each((x) => x > 0 ? Math.log(x) : NaN)],
  // what is very large beside others, or very small, would hide them
  ["A logarithm or an exponential is off as well.", each((x) => Math.abs(x) < 5 ? Math.exp(x) : NaN)],
  ["The imaginary unit is lost as well.", imaginary],
  ["Real and imaginary part have changed places as well.", exchanged],
];

/** How many of them may be undone where a constant is free. */
const LINEAR = 7;

type Undo = Relation["undo"];

/** A telling relation, not to what is right but to a slip of it. */
function bothOf(
  question: ValueQuestion<unknown>,
  given: readonly (Value | undefined)[],
  cases: readonly unknown[],
  handed: readonly Relation[],
): Named | undefined {
  const first = given.find((value) => value !== undefined);
  const length = Array.isArray(first) && first.length <= 4 ? first.length : 0;
  /** Of a short list of numbers, number k alone. */
  const alone = (undo: Undo, k: number): Undo => (value, index) => {
    const list = value as readonly Value[], one = undo(list[k], index);
    return typeof list[k] === "number" && one !== undefined ? list.with(k, one) : undefined;
  };
  const tried = question.sharesConstant ? besides.slice(0, LINEAR) : besides;
  const attempts: { says: string; undo: Undo }[] = tried.flatMap(([says, undo]) => [
    { says, undo },
    ...Array.from({ length }, (_, k) => ({ says, undo: alone(undo, k) })),
  ]);
  for (const { says, undo } of question.sharesConstant ? attempts : [...attempts, ...handed]) {
    const undone = given.map((value, i) => value === undefined ? undefined : undo(value, i));
    if (undone.some((value, i) => value === undefined && given[i] !== undefined)) continue;
    const print = printOf(question, undone, cases);
    if (!print.every((x) => x === null || Number.isFinite(x))) continue;
    const slip = knownAs(question, print);
    if (slip) return { name: "two slips", says: `Two slips at once. ${slip.says} ${says}` };
  }
  return undefined;
}

/** What the first of the right answers at hand says, that says something. */
function byReference(
  { slips }: ValueQuestion<unknown>,
  name: (reference: Reference) => Named | undefined,
): Named | undefined {
  for (const reference of slips?.references ?? []) {
    const named = name(reference);
    if (named) return named;
  }
  return undefined;
}

/** Two edits at once. */
const pairsOf = (question: ValueQuestion<unknown>, given: readonly Value[], cases: readonly unknown[]) =>
  byReference(question, (reference) => pairOf(question, reference, given, cases));

/** What the weights of the right answer's terms say. */
const weightsOf = (question: ValueQuestion<unknown>, given: readonly Value[], cases: readonly unknown[]) =>
  byReference(
    question,
    (reference) =>
      reference.answer || reference.formulas.length === 0
        ? undefined
        : weighed(question, reference, given, cases),
  );

/**
 * The slip behind values of which some can't be read, as the root of what is negative: one that has no value there
 * either, and agrees wherever there is one.
 */
export function nameOfSome(
  question: ValueQuestion<unknown>,
  read: readonly (Value | undefined)[],
  cases: readonly unknown[],
  bound: number,
): Named | undefined {
  // right wherever it can be read: then that is the slip
  if (read.every((value, i) => value === undefined || question.error(value, cases[i]) <= bound)) {
    return undefined;
  }
  const single = knownAs(question, printOf(question, read, cases));
  if (single) return single;
  // two slips, by what can be read
  const there = read.flatMap((value, i) => value === undefined ? [] : [i]);
  const [given, at] = [there.map((i) => read[i]!), there.map((i) => cases[i])];
  if (there.length < ENOUGH || saysNothing(given) || isConstant(given.map(numbersOf))) return undefined;
  return relationOf(given, (value, i) => question.error(value, at[i]) <= Math.max(bound, RELATED)) ??
    bothOf(question, read, cases, []) ?? pairsOf(question, given, at);
}

/** The misconception or the slip that has this print. */
const knownAs = (question: ValueQuestion<unknown>, print: Print): Misconception | undefined =>
  [...question.misconceptions, ...question.slips?.() ?? []]
    .find((one) => agreesPartly(print, misconceptionPrint(question, one)));

/** Whether a known print is agreed with wherever there is a value. */
function agreesPartly(print: Print, known: Print): boolean {
  if (!print.includes(null)) return samePrint(print as number[], known);
  const own = print.slice(0, known.length);
  const shared = own.filter((x, i) => x !== null && known[i] !== null).length;
  // it may have a value where this one has none, as 1 + x has beside the square of a root
  if (shared < Math.max(2, known.length / 3) || own.some((x, i) => x !== null && known[i] === null)) {
    return false;
  }
  return samePrint(own.map((x) => x ?? 0), known.map((x, i) => own[i] === null ? null : x));
}

/** Rows and columns changed places, where that is why the answer can't be read; what else is wrong is said too. */
export function transposed(
  question: ValueQuestion<unknown>,
  raw: readonly unknown[],
  cases: readonly unknown[],
  bound: number,
): Named | undefined {
  const says = "The result is transposed: rows and columns have changed places.";
  let read: readonly Value[];
  try {
    read = raw.map((value, i) => question.read(turned(value as Value), cases[i]));
  } catch {
    return undefined;
  }
  if (read.every((value, i) => question.error(value, cases[i]) <= bound)) return { name: "transposed", says };
  const other = nameOf(question, read, cases, bound);
  return other && { name: "two slips", says: `Two slips at once. ${says} ${other.says}` };
}
