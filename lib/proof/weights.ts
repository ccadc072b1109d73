import { Matrix as Dense, solve } from "ml-matrix";
import { numbersOf, type Value } from "../math/difference.ts";
import { rational } from "../math/exact.ts";
import type { Named } from "./naming.ts";
import { treeOf } from "./normal/back.ts";
import { normalForm } from "./normal/form.ts";
import { collect } from "./normal/sum.ts";
import { type Notation, notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { isConstant } from "./prints.ts";
import { algebraOf, cited } from "./reasons/mod.ts";
import { anchored, type Reference, type ValueQuestion } from "./question.ts";
import { valued } from "./strength.ts";
import type { Tree } from "./tree.ts";

/**
 * A wrong answer as Σ cₖ Tₖ over the terms Tₖ of the right one, multiplied out: which weights are off tells the slip,
 * however many terms it is in.
 */

/** What agrees this well, relative to the answer, is made of these terms. */
const CLOSE = 1e-8;
const SAMPLE = 12, MOST_TERMS = 12;

interface Weighted {
  readonly tree: Tree;
  readonly weight: number;
}

/** The terms of a reference's first formula, definitions opened, and those that may have come in. */
function termsOf({ formulas: [first], terms, strange = [] }: Reference, made: Notation): Weighted[] {
  const given = (texts: readonly string[], weight: number) =>
    texts.map((text) => ({ tree: parse(text, made), weight }));
  if (terms) return [...given(terms, 1), ...given(strange, 0)];
  const opened = algebraOf(
    made,
    ["linearity of expectation", ...[...made.definitions.keys()].map((name) => `definition of ${name}`)]
      .flatMap((text) => cited(text) ?? []),
  );
  const sum = normalForm(parse(first, made), opened);
  return [
    ...sum.terms.map((term) => ({
      tree: treeOf(collect(sum, [{ ...term, coefficient: rational(1) }])),
      weight: Number(term.coefficient),
    })),
    ...given(strange, 0),
  ];
}

/**
 * The slip in the weights of an answer's terms, in words that say how many and not which.
 *
 * @param given read values on the first instances; anchored where a constant is free
 */
export function weighed(
  question: ValueQuestion<unknown>,
  reference: Reference,
  given: readonly Value[],
  cases: readonly unknown[],
): Named | undefined {
  const made = notation(reference.notation), all = termsOf(reference, made);
  if (all.length < 2 || all.length > MOST_TERMS) return undefined;
  const sample = given.slice(0, SAMPLE),
    scopes = sample.map((_, i) => reference.scope(...question.arguments!(cases[i]) as never[]));
  const weighted = all.map(({ tree, weight }) => {
    const values = scopes.map((scope) => valued(tree, made, scope));
    const column = values.includes(undefined)
      ? undefined
      : anchored(question, values as Value[], cases).flatMap(numbersOf);
    return { weight, column };
  });
  // a term that is free may have any weight
  const terms = weighted.filter(({ column }) => column?.some((x) => Math.abs(x) > CLOSE) ?? true);
  const columns = terms.map(({ column }) => column);
  const right = sample.flatMap(numbersOf);
  if (isConstant(sample.map(numbersOf))) return undefined;
  if (columns.some((column) => column?.length !== right.length) || right.length < terms.length) {
    return undefined;
  }
  const A = new Dense(right.map((_, i) => columns.map((column) => column![i])));
  const weights = solve(A, Dense.columnVector(right), true).to1DArray();
  const size = Math.max(...right.map(Math.abs));
  const mixed = right.map((_, i) => columns.reduce((sum, column, k) => sum + weights[k] * column![i], 0));
  if (!mixed.every((x, i) => Math.abs(x - right[i]) <= CLOSE * Math.max(1, size))) return undefined;
  const wrong = weights.filter((c, k) => !near(c, terms[k].weight)).length;
  // what has little in common with the right answer is no slip of it; what holds none of its terms has nothing
  if (weights.every((c, k) => terms[k].weight === 0 || near(c, 0))) return undefined;
  if (wrong > Math.max(3, terms.filter(({ weight }) => weight !== 0).length / 2)) return undefined;
  const words = wordsOf(weights, terms.map(({ weight }) => weight));
  return words === "" ? undefined : { name: "weights of the terms", says: `${words}.` };
}

const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;

/** "One term has the wrong sign and two are missing", or nothing where every weight is right. */
function wordsOf(found: readonly number[], wanted: readonly number[]): string {
  const counts = { strange: 0, missing: 0, turned: 0, off: 0 };
  found.forEach((c, k) => {
    const w = wanted[k];
    if (near(c, w)) return;
    if (w === 0) counts.strange++;
    else if (near(c, 0)) counts.missing++;
    else if (near(c, -w)) counts.turned++;
    else counts.off++;
  });
  const many = (n: number, one: string, more: string) =>
    n === 0 ? [] : [n === 1 ? `one term ${one}` : `${["two", "three"][n - 2] ?? "several"} terms ${more}`];
  const said = [
    ...many(counts.missing, "is missing", "are missing"),
    ...many(counts.turned, "has the wrong sign", "have the wrong sign"),
    ...many(counts.off, "is off by a factor", "are off by a factor"),
    ...many(counts.strange, "does not belong there", "do not belong there"),
  ];
  const text = said.length > 2 ? `${said.slice(0, -1).join(", ")} and ${said.at(-1)}` : said.join(", and ");
  return text === "" ? "" : `Multiplied out, ${text}`;
}
