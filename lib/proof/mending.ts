import { difference } from "../math/difference.ts";
import { type EditKind, edits } from "./edits.ts";
import type { Formula } from "./formula.ts";
import type { Named } from "./naming.ts";
import type { Notation } from "./notation.ts";
import { valued } from "./strength.ts";
import type { Scope } from "./value.ts";
import { says } from "./wider.ts";

/** What a line is told whose single edit would be right: the kind of slip, not its place; what is dropped is too many. */
const words: Readonly<Record<EditKind, string>> = {
  ...says,
  "factor": "A factor is off: a ½ or a 2 is lost, or is one too many.",
  "term dropped": "One term is too many.",
  "factor dropped": "One factor is too many.",
  "log": "A logarithm or an exponential is one too many.",
  "abs": "An absolute value is one too many.",
  "reciprocal": "Something is above the fraction bar that belongs below, or the other way round.",
};

/** Instances on which an edit must agree with the line above. */
const FEW = 4;
/** Sums of some hundred nodes. */
const SAME = 1e-7;

/** The kind of slip in a line that should equal the one above: that of the first edit which makes it do so. */
export function slipOfLine(
  above: Formula,
  below: Formula,
  notation: Notation,
  scopes: readonly (Scope | readonly Scope[])[],
): Named | undefined {
  const some = scopes.slice(0, FEW).flat() as Scope[];
  const wanted = some.map((scope) => valued(above.tree, notation, scope));
  if (wanted.includes(undefined)) return undefined;
  const mends = edits(below.text, notation).find(({ tree }) =>
    some.every((scope, i) => {
      const value = valued(tree, notation, scope);
      return value !== undefined && difference(wanted[i]!, value) <= SAME;
    })
  );
  return mends && { name: mends.kind, says: words[mends.kind] };
}
