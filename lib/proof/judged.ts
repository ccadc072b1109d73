import type { Value } from "../math/difference.ts";
import type { Field } from "../math/field.ts";
import { judgeLines } from "./derivation.ts";
import { type Formula, formula } from "./formula.ts";
import type { Notation } from "./notation.ts";
import { relationOf, type Step, stepsOf } from "./steps.ts";
import type { Scope } from "./value.ts";
import { isInequality, type JudgedLine, type Relation } from "./verdict.ts";

/** A line as it is judged: a formula, or what code says that it is worth on the instance of an index. */
export type Given =
  & { readonly by: readonly string[]; readonly relation: Relation }
  & (
    | { readonly formula: Formula }
    | { readonly tex: string; readonly unreadable?: string; value(index: number): Value }
  );

/** What lines are valued on: a scope an instance, or one for each θ of a grid. */
export interface Instances {
  readonly scopes: readonly (Scope | readonly Scope[])[];
  /** What is shown of an instance that breaks a line. */
  readonly shown: readonly unknown[];
  readonly field?: Field<unknown>;
  readonly bound: number;
}

/** A line of text with its reasons and its relation, read in a notation. */
export function given(
  text: string,
  by: string | readonly string[] | undefined,
  relation: unknown,
  notation: Notation,
): Given {
  return { formula: formula(text, notation), by: [by ?? []].flat(), relation: relationOf(relation) };
}

/** Every line by value against the line above, on all instances, and by reason: the two must agree. */
export function judged(lines: readonly Given[], notation: Notation, on: Instances): JudgedLine[] {
  const indices = on.scopes.map((_, index) => index);
  const byValue = judgeLines(
    lines.map((line) => ({
      tex: "formula" in line ? line.formula.tex : line.tex,
      because: line.by.join(" · "),
      relation: line.relation,
      value: (index: number) => worthOf(line, on, index),
    })),
    indices,
    on.bound,
  );
  const bySteps = stepsOf(
    lines.map((line) => ({ tree: "formula" in line ? line.formula.tree : undefined, ...line })),
    notation,
  );
  return byValue.map(({ breaks, ...line }, k) => {
    const { step, off, jump, ...said }: Step = bySteps[k], text = lines[k], isTrue = line.holds;
    // free words alone are for a person, but for an inequality; beside a named reason they are a remark
    const wordsOnly = step === "unsupported" && said.words?.length === text.by.length &&
      said.words.length > 0;
    const forReader = wordsOnly && !isInequality(text.relation);
    return {
      ...line,
      ...("formula" in text ? { text: text.formula.text } : {}),
      by: text.by,
      step: !isTrue ? "false" : forReader ? "by a reader" : step,
      ...(isTrue ? said : {}),
      ...(isTrue && jump ? { jump } : {}),
      holds: isTrue && (step === "start" || step === "algebra" || step === "follows"),
      ...(breaks
        ? {
          breaks: {
            instance: on.shown[breaks.instance as number],
            words: off ? `${breaks.words}; off by ${off}` : breaks.words,
          },
        }
        : {}),
    };
  });
}

/** What a line is worth on the instance of an index. */
export function worthOf(line: Given, { scopes, field }: Instances, index: number): Value {
  if (!("formula" in line)) return line.value(index);
  const scope = scopes[index];
  const at = (one: Scope) => once(line.formula, one, field);
  return Array.isArray(scope) ? scope.map(at) : at(scope as Scope);
}

/** What a formula is worth in a scope, worked out once: broken variants leave most lines as they are. */
function once(of: Formula, scope: Scope, field: Field<unknown> | undefined): Value {
  const known = worths.get(of) ?? new WeakMap<Scope, { field?: Field<unknown>; value: Value }>();
  worths.set(of, known);
  const before = known.get(scope);
  if (before && before.field === field) return before.value;
  const value = (field ? of.value(scope, field) : of.value(scope)) as Value;
  known.set(scope, { field, value });
  return value;
}

const worths = new WeakMap<Formula, WeakMap<Scope, { field?: Field<unknown>; value: Value }>>();
