import type { Value } from "../math/difference.ts";
import type { Random } from "../math/random.ts";
import { instancesOf } from "./claim.ts";
import type { Notation, NotationSpec } from "./notation.ts";
import type { Scope } from "./value.ts";
import type { Evidence, Relation } from "./verdict.ts";

/**
 * A known wrong answer, recognised by its values: as the code that gives it, or as the fingerprint of these values.
 * `says` names the misconception in a sentence and does not contain the answer.
 */
export type Misconception =
  & {
    readonly name: string;
    readonly says: string;
    /** It is recognised by its first so many instances (default: all). */
    readonly sample?: number;
  }
  & (
    | { readonly answer: (...args: never[]) => unknown }
    /** null on an instance that does not count: nothing is worth anything there. */
    | { readonly fingerprint: readonly (number | null)[] }
  );

/** A right answer as formulas, from which its slips are made. */
export interface Reference {
  /** What a right answer is, in as many forms as slips are made in. */
  readonly formulas: readonly string[];
  readonly notation: NotationSpec;
  /** What the formula's names are worth for the arguments of a call. */
  readonly scope: (...args: never[]) => Scope;
  /** A value as the answer gives it (default: as it is). */
  readonly answer?: (value: Value, ...args: never[]) => unknown;
  /** Pairs of symbols that are taken for each other throughout, with the sentence that says so. */
  readonly exchanged?: readonly (readonly [a: string, b: string, says: string])[];
  /** The terms that a right answer is the sum of, where they can't be read off the first formula. */
  readonly terms?: readonly string[];
  /** Terms that a wrong answer may hold beside its own. */
  readonly strange?: readonly string[];
  /** What else is wrong with every one of these, where the answer that is made of them is wrong by itself. */
  readonly also?: string;
  /** Wrong formulas that are no single edit, by the sentence that names the slip. */
  readonly wrong?: Readonly<Record<string, readonly string[]>>;
}

/** The slips of a right answer; where it is at hand, itself: students have the slips alone. */
export type Slips = (() => readonly Misconception[]) & { readonly references?: readonly Reference[] };

export interface Written {
  readonly notation: NotationSpec;
  readonly names: readonly (string | null)[];
}

/** Shares of the points: of an answer that is “almost”; of a proof's step that lacks one reason or waits for a reader. */
export interface Shares {
  readonly almost: number;
  readonly line: number;
}

interface Common<I> {
  /** The name students define, e.g. "growth". */
  name: string;
  /** The question's number, e.g. "4.3". */
  question: string;
  points: number;
  /** What is not whole earns none of them where this is left out, but for half of a proof's step. */
  shares?: Shares;
  /** What to define where nothing is there yet: one sentence. */
  ask: string;
  /** What is known when the answer holds: one sentence. */
  holds: string;
  evidence: Exclude<Evidence, "opinion" | "editorial">;
  instances?: number;
  seed?: number;
  bound?: number;
  misconceptions: readonly Misconception[];
  /** Single edits of what is right, by kind: made when a wrong answer is no misconception. */
  slips?: Slips;
  /** Where an answer may be written as a formula: its names, and which argument each is worth (null: a record of them). */
  written?: Written;
  /**
   * Where arguments hold functions: an export of a module that students have makes them from plain parts, here and
   * in a process that gets nothing but data.
   */
  rebuilt?: { readonly module: string; readonly name: string; parts(instance: I): unknown };
}

/** A question answered by a function or a constant. */
export interface ValueQuestion<I> extends Common<I> {
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
  /**
   * For a number that is free up to a constant: which instances share the constant. Each value is then judged as
   * its difference to the first of those, and `error` and `hint` get that difference.
   */
  sharesConstant?(instance: I): number | string;
  /** The slip of a value that is nearly right, where it is one that no list can hold. */
  near?(given: Value, instance: I): { readonly name: string; readonly says: string } | undefined;
  /** Where a wrong value goes wrong: a sentence that leads on without the answer. */
  hint(instance: I, given: Value): string;
}

/** What a proof is written in: its names, what they are worth at an instance, and its two ends. */
export interface Writing<I> {
  readonly notation: Notation;
  /** A list where a line is worth something for every θ of a grid. */
  scope(instance: I): Scope | readonly Scope[];
  /** More scopes for proofs that are formulas throughout: of another kind than any instance. */
  also?(): readonly (Scope | readonly Scope[])[];
  readonly ends: readonly [first: string, last: string];
}

/** A question answered by executed lines, each judged against the one above. */
export interface ProofQuestion<I> extends Common<I> {
  instance(random: Random, index: number): I;
  writing: Writing<I>;
  /** What the first and the last line must be worth where they are computed by code. */
  first(instance: I): Value;
  last(instance: I): Value;
  /** Relations a line may carry (default: only "="). */
  relations?: readonly Relation[];
  /** Fewest lines that can show the reason (default 3). */
  atLeast?: number;
  /**
   * Two expressions never agree to the last bit on all instances here: lines that do are one line, and count once
   * (default false, as where values are exact).
   */
  tellsRepeats?: boolean;
}

/** Over instances of any kind: methods take what the question's own `instance` makes. */
export type Question = ValueQuestion<unknown> | ProofQuestion<unknown>;

export const isProof = (question: Question): question is ProofQuestion<unknown> => "first" in question;

/** The instances of a question, from its seed: the same wherever it is asked. */
export function questionCases(question: Question): readonly unknown[] {
  if (!isProof(question) && !question.arguments) return [undefined];
  const drawn = cases.get(question) ?? instancesOf(question.name, question, question.seed ?? 7);
  cases.set(question, drawn);
  return drawn;
}

const cases = new WeakMap<Question, readonly unknown[]>();

/** What is asked, without anything that tells right from wrong: all that the code of an answer is run with. */
export interface Asked {
  name: string;
  ask: string;
  form: "constant" | "calls" | "lines";
  /** For each instance what the answer, or each line of a proof, is called with. */
  calls: readonly (readonly unknown[])[];
}

/** What a question asks: its instances drawn, and of each the arguments alone. */
export function askedOf(question: Question): Asked {
  const { name, ask } = question, cases = questionCases(question);
  if (isProof(question)) return { name, ask, form: "lines", calls: cases.map((instance) => [instance]) };
  if (!question.arguments) return { name, ask, form: "constant", calls: [] };
  return { name, ask, form: "calls", calls: cases.map((instance) => question.arguments!(instance)) };
}

/** Values as a question judges them: where a constant is free, differences to the first that shares it. */
export function anchored(
  question: ValueQuestion<unknown>,
  given: readonly Value[],
  cases: readonly unknown[],
): readonly Value[] {
  if (question.sharesConstant === undefined) return given;
  const first = new Map<number | string, number>();
  return given.map((value, i) => {
    const key = question.sharesConstant!(cases[i]);
    if (!first.has(key)) first.set(key, Number(value));
    return Number(value) - first.get(key)!;
  });
}
