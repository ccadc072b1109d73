import assert from "node:assert/strict";
import { answer as elbo } from "lib/elbo/questions.ts";
import { answer as flow } from "lib/flow/questions.ts";
import { answer as gan } from "lib/gan/questions.ts";
import { answer as simsiam } from "lib/simsiam/questions.ts";
import { richText } from "lib/show/tex.ts";
import { inPart } from "./question.ts";

/** Answers that are written as formulas: read, typeset back, judged as functions are. */

type Answer = typeof gan;
const right: readonly [Answer, string, string][] = [
  [simsiam, "J", "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))"],
  [simsiam, "J", "1/2 tr(Wp' Wp W (X + Xprime) W') - tr(Wp W X W') + 1/2 tr(W (X + Xprime) W')"],
  [simsiam, "dWp", "W X W' - Wp W (X + Xprime) W'"],
  [simsiam, "dWp", "F12' - Wp F1"],
  [simsiam, "dWp", "-d(1/2 tr(Wp' Wp F1) - tr(Wp F12), Wp)"],
  [simsiam, "dW", "-((Wp' Wp + I) W Xprime + (Wp - I)' (Wp - I) W X)"],
  [simsiam, "dW", "(Wp + Wp^T) W X - (Wp^T Wp + I) W (X + Xprime)"],
  [simsiam, "H", "kron(Xprime, Wp' Wp + I) + kron(X, Wt' Wt)"],
  [simsiam, "H", "kron(X + Xprime, Wp' Wp) - kron(X, Wp + Wp') + kron(X, I) + kron(Xprime, I)"],
  [simsiam, "normBound", "exp(-lambda0 t) norm0"],
  [simsiam, "dWwithoutPredictor", "-2 W Xprime"],
  [gan, "A", "[1, alpha; -alpha, 1]"],
  [gan, "growth", "sqrt(1 + alpha^2)"],
  [elbo, "bias", "elbo - logPx"],
  [elbo, "breakEven", "encoderParameters / perInstance"],
];

for (const [answer, name, text] of right) {
  Deno.test(`written: ${name} = ${text}`, () => {
    const verdict = answer(name, () => text);
    assert.equal(verdict.status, "holds", verdict.feedback!);
    assert.match(verdict.feedback!, /^You wrote \$/);
    richText(verdict.feedback!);
  });
}

Deno.test("written: the formula is typeset back, so that a slip is seen", () => {
  assert.ok(
    gan("growth", () => "sqrt(1 + alpha^2)").feedback!.startsWith("You wrote $\\sqrt{1 + \\alpha^2}$. "),
  );
  const slip = simsiam("dWp", () => "W X W' + Wp W (X + Xprime) W'");
  assert.equal(slip.status, "almost");
  assert.match(
    slip.feedback!,
    /^You wrote \$W X W\^\\top \+ W_p W \(X \+ X'\) W\^\\top\$\. One sign is turned/,
  );
});

const wrong: readonly [Answer, string, string, string, RegExp][] = [
  [simsiam, "dWp", "W X W' - Wp W (X + Xprim) W'", "keep working", /expected a name .*▸Xprim◂/],
  [simsiam, "dWp", "W X - Wp W", "keep working", /expected|Expected/],
  [simsiam, "dWp", "W X W' - Wp W (X + Xprime W'", "keep working", /closing/],
  [simsiam, "dWp", "", "keep working", /a formula/],
  [simsiam, "dWp", "J = 3", "keep working", /▸=◂/],
  [simsiam, "dW", "2 W Xprime", "almost", /Two slips at once/],
  [simsiam, "J", "W", "keep working", /Expected a number/],
  [simsiam, "H", "kron(X, Wp' Wp + I) + kron(Xprime, Wt' Wt)", "almost", /changed places/],
  [simsiam, "normBound", "exp(lambda0 t) norm0", "almost", /sign|grows|growth|way|exponent/],
  [gan, "A", "[1, alpha; alpha, 1]", "almost", /./],
  [gan, "growth", "1 + alpha^2", "almost", /squared norm/],
  // known by its values where it has some on this year's instances, else by its form
  [gan, "growth", "sqrt(1 - alpha^2)", "almost", /sign was lost|sign is turned|signs inside are off/],
  [gan, "growth", "alpha".repeat(3000), "keep working", /at most/],
  [gan, "growth", "constructor", "keep working", /a name/],
  [gan, "stationaryPoint", "[0, 0]", "keep working", /./],
  [elbo, "bias", "logPx - elbo", "almost", /sign/],
  [flow, "integrand", "logPx(F(u)) + logAbsDetF(u)", "almost", /missing/],
];

for (const [answer, name, text, status, says] of wrong) {
  Deno.test(`written: ${name} = ${text.slice(0, 40)} is ${status}`, () => {
    const verdict = answer(name, () => text);
    assert.equal(verdict.status, status, verdict.feedback!);
    assert.match(verdict.feedback!, says);
    const asked = answer.questions.find((question) => question.name === name)!;
    assert.equal(verdict.points, status === "almost" ? inPart(asked) : 0);
    richText(verdict.feedback!);
  });
}

Deno.test("written: what is not there yet is told that a formula will do", () => {
  const verdict = gan("growth", () => undefined);
  assert.equal(verdict.status, "not answered");
  assert.match(verdict.feedback!, /A formula, written as a text, will do/);
});
