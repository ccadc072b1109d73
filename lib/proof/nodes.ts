import { rational } from "../math/exact.ts";
import { mapParts, scalar, type Shape, type Tree } from "./tree.ts";

/** Nodes of changed trees, as they are written. */

export const number = (top: bigint, bottom = 1n): Tree => {
  const { n, d } = rational(top, bottom);
  return { op: "number", top: n, bottom: d, shape: scalar };
};
export const one = number(1n), two = number(2n), half = number(1n, 2n);
/** a + b; a sum of one term is the term. */
export const joined = (op: "add" | "multiply", list: readonly Tree[], shape: Shape): Tree =>
  list.length === 1 ? list[0] : op === "add" ? { op, terms: list, shape } : { op, factors: list, shape };
export const sum = (...terms: Tree[]): Tree => joined("add", terms, terms[0].shape);
/** A factor before what is there, in one product with its factors. */
export const times = (factor: Tree, tree: Tree): Tree =>
  tree.op === "multiply"
    ? { ...tree, factors: [factor, ...tree.factors] }
    : { op: "multiply", factors: [factor, tree], shape: tree.shape };
export const over = (top: Tree, bottom: Tree): Tree => ({ op: "divide", top, bottom, shape: scalar });
export const reciprocal = (tree: Tree): Tree => over(one, tree);
export const power = (base: Tree, exponent: Tree): Tree => ({
  op: "power",
  base,
  exponent,
  shape: base.shape,
});
export const call = (name: string, arg: Tree, shape = scalar): Tree => ({
  op: "apply",
  name,
  args: [arg],
  shape,
});
/** −a; of −a, a. */
export const negate = (tree: Tree): Tree =>
  tree.op === "negate" ? tree.of : { op: "negate", of: tree, shape: tree.shape };
/** a′; of a′, a. */
export const transposed = (tree: Tree): Tree =>
  tree.op === "transpose" ? tree.of : {
    op: "transpose",
    of: tree,
    shape: { rows: tree.shape.cols, cols: tree.shape.rows },
  };
export const without = <T>(list: readonly T[], k: number): T[] => list.filter((_, i) => i !== k);

/** Every symbol a for b and every b for a. */
export function swapped(tree: Tree, a: string, b: string): Tree {
  if (tree.op === "symbol" && (tree.name === a || tree.name === b)) {
    return { ...tree, name: tree.name === a ? b : a };
  }
  return mapParts(tree, (part) => swapped(part, a, b));
}
