import type { Notation } from "./notation.ts";
import { type Cited, cited, citedIn, reasons } from "./reasons/mod.ts";
import { fewest, holds } from "./steps.ts";
import type { Tree } from "./tree.ts";
import type { Relation } from "./verdict.ts";

/** Every reason that can be cited in a notation, NAME filled in with each name that it may stand for. */
export function toolbox(notation: Notation): Cited[] {
  const names = new Set([
    ...notation.symbols.keys(),
    ...notation.averages.flatMap(({ value }) => value.op === "symbol" ? [value.name] : []),
  ]);
  return Object.values(reasons).flatMap((reason) => {
    const abouts = reason.name.includes("NAME") ? [...names] : [""];
    return abouts.flatMap((about) => {
      const found = cited(reason.name.replace("NAME", about));
      return found && reason.refuses?.(notation, about) === undefined ? [found] : [];
    });
  });
}

/**
 * The reasons that a step takes beside those cited: as few as are found by leaving out one after the other. None where
 * it follows already; undefined where all reasons together do not give it.
 */
export function missing(
  above: Tree,
  below: Tree,
  relation: Relation,
  by: readonly string[],
  notation: Notation,
): readonly Cited[] | undefined {
  const given = by.flatMap(citedIn);
  const usable = given.filter(({ reason, about }) => reason.refuses?.(notation, about) === undefined);
  const more = toolbox(notation).filter(({ text }) => !usable.some((c) => c.text === text));
  const single = more.find((one) => holds(above, below, relation, [...usable, one], notation));
  if (single) return [single];
  const all = [...more, ...usable];
  if (!holds(above, below, relation, all, notation)) return undefined;
  return fewest(above, below, relation, all, notation).filter((c) => !usable.includes(c));
}
