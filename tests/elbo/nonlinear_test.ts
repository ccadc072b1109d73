import assert from "node:assert/strict";
import reference from "../../data/elbo.json" with { type: "json" };
import { iwae, iwaeBound, linearGaussian, nonlinearModel } from "lib/elbo/mod.ts";
import { spreadByQuadrature, spreadOnGrid } from "lib/elbo/iwae.ts";
import { integrate } from "lib/math/quadrature.ts";
import { random } from "lib/math/random.ts";
import { logDensityNormal } from "lib/math/normal.ts";
import { close, slope, T1, T2, T3 } from "./support.ts";

const { xs, sigma } = reference.nonlinear;
const decoder = (z: number) => Math.tanh(1.5 * z) + 0.3 * z;
const cremer = nonlinearModel({ decoder, sigma });
const families = ["constant", "affineMean", "affine", "cubic"] as const;
const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);

Deno.test("reference: log p(x), the ELBO and the best normals of D5's decoder agree with 40-digit arithmetic", () => {
  const { logMarginal, elbo, q, fits, gaps } = reference.nonlinear;
  xs.forEach((x, i) => {
    close(cremer.logMarginal(x), logMarginal[i], T2, `log p(${x})`);
    close(cremer.elbo(x, q), elbo[i], T2, `L at ${x}`);
    const { mean, sd } = cremer.fitPosterior(x);
    close([mean, sd], [fits[i].mean, fits[i].sd], T3, `best q at ${x}`);
    close(cremer.klPosterior(x, { mean, sd }), gaps[i], T2, `gap at ${x}`);
  });
  assert.deepEqual([Math.min(...gaps).toFixed(4), Math.max(...gaps).toFixed(3)], ["0.0075", "0.063"]);
});

Deno.test("reference: D5's amortisation gaps to the printed digits, and the point whose own gap grows", () => {
  const { gaps, amortisation, klPosterior, encoders } = reference.nonlinear;
  const printed = { constant: "20.7475", affineMean: "0.332376", affine: "0.328420", cubic: "0.0100715" };
  const own: number[] = [];
  let before = Infinity;
  for (const family of families) {
    const encode = cremer.fitEncoder(xs, family), kls = xs.map((x) => cremer.klPosterior(x, encode(x)));
    const total = sum(kls) - sum(gaps);
    close(total, amortisation[family], T3, family);
    close(kls, klPosterior[family], T3, `${family}, point by point`);
    for (const { x, mean, sd } of encoders[family]) {
      close([encode(x).mean, encode(x).sd], [mean, sd], T3, `${family} at ${x}`);
    }
    assert.equal(total.toFixed(printed[family].split(".")[1].length), printed[family]);
    assert.ok(total < before, "a richer family loses less in total");
    before = total;
    own.push(kls[0] - gaps[0]);
  }
  assert.deepEqual([own[1].toFixed(4), own[2].toFixed(4)], ["0.0763", "0.0995"]);
});

/** Smooth, kinked, jumping, folded, flat, steep. */
const decoders: [string, (z: number) => number][] = [
  ["tanh", decoder],
  ["leaky ReLU", (z) => z > 0 ? z : 0.1 * z],
  ["step", (z) => z > 0.3 ? 1 : -1],
  ["square", (z) => z * z],
  ["constant", () => 0.5],
  ["exponential", Math.exp],
  ["sine", (z) => Math.sin(5 * z)],
];

Deno.test("law: three routes to the ELBO agree, below log p(x), for decoders of every kind", () => {
  const r = random(41);
  for (const [name, decoder] of decoders) {
    for (let i = 0; i < 30; i++) {
      const model = nonlinearModel({ decoder, sigma: r.uniform(0.2, 1.5) }), x = r.normal();
      const q = { mean: r.normal(), sd: Math.exp(0.5 * r.normal() - 0.5) }, elbo = model.elbo(x, q);
      const entropy = Math.log(2 * Math.PI * Math.E * q.sd ** 2) / 2;
      close(model.ecll(x, q) + entropy, elbo, T2, `${name}: ECLL + H(q)`);
      close(model.logMarginal(x) - model.klPosterior(x, q), elbo, T2, `${name}: log p − KL`);
      assert.ok(elbo <= model.logMarginal(x) + T2, name);
    }
  }
});

Deno.test("law: the posterior is a density, and p(x | z) p(z) / p(z | x) is p(x)", () => {
  for (const [name, decoder] of decoders) {
    const model = nonlinearModel({ decoder, sigma: 0.4 }),
      x = 0.7,
      { logDensity, support } = model.posterior(x);
    close(
      integrate((z) => Math.exp(logDensity(z)), ...support, { breakpoints: [-1, 0, 0.3, 1] }),
      1,
      1e-8,
      name,
    );
    for (const z of [-2, -0.1, 0.4, 3]) {
      const one = (mean: number, variance: number) => ({ mean: [mean], cov: [[variance]] });
      const joint = logDensityNormal([x], one(decoder(z), 0.16)) + logDensityNormal([z], one(0, 1));
      close(joint - logDensity(z), model.logMarginal(x), 1e-10, `${name} at ${z}`);
    }
  }
});

