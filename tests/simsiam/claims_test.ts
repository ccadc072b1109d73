import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { answer } from "lib/simsiam/questions.ts";
import { claims } from "lib/simsiam/claims.ts";
import { floats, matricesOver } from "lib/math/field.ts";
import * as L from "lib/math/linalg.ts";
import type { Matrix } from "lib/math/types.ts";
import { questionCases } from "lib/proof/answer.ts";
import { curvature, gradW, gradWp, objective } from "lib/simsiam/mod.ts";
import { type PairOf } from "lib/simsiam/expectation.ts";
import { misconceptions } from "lib/simsiam/misconceptions.ts";
import { type Form, lettered, testAnswers, testClaims } from "../proof/question.ts";

testClaims("question 5", claims, {
  asked: [
    ...[...lettered("5.0", "abcd"), ...lettered("5.1", "abcdefg"), ...lettered("5.2", "abc")],
    ...[...lettered("5.3", "abcdefghijklmnoprstuvwy"), ...lettered("5.4", "abcdefg"), "5.5.a", "5.5.d"],
  ],
  further: ["5.3.q", "5.3.z", "5.5.b", "5.5.c"],
});

Deno.test("law: what the assignment prints wrongly comes with the counterexample that refutes it", () => {
  const printed = claims.entries.filter(({ id }) => /5\.3\.[np]/.test(id)).map((e) => e.judge());
  assert.equal(printed.length, 2);
  for (const { id, refutedBy } of printed) assert.ok(refutedBy !== undefined, id);
});

interface Point {
  W: Matrix;
  Wp: Matrix;
  X: Matrix;
  Xprime: Matrix;
}
const M = matricesOver(floats);
const negative = (A: Matrix) => M.scale(-1, A);
const tensor = (A: Matrix) => tf.tensor2d(A.map((row) => [...row]));
const typed = (A: Matrix) => A.map((row) => Float64Array.from(row));

const line = (because: string, value: (at: never) => unknown, relation = "=") => ({
  because,
  value,
  relation,
});
type Expansion = Point & { pairs: readonly PairOf<number>[] };
const mean = (
  pairs: readonly PairOf<number>[],
  f: (x1: readonly number[], x2: readonly number[]) => number,
) => pairs.reduce((sum, { x1, x2, weight }) => sum + weight * f(x1, x2), 0);
const squared = line(
  "definition",
  ({ pairs, W, Wp }: Expansion) =>
    mean(pairs, (x1, x2) => L.norm(L.apply(Wp, L.apply(W, x1)).map((y, i) => y - L.apply(W, x2)[i])) ** 2) /
    2,
);
const four = line("multiply out", ({ pairs, W, Wp }: Expansion) =>
  mean(pairs, (x1, x2) => {
    const f1 = L.apply(W, x1), f2 = L.apply(W, x2), p = L.apply(Wp, f1);
    return (L.dot(p, p) - L.dot(p, f2) - L.dot(f2, p) + L.dot(f2, f2)) / 2;
  }));
const traces = line("cyclic property", ({ pairs, W, Wp }: Expansion) =>
  mean(pairs, (x1, x2) => {
    const f1 = L.apply(W, x1), f2 = L.apply(W, x2);
    const cross = L.trace(L.matmul(Wp, L.outer(f1, f2)));
    return (L.trace(L.matmul(L.matmul(L.transpose(Wp), Wp), L.outer(f1, f1))) - 2 * cross +
      L.trace(L.outer(f2, f2))) / 2;
  }));
const moments = line("linearity", (at: Expansion) => objective(at));
type Descent = Point & { lambda0: number };
const w = ({ W }: Descent) => L.vec(W);
const rate = line(
  "chain rule",
  (at: Descent) => -L.trace(L.matmul(L.transpose(at.W), gradW({ ...at, stopGradient: false }))),
);
const form = line("vec", (at: Descent) => -L.dot(w(at), L.apply(curvature(at), w(at))));
const bound = line("smallest eigenvalue", (at: Descent) => -at.lambda0 * L.dot(w(at), w(at)), "≤");
const midway = line(
  "of which only X′ counts",
  ({ W, Wp, Xprime }: Descent) =>
    -M.trace(M.mul(M.transpose(W), M.add(M.mul(M.transpose(Wp), Wp), M.identity(Wp.length)), W, Xprime)),
  "≤",
);

