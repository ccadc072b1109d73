import assert from "node:assert/strict";
import * as L from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import { type Dynamics, gradientDescent, gradientFlow, gradW, gradWp, modes } from "lib/simsiam/mod.ts";
import data from "../../data/simsiam.json" with { type: "json" };
import { instance, near, refuses } from "./instances.ts";

/** Closed forms in float64. */
const T1 = 1e-12;
/** Solutions of differential equations. */
const T2 = 1e-9;
/** A limit watched at a finite time, or a stiff equation's rounding. */
const T3 = 1e-6;

const START = { W: [[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]], Wp: [[0.7, 0.2], [-0.1, 0.6]] };
const D1 = { ...START, X: L.identity(3), Xprime: L.scale(0.25, L.identity(3)) };
const BOTH = { stopGradient: true, predictor: true } as const;
const ALL: Pick<Dynamics, "stopGradient" | "predictor">[] = [true, false].flatMap((stopGradient) =>
  ([true, false, "optimal"] as const).map((predictor) => ({ stopGradient, predictor }))
);
const square = (W: Matrix) => L.matmul(W, L.transpose(W));
const imbalance = ({ W, Wp }: { W: Matrix; Wp: Matrix }, alphaP = 1) =>
  L.subtract(square(W), L.scale(1 / alphaP, square(L.transpose(Wp))));

Deno.test("reference: D1, which device prevents collapse, to every digit of Euler's method, by mpmath", () => {
  near(L.frobenius(START.W), data.d1.norm0, T1);
  for (const [name, wanted] of Object.entries(data.d1.variants)) {
    const { stopGradient, predictor } = wanted;
    const end = gradientDescent({
      ...D1,
      stopGradient,
      predictor,
      weightDecay: 0.05,
      learningRate: 0.1,
      steps: 2000,
    });
    assert.equal(end.norms.length, 2001);
    // Relative, down to 2.3e-110: 2000 steps round 2000 times.
    for (const [k, norm] of Object.entries(wanted.norms)) {
      near(end.norms[Number(k)] / norm, 1, T1 * 10, `${name}, ${k}`);
    }
    near(end.Wp, wanted.Wp, T1, name);
  }
  const digits = Object.values(data.d1.variants).map((
    { norms },
  ) => [norms["100"], norms["500"], norms["2000"]]);
  assert.deepEqual(digits.map((row) => row.map((x) => x.toPrecision(2))), [
    ["1.1", "1.1", "1.1"],
    ["0.045", "2.3e-7", "3.3e-27"],
    ["0.0026", "6.9e-21", "2.3e-110"],
    ["0.0033", "5.0e-13", "7.0e-50"],
  ]);
  const free = gradientDescent({ ...D1, ...BOTH, learningRate: 0.1, steps: 2000 });
  near(free.norms[2000], data.d1.noDecay.euler, T1);
  near(free.norms[2000], 1.1358478, 5e-8);
});

Deno.test("law: D1's closed forms, 0.97^k, 0.945^k, √2 p₊ and p₊ I", () => {
  const { pPlus } = modes({ x: 1, xPrime: 0.25, weightDecay: 0.05 });
  const run = (stopGradient: boolean, predictor: boolean) =>
    gradientDescent({ ...D1, stopGradient, predictor, weightDecay: 0.05, learningRate: 0.1, steps: 2000 });
  const kept = run(true, true);
  near(kept.norms[2000], Math.SQRT2 * (pPlus ?? NaN), T2);
  near(kept.Wp, L.scale(pPlus ?? NaN, L.identity(2)), T2);
  for (const k of [1, 10, 2000]) {
    near(run(true, false).norms[k] / 0.97 ** k / data.d1.norm0, 1, T1 * 10);
    near(run(false, false).norms[k] / 0.945 ** k / data.d1.norm0, 1, T1 * 10);
  }
});

Deno.test("law: without decay the flow of D1 ends at W_p = 0.8 I and W Wᵀ = 0.64 I + W₀W₀ᵀ − W_p0ᵀW_p0", () => {
  const [, end] = gradientFlow({ ...D1, ...BOTH }, [0, 300]);
  near(end.Wp, L.scale(0.8, L.identity(2)), T2);
  near(square(end.W), data.d1.noDecay.flowSquare, T2);
  near(L.frobenius(end.W), data.d1.noDecay.flowNorm, T2);
  for (const others of ALL.filter(({ stopGradient, predictor }) => !(stopGradient && predictor !== false))) {
    const [, gone] = gradientFlow({ ...D1, ...others }, [0, 100]);
    assert(L.frobenius(gone.W) < 1e-9, JSON.stringify(others));
  }
});

