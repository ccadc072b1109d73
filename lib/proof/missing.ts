import type { Notation } from "./notation.ts";
import { type Cited, cited, citedIn, reasons } from "./reasons/mod.ts";
import { fewest, holds, type Link, usableOf } from "./steps.ts";

/** Every reason that can be cited in a notation, NAME filled in with each name that it may stand for. */
export function toolbox(notation: Notation): Cited[] {
  const names = new Set([
    ...notation.symbols.keys(),
    ...notation.averages.flatMap(({ value }) => value.op === "symbol" ? [value.name] : []),
  ]);
  return Object.values(reasons).flatMap((reason) => {
    const abouts = reason.name.includes("NAME") ? [...names] : [""];
    return usableOf(abouts.flatMap((about) => cited(reason.name.replace("NAME", about)) ?? []), notation);
  });
}

/**
 * The reasons that a step takes beside those cited: as few as are found by leaving out one after the other. None where
 * it follows already; undefined where all reasons together do not give it.
 */
export function missing(link: Link, by: readonly string[]): readonly Cited[] | undefined {
  const usable = usableOf(by.flatMap(citedIn), link.notation);
  const more = toolbox(link.notation).filter(({ text }) => !usable.some((c) => c.text === text));
  const single = more.find((one) => holds(link, [...usable, one]));
  if (single) return [single];
  const all = [...more, ...usable];
  return holds(link, all) && fewest(link, all).filter((c) => !usable.includes(c));
}
