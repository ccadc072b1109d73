import type { Value } from "../math/difference.ts";
import { chanceOfFalseIdentity, gaussianRationals, rationals } from "../math/exact.ts";
import type { Field } from "../math/field.ts";
import { type Random, RATIONAL_SAMPLE } from "../math/random.ts";
import { degreeOf, drawnDegrees } from "./degree.ts";
import { instancesOf, type Tried } from "./claim.ts";
import { mutantOf, verdictOf } from "./derivation.ts";
import { formula } from "./formula.ts";
import { editsOf } from "./edited.ts";
import { type Given, given, type Instances, judged } from "./judged.ts";
import { missing } from "./missing.ts";
import { type Notation, notation as noted, type NotationSpec } from "./notation.ts";
import { readRelation, type Written } from "./steps.ts";
import { hasImaginary, type Scope } from "./value.ts";
import { bounds, type Evidence, type JudgedLine, type Relation, type Verdict } from "./verdict.ts";

/** A line: its text, its reasons, its relation; or what no formula says, computed by code. */
export type ProofLine<I> =
  | Written
  | readonly [line: string, by?: string | readonly string[], relation?: Written["relation"]]
  | {
    readonly tex: string;
    readonly because: string;
    readonly relation?: Written["relation"];
    value(instance: I): Value;
  };

export interface Proof<I> extends Tried<I> {
  readonly statement: string;
  readonly notation: Notation | NotationSpec;
  readonly evidence: Exclude<Evidence, "opinion" | "editorial">;
  /** What the names are worth at an instance (default: the instance itself); a list: a scope for each θ of a grid. */
  scope?(instance: I): object | readonly object[];
  readonly lines: readonly ProofLine<I>[];
  /** Default: the rationals where the evidence is exact, else float64. */
  readonly field?: Field<unknown>;
  /** Broken variants by name: a line, counted from 1, with another text, reason or relation in its place. */
  readonly mutants?: Readonly<
    Record<
      string,
      {
        line: number;
        text?: string;
        by?: string | readonly string[];
        relation?: Relation;
        value?(i: I): Value;
      }
    >
  >;
  /** Try every single edit of every line, too (default true). */
  readonly edits?: boolean;
}

/**
 * Lines that run: every line is read once, and typeset, executed on all instances and justified by its reason
 * against the line above.
 *
 * @returns "holds" when every line does, by value and by reason, and every broken variant is rejected; a line
 *   computed by code is held by its value, and marked
 * @throws FormulaError where a line is no formula of the notation; TypeError for fewer than two lines
 */
export function proof<I>(id: string, spec: Proof<I>): Verdict {
  const made = "functions" in spec.notation && spec.notation.functions instanceof Map
    ? spec.notation as Notation
    : noted(spec.notation as NotationSpec);
  if (!Array.isArray(spec.lines) || spec.lines.length < 2) {
    throw new TypeError(
      `Cannot prove ${id}: expected at least 2 lines, got ${spec.lines?.length ?? spec.lines}`,
    );
  }
  const seed = spec.seed ?? 4, cases = instancesOf(id, spec, seed);
  const lines = spec.lines.map((line) => readLine(line, cases, made));
  const bound = spec.bound ?? bounds[spec.evidence];
  const scopes = cases.map((instance) => (spec.scope?.(instance) ?? instance) as Scope | readonly Scope[]);
  const field = spec.field ?? (spec.evidence === "exact" ? exactField(lines, made) : undefined);
  const on: Instances = { scopes, shown: cases, bound, ...(field ? { field } : {}) };
  const shown = judged(lines, made, on).map((line, k) =>
    line.step === "by a reader" && !line.words ? { ...line, holds: true } : advised(line, lines, k, made)
  );
  const mutants = Object.entries(spec.mutants ?? {}).map(([name, { line, text, by, relation, value }]) => {
    const old = lines[line - 1];
    if (!old) {
      throw new TypeError(
        `Cannot break ${id}: expected a line from 1 to ${lines.length}, got ${line} for “${name}”`,
      );
    }
    const replaced: Given = {
      ...old,
      ...(text === undefined ? {} : { formula: formula(text, made) }),
      ...(by === undefined ? {} : { by: [by].flat() }),
      ...(relation === undefined ? {} : { relation }),
      ...(value ? { tex: "", value: (index: number) => value(cases[index]) } : {}),
    } as Given;
    const verdicts = judged(lines.with(line - 1, replaced), made, on);
    const rejected = verdicts.some((v) => !v.holds && (v.step !== "by a reader" || v.words));
    return mutantOf(name, rejected, verdicts);
  });
  const isWhole = shown.every((line) => line.holds);
  const found = isWhole && spec.edits !== false ? editsOf(lines, made, on) : undefined;
  const chance = spec.evidence === "exact" && spec.instance
    ? chanceOf(id, spec, seed, lines, made, scopes)
    : undefined;
  const { passed = [], ...edits } = found ?? {};
  return verdictOf({ id, bound, instances: cases.length, seed }, spec, shown, mutants, {
    ...(found ? { edits: edits as Verdict["edits"] } : {}),
    ...(chance === undefined ? {} : { chance }),
    faults: passed.map(({ line, edit }) => `the instances can't tell line ${line + 1} from ${edit.text}`),
  });
}

