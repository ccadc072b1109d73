import assert from "node:assert/strict";
import reference from "../../data/elbo.json" with { type: "json" };
import { discreteModel, discreteModelOver, meanField, meanFieldOptima } from "lib/elbo/mod.ts";
import { type Dual, dualOver, duals, exp, gradient, log } from "lib/math/dual.ts";
import { type Rational, rational, rationals, toNumber } from "lib/math/exact.ts";
import { type Random, random } from "lib/math/random.ts";
import { close, discreteInstance, INSTANCES, T1 } from "./support.ts";

/** H(q) = −Σ q log q, 0 log 0 = 0. */
const entropy = (q: readonly number[]) => q.reduce((sum, w) => w === 0 ? sum : sum - w * Math.log(w), 0);

Deno.test("reference: every number of a discrete model agrees with 40-digit arithmetic", () => {
  for (const { theta, x, q, ...expected } of reference.discrete) {
    const model = discreteModel(theta);
    close(model.posterior(x), expected.posterior, T1, "posterior");
    close(model.logMarginal(x), expected.logMarginal, T1, "log marginal");
    for (const term of ["reconstruction", "ecll", "elbo", "klPosterior"] as const) {
      close(model[term](x, q), expected[term], T1, term);
    }
  }
});

Deno.test("law: three routes to the ELBO agree, below log p(x), which the posterior reaches", () => {
  const r = random(31);
  for (let i = 0; i < INSTANCES; i++) {
    const { theta, x, q } = discreteInstance(r, i), model = discreteModel(theta), post = model.posterior(x);
    close(model.ecll(x, q) + entropy(q), model.elbo(x, q), T1, `ECLL + H(q), instance ${i}`);
    close(model.logMarginal(x) - model.klPosterior(x, q), model.elbo(x, q), T1, `log p − KL, instance ${i}`);
    assert.ok(model.klPosterior(x, q) >= 0 && model.klPosterior(x, post) <= 1e-15);
    if (q.length > 1) assert.ok(model.elbo(x, q) < model.logMarginal(x));
  }
});

/** Positive rationals that sum to 1. */
const shares = (r: Random, n: number): Rational[] => {
  const parts = r.list(n, () => 1 + r.integer(9)), total = parts.reduce((sum, p) => sum + p, 0);
  return parts.map((p) => rational(p, total));
};

Deno.test("law: over rationals the terms of the evidence are exact", () => {
  const r = random(32), { mul } = rationals;
  const same = (a: Rational, b: Rational, what: string) =>
    assert.ok(a.equals(b), `${what}: ${a} against ${b}`);
  for (let i = 0; i < INSTANCES; i++) {
    const K = 1 + i % 4, M = 1 + i % 3, x = r.integer(M), counts = r.list(K, () => r.integer(4));
    counts[0]++;
    const table = { prior: shares(r, K), likelihood: r.list(K, () => shares(r, M)) };
    const model = discreteModelOver(rationals, table);
    model.bayesRatios(x).forEach((ratio) => same(ratio, model.marginal(x), "Bayes"));
    const evidence = model.expMarginal(x, counts), elbo = model.expElbo(x, counts);
    same(mul(elbo, model.expKlPosterior(x, counts)), evidence, "log p = L + KL");
    same(mul(model.expEcll(x, counts), model.expEntropy(counts)), elbo, "L = ECLL + H");
    assert.ok(elbo.compare(evidence) <= 0, "L ≤ log p");

    const numbers = (list: readonly Rational[]) => list.map(toNumber), N = counts.reduce((a, b) => a + b, 0);
    const floats = discreteModel({ prior: numbers(table.prior), likelihood: table.likelihood.map(numbers) });
    const q = counts.map((n) => n / N);
    close(Math.log(toNumber(elbo)) / N, floats.elbo(x, q), T1, "floats");
    close(
      Math.log(toNumber(model.expReconstruction(x, counts))) / N,
      floats.reconstruction(x, q),
      T1,
      "floats",
    );
    close(numbers(model.posterior(x)), floats.posterior(x), T1, "posterior in floats");
  }
});

