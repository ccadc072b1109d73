import { cholesky, identity, scale } from "../../math/linalg.ts";
import { diagonalNormal, logDensityNormal } from "../../math/normal.ts";
import type { Random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";
import { discreteModel } from "../discrete.ts";
import { densities, hermite, letters } from "../letters.ts";
import { linearGaussian } from "../linear_gaussian.ts";

/** What the names of question 1's lines are worth: in tables of probabilities, and in a model with z in the plane. */

/** lik(z) = p_θ(x | z), prior(z), post(z) = p_θ(z | x), q(z), evidence = p_θ(x); E under q. θ moves three of them. */
export const names = {
  ...densities,
  symbols: { evidence: "scalar", z: "scalar" },
  definitions: {
    KL: "E(z, log(q(z) / post(z)))",
    elbo: "E(z, log(lik(z) prior(z) / q(z)))",
    H: "-E(z, log(q(z)))",
  },
  tex: {
    ...letters,
    elbo: "\\mathcal{L}[q]",
    H: "H(q)",
    KL: "\\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))",
  },
};

/** The same names where z is a point of the plane. */
export const planeNames = { ...names, symbols: { ...names.symbols, z: "k" } };

/** own = the parameters of q*ᵢ, shared = those of any other member of 𝒬; elbo(pi) of the member with parameters pi. */
export const memberNames = {
  symbols: { own: "k", shared: "k", pi: "k", evidence: "scalar" },
  functions: { elbo: ["pi"] },
  maximisers: { own: "elbo" },
  definitions: { KLshared: "log(evidence) - elbo(shared)", KLown: "log(evidence) - elbo(own)" },
  tex: {
    evidence: "p_\\theta(x_i)",
    own: "q_i^\\star",
    shared: "q_\\phi",
    elbo: "\\mathcal{L}",
    KLshared: "\\mathrm{KL}(q_\\phi \\,\\Vert\\, p_\\theta(z \\mid x_i))",
    KLown: "\\mathrm{KL}(q_i^\\star \\,\\Vert\\, p_\\theta(z \\mid x_i))",
  },
};

/** Two importance weights, independent and each right on average: E w = p(x). */
export const weightNames = {
  symbols: { w1: "scalar", w2: "scalar", evidence: "scalar" },
  averages: { w1: "evidence", w2: "evidence" },
  tex: { w1: "w_1", w2: "w_2", evidence: "p_\\theta(x)", E: "\\mathbb{E}" },
};

/** The names at five θ: a table with K values of z and one prior and q, whose likelihood moves. */
export function tables(random: Random) {
  const K = 2 + random.integer(3), p = random.simplex(K), weights = random.simplex(K);
  const nodes = weights.map((weight, z) => ({ weight, z }));
  return random.list(5, () => {
    const likelihood = random.list(K, () => random.simplex(3));
    const model = discreteModel({ prior: p, likelihood }), posterior = model.posterior(0);
    return {
      lik: (z: number) => likelihood[z][0],
      prior: (z: number) => p[z],
      post: (z: number) => posterior[z],
      q: (z: number) => weights[z],
      evidence: Math.exp(model.logMarginal(0)),
      E: { z: nodes },
    };
  });
}

/**
 * The names at five θ = (W, b, σ²) with z in the plane: z ~ N(0, I), x | z ~ N(W z + b, σ² I), q any normal. All
 * logarithms are quadratics in z, so nine nodes give their expectations exactly.
 */
export function planes(random: Random) {
  const x = random.normals(2), mean = random.normals(2), A = random.normalMatrix(2, 2);
  const cov = A.map((row) =>
    A.map((other, j) => row[0] * other[0] + row[1] * other[1] + (row === A[j] ? 0.2 : 0))
  );
  const L = cholesky(cov), q = { mean, cov }, prior = { mean: [0, 0], cov: identity(2) };
  const nodes = hermite.flatMap((a) =>
    hermite.map((b) => ({
      weight: a.weight * b.weight,
      z: mean.map((m, i) => m + L[i][0] * a.e + L[i][1] * b.e),
    }))
  );
  return random.list(5, () => {
    const W = random.normalMatrix(2, 2), b = random.normals(2), sigma2 = random.uniform(0.3, 2);
    const model = linearGaussian({ W, b, sigma2 }),
      posterior = model.posterior(x),
      noise = scale(sigma2, identity(2));
    const image = (z: Vector) => W.map((row, i) => row[0] * z[0] + row[1] * z[1] + b[i]);
    return {
      lik: (z: Vector) => Math.exp(logDensityNormal(x, { mean: image(z), cov: noise })),
      prior: (z: Vector) => Math.exp(logDensityNormal(z, prior)),
      post: (z: Vector) => Math.exp(logDensityNormal(z, posterior)),
      q: (z: Vector) => Math.exp(logDensityNormal(z, q)),
      evidence: Math.exp(model.logMarginal(x)),
      E: { z: nodes },
    };
  });
}

/** A posterior with correlations, its best diagonal normal, and another: parameters are means, then log-variances. */
export function members(random: Random, index: number) {
  const K = 1 + random.integer(3), D = 1 + random.integer(3), x = random.normals(D);
  const W = random.normalMatrix(D, K), b = random.normals(D), sigma2 = random.uniform(0.3, 2);
  const model = linearGaussian({ W, b, sigma2 }), best = model.fitPosterior(x);
  const own = [...best.mean, ...best.cov.map((row, j) => Math.log(row[j]))];
  const q = (pi: Vector) => diagonalNormal({ mean: pi.slice(0, K), variance: pi.slice(K).map(Math.exp) });
  // every fourth encoder hits the best one
  const shared = index % 4 === 0 ? own : random.normals(2 * K);
  return {
    own,
    shared,
    evidence: Math.exp(model.logMarginal(x)),
    elbo: (pi: Vector) => model.elbo(x, q(pi)),
  };
}

/** Weights that take four positive values, and what they are on average. */
export function weights(random: Random) {
  const values = random.list(4, () => Math.exp(random.normal())), chances = random.simplex(4);
  const law = <T>(f: (w: number) => T) => values.map((w, j) => ({ weight: chances[j], ...f(w) }));
  const pairs = law((w1) => ({ w1 })).flatMap((a) =>
    law((w2) => ({ w2 })).map((b) => ({ ...a, ...b, weight: a.weight * b.weight }))
  );
  const evidence = values.reduce((sum, w, j) => sum + chances[j] * w, 0);
  return { evidence, E: { w1: law((w1) => ({ w1 })), w2: law((w2) => ({ w2 })), "w1, w2": pairs } };
}