/** Solutions in many forms: other formulas, other arrays, tensors. */
const rightForms: Readonly<Record<string, readonly Form[]>> = {
  J: [
    () => objective,
    () => (p: Point) => new Number(objective(p)),
    () => (p: Point) => [objective(p)],
    () => ({ W, Wp, X, Xprime }: Point) => {
      const form = (A: Matrix, S: Matrix) => M.trace(M.mul(A, S, M.transpose(A)));
      return (form(M.mul(Wp, W), Xprime) + form(W, Xprime) + form(M.sub(M.mul(Wp, W), W), X)) / 2;
    },
    () => ({ W, Wp, X, Xprime }: Point) =>
      L.dot(L.vec(W), L.apply(curvature({ Wp, X, Xprime }), L.vec(W))) / 2,
    () => (p: Point) => tf.scalar(objective(p)),
  ],
  dWp: [
    () => (p: Point) => negative(gradWp(p)),
    () => (p: Point) => typed(negative(gradWp(p))),
    () => (p: Point) => tensor(negative(gradWp(p))),
    () => ({ W, Wp, X, Xprime }: Point) =>
      M.mul(M.sub(M.mul(W, X), M.mul(Wp, W, M.add(X, Xprime))), M.transpose(W)),
    () => ({ W, Wp, X, Xprime }: Point) =>
      // F₁₂ and its transpose are one matrix here
      M.sub(M.transpose(M.mul(W, X, M.transpose(W))), M.mul(Wp, W, M.add(X, Xprime), M.transpose(W))),
  ],
  dW: [
    () => (p: Point) => negative(gradW({ ...p, stopGradient: false })),
    () => (p: Point) => typed(negative(gradW({ ...p, stopGradient: false }))),
    () => (p: Point) => tensor(negative(gradW({ ...p, stopGradient: false }))),
    () => (p: Point) => negative(L.unvec(L.apply(curvature(p), L.vec(p.W)), p.W.length)),
    () => ({ W, Wp, X, Xprime }: Point) => {
      const C = M.add(X, Xprime), T = M.transpose(Wp);
      return M.sub(M.mul(M.add(T, Wp), W, X), M.add(M.mul(T, Wp, W, C), M.mul(W, C)));
    },
  ],
  H: [
    () => curvature,
    () => (p: Point) => typed(curvature(p)),
    () => (p: Point) => tensor(curvature(p)),
    () => (p: Point) => M.transpose(curvature(p)),
    () => ({ Wp, X, Xprime }: Point) => {
      const B = M.mul(M.transpose(Wp), Wp), I = M.identity(Wp.length);
      return M.sub(M.kron(M.add(X, Xprime), M.add(B, I)), M.kron(X, M.add(Wp, M.transpose(Wp))));
    },
  ],
  normBound: [
    () => (t: number, { lambda0, norm0 }: Bound) => Math.exp(-lambda0 * t) * norm0,
    () => (t: number, { lambda0, norm0 }: Bound) => norm0 / Math.exp(lambda0 * t),
    () => (t: number, { lambda0, norm0 }: Bound) => Math.sqrt(norm0 ** 2 * Math.exp(-2 * lambda0 * t)),
    () => (t: number, { lambda0, norm0 }: Bound) => [Math.E ** (-lambda0 * t) * norm0],
    () => (t: number, { lambda0, norm0 }: Bound) => new Number(Math.exp(Math.log(norm0) - lambda0 * t)),
  ],
  dWwithoutPredictor: [
    () => ({ W, Xprime }: Point) => M.scale(-2, M.mul(W, Xprime)),
    () => ({ W, Xprime }: Point) => typed(M.scale(-2, M.mul(W, M.transpose(Xprime)))),
    () => ({ W, Xprime }: Point) => tensor(M.scale(-2, M.mul(W, Xprime))),
    () => ({ W, Xprime }: Point) => M.mul(W, M.scale(-2, Xprime)),
    () => ({ W, Xprime }: Point) =>
      M.transpose(M.sub(M.zeros(Xprime.length, W.length), M.mul(M.scale(2, Xprime), M.transpose(W)))),
  ],
  survives: [
    () => ({ neither: false, stopGradientOnly: false, predictorOnly: false, both: true }),
    () => ({ both: true, neither: false, stopGradientOnly: false, predictorOnly: false, note: "extra" }),
    () => Object.freeze({ neither: false, stopGradientOnly: false, predictorOnly: false, both: true }),
    () => ({ neither: new Boolean(false), stopGradientOnly: false, predictorOnly: false, both: true }),
    () =>
      new (class {
        neither = false;
        stopGradientOnly = false;
        predictorOnly = false;
        both = true;
      })(),
  ],
  proof51: [
    () => [squared, four, traces, moments],
    () => [squared, four, four, traces, traces, moments].map((l, i) => ({ ...l, because: `step ${i}` })),
    () => [squared, traces, moments, { ...moments, because: "by definition of the moments" }],
    () => [squared, four, moments, { ...moments, because: "the middle terms are equal" }],
    () => [squared, four, traces, moments].map((l) => ({ ...l, relation: undefined })),
  ],
  proof53: [
    () => [rate, form, bound],
    () => [rate, { ...form, because: "regroup" }, form, bound],
    () => [rate, { ...form, relation: "≤" }, bound],
    () => [rate, { ...form, tex: "-w^\\top H w" }, { ...bound, because: "Rayleigh quotient" }],
    () => [{ ...rate, because: "given" }, form, bound, {
      ...bound,
      relation: "=",
      because: "the same again",
    }],
  ],
};
interface Bound {
  lambda0: number;
  norm0: number;
}

