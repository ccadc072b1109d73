import assert from "node:assert/strict";
import { answer as elbo } from "lib/elbo/questions.ts";
import { answer as flow } from "lib/flow/questions.ts";
import { answers, isProof } from "lib/proof/answer.ts";
import { citedIn } from "lib/proof/reasons/mod.ts";
import { answer as simsiam } from "lib/simsiam/questions.ts";

import {
  expanded,
  first51,
  first53,
  last51,
  last53,
  means,
  right,
  split,
  traces,
  trick,
} from "./right_proofs.ts";
import { wrong } from "./wrong_proofs.ts";

/** What the points of the wrong proofs are counted in, whatever a proof is worth this year. */
const worth: Readonly<Record<string, number>> = { proof11: 3, proof31: 4, proof51: 3, proof53: 3 };
const judge = answers(
  ...[elbo, flow, simsiam].flatMap(({ questions }) => questions.filter(isProof)).map((question) => ({
    ...question,
    points: worth[question.name],
    shares: { almost: 0.5, line: 0.5 },
  })),
);
const answerOf = (name: string, lines: unknown) => judge(name, () => lines);

for (const [name, forms] of Object.entries(right)) {
  Deno.test(`${name}: ${forms.length} right proofs hold`, () => {
    for (const [k, lines] of forms.entries()) {
      const verdict = answerOf(name, lines);
      assert.equal(verdict.status, "holds", `form ${k + 1}: ${verdict.feedback}`);
      assert.equal(verdict.points, verdict.maxPoints);
    }
  });
}

for (const [name, proofs] of Object.entries(wrong)) {
  Deno.test(`${name}: ${proofs.length} wrong proofs fail, each with its line`, () => {
    for (const [k, [says, points, lines]] of proofs.entries()) {
      const verdict = answerOf(name, lines);
      assert.notEqual(verdict.status, "holds", `wrong ${k + 1}`);
      assert.match(verdict.feedback!, says, `wrong ${k + 1}`);
      assert.ok(verdict.points! <= points, `wrong ${k + 1} earns ${verdict.points}`);
    }
  });
}

Deno.test("law: one text may name several reasons, and a reason by its other usual name", () => {
  const last = (by: string) =>
    simsiam("proof51", () => [
      [first51],
      ["1/2 E(f1, f2, (Wp f1 - f2)' (Wp f1 - f2))", "norm as a product"],
      [expanded, "transpose of a product"],
      [traces, trick.join(" and ")],
      [means, "linearity of expectation"],
      [last51, by],
    ]);
  for (const by of ["definition of F1, F2 and F12", "definition of F1, definition of F2, F12"]) {
    assert.equal(last(by).status, "holds", last(by).feedback!);
  }
  for (const by of ["definition of F1, F2", "definition of F1, F2 and W", "definition of F1, F2, luck"]) {
    assert.notEqual(last(by).status, "holds", by);
  }
  const names = (text: string) => citedIn(text).map((one) => one.text);
  assert.deepEqual(names("Bayes' rule"), ["Bayes"]);
  assert.deepEqual(names("by Jensen’s inequality"), ["Jensen"]);
  assert.deepEqual(names("Norm as product, dynamics, substitution"), [
    "norm as a product",
    "the dynamics",
    "change of variables",
  ]);
  assert.deepEqual(names("logarithm of a quotient"), ["logarithm of a product"]);
  assert.deepEqual(names("log of a product, linearity of expectation"), split);
  for (const text of ["", ", ", "the rule", "blah", "Bayes and friends", "Bayesian inequality"]) {
    assert.deepEqual(names(text), [], text);
  }
});

Deno.test("law: a reader gets a reason in free words with its line and the one above", () => {
  const verdict = simsiam("proof53", () => [
    [first53],
    ["w' d(w, t)", "product rule"],
    ["-w' H w", "the dynamics"],
    [last53, "W is small", "≤"],
  ]);
  assert.deepEqual(verdict.reading, [`line 4: -w' H w ≤ ${last53} | W is small`]);
});

Deno.test("law: a broken line is told the kind of its slip, and not its place", () => {
  const slips: readonly (readonly [name: string, line: string])[] = [
    ["sign", "1/2 E(f1, f2, f1' Wp' Wp f1 + f1' Wp' f2 - f2' Wp f1 + f2' f2)"],
    ["transpose", "1/2 E(f1, f2, f1' Wp Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)"],
    ["factor", "1/2 E(f1, f2, 2 f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)"],
  ];
  for (const [name, line] of slips) {
    const verdict = simsiam("proof51", () => [
      [first51],
      [line, ["norm as a product", "transpose of a product"]],
      [last51, "cyclic trace"],
    ]);
    assert.equal(verdict.misconception, name, verdict.feedback!);
    assert.match(verdict.feedback!, /^Line 2 .*(sign is turned|transpose is missing|factor is off)/i);
  }
});
