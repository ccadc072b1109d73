import assert from "node:assert/strict";
import { notation, type NotationSpec } from "lib/proof/notation.ts";
import { step, steps } from "lib/proof/steps.ts";
import { parse } from "lib/proof/parse.ts";
import { valued } from "lib/proof/strength.ts";
import { says, wider } from "lib/proof/wider.ts";
import { answer as elbo } from "lib/elbo/questions.ts";
import { answer as flow } from "lib/flow/questions.ts";
import { answer as gan } from "lib/gan/questions.ts";
import { type MaskKind, pictureOf, receptiveField } from "lib/masked_conv/mod.ts";
import { answer as masked } from "lib/masked_conv/questions.ts";
import { setting, targetName } from "lib/masked_conv/setting.ts";
import { answer as simsiam } from "lib/simsiam/questions.ts";

/** Slips that no single edit makes: each is named for what it is, and nothing is named that shows nothing. */

type Judge = typeof gan;
const { grid } = setting;
const field = (...masks: [MaskKind, MaskKind]) => pictureOf(receptiveField({ ...setting, masks }));
const named: readonly (readonly [Judge, string, unknown, RegExp])[] = [
  // something that is given stands where it does not belong, or is taken for something else
  [
    simsiam,
    "normBound",
    (t: number, { lambda0, norm0 }: Record<string, number>) => lambda0 * Math.exp(-norm0 * t),
    /changed places/,
  ],
  [simsiam, "J", "tr(W Xprime W')", /does not enter as it should/],
  [simsiam, "dWwithoutPredictor", "-2 tr(Xprime) W", /./],
  [elbo, "breakEven", "encoderParameters / (perInstance + 1)", /one/],
  [
    elbo,
    "cost",
    ({ n, steps }: Record<string, number>) => ({ instance: n ** steps, amortised: n }),
    /operation/,
  ],
  // another point, an exponential too many
  [
    flow,
    "reverseObjective",
    // deno-lint-ignore no-explicit-any
    (us: any[], { logPu, forward, logAbsDet, logPx }: any) =>
      us.reduce((s, u) => s + logPu(u) - logAbsDet(forward(u)) - logPx(forward(u)), 0) / us.length,
    /log-determinant is off/,
  ],
  // two at once
  [simsiam, "dWp", "W (X + Xprime) W' (I - Wp)", /^You wrote .*Two slips at once/],
  [elbo, "bias", ({ logPx, elbo }: Record<string, number>) => Math.log(elbo / logPx), /Two slips at once/],
  [gan, "A", (a: number) => [[a, 1], [1, a]], /Two slips at once/],
  [elbo, "breakEven", "(encoderParameters + 1) / (perInstance + 1)", /Two slips at once, such as these/],
  [simsiam, "J", "1/2 (tr(Wp' F12 Wp) - 2 tr(Wp F12) + tr(F12))", /Two slips at once/],
  [gan, "growth", "sqrt(1 + 2 alpha)", /Two slips at once/],
  // a bracket that ends too early, or a function taken term by term
  [flow, "integrand", "exp(logPx(F(u)) + logAbsDetF(u)) (logPx(F(u)) + logAbsDetF(u)) - logPu(u)", /bracket/],
  [simsiam, "normBound", "norm0 exp(-lambda0) t", /bracket/],
  // a function mistaken wherever it stands
  [
    flow,
    "integrand",
    // deno-lint-ignore no-explicit-any
    (u: number, { logPx, logPu, F, logAbsDetF }: any) => {
      const weight = logPx(F(u)) + Math.exp(logAbsDetF(u));
      return Math.exp(weight) * (weight - logPu(u));
    },
    /logarithm or an exponential/,
  ],
  [simsiam, "normBound", "sqrt(norm0) exp(-2 lambda0 t)", /Two slips at once/],
  [
    flow,
    "forwardObjective",
    // deno-lint-ignore no-explicit-any
    (xs: any[], { logPu, inverse, logAbsDetInverse }: any) =>
      xs.reduce((s, x) => s + (logPu(inverse(x)) + logAbsDetInverse(x)) ** 2, 0) / xs.length,
    /squared|exponent/,
  ],
  // matrices: another function, a square, a factor or a term that is given and does not belong
  [simsiam, "J", "1/2 (det(Wp' Wp F1) - 2 det(Wp F12) + det(F1))", /function|Two slips/],
  [simsiam, "dWp", "W X W' - Wp W (X + Xprime)^2 W'", /exponent/],
  [simsiam, "dWp", "F12 - Wp Wp' F1", /does not belong/],
  [simsiam, "dWp", "W X W' - Wp W (X + Xprime) W' + I", /one too many/],
  [simsiam, "H", "kron(inv(Xprime), Wp' Wp + I) + kron(X, Wt' Wt)", /inverse/],
  [simsiam, "H", "inv(kron(Xprime, Wp' Wp + I) + kron(X, Wt' Wt))", /inverse/],
  [elbo, "breakEven", "100 encoderParameters / perInstance", /constant factor/],
  [
    flow,
    "reverseObjective",
    // deno-lint-ignore no-explicit-any
    (us: any[], { logPu, forward, logAbsDet, logPx }: any) =>
      us.reduce((s, u) => s + logPu(u) - logAbsDet(u) * logPx(forward(u)), 0) / us.length,
    /operation/,
  ],
  // one minus it
  [
    elbo,
    "gapTerm",
    (q: number[]) => -q.reduce((s, w) => w > 0 ? s + (1 - w) * Math.log(w) : s, 0),
    /One minus/,
  ],
  // a root that has no value everywhere
  [gan, "growth", "sqrt(1 + alpha)^2", /parts of the eigenvalue are added/],
  // how terms are gathered, what is rounded, what weighs twice, where a function is asked
  [elbo, "gapTerm", (q: number[]) => -Math.min(...q.map((w) => w > 0 ? w * Math.log(w) : 0)), /largest/],
  [elbo, "excess", ({ elboInstance, elboAmortised }: Record<string, number>) => ({
    larger: "amortised",
    by: Math.round(100 * (elboInstance - elboAmortised)) / 100,
  }), /rounded/],
  [
    flow,
    "reverseObjective",
    // deno-lint-ignore no-explicit-any
    (us: any[], { logPu, forward, logAbsDet, logPx }: any) =>
      us.reduce((s, u) => s + Math.exp(logAbsDet(u)) * (logPu(u) - logAbsDet(u) - logPx(forward(u))), 0) /
      us.length,
    /weighed/,
  ],
  [simsiam, "dWwithoutPredictor", "-2 W W' W Xprime", /does not belong|too many/],
  // a known slip, and one more
  [flow, "integrand", "exp(logPu(u)) (logPu(u) - logPx(F(u)) + logAbsDetF(u))", /Two slips.*weight.*sign/],
  [gan, "A", "[1, alpha; alpha, 1 - alpha^2]", /wrong sign, and one term does not belong/],
  [simsiam, "dWwithoutPredictor", "2 Xprime W'", /Two slips.*transposed.*climb|Two slips.*transposed.*grow/],
  [gan, "eigenvaluesOfA", (a: number) => [{ re: a, im: 0 }, { re: -a, im: 0 }], /imaginary unit is lost/],
  [gan, "eigenvaluesOfA", (a: number) => [1, -1].map((s) => ({ re: 1 + s * a ** 3, im: 0 })), /is the trace/],
  [gan, "A", (a: number) => [[1, a], [-a, 1 + a * a]], /one term does not belong/],
  // pictures that no field looks like
  [masked, "fieldBA", field("B", "A").with(-1, "1".repeat(grid)), RegExp(`comes after ${targetName}`)],
  [masked, "fieldAA", field("A", "A").with(0, `1${"0".repeat(grid - 2)}1`), /hole/],
];

