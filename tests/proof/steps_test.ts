import assert from "node:assert/strict";
import { notation, type NotationSpec } from "lib/proof/notation.ts";
import { readRelation, type Step, steps } from "lib/proof/steps.ts";
import { maps } from "./maps.ts";

type Line = readonly [line: string, by?: string | readonly string[], relation?: string];

const spec: NotationSpec = {
  symbols: {
    ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
    ...{ f1: "n2", f2: "n2", F1: "n2 x n2", F2: "n2 x n2", F12: "n2 x n2", B: "n2 x n2", C: "n1 x n1" },
  },
  definitions: {
    ...{ F1: "W (X + Xprime) W'", F2: "W (X + Xprime) W'", F12: "W X W'", B: "Wp' Wp", C: "X + Xprime" },
    J: "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
  },
  averages: { "f1 f1'": "F1", "f2 f2'": "F2", "f1 f2'": "F12" },
};
const simsiam = notation(spec);
const elbo = notation({
  symbols: { evidence: "scalar", z: "scalar" },
  functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
  definitions: { KL: "E(z, log(q(z) / post(z)))" },
  theta: ["lik", "post", "evidence"],
});
const flow = notation({
  symbols: {},
  functions: {
    ...maps,
    phi: ["r"],
  },
});
const descent = notation({
  symbols: { w: "n", w0: "n", H: "n x n symmetric", lambda0: "scalar", t: "scalar" },
  dynamics: { "d(w, t)": "-H w" },
  starts: { w0: "w" },
});

const judge = (made: ReturnType<typeof notation>, lines: readonly Line[]): Step[] =>
  steps(lines.map(([line, by, relation]) => ({ line, by, relation: readRelation(relation) })), made);

/** Every line but the first follows, or is algebra; and none does when its reasons are exchanged for another. */
function testProof(name: string, made: ReturnType<typeof notation>, lines: readonly Line[]) {
  Deno.test(`${name}: every line follows, by its reason and by no other`, () => {
    const judged = judge(made, lines);
    judged.slice(1).forEach(({ step, why, notNeeded }, k) => {
      assert.ok(step === "follows" || step === "algebra", `${lines[k + 1][0]}: ${step}, ${why}`);
      assert.equal(notNeeded, undefined, `${lines[k + 1][0]}: not needed: ${notNeeded}`);
    });
    judged.forEach(({ step }, k) => {
      if (step !== "follows") return;
      const other = ["determinant of a 2 x 2 matrix", "cyclic trace"].find((r) => !lines[k][1]?.includes(r))!;
      const exchanged = lines.map((line, j): Line => j === k ? [line[0], other, line[2]] : line);
      assert.equal(judge(made, exchanged)[k].step, "unsupported", `exchanged in ${lines[k][0]}`);
      const repeated = [...lines.slice(0, k + 1), lines[k], ...lines.slice(k + 1)];
      assert.equal(judge(made, repeated)[k + 1].step, "repeats");
    });
  });
}

const ends51 = [
  "1/2 E(f1, f2, norm(Wp f1 - f2)^2)",
  "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
];

testProof("5.1", simsiam, [
  [ends51[0]],
  ["1/2 E(f1, f2, (Wp f1 - f2)' (Wp f1 - f2))", "norm as a product"],
  ["1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", "transpose of a product"],
  ["1/2 E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)"],
  [
    "1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))",
    ["a scalar is its trace", "cyclic trace"],
  ],
  ["1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(f1 f2' Wp) - tr(Wp f1 f2') + tr(f2 f2'))", "trace of a transpose"],
  [
    "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - tr(E(f1, f2, f1 f2') Wp) - tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))",
    "linearity of expectation",
  ],
  [ends51[1], ["definition of F1", "definition of F12", "definition of F2"]],
]);

testProof("5.2", simsiam, [
  ["-d(J, Wp)"],
  ["-1/2 d(tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2), Wp)", "definition of J"],
  ["-1/2 (Wp F1' + Wp F1 - 2 F12')", "derivative of a trace"],
  ["F12' - Wp F1", "symmetric F1"],
  ["W X' W' - Wp W (X + Xprime) W'", ["definition of F12", "definition of F1", "transpose of a product"]],
  ["W X W' - Wp W (X + Xprime) W'", "symmetric X"],
]);

