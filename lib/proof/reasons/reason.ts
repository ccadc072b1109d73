import type { Notation, NotationSpec } from "../notation.ts";
import type { Algebra, Rule } from "../normal/algebra.ts";
import type { Sum } from "../normal/sum.ts";
import type { Relation } from "../verdict.ts";

/** Two lines, the second below the first. */
export type Pair = readonly [above: string, below: string, relation?: Relation];

/** Why a line may follow: one more normaliser, or a fact that gives an inequality. */
export interface Reason {
  /** As it is cited; NAME stands for a name of the notation. */
  readonly name: string;
  /** What it says, in TeX. */
  readonly statement: string;
  /** Reasons it stands on: they are in force with it. */
  readonly brings?: readonly string[];
  /** The function it speaks of: a step that brings it in, or does away with it, may be by this reason. */
  readonly of?: "tr";
  /** How it rewrites; `name` is what NAME stands for. */
  rule?(notation: Notation, name: string): Rule;
  /** Sums that are not negative, each made to take a term of `difference` away. */
  facts?(difference: Sum, algebra: Algebra): readonly Sum[];
  /** Why it can't be cited here: a side condition that fails. */
  refuses?(notation: Notation, name: string): string | undefined;
  /** Its own check: pairs that follow by it and by nothing less, and false ones that must not. */
  readonly check: {
    readonly notation: NotationSpec;
    /** What NAME stands for in the check. */
    readonly about?: string;
    /** Reasons that must be cited beside it. */
    readonly with?: readonly string[];
    readonly follows: readonly Pair[];
    readonly broken: readonly Pair[];
  };
}
