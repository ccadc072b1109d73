import assert from "node:assert/strict";
import * as L from "lib/math/linalg.ts";
import {
  digitMoments,
  neighbourAccuracy,
  REPRESENTATION_NOISE,
  spectrum,
  trainVariants,
} from "lib/simsiam/solution/digits.ts";
import { near, refuses } from "./instances.ts";

const data = digitMoments();
const trained = trainVariants(data);
const collapsed = ["neither", "stopGradientOnly", "predictorOnly"] as const;

Deno.test("the moments of digits: X symmetric and ⪰ 0, X′ ≻ 0, their traces n1 together", () => {
  for (const { X, Xprime } of [data, digitMoments({ count: 100, views: 1, noise: 0, components: 5 })]) {
    for (const S of [X, Xprime]) assert.deepEqual(S, L.transpose(S));
    assert.ok(L.eigenvaluesSymmetric(X)[0] >= 0);
    assert.ok(L.eigenvaluesSymmetric(Xprime)[0] > 0.05);
    near(L.trace(X) + L.trace(Xprime), X.length, 1e-12);
  }
  const { P, mean } = data.projection, rowLength = L.norm(P[0]);
  assert.equal(mean.length, 64);
  near(L.scale(rowLength ** -2, L.matmul(P, L.transpose(P))), L.identity(16), 1e-12);
});

Deno.test("the moments of digits: pixel noise adds noise² P Pᵀ to X′, nothing to X", () => {
  const unscaled = (noise: number) => {
    const { X, Xprime, projection } = digitMoments({ noise, count: 1442, views: 8 });
    const power = L.norm(projection.P[0]) ** -2;
    return { X: L.scale(power, X), Xprime: L.scale(power, Xprime) };
  };
  const quiet = unscaled(0), loud = unscaled(1);
  near(quiet.X, loud.X, 1e-12);
  const added = (L.trace(loud.Xprime) - L.trace(quiet.Xprime)) / 16;
  assert.ok(Math.abs(added - 1) < 0.05, `${added}`);
});

Deno.test("the same seed gives the same numbers, another others", () => {
  assert.deepEqual(digitMoments({ seed: 1 }), data);
  assert.notDeepEqual(digitMoments({ seed: 2 }).X, data.X);
  const short = { ...data, steps: 20, recorded: 3 };
  assert.deepEqual(trainVariants(short), trainVariants({ ...short, seed: 1 }));
  assert.notDeepEqual(trainVariants(short).both.W, trainVariants({ ...short, seed: 2 }).both.W);
});

Deno.test("one start for all; norms and records agree", () => {
  for (const { W, norms, records } of Object.values(trained)) {
    assert.deepEqual(records[0].W, trained.both.records[0].W);
    assert.deepEqual(records.map(({ step }) => step), Array.from({ length: 11 }, (_, k) => 100 * k));
    assert.equal(norms.length, 1001);
    for (const record of records) near(L.frobenius(record.W), norms[record.step], 1e-14);
    assert.deepEqual(records[10].W, W);
  }
});

for (const seed of [1, 2, 3]) {
  Deno.test(`seed ${seed}: digits are told apart with both devices, by chance only with fewer`, () => {
    const own = seed === 1 ? data : digitMoments({ seed });
    const ends = seed === 1 ? trained : trainVariants({ ...own, seed });
    const kept = neighbourAccuracy(ends.both.W, own.projection);
    assert.ok(kept > 0.65, `both: ${kept}`);
    assert.ok(spectrum(ends.both.W)[0] > 0.3);
    for (const name of collapsed) {
      assert.ok(spectrum(ends[name].W)[0] < REPRESENTATION_NOISE / 100, name);
      const left = neighbourAccuracy(ends[name].W, own.projection);
      assert.ok(left < 0.18, `${name}: ${left}`);
    }
  });
}

Deno.test("neighbours: all components tell digits apart; the scale of W does not matter above the noise", () => {
  const I = L.identity(16);
  assert.ok(neighbourAccuracy(I, data.projection) > 0.96);
  assert.equal(neighbourAccuracy(L.scale(8, I), data.projection), neighbourAccuracy(I, data.projection));
  assert.ok(neighbourAccuracy(L.scale(1e-9, I), data.projection) < 0.18);
});

Deno.test("wrong arguments are refused", () => {
  refuses(() => digitMoments({ count: 15 }), /count in 16 … 1442/);
  refuses(() => digitMoments({ count: 1443 }), /count/);
  refuses(() => digitMoments({ views: 0 }), /views/);
  refuses(() => digitMoments({ noise: -1 }), /noise/);
  refuses(() => digitMoments({ components: 49 }), /components/);
  refuses(() => digitMoments({ seed: 0.5 }), /seed/);
  refuses(() => trainVariants({ ...data, width: 17 }), /width/);
  refuses(() => trainVariants({ ...data, steps: 0 }), /steps/);
  refuses(() => trainVariants({ ...data, steps: 5 }), /recorded/);
  refuses(() => trainVariants({ ...data, learningRate: 0 }), /learningRate/);
  refuses(() => trainVariants({ ...data, learningRate: 1e3 }), /finite result/);
  refuses(() => trainVariants({ ...data, weightDecay: -1 }), /weightDecay/);
  refuses(() => trainVariants({ ...data, X: L.identity(3) }), /one size/);
  refuses(() => neighbourAccuracy([[1, 2]], data.projection), /W/);
  refuses(() => neighbourAccuracy(trained.both.W, { ...data.projection, mean: [0] }), /projection.mean/);
  refuses(() => spectrum([[NaN]]), /W/);
});
