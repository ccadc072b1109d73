import { isRational } from "../math/exact.ts";
import {
  describeShape,
  difference,
  isFiniteValue,
  numbersOf,
  type Value,
  violation,
} from "../math/difference.ts";
import { instancesOf, messageOf, type Tried } from "./claim.ts";
import {
  bounds,
  errorWords,
  type Evidence,
  type JudgedLine,
  type Mutant,
  type Relation,
  type Verdict,
} from "./verdict.ts";

/** One line of a derivation: what is written, why it follows, and what it is worth for an instance. */
export interface Line<I> {
  tex: string;
  because: string;
  /** To the line above; the first line's is ignored. */
  relation?: Relation;
  /** For "equal up to a constant": a list of values over a grid of the parameter. */
  value(instance: I): Value;
}

export interface Derivation<I> extends Tried<I> {
  statement: string;
  evidence: Exclude<Evidence, "opinion" | "editorial">;
  lines: readonly Line<I>[];
  /** Broken variants by name: a line, counted from 1, with another value (or relation) in its place. */
  mutants?: Readonly<Record<string, { line: number } & Partial<Pick<Line<I>, "value" | "relation">>>>;
  /** Terms a broken line may be off by, in TeX: if one accounts for the whole difference, it is named. */
  offBy?: Readonly<Record<string, (instance: I) => Value>>;
}

/**
 * Executes a derivation: every line's value on every instance, each against the line above.
 *
 * @returns "holds" when every line does and every broken variant is rejected; otherwise the first line that
 *   breaks carries the instance and, where it can be said, by how much. A value that throws or is not finite
 *   breaks its line.
 * @throws TypeError for fewer than two lines, a mutant of a line that is not there, a missing or double source
 *   of instances
 */
export function derivation<I>(id: string, spec: Derivation<I>): Verdict {
  const { lines, evidence } = spec;
  if (!Array.isArray(lines) || lines.length < 2) {
    throw new TypeError(
      `Cannot execute derivation ${id}: expected at least 2 lines, got ${lines?.length ?? lines}`,
    );
  }
  lines.forEach((line, k) => {
    if (typeof line?.value !== "function") {
      throw new TypeError(
        `Cannot execute derivation ${id}: expected a function as value of line ${k + 1}, got ${typeof line
          ?.value}`,
      );
    }
  });
  const seed = spec.seed ?? 4;
  const bound = spec.bound ?? bounds[evidence];
  const cases = instancesOf(id, spec, seed);
  const judged = judgeLines(lines, cases, bound, spec.offBy);
  const mutants = Object.entries(spec.mutants ?? {}).map(([name, { line, ...replaced }]) => {
    if (!Number.isInteger(line) || line < 1 || line > lines.length) {
      throw new TypeError(
        `Cannot break derivation ${id}: expected a line from 1 to ${lines.length}, got ${line} for “${name}”`,
      );
    }
    const verdicts = judgeLines(lines.with(line - 1, { ...lines[line - 1], ...replaced }), cases, bound);
    return mutantOf(name, verdicts.some((v) => !v.holds), verdicts);
  });
  return verdictOf({ id, bound, instances: cases.length, seed }, spec, judged, mutants);
}

/** A broken variant by the lines it makes. */
export const mutantOf = (name: string, rejected: boolean, lines: readonly JudgedLine[]): Mutant => ({
  ...{ name, rejected, error: largestError(lines) },
});

/** NaN counts as the largest. */
export const largestError = (lines: readonly JudgedLine[]): number =>
  Math.max(...lines.map(({ error }) => Number.isNaN(error) ? Infinity : error));

/**
 * What executed lines and their broken variants come to.
 *
 * @param more what else is said of them, beside the faults that it shows
 */
export function verdictOf(
  { id, ...tried }: Pick<Verdict, "id" | "bound" | "instances" | "seed">,
  { statement, evidence, further }: Pick<Verdict, "statement" | "evidence" | "further">,
  lines: JudgedLine[],
  mutants: Mutant[],
  { faults = [], ...more }: Partial<Verdict> & { faults?: readonly string[] } = {},
): Verdict {
  const passing = mutants.filter(({ rejected }) => !rejected);
  const all = [...passing.map(({ name }) => `the broken variant “${name}” passes`), ...faults];
  const broken = lines.find((line) => !line.holds);
  const { error } = lines.reduce((a, b) => b.error > a.error || Number.isNaN(b.error) ? b : a);
  const status = all.length > 0 ? "defective" : broken ? "keep working" : "holds";
  return {
    ...{ id, statement, status, evidence, error, ...tried },
    ...(broken?.breaks ? { worst: broken.breaks.instance } : {}),
    mutants,
    ...more,
    lines,
    ...(all.length > 0 ? { because: all.join("; ") } : {}),
    ...(further ? { further: true } : {}),
  };
}