/** Broken in ways of these questions' own. */
const brokenForms: readonly Form[] = [
  () => ({ neither: 0, stopGradientOnly: 0, predictorOnly: 0, both: 1 }),
];

testAnswers({
  answer,
  misconceptions,
  rightForms,
  brokenForms,
  // four yes or no: a name for a wrong one would tell the right one by elimination
  least: ({ name }) => name === "survives" ? 0 : 4,
  // nothing at first, then off by the misconception's gap
  proofWith: (wrong) => {
    const gap = wrong.answer as (at: never) => number;
    const values = [() => 0, gap, gap, gap];
    return values.map((value, k) => ({ because: `step ${k + 1}`, value }));
  },
});

Deno.test("edge: an answer that changes its arguments still holds, and is told so", () => {
  const verdict = answer("dW", () => (p: { W: number[][] } & Point) => {
    const right = negative(gradW({ ...p, stopGradient: false }));
    p.W[0][0] = 7;
    return right;
  });
  assert.equal(verdict.status, "holds");
  assert.match(verdict.feedback!, /changes its arguments/);
});

Deno.test("law: a proof may stop at a weaker bound on its way, and is stopped where a line does not follow", () => {
  // ≤ goes through midway only where the bound still lies above it
  assert.equal(answer("proof53", () => [rate, form, midway, bound]).status, "keep working");
  const short = answer("proof53", () => [rate, bound]);
  assert.match(short.feedback!, /at least 3 lines/);
  assert.match(answer("proof53", () => [rate, form, { ...bound, relation: "≥" }]).feedback!, /relation “≥”/);
  assert.match(
    answer("proof51", () =>
      [four, four, traces, four].map((l, i) => ({
        ...l,
        because: `${i}`,
        value: () => 1,
      }))).feedback!,
    /first line is not/,
  );
});

Deno.test("law: the worlds of the questions have unequal sizes, moments of the views, and exact slopes", () => {
  const question = answer.questions.find((q) => q.name === "dW")!;
  const cases = questionCases(question) as Expansion[];
  assert.ok(cases.filter(({ W }) => W.length !== W[0].length).length > 150);
  for (const at of cases.slice(0, 20)) {
    assert.ok(Math.abs(mean(at.pairs, () => 1) - 1) < 1e-12);
    assert.ok(L.eigenvaluesSymmetric(at.Xprime)[0] > -1e-12);
  }
});

Deno.test("law: no feedback gives the answer away", () => {
  const wrong: Record<string, () => unknown> = {
    J: () => () => 1,
    dWp: () => ({ Wp }: Point) => Wp,
    dW: () => ({ W }: Point) => W,
    H: () => ({ Wp, X }: Point) => L.identity(Wp.length * X.length),
    normBound: () => () => 1,
    dWwithoutPredictor: () => ({ W }: Point) => W,
    survives: () => ({ neither: true, stopGradientOnly: false, predictorOnly: false, both: true }),
  };
  const said = [
    ...Object.entries(wrong).map(([name, form]) => answer(name, form).feedback!),
    ...Object.values(misconceptions).flat().map(({ says }) => says),
  ];
  for (const words of said) {
    assert.doesNotMatch(words, /-2 W X'|\\otimes \(W_p|-W_p F_1 \+|e\^\{-\\lambda|both: true|only both/);
  }
});