Deno.test("law: the best normal is stationary, and no other start ends lower", () => {
  const r = random(42);
  for (const [name, decoder] of decoders) {
    const model = nonlinearModel({ decoder, sigma: 0.35 });
    for (const x of [-0.8, 0.3, 1.1]) {
      const { mean, sd } = model.fitPosterior(x), least = model.klPosterior(x, { mean, sd });
      const at = (m: number, s: number) => model.klPosterior(x, { mean: mean + m, sd: sd * Math.exp(s) });
      close([slope((t) => at(t * sd, 0)), slope((t) => at(0, t))], [0, 0], T3, `${name} at ${x}`);
      for (let i = 0; i < 60; i++) {
        assert.ok(at(r.normal(), 0.7 * r.normal()) >= least - T2, `${name} at ${x}`);
      }
    }
  }
});

Deno.test("law: a folded decoder has two equal optima, and the one on the left is returned", () => {
  const { mean } = nonlinearModel({ decoder: (z) => z * z, sigma: 0.3 }).fitPosterior(1);
  assert.ok(mean < -0.9);
});

Deno.test("law: an encoder loses at least what the best normals lose; a richer family never more in total", () => {
  const r = random(43);
  for (const [name, decoder] of decoders.slice(0, 4)) {
    const model = nonlinearModel({ decoder, sigma: 0.4 }), points = r.list(4, () => r.normal());
    const best = points.map((x) => model.klPosterior(x, model.fitPosterior(x)));
    let before = Infinity;
    for (const family of families) {
      const encode = model.fitEncoder(points, family),
        kls = points.map((x) => model.klPosterior(x, encode(x)));
      kls.forEach((kl, i) => assert.ok(kl >= best[i] - T2, `${name}, ${family}: 1.2.f`));
      assert.ok(sum(kls) <= before + T2, `${name}, ${family}: 1.2.i`);
      before = sum(kls);
    }
  }
});

Deno.test("second engine: no (m, s) of a fine map beats the constant encoder of a decoder with many folds", () => {
  const r = random(0), decoder = (z: number) => Math.sin(3 * z), sigma = 0.4;
  r.normals(4);
  const points = r.normals(4).map(decoder), model = nonlinearModel({ decoder, sigma });
  const { mean, sd } = model.fitEncoder(points, "constant")(0);
  const nodes = Array.from({ length: 81 }, (_, k) => 0.2 * (k - 40));
  const total = (m: number, s: number) =>
    sum(points.map((x) => {
      const terms = nodes.map((e) => Math.exp(-e * e / 2) * (x - decoder(m + s * e)) ** 2);
      return sum(terms) * 0.2 / Math.sqrt(2 * Math.PI) / (2 * sigma ** 2) + (m * m + s * s) / 2 - Math.log(s);
    }));
  let least = Infinity;
  for (let m = -2.5; m <= 2.5; m += 0.05) {
    for (let l = -3; l <= 1; l += 0.1) least = Math.min(least, total(m, Math.exp(l)));
  }
  const found = total(mean, sd);
  // The map's spacing misses the minimum by less than 0.2 nats.
  assert.ok(found <= least && least < found + 0.2, `${found} against ${least}`);
});

Deno.test("law: no step of the fit, however long, takes the decoder to infinity", () => {
  const model = nonlinearModel({ decoder: (z) => Math.sin(5 * z), sigma: 0.4 });
  for (const x of [-0.55, -0.5, 0.5, 0.55]) {
    // Newton's undamped step from some starts here is e^800 long; Math.sin(Infinity) would be NaN, and refused.
    assert.ok(model.fitPosterior(x).sd < 1);
  }
});

Deno.test("law: with as many coefficients as points the encoder passes through every optimum", () => {
  const encode = cremer.fitEncoder([0.2, 0.9], "affine");
  for (const x of [0.2, 0.9]) {
    const best = cremer.fitPosterior(x), q = encode(x);
    close([q.mean, q.sd], [best.mean, best.sd], T3, `at ${x}`);
  }
  const single = cremer.fitEncoder([0.2], "cubic")(0.2), best = cremer.fitPosterior(0.2);
  close([single.mean, single.sd], [best.mean, best.sd], T3, "one point");
});