testProof("5.3, the gradient", simsiam, [
  ["vec(d(J, W))"],
  ["1/2 vec(d(tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2), W))", "definition of J"],
  [
    "1/2 vec(d(tr(Wp' Wp W (X + Xprime) W') - tr(Wp W X W') - tr(W X W' Wp) + tr(W (X + Xprime) W'), W))",
    ["definition of F1", "definition of F12", "definition of F2"],
  ],
  [
    "1/2 vec(Wp' Wp W (X + Xprime) + Wp' Wp W (X + Xprime)' - 2 (Wp W X + Wp' W X') + W (X + Xprime) + W (X + Xprime)')",
    "derivative of a trace",
  ],
  [
    "vec(Wp' Wp W (X + Xprime) - (Wp + Wp') W X + W (X + Xprime))",
    ["symmetric X", "symmetric Xprime"],
  ],
  ["vec((Wp' Wp + I) W Xprime + (Wp' Wp - Wp - Wp' + I) W X)"],
  ["vec((Wp' Wp + I) W Xprime + (Wp - I)' (Wp - I) W X)"],
  ["vec((Wp' Wp + I) W Xprime' + (Wp - I)' (Wp - I) W X')", ["symmetric X", "symmetric Xprime"]],
  ["(kron(Xprime, Wp' Wp + I) + kron(X, (Wp - I)' (Wp - I))) vec(W)", "stack columns"],
]);

testProof("5.3, one trace by the trace rule", simsiam, [
  ["d(tr(B W C W'), W)"],
  ["d(tr(W' B W C), W)", "cyclic trace"],
  ["B W C + B' W C'", "derivative of a trace"],
  ["2 B W C", ["symmetric B", "symmetric C"]],
  ["2 Wp' Wp W (X + Xprime)", ["definition of B", "definition of C"]],
]);

testProof("5.3, the bound", descent, [
  ["1/2 d(w' w, t)"],
  ["w' d(w, t)", "product rule"],
  ["-w' H w", "the dynamics"],
  ["-lambda0 w' w", "smallest eigenvalue", "≤"],
]);

testProof("5.3, to its end", descent, [
  ["norm(w)^2"],
  ["w' w", "norm as a product"],
  ["exp(-2 lambda0 t) w0' w0", "comparison", "<="],
  ["exp(-2 lambda0 t) norm(w0)^2", "norm as a product"],
]);

testProof("5.3, the rate of e^{2 λ₀ t} ‖w‖²", descent, [
  ["d(exp(2 lambda0 t) w' w, t)"],
  ["d(exp(2 lambda0 t), t) w' w + exp(2 lambda0 t) d(w' w, t)", "product rule"],
  ["2 lambda0 exp(2 lambda0 t) w' w + exp(2 lambda0 t) d(w' w, t)", "chain rule"],
  ["2 exp(2 lambda0 t) (lambda0 w' w + w' d(w, t))", "product rule"],
  ["2 exp(2 lambda0 t) (lambda0 w' w - w' H w)", "the dynamics"],
  ["0", "smallest eigenvalue", "≤"],
]);

testProof("5.4", simsiam, [
  ["-d(tr(W (X + Xprime) W') - tr(W X W'), W)"],
  ["-d(tr(W Xprime W'), W)"],
  ["-W Xprime - W Xprime'", "derivative of a trace"],
  ["-2 W Xprime", "symmetric Xprime"],
]);

testProof("1.1", elbo, [
  ["E(z, log(lik(z) prior(z)))"],
  ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", "equal up to a constant"],
  ["E(z, log(lik(z) prior(z) / post(z) * post(z) / q(z)))"],
  ["E(z, log(evidence post(z) / q(z)))", "Bayes"],
  ["log(evidence) + E(z, log(post(z) / q(z)))", ["logarithm of a product", "linearity of expectation"]],
  ["log(evidence) - KL", "definition of KL"],
]);

testProof(
  "1.2",
  notation({
    symbols: { own: "scalar", shared: "scalar", pi: "scalar", evidence: "scalar" },
    functions: { elbo: ["pi"] },
    maximisers: { own: "elbo" },
  }),
  [
    ["log(evidence) - elbo(shared)"],
    ["(log(evidence) - elbo(own)) + (elbo(own) - elbo(shared))"],
    ["log(evidence) - elbo(own)", "maximiser", "≥"],
  ],
);

