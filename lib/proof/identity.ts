import { type Order, violation } from "../math/difference.ts";
import type { Random } from "../math/random.ts";
import { instancesOf, type LedgerEntry } from "./claim.ts";
import { formula } from "./formula.ts";
import { notation as noted, type NotationSpec } from "./notation.ts";
import { strength, valued } from "./strength.ts";
import type { Tree } from "./tree.ts";
import type { Scope } from "./value.ts";
import { bounds, type Evidence, type Mutant, signs } from "./verdict.ts";

/** Two formulas that agree, or stand in an order: what is read and what is run are one text. */
export interface Identity<I> {
  readonly sides: readonly [left: string, right: string];
  /** How the sides stand to each other (default "="). */
  readonly relation?: Order;
  readonly notation: NotationSpec;
  /** Words before and behind the formula; mathematics between $…$. */
  readonly before?: string;
  readonly behind?: string;
  readonly evidence: Exclude<Evidence, "opinion" | "editorial" | "monte carlo">;
  instance(random: Random, index: number): I;
  /** What the names are worth at an instance (default: the instance itself). */
  scope?(instance: I): Scope;
  readonly instances?: number;
  readonly seed?: number;
  readonly further?: boolean;
  readonly aside?: boolean;
}

/**
 * A claim of the ledger that is an identity or an inequality: its sentence is typeset from the texts that are run, and
 * every single edit of either side is its broken variant. An edit that these instances let pass must be the same
 * formula on fresh ones; else the check is too weak, and the claim defective. For ≤ and ≥ the edits of the side that
 * is bounded may hold as well, so only those that the check rejects are counted.
 */
export function identity<I>(id: string, spec: Identity<I>): LedgerEntry {
  const { further = false, relation = "=" } = spec;
  return {
    id,
    further,
    judge: () => {
      const made = noted(spec.notation), [left, right] = spec.sides.map((text) => formula(text, made));
      const seed = spec.seed ?? 4, cases = instancesOf(id, spec, seed);
      const scopes = cases.map((instance) => spec.scope?.(instance) ?? instance as Scope);
      const bound = bounds[spec.evidence];
      const values = [left, right].map(({ tree }) => scopes.map((scope) => valued(tree, made, scope)));
      /** The largest error with a tree on one side; what can't be valued is as wrong as can be. */
      const errorOf = (side: number, tree: Tree | undefined, enough = Infinity) => {
        let largest = 0, worst = 0;
        for (const [k, scope] of scopes.entries()) {
          const own = tree ? valued(tree, made, scope) : values[side][k], other = values[1 - side][k];
          const [a, b] = side === 0 ? [own, other] : [other, own];
          const error = a === undefined || b === undefined ? Infinity : violation(a, b, relation);
          if (error > largest || Number.isNaN(error)) [largest, worst] = [error, k];
          if (!(error <= enough)) break;
        }
        return { largest, worst };
      };
      const found = errorOf(0, undefined), mutants: Mutant[] = [];
      const { passed, same } = strength(spec.sides, made, (edit, side) => {
        const { largest } = errorOf(side, edit.tree, bound), rejected = !(largest <= bound);
        if (rejected) {
          mutants.push({ name: `${edit.kind}: $${formula(edit.text, made).tex}$`, rejected, error: largest });
        }
        return rejected;
      }, { seed });
      const weak = relation === "=" ? passed : [];
      weak.forEach(({ edit }) =>
        mutants.push({ name: `${edit.kind}: ${edit.text}`, rejected: false, error: 0 })
      );
      // an edit may mend what does not hold: that is no fault of the instances
      const faults = !(found.largest <= bound) ? [] : [
        ...weak.map(({ edit }) => `the instances can't tell “${edit.text}” from the formula`),
        ...(mutants.length === 0 ? ["no edit of the formula is rejected"] : []),
      ];
      return {
        id,
        statement: `${spec.before ?? ""}$${left.tex} ${signs[relation]} ${right.tex}$${spec.behind ?? ""}`,
        status: faults.length > 0 ? "defective" : found.largest <= bound ? "holds" : "keep working",
        evidence: spec.evidence,
        error: found.largest,
        bound,
        instances: cases.length,
        seed,
        ...(found.largest > 0 ? { worst: cases[found.worst] } : {}),
        mutants,
        source: `${spec.sides[0]} ${relation} ${spec.sides[1]}${
          same === 0 ? "" : ` (${same} edits are the same formula)`
        }`,
        ...(faults.length > 0 ? { because: faults.join("; ") } : {}),
        ...(further ? { further } : {}),
        ...(spec.aside ? { aside: true } : {}),
      };
    },
  };
}