Deno.test("slips: what is wider than one edit is named", () => {
  for (const [answer, name, form, words] of named) {
    const { status, feedback } = answer(name, () => form);
    assert.equal(status, "almost", `${name}: ${feedback}`);
    assert.match(feedback!, words, name);
  }
});

Deno.test("law: what is like nothing that is known gets no name", () => {
  const unlike: readonly (readonly [typeof gan, string, unknown])[] = [
    [gan, "growth", (a: number) => Math.atan(a) + 3],
    [gan, "A", (a: number) => [[1 - a, 1], [1, 1 - a]]],
    [elbo, "gapTerm", (q: number[]) => q.reduce((sum, w, i) => sum + w * i, 0)],
    [elbo, "breakEven", "log(encoderParameters) / log(perInstance) + 7"],
    [
      elbo,
      "cost",
      ({ n, steps }: Record<string, number>) => ({ instance: n * steps, amortised: (n + 1) >> 1 }),
    ],
  ];
  for (const [answer, name, form] of unlike) {
    const { status, feedback } = answer(name, () => form);
    assert.equal(status, "keep working", `${name}: ${feedback}`);
  }
});

Deno.test("mutant: the mean of sizes is no objective", () => {
  // deno-lint-ignore no-explicit-any
  const sizes = (xs: any[], { logPu, inverse, logAbsDetInverse }: any) =>
    xs.reduce((s, x) => s + Math.abs(logPu(inverse(x)) + logAbsDetInverse(x)), 0) / xs.length;
  assert.notEqual(flow("forwardObjective", () => sizes).status, "holds");
});

