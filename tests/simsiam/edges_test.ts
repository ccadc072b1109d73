import assert from "node:assert/strict";
import { claims, settings, witnesses } from "lib/simsiam/claims.ts";
import { difference } from "lib/math/difference.ts";
import * as L from "lib/math/linalg.ts";
import { solveOde } from "lib/math/ode.ts";
import {
  curvature,
  emStep,
  gradientDescent,
  gradientFlow,
  gradW,
  gradWp,
  lambdaMin,
  objective,
  trainVariants,
} from "lib/simsiam/mod.ts";
import { slopesByDuals } from "lib/simsiam/slopes.ts";
import { slopesByTensors } from "lib/simsiam/witnesses.ts";
import { misconceptions } from "lib/simsiam/misconceptions.ts";
import { near, refuses, viewMoments } from "./instances.ts";

/** Closed forms in float64. */
const T1 = 1e-12;
/** Solutions of differential equations. */
const T2 = 1e-9;
/** tfjs computes in float32. */
const FLOAT32 = 1e-5;

const POINT = {
  W: [[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]],
  Wp: [[0.7, 0.2], [-0.1, 0.6]],
  X: [[1, 0.2, 0], [0.2, 0.8, 0.1], [0, 0.1, 0.5]],
  Xprime: [[0.3, 0, 0.1], [0, 0.2, 0], [0.1, 0, 0.25]],
};
const DEVICES = { stopGradient: true, predictor: true } as const;
type Given = typeof POINT;
/** Every function that takes the question's matrices; the last three take no W_p. */
const doors: readonly { takes: string; open(at: Given): unknown }[] = [
  { takes: "W Wp X Xprime", open: objective },
  { takes: "W Wp X Xprime", open: gradWp },
  { takes: "W Wp X Xprime", open: (at) => gradW({ ...at, stopGradient: false }) },
  { takes: "Wp X Xprime", open: curvature },
  { takes: "Wp X Xprime", open: lambdaMin },
  { takes: "W Wp X Xprime", open: (at) => gradientFlow({ ...at, ...DEVICES }, [0, 1]) },
  {
    takes: "W Wp X Xprime",
    open: (at) => gradientDescent({ ...at, ...DEVICES, learningRate: 0.1, steps: 2 }),
  },
  { takes: "W X Xprime", open: emStep },
  {
    takes: "X Xprime",
    open: ({ X, Xprime }) => trainVariants({ X, Xprime, width: 2, steps: 2, recorded: 1 }),
  },
];

Deno.test("edge: hostile input 24, at every door: W_p not square, X not symmetric, X′ not positive semidefinite", () => {
  const hostile: { what: string; change: Partial<Given>; words: RegExp }[] = [
    { what: "Wp", change: { Wp: [[1, 2]] }, words: /square matrix Wp, got 1 × 2/ },
    { what: "Wp", change: { Wp: [[1, 2], [3, 4], [5, 6]] }, words: /square matrix Wp, got 3 × 2/ },
    { what: "X", change: { X: [[1, 0.5, 0], [0, 1, 0], [0, 0, 1]] }, words: /symmetric matrix X,/ },
    { what: "X", change: { X: L.diagonal([1, -0.5, 1]) }, words: /positive semidefinite matrix X,.*-0\.5/ },
    {
      what: "Xprime",
      change: { Xprime: L.diagonal([0.1, 0.1, -0.25]) },
      words: /positive semidefinite matrix Xprime,.*-0\.25/,
    },
    { what: "Xprime", change: { Xprime: [[1, 2], [2, 1]] }, words: /one size, got 3 × 3 and 2 × 2/ },
    { what: "W", change: { W: [[1, 2], [3, 4]] }, words: /columns as X, got 2 × 2 and 3 × 3/ },
    { what: "X", change: { X: [[NaN, 0, 0], [0, 1, 0], [0, 0, 1]] }, words: /finite.*NaN/ },
    {
      what: "Xprime",
      change: { Xprime: [[Infinity, 0, 0], [0, 1, 0], [0, 0, 1]] },
      words: /finite.*Infinity/,
    },
  ];
  for (const { takes, open } of doors) {
    open(POINT);
    for (const { what, change, words } of hostile) {
      if (takes.split(" ").includes(what)) refuses(() => open({ ...POINT, ...change }), words);
    }
  }
});

Deno.test("edge: n1 ≠ n2 both ways and 1 × 1 pass every door", () => {
  for (const [n1, n2] of [[3, 2], [2, 3], [1, 1], [1, 2]]) {
    const eye = (rows: number, columns: number) =>
      Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => i === j ? 1 : 0.1));
    const at = {
      W: eye(n2, n1),
      Wp: L.scale(0.7, L.identity(n2)),
      X: L.identity(n1),
      Xprime: L.identity(n1),
    };
    for (const { takes, open } of doors) {
      if (takes !== "X Xprime" || n1 >= 2) assert.ok(open(at) !== undefined);
    }
  }
});