/** Of a true line without support: the one reason that would give it, where there is one. */
function advised(line: JudgedLine, lines: readonly Given[], k: number, made: Notation): JudgedLine {
  const [above, here] = [lines[k - 1], lines[k]];
  if (line.step !== "unsupported" || !above || !("formula" in above) || !("formula" in here)) return line;
  const { by, relation } = here;
  const lacks = missing(
    { above: above.formula.tree, below: here.formula.tree, relation, notation: made },
    by,
  );
  const why = lacks === undefined
    ? "it could not be seen that it follows at all"
    : lacks.length === 1
    ? `it takes “${lacks[0].text}”`
    : `it takes ${lacks.length} more reasons`;
  return { ...line, why: line.why ? `${line.why}; ${why}` : why };
}

function readLine<I>(line: ProofLine<I>, cases: readonly I[], made: Notation): Given {
  if ("value" in line) {
    const { tex, because, relation, value } = line;
    return {
      tex,
      by: [because],
      relation: readRelation(relation) ?? "=",
      value: (index) => value(cases[index]),
    };
  }
  const [text, by, relation] = "line" in line ? [line.line, line.by, line.relation] : line;
  return given(text, by, relation, made);
}

/** The rationals, or the Gaussian ones where a line holds i. */
const exactField = (lines: readonly Given[], made: Notation): Field<unknown> =>
  (lines.some((line) => "formula" in line && hasImaginary(line.formula.tree, made))
    ? gaussianRationals
    : rationals) as Field<unknown>;

/**
 * The probability that a false line passed: (degree / sample size) to the power of the trials, for the shape that was
 * tried least. Undefined where a line is no polynomial in what was drawn, or computed by code.
 */
function chanceOf<I>(
  id: string,
  spec: Proof<I>,
  seed: number,
  lines: readonly Given[],
  made: Notation,
  scopes: readonly (Scope | readonly Scope[])[],
): number | undefined {
  // the same instances from draws twice as large say of which degree each name's value is in the draws
  const instance = (random: Random, index: number) =>
    spec.instance!({ ...random, rational: () => random.rational().mul(2) }, index);
  const doubled = instancesOf(id, { ...spec, instance }, seed).map((one) => spec.scope?.(one) ?? one);
  const drawn = drawnDegrees(scopes.flat() as Scope[], doubled.flat() as Scope[]);
  const degree = Math.max(
    ...lines.map((line) => "formula" in line ? degreeOf(line.formula.tree, { ...made, drawn }) : Infinity),
  );
  if (!Number.isFinite(degree) || degree < 1) return undefined;
  const trials = new Map<string, number>();
  for (const scope of scopes) trials.set(shapeOf(scope), (trials.get(shapeOf(scope)) ?? 0) + 1);
  return chanceOfFalseIdentity({ degree, sampleSize: RATIONAL_SAMPLE, trials: Math.min(...trials.values()) });
}

/** The sizes of all lists of a scope. */
const shapeOf = (value: unknown, depth = 3): string => {
  if (Array.isArray(value)) {
    return `${value.length}[${depth > 0 && value.length > 0 ? shapeOf(value[0], depth - 1) : ""}]`;
  }
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return "";
  }
  return Object.values(value).map((item) => shapeOf(item, depth - 1)).join(",");
};
