import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { difference } from "lib/math/difference.ts";
import { type Dual, gradientOver } from "lib/math/dual.ts";
import { type Rational, rational, rationalMatrices, rationals, toNumber } from "lib/math/exact.ts";
import { type Field, matricesOver } from "lib/math/field.ts";
import { random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import { curvature, gradW, gradWp, objective, simsiamOver } from "lib/simsiam/mod.ts";
import { expectedLoss, independent, instance, near, pairsOf, SHAPES, viewMoments } from "./instances.ts";

/** Rational arithmetic. */
const T0 = 0;
/** Closed forms in float64. */
const T1 = 1e-12;
/** Central differences with step 1e-5 of a quartic: step² and ε / step. */
const DIFFERENCES = 1e-8;
/** tfjs computes in float32. */
const FLOAT32 = 1e-5;

Deno.test("second engine: dual numbers over the rationals give both gradients exactly, stopped or not", () => {
  const r = random(4), M = rationalMatrices;
  for (const [n1, n2] of SHAPES) {
    const draw = (rows: number, columns: number) => r.list(rows, () => r.list(columns, () => r.rational()));
    const symmetric = (A: Rational[][]) => M.add(A, M.transpose(A));
    const W = draw(n2, n1), Wp = draw(n2, n2), X = symmetric(draw(n1, n1)), Xprime = symmetric(draw(n1, n1));
    const F12 = draw(n2, n2), exact = simsiamOver(rationals), F2 = M.mul(W, M.add(X, Xprime), M.transpose(W));
    const over = (field: Field<Dual<Rational>>) => {
      const algebra = matricesOver(field),
        constant = (A: Rational[][]) =>
          A.map((row) => row.map((value) => ({ value, slope: rationals.zero })));
      return { ...simsiamOver(field), algebra, constant, X: constant(X), Xprime: constant(Xprime) };
    };
    const fold = <T>(v: T[], columns: number) =>
      Array.from({ length: v.length / columns }, (_, i) => v.slice(i * columns, (i + 1) * columns));

    const forWp = gradientOver(rationals, (field, v) => {
      const on = over(field);
      return on.objective({
        W: on.constant(W),
        Wp: fold(v, n2),
        X: on.X,
        Xprime: on.Xprime,
        F12: on.constant(F12),
      });
    }, Wp.flat());
    assert.equal(difference(fold(forWp, n2), exact.gradWp({ W, Wp, X, Xprime, F12 })), T0);

    for (const stopped of [false, true]) {
      const forW = gradientOver(rationals, (field, v) => {
        const on = over(field),
          online = fold(v, n1),
          point = { W: online, Wp: on.constant(Wp), X: on.X, Xprime: on.Xprime };
        if (!stopped) return on.objective(point);
        const target = on.constant(W);
        return on.objective({
          ...point,
          F12: on.algebra.mul(online, on.X, on.algebra.transpose(target)),
          F2: on.constant(F2),
        });
      }, W.flat());
      assert.equal(difference(fold(forW, n1), exact.gradW({ W, Wp, X, Xprime }, stopped)), T0);
    }
  }
});

Deno.test("second engine: float and rational faces agree on the same points", () => {
  const r = random(5),
    exact = simsiamOver(rationals),
    lift = (A: Matrix) => A.map((row) => row.map((x) => rational(x)));
  const lower = (A: Rational[][]) => A.map((row) => row.map(toNumber));
  for (const [n1, n2] of SHAPES) {
    const at = instance(r, n1, n2),
      point = { W: lift(at.W), Wp: lift(at.Wp), X: lift(at.X), Xprime: lift(at.Xprime) };
    near(objective(at), toNumber(exact.objective(point)), T1);
    near(gradWp(at), lower(exact.gradWp(point)), T1);
    near(curvature(at), lower(exact.curvature(point)), T1);
    for (const stopGradient of [true, false]) {
      near(gradW({ ...at, stopGradient }), lower(exact.gradW(point, stopGradient)), T1);
    }
  }
});

Deno.test("second engine: central differences of the enumerated loss, target fixed or not", () => {
  const r = random(6), h = 1e-5;
  const slopes = (A: number[][], f: (A: number[][]) => number) =>
    A.map((row, i) =>
      row.map((_, j) => {
        const moved = (by: number) => A.map((line, k) => line.map((x, l) => k === i && l === j ? x + by : x));
        return (f(moved(h)) - f(moved(-h))) / (2 * h);
      })
    );
  for (let trial = 0; trial < 30; trial++) {
    const [n1, n2] = r.pick(SHAPES),
      pairs = pairsOf(r, n1, 4),
      both = independent(pairs),
      { W, Wp } = instance(r, n1, n2);
    const one = viewMoments(pairs), { X, Xprime } = viewMoments(both);
    near(
      gradWp({ W, Wp, X: one.X, Xprime: one.Xprime, F12: one.F12of(W) }),
      slopes(Wp, (P) => expectedLoss(pairs, W, P)),
      DIFFERENCES,
    );
    near(
      gradW({ W, Wp, X, Xprime, stopGradient: false }),
      slopes(W, (V) => expectedLoss(both, V, Wp)),
      DIFFERENCES,
    );
    near(
      gradW({ W, Wp, X, Xprime, stopGradient: true }),
      slopes(W, (V) => expectedLoss(both, V, Wp, W)),
      DIFFERENCES,
    );
  }
});

Deno.test("second engine: tfjs differentiates the batch, its target branch stopped and not", async () => {
  await tf.setBackend("cpu");
  const r = random(7), before = tf.memory().numTensors;
  for (const [n1, n2] of SHAPES) {
    const pairs = independent(pairsOf(r, n1, 5)),
      { W, Wp } = instance(r, n1, n2),
      { X, Xprime } = viewMoments(pairs);
    const gradients = tf.tidy(() => {
      const batch = (view: "x1" | "x2") => tf.tensor2d(pairs.map((pair) => [...pair[view]])),
        x1 = batch("x1"),
        x2 = batch("x2");
      const weights = tf.tensor1d(pairs.map(({ weight }) => weight / 2));
      const loss = (V: tf.Tensor, P: tf.Tensor, target: tf.Tensor) => {
        const residual = x1.matMul(V, false, true).matMul(P, false, true).sub(x2.matMul(target, false, true));
        return residual.square().sum(1).mul(weights).sum() as tf.Scalar;
      };
      const online = tf.tensor2d(W), predictor = tf.tensor2d(Wp), target = tf.tensor2d(W);
      const stopped = tf.grads((V, P) => loss(V, P, target))([online, predictor]);
      return [stopped[0], stopped[1], tf.grad((V) => loss(V, predictor, V))(online)].map((g) =>
        g.arraySync() as number[][]
      );
    });
    near(gradients[0], gradW({ W, Wp, X, Xprime, stopGradient: true }), FLOAT32);
    near(gradients[1], gradWp({ W, Wp, X, Xprime }), FLOAT32);
    near(gradients[2], gradW({ W, Wp, X, Xprime, stopGradient: false }), FLOAT32);
  }
  assert.equal(tf.memory().numTensors, before);
});
