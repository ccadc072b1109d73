import { call, negate, times } from "./nodes.ts";
import type { Notation } from "./notation.ts";
import { builtins, changedInside, parts, type Tree } from "./tree.ts";
import { write } from "./write.ts";

/** Slips with functions that are given: asked at another point, or taken for a weight. */

/** A function asked at another point: one function more before its argument, or one less. */
export function points(notation: Notation): ((tree: Tree & { op: "apply" }) => Tree)[] {
  const at = (tree: Tree & { op: "apply" }, point: Tree): Tree => ({
    ...tree,
    args: [point, ...tree.args.slice(1)],
  });
  const unary = [...notation.functions].filter(([, parameters]) => parameters.length === 1);
  return [
    (tree) => at(tree, tree.args[0].op === "apply" ? tree.args[0].args[0] : tree.args[0]),
    ...unary.map(([name]) => (tree: Tree & { op: "apply" }) => at(tree, call(name, tree.args[0]))),
  ];
}

/** All of it, or the terms of its mean, times something that stands in it, as it is or as an exponent. */
export function* weighed(tree: Tree): Generator<{ kind: "weight"; tree: Tree }> {
  if (tree.op === "negate" || tree.op === "bind") {
    yield* changedInside(tree, weighed);
    return;
  }
  for (const weight of new Map(calls(tree).map((one) => [write(one), one])).values()) {
    for (const by of [weight, call("exp", weight), call("exp", negate(weight))]) {
      yield { kind: "weight", tree: times(by, tree) };
    }
  }
}

/** Every call of a function that is given, but for those that only say where another one is asked. */
const calls = (tree: Tree): Tree[] =>
  tree.op === "apply" && !builtins.has(tree.name) ? [tree] : parts(tree).flatMap(calls);
