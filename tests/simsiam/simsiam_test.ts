import assert from "node:assert/strict";
import { difference } from "lib/math/difference.ts";
import * as L from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import { curvature, emStep, gradW, gradWp, modes, objective } from "lib/simsiam/mod.ts";
import data from "../../data/simsiam.json" with { type: "json" };
import {
  expectedLoss,
  independent,
  instance,
  near,
  pairsOf,
  refuses,
  SHAPES,
  viewMoments,
} from "./instances.ts";

/** Closed forms in float64. */
const T1 = 1e-12;

Deno.test("law: equation (3) is the expected loss, enumerated, whatever the law of the two views", () => {
  const r = random(1);
  for (let trial = 0; trial < 200; trial++) {
    const [n1, n2] = r.pick(SHAPES),
      pairs = pairsOf(r, n1, 1 + r.integer(5)),
      { W, Wp } = instance(r, n1, n2);
    const { X, Xprime, F12of, F2of } = viewMoments(pairs);
    near(objective({ W, Wp, X, Xprime, F12: F12of(W), F2: F2of(W) }), expectedLoss(pairs, W, Wp), T1);
    const both = independent(pairs), moments = viewMoments(both);
    near(objective({ W, Wp, X: moments.X, Xprime: moments.Xprime }), expectedLoss(both, W, Wp), T1);
    near(moments.F12of(W), L.matmul(L.matmul(W, moments.X), L.transpose(W)), T1);
  }
});

Deno.test("law: H vec W = vec ∂J/∂W, H symmetric, no eigenvalue negative, X or X′ singular or not", () => {
  const r = random(2);
  for (let trial = 0; trial < 200; trial++) {
    const [n1, n2] = r.pick(SHAPES), at = instance(r, n1, n2, 1 + r.integer(n1), 1 + r.integer(n1));
    if (trial % 5 === 0) at.W = at.W.map(() => at.W[0]);
    const H = curvature(at);
    near(L.apply(H, L.vec(at.W)), L.vec(gradW({ ...at, stopGradient: false })), T1);
    assert.deepEqual(H, L.transpose(H));
    assert(L.eigenvaluesSymmetric(H)[0] >= -T1 * L.frobenius(H));
  }
});

Deno.test("law: the EM step makes the residual orthogonal, and shrinks W in the metric of X + X′ only", () => {
  const r = random(3);
  for (let trial = 0; trial < 200; trial++) {
    const [n1, n2] = r.pick(SHAPES), at = instance(r, n1, n2), C = L.add(at.X, at.Xprime), W = emStep(at);
    // The random C has condition numbers up to 1e5.
    near(L.matmul(W, C), L.matmul(at.W, at.X), 1e-9);
    const size = (A: Matrix) => L.frobenius(L.matmul(A, L.squareRoot(C)));
    assert(size(W) <= size(at.W) * (1 + T1));
  }
  const X = [[1, 1], [1, 1]], Xprime = [[0.01, 0], [0, 1]], step = emStep({ W: L.identity(2), X, Xprime });
  near(L.spectralNorm(step), 1.387, 5e-4);
  near(L.eigenvalues(step)[0].re, 0.99, 5e-4);
});

Deno.test("reference: value and gradients on views that are not exchangeable, and made so, by mpmath", () => {
  const { pairs, W, Wp, independent: both, ...wanted } = data.point,
    { X, Xprime, F12of, F2of } = viewMoments(pairs);
  near(objective({ W, Wp, X, Xprime, F12: F12of(W), F2: F2of(W) }), wanted.objective, T1);
  near(gradWp({ W, Wp, X, Xprime, F12: F12of(W) }), wanted.gradWp, T1);
  const moments = viewMoments(independent(pairs)), at = { W, Wp, X: moments.X, Xprime: moments.Xprime };
  near(gradW({ ...at, stopGradient: false }), both.gradW, T1);
  near(gradW({ ...at, stopGradient: true }), both.gradWStopped, T1);
  assert(difference(F12of(W), L.transpose(F12of(W))) > 0.01, "these views must not be exchangeable");
});

