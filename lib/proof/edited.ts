import { difference, type Value } from "../math/difference.ts";
import { formulaOf } from "./formula.ts";
import { type Given, type Instances, judged } from "./judged.ts";
import type { Notation } from "./notation.ts";
import { inFloats, SAME, type Strength, strength, valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import type { Scope } from "./value.ts";

/** Edits are tried on so many instances: one that differs does so on the first, but for bad luck. */
const FEW = 6;

/**
 * How a proof stands against every single edit of its lines: an edit that differs in value breaks an "="; else the
 * lines around it are judged anew, by value and by reason.
 */
export function editsOf(lines: readonly Given[], notation: Notation, on: Instances): Strength {
  // the instance with the fewest terms comes first, and tells most edits
  const order = on.scopes.map((_, k) => k).sort((a, b) => termsOf(on.scopes[a]) - termsOf(on.scopes[b]))
    .slice(0, FEW);
  const few = (most: number): Instances => {
    const some = order.slice(0, most);
    return { ...on, scopes: some.map((k) => on.scopes[k]), shown: some.map((k) => on.shown[k]) };
  };
  const flat = (few(FEW).scopes.flat() as Scope[]).map((scope) => inFloats(scope) as Scope);
  const places = lines.flatMap((line, k) => "formula" in line ? [k] : []);
  const values = new Map<string, Value | undefined>();
  const ownValue = (k: number, tree: Tree, i: number) => {
    const key = `${k} ${i}`;
    if (!values.has(key)) values.set(key, valued(tree, notation, flat[i]));
    return values.get(key);
  };
  const isEqual = (k: number) => k > 0 && k < lines.length && lines[k].relation === "=";
  const texts = lines.flatMap((line) => "formula" in line ? [line.formula.text] : []);
  return strength(texts, notation, (edit, place) => {
    const k = places[place], line = lines[k];
    if (!("formula" in line)) return true;
    const differs = flat.some((scope, i) => {
      const value = ownValue(k, line.formula.tree, i);
      const other = value === undefined ? undefined : valued(edit.tree, notation, scope);
      return value !== undefined && (other === undefined || !(difference(value, other) <= SAME));
    });
    if (differs && (isEqual(k) || isEqual(k + 1))) return true;
    const edited: Given = { ...line, formula: formulaOf(edit.tree, notation, edit.text) };
    const from = Math.max(0, k - 1);
    const near = lines.slice(from, k + 2).map((old, i) => from + i === k ? edited : old);
    // what the instances' own laws make equal must still follow by the reasons
    const breaks = (at: Instances) =>
      judged(near, notation, at).some((v) => !v.holds && v.step !== "by a reader");
    return breaks(few(1)) || breaks(few(FEW)) || (differs ? "true" : false);
  });
}

/** How many terms a scope's sums, means and integrals have, of all θ of a grid. */
const termsOf = (scope: Scope | readonly Scope[]): number =>
  Array.isArray(scope)
    ? scope.reduce((sum: number, one: Scope) => sum + termsOf(one), 0)
    : ["E", "sum", "integral"].flatMap((binder) => Object.values((scope as Scope)[binder] ?? {}))
      .reduce((sum: number, items) => sum + (Array.isArray(items) ? items.length : 0), 0);
