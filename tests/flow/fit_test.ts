import assert from "node:assert/strict";
import fc from "fast-check";
import reference from "../../data/flow.json" with { type: "json" };
import { divergence, mixture1d, normal1d } from "lib/math/divergence.ts";
import { fitForward, fitReverse, forwardKl, reverseKl } from "lib/flow/mod.ts";
import { reverseKlDerivatives } from "lib/flow/reverse_kl.ts";
import { random } from "lib/math/random.ts";
import { close, T1, T2, T3, wrong } from "./instances.ts";

const mixtureOf = (list: number[][]) => list.map(([weight, mean, sd]) => ({ weight, mean, sd }));
const pair = (a: number, sd = 1) => mixtureOf([[0.5, -a, sd], [0.5, a, sd]]);

Deno.test("reference: forward and reverse fits of one normal to two", () => {
  for (const { mixture, forward, reverse } of reference.landscape.fits) {
    const p = mixtureOf(mixture), fit = fitForward(p);
    for (const key of ["mean", "sd", "kl"] as const) close(fit[key], forward[key], T2, `forward ${key}`);
    for (const { start, minimum, ...expected } of reverse) {
      assert.ok(minimum);
      const found = fitReverse(p, { start: { mean: start[0], sd: start[1] } });
      for (const key of ["mean", "sd", "kl"] as const) close(found[key], expected[key], T2, `reverse ${key}`);
    }
  }
});

Deno.test("reference: the gradient of the reverse KL, and its value", () => {
  const p = mixtureOf(reference.landscape.fits[1].mixture);
  for (const { mean, sd, kl, gradient } of reference.landscape.gradients) {
    close(reverseKl(p, { mean, sd }), kl, T2);
    const found = reverseKlDerivatives(p, { mean, sd }).gradient;
    close(found[0], gradient[0], T2);
    close(found[1], gradient[1], T2);
  }
});

Deno.test("reference: two more minima appear in a saddle-node and become global later", () => {
  const { saddleNode, equalKl } = reference.landscape;
  close(saddleNode.a, 2.41223, 5e-6);
  close(equalKl.a, 2.80008, 5e-6);
  const flat = reverseKlDerivatives(pair(saddleNode.a), saddleNode).gradient;
  assert.ok(Math.hypot(...flat) < T2);
  const mode = (a: number) => fitReverse(pair(a), { start: { mean: a, sd: 1 } });
  const centre = (a: number) => fitReverse(pair(a), { start: { mean: 0, sd: a } });
  assert.ok(Math.abs(mode(saddleNode.a - 1e-3).mean) < T3, "before: downhill ends in the centre");
  assert.ok(mode(saddleNode.a + 1e-3).mean > saddleNode.mean, "after: it stays at the mode");
  for (const a of [0.5, 1, 2, 3, 4]) assert.ok(Math.abs(centre(a).mean) < T3, `a centre minimum at a = ${a}`);
  assert.ok(mode(equalKl.a - 1e-3).kl > centre(equalKl.a - 1e-3).kl);
  assert.ok(mode(equalKl.a + 1e-3).kl < centre(equalKl.a + 1e-3).kl);
});

Deno.test("law: a reverse fit is a stationary point below its start; a forward fit is below its neighbours", () => {
  const chance = random(309);
  for (let i = 0; i < 12; i++) {
    const weights = chance.simplex(2);
    const p = weights.map((weight) => ({
      weight,
      mean: chance.uniform(-3, 3),
      sd: chance.uniform(0.4, 1.5),
    }));
    const start = { mean: chance.uniform(-3, 3), sd: chance.uniform(0.3, 3) }, fit = fitReverse(p, { start });
    const slope = reverseKlDerivatives(p, fit).gradient;
    assert.ok(Math.hypot(...slope) < 1e-7, "stationary");
    assert.ok(fit.kl <= reverseKl(p, start) + T2 && fit.kl >= 0);
    close(fit.kl, reverseKl(p, fit), T2);
    const best = fitForward(p);
    for (const [dm, ds] of [[0.05, 0], [-0.05, 0], [0, 0.05], [0, -0.05]]) {
      assert.ok(forwardKl(p, { mean: best.mean + dm, sd: best.sd + ds }) > best.kl);
      assert.ok(reverseKl(p, { mean: fit.mean + 0.1 * dm, sd: fit.sd * (1 + 0.1 * ds) }) > fit.kl - T2);
    }
  }
});

Deno.test("law: one component is fitted exactly, whichever way round and from wherever", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 0.2, max: 3, noNaN: true }),
      (mean, sd) => {
        const p = [{ weight: 1, mean, sd }];
        for (const fit of [fitForward(p), fitReverse(p, { start: { mean: 1, sd: 1 } })]) {
          close(fit.mean, mean, T2);
          close(fit.sd, sd, T2);
          assert.ok(fit.kl < T2);
        }
      },
    ),
    { numRuns: 25, seed: 310 },
  );
});

Deno.test("second engine: the reverse KL's gradient by differences of its value", () => {
  const p = mixtureOf([[0.2, -2, 0.3], [0.5, 0, 1], [0.3, 3, 0.7]]), h = 1e-4;
  for (const [mean, sd] of [[0, 1], [-1.5, 0.5], [2, 2]]) {
    const slope = reverseKlDerivatives(p, { mean, sd }).gradient;
    const at = (m: number, s: number) => reverseKl(p, { mean: m, sd: s });
    close(slope[0], (at(mean + h, sd) - at(mean - h, sd)) / (2 * h), T3);
    close(slope[1], (at(mean, sd + h) - at(mean, sd - h)) / (2 * h), T3);
  }
  close(forwardKl(p, { mean: 0.3, sd: 2 }), divergence("kl", mixture1d(p), normal1d(0.3, 2)), T1);
});

Deno.test("edge: fits refuse what is no mixture and no normal", () => {
  const p = pair(1), q = { mean: 0, sd: 1 };
  assert.throws(() => fitForward([]), { name: "RangeError" });
  assert.throws(() => fitForward([{ weight: 2, mean: 0, sd: 1 }]), {
    name: "RangeError",
    message: /sum to 1/,
  });
  assert.throws(() => fitReverse(p, wrong(undefined)), { name: "TypeError", message: /options/ });
  assert.throws(() => fitReverse(p, wrong({})), { name: "TypeError", message: /start/ });
  assert.throws(() => fitReverse(p, { start: { mean: 0, sd: 0 } }), {
    name: "RangeError",
    message: /positive sd/,
  });
  for (const call of [forwardKl, reverseKl]) {
    assert.throws(() => call(p, { mean: NaN, sd: 1 }), { name: "RangeError", message: /finite.*NaN/ });
    assert.throws(() => call(p, { mean: 0, sd: -1 }), { name: "RangeError", message: /positive sd.*-1/ });
    assert.throws(() => call(p, wrong(null)), { name: "TypeError", message: /object q/ });
    assert.throws(() => call(wrong("p"), q), { name: "TypeError", message: /array mixture/ });
  }
});
