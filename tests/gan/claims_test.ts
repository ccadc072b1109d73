import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { variant } from "lib/course/year.ts";
import { answer } from "lib/gan/questions.ts";
import { claims } from "lib/gan/claims.ts";
import { misconceptions } from "lib/gan/misconceptions.ts";
import { type Form, lettered, testAnswers, testClaims } from "../proof/question.ts";

testClaims("question 4", claims, {
  asked: ["4.1", ...lettered("4.2", "abcde"), ...lettered("4.3", "abcdjkl")],
  further: lettered("4.3", "efghimnopq"),
});

Deno.test("law: a prefix selects its own claims, in the ledger's order, and what goes further only when asked", () => {
  const asked = claims.entries.filter(({ id, further }) => id.startsWith("4.3") && !further);
  assert.deepEqual(claims("4.3").map(({ id }) => id), asked.map(({ id }) => id));
  assert.deepEqual(claims("4.3.e", { further: true }).map(({ id }) => id), ["4.3.e"]);
});

const spiral = (a: number) => ({
  kind: "spiral outwards",
  turn: Math.abs(Math.atan(a)),
  factor: Math.sqrt(1 + a * a),
});

/** Solutions in many forms: other loops, other arrays, tensors, any order. */
const rightForms: Readonly<Record<string, readonly Form[]>> = {
  A: [
    () => (a: number) => [[1, a], [-a, 1]],
    () =>
      function named(rate: number) {
        return [Float64Array.of(1, rate), Float64Array.of(-rate, 1)];
      },
    () => (a: number) => tf.tensor2d([[1, a], [-a, 1]]),
    () => (a: number) => {
      const rows: number[][] = [];
      for (let i = 0; i < 2; i++) rows.push([0, 1].map((j) => i === j ? 1 : i < j ? a : -a));
      return rows;
    },
    () => (a: number) => Object.assign([[new Number(1), a], [-a, 1]], { note: "extra" }),
  ],
  stationaryPoint: [
    () => [0, 0],
    () => new Float32Array(2),
    () => [-0, 0],
    () => [0n, 0n],
    () => tf.zeros([2]),
    () => [[0], [0]],
  ],
  eigenvaluesOfA: [
    () => (a: number) => [{ re: 1, im: a }, { re: 1, im: -a }],
    () => (a: number) => [{ re: 1, im: -a }, { re: 1, im: a }],
    () => (a: number) => [-1, 1].map((s) => ({ re: 1, im: s * Math.abs(a), name: "extra" })),
    () => (a: number) => [1, -1].map((s) => ({ re: 2 / 2, im: s * Math.sqrt(4 * (1 + a * a) - 4) / 2 })),
    () => (a: number) => a === 0 ? [1, 1] : [{ re: 1, im: a }, { re: 1, im: -a }],
  ],
  growth: [
    () => (a: number) => Math.sqrt(1 + a * a),
    () => (a: number) => Math.hypot(1, a),
    () => (a: number) => 1 / Math.cos(Math.atan(a)),
    () => (a: number) => Math.exp(0.5 * Math.log1p(a ** 2)),
    () => (a: number) => [Math.sqrt(1 + a * a)],
    () => (a: number) => new Number((1 + a * a) ** 0.5),
  ],
  fate: [
    () => (a: number) => ({
      kind: a ? "spiral outwards" : "rest",
      turn: Math.atan(a),
      factor: Math.hypot(1, a),
    }),
    () => (a: number) => a === 0 ? { kind: "rest", turn: 0, factor: 1 } : spiral(a),
    () => (a: number) => ({ ...(a ? spiral(a) : { kind: "rest", turn: -0, factor: 1n }), note: "extra" }),
    () => (a: number) => ({
      kind: new String(a ? "spiral outwards" : "rest"),
      turn: -Math.atan2(a, 1),
      factor: 1 / Math.cos(Math.atan(a)),
    }),
    () => (a: number) => ({
      kind: ["rest", "spiral outwards"][Math.sign(a * a)],
      turn: [Math.acos(1 / Math.hypot(1, a))],
      factor: new Number(Math.hypot(1, a)),
    }),
  ],
};

testAnswers({ answer, misconceptions, rightForms, least: () => 4 });

Deno.test("edge: an answer that changes its arguments, or its mind, is told so", () => {
  let calls = 0;
  const fickle = answer(
    "growth",
    () => (a: number) => calls++ === 0 ? Math.hypot(1, a) : Math.hypot(1, a) + (calls > 200 ? 1 : 0),
  );
  assert.equal(fickle.status, "keep working");
  assert.match(fickle.feedback!, /two different values/);
});

Deno.test("edge: a root of a negative number, a pair for a complex number, a rounded entry are told as such", () => {
  const root = (a: number) => [1, -1].map((sign) => ({ re: 1, im: sign * Math.sqrt(-a * a) }));
  assert.match(
    answer("eigenvaluesOfA", () => root).feedback!,
    new RegExp(`For \\$\\\\alpha = ${variant("4").alpha}\\$ it gives NaN.*negative`),
  );
  assert.match(
    answer("growth", () => (a: number) => Math.sqrt(1 + a ** 1.5 * Math.sqrt(a))).feedback!,
    /alpha = -.*NaN.*either sign/,
  );
  const pairs = (a: number) => [[1, a], [1, -a]];
  assert.match(answer("eigenvaluesOfA", () => pairs).feedback!, /one entry is .*list/);
  const rounded = (a: number) => [[1, a], [-a, 1 - 1e-9]];
  assert.match(answer("A", () => rounded).feedback!, /Right to (8|9) digits and no further/);
});

Deno.test("law: no feedback gives the answer away", () => {
  const wrong = [() => (a: number) => [[1, a], [-a, 2]], () => (a: number) => [[7, a], [3, 1]]];
  for (const form of wrong) assert.doesNotMatch(answer("A", form).feedback!, /-\\?alpha|1 \+|\[\[/);
  for (const { says } of Object.values(misconceptions).flat()) {
    assert.doesNotMatch(says, /1 \\pm i|\\sqrt\{1 \+|\(0, 0\)|arctan|atan/);
  }
});

Deno.test("edge: a number cut to some decimals, and a ^ in code, are named", () => {
  const cut = answer("growth", () => (alpha: number) => Number(Math.hypot(1, alpha).toFixed(3)));
  assert.equal(cut.status, "almost");
  assert.match(cut.feedback!, /^It is rounded/);
  const caret = answer("growth", () => (alpha: number) => Math.sqrt(1 + alpha ^ 2));
  assert.equal(caret.status, "keep working");
  assert.match(caret.feedback!, /In code `\^` is no power/);
  // learning rates have three decimals themselves
  assert.doesNotMatch(answer("growth", () => (alpha: number) => 1 + alpha).feedback!, /rounded/);
});
