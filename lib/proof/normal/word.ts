import { isScalar, scalar } from "../tree.ts";
import type { Algebra } from "./algebra.ts";
import { asTerm, type Atom, atom, one } from "./sum.ts";

/**
 * Words: products of matrices and vectors, which do not commute. A word is cut wherever a column meets a row:
 * A f · (g′ B h) · k′ is the scalar (g′ B h) times the word A f k′.
 */

/** Takes every row … column out of a word as a scalar, by `close`. */
export function cut(word: readonly Atom[]): { closed: Atom[][]; word: Atom[] } {
  const segments: Atom[][] = [];
  for (const letter of word) {
    const last = segments.at(-1);
    if (last && last.at(-1)!.cols !== 1) last.push(letter);
    else segments.push([letter]);
  }
  const isClosed = (segment: Atom[]) => segment[0].rows === 1 && segment.at(-1)!.cols === 1;
  return {
    closed: segments.filter(isClosed),
    word: segments.filter((segment) => !isClosed(segment)).flat(),
  };
}

/** Where in a word a column meets a row: the index of that row, or −1. */
const seam = (word: readonly Atom[]): number =>
  word.findIndex((letter, k) => k > 0 && letter.rows === 1 && word[k - 1].cols === 1);

export const keyOf = (word: readonly Atom[]): string => word.map(({ key }) => key).join(" ");

/** All rotations of a word that are products: those that do not tear a matrix apart. */
export const rotations = (word: readonly Atom[]): Atom[][] =>
  word.map((_, k) => [...word.slice(k), ...word.slice(0, k)]);

/** The word whose key comes first. */
export const least = (words: readonly (readonly Atom[])[]): readonly Atom[] =>
  words.reduce((a, b) => keyOf(b) < keyOf(a) ? b : a);

/**
 * The rotation of a cyclic word that stands for all of them: beginning with a row where a column meets a row
 * (then the trace is of a scalar), else the one whose key comes first.
 */
export function canonicalRotation(word: readonly Atom[]): readonly Atom[] {
  if (word.length === 0 || word[0].rows === 1) return word;
  const at = seam(word);
  return at > 0 ? [...word.slice(at), ...word.slice(0, at)] : least(rotations(word));
}

/** The scalar that a row … column is: the letter itself where it is only one. */
export function closedAtom(word: readonly Atom[]): Atom {
  if (word.length === 1 && isScalar(word[0])) return word[0];
  return atom({ kind: "closed", word }, scalar);
}

/** The letters of word′, where each factor's transpose is a product of letters again. */
export function turned(word: readonly Atom[], algebra: Algebra): Atom[] | undefined {
  const letters = [...word].reverse().map((letter) => asTerm(algebra.transpose(one(letter))));
  return letters.every((t) => t !== undefined && t.powers.length === 0)
    ? letters.flatMap((t) => t!.word)
    : undefined;
}
