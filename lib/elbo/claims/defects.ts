import { type DiscreteModelOver, type EncoderFamily, linearGaussian, meanFieldOptima } from "../mod.ts";
import type { Theta } from "./instances.ts";
import type { Rational } from "../../math/exact.ts";
import { logDet, trace } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { diagonalNormal, type Normal } from "../../math/normal.ts";

/** Defects that evidence lower bounds have had in published code, made again; wrong optima and wrong encoders. */

type Table = DiscreteModelOver<Rational>;
type Term = (theta: Theta, x: Vector, q: Normal) => number;

/** ½ (tr S + ‖m‖² − K − weight · log det S): the KL to N(0, I) where the weight is 1. */
const klPrior = ({ mean, cov }: Normal, weight = 1) =>
  (trace(cov) + mean.reduce((sum, m) => sum + m * m, 0) - mean.length - weight * logDet(cov)) / 2;

const fit: Term = (theta, x, q) => linearGaussian(theta).reconstruction(x, q);

export const bounds: Readonly<Record<string, { elbo: Term }>> = {
  "the KL to the prior dropped": { elbo: fit },
  "the KL with the wrong sign": { elbo: (theta, x, q) => fit(theta, x, q) + klPrior(q) },
  "$\\log \\sigma$ where $\\log \\sigma^2$ belongs": {
    elbo: (theta, x, q) => fit(theta, x, q) - klPrior(q, 0.5),
  },
  "the log-variance with the wrong sign": { elbo: (theta, x, q) => fit(theta, x, q) - klPrior(q, -1) },
  "the KL averaged over the latents instead of summed": {
    elbo: (theta, x, q) => fit(theta, x, q) - klPrior(q) / q.mean.length,
  },
  "the reconstruction averaged over the pixels": {
    elbo: (theta, x, q) => fit(theta, x, q) / x.length - klPrior(q),
  },
  "a sum missed: the reconstruction counted once for each latent": {
    elbo: (theta, x, q) => q.mean.length * fit(theta, x, q) - klPrior(q),
  },
  "the entropy of $q$ dropped": { elbo: (theta, x, q) => linearGaussian(theta).ecll(x, q) },
};

/** Each point's own optimum, and an encoder at the optimum of its family: what the variants below replace. */
export const best = (theta: Theta, x: Vector): Normal => linearGaussian(theta).fitPosterior(x);
export const encoder = (theta: Theta, xs: Matrix, family: EncoderFamily) =>
  linearGaussian(theta).fitEncoder(xs, family);

export const diagonalOf = (A: Matrix) => A.map((row, j) => row[j]);

/** The posterior with its correlations left out: what KL(p ‖ q) would choose. */
const marginals = (theta: Theta, x: Vector): Normal => {
  const { mean, cov } = linearGaussian(theta).posterior(x);
  return diagonalNormal({ mean, variance: diagonalOf(cov) });
};

/** The best variances around the prior's mean. */
const atTheOrigin = (theta: Theta, x: Vector): Normal => {
  const { mean, cov } = best(theta, x);
  return { mean: mean.map(() => 0), cov };
};

/** Own optima that are none. */
export const ownOptima = {
  "the posterior's variances, correlations dropped": { best: marginals },
  "the prior's mean": { best: atTheOrigin },
};

const encoderOf =
  (family: (wanted: EncoderFamily) => EncoderFamily, points: (xs: Matrix) => Matrix = (xs) => xs) =>
  (theta: Theta, xs: Matrix, wanted: EncoderFamily) => encoder(theta, points(xs), family(wanted));

/** Encoders that do not reach what their family can. */
export const encoders = {
  "one gain for all latents, no offset": { encoder: encoderOf((f) => f === "affine" ? "gain" : f) },
  "an encoder without biases": { encoder: encoderOf((f) => f === "affine" ? "linear" : f) },
  "trained on the first point alone": { encoder: encoderOf((f) => f, (xs) => xs.slice(0, 1)) },
};

/** p(x | z) at every z, read off a table. */
export const likelihoodOf = (model: Table, x: number) =>
  states(model, x).map((counts) => model.expReconstruction(x, counts));

/** p(z) at every z. */
export const priorOf = (model: Table, x: number) =>
  states(model, x).map((counts) => model.expKlPrior(counts).inverse());

const states = (model: Table, x: number) =>
  model.joint(x).map((_, z, all) => all.map((_, other) => z === other ? 1 : 0));

const anyBits = (prior: Vector) => ({ prior, likelihood: [[1], [1], [1], [1]] });

/** The poorest local maximum of the mean field over two bits. */
export const poorestFactors = (prior: Vector) => meanFieldOptima(anyBits(prior), 0).at(-1)!;

/** The factors of a mean field replaced by the posterior's own marginals. */
export function marginalFactors(prior: Vector) {
  const q1 = [prior[0] + prior[1], prior[2] + prior[3]], q2 = [prior[0] + prior[2], prior[1] + prior[3]];
  const kl = q1.flatMap((p) => q2.map((r) => p * r))
    .reduce((sum, q, z) => sum + (q === 0 ? 0 : q * Math.log(q / prior[z])), 0);
  return { q1, q2, kl, elbo: -kl };
}