Deno.test("reference: fixed points and thresholds of decoupled modes, by mpmath", () => {
  for (const { x, xPrime, weightDecay, pPlus, pMinus, threshold } of data.d2) {
    const found = modes({ x, xPrime, weightDecay }), about = `x ${x}, x′ ${xPrime}, η ${weightDecay}`;
    near(found.threshold, threshold, T1, about);
    assert.equal(found.stable, pPlus !== null, about);
    assert.equal(found.pPlus === null, pPlus === null, about);
    if (pPlus === null || pMinus === null || found.pPlus === null || found.pMinus === null) continue;
    near(found.pPlus, pPlus, T1, about);
    // Relative: the smaller root is where the printed formula cancels.
    near(pMinus === 0 ? found.pMinus : found.pMinus / pMinus, pMinus === 0 ? 0 : 1, T1, about);
  }
});

Deno.test("law: a mode's fixed points solve (x + x′) p² − x p + η = 0 and stay away from overflow", () => {
  const r = random(8);
  for (let trial = 0; trial < 200; trial++) {
    const x = r.uniform(0.1, 3),
      xPrime = r.uniform(0, 3),
      { threshold } = modes({ x, xPrime, weightDecay: 0 });
    const weightDecay = r.uniform(0, 1.5 * threshold),
      { pPlus, pMinus, stable } = modes({ x, xPrime, weightDecay });
    assert.equal(stable, weightDecay <= threshold);
    for (const p of [pPlus, pMinus]) {
      if (p === null) assert(!stable);
      else near((x + xPrime) * p * p - x * p + weightDecay, 0, T1);
    }
  }
  near(modes({ x: 1e300, xPrime: 1e300, weightDecay: 0 }).pPlus ?? NaN, 0.5, T1);
  assert.deepEqual(modes({ x: 0, xPrime: 1, weightDecay: 0 }), {
    pPlus: 0,
    pMinus: 0,
    threshold: 0,
    stable: true,
  });
  assert.equal(modes({ x: 1, xPrime: 0.25, weightDecay: 0.2 }).stable, true);
  refuses(() => modes({ x: 0, xPrime: 0, weightDecay: 0 }), /positive x \+ xPrime, got 0/);
  refuses(() => modes({ x: -1, xPrime: 1, weightDecay: 0 }), /negative, got -1/);
  refuses(() => modes({ x: 1, xPrime: 1, weightDecay: NaN }), /finite.*NaN/);
  refuses(() => modes(undefined as unknown as Parameters<typeof modes>[0]), /object mode/, TypeError);
});

const POINT = {
  W: [[1, 0, 2], [0, 1, 1]],
  Wp: [[1, 2], [0, 1]],
  X: L.identity(3),
  Xprime: L.scale(0.25, L.identity(3)),
};

