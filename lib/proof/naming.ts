import type { Value } from "../math/difference.ts";
import { fingerprint, misconceptionPrint, samePrint } from "./prints.ts";
import { anchored, type Misconception, type ValueQuestion } from "./question.ts";
import { RELATED, relationOf } from "./relations.ts";
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
  const canonical = question.canonical ?? ((value: Value) => value);
  const print = fingerprint(given.map((value, i) => canonical(value, cases[i])));
  const agrees = (m: Misconception) => samePrint(print, misconceptionPrint(question, m), tolerance);
  const holds = (value: Value, i: number) => question.error(value, cases[i]) <= Math.max(bound, RELATED);
  const written = question.misconceptions.find(agrees);
  if (written || nearly) return written;
  return (question.arguments ? relationOf(given, holds) : undefined) ??
    question.slips?.().find(agrees) ?? weightsOf(question, given, cases) ??
    question.near?.(given[0], cases[0]);
}

/** What the weights of the right answer's terms say, where it is at hand. */
function weightsOf(
  question: ValueQuestion<unknown>,
  given: readonly Value[],
  cases: readonly unknown[],
): Named | undefined {
  const argsOf = (i: number) => question.arguments!(cases[i]);
  const anchor = (values: readonly Value[]) => anchored(question, values, cases);
  for (const reference of question.slips?.references ?? []) {
    const named = reference.answer || reference.formulas.length === 0
      ? undefined
      : weighed(reference, given, argsOf, anchor);
    if (named) return named;
  }
  return undefined;
}

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
  const canonical = question.canonical ?? ((value: Value) => value);
  const print = read.map((value, i) =>
    value === undefined ? null : fingerprint([canonical(value, cases[i])])[0]
  );
  return question.slips?.().find((slip) => {
    const known = misconceptionPrint(question, slip), own = print.slice(0, known.length);
    if (own.filter((x) => x !== null).length < 2) return false;
    if (!own.every((x, i) => (x === null) === (known[i] === null))) return false;
    return samePrint(own.map((x) => x ?? 0), known);
  });
}

/** Rows and columns changed places, where that is why the answer can't be read. */
export function transposed(
  question: ValueQuestion<unknown>,
  raw: readonly unknown[],
  cases: readonly unknown[],
  bound: number,
): Named | undefined {
  const turned = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((row) => Array.isArray(row) && row.length > 0)
      ? value[0].map((_: unknown, j: number) => value.map((row) => row[j]))
      : undefined;
  const holds = raw.every((value, i) => {
    try {
      return question.error(question.read(turned(value), cases[i]), cases[i]) <= bound;
    } catch {
      return false;
    }
  });
  return holds
    ? { name: "transposed", says: "The result is transposed: rows and columns have changed places." }
    : undefined;
}
