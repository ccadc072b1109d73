import assert from "node:assert/strict";
import { difference as apart, type Value } from "lib/math/difference.ts";
import { rationals } from "lib/math/exact.ts";
import { random } from "lib/math/random.ts";
import fc from "fast-check";
import { notation } from "lib/proof/notation.ts";
import { Algebra, type Rule } from "lib/proof/normal/algebra.ts";
import { treeOf } from "lib/proof/normal/back.ts";
import { normalForm } from "lib/proof/normal/form.ts";
import { parse } from "lib/proof/parse.ts";
import { algebraOf, cited } from "lib/proof/reasons/mod.ts";
import { valueOf } from "lib/proof/value.ts";
import { families, type Family } from "./random_formulas.ts";

/** Float64 sums of a few dozen terms, some nearly cancelling. */
const ROUNDING = 1e-8;

/** How far the normal form of a random formula is from the formula, in a random world; undefined: no value here. */
function gap(family: Family, seed: number, algebra: (n: ReturnType<typeof notation>) => Algebra) {
  const chance = random(seed), made = notation(family.spec), text = family.formula(chance);
  let tree, form;
  try {
    tree = parse(text, made);
  } catch (cause) {
    if (cause instanceof RangeError && /size of I|size tr can know/.test(cause.message)) return undefined;
    throw cause;
  }
  try {
    form = treeOf(normalForm(tree, algebra(made)));
  } catch (cause) {
    // too long to multiply out, or a zero that is not square
    if (cause instanceof RangeError && /multiply out|zero matrix|not 0/.test(cause.message)) return undefined;
    throw cause;
  }
  const scope = family.scope(chance);
  let value: Value, back: Value;
  try {
    value = valueOf(tree, made, scope, ...(family.exact ? [rationals] : []) as []) as Value;
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
  try {
    back = valueOf(form, made, scope, ...(family.exact ? [rationals] : []) as []) as Value;
  } catch (cause) {
    throw new Error(`${text}\n  became a form without a value: ${(cause as Error).message}`);
  }
  return { text, error: apart(value, back), back: form };
}

for (const family of families) {
  const name = family.reasons[0];
  Deno.test(`law: a normal form is worth what the formula is, under any reasons (${name}, …)`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.subarray([...family.reasons]), (seed, names) => {
        const found = gap(family, seed, (n) => algebraOf(n, names.map((text) => cited(text)!)));
        if (found) {
          assert.ok(
            found.error <= (family.exact ? 0 : ROUNDING),
            `off by ${found.error} under ${names.join(", ")}: ${found.text}`,
          );
        }
      }),
      { numRuns: 400, seed: 16 },
    );
  });
}
