import { type Random, random } from "../math/random.ts";
import type { Erratum, Fault } from "./erratum.ts";
import { bounds, type Evidence, type Verdict } from "./verdict.ts";

/** What a check runs on: random instances from a seed, or given ones; and how far off it may be. */
export interface Tried<I> {
  /** Random instances; the index lets degenerate ones come first. */
  instance?(random: Random, index: number): I;
  /** Or the instances themselves: an enumeration, a running example. */
  cases?: readonly I[];
  /** How many random instances (default 200). */
  instances?: number;
  /** Whole number (default 4). */
  seed?: number;
  /** Largest error allowed; default by class of evidence. */
  bound?: number;
  /** Beyond what the assignment asks. */
  further?: boolean;
}

/**
 * A claim that a machine can check. `error(subject, instance)` is 0 where the claim holds exactly and says
 * otherwise by how much it fails; the same check must reject every broken variant of the subject.
 */
export interface CheckedClaim<S extends object, I> extends Tried<I> {
  /** One sentence; mathematics between $…$. Where the assignment prints something else: the corrected one. */
  statement: string;
  evidence: Exclude<Evidence, "editorial">;
  /** What is tested: the functions the check calls, by name. */
  subject: S;
  /** How far the subject is from the claim at one instance; for Monte Carlo the z-score. */
  error(subject: S, instance: I): number;
  /** Broken variants by name: what they replace in the subject. At least one. */
  mutants: Readonly<Record<string, Partial<S>>>;
  /** What the assignment prints instead, and what refutes it: `erratum({ … })`. */
  printed?: Erratum;
  /** Folded under the claims that matter most of its question. */
  aside?: boolean;
}

/** A remark on the assignment's wording: noted, not checked. */
interface EditorialClaim {
  statement: string;
  evidence: "editorial";
  printed?: string | { where: string; fault: Fault; text: string };
  further?: boolean;
  aside?: boolean;
}

/** A claim with its id, not judged yet. */
export interface LedgerEntry {
  readonly id: string;
  readonly further: boolean;
  judge(): Verdict;
}

/** Names a claim of the ledger; it is judged when a verdict is asked for. */
export function define<S extends object, I>(
  id: string,
  spec: CheckedClaim<S, I> | EditorialClaim,
): LedgerEntry {
  return { id, further: spec.further ?? false, judge: () => claim(id, spec) };
}

/**
 * Selects from a subject's ledger: `claims("4.3")` judges 4.3 and 4.3.a, 4.3.b, … in the ledger's order.
 * What goes beyond the assignment comes only with `{ further: true }`, and then alone.
 */
export function ledger(...entries: readonly LedgerEntry[]) {
  const claims = (prefix: string, { further = false }: { further?: boolean } = {}): Verdict[] => {
    const chosen = entries.filter(({ id, further: beyond }) =>
      beyond === further && (id === prefix || id.startsWith(`${prefix}.`))
    );
    if (chosen.length === 0) {
      throw new RangeError(
        `Cannot select claims: expected the beginning of one of ${
          entries.filter((e) => e.further === further).map((e) => e.id).join(", ")
        }, got ${String(prefix)}`,
      );
    }
    return chosen.map((entry) => entry.judge());
  };
  return Object.assign(claims, { entries });
}

/**
 * Judges one claim: runs the check on every instance, then on every broken variant.
 *
 * @returns "holds" when all errors stay within the bound and all broken variants are rejected; "defective" when
 *   a broken variant passes, can't be run, or is missing, or the printed statement is not refuted after all;
 *   otherwise "keep working", with the worst instance.
 * @throws TypeError for a claim without instances or with both kinds
 */
