import { difference, isFiniteValue, type Value } from "../math/difference.ts";
import { isRational } from "../math/exact.ts";
import { type Random, random } from "../math/random.ts";
import { type Edit, edits } from "./edits.ts";
import { toolbox } from "./missing.ts";
import type { Notation } from "./notation.ts";
import { parse } from "./parse.ts";
import { holds } from "./steps.ts";
import { isScalar, nodes, scalar, type Shape, type Tree } from "./tree.ts";
import { type Scope, valueOf } from "./value.ts";

/** What a check said of all single edits of its formulas. */
export interface Strength {
  /** How many edits there are, beside those that are the same formula in another form. */
  readonly tried: number;
  readonly rejected: number;
  /** Edits that are the formula in another form: by what the reasons prove, or on every fresh instance. */
  readonly same: number;
  /** Edits that differ from their formula and stand where they stand all the same: below a ≤, up to a constant. */
  readonly true: number;
  /** Edits that the check lets pass, and that fresh instances tell from their formula: the check is too weak. */
  readonly passed: readonly { readonly line: number; readonly edit: Edit }[];
}

/** Two values of one formula in float64, over some hundred operations, agree to this. */
export const SAME = 1e-9;

/**
 * Every single edit of every text is rejected by the check, or is another form of its text: by what the reasons of
 * the notation prove, or because it agrees with it on a thousand fresh instances of more general shapes.
 *
 * @param rejects whether the check rejects the texts with this edit in the place of text `line` (from 0); "true" where
 *   the edit says something else that is true there as well
 * @param trials fresh instances that an edit must agree on where no reason proves it to be the same formula
 */
export function strength(
  texts: readonly string[],
  notation: Notation,
  rejects: (edit: Edit, line: number) => boolean | "true",
  { trials = 1000, seed = 11 }: { trials?: number; seed?: number } = {},
): Strength {
  let tried = 0, rejected = 0, same = 0, alsoTrue = 0;
  const passed: { line: number; edit: Edit }[] = [], all = toolbox(notation);
  for (const [line, text] of texts.entries()) {
    const tree = parse(text, notation), left: Edit[] = [];
    for (const edit of edits(text, notation)) {
      const said = rejects(edit, line);
      if (said === "true") alsoTrue++;
      else if (said) rejected++, tried++;
      else left.push(edit);
    }
    const open = left.filter((edit) =>
      !holds({ above: tree, below: edit.tree, relation: "=", notation }, all)
    );
    const apart = told(tree, open, notation, { trials, seed });
    for (const edit of left) {
      if (!apart.has(edit)) same++;
      else tried++, passed.push({ line, edit });
    }
  }
  return { tried, rejected, same, true: alsoTrue, passed };
}

/** The edits whose value differs from the tree's on a fresh instance. */
function told(
  tree: Tree,
  list: readonly Edit[],
  notation: Notation,
  { trials, seed }: { trials: number; seed: number },
): Set<Edit> {
  const apart = new Set<Edit>(), source = random(seed), trees = [tree, ...list.map((edit) => edit.tree)];
  for (let k = 0; k < trials && apart.size < list.length; k++) {
    const scope = freshScope(trees, notation, source), value = valued(tree, notation, scope);
    if (value === undefined) continue;
    for (const edit of list) {
      if (apart.has(edit)) continue;
      const other = valued(edit.tree, notation, scope);
      if (other === undefined || !(difference(value, other) <= SAME)) apart.add(edit);
    }
  }
  return apart;
}

/** The value where there is one: a logarithm of what is not positive has none. */
export function valued(tree: Tree, notation: Notation, scope: Scope): Value | undefined {
  try {
    const value = valueOf(tree, notation, scope) as Value;
    return isFiniteValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Rationals as floats: what differs does so by more than rounding. */
export function inFloats(value: unknown): unknown {
  if (isRational(value)) return Number(value);
  if (Array.isArray(value)) return value.map(inFloats);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inFloats(item)]));
}

/**
 * Values for all names of a notation: sizes from 1 to 4, entries of either sign (every other instance: positive),
 * laws and lists for every binder in the trees, smooth positive functions.
 */
export function freshScope(trees: readonly Tree[], notation: Notation, random: Random): Scope {
  const positive = random.integer(2) === 0, sizes = new Map<string, number>();
  const sizeOf = (dim: number | string): number => {
    if (typeof dim === "number") return dim;
    if (!sizes.has(dim)) sizes.set(dim, 1 + random.integer(4));
    return sizes.get(dim)!;
  };
  const number = () => (positive || random.integer(2) === 0 ? 1 : -1) * random.uniform(0.2, 1.6);
  const draw = (shape: Shape): unknown => {
    if (isScalar(shape)) return number();
    const rows = sizeOf(shape.rows), cols = sizeOf(shape.cols);
    if (shape.cols === 1) return random.list(rows, number);
    const A = random.list(rows, () => random.list(cols, number));
    return shape.symmetric ? A.map((row, i) => row.map((x, j) => x + A[j][i])) : A;
  };
  const scope: Record<string, unknown> = {}, all = everywhere(trees, notation);
  for (const [name, shape] of notation.symbols) {
    if (!notation.definitions.has(name)) scope[name] = draw(shape);
  }
  for (const name of exponents(all, notation)) scope[name] = 1 + random.integer(4);
  for (const name of notation.functions.keys()) {
    const [a, b] = [random.uniform(0.5, 2), random.uniform(0, 6)];
    scope[name] = (...at: unknown[]) =>
      Math.exp(Math.sin(b + (at.flat(3) as number[]).reduce((sum, x, k) => sum + (a + k) * x, 0)));
  }
  const laws: Record<"E" | "sum" | "integral", Record<string, unknown>> = { E: {}, sum: {}, integral: {} };
  for (const { binder, names } of binders(all)) {
    const items = random.list(3, () => {
      const values = names.map((name) => [name, draw(notation.symbols.get(name) ?? scalar)]);
      return { weight: random.uniform(0.2, 1), ...Object.fromEntries(values) as Record<string, unknown> };
    });
    // a law's weights add up to 1
    const total = items.reduce((sum, item) => sum + item.weight, 0);
    laws[binder][names.join(", ")] = binder === "E"
      ? items.map((item) => ({ ...item, weight: item.weight / total }))
      : items;
  }
  return { ...scope, ...laws };
}

/** All nodes of the trees and of the definitions. */
const everywhere = (trees: readonly Tree[], { definitions }: Notation): Tree[] =>
  [...trees, ...[...definitions.values()].map(({ tree }) => tree)].flatMap(nodes);

/** The binders among them, each with its names once. */
const binders = (all: readonly Tree[]) =>
  new Map(all.flatMap((node) => node.op === "bind" ? [[`${node.binder} ${node.names.join(" ")}`, node]] : []))
    .values();

/** Symbols that stand in exponents: whole numbers make sense of every base. */
const exponents = (all: readonly Tree[], { definitions }: Notation): Set<string> =>
  new Set(
    all.flatMap((node) => node.op === "power" ? nodes(node.exponent) : [])
      .flatMap((node) => node.op === "symbol" && !definitions.has(node.name) ? [node.name] : []),
  );
