import assert from "node:assert/strict";
import reference from "../../data/elbo.json" with { type: "json" };
import { discreteModel, linearGaussian } from "lib/elbo/mod.ts";
import { duals, exp, gradient, log } from "lib/math/dual.ts";
import { random } from "lib/math/random.ts";
import * as tf from "@tensorflow/tfjs";
import {
  bestDiagonal,
  diagonalNormal,
  entropyNormal,
  klNormal,
  logDensityNormal,
  type Normal,
} from "lib/math/normal.ts";
import { close, INSTANCES, linearInstance, slope, T1, T2 } from "./support.ts";

const points = reference.cremerLinear.xs, cremer = linearGaussian(reference.cremerLinear.theta);
const total = (xs: number[][], f: (x: number[]) => number) => xs.reduce((sum, x) => sum + f(x), 0);

Deno.test("reference: every number of a linear Gaussian model agrees with 40-digit arithmetic", () => {
  for (const c of reference.linearGaussian) {
    const model = linearGaussian(c.theta), q = { mean: c.q.mean, logVar: c.logVar };
    close(model.logMarginal(c.x), c.logMarginal, T1, "log marginal");
    close(model.posterior(c.x).mean, c.posterior.mean, T1, "posterior mean");
    close(model.posterior(c.x).cov, c.posterior.cov, T1, "posterior covariance");
    for (const term of ["reconstruction", "ecll", "elbo", "klPosterior"] as const) {
      close(model[term](c.x, c.q), c[term], T1, term);
    }
    for (const part of ["W", "b", "logSigma2"] as const) {
      close(model.gradTheta(c.x, c.q)[part], c.gradTheta[part], T1, `∂L/∂${part}`);
      close(model.gradLogMarginal(c.x)[part], c.gradLogMarginal[part], T1, `∂ log p/∂${part}`);
    }
    close(model.gradElbo(c.x, q).mean, c.gradElbo.mean, T1, "∂L/∂m");
    close(model.gradElbo(c.x, q).logVar, c.gradElbo.logVar, T1, "∂L/∂log s²");
  }
});

Deno.test("law: three routes to the ELBO agree, below log p(x), which the posterior reaches", () => {
  const r = random(21);
  for (let i = 0; i < INSTANCES; i++) {
    const { theta, x, q } = linearInstance(r, i), model = linearGaussian(theta), post = model.posterior(x);
    close(model.ecll(x, q) + entropyNormal(q), model.elbo(x, q), 1e-11, `ECLL + H(q), instance ${i}`);
    close(
      model.logMarginal(x) - model.klPosterior(x, q),
      model.elbo(x, q),
      1e-11,
      `log p − KL, instance ${i}`,
    );
    assert.ok(model.elbo(x, q) < model.logMarginal(x));
    close(model.elbo(x, post), model.logMarginal(x), 1e-11, `at the posterior, instance ${i}`);
    assert.equal(model.klPosterior(x, post), 0);
  }
});

Deno.test("law: p(x | z) p(z) / p(z | x) is p(x) at a hundred z, and p(x) is a normal density", () => {
  const r = random(22);
  for (let i = 0; i < 20; i++) {
    const { theta: { W, b, sigma2 }, x } = linearInstance(r, i), D = W.length, K = W[0].length;
    const model = linearGaussian({ W, b, sigma2 }), post = model.posterior(x);
    const cov = (scale: number, n: number) => r.list(n, (k) => r.list(n, (l) => k === l ? scale : 0));
    const marginal = W.map((row, k) =>
      W.map((other, l) => row.reduce((sum, v, j) => sum + v * other[j], 0) + (k === l ? sigma2 : 0))
    );
    close(
      model.logMarginal(x),
      logDensityNormal(x, { mean: b, cov: marginal }),
      1e-11,
      `dense, instance ${i}`,
    );
    for (let j = 0; j < 5; j++) {
      const z = r.normals(K), image = W.map((row, k) => row.reduce((sum, v, l) => sum + v * z[l], b[k]));
      const joint = logDensityNormal(x, { mean: image, cov: cov(sigma2, D) }) +
        logDensityNormal(z, { mean: z.map(() => 0), cov: cov(1, K) });
      close(joint - logDensityNormal(z, post), model.logMarginal(x), 1e-11, `Bayes, instance ${i}`);
    }
  }
});

Deno.test("law: W = 0 leaves the prior as posterior", () => {
  const model = linearGaussian({ W: [[0, 0, 0]], b: [1], sigma2: 2 });
  assert.deepEqual(model.posterior([5]), { mean: [0, 0, 0], cov: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] });
  const [q] = [model.fitEncoder([[5], [1]], "gain")([5])];
  assert.deepEqual(q.mean, [0, 0, 0]);
});

