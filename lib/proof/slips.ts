import { edits } from "./edits.ts";
import { notation } from "./notation.ts";
import { parse } from "./parse.ts";
import type { Misconception, Reference, Slips } from "./question.ts";
import { valued } from "./strength.ts";
import { parts, type Tree, withParts } from "./tree.ts";
import { opened, says, wider } from "./wider.ts";
import { write } from "./write.ts";

export type { Reference };

/** How many instances tell one slip from another. */
const SAMPLE = 10, FEW = 6;

/**
 * The slips of a reference answer: what stands beside it as wrong, pairs of symbols exchanged throughout, all its
 * single edits, and of the first form, definitions opened, what is wider than an edit, as misconceptions that name the kind. What is another form of the reference is among them: whoever
 * compares values leaves it out.
 */
export function slips(
  { formulas, notation: spec, scope, answer, exchanged = [], wrong = {} }: Reference,
): Misconception[] {
  const names = notation(spec), found = new Map<string, Misconception>();
  const add = (tree: Tree, key: string, name: string, words: string, sample = SAMPLE) => {
    if (found.has(key)) return;
    const wrongly = (...args: never[]) => {
      const value = valued(tree, names, scope(...args));
      return value === undefined ? NaN : answer ? answer(value, ...args) : value;
    };
    found.set(key, { name, says: words, sample, answer: wrongly });
  };
  for (const [words, texts] of Object.entries(wrong)) {
    for (const text of texts) add(parse(text, names), text, "known slip", words);
  }
  for (const [a, b, words] of exchanged) {
    for (const text of formulas) {
      add(swapped(parse(text, names), a, b), `${a} ${b} ${text}`, `${a} and ${b}`, words);
    }
  }
  for (const text of formulas) {
    for (const { tree, text: written, kind } of edits(text, names)) add(tree, written, kind, says[kind]);
  }
  for (const text of formulas.slice(0, 1)) {
    const bare = opened(parse(text, names), names);
    for (const { tree, text: written, kind } of edits(write(bare), names)) {
      add(tree, written, kind, says[kind]);
    }
    for (const { tree, kind } of wider(bare, names)) add(tree, write(tree), kind, says[kind], FEW);
  }
  return [...found.values()];
}

/** Slips that are worked out when a wrong answer is there; `references` are what their terms are weighed by. */
export function lazily(...references: readonly Reference[]): Slips {
  let made: readonly Misconception[] | undefined;
  return Object.assign(() => made ??= references.flatMap(slips), { references });
}

/** Every a for b and every b for a. */
function swapped(tree: Tree, a: string, b: string): Tree {
  if (tree.op === "symbol" && (tree.name === a || tree.name === b)) {
    return { ...tree, name: tree.name === a ? b : a };
  }
  return withParts(tree, parts(tree).map((part) => swapped(part, a, b)));
}
