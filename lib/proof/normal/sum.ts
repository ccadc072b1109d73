import { type Rational, rational } from "../../math/exact.ts";
import { type Binder, type Dim, isScalar, scalar, type Shape } from "../tree.ts";

/**
 * The normal form of a formula: a sum of terms, each a rational coefficient, a commuting product of scalar atoms
 * with whole exponents, and a word of matrix atoms that do not commute. Two sums are equal when their keys are.
 */
export interface Sum {
  readonly rows: Dim;
  readonly cols: Dim;
  /** In the order of their keys; no coefficient is 0. */
  readonly terms: readonly Term[];
  readonly key: string;
}

export interface Term {
  readonly coefficient: Rational;
  readonly powers: readonly Power[];
  /** Empty for a scalar, and for a multiple of the identity. */
  readonly word: readonly Atom[];
  readonly key: string;
}

export interface Power {
  readonly atom: Atom;
  /** Not 0. */
  readonly exponent: number;
}

/** What a normal form is made of. `key` is readable, and two atoms are equal when their keys are. */
export type Atom =
  & {
    readonly key: string;
    readonly rows: Dim;
    readonly cols: Dim;
    /** Names it depends on: symbols, functions, bound variables; definitions are opened. */
    readonly free: ReadonlySet<string>;
    /** How deep sums and integrals are nested in it. */
    readonly height: number;
  }
  & Kind;

export type Kind =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "imaginary" }
  /** A function of normal forms: log, norm, inv, vec, kron, lik … */
  | { readonly kind: "apply"; readonly name: string; readonly args: readonly Sum[] }
  /** word′, as long as no reason turns it round. */
  | { readonly kind: "transposed"; readonly word: readonly Atom[] }
  /** A row times … times a column: a scalar. */
  | { readonly kind: "closed"; readonly word: readonly Atom[] }
  /** tr(word); where the word is a row times … times a column, the trace of that scalar. */
  | { readonly kind: "trace"; readonly word: readonly Atom[]; readonly size: Dim }
  /** The matrix with a single 1, in row i and column j: what explicit matrices are made of. */
  | { readonly kind: "unit"; readonly i: number; readonly j: number }
  | { readonly kind: "bind"; readonly binder: Binder; readonly names: readonly string[]; readonly body: Sum }
  | { readonly kind: "derivative"; readonly body: Sum; readonly by: Atom }
  /** base ^ exponent, where it is no whole power. */
  | { readonly kind: "power"; readonly base: Sum; readonly exponent: Sum }
  /** 1 / (a sum of several terms, of which the first has coefficient 1). */
  | { readonly kind: "reciprocal"; readonly of: Sum };

const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;

const wordKey = (word: readonly Atom[]) => word.map(({ key }) => key).join(" ");

function termKey(powers: readonly Power[], word: readonly Atom[]): string {
  const scalars = powers.map(({ atom, exponent }) => exponent === 1 ? atom.key : `${atom.key}^(${exponent})`);
  return [...scalars, ...word.map(({ key }) => key)].join(" ") || "1";
}

export function term(coefficient: Rational, powers: readonly Power[], word: readonly Atom[] = []): Term {
  const sorted = [...powers].sort((a, b) => compare(a.atom.key, b.atom.key));
  return { coefficient, powers: sorted, word, key: termKey(sorted, word) };
}

/** Collects what is alike: coefficients of one key are added, and zeros left out. */
export function collect(shape: Shape, terms: Iterable<Term>): Sum {
  const found = new Map<string, Term>();
  for (const t of terms) {
    const old = found.get(t.key);
    found.set(t.key, old ? { ...t, coefficient: old.coefficient.add(t.coefficient) } : t);
  }
  const kept = [...found.values()].filter(({ coefficient }) => coefficient.n !== 0n)
    .sort((a, b) => compare(a.key, b.key));
  const key = kept.map((t) => {
    const text = t.word.length === 0 && !isScalar(shape)
      ? [...(t.key === "1" ? [] : [t.key]), `I:${shape.rows}`].join(" ")
      : t.key;
    if (text === "1") return t.coefficient.toFraction();
    return t.coefficient.equals(1) ? text : `${t.coefficient.toFraction()} ${text}`;
  }).join(" + ") || (isScalar(shape) ? "0" : `0:${shape.rows}x${shape.cols}`);
  return { rows: shape.rows, cols: shape.cols, terms: kept, key };
}

/** The sum of one term: a number times scalar atoms, times a word. */
export const monomial = (
  coefficient: Rational | number,
  powers: readonly Power[] = [],
  word: readonly Atom[] = [],
  shape: Shape = scalar,
): Sum =>
  collect(shape, [term(typeof coefficient === "number" ? rational(coefficient) : coefficient, powers, word)]);

/** The number q; with a shape, q times the identity of that size. */
export const number = (q: Rational | number, shape?: Shape): Sum => monomial(q, [], [], shape);

export const zero = (shape: Shape): Sum => collect(shape, []);

/** An atom as a sum. */
export const one = (a: Atom): Sum =>
  isScalar(a) ? monomial(1, [{ atom: a, exponent: 1 }]) : monomial(1, [], [a], a);