/** Each line against the one above it, on all instances. */
export function judgeLines<I>(
  lines: readonly { value(instance: I): Value; relation?: Relation; tex?: string; because?: string }[],
  cases: readonly I[],
  bound: number,
  offBy: Derivation<I>["offBy"] = {},
): JudgedLine[] {
  const values = lines.map((line) => cases.map((instance) => evaluate(line.value, instance)));
  return lines.map((line, k) => {
    const relation = line.relation ?? "=";
    let error = 0, first: { instance: I; words: string; index: number } | undefined;
    cases.forEach((instance, i) => {
      const here = values[k][i];
      // a line whose predecessor could not be valued is not blamed for it
      if (k > 0 && "fault" in values[k - 1][i]) return;
      const above = k > 0 ? values[k - 1][i] : undefined;
      const found = "fault" in here
        ? { error: Infinity, words: here.fault }
        : above && "value" in above
        ? apart(above.value, here.value, relation)
        : { error: 0, words: "" };
      if (!(found.error <= bound)) first ??= { instance, words: found.words, index: i };
      if (found.error > error || Number.isNaN(found.error)) error = found.error;
    });
    const named = first && k > 0 ? nameOf(offBy, values[k - 1], values[k], cases) : undefined;
    return {
      tex: line.tex ?? "",
      because: line.because ?? "",
      relation,
      error,
      holds: first === undefined,
      ...(first
        ? {
          breaks: {
            instance: first.instance,
            words: `first at instance ${first.index + 1}: ${first.words}${
              named ? `; off by $${named}$ every time` : ""
            }`,
          },
        }
        : {}),
    };
  });
}

type Outcome = { value: Value } | { fault: string };

function evaluate<I>(value: (instance: I) => Value, instance: I): Outcome {
  try {
    const result = value(instance);
    if (result === undefined || result === null) return { fault: `the line has no value (${result})` };
    if (!isFiniteValue(result)) return { fault: "the line is not finite" };
    return { value: result };
  } catch (cause) {
    return { fault: `the line can't be computed: ${messageOf(cause)}` };
  }
}

/** How far `here` is from standing in `relation` to the line `above`. */
function apart(above: Value, here: Value, relation: Relation): { error: number; words: string } {
  if (describeShape(above) !== describeShape(here) && !(isScalar(above) && isScalar(here))) {
    return {
      error: Infinity,
      words: `the line above is ${describeShape(above)}, this one ${describeShape(here)}`,
    };
  }
  if (relation === "equal up to a constant") {
    const own = numbersOf(here), shift = numbersOf(above).map((x, i) => x - own[i]);
    if (shift.length < 2) {
      return { error: Infinity, words: "a grid of at least two parameter values is needed" };
    }
    const error = difference(shift, shift.map(() => shift[0]));
    return { error, words: `the difference changes by up to ${errorWords(error)}` };
  }
  const error = violation(above, here, relation);
  const gap = relation === "=" ? "both sides differ" : `“${relation}” fails`;
  return { error, words: `${gap} by ${gapWords(above, here)}` };
}

const isScalar = (v: Value) => typeof v === "number" || isRational(v);

/** The largest absolute distance between entries, to four digits. */
function gapWords(a: Value, b: Value): string {
  const q = numbersOf(b), gap = Math.max(...numbersOf(a).map((x, i) => Math.abs(x - q[i])));
  return Number.isFinite(gap) ? String(Number(gap.toPrecision(4))) : "something that is not a number";
}

/** The named term that accounts for the difference of two lines on every instance, if one does. */
function nameOf<I>(
  terms: NonNullable<Derivation<I>["offBy"]>,
  above: readonly Outcome[],
  here: readonly Outcome[],
  cases: readonly I[],
): string | undefined {
  const numbers = (o: Outcome) => "value" in o ? numbersOf(o.value) : undefined;
  return Object.entries(terms).find(([, term]) =>
    cases.every((instance, i) => {
      const a = numbers(above[i]), b = numbers(here[i]), t = numbersOf(term(instance));
      return a !== undefined && b !== undefined && a.length === t.length &&
        (difference(a.map((x, j) => x - b[j]), t) < 1e-9 || difference(b.map((x, j) => x - a[j]), t) < 1e-9);
    })
  )?.[0];
}