export function claim<S extends object, I>(
  id: string,
  spec: CheckedClaim<S, I> | EditorialClaim,
): Verdict {
  const { statement, evidence } = spec;
  const further = { ...(spec.further ? { further: true } : {}), ...(spec.aside ? { aside: true } : {}) };
  if (evidence === "editorial") {
    const { printed } = spec as EditorialClaim;
    const said = typeof printed === "object"
      ? { printed: printed.text, printedAt: { where: printed.where, fault: printed.fault } }
      : { printed };
    return {
      ...{ id, statement, status: "noted", evidence, error: 0, bound: 0, instances: 0, seed: 0, mutants: [] },
      ...(printed === undefined ? {} : said),
      ...further,
    };
  }
  const checked = spec as CheckedClaim<S, I>;
  const seed = checked.seed ?? 4;
  const cases = instancesOf(id, checked, seed);
  const bound = checked.bound ?? bounds[evidence];
  const found = largestError(checked.subject, checked, cases);
  const faults: string[] = [];
  const mutants = Object.entries(checked.mutants).map(([name, replaced]) => {
    try {
      const { error } = largestError({ ...checked.subject, ...replaced }, checked, cases, bound);
      const rejected = !(error <= bound);
      if (!rejected) faults.push(`the check lets the broken variant “${name}” pass`);
      return { name, rejected, error };
    } catch (cause) {
      faults.push(`the broken variant “${name}” can't be run: ${messageOf(cause)}`);
      return { name, rejected: false, error: NaN };
    }
  });
  if (mutants.length === 0) faults.push("no broken variant shows that this check can fail");
  const { printed } = checked;
  const refutation = printed?.refute(bound);
  if (refutation?.because) faults.push(refutation.because);
  const holds = found.error <= bound;
  return {
    id,
    statement,
    status: faults.length > 0 ? "defective" : holds ? "holds" : "keep working",
    evidence,
    error: found.error,
    bound,
    instances: cases.length,
    seed,
    ...(found.error > 0 || Number.isNaN(found.error) ? { worst: found.worst } : {}),
    mutants,
    ...(printed ? { printed: printed.text, refutedBy: refutation!.refutedBy } : {}),
    ...(printed ? { printedAt: { where: printed.where, fault: printed.fault } } : {}),
    source: checked.error.toString(),
    ...(faults.length > 0 ? { because: faults.join("; ") } : found.because ? { because: found.because } : {}),
    ...further,
  };
}

/** The instances a check runs on: the given ones, or random ones from the seed. */
export function instancesOf<I>(
  id: string,
  spec: Pick<Tried<I>, "instance" | "cases" | "instances">,
  seed: number,
): readonly I[] {
  if ((spec.instance === undefined) === (spec.cases === undefined)) {
    throw new TypeError(`Cannot check ${id}: expected either random instances or cases, got both or neither`);
  }
  const wanted = spec.instances ?? 200;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new RangeError(`Cannot check ${id}: expected at least 1 instance, got ${wanted}`);
  }
  if (spec.cases) {
    if (spec.cases.length === 0) {
      throw new RangeError(`Cannot check ${id}: expected at least 1 case, got none`);
    }
    return spec.cases;
  }
  const source = random(seed);
  return Array.from({ length: wanted }, (_, index) => spec.instance!(source, index));
}

/** The largest error over the instances; NaN counts as the largest; stops early once it exceeds `enough`. */
function largestError<S extends object, I>(
  subject: S,
  spec: { error(subject: S, instance: I): number; mutants: unknown; subject: S },
  cases: readonly I[],
  enough?: number,
): { error: number; worst?: I; because?: string } {
  let largest: { error: number; worst?: I } = { error: 0 };
  for (const instance of cases) {
    let error: number;
    try {
      error = spec.error(subject, instance);
    } catch (cause) {
      if (subject !== spec.subject) throw cause;
      return { error: Infinity, worst: instance, because: messageOf(cause) };
    }
    if (typeof error !== "number" || Number.isNaN(error)) return { error: NaN, worst: instance };
    if (error > largest.error) largest = { error, worst: instance };
    if (enough !== undefined && error > enough) break;
  }
  return largest;
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
