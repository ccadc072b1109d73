import { type DiscreteModelOver, discreteModelOver, linearGaussian, type ThetaGradient } from "../mod.ts";
import { difference } from "../../math/difference.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import { identity, scale } from "../../math/linalg.ts";
import { entropyNormal, type Normal } from "../../math/normal.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { identity as formulas } from "../../proof/identity.ts";
import { likelihoodOf, priorOf } from "./defects.ts";
import { inThePlane, setting, tableSetting, type Theta } from "./instances.ts";
import { flat, slopesOfEvidenceLessKl } from "./witnesses.ts";

/** The expected complete data log likelihood, and what it lacks of the evidence: 1.1.a to 1.1.e. */

/** The same model at five values of θ. */
const along = (theta: Theta): Theta[] =>
  [-2, -1, 0, 1, 2].map((t) => ({
    W: theta.W.map((row) => row.map((w) => w * (1 + t / 4))),
    b: theta.b.map((b) => b + t),
    sigma2: theta.sigma2 * 2 ** (t / 2),
  }));

const { add, div, mul, zero, one } = rationals;
const gradTheta = (theta: Theta, x: Vector, q: Normal): ThetaGradient =>
  linearGaussian(theta).gradTheta(x, q);

export const ecll = [
  define("1.1.a", {
    statement:
      "For a $q$ that does not depend on $\\theta$, $E_q \\log \\{ \\tfrac{p_\\theta(x \\mid z) p(z)}{p_\\theta(z \\mid x)} \\cdot \\tfrac{p_\\theta(z \\mid x)}{q(z)} \\}$ exceeds $E_q \\log p_\\theta(x \\mid z) p(z)$ by $H(q)$ at every $\\theta$: same maximiser, other value",
    evidence: "closed form",
    aside: true,
    subject: {
      q: (_theta: Theta, _x: Vector, q: Normal) => q,
      first: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).ecll(x, q),
      second: (theta: Theta, x: Vector, q: Normal) =>
        linearGaussian(theta).logMarginal(x) - linearGaussian(theta).klPosterior(x, q),
    },
    instance: setting,
    error: ({ q, first, second }, { theta, x, q: given }) =>
      Math.max(
        ...along(theta).map((at) => {
          const used = q(at, x, given);
          return difference(second(at, x, used), first(at, x, used) + entropyNormal(given));
        }),
      ),
    mutants: {
      "$q$ follows $\\theta$": { q: (theta, x) => linearGaussian(theta).posterior(x) },
      "the factor $1/q$ left out": { second: (theta, x, q) => linearGaussian(theta).ecll(x, q) },
      "the second factor left out": { second: (theta, x) => linearGaussian(theta).logMarginal(x) },
      "the prior left out": { first: (theta, x, q) => linearGaussian(theta).reconstruction(x, q) },
    },
  }),
  define("1.1.b", {
    statement: "$p_\\theta(x \\mid z) p(z) / p_\\theta(z \\mid x) = p_\\theta(x)$, whichever $z$ is put in",
    evidence: "exact",
    aside: true,
    subject: { posterior: (model: DiscreteModelOver<Rational>, x: number) => model.posterior(x) },
    instance: tableSetting,
    error: ({ posterior }, { table: { prior, likelihood }, x }) => {
      const post = posterior(discreteModelOver(rationals, { prior, likelihood }), x);
      const evidence = prior.reduce((sum, p, z) => add(sum, mul(likelihood[z][x], p)), zero);
      return Math.max(
        difference(post.reduce(add, zero), one),
        ...post.map((p, z) => difference(div(mul(likelihood[z][x], prior[z]), p), evidence)),
      );
    },
    mutants: {
      "the joint probability, not divided by its sum": { posterior: (model, x) => model.joint(x) },
      "the likelihood divided by its sum: the prior dropped": {
        posterior: (model, x) => {
          const rows = likelihoodOf(model, x), sum = rows.reduce(add, zero);
          return rows.map((p) => div(p, sum));
        },
      },
      "the prior": { posterior: priorOf },
    },
  }),
  formulas("1.1.c", {
    ...inThePlane,
    sides: ["E(z, log(evidence post(z) / q(z)))", "log(evidence) - KL"],
    aside: true,
  }),
  formulas("1.1.d", {
    ...inThePlane,
    sides: ["log(evidence) - KL", "E(z, log(lik(z) prior(z))) + H"],
    behind: ": what has to be added to the ECLL is the entropy of $q$",
  }),
  define("1.1.e", {
    statement:
      "For fixed $q$, $\\nabla_\\theta E_q \\log p_\\theta(x, z) = \\nabla_\\theta \\mathcal{L} = \\nabla_\\theta [\\log p_\\theta(x) - \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))]$, here in $\\theta = (W, b, \\log \\sigma^2)$",
    evidence: "closed form",
    aside: true,
    subject: { gradTheta },
    instance: setting,
    // the right side by dual numbers, which differentiate through the posterior as well
    error: ({ gradTheta }, { theta, x, q }) =>
      difference(flat(gradTheta(theta, x, q)), slopesOfEvidenceLessKl(theta, x, q)),
    mutants: {
      "the gradient stopped at the posterior": {
        gradTheta: (theta, x) => linearGaussian(theta).gradLogMarginal(x),
      },
      "the mean of $q$ for all of $q$": {
        gradTheta: (theta, x, q) =>
          gradTheta(theta, x, { mean: q.mean, cov: scale(1e-9, identity(q.mean.length)) }),
      },
      "the slope by $\\sigma^2$ for that by $\\log \\sigma^2$": {
        gradTheta: (theta, x, q) => {
          const slope = gradTheta(theta, x, q);
          return { ...slope, logSigma2: slope.logSigma2 / theta.sigma2 };
        },
      },
      "$q$ replaced by the prior": {
        gradTheta: (theta, x, { mean }) =>
          gradTheta(theta, x, { mean: mean.map(() => 0), cov: identity(mean.length) }),
      },
    },
  }),
];