Deno.test("law: D2, the limit of ‖W‖ falls with the decay to 0 beyond the threshold, and needs a start in the basin", () => {
  const limits = { 0.01: 1.117047, 0.05: 1.055583, 0.1: 0.965685, 0.15: 0.848528, 0.19: 0.692177, 0.21: 0 };
  for (const [eta, wanted] of Object.entries(limits)) {
    const weightDecay = Number(eta), [, end] = gradientFlow({ ...D1, ...BOTH, weightDecay }, [0, 1500]);
    const { pPlus, stable } = modes({ x: 1, xPrime: 0.25, weightDecay });
    near(L.frobenius(end.W), wanted, 5e-7, `printed, η = ${eta}`);
    near(L.frobenius(end.W), Math.SQRT2 * (pPlus ?? 0), T2, `√2 p₊, η = ${eta}`);
    assert.equal(stable, weightDecay <= 0.2);
  }
  const one = { X: [[1]], Xprime: [[0.25]], weightDecay: 0.05, ...BOTH };
  const from = (p: number) => gradientFlow({ ...one, W: [[p]], Wp: [[p]] }, [0, 2000])[1].W[0][0];
  assert(Math.abs(from(0.053)) < T3, "0.053 dies");
  near(from(0.054), 0.7464102, 5e-8, "0.054 survives");
  const filtered = gradientFlow({
    ...BOTH,
    W: L.scale(0.8, L.identity(3)),
    Wp: L.scale(0.8, L.identity(3)),
    X: L.diagonal([1, 0.6, 0.3]),
    Xprime: L.scale(0.25, L.identity(3)),
    weightDecay: 0.05,
  }, [0, 1500]);
  near(filtered[1].Wp, L.diagonal([0.7464102, 0.609347, 0]), 5e-8, "spectral filter");
});

Deno.test("reference: every variant on anisotropic data, with and without decay, by SciPy's DOP853", () => {
  const { X, Xprime, W, Wp, t, anisotropic } = data.flows;
  for (const wanted of anisotropic) {
    const { stopGradient, weightDecay, alphaP } = wanted,
      predictor = wanted.predictor as Dynamics["predictor"];
    const [, end] = gradientFlow({ W, Wp, X, Xprime, stopGradient, predictor, weightDecay, alphaP }, [0, t]);
    near(end.W, wanted.W, T2, JSON.stringify({ stopGradient, predictor, weightDecay }));
    if (wanted.Wp) near(end.Wp, wanted.Wp, T2);
    if (predictor === false) assert.deepEqual(end.Wp, L.identity(3));
  }
});

Deno.test("reference: without decay one dimension dies, decay 0.02 revives it, decay 1 ends all", () => {
  const { X, Xprime, W, Wp, dimensionalCollapse } = data.flows;
  assert(L.eigenvaluesSymmetric(imbalance({ W, Wp }))[0] < -0.9);
  for (const { weightDecay, t, singularValues } of dimensionalCollapse) {
    const [, end] = gradientFlow({ W, Wp, X, Xprime, ...BOTH, weightDecay }, [0, t]);
    near(L.singularValues(end.W), singularValues, T2, `η = ${weightDecay}, t = ${t}`);
  }
  const smallest = (weightDecay: number) => {
    const [, end] = gradientFlow({ W, Wp, X, Xprime, ...BOTH, weightDecay }, [0, 300]);
    return L.singularValues(end.W)[2];
  };
  assert(smallest(0) < T3 && smallest(0.02) > 0.6 && smallest(1) < T3);
});

Deno.test("reference: a stiff flow, rates 1e8 apart, against mpmath's matrix exponential", () => {
  const { Xprime, W, t, neither, stopGradientOnly } = data.flows.stiff, X = L.identity(3);
  for (const [stopGradient, wanted] of [[false, neither], [true, stopGradientOnly]] as const) {
    const [, end] = gradientFlow({ W, X, Xprime, stopGradient, predictor: false }, [0, t]);
    near(end.W, wanted, T3);
  }
});

