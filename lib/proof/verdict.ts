import type { Fault } from "./erratum.ts";
import type { Step } from "./steps.ts";
import { isList } from "../math/describe.ts";
import { isRational, type Rational } from "../math/exact.ts";

/** How a claim is known, from strongest to weakest; the last two are not checked by numbers. */
export type Evidence =
  | "exact"
  | "closed form"
  | "quadrature"
  | "optimiser"
  | "monte carlo"
  | "opinion"
  | "editorial";

export type Status = "holds" | "almost" | "keep working" | "not answered" | "defective" | "noted";

/** What two sides of a line have to do with each other. */
export type Relation = "=" | "≤" | "≥" | "equal up to a constant";

export const isInequality = (relation: Relation): boolean => relation === "≤" || relation === "≥";

/** How a relation is typeset. */
export const signs: Readonly<Record<Relation, string>> = {
  "=": "=",
  "≤": "\\le",
  "≥": "\\ge",
  "equal up to a constant": "\\doteq",
};

/**
 * The largest error each class of evidence allows: none where arithmetic is exact; rounding of a closed form
 * in float64; the accuracy asked of quadratures, ODE solvers and optimisers; four standard errors.
 */
export const bounds: Readonly<Record<Evidence, number>> = {
  "exact": 0,
  "closed form": 1e-12,
  "quadrature": 1e-9,
  "optimiser": 1e-6,
  "monte carlo": 4,
  "opinion": 0,
  "editorial": 0,
};

/** A broken variant, and what the check said of it. */
export interface Mutant {
  name: string;
  rejected: boolean;
  /** Its error on the instance that rejected it, or the largest one where none did. */
  error: number;
}

/** One executed line of a derivation; of a line that is a formula, what its step is to the one above it. */
export interface JudgedLine extends Omit<Step, "step" | "off"> {
  tex: string;
  because: string;
  relation: Relation;
  error: number;
  holds: boolean;
  /** Of a line that is a formula: as it was written. */
  text?: string;
  step?: Step["step"] | "false";
  /** The reasons as they were cited. */
  by?: readonly string[];
  /** Where it breaks: the instance, and by how much in words. */
  breaks?: { instance: unknown; words: string };
}

/** What a check found: plain data, made without a kernel, shown by `show`, harvested from executed notebooks. */
export interface Verdict {
  id: string;
  /** For an answer: its name. */
  answer?: string;
  statement: string;
  status: Status;
  evidence: Evidence;
  /** Largest error over all instances, and what it had to stay within. */
  error: number;
  bound: number;
  instances: number;
  seed: number;
  worst?: unknown;
  mutants: Mutant[];
  /** What the check said of all single edits of its formulas: how many it had to reject, and how many it did. */
  edits?: { tried: number; rejected: number; same: number; true: number };
  misconception?: string;
  /** For an answer: four letters that stand for the text that was judged. */
  mark?: string;
  /** For an answer: the sentences a student reads. */
  feedback?: string;
  points?: number;
  maxPoints?: number;
  /** Probability that a false polynomial identity passed. */
  chance?: number;
  /** What the assignment prints instead, and the counterexample that refutes it. */
  printed?: string;
  refutedBy?: unknown;
  /** Where it is printed, and what is wrong with it. */
  printedAt?: { where: string; fault: Fault };
  lines?: JudgedLine[];
  /** Lines of a proof that a person is to read, each with its reason. */
  reading?: readonly string[];
  /** The check itself, as source. */
  source?: string;
  /** Beyond what the assignment asks. */
  further?: boolean;
  /** Folded under the claims that matter most of its question. */
  aside?: boolean;
  /** Why it does not hold, or is defective. */
  because?: string;
}

export function isVerdict(value: unknown): value is Verdict {
  return typeof value === "object" && value !== null && "status" in value && "evidence" in value &&
    "mutants" in value;
}

/** "rejected 3 of 3 · 41 of 41 edits (3 are the same formula)"; empty where there is no broken variant. */
export function rejectedWords({ mutants, edits }: Pick<Verdict, "mutants" | "edits">): string {
  const counts = [
    ...mutants.length === 0 ? [] : [`${mutants.filter((m) => m.rejected).length} of ${mutants.length}`],
    ...edits ? [editsWords(edits)] : [],
  ];
  return counts.length === 0 ? "" : `rejected ${counts.join(" · ")}`;
}

/** "41 of 41 edits (3 are the same formula)". */
export function editsWords({ tried, rejected, same, true: others }: NonNullable<Verdict["edits"]>): string {
  const are = (n: number, what: string) => n === 0 ? [] : [`${n} ${n === 1 ? "is" : "are"} ${what}`];
  const rest = [...are(same, "the same formula"), ...are(others, "true as well")].join(", ");
  return `${rejected} of ${tried} edits${rest === "" ? "" : ` (${rest})`}`;
}

/** 2e-15 · 0.69 · "exact" for 0: an error as a reader takes it in. */
export function errorWords(error: number): string {
  if (error === 0) return "exact";
  if (!Number.isFinite(error)) return error === Infinity ? "∞" : String(error);
  return error >= 0.01 && error < 1e4 ? String(Number(error.toPrecision(3))) : error.toExponential(0);
}

/**
 * Any instance as plain JSON data: rationals as "p/q", functions by name, numbers that are not finite as the
 * words "Infinity", "-Infinity", "NaN", long lists cut after 12 items.
 */
export function plain(value: unknown, depth = 4): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  if (typeof value !== "object" || value === null) return value;
  if (isRational(value)) return (value as Rational).toFraction();
  if (depth === 0) return "…";
  if (isList(value)) {
    const head = Array.from(value).slice(0, 12).map((item) => plain(item, depth - 1));
    return value.length > 12 ? [...head, `… ${value.length} in all`] : head;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, depth - 1)]));
}

/** The verdict as the JSON that a ledger, a test or a grader reads. */
export function verdictData(verdict: Verdict): Record<string, unknown> {
  const number = (x: number) => Number.isFinite(x) ? x : String(x);
  const { worst, refutedBy, ...rest } = verdict;
  return JSON.parse(JSON.stringify({
    ...rest,
    error: number(verdict.error),
    bound: number(verdict.bound),
    ...(worst === undefined ? {} : { worst: plain(worst) }),
    ...(refutedBy === undefined ? {} : { refutedBy: plain(refutedBy) }),
    mutants: verdict.mutants.map((m) => ({ ...m, error: number(m.error) })),
    ...(verdict.lines
      ? {
        lines: verdict.lines.map(({ breaks, ...line }) => ({
          ...line,
          error: number(line.error),
          ...(breaks ? { breaks: { ...breaks, instance: plain(breaks.instance) } } : {}),
        })),
      }
      : {}),
  }));
}