/** A word as a sum, as it stands. */
export const ofWord = (word: readonly Atom[], shape: Shape = shapeOf(word)): Sum =>
  monomial(1, [], word, shape);

/** Rows of its first letter, columns of its last. */
export const shapeOf = (word: readonly Atom[]): Shape => ({ rows: word[0].rows, cols: word.at(-1)!.cols });

/** A scalar as a multiple of the identity of a shape. */
export const spread = (s: Sum, shape: Shape): Sum => collect(shape, s.terms);

/** All of these added; 0 of the shape where there are none. */
export const total = (shape: Shape, sums: readonly Sum[]): Sum =>
  collect(shape, sums.flatMap(({ terms }) => terms));

export const add = (first: Sum, ...more: readonly Sum[]): Sum => total(first, [first, ...more]);

export const scale = (q: Rational, a: Sum): Sum =>
  collect(a, a.terms.map((t) => ({ ...t, coefficient: t.coefficient.mul(q) })));

export const negate = (a: Sum): Sum => scale(rational(-1), a);

export const subtract = (a: Sum, b: Sum): Sum => add(a, negate(b));

/** The number that a sum is, where it is one. */
export function asNumber({ terms }: Sum): Rational | undefined {
  if (terms.length === 0) return rational(0);
  return terms.length === 1 && terms[0].key === "1" ? terms[0].coefficient : undefined;
}

/** The only term of a sum, where it has one and its coefficient is 1. */
export function asTerm({ terms }: Sum): Term | undefined {
  return terms.length === 1 && terms[0].coefficient.equals(1) ? terms[0] : undefined;
}

/** The only atom of a sum, where it is one. */
export function asAtom(sum: Sum): Atom | undefined {
  const only = asTerm(sum);
  if (!only) return undefined;
  const { powers, word } = only;
  if (powers.length === 0 && word.length === 1) return word[0];
  return word.length === 0 ? soleAtom(powers) : undefined;
}

/** The atom that a product of powers is, where it is one. */
export const soleAtom = (powers: readonly Power[]): Atom | undefined =>
  powers.length === 1 && powers[0].exponent === 1 ? powers[0].atom : undefined;

export const atomsOf = (
  { powers, word }: Term,
): readonly Atom[] => [...powers.map(({ atom }) => atom), ...word];

export function freeOf(sum: Sum): Set<string> {
  return new Set(sum.terms.flatMap(atomsOf).flatMap(({ free }) => [...free]));
}

const heightOf = (sums: readonly Sum[]) =>
  Math.max(0, ...sums.flatMap(({ terms }) => terms).flatMap(atomsOf).map(({ height }) => height));

/** What stands in its own brackets inside a key. */
const bracketed = (sum: Sum) => `(${sum.key})`;

/** The atom of a kind, with its key, its free names and its height. */
export function atom(kind: Kind, shape: Shape, opened: Iterable<string> = []): Atom {
  const inner: { key: string; sums?: readonly Sum[]; word?: readonly Atom[] } = describe(kind, shape);
  const free = new Set(opened);
  for (const sum of inner.sums ?? []) for (const name of freeOf(sum)) free.add(name);
  for (const letter of inner.word ?? []) for (const name of letter.free) free.add(name);
  let height = Math.max(heightOf(inner.sums ?? []), ...(inner.word ?? []).map((letter) => letter.height));
  if (kind.kind === "symbol") free.add(kind.name);
  if (kind.kind === "apply") free.add(kind.name);
  if (kind.kind === "bind") {
    kind.names.forEach((name) => free.delete(name));
    if (kind.binder !== "E") height += kind.names.length;
  }
  return { ...kind, rows: shape.rows, cols: shape.cols, free, height, key: inner.key };
}

function describe(kind: Kind, shape: Shape) {
  switch (kind.kind) {
    case "symbol":
      return { key: kind.name };
    case "imaginary":
      return { key: "i" };
    case "apply":
      return { key: `${kind.name}(${kind.args.map(({ key }) => key).join(", ")})`, sums: kind.args };
    case "transposed":
      return {
        key: kind.word.length === 1 ? `${kind.word[0].key}'` : `(${wordKey(kind.word)})'`,
        word: kind.word,
      };
    case "closed":
      return { key: `(${wordKey(kind.word)})`, word: kind.word };
    case "trace":
      return {
        key: kind.word.length === 0 ? `tr(I:${kind.size})` : `tr(${wordKey(kind.word)})`,
        word: kind.word,
      };
    case "unit":
      return { key: `e[${kind.i},${kind.j};${shape.rows}x${shape.cols}]` };
    case "bind":
      return { key: `${kind.binder}(${kind.names.join(", ")}, ${kind.body.key})`, sums: [kind.body] };
    case "derivative":
      return { key: `d(${kind.body.key}, ${kind.by.key})`, sums: [kind.body], word: [kind.by] };
    case "power":
      return { key: `${bracketed(kind.base)}^${bracketed(kind.exponent)}`, sums: [kind.base, kind.exponent] };
    case "reciprocal":
      return { key: `(1 / ${bracketed(kind.of)})`, sums: [kind.of] };
  }
}