testProof(
  "1.4",
  notation({
    symbols: { w1: "scalar", w2: "scalar", evidence: "scalar" },
    averages: { "w1": "evidence", "w2": "evidence" },
  }),
  [
    ["1/2 E(w1, log(w1)) + 1/2 E(w2, log(w2))"],
    ["E(w1, w2, 1/2 log(w1) + 1/2 log(w2))", "linearity of expectation"],
    ["E(w1, w2, log(1/2 w1 + 1/2 w2))", "Jensen", "≤"],
    ["log(E(w1, w2, 1/2 w1 + 1/2 w2))", "Jensen", "≤"],
    ["log(1/2 E(w1, w1) + 1/2 E(w2, w2))", "linearity of expectation"],
    ["log(evidence)", "definition of evidence"],
  ],
);

testProof("3.1", flow, [
  ["integral(x, pX(x) log(pX(x) / pF(x)))"],
  ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
  ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / (pU(u) detInv(F(u)))))", "change of variables"],
  ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", "inverse function theorem"],
  ["integral(u, pBack(u) log(pBack(u) / pU(u)))", "change of variables"],
]);

testProof("3.1 as definition, substitution, definition", flow, [
  ["integral(x, pX(x) log(pX(x) / pF(x)))"],
  ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
  [
    "integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))",
    ["change of variables", "inverse function theorem"],
  ],
  ["integral(u, pBack(u) log(pBack(u) / pU(u)))", "change of variables"],
]);

testProof("3.1, the other direction", flow, [
  ["integral(x, pF(x) log(pF(x) / pX(x)))"],
  ["integral(x, pU(Finv(x)) detInv(x) log(pU(Finv(x)) detInv(x) / pX(x)))", "change of variables"],
  [
    "integral(u, pU(u) log(pU(u) / (pX(F(u)) det(u))))",
    ["change of variables", "inverse function theorem"],
  ],
  ["integral(u, pU(u) log(pU(u) / pBack(u)))", "change of variables"],
]);