Deno.test("law: over rational dual numbers ∇_θ ECLL = ∇_θ L = ∇_θ [log p − KL] exactly, and differs from ∇_θ log p", () => {
  const r = random(33), field = dualOver(rationals), { div, sub, of } = rationals;
  let differs = 0;
  for (let i = 0; i < 50; i++) {
    const K = 2 + i % 3,
      M = 2,
      counts = r.list(K, () => 1 + r.integer(3)),
      N = of(counts.reduce((a, b) => a + b, 0));
    // θ moves probability between the two values of x, differently for each z.
    const rows = r.list(K, () => {
      const [p] = shares(r, M), direction = r.rational();
      const row: Dual<Rational>[] = [{ value: p, slope: direction }, {
        value: sub(of(1), p),
        slope: direction.neg(),
      }];
      return row;
    });
    const prior = shares(r, K).map((value) => ({ value, slope: of(0) }));
    const model = discreteModelOver(field, { prior, likelihood: rows });
    /** The derivative of a term from that of its e^{N ·}. */
    const derivative = (power: Dual<Rational>) => div(div(power.slope, power.value), N);
    const ecll = derivative(model.expEcll(0, counts)), elbo = derivative(model.expElbo(0, counts));
    const evidence = derivative(model.expMarginal(0, counts)),
      kl = derivative(model.expKlPosterior(0, counts));
    assert.ok(ecll.equals(elbo) && elbo.equals(sub(evidence, kl)), `instance ${i}`);
    if (!elbo.equals(evidence)) differs++;
  }
  assert.ok(differs > 40);
});

Deno.test("second engine: gradients by the logits, by dual numbers", () => {
  const r = random(34), { add, sub, mul, div, of, zero } = duals;
  const sum = (terms: Dual<number>[]) => terms.reduce(add, zero);
  const softmax = (logits: Dual<number>[]) => {
    const powers = logits.map(exp), total = sum(powers);
    return powers.map((p) => div(p, total));
  };
  for (let i = 0; i < INSTANCES; i++) {
    const { theta, x, q } = discreteInstance(r, i), model = discreteModel(theta), K = q.length;
    const byQ = gradient((logits) => {
      const weights = softmax(logits);
      const terms = weights.map((w, z) => sub(of(Math.log(theta.prior[z] * theta.likelihood[z][x])), log(w)));
      return sum(weights.map((w, z) => mul(w, terms[z])));
    }, q.map(Math.log));
    close(model.gradElbo(x, q), byQ, T1, `by q, instance ${i}`);
    const M = theta.likelihood[0].length, found = model.gradTheta(x, q);
    const byTheta = gradient((logits) => {
      const prior = softmax(logits.slice(0, K));
      const rows = theta.likelihood.map((_, z) => softmax(logits.slice(K + z * M, K + (z + 1) * M)));
      return sum(q.map((weight, z) => mul(of(weight), log(mul(prior[z], rows[z][x])))));
    }, [...theta.prior, ...theta.likelihood.flat()].map(Math.log));
    close([...found.prior, ...found.likelihood.flat()], byTheta, T1, `by θ, instance ${i}`);
  }
});

Deno.test("law: zeros are limits: 0 log 0 = 0, and no support means an infinite KL", () => {
  const model = discreteModel({ prior: [0.5, 0.5, 0], likelihood: [[1, 0], [0.5, 0.5], [0.3, 0.7]] });
  close(model.posterior(0), [2 / 3, 1 / 3, 0], T1, "posterior");
  close(model.elbo(0, [1, 0, 0]), Math.log(0.5), T1, "ELBO of a certain q");
  assert.equal(model.elbo(1, [0.5, 0.5, 0]), -Infinity);
  assert.equal(model.klPosterior(1, [0.5, 0.5, 0]), Infinity);
  assert.equal(model.ecll(0, [0.5, 0, 0.5]), -Infinity);
  close(model.klPosterior(0, [0, 1, 0]), Math.log(3), T1, "KL of a certain q");
  const never = discreteModel({ prior: [0.5, 0.5], likelihood: [[1, 0], [1, 0]] });
  assert.equal(never.logMarginal(1), -Infinity);
  assert.throws(() => never.posterior(1), /positive probability.*p\(x\) = 0/);
  const tiny = discreteModel({ prior: [1e-300, 1 - 1e-300], likelihood: [[1e-200, 1 - 1e-200], [0, 1]] });
  close(tiny.logMarginal(0), -500 * Math.LN10, T1, "an evidence below the smallest float");
  assert.deepEqual(tiny.posterior(0), [1, 0]);
});