Deno.test("second engine: a linear decoder by quadrature and in closed form", () => {
  const r = random(44);
  for (let i = 0; i < 40; i++) {
    const [w, b, x, mean] = r.normals(4),
      sigma = i === 0 ? 1e-3 : r.uniform(0.1, 2),
      sd = r.uniform(0.1, 1.5);
    const closed = linearGaussian({ W: [[w]], b: [b], sigma2: sigma ** 2 });
    const model = nonlinearModel({ decoder: (z) => w * z + b, sigma }),
      q = { mean: [mean], cov: [[sd ** 2]] };
    close(model.logMarginal(x), closed.logMarginal([x]), T2, `log p, instance ${i}`);
    for (const term of ["reconstruction", "ecll", "elbo", "klPosterior"] as const) {
      close(model[term](x, { mean, sd }), closed[term]([x], q), T2, `${term}, instance ${i}`);
    }
    const post = closed.posterior([x]), best = model.fitPosterior(x);
    close([best.mean, best.sd ** 2], [post.mean[0], post.cov[0][0]], T3, `posterior, instance ${i}`);
    const encode = model.fitEncoder([x, b, 0.3], "affineMean");
    close(model.klPosterior(b, encode(b)), 0, T3, `an affine mean is exact, instance ${i}`);
  }
});

Deno.test("reference: E log mean of two and three weights by integrals over all of them", () => {
  for (const { setting, bounds, logMarginal } of reference.iwae) {
    for (const k of ["1", "2", "3"] as const) {
      close(iwaeBound(setting, Number(k)), bounds[k], 1e-11, `L_${k}`);
    }
    assert.ok(bounds[3] < logMarginal);
  }
});

Deno.test("second engine: equal steps and adaptive quadrature give the same bound", () => {
  for (const [a, b, k] of [[0.5, 0.2, 2], [-3, 0.45, 30], [8, -0.5, 2], [0, -6, 5]]) {
    close(spreadOnGrid({ a, b, k })!, spreadByQuadrature({ a, b, k }), T2, `a = ${a}, b = ${b}, k = ${k}`);
  }
  assert.equal(spreadOnGrid({ a: 0, b: -5000, k: 2 }), undefined);
});

Deno.test("law: L₁ is the ELBO, L_k rises with k to log p(x), and is flat where the weights are constant", () => {
  const r = random(45);
  for (let i = 0; i < 30; i++) {
    const [w, x, qMean] = r.normals(3), sigma2 = r.uniform(0.2, 2), qSd = r.uniform(0.2, 1.2);
    const setting = { w, sigma2, x, qMean, qSd }, model = linearGaussian({ W: [[w]], b: [0], sigma2 });
    const logP = model.logMarginal([x]);
    close(
      iwaeBound(setting, 1),
      model.elbo([x], { mean: [qMean], cov: [[qSd ** 2]] }),
      T1,
      `L₁, instance ${i}`,
    );
    let before = iwaeBound(setting, 1);
    for (const k of [2, 3, 5, 20, 1000, 1e6]) {
      const bound = iwaeBound(setting, k);
      assert.ok(bound >= before - T2 && bound <= logP + T2, `L_${k}, instance ${i}`);
      if (k < 20) assert.ok(bound > before, "strictly, for weights that vary");
      before = bound;
    }
    const { mean: [m], cov: [[v]] } = model.posterior([x]);
    for (const k of [2, 50]) {
      close(iwaeBound({ ...setting, qMean: m, qSd: Math.sqrt(v) }, k), logP, T2, "q = posterior");
    }
  }
});

Deno.test("law: the mean of many single-sample estimates lies within 4 standard errors of L_k; one may exceed log p", () => {
  const setting = { w: 1.2, sigma2: 0.5, x: 0.8, qMean: 0.2, qSd: 0.6 },
    { w, sigma2, x, qMean, qSd } = setting;
  const logP = linearGaussian({ W: [[w]], b: [0], sigma2 }).logMarginal([x]);
  const r = random(46), k = 8, n = 20_000;
  const estimates = r.list(n, () =>
    iwae(r.list(k, () => {
      const e = r.normal(), z = qMean + qSd * e;
      return -(Math.log(2 * Math.PI * sigma2) + (x - w * z) ** 2 / sigma2 + z * z - e * e) / 2 +
        Math.log(qSd);
    })));
  const mean = sum(estimates) / n, variance = sum(estimates.map((v) => (v - mean) ** 2)) / (n - 1);
  const z = (mean - iwaeBound(setting, k)) / Math.sqrt(variance / n);
  assert.ok(Math.abs(z) < 4, `z = ${z} from n = ${n}`);
  assert.ok(estimates.some((v) => v > logP));
});

Deno.test("law: iwae is log mean exp, at any scale", () => {
  close(iwae([Math.log(1), Math.log(3)]), Math.log(2), T1, "two weights");
  close(iwae([-1000, -1000]), -1000, T1, "tiny weights");
  close(iwae([0, -Infinity]), -Math.LN2, T1, "a weight of zero");
  assert.equal(iwae(Float64Array.of(-3) as unknown as number[]), -3);
});
