import assert from "node:assert/strict";
import { normal1d } from "lib/math/divergence/density.ts";
import { type Rational, rational } from "lib/math/exact.ts";
import { rationalMatrices as R } from "lib/math/exact.ts";
import type { Random } from "lib/math/random.ts";
import { notation } from "lib/proof/notation.ts";
import { proof } from "lib/proof/proof.ts";
import { maps } from "./maps.ts";

const simsiam = notation({
  symbols: {
    ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
    ...{ f1: "n2", f2: "n2", F1: "n2 x n2", F12: "n2 x n2" },
  },
  definitions: { F1: "W (X + Xprime) W'", F12: "W X W'" },
  averages: { "f1 f1'": "F1", "f2 f2'": "F1", "f1 f2'": "F12" },
});
const any = (random: Random, rows: number, cols: number) =>
  random.list(rows, () => random.list(cols, () => random.rational()));

/** Two points with two views each, drawn independently: X and X′ follow from them. */
function views(random: Random) {
  const [n1, n2] = random.pick([[3, 2], [2, 3], [1, 2]]), W = any(random, n2, n1);
  const pairs = [rational(1, 3), rational(2, 3)].flatMap((weight) => {
    const two = any(random, 2, n1);
    return two.flatMap((x1) => two.map((x2) => ({ weight: weight.div(4), x1, x2 })));
  });
  const mean = (f: (p: typeof pairs[number]) => Rational[][]) =>
    pairs.map((p) => R.scale(p.weight, f(p))).reduce((a, b) => R.add(a, b));
  const X = mean(({ x1, x2 }) => R.outer(x1, x2)), C = mean(({ x1 }) => R.outer(x1, x1));
  return {
    ...{ W, Wp: any(random, n2, n2), X, Xprime: R.sub(C, X) },
    E: { "f1, f2": pairs.map(({ weight, x1, x2 }) => ({ weight, f1: R.apply(W, x1), f2: R.apply(W, x2) })) },
  };
}

const lines51 = [
  ["1/2 E(f1, f2, norm(Wp f1 - f2)^2)"],
  ["1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", ["norm as a product", "transpose of a product"]],
  [
    "1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))",
    ["a scalar is its trace", "cyclic trace"],
  ],
  [
    "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - tr(Wp' E(f1, f2, f2 f1')) - tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))",
    "linearity of expectation",
  ],
  ["1/2 (tr(Wp' Wp F1) - tr(Wp' F12') - tr(Wp F12) + tr(F1))", ["definition of F1", "definition of F12"]],
  ["1/2 (tr(Wp' Wp F1) - tr(F12 Wp) - tr(Wp F12) + tr(F1))", "trace of a transpose"],
] as const;

Deno.test("5.1 runs: read, typeset, exact over the rationals, and every line by its reason", () => {
  const verdict = proof("5.1.f", {
    statement: "the expected square becomes four traces",
    evidence: "exact",
    notation: simsiam,
    instances: 12,
    instance: views,
    lines: lines51,
    mutants: {
      "one half lost": { line: 6, text: "tr(Wp' Wp F1) - tr(F12 Wp) - tr(Wp F12) + tr(F1)" },
      "the reason exchanged": { line: 6, by: "norm as a product" },
      "line 5 twice": { line: 6, text: lines51[4][0] },
      "F12 for F1": { line: 5, text: "1/2 (tr(Wp' Wp F12) - tr(Wp' F12') - tr(Wp F12) + tr(F1))" },
    },
  });
  assert.equal(verdict.status, "holds", verdict.because ?? JSON.stringify(verdict.lines));
  assert.deepEqual(verdict.lines!.map(({ step }) => step), ["start", ...Array(5).fill("follows")]);
  assert.equal(verdict.error, 0);
  assert.ok(verdict.lines!.every(({ tex, text }) => tex.length > 0 && text !== undefined));
  assert.equal(verdict.mutants.filter(({ rejected }) => rejected).length, 4);
  assert.ok(verdict.chance! > 0 && verdict.chance! < 1e-4);
});

Deno.test("a line that is false is named with its instance, a true one without its reason as unsupported", () => {
  const judge = (lines: readonly (readonly [string, (string | readonly string[])?])[]) =>
    proof("5.1", {
      statement: "",
      evidence: "exact",
      notation: simsiam,
      instances: 6,
      instance: views,
      lines,
    });
  const wrong = judge([["tr(Wp Wp F12)"], ["tr(Wp' Wp F12)", "cyclic trace"]]);
  assert.equal(wrong.status, "keep working");
  assert.equal(wrong.lines![1].step, "false");
  assert.match(wrong.lines![1].breaks!.words, /instance/);
  const jump = judge([["tr(Wp F12)"], ["tr(F12 Wp)", "norm as a product"]]);
  assert.equal(jump.lines![1].step, "unsupported");
  assert.equal(jump.error, 0);
  assert.match(jump.lines![1].why!, /it takes “cyclic trace”/);
  const said = judge([["tr(Wp F12)"], ["tr(F12 Wp)", "because I say so"]]);
  assert.equal(said.lines![1].step, "by a reader");
  assert.equal(said.status, "keep working");
});

