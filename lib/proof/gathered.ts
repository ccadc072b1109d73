import { mean, sum } from "../math/average.ts";
import type { Notation } from "./notation.ts";
import { valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import type { Scope } from "./value.ts";

/** Slips in how the terms of a sum or of a mean are gathered. */

const squares = (v: readonly number[]) => v.map((x) => x * x);
/** The term in the middle, or the one below or above it. */
const middles = [(n: number) => n >> 1, (n: number) => (n - 1) >> 1].map((at) => (v: readonly number[]) =>
  v.toSorted((a, b) => a - b)[at(v.length)]
);
const spread = (v: readonly number[]) => mean(squares(v)) - mean(v) ** 2;

type Gathering = (terms: readonly number[]) => number;

/** By what is said of them: what becomes of the terms where they should be added up, or averaged. */
export const gatherings: Readonly<Record<string, readonly Gathering[]>> = {
  "One term alone is taken where all of them count.": [(v) => v[0], (v) => v.at(-1)!],
  "The largest, the smallest or the middle term is taken where all of them count.": [
    (v) => Math.max(...v),
    (v) => Math.min(...v),
    ...middles,
    (v) => (middles[0](v) + middles[1](v)) / 2,
  ],
  "The first or the last term is left out: where does the loop begin, and where does it end?": [
    ...[(v: readonly number[]) => v.slice(1), (v: readonly number[]) => v.slice(0, -1)].flatMap((cut) => [
      (v: readonly number[]) => sum(cut(v)),
      (v: readonly number[]) => sum(cut(v)) / v.length,
      (v: readonly number[]) => mean(cut(v)),
    ]),
  ],
  "The terms are divided by another number than they should be: is a sum asked, or a mean?": [
    sum,
    mean,
    (v) => sum(v) / (v.length - 1),
    (v) => sum(v) / Math.sqrt(v.length),
  ],
  "The terms are multiplied where they are added.": [(v) => v.reduce((product, x) => product * x, 1)],
  "The terms are squared, or a root of their squares is taken.": [
    (v) => sum(squares(v)),
    (v) => mean(squares(v)),
    (v) => Math.sqrt(sum(squares(v))),
    (v) => Math.sqrt(mean(squares(v))),
  ],
  "This is how far the terms spread, not what they come to.": [
    spread,
    (v) => Math.sqrt(spread(v)),
    (v) => spread(v) * v.length / (v.length - 1),
    (v) => Math.sqrt(spread(v) * v.length / (v.length - 1)),
  ],
};

/** What each term of a formula's outer sum or mean is worth alone; undefined where there is none. */
export function termsAlone(tree: Tree, notation: Notation, scope: Scope): number[] | undefined {
  const bind = outer(tree);
  if (bind === undefined) return undefined;
  const laws = scope[bind.binder] as Readonly<Record<string, readonly unknown[]>>,
    key = bind.names.join(", ");
  const alone = laws[key].map((item) => {
    const only = bind.binder === "E" ? { ...item as object, weight: 1 } : item;
    return valued(tree, notation, { ...scope, [bind.binder]: { ...laws, [key]: [only] } });
  });
  return alone.every((value) => typeof value === "number") ? alone : undefined;
}

/** The sum or mean that a formula is, whatever its sign. */
export function outer(tree: Tree): Tree & { op: "bind" } | undefined {
  if (tree.op === "negate") return outer(tree.of);
  return tree.op === "bind" && tree.binder !== "integral" ? tree : undefined;
}