Deno.test("law: as σ → 0 the log marginal, the posterior and the best q keep their digits", () => {
  for (const sigma2 of [1e-6, 1e-20, 1e-300]) {
    const model = linearGaussian({ W: [[2]], b: [1], sigma2 });
    close(
      model.logMarginal([3]),
      -(Math.log(2 * Math.PI * (4 + sigma2)) + 4 / (4 + sigma2)) / 2,
      T1,
      `log p, ${sigma2}`,
    );
    close(model.posterior([3]).cov[0][0] / sigma2, 1 / (4 + sigma2), T1, `posterior variance, ${sigma2}`);
    close(model.fitPosterior([3]).cov[0][0] / sigma2, 1 / (4 + sigma2), T1, `best variance, ${sigma2}`);
  }
  // Off the line that W spans, x costs ½ log 2πσ² and the distance squared over 2σ².
  const plane = linearGaussian({ W: [[3], [0]], b: [0, 0], sigma2: 1e-8 });
  const along = -(Math.log(2 * Math.PI * (9 + 1e-8)) + 1 / (9 + 1e-8)) / 2;
  close(plane.logMarginal([1, 1e-4]), along - (Math.log(2e-8 * Math.PI) + 1) / 2, T1, "off the line");
});

Deno.test("second engine: the gradients by extrapolated differences", () => {
  const r = random(23);
  for (let i = 0; i < 32; i++) {
    const { theta, x, q, mean, logVar } = linearInstance(r, i), { W, b, sigma2 } = theta;
    const elbo = (t: typeof theta) => linearGaussian(t).elbo(x, q),
      found = linearGaussian(theta).gradTheta(x, q);
    const nudged = (list: readonly number[], k: number, t: number) => list.map((v, l) => l === k ? v + t : v);
    W.forEach((row, k) =>
      row.forEach((_, l) => {
        const byEntry = slope((t) => elbo({ ...theta, W: W.map((v, m) => m === k ? nudged(v, l, t) : v) }));
        close(found.W[k][l], byEntry, T2, `∂L/∂W, instance ${i}`);
      })
    );
    b.forEach((_, k) => close(found.b[k], slope((t) => elbo({ ...theta, b: nudged(b, k, t) })), T2, "∂L/∂b"));
    const bySigma = slope((t) => elbo({ ...theta, sigma2: sigma2 * Math.exp(t) }));
    close(found.logSigma2, bySigma, T2, `∂L/∂log σ², instance ${i}`);

    const model = linearGaussian(theta), byQ = model.gradElbo(x, { mean, logVar });
    const at = (m: readonly number[], v: readonly number[]) =>
      model.elbo(x, diagonalNormal({ mean: m, variance: v.map(Math.exp) }));
    mean.forEach((_, k) => {
      close(byQ.mean[k], slope((t) => at(nudged(mean, k, t), logVar)), T2, `∂L/∂m, instance ${i}`);
      close(byQ.logVar[k], slope((t) => at(mean, nudged(logVar, k, t))), T2, `∂L/∂log s², instance ${i}`);
    });
  }
});

Deno.test("second engine: the scalar ELBO and its gradient by dual numbers", () => {
  const r = random(24), { add, sub, mul, div, of } = duals;
  for (let i = 0; i < INSTANCES; i++) {
    const [w, b, x, m, v] = r.normals(5),
      sigma2 = Math.exp(r.normal()),
      q = { mean: [m], cov: [[Math.exp(v)]] };
    const model = linearGaussian({ W: [[w]], b: [b], sigma2 });
    const [byW, byB, byLogSigma2, byM, byV] = gradient(([w, b, l, m, v]) => {
      const s2 = exp(v), residual = sub(of(x), add(mul(w, m), b));
      const error = div(add(mul(residual, residual), mul(mul(w, w), s2)), exp(l));
      const kl = sub(add(mul(m, m), s2), add(log(s2), of(1)));
      return mul(of(-0.5), add(add(add(of(Math.log(2 * Math.PI)), l), error), kl));
    }, [w, b, Math.log(sigma2), m, v]);
    const theta = model.gradTheta([x], q), byQ = model.gradElbo([x], { mean: [m], logVar: [v] });
    close([theta.W[0][0], theta.b[0], theta.logSigma2], [byW, byB, byLogSigma2], T1, `θ, instance ${i}`);
    close([byQ.mean[0], byQ.logVar[0]], [byM, byV], T1, `q, instance ${i}`);
  }
});