Deno.test("law: wider slips hold something that is given, and each kind has its sentence", () => {
  const made = notation({ symbols: { a: "scalar", b: "scalar", M: "n x n" } });
  const kinds = new Set<string>();
  for (const text of ["a exp(-b)", "a (b + 1)", "tr(M' M) a / b", "[a, b; -b, 1]"]) {
    for (const { tree, kind } of wider(parse(text, made), made)) {
      kinds.add(kind);
      assert.match(says[kind], /[.?]$/);
      // shapes fit: it has a value wherever the numbers allow one
      valued(tree, made, { a: 1.5, b: 0.5, M: [[1, 2], [3, 4]] });
    }
  }
  for (const kind of ["shift", "operation", "throughout", "exchange", "entry", "bracket", "stranger"]) {
    assert.ok(kinds.has(kind), kind);
  }
});

Deno.test("input: two names that read alike are refused", () => {
  const scalars = (...names: string[]) => Object.fromEntries(names.map((name) => [name, "scalar"]));
  const wrong: NotationSpec[] = [
    { symbols: scalars("X1", "X_1") },
    { symbols: scalars("alpha", "beta"), tex: { beta: "\\alpha" } },
    { symbols: scalars("Xprime", "Y"), tex: { Y: "X'" } },
    { symbols: scalars("e") },
    { symbols: scalars("a"), definitions: { b: "2 a" }, tex: { b: "a" } },
  ];
  for (const spec of wrong) {
    assert.throws(() => notation(spec), /Cannot make a notation: expected a name that reads otherwise than/);
  }
});

Deno.test("edge: what does not move has slope 0 by the product rule, and a comparison says since when", () => {
  const made = notation({
    symbols: { H: "n x n symmetric", w: "n", w0: "n", lambda0: "scalar", t: "scalar" },
    dynamics: { "d(w, t)": "-H w" },
    starts: { w0: "w" },
  });
  const still = notation({ symbols: { A: "n x n", t: "scalar" } });
  const [above, below] = ["d(t A, t)", "A"].map((text) => parse(text, still));
  assert.equal(step({ above, below, relation: "=", notation: still }, ["product rule"]).step, "follows");
  const [, last] = steps(
    [{ line: "w' w" }, { line: "exp(-2 lambda0 t) w0' w0", by: "comparison", relation: "≤" }],
    made,
  );
  assert.match(last.conditions!.join(), /t ≥ 0/);
});

Deno.test("law: a fraction turned round is algebra, and a trace of a number may be turned round", () => {
  const made = notation({ symbols: { a: "scalar", b: "scalar", c: "scalar", f: "n", g: "n", W: "n x n" } });
  const of = (above: string, below: string, by: readonly string[] = []) =>
    steps([{ line: above }, { line: below, by }], made)[1].step;
  assert.equal(of("a b / c", "b / (c / a)"), "algebra");
  assert.equal(of("a b / c", "b (a / c)"), "repeats");
  assert.equal(of("tr(f' W' g)", "tr(g' W f)", ["trace of a transpose"]), "follows");
  assert.equal(of("f' W' g", "g' W f", ["trace of a transpose"]), "unsupported");
});
