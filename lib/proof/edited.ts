import { difference, type Value } from "../math/difference.ts";
import { formulaOf } from "./formula.ts";
import { type Given, type Instances, judged } from "./judged.ts";
import type { Notation } from "./notation.ts";
import { type Strength, strength, valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import type { Scope } from "./value.ts";

/** Edits are tried on so many instances: one that differs does so on the first, but for bad luck. */
const FEW = 6;
/** float64, some hundred operations. */
const SAME = 1e-9;

/**
 * How a proof stands against every single edit of its lines: an edit that differs in value breaks an "="; else the
 * lines around it are judged anew, by value and by reason.
 */
export function editsOf(
  lines: readonly Given[],
  notation: Notation,
  on: Instances,
  trials?: number,
): Strength {
  const scopes = on.scopes.slice(0, FEW), flat = scopes.flat() as Scope[];
  const texts = lines.map((line) => "formula" in line ? line.formula.text : undefined);
  const values = new Map<number, (Value | undefined)[]>();
  const valuesOf = (tree: Tree) => flat.map((scope) => valued(tree, notation, scope));
  const isEqual = (k: number) => k > 0 && k < lines.length && lines[k].relation === "=";
  const places = texts.flatMap((text, k) => text === undefined ? [] : [k]);
  return strength(places.map((k) => texts[k]!), notation, (edit, place) => {
    const k = places[place], line = lines[k];
    if (!("formula" in line)) return true;
    const own = values.get(k) ?? valuesOf(line.formula.tree);
    values.set(k, own);
    const differs = own.some((value, i) => {
      const other = value === undefined ? undefined : valued(edit.tree, notation, flat[i]);
      return value !== undefined && (other === undefined || !(difference(value, other) <= SAME));
    });
    if (differs && (isEqual(k) || isEqual(k + 1))) return true;
    const edited: Given = { ...line, formula: formulaOf(edit.tree, notation, edit.text) };
    const from = Math.max(0, k - 1);
    const near = lines.slice(from, k + 2).map((old, i) => from + i === k ? edited : old);
    const few = { ...on, scopes, shown: on.shown.slice(0, FEW) };
    // what the instances' own laws make equal must still follow by the reasons
    const rejected = judged(near, notation, few).some((v) => !v.holds && v.step !== "by a reader");
    return rejected || (differs ? "true" : false);
  }, trials === undefined ? {} : { trials });
}