testProof("3.1 for any f-divergence", flow, [
  ["integral(x, pF(x) phi(pX(x) / pF(x)))"],
  ["integral(x, pU(Finv(x)) detInv(x) phi(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
  ["integral(u, pU(u) phi(pX(F(u)) det(u) / pU(u)))", ["change of variables", "inverse function theorem"]],
  ["integral(u, pU(u) phi(pBack(u) / pU(u)))", "change of variables"],
]);

const objectives = notation({
  symbols: { x: "scalar", u: "scalar" },
  functions: {
    ...{ pX: ["x"], pU: ["u"], F: ["u"], Finv: ["x"], det: ["u"], detInv: ["x"], pF: ["x"] },
  },
  laws: { x: "pX", u: "pU" },
  theta: ["pF", "F", "Finv", "det", "detInv"],
});

testProof("3.2, forward", objectives, [
  ["E(x, log(pX(x) / pF(x)))"],
  ["-E(x, log(pF(x)))", "free of theta", "equal up to a constant"],
  ["-E(x, log(pU(Finv(x)) detInv(x)))", "change of variables"],
  ["-E(x, log(pU(Finv(x))) + log(detInv(x)))", "logarithm of a product"],
]);

testProof("3.2, reverse", objectives, [
  ["integral(x, pF(x) log(pF(x) / pX(x)))"],
  ["integral(u, pU(u) log(pU(u) / (pX(F(u)) det(u))))", ["change of variables", "inverse function theorem"]],
  ["integral(u, pU(u) (log(pU(u)) - log(det(u)) - log(pX(F(u)))))", "logarithm of a product"],
]);

const gan = notation({
  symbols: {
    d: "scalar",
    g: "scalar",
    alpha: "scalar",
    lambda: "scalar",
    k: "scalar",
    i: "imaginary unit",
    v: "2",
  },
  definitions: { V: "d g", A: "[1, alpha; -alpha, 1]" },
});

testProof("4.1", gan, [
  ["[d + alpha d(V, d); g - alpha d(V, g)]"],
  ["[d + alpha g; g - alpha d]", "definition of V"],
  ["[1, alpha; -alpha, 1] [d; g]"],
  ["A [d; g]", "definition of A"],
]);

testProof("4.3, the eigenvalues", gan, [
  ["det(A - lambda I)"],
  ["det([1 - lambda, alpha; -alpha, 1 - lambda])", "definition of A"],
  ["(1 - lambda)^2 + alpha^2", "determinant of a 2 x 2 matrix"],
  ["(1 + i alpha - lambda) (1 - i alpha - lambda)"],
]);

testProof("4.3, the norm", gan, [
  ["norm(A [d; g])^2"],
  ["(A [d; g])' (A [d; g])", "norm as a product"],
  ["[d + alpha g; g - alpha d]' [d + alpha g; g - alpha d]", "definition of A"],
  ["(1 + alpha^2) (d^2 + g^2)"],
]);

testProof("4.3, two steps", gan, [
  ["A A [d; g]"],
  ["[1 - alpha^2, 2 alpha; -2 alpha, 1 - alpha^2] [d; g]", "definition of A"],
]);

/** Lines that must not pass, each with the first one that is refused. */
const refused: Record<string, [ReturnType<typeof notation>, readonly Line[], number, Step["step"]]> = {
  "5.1 with its first line twice and its last twice": [
    simsiam,
    [
      [ends51[0]],
      [ends51[0], "norm as a product"],
      [ends51[1], ["linearity of expectation", "cyclic trace", "definition of F1"]],
      [ends51[1], "definition of F2"],
    ],
    1,
    "repeats",
  ],
  "5.3 with the bound written twice": [
    descent,
    [
      ["1/2 d(w' w, t)"],
      ["-lambda0 w' w", "smallest eigenvalue", "≤"],
      ["-lambda0 w' w", "smallest eigenvalue", "≤"],
    ],
    1,
    "unsupported",
  ],
  "3.1 with brackets moved, then a jump": [
    flow,
    [
      ["integral(x, pX(x) log(pX(x) / pF(x)))"],
      ["integral(x, (pX(x)) (log((pX(x)) / (pF(x)))))", "change of variables"],
      ["integral(u, pBack(u) log(pBack(u) / pU(u)))", "inverse function theorem"],
    ],
    1,
    "repeats",
  ],
  "1.1 with the product split, then a jump": [
    elbo,
    [
      ["E(z, log(lik(z) prior(z)))"],
      ["E(z, log(lik(z)) + log(prior(z)))", "logarithm of a product"],
      ["log(evidence) - KL", "Bayes", "equal up to a constant"],
    ],
    2,
    "unsupported",
  ],
  "a sign": [descent, [["1/2 d(w' w, t)"], ["-w' d(w, t)", "product rule"]], 1, "unsupported"],
  "a lost transpose": [simsiam, [["(Wp f1)'"], ["f1' Wp", "transpose of a product"]], 1, "unsupported"],
  "(A B)′ = A′ B′": [simsiam, [["(Wp F1)'"], ["Wp' F1'", "transpose of a product"]], 1, "unsupported"],
  "tr A B = tr A tr B": [simsiam, [["tr(Wp F1)"], ["tr(Wp) tr(F1)", "cyclic trace"]], 1, "unsupported"],
  "the order of a cycle turned round": [
    simsiam,
    [
      ["tr(Wp F1 F12)"],
      ["tr(F12 F1 Wp)", ["cyclic trace", "trace of a transpose"]],
    ],
    1,
    "unsupported",
  ],
  "the logarithm of a sum": [
    elbo,
    [
      ["log(evidence + 1)"],
      ["log(evidence) + log(1)", "logarithm of a product"],
    ],
    1,
    "unsupported",
  ],
  "E of a product": [
    elbo,
    [
      ["E(z, q(z) prior(z))"],
      ["E(z, q(z)) E(z, prior(z))", "linearity of expectation"],
    ],
    1,
    "unsupported",
  ],
  "Jensen the wrong way": [
    elbo,
    [
      ["log(E(z, prior(z)))"],
      ["E(z, log(prior(z)))", "Jensen", "≤"],
    ],
    1,
    "unsupported",
  ],
  "W_p taken as symmetric": [simsiam, [["Wp' F1"], ["Wp F1", "symmetric Wp"]], 1, "unsupported"],
  "a constant that depends on θ": [
    elbo,
    [
      ["E(z, log(lik(z)))"],
      ["E(z, log(lik(z))) + log(evidence)", "free of theta", "equal up to a constant"],
    ],
    1,
    "unsupported",
  ],
  "X for X′": [simsiam, [["tr(F12)"], ["tr(W Xprime W')", "definition of F12"]], 1, "unsupported"],
  "the other view's mean": [
    simsiam,
    [
      ["tr(Wp E(f1, f2, f1 f2'))"],
      ["tr(Wp F1)", "definition of F1"],
    ],
    1,
    "unsupported",
  ],
  "the determinant lost": [
    flow,
    [
      ["integral(x, pX(x))"],
      ["integral(u, pX(F(u)))", "change of variables"],
    ],
    1,
    "unsupported",
  ],
  "an inequality where equality is said": [
    descent,
    [
      ["-w' H w"],
      ["-lambda0 w' w", "smallest eigenvalue"],
    ],
    1,
    "unsupported",
  ],
  "four reasons at once": [
    simsiam,
    [
      ["tr(Wp' Wp E(f1, f2, f1 f1')) + tr(E(f1, f2, f2 f2'))"],
      ["E(f1, f2, f1' Wp' Wp f1 + f2' f2)", [
        ...["linearity of expectation", "cyclic trace", "a scalar is its trace", "transpose of a product"],
      ]],
    ],
    1,
    "unsupported",
  ],
  "because: blah": [simsiam, [["tr(Wp F1)"], ["tr(F1 Wp)", "blah"]], 1, "unsupported"],
  "no reason": [simsiam, [["tr(Wp F1)"], ["tr(F1 Wp)"]], 1, "unsupported"],
};
for (const [name, [made, lines, k, expected]] of Object.entries(refused)) {
  Deno.test(`trap: ${name}`, () => {
    const judged = judge(made, lines);
    assert.equal(judged[k].step, expected);
    judged.slice(1, k).forEach(({ step }) => assert.ok(step === "follows" || step === "algebra"));
  });
}

Deno.test("free of theta is refused once q moves with θ, also through the law of an expectation", () => {
  const moving = notation({
    symbols: { evidence: "scalar", z: "scalar" },
    functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
    theta: ["lik", "post", "evidence", "q"],
  });
  const lines: Line[] = [
    ["E(z, log(lik(z) prior(z)))"],
    ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", "equal up to a constant"],
  ];
  assert.equal(judge(elbo, lines)[1].step, "follows");
  assert.equal(judge(moving, lines)[1].step, "unsupported");
  const constant: Line[] = [["log(evidence)"], [
    "log(evidence) + E(z, prior(z))",
    "free of theta",
    "equal up to a constant",
  ]];
  assert.equal(judge(elbo, constant)[1].step, "follows");
  assert.equal(judge(moving, constant)[1].step, "unsupported");
});

Deno.test("a step says what it leans on, what it could leave out, and what is off", () => {
  const [, cancelled] = judge(elbo, [["E(z, evidence q(z) / q(z))"], ["E(z, evidence)"]]);
  assert.deepEqual(cancelled, { step: "algebra", conditions: ["q(z) ≠ 0"] });
  const scalars = notation({ symbols: { alpha: "scalar" } });
  assert.deepEqual(judge(scalars, [["0 / alpha"], ["0"]])[1].conditions, ["alpha ≠ 0"]);
  assert.deepEqual(judge(scalars, [["alpha^(1/2) alpha^(1/2)"], ["alpha"]])[1].conditions, ["alpha ≥ 0"]);
  const [, spare] = judge(simsiam, [["tr(Wp F1)"], ["tr(F1 Wp)", ["cyclic trace", "norm as a product"]]]);
  assert.deepEqual(spare, { step: "follows", notNeeded: ["norm as a product"] });
  const [, gap] = judge(elbo, [["E(z, log(prior(z)))"], ["E(z, log(prior(z) / q(z)))", "Bayes"]]);
  assert.equal(gap.off, "-E(z, log(q(z)))");
});

Deno.test("equal formulas in other letters are one: sums and integrals rename, expectations do not", () => {
  const made = notation({ symbols: { f: "n", g: "n" }, functions: { q: ["z"], pX: ["x"], pU: ["u"] } });
  const step = (a: string, b: string) => judge(made, [[a], [b]])[1].step;
  assert.equal(step("sum(z, q(z)^2)", "sum(y, q(y) q(y))"), "algebra");
  assert.equal(step("sum(z, sum(y, q(z) q(y)^2))", "sum(y, sum(z, q(y) q(z)^2))"), "algebra");
  assert.equal(step("sum(z, sum(y, q(z) q(y)^2))", "sum(y, sum(z, q(z) q(y)^2))"), "unsupported");
  assert.equal(step("integral(x, pX(x))", "integral(u, pX(u))"), "unsupported");
  assert.equal(step("E(f, f, f f')".replace("f, f, f f'", "f, f f'"), "E(g, g g')"), "unsupported");
});
