import type { Value } from "../math/difference.ts";
import { edits } from "./edits.ts";
import { gatherings, outer, termsAlone } from "./gathered.ts";
import { swapped } from "./nodes.ts";
import { notation } from "./notation.ts";
import { parse } from "./parse.ts";
import type { Misconception, Reference, Slips } from "./question.ts";
import { each } from "./relations.ts";
import { valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import type { Scope } from "./value.ts";
import { opened, says, wider } from "./wider.ts";
import { write } from "./write.ts";

export type { Reference };

/** How many instances tell one slip from another. */
const SAMPLE = 10, FEW = 6;

const unit = (decimals: number) => 10 ** decimals;
/** What is done to a number that is not given as it is. */
const roundings: readonly ((x: number) => number)[] = [
  Math.floor,
  Math.ceil,
  ...[0, 1, 2, 3, 4].map((decimals) => (x: number) => Math.round(x * unit(decimals)) / unit(decimals)),
];

/**
 * The slips of a reference answer: what stands beside it as wrong, pairs of symbols exchanged throughout, all its
 * single edits; of the first form, definitions opened, what is wider than an edit, how its terms are gathered, and
 * that it is rounded: as misconceptions that name the kind. What is another form of the reference is among them:
 * whoever compares values leaves it out.
 */
export function slips(
  { formulas, notation: spec, scope, answer, exchanged = [], also, wrong = {} }: Reference,
): Misconception[] {
  const names = notation(spec), found = new Map<string, Misconception>();
  type ValueAt = (scope: Scope) => Value | undefined;
  const put = (valueAt: ValueAt, key: string, name: string, words: string, sample = SAMPLE) => {
    if (found.has(key)) return;
    const wrongly = (...args: never[]) => {
      const value = valueAt(scope(...args));
      return value === undefined ? NaN : answer ? answer(value, ...args) : value;
    };
    const told = also === undefined ? words : `Two slips at once. ${words} ${also}`;
    found.set(key, { name, says: told, sample, answer: wrongly });
  };
  const add = (tree: Tree, key: string, name: string, words: string, sample = SAMPLE) =>
    put((at) => valued(tree, names, at), key, name, words, sample);
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
    const whole = parse(text, names);
    for (const [words, ways] of outer(whole) ? Object.entries(gatherings) : []) {
      for (const [k, gather] of ways.entries()) {
        const gathered = (at: Scope) => {
          const terms = termsAlone(whole, names, at);
          return terms && gather(terms);
        };
        put(gathered, `${text} ${words} ${k}`, "gathered", words);
      }
    }
  }
  for (const text of formulas.slice(0, 1)) {
    const bare = opened(parse(text, names), names);
    for (const { tree, text: written, kind } of edits(write(bare), names)) {
      add(tree, written, kind, says[kind]);
    }
    for (const { tree, kind } of wider(bare, names)) add(tree, write(tree), kind, says[kind], FEW);
    for (const [k, round] of roundings.entries()) {
      const rounded = (at: Scope) => {
        const value = valued(bare, names, at);
        return value === undefined ? undefined : each(round)(value);
      };
      put(rounded, `rounded ${k}`, "rounded", "It is rounded, or cut off: give the number itself.");
    }
  }
  return [...found.values()];
}

/** Slips that are worked out when a wrong answer is there; `references` are what their terms are weighed by. */
export function lazily(...references: readonly Reference[]): Slips {
  let made: readonly Misconception[] | undefined;
  return Object.assign(() => made ??= references.flatMap(slips), { references });
}