Deno.test("edge: wrong shapes, asymmetric and indefinite moments are refused by name", () => {
  const runs: ((change: Partial<Record<keyof typeof POINT, unknown>>) => unknown)[] = [
    (change) => objective({ ...POINT, ...change } as typeof POINT),
    (change) => gradWp({ ...POINT, ...change } as typeof POINT),
    (change) =>
      gradW({ ...POINT, stopGradient: true, ...change } as typeof POINT & { stopGradient: boolean }),
  ];
  const shared: typeof runs = [...runs, (change) => curvature({ ...POINT, ...change } as typeof POINT)];
  for (const run of shared) {
    refuses(() => run({ Wp: [[1, 2]] }), /square matrix Wp, got 1 × 2/);
    refuses(() => run({ X: [[1, 0.5, 0], [0, 1, 0], [0, 0, 1]] }), /symmetric matrix X,/);
    refuses(() => run({ Xprime: [[1, 0, 0], [0, 1, 0], [0.5, 0, 1]] }), /symmetric matrix Xprime/);
    refuses(
      () => run({ Xprime: L.scale(-0.25, L.identity(3)) }),
      /positive semidefinite matrix Xprime.*-0.25/,
    );
    refuses(() => run({ X: L.scale(-1, L.identity(3)) }), /positive semidefinite matrix X,/);
    refuses(() => run({ Xprime: L.identity(2) }), /one size, got 3 × 3 and 2 × 2/);
    refuses(() => run({ X: [[1, 0, 0], [0, NaN, 0], [0, 0, 1]] }), /finite number X\[1\]\[1\], got NaN/);
    for (const wrong of [undefined, null, 3, "X", [], {}]) {
      assert.throws(() => run({ X: wrong }), /^(TypeError|RangeError): Cannot .*expected .*X/);
      assert.throws(() => run({ Wp: wrong }), /^(TypeError|RangeError): Cannot .*expected .*Wp/);
    }
  }
  for (const run of runs) {
    refuses(() => run({ W: [[1, 0], [0, 1]] }), /columns as X, got 2 × 2 and 3 × 3/);
    refuses(() => run({ Wp: L.identity(3) }), /rows as W, got 3 × 3 and 2 × 3/);
    refuses(() => run({ W: [[1, 0, 2], [0, 1]] }), /one length in W/);
    refuses(() => run({ W: undefined }), /array W, got undefined/, TypeError);
  }
  for (const run of [objective, gradWp, gradW, curvature, emStep] as ((point: unknown) => unknown)[]) {
    for (const wrong of [undefined, null, 3, [POINT]]) refuses(() => run(wrong), /object point/, TypeError);
  }
  refuses(
    () => gradW({ ...POINT } as typeof POINT & { stopGradient: boolean }),
    /stopGradient.*got undefined/,
    TypeError,
  );
  refuses(
    () => emStep({ ...POINT, X: L.scale(0, POINT.X), Xprime: L.scale(0, POINT.X) }),
    /invertible.*singular/,
  );
});

Deno.test("edge: with F12 or F2 given, X and X′ may be indefinite as long as their sum is not", () => {
  const X = [[0.5, 0, 0], [0, -0.5, 0], [0, 0, 0.1]], Xprime = [[0, 0, 0], [0, 1.5, 0], [0, 0, 0]];
  const F12 = [[1, 0.5], [-0.5, 2]], F2 = [[3, 0], [0, 3]];
  refuses(() => objective({ ...POINT, X, Xprime }), /positive semidefinite matrix X,/);
  assert(Number.isFinite(objective({ ...POINT, X, Xprime, F12, F2 })));
  assert.equal(gradWp({ ...POINT, X, Xprime, F12 }).length, 2);
  refuses(
    () => gradWp({ ...POINT, X, Xprime: L.scale(0, X), F12 }),
    /positive semidefinite matrix X \+ Xprime/,
  );
  refuses(() => objective({ ...POINT, F12: [[1, 2, 3], [4, 5, 6]] }), /square matrix F12, got 2 × 3/);
  refuses(() => objective({ ...POINT, F12: L.identity(3) }), /F12 to be 2 × 2, got 3 × 3/);
  refuses(() => objective({ ...POINT, F2: [[NaN]] }), /finite/);
});

Deno.test("edge: rounding of what one function returns passes the next; typed arrays pass; nothing is changed", () => {
  const r = random(9);
  for (let trial = 0; trial < 50; trial++) {
    const n1 = 1 + r.integer(4), { X, Xprime } = viewMoments(independent(pairsOf(r, n1, 1 + r.integer(3))));
    const W = r.normalMatrix(2, n1), Wp = r.normalMatrix(2, 2), copy = JSON.stringify({ W, Wp, X, Xprime });
    objective({ W, Wp, X, Xprime });
    assert.equal(JSON.stringify({ W, Wp, X, Xprime }), copy);
    const typed = (A: Matrix) => A.map((row) => new Float64Array(row)) as unknown as Matrix;
    assert.deepEqual(
      gradWp({ W: typed(W), Wp: typed(Wp), X: typed(X), Xprime: typed(Xprime) }),
      gradWp({ W, Wp, X, Xprime }),
    );
  }
  refuses(() => objective({ ...POINT, W: [[1e200, 0, 0], [0, 1e200, 0]] }), /finite result/);
});