Deno.test("second engine: the gradients by tfjs, in float32", async () => {
  await tf.setBackend("cpu");
  await tf.ready();
  /** Float32 carries seven digits; sums of a dozen terms leave five. */
  const T32 = 1e-5;
  const { theta: { W, b, sigma2 }, x, mean, logVar } = linearInstance(random(29), 6), D = W.length;
  const before = tf.memory().numTensors;
  const elbo = (w: tf.Tensor, b: tf.Tensor, logNoise: tf.Tensor, m: tf.Tensor, v: tf.Tensor) => {
    const residual = tf.sub(x as number[], tf.add(tf.dot(w, m), b)), variance = tf.exp(v);
    const spread = tf.dot(tf.sum(tf.square(w), 0), variance);
    const error = tf.div(tf.add(tf.sum(tf.square(residual)), spread), tf.exp(logNoise));
    const kl = tf.sum(tf.sub(tf.add(tf.square(m), variance), tf.add(v, 1)));
    return tf.mul(-0.5, tf.add(tf.add(tf.mul(D, logNoise), error), kl)).asScalar();
  };
  const at = [
    tf.tensor2d(W),
    tf.tensor1d(b),
    tf.scalar(Math.log(sigma2)),
    tf.tensor1d(mean),
    tf.tensor1d(logVar),
  ];
  const slopes = tf.grads((...t: tf.Tensor[]) => elbo(t[0], t[1], t[2], t[3], t[4]))(at);
  const model = linearGaussian({ W, b, sigma2 });
  const theta = model.gradTheta(x, diagonalNormal({ mean, variance: logVar.map(Math.exp) }));
  const byQ = model.gradElbo(x, { mean, logVar });
  [theta.W.flat(), theta.b, [theta.logSigma2], byQ.mean, byQ.logVar].forEach((expected, i) =>
    close(Array.from(slopes[i].dataSync()), expected, T32, `part ${i}`)
  );
  tf.dispose([at, slopes]);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("second engine: a discrete model on a fine grid of z gives the linear Gaussian's numbers", () => {
  const r = random(25), step = 0.05, dx = 1e-3;
  const grid = Array.from({ length: 401 }, (_, k) => (k - 200) * step);
  const density = (z: number, mean: number, sd: number) =>
    Math.exp(logDensityNormal([z], { mean: [mean], cov: [[sd ** 2]] }));
  for (let i = 0; i < 10; i++) {
    const [w, b, x] = r.normals(3),
      sigma2 = r.uniform(0.3, 1),
      mean = 0.5 * r.normal(),
      sd = r.uniform(0.4, 1);
    const model = linearGaussian({ W: [[w]], b: [b], sigma2 }),
      normal: Normal = { mean: [mean], cov: [[sd ** 2]] };
    // A bin of width dx at x, and everything else: equal steps integrate normal densities to 1e-15 here.
    const likelihood = grid.map((z) => density(x, w * z + b, Math.sqrt(sigma2)) * dx).map((p) => [p, 1 - p]);
    const weights = (m: number, s: number) => grid.map((z) => density(z, m, s) * step);
    const table = discreteModel({ prior: weights(0, 1), likelihood }), q = weights(mean, sd);
    close(table.logMarginal(0) - Math.log(dx), model.logMarginal([x]), T2, "log marginal");
    close(table.reconstruction(0, q) - Math.log(dx), model.reconstruction([x], normal), T2, "reconstruction");
    close(table.elbo(0, q) - Math.log(dx), model.elbo([x], normal), T2, "ELBO");
    close(table.klPosterior(0, q), model.klPosterior([x], normal), T2, "KL to the posterior");
    close(table.ecll(0, q) - Math.log(dx * step), model.ecll([x], normal), T2, "ECLL");
  }
});

Deno.test("law: ∇ log p(x) is ∇L at the posterior, and elsewhere it is not", () => {
  const r = random(26);
  for (let i = 0; i < 32; i++) {
    const { theta, x, q } = linearInstance(r, i), model = linearGaussian(theta);
    const bySigma = slope((t) =>
      linearGaussian({ ...theta, sigma2: theta.sigma2 * Math.exp(t) }).logMarginal(x)
    );
    close(model.gradLogMarginal(x).logSigma2, bySigma, T2, `instance ${i}`);
    const blind = theta.W.every((row) => row.every((v) => v === 0));
    if (!blind) assert.ok(Math.abs(model.gradTheta(x, q).logSigma2 - bySigma) > 1e-6);
  }
});

Deno.test("law: z ~ N(0, 1), x | z ~ N(z + θ, 1): the ECLL peaks at x − m, one EM step halves the error", () => {
  const r = random(27);
  for (let i = 0; i < INSTANCES; i++) {
    const [x, m, start] = r.normals(3), q = { mean: [m], cov: [[Math.exp(r.normal())]] };
    const at = (theta: number) => linearGaussian({ W: [[1]], b: [theta], sigma2: 1 });
    close(at(x - m).gradTheta([x], q).b[0], 0, T1, "the ECLL is stationary at x − m, whatever the variance");
    let theta = start;
    for (let step = 0; step < 5; step++) {
      const next = x - at(theta).posterior([x]).mean[0];
      close(next - x, (theta - x) / 2, T1, "the M step with q = the posterior at the current θ");
      theta = next;
    }
  }
});

Deno.test("reference: D5, the gaps of a linear Gaussian model", () => {
  const { correlation, approximationGap, amortisation } = reference.cremerLinear;
  const best = points.map((x) => cremer.fitPosterior(x)), cov = cremer.posterior(points[0]).cov;
  close(cov[0][1] / Math.sqrt(cov[0][0] * cov[1][1]), correlation, T1, "correlation");
  assert.equal(correlation.toFixed(6), "-0.376213");
  assert.equal(approximationGap.toFixed(7), "0.0763056");
  points.forEach((x, i) => close(cremer.klPosterior(x, best[i]), approximationGap, T1, "approximation gap"));
  const printed = { constant: "12.523457", gain: "1.342426", linear: "0.395362", affine: "0.000000" };
  for (const family of ["constant", "gain", "linear", "affine"] as const) {
    const encoder = cremer.fitEncoder(points, family);
    const lost = total(points, (x) => cremer.klPosterior(x, encoder(x)) - approximationGap);
    close(lost, amortisation[family], T1, family);
    assert.equal(lost.toFixed(6).replace("-0.000000", "0.000000"), printed[family]);
  }
});

Deno.test("law: an encoder's gap at a point is ½ (m(x) − μ)ᵀ Λ (m(x) − μ), and no other coefficients do better", () => {
  const r = random(28);
  for (let i = 0; i < 40; i++) {
    const { theta } = linearInstance(r, i), model = linearGaussian(theta), D = theta.W.length;
    const xs = r.list(2 + i % 4, () => r.normals(D));
    for (const family of ["constant", "gain", "linear", "affine"] as const) {
      const encoder = model.fitEncoder(xs, family);
      const lost = (change: (m: number) => number) =>
        total(xs, (x) => {
          const q = encoder(x), post = model.posterior(x), mean = q.mean.map(change);
          const distance = klNormal({ mean, cov: post.cov }, post);
          const gap = model.klPosterior(x, { mean, cov: q.cov }) - bestDiagonal(post).gap;
          close(gap, distance, 1e-10, `${family}, instance ${i}`);
          return distance;
        });
      const best = lost((m) => m) - 1e-12;
      // Every family but "constant" is closed under scaling, "constant" and "affine" under shifts.
      const moves = family === "constant" ? [] : [lost((m) => 1.001 * m), lost((m) => 0.999 * m)];
      if (family !== "gain" && family !== "linear") moves.push(lost((m) => m + 1e-3), lost((m) => m - 1e-3));
      assert.ok(moves.every((other) => other >= best), `${family}, instance ${i}`);
    }
  }
});

Deno.test("reference: β < 1 gives a number above the evidence, and a step in θ that climbs the bound may lower it", () => {
  const model = linearGaussian({ W: [[1]], b: [0], sigma2: 1 }), prior = { mean: [0], cov: [[1]] };
  const posterior = model.posterior([1]);
  const weighed = model.reconstruction([1], posterior) - 0.5 * klNormal(posterior, prior);
  // by hand: −½ log 4π − ¼, and −½ log 2π − ⅜ − ¼ (¾ − 1 + log 2)
  close(model.logMarginal([1]), -Math.log(4 * Math.PI) / 2 - 0.25, 1e-12, "evidence");
  close(weighed, -Math.log(2 * Math.PI) / 2 - 0.375 - (Math.LN2 - 0.25) / 4, 1e-12, "β = ½");
  assert.deepEqual([model.logMarginal([1]), weighed].map((v) => v.toFixed(4)), ["-1.5155", "-1.4047"]);
  const q = { mean: [3], cov: [[0.5]] };
  close([model.gradTheta([1], q).b[0], model.gradLogMarginal([1]).b[0]], [-2, 0.5], 1e-12, "slopes");
});