Deno.test("edge: hostile input 25: the exponential without a Taylor series, times backwards, tolerance 0, a stiff H", () => {
  const A = [[-49, 24], [-64, 31]];
  // eigenvalues −1 and −17 with eigenvectors (1, 2) and (3, 4)
  const [a, b] = [Math.exp(-1), Math.exp(-17)];
  near(L.expm(A), [[-2 * a + 3 * b, 1.5 * (a - b)], [-4 * (a - b), 3 * a - 2 * b]], T1);
  refuses(() => L.expm([[1, 2, 3], [4, 5, 6]]), /square/);
  refuses(() => L.expm([[1, NaN], [0, 1]]), /finite/);

  const { W, Wp } = POINT, flow = { ...POINT, ...DEVICES, weightDecay: 0.05 };
  const [, there] = gradientFlow(flow, [0, 2]);
  const [, back] = gradientFlow({ ...flow, W: there.W, Wp: there.Wp }, [2, 0]);
  near(back.W, W, T2);
  near(back.Wp, Wp, T2);
  refuses(() => gradientFlow(flow, [0, -100]), /solution/);
  refuses(() => gradientFlow(flow, [0, NaN]), /finite/);
  refuses(() => gradientFlow(flow, []), /at least one/);
  for (const tolerance of [0, -1, 1e-20]) {
    refuses(() => solveOde((_, y) => y, [1], [0, 1], { tolerance }), /tolerance/);
  }

  // Rates 0.001 and 10⁷ in one H: each direction keeps its own closed form.
  const Xprime = L.diagonal([5e6, 0.5, 5e-4]);
  const stiff = { ...POINT, Xprime, stopGradient: false, predictor: false } as const;
  const [, end] = gradientFlow(stiff, [0, 3]);
  near(end.W, L.matmul(W, L.diagonal([0, Math.exp(-3), Math.exp(-0.003)])), 1e-6);
});

/** Two views of a point drawn by two different augmentations: the second is the first, turned by a quarter. */
const turned = [{ x1: [1, 0], x2: [0, 1], weight: 0.5 }, { x1: [0, 2], x2: [-2, 0], weight: 0.5 }];

Deno.test("mutant: two augmentations tell F₁₂ from its transpose, by both automatic differentiators", () => {
  const W = [[0.6, -0.2], [0.1, 0.5], [0.4, 0.3]], Wp = [[0.7, 0.2, 0], [-0.1, 0.6, 0.3], [0.2, 0, 0.5]];
  const { X, Xprime, F12of } = viewMoments(turned), F12 = F12of(W), at = { W, Wp, pairs: turned };
  const right = gradWp({ W, Wp, X, Xprime, F12 }),
    wrong = gradWp({ W, Wp, X, Xprime, F12: L.transpose(F12) });
  for (const stopped of [true, false]) {
    near(slopesByDuals(at, stopped).Wp, right, T1);
    near(slopesByTensors(at, stopped).Wp, right, FLOAT32);
    assert(difference(slopesByDuals(at, stopped).Wp, wrong) > 0.1);
  }
});

Deno.test("mutant: what automatic differentiation and single directions say holds, and rejects its variants", () => {
  assert.deepEqual(witnesses.entries.map(({ id }) => id), ["5.2.c", "5.3.f", "5.3.r", "5.4.b", "5.4.e"]);
  assert.deepEqual(settings.entries.map(({ id }) => id), [
    "5.5.D2.a",
    "5.5.D2.c",
    "5.5.D2.d",
    "5.5.D2.b",
    "5.5.D3.a",
    "5.5.D3.b",
  ]);
  for (const entry of [...witnesses.entries, ...settings.entries]) {
    const verdict = entry.judge();
    assert.equal(verdict.status, "holds", `${entry.id}: ${verdict.because} ${verdict.error}`);
    assert.ok(verdict.mutants.length >= 2 && verdict.mutants.every(({ rejected }) => rejected), entry.id);
  }
});

Deno.test("mutant: the mistakes that readers make most are known by name", () => {
  const answers: readonly [keyof typeof misconceptions, string][] = [
    ["J", "lost one half"],
    ["dWp", "lost one half"],
    ["dW", "dropped transpose"],
    ["H", "row-major vec"],
    ["proof53", "row-major vec"],
    ["dWp", "C for X"],
    ["H", "C for X"],
    ["dW", "stop-gradient on the wrong branch"],
    ["dW", "stop-gradient kept"],
    ["proof53", "equality for inequality"],
    ["H", "W̃ with a plus sign"],
    ["J", "one middle term"],
    ["dW", "X and X′ swapped"],
    ["dWwithoutPredictor", "stop-gradient kept"],
  ];
  for (const [answer, name] of answers) {
    assert.ok(
      (misconceptions[answer] as readonly { name: string }[]).some((m) => m.name === name),
      `${answer}: ${name}`,
    );
  }
  // F₁₂ is symmetric in every question a student is asked: its transpose is a matter of the claims.
  for (const [id, name] of [["5.0.c", "$F_{12}$ called symmetric"], ["5.2.b", "the transpose dropped"]]) {
    const verdict = claims.entries.find((entry) => entry.id === id)!.judge();
    assert.deepEqual(verdict.mutants.filter((m) => m.name === name).map((m) => m.rejected), [true], id);
  }
  assert.ok(Object.values(misconceptions).flat().length >= 12);
});