Deno.test("law: W Wᵀ − W_pᵀW_p / α_p decays like e^−2ηt with both devices, and is kept for η = 0", () => {
  const r = random(1);
  for (let trial = 0; trial < 20; trial++) {
    const [n1, n2] = r.pick([[3, 2], [2, 3], [1, 1], [4, 2]]),
      at = instance(r, n1, n2, n1, 1 + r.integer(n1));
    const alphaP = r.uniform(0.3, 2), weightDecay = r.pick([0, 0.1]);
    for (const state of gradientFlow({ ...at, ...BOTH, alphaP, weightDecay }, [0, 1, 4])) {
      near(
        imbalance(state, alphaP),
        L.scale(Math.exp(-2 * weightDecay * state.t), imbalance(at, alphaP)),
        T2,
      );
    }
  }
});

Deno.test("law: the optimal predictor keeps W Wᵀ with a stop-gradient, and is F₁₂ᵀ F₁⁻¹ at each time", () => {
  const r = random(2);
  for (let trial = 0; trial < 15; trial++) {
    const at = instance(r, 4, 3, 4, 1 + r.integer(4)), C = L.add(at.X, at.Xprime);
    for (const { W, Wp } of gradientFlow({ ...at, stopGradient: true, predictor: "optimal" }, [0, 1, 5])) {
      near(square(W), square(at.W), T2);
      const F1 = L.matmul(L.matmul(W, C), L.transpose(W)), F12 = L.matmul(L.matmul(W, at.X), L.transpose(W));
      near(L.matmul(Wp, F1), F12, T2);
    }
  }
});

Deno.test("law: without stop-gradient ‖W(t)‖ ≤ e^−λ_min(X′)t ‖W(0)‖ strictly, and X′ = 0 conserves W Wᵀ − W̃_pᵀW̃_p", () => {
  const r = random(3);
  for (let trial = 0; trial < 12; trial++) {
    const [n1, n2] = r.pick([[3, 2], [2, 3], [1, 1]]), at = instance(r, n1, n2, n1, n1 + 2);
    const rate = L.eigenvaluesSymmetric(at.Xprime)[0], size = L.frobenius(at.W);
    for (
      const { t, W } of gradientFlow({ ...at, stopGradient: false, predictor: true }, [0, 0.5, 5, 30]).slice(
        1,
      )
    ) {
      assert(L.frobenius(W) < Math.exp(-rate * t) * size, `rate ${rate}, t ${t}`);
    }
    const free = { ...at, Xprime: L.scale(0, at.Xprime), stopGradient: false, predictor: true } as const;
    const tilde = (Wp: Matrix) => square(L.transpose(L.subtract(Wp, L.identity(n2))));
    for (const { W, Wp } of gradientFlow(free, [0, 1, 6])) {
      near(L.subtract(square(W), tilde(Wp)), L.subtract(square(at.W), tilde(at.Wp)), T2);
    }
  }
  const { W, Wp, limit } = data.flows.conserved;
  const end = gradientFlow({
    W: [[W]],
    Wp: [[Wp]],
    X: [[1]],
    Xprime: [[0]],
    stopGradient: false,
    predictor: true,
  }, [0, 40]);
  near([end[1].W[0][0], end[1].Wp[0][0]], [limit, 1], T2);
});

Deno.test("law: X′ singular and neither device: W(t) goes to W(0) times the projection on its kernel", () => {
  const at = { ...START, X: L.identity(3), Xprime: L.diagonal([1, 0, 0.5]) };
  const [, end] = gradientFlow({ ...at, stopGradient: false, predictor: false }, [0, 60]);
  near(end.W, L.matmul(at.W, L.diagonal([0, 1, 0])), T2);
});