const anyX = (posterior: readonly number[]) => ({ prior: posterior, likelihood: posterior.map(() => [1]) });
const product = (a: readonly number[], b: readonly number[]) => a.flatMap((p) => b.map((q) => p * q));

Deno.test("reference: the local optima of the mean field, found by coordinate ascent from a grid", () => {
  for (const { prior, optima } of reference.meanField) {
    const found = meanFieldOptima(anyX(prior), 0);
    assert.equal(found.length, optima.length);
    optima.forEach((expected, i) => {
      for (const part of ["kl", "q1", "q2"] as const) close(found[i][part], expected[part], T1, part);
    });
  }
});

Deno.test("second engine: no point of a fine grid beats the mean field, and one comes near", () => {
  // Steps of 0.4 in the logit miss the optimum by 0.2 at most: KL rises by less than 2 · ½ · ¼ · 0.2².
  const r = random(35), sigmoid = (t: number) => 1 / (1 + Math.exp(-t));
  const grid = Array.from({ length: 151 }, (_, k) => 0.4 * (k - 75)).map((t) => [sigmoid(-t), sigmoid(t)]);
  for (let i = 0; i < 40; i++) {
    const { theta, x } = discreteInstance(r, i, 4), sharp = theta.prior.map((p) => p ** (1 + i % 4));
    const total = sharp.reduce((sum, p) => sum + p, 0),
      model = { ...theta, prior: sharp.map((p) => p / total) };
    const { q1, q2, elbo, kl } = meanField(model, x), post = discreteModel(model).posterior(x);
    const logPost = post.map(Math.log);
    let least = Infinity;
    for (const a of grid) {
      for (const b of grid) {
        const q = product(a, b);
        least = Math.min(least, q.reduce((sum, w, z) => sum + w * (Math.log(w) - logPost[z]), 0));
      }
    }
    assert.ok(kl <= least + 1e-14 && least < kl + 0.02, `instance ${i}: ${kl} against ${least}`);
    close(discreteModel(model).elbo(x, product(q1, q2)), elbo, T1, "ELBO");
    close(discreteModel(model).logMarginal(x) - kl, elbo, T1, "log p − KL");
  }
});

Deno.test("law: a factorised posterior has no gap; a bimodal one has a worse local optimum; zeros make a bit certain", () => {
  const r = random(36);
  for (let i = 0; i < INSTANCES; i++) {
    const a = r.simplex(2), b = r.simplex(2), { q1, q2, kl } = meanField(anyX(product(a, b)), 0);
    close([...q1, ...q2, kl], [...a, ...b, 0], 1e-11, `instance ${i}`);
  }
  const [best, worse] = meanFieldOptima(anyX([0.6, 0.02, 0.03, 0.35]), 0);
  assert.ok(worse.kl > best.kl + 0.4 && best.q1[0] > 0.9 && worse.q1[1] > 0.8);
  assert.deepEqual(meanField(anyX([0.5, 0, 0, 0.5]), 0).q1, [1, 0], "of two that tie, z = 00");
  const [first, second] = meanFieldOptima(anyX([0, 0.2, 0.3, 0.5]), 0);
  close([...first.q1, ...first.q2, first.kl], [0, 1, 3 / 8, 5 / 8, -Math.log(0.8)], T1, "z1 certain");
  close([...second.q1, ...second.q2, second.kl], [2 / 7, 5 / 7, 0, 1, -Math.log(0.7)], T1, "z2 certain");
});