Deno.test("equal up to a constant runs over a grid of θ", () => {
  const verdict = proof("1.1.a", {
    statement: "one maximiser for two objectives",
    evidence: "closed form",
    notation: {
      symbols: { evidence: "scalar", z: "scalar" },
      functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
      definitions: { KL: "E(z, log(q(z) / post(z)))" },
      theta: ["lik", "post", "evidence"],
    },
    instances: 20,
    instance: (random) => {
      const q = random.simplex(3),
        prior = random.simplex(3),
        at = (p: readonly number[]) => (z: number) => p[z];
      return random.list(5, () => {
        const lik = random.list(3, () => random.uniform(0.1, 1));
        const evidence = lik.reduce((s, l, z) => s + l * prior[z], 0);
        const post = lik.map((l, z) => l * prior[z] / evidence);
        const laws = { E: { z: q.map((weight, z) => ({ weight, z })) } };
        return { q: at(q), prior: at(prior), lik: at(lik), post: at(post), evidence, ...laws };
      });
    },
    scope: (grid) => grid,
    lines: [
      ["E(z, log(lik(z) prior(z)))"],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", "equal up to a constant"],
      ["E(z, log(post(z) evidence / q(z)))", "Bayes"],
      ["log(evidence) - KL", ["logarithm of a product", "linearity of expectation", "definition of KL"]],
    ],
    mutants: {
      "read as an equality": { line: 2, relation: "=" },
      "the divergence added": { line: 4, text: "log(evidence) + KL" },
    },
  });
  assert.equal(verdict.status, "holds", JSON.stringify(verdict.lines));
});

Deno.test("an inequality and a derivative in time run", () => {
  const verdict = proof("5.3", {
    statement: "the squared norm falls",
    evidence: "closed form",
    notation: {
      symbols: { w: "n", H: "n x n symmetric", lambda0: "scalar", t: "scalar" },
      dynamics: { "d(w, t)": "-H w" },
    },
    instances: 20,
    instance: (random) => {
      const a = random.normal(), b = random.normal(), c = random.uniform(0.1, 1);
      return { w: random.normals(2), H: [[a * a + c, a * b], [a * b, b * b + c]], lambda0: 0.99 * c, t: 0 };
    },
    lines: [
      { line: "1/2 d(w' w, t)" },
      { line: "w' d(w, t)", by: "product rule" },
      { line: "-w' H w", by: "the dynamics" },
      { line: "-lambda0 w' w", by: "smallest eigenvalue", relation: "<=" },
    ],
    mutants: {
      "the other way": { line: 4, relation: "≥" },
      "twice the rate": { line: 4, text: "-20 lambda0 w' w" },
    },
  });
  assert.equal(verdict.status, "holds", JSON.stringify(verdict.lines));
});

Deno.test("an integral runs on nodes; a line computed by code is held by its value and marked", () => {
  const nodes = Array.from({ length: 81 }, (_, k) => (k - 40) / 5),
    data = normal1d(0.4, 1.2),
    base = normal1d(0, 1);
  const F = (u: number) => u + 0.5 * Math.tanh(u), det = (u: number) => 1 + 0.5 / Math.cosh(u) ** 2;
  const Finv = (x: number) => {
    let u = x;
    for (let k = 0; k < 60; k++) u -= (F(u) - x) / det(u);
    return u;
  };
  const pX = (x: number) => Math.exp(data.logDensity(x)), pU = (u: number) => Math.exp(base.logDensity(u));
  const scope = {
    ...{ pX, pU, F, Finv, det, detInv: (x: number) => 1 / det(Finv(x)) },
    pF: (x: number) => pU(Finv(x)) / det(Finv(x)),
    pBack: (u: number) => pX(F(u)) * det(u),
    integral: {
      u: nodes.map((u) => ({ weight: 0.2, u })),
      x: nodes.map((u) => ({ weight: 0.2 * det(u), x: F(u) })),
    },
  };
  const verdict = proof("3.1", {
    statement: "KL(P_X ‖ P_F(U)) = KL(P_F⁻¹(X) ‖ P_U)",
    evidence: "quadrature",
    notation: {
      symbols: {},
      functions: maps,
    },
    cases: [scope],
    lines: [
      ["integral(x, pX(x) log(pX(x) / pF(x)))"],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      [
        "integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))",
        ["change of variables", "inverse function theorem"],
      ],
      ["integral(u, pBack(u) log(pBack(u) / pU(u)))", "change of variables"],
      {
        tex: "\\text{by a sum}",
        because: "the same sum in code",
        value: (s) =>
          s.integral.u.reduce(
            (sum, { weight, u }) => sum + weight * s.pBack(u) * Math.log(s.pBack(u) / s.pU(u)),
            0,
          ),
      },
    ],
  });
  assert.equal(verdict.status, "holds", JSON.stringify(verdict.lines));
  assert.equal(verdict.lines![4].step, "by a reader");
});
