import * as check from "../math/check.ts";
import { logSumExp } from "../math/stable.ts";
import type { Matrix, Vector } from "../math/types.ts";
import { klTerm } from "./kl_term.ts";

/**
 * z = 0 … K − 1 with probabilities `prior`, x = 0 … M − 1 with p(x | z) = likelihood[z][x]: the model in which
 * every term of the evidence is a finite sum. All numbers are in nats; 0 log 0 = 0. q is a probability vector
 * over z. (`discreteModelOver` has the same terms over rationals.)
 *
 * @param theta.prior K probabilities
 * @param theta.likelihood K × M, every row a probability vector
 * @throws RangeError for a negative probability or a sum that is not 1 within 1e-9
 */
export function discreteModel(theta: { prior: Vector; likelihood: Matrix }) {
  const making = "make a discrete model";
  const given = check.object(making, "theta", theta);
  const prior = check.probabilities(making, "prior", given.prior), K = prior.length;
  const likelihood = check.matrix(making, "likelihood", given.likelihood, { rows: K })
    .map((row, z) => check.probabilities(making, `likelihood[${z}]`, row));
  const M = likelihood[0].length;
  const index = (doing: string, x: number) => check.integer(doing, "x", x, { from: 0, to: M - 1 });
  const over = (doing: string, q: Vector) => check.probabilities(doing, "q", q, K);
  const logJoint = (x: number) => prior.map((p, z) => Math.log(p) + Math.log(likelihood[z][x]));

  /** log p(z | x), K entries. */
  const logPosterior = (doing: string, x: number) => {
    const joint = logJoint(index(doing, x)), evidence = logSumExp(joint);
    if (evidence > -Infinity) return joint.map((l) => l - evidence);
    throw new RangeError(
      `Cannot ${doing}: expected an x of positive probability, got x = ${x} with p(x) = 0`,
    );
  };

  const model = {
    /** log p(x) = log Σ_z p(x | z) p(z); −Infinity where no z gives x. */
    logMarginal(x: number): number {
      return logSumExp(logJoint(index("take the log marginal", x)));
    },

    /** p(z | x) = p(x | z) p(z) / p(x), K entries; @throws RangeError where p(x) = 0. */
    posterior(x: number): number[] {
      return logPosterior("take the posterior", x).map(Math.exp);
    },

    /** E_q log p(x | z) = Σ_z q_z log p(x | z); −Infinity where q allows a z that cannot give x. */
    reconstruction(x: number, q: Vector): number {
      const doing = "take the reconstruction term", at = index(doing, x);
      return expectation(over(doing, q), (z) => Math.log(likelihood[z][at]));
    },

    /** E_q log p(x | z) p(z): the expected complete data log likelihood. */
    ecll(x: number, q: Vector): number {
      const joint = logJoint(index("take the ECLL", x));
      return expectation(over("take the ECLL", q), (z) => joint[z]);
    },

    /** L[q] = E_q log p(x | z) − KL(q ‖ p(z)); −Infinity unless q ≪ p(z | x). */
    elbo(x: number, q: Vector): number {
      const Q = over("take the ELBO", q), fit = model.reconstruction(x, Q);
      return fit - expectation(Q, (z) => Math.log(Q[z]) - Math.log(prior[z]));
    },

    /** KL(q ‖ p(z | x)) = Σ_z q_z log(q_z / p(z | x)); Infinity unless q ≪ p(z | x). */
    klPosterior(x: number, q: Vector): number {
      const doing = "take the KL to the posterior", Q = over(doing, q), post = logPosterior(doing, x);
      return post.reduce((sum, logP, z) => sum + klTerm(Math.log(Q[z]), logP), 0);
    },

    /**
     * ∂L/∂ηz = q_z (a_z − Σ q a), a_z = log p(x, z) − log q_z, by the logits η of q = softmax(η)
     *
     * @throws RangeError where the ELBO is −Infinity
     */
    gradElbo(x: number, q: Vector): number[] {
      const doing = "differentiate the ELBO", Q = over(doing, q), joint = logJoint(index(doing, x));
      const surplus = Q.map((weight, z) => weight === 0 ? 0 : joint[z] - Math.log(weight));
      const mean = check.finite(doing, "ELBO", expectation(Q, (z) => surplus[z]));
      return Q.map((weight, z) => weight * (surplus[z] - mean));
    },

    /**
     * ∂L/∂(logits of the prior)_z = q_z − p(z), ∂L/∂(logits of likelihood row z)_x′ = q_z (1[x′ = x] − p(x′ | z)):
     * the gradient by θ of the ELBO, and of the ECLL, since H(q) is free of θ
     */
    gradTheta(x: number, q: Vector): { prior: number[]; likelihood: number[][] } {
      const doing = "differentiate the ELBO", at = index(doing, x), Q = over(doing, q);
      check.finite(doing, "ECLL", model.ecll(at, Q));
      return {
        prior: Q.map((weight, z) => weight - prior[z]),
        likelihood: Q.map((weight, z) =>
          likelihood[z].map((p, other) => weight * ((other === at ? 1 : 0) - p))
        ),
      };
    },
  };
  return model;
}

/** Σ_z q_z f(z), over the z that q allows. */
const expectation = (q: Vector, f: (z: number) => number) =>
  q.reduce((sum, weight, z) => weight === 0 ? sum : sum + weight * f(z), 0);