Deno.test("second engine: a step of descent is W − r (∂J/∂W + η W) by the formulas' own face, W rank-deficient or not", () => {
  const r = random(4);
  for (let trial = 0; trial < 60; trial++) {
    const [n1, n2] = r.pick([[3, 2], [2, 4], [1, 1], [4, 1]]),
      at = instance(r, n1, n2, n1, 1 + r.integer(n1));
    if (trial % 3 === 0) at.W = at.W.map(() => at.W[0]);
    const eta = r.uniform(), alphaP = r.uniform(), learningRate = r.uniform();
    for (const stopGradient of [true, false]) {
      const options = { ...at, stopGradient, weightDecay: eta, alphaP, learningRate, steps: 1 };
      const step = (A: Matrix, g: Matrix, c: number) =>
        L.subtract(A, L.scale(learningRate, L.add(L.scale(c, g), L.scale(eta, A))));
      const learned = gradientDescent({ ...options, predictor: true });
      near(learned.W, step(at.W, gradW({ ...at, stopGradient }), 1), T1);
      near(learned.Wp, step(at.Wp, gradWp(at), alphaP), T1);
      const fixed = gradientDescent({ ...options, predictor: false });
      near(fixed.W, step(at.W, gradW({ ...at, Wp: L.identity(n2), stopGradient }), 1), T1);
      near(fixed.norms, [L.frobenius(at.W), L.frobenius(fixed.W)], T1);
    }
  }
});

Deno.test("second engine: descent with a tenth of the step is ten times nearer to the flow", () => {
  const options = { ...D1, ...BOTH, weightDecay: 0.05 }, [, end] = gradientFlow(options, [0, 2]);
  const error = (steps: number) => {
    const { W } = gradientDescent({ ...options, learningRate: 2 / steps, steps });
    return L.frobenius(L.subtract(W, end.W));
  };
  const ratio = error(200) / error(2000);
  assert(ratio > 9.5 && ratio < 10.5, `ratio ${ratio}`);
});

Deno.test("edge: arguments that are ignored need not be there; others are refused by name", () => {
  const { Wp: _, ...without } = D1,
    flow = (change: Record<string, unknown>) => () =>
      gradientFlow({ ...D1, ...BOTH, ...change } as Dynamics, [0, 1]);
  for (const others of ALL.filter(({ predictor }) => predictor !== true)) {
    assert.equal(gradientFlow({ ...without, ...others }, [0, 1]).length, 2);
  }
  refuses(flow({ Wp: undefined }), /array Wp, got undefined/, TypeError);
  refuses(flow({ stopGradient: undefined }), /stopGradient to be true or false, got undefined/, TypeError);
  refuses(flow({ predictor: "best" }), /true \| false \| "optimal", got "best"/);
  refuses(flow({ predictor: undefined }), /true \| false \| "optimal", got undefined/, TypeError);
  refuses(flow({ weightDecay: -0.1 }), /weightDecay not to be negative, got -0.1/);
  refuses(flow({ alphaP: NaN }), /finite number alphaP, got NaN/);
  refuses(flow({ Xprime: L.scale(-1, D1.Xprime) }), /positive semidefinite/);
  refuses(() => gradientFlow({ ...D1, ...BOTH }, [0, 2, 1]), /ascending or descending/);
  refuses(() => gradientFlow(null as unknown as Dynamics, [0, 1]), /object dynamics/, TypeError);
  refuses(() => gradientFlow({ ...D1, ...BOTH }, [0, -60]), /solution up to t = -60/);
  const descend = (learningRate: number, steps: number) => () =>
    gradientDescent({ ...D1, ...BOTH, learningRate, steps });
  refuses(descend(0, 1), /positive learningRate, got 0/);
  refuses(descend(0.1, 1.5), /whole number steps.*got 1.5/);
  refuses(descend(0.1, -1), /steps of at least 0, got -1/);
  refuses(descend(100, 50), /finite result/);
  assert.deepEqual(descend(0.1, 0)().norms.length, 1);
});

Deno.test("edge: the optimal predictor refuses a singular F₁, not one that has only become small", () => {
  const optimal = (change: Partial<Dynamics>) => () =>
    gradientFlow({ ...D1, stopGradient: false, predictor: "optimal", ...change }, [0, 1]);
  refuses(optimal({ W: [[1, 2, 3], [2, 4, 6]] }), /invertible F1.*singular/);
  refuses(optimal({ W: [[0, 0, 0], [1, 0, 0]] }), /invertible F1.*singular/);
  refuses(optimal({ W: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]] }), /invertible F1.*singular/);
  refuses(optimal({ X: L.diagonal([1, 0, 0]), Xprime: L.diagonal([1, 0, 0]) }), /invertible F1.*singular/);
  const tiny = optimal({ W: L.scale(1e-120, D1.W) })();
  near(tiny[1].Wp, L.scale(0.8, L.identity(2)), T2);
});
