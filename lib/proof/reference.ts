import type { Value } from "../math/difference.ts";
import type { NotationSpec } from "./notation.ts";
import type { Scope } from "./value.ts";

/** What a right answer is, as formulas: what its slips are made of. */
export interface Reference {
  /** What a right answer is, in as many forms as slips are made in. */
  readonly formulas: readonly string[];
  readonly notation: NotationSpec;
  /** What the formula's names are worth for the arguments of a call. */
  readonly scope: (...args: never[]) => Scope;
  /** A value as the answer gives it (default: as it is). */
  readonly answer?: (value: Value, ...args: never[]) => unknown;
  /** Pairs of symbols that are taken for each other throughout, with the sentence that says so. */
  readonly exchanged?: readonly (readonly [a: string, b: string, says: string])[];
  /** Terms that a wrong answer may hold beside its own. */
  readonly strange?: readonly string[];
  /** Wrong formulas that are no single edit, by the sentence that names the slip. */
  readonly wrong?: Readonly<Record<string, readonly string[]>>;
}
