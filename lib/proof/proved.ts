import { type Value, violation } from "../math/difference.ts";
import type { Random } from "../math/random.ts";
import { instancesOf, type LedgerEntry } from "./claim.ts";
import { type Formula, formula, formulaOf } from "./formula.ts";
import type { Notation } from "./notation.ts";
import { proof } from "./proof.ts";
import { inFloats, SAME, strength, valued } from "./strength.ts";
import type { Scope } from "./value.ts";
import { type Mutant, type Relation, signs, type Verdict } from "./verdict.ts";

/** A claim that is an identity or an inequality: what is stated is what is run, and what its variants are edits of. */
interface ProvedClaim<S extends Scope> {
  /** The sentence around the formula; gets the first and the last line with their relation, as `$…$`. */
  statement(formula: string): string;
  notation: Notation;
  /** Lines with their reasons, as in `proof`: the first and the last are what is claimed. */
  lines: readonly (readonly [line: string, by?: string | readonly string[], relation?: Relation])[];
  /** The names' values over the rationals, in shapes that differ. */
  instance(random: Random, index: number): S;
  /** Default 12: every line follows by its reason, for every size. */
  instances?: number;
  /** Broken variants of the last line beside all single edits: text by name. */
  mutants?: Readonly<Record<string, string>>;
  further?: boolean;
  aside?: boolean;
}

const SEED = 4;

/**
 * An identity as a claim of the ledger: exact over the rationals, every line by its reason (hence for every size),
 * and every single edit of its two ends rejected, or equal to them on fresh instances of other shapes.
 */
export function proved<S extends Scope>(id: string, spec: ProvedClaim<S>): LedgerEntry {
  const { notation, lines, instance, instances = 12, mutants = {}, further = false, aside } = spec;
  const last = lines[lines.length - 1][0];
  const relation = lines.map(([, , relation]) => relation).find((r) => r && r !== "=") ?? "=";

  /** Whether some instance tells the formula, in the place of line 0 or 1, from the other end. */
  const rejecting = () => {
    // single numbers come first, and tell least
    const [first, ...others] = instancesOf(id, { instance, instances }, SEED);
    // what differs does so by more than rounding
    const scopes = [...others, first].map((scope) => inFloats(scope) as Scope);
    const ends = [lines[0][0], last].map((text) => formula(text, notation));
    const valueOf = ({ tree }: Formula, scope: Scope) => valued(tree, notation, scope);
    const values = ends.map((side) => scopes.map((scope) => valueOf(side, scope)));
    const order = relation === "equal up to a constant" ? "=" : relation;
    const fails = (left: Value, right: Value) => violation(left, right, order) > SAME;
    const rejects = (other: Formula, line: number) =>
      scopes.some((scope, k) => {
        const value = valueOf(other, scope);
        if (value === undefined) return true;
        return line === 0 ? fails(value, values[1][k]!) : fails(values[0][k]!, value);
      });
    return { ends, rejects };
  };
  const tried = (rejects: (other: Formula, line: number) => boolean) =>
    strength(
      [lines[0][0], last],
      notation,
      (edit, line) => rejects(formulaOf(edit.tree, notation, edit.text), line),
    );

  const judge = (): Verdict => {
    const { lines: judged = [], ...verdict } = proof<S>(id, {
      ...{ statement: "", notation, evidence: "exact", lines, instance, instances, seed: SEED, edits: false },
    });
    const { ends: [left, right], rejects } = rejecting(), found = tried(rejects);
    const broken = judged.find((line) => !line.holds);
    const written: Mutant[] = Object.entries(mutants).map(([name, text]) => {
      const rejected = rejects(formula(text, notation), 1);
      return { name, rejected, error: rejected ? Infinity : 0 };
    });
    const faults = [
      ...written.filter(({ rejected }) => !rejected).map(({ name }) =>
        `the check lets the broken variant “${name}” pass`
      ),
      ...found.passed.map(({ edit }) => `the check lets the edit “${edit.text}” pass`),
    ];
    const same = found.same > 0 ? ` (${found.same} more are the same formula)` : "";
    return {
      ...verdict,
      statement: spec.statement(`$${left.tex} ${signs[relation]} ${right.tex}$`),
      status: faults.length > 0 ? "defective" : verdict.status,
      mutants: [...written, {
        name: `${found.rejected} of ${found.tried} single edits of both sides${same}`,
        rejected: found.passed.length === 0,
        error: found.passed.length === 0 ? Infinity : 0,
      }],
      source: lines.map(([line, by]) => by ? `${line}   (${[by].flat().join(", ")})` : line).join("\n"),
      ...(faults.length > 0
        ? { because: faults.join("; ") }
        : broken
        ? { because: broken.breaks?.words ?? `a line does not follow: ${broken.tex}` }
        : {}),
      ...(further ? { further } : {}),
      ...(aside ? { aside } : {}),
    };
  };
  return { id, further, judge };
}
