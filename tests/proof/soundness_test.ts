import assert from "node:assert/strict";
import { difference as apart, type Value } from "lib/math/difference.ts";
import { rationals } from "lib/math/exact.ts";
import { random } from "lib/math/random.ts";
import fc from "fast-check";
import { notation } from "lib/proof/notation.ts";
import { Algebra, type Rule } from "lib/proof/normal/algebra.ts";
import { treeOf } from "lib/proof/normal/back.ts";
import { normalForm } from "lib/proof/normal/form.ts";
import { logarithm } from "lib/proof/normal/functions.ts";
import { add, asAtom, type Atom, collect, number, one, type Sum } from "lib/proof/normal/sum.ts";
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
    if (cause instanceof RangeError && /size of I|size \w+ can know/.test(cause.message)) return undefined;
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

const swap = (a: Atom, word: readonly Atom[], algebra: Algebra): Sum | undefined =>
  a.kind === "trace" ? algebra.traceOf(word, a.size) : undefined;

/** Reasons that say something false, each by the family in which it must be found out. */
const broken: Readonly<Record<string, readonly [family: number, Rule]>> = {
  "(A B)′ = A′ B′ where shapes allow": [0, {
    atom: (a, algebra) =>
      a.kind === "transposed" && a.word.length > 1 && a.word.every(({ rows, cols }) => rows === cols)
        ? algebra.product(a.word.map((letter) => algebra.transpose(one(letter))))
        : undefined,
  }],
  "a trace read backwards": [0, {
    atom: (a, algebra) =>
      a.kind === "trace" && a.word.length > 1 && a.word[0].key > a.word.at(-1)!.key &&
        a.word.every(({ rows, cols }) => rows === cols)
        ? swap(a, [...a.word].reverse().map((letter) => letter), algebra)
        : undefined,
  }],
  "a trace without the transpose inside": [0, {
    atom: (a, algebra) =>
      a.kind === "trace" && a.word.length > 1 && a.word[0].kind === "transposed" &&
        a.word[0].rows === a.word[0].cols && a.word[0].word.length === 1
        ? swap(a, [a.word[0].word[0], ...a.word.slice(1)], algebra)
        : undefined,
  }],
  "every matrix is symmetric": [0, {
    atom: (a) =>
      a.kind === "transposed" && a.rows === a.cols && a.word.length === 1 ? one(a.word[0]) : undefined,
  }],
  "‖a‖ = a′a": [0, {
    atom: (a, algebra) =>
      a.kind === "apply" && a.name === "norm" && a.args[0].cols === 1
        ? algebra.multiply(algebra.transpose(a.args[0]), a.args[0])
        : undefined,
  }],
  "E of a product is the product of the E": [0, {
    atom(a, algebra) {
      if (a.kind !== "bind" || a.binder !== "E" || a.body.terms.length !== 1) return undefined;
      const { word, powers } = a.body.terms[0];
      if (word.length !== 2 || powers.length > 0) return undefined;
      return algebra.product(word.map((letter) => algebra.bind("E", a.names, one(letter))));
    },
  }],
  "stacked columns without the transpose": [0, {
    word(word, algebra) {
      const [kron, vec] = word.slice(-2);
      if (kron?.kind !== "apply" || vec?.kind !== "apply" || kron.name !== "kron" || vec.name !== "vec") {
        return undefined;
      }
      const [P, Q] = kron.args;
      const folded = algebra.apply("vec", [algebra.product([Q, vec.args[0], P])]);
      return algebra.product([...word.slice(0, -2).map(one), folded]);
    },
  }],
  "the derivative of one factor only": [0, {
    atom(a, algebra) {
      if (a.kind !== "derivative" || a.body.terms.length !== 1 || a.by.rows !== 1) return undefined;
      const [{ powers, word }] = a.body.terms;
      if (word.length > 0 || powers.length < 2) return undefined;
      const [first, ...rest] = powers.map(({ atom: x, exponent }) => algebra.power(one(x), number(exponent)));
      return algebra.product([algebra.derivative(first, a.by), ...rest]);
    },
  }],
  "log of a sum": [1, {
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "log" || a.args[0].terms.length < 2) return undefined;
      const parts = a.args[0].terms.map((t) => logarithm(algebra, collect(a, [t])));
      return add(parts[0], ...parts.slice(1));
    },
  }],
  "log of a power without its exponent": [1, {
    atom(a, algebra) {
      const [only, more] = a.kind === "apply" && a.name === "log" ? a.args[0].terms : [];
      if (!only || more || only.powers.length !== 1 || only.powers[0].exponent < 2) return undefined;
      return logarithm(algebra, one(only.powers[0].atom));
    },
  }],
  "Bayes without the evidence": [1, {
    atom: (a, algebra) =>
      a.kind === "apply" && a.name === "lik"
        ? algebra.multiply(
          algebra.apply("post", a.args),
          algebra.power(algebra.apply("prior", a.args), number(-1)),
        )
        : undefined,
  }],
  "E log = log E": [1, {
    atom(a, algebra) {
      const inner = a.kind === "bind" && a.binder === "E" ? asAtom(a.body) : undefined;
      if (a.kind !== "bind" || inner?.kind !== "apply" || inner.name !== "log") return undefined;
      return logarithm(algebra, algebra.bind("E", a.names, inner.args[0]));
    },
  }],
  "e^{a + b} = e^a + e^b": [1, {
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "exp" || a.args[0].terms.length < 2) return undefined;
      const parts = a.args[0].terms.map((t) => algebra.apply("exp", [collect(a, [t])]));
      return add(parts[0], ...parts.slice(1));
    },
  }],
  "a density without the determinant": [2, {
    atom: (a, algebra) =>
      a.kind === "apply" && a.name === "pF"
        ? algebra.apply("pU", [algebra.apply("Finv", a.args)])
        : undefined,
  }],
  "the determinant of the inverse is the determinant": [2, {
    atom: (a, algebra) =>
      a.kind === "apply" && a.name === "detInv"
        ? algebra.apply("det", [algebra.apply("Finv", a.args)])
        : undefined,
  }],
  "dx = du": [2, {
    atom(a, algebra) {
      if (a.kind !== "bind" || a.binder !== "integral" || !a.names[0].startsWith("x")) return undefined;
      const name = algebra.fresh("u");
      return algebra.bind(
        "integral",
        [name],
        algebra.substitute(a.body, a.names[0], algebra.apply("F", [algebra.symbol(name)])),
      );
    },
  }],
};
for (const [name, [index, rule]] of Object.entries(broken)) {
  Deno.test(`mutant: the law finds out “${name}”`, () => {
    const family = families[index];
    const found = Array.from({ length: 3000 }, (_, seed) => seed).some((seed) => {
      const gapped = gap(family, seed, (n) => new Algebra(n, [rule]));
      return gapped !== undefined && !(gapped.error <= (family.exact ? 0 : ROUNDING));
    });
    assert.ok(found, "no random formula told it from the truth");
  });
}
