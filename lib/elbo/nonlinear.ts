import { LOG_2PI } from "../math/stable.ts";
import * as check from "../math/check.ts";
import { integrate } from "../math/quadrature.ts";
import type { Vector } from "../math/types.ts";
import { klDiagonal } from "../math/normal.ts";
import { klTerm } from "./kl_term.ts";
import { fitScalarEncoder, type ScalarEncoderFamily } from "./scalar_encoder.ts";
import { fitScalarPosterior } from "./scalar_fit.ts";
import { type ScalarPosterior, scalarPosterior } from "./scalar_posterior.ts";

/** q(z) = N(mean, sd²) of a scalar z, sd > 0. */
interface ScalarNormal {
  readonly mean: number;
  readonly sd: number;
}

/**
 * z ~ N(0, 1), x | z ~ N(decoder(z), sigma²) for scalar z and x: a VAE whose posterior is not normal, every
 * expectation of which is an integral over the line (adaptive quadrature, 1e-10). All numbers are in nats.
 *
 * @param theta.decoder z ↦ the mean of x; a pure function, smooth but for kinks and jumps
 * @param theta.sigma standard deviation of the noise, > 0
 * @throws RangeError for a sigma that is not positive; where the decoder returns NaN
 */
export function nonlinearModel(theta: { decoder: (z: number) => number; sigma: number }) {
  const making = "make a nonlinear model", given = check.object(making, "theta", theta);
  const decoder = check.callable(making, "decoder", given.decoder);
  const sigma = check.positive(making, "sigma", given.sigma);
  const decode = (z: number): number => {
    const mean: unknown = decoder(z);
    if (typeof mean === "number" && !Number.isNaN(mean)) return mean;
    const Fault = typeof mean === "number" ? RangeError : TypeError;
    throw new Fault(`Cannot decode z = ${z}: expected a finite number, got ${check.describe(mean)}`);
  };
  const logNoise = LOG_2PI / 2 + Math.log(sigma);
  /** ½ (x − decoder(z))² / σ². */
  const loss = (x: number, z: number) => ((x - decode(z)) / sigma) ** 2 / 2;
  /** log p(x, z) + log σ + log 2π. */
  const logJoint = (x: number) => (z: number) => -z * z / 2 - loss(x, z);

  const known = new Map<number, ScalarPosterior>();
  const posteriorAt = (x: number): ScalarPosterior => {
    const kept = known.get(x) ?? scalarPosterior(logJoint(x));
    if (known.size >= 256) known.clear();
    known.set(x, kept);
    return kept;
  };
  const logPosterior = (x: number) => {
    const { logEvidence } = posteriorAt(x), joint = logJoint(x);
    return (z: number) => joint(z) - logEvidence;
  };
  const checked = (doing: string, q: ScalarNormal): ScalarNormal => {
    const { mean, sd } = check.object(doing, "q", q);
    return { mean: check.finite(doing, "q.mean", mean), sd: check.positive(doing, "q.sd", sd) };
  };

  const model = {
    /** log p(x) = log ∫ N(z; 0, 1) N(x; decoder(z), σ²) dz. */
    logMarginal(x: number): number {
      return posteriorAt(check.finite("take the log marginal", "x", x)).logEvidence - logNoise - LOG_2PI / 2;
    },

    /** p(z | x) as a density on the line; x finite. */
    posterior(x: number): { logDensity: (z: number) => number; support: [number, number] } {
      const logDensity = logPosterior(check.finite("take the posterior", "x", x));
      return {
        logDensity: (z) => logDensity(check.finite("take the log density", "z", z)),
        support: [-Infinity, Infinity],
      };
    },

    /** E_q log p(x | z) = −½ log 2πσ² − ½ E_q (x − decoder(z))²/σ²; −Infinity where that diverges. */
    reconstruction(x: number, q: ScalarNormal): number {
      const doing = "take the reconstruction term", at = check.finite(doing, "x", x);
      const { mean, sd } = checked(doing, q);
      const weighted = (e: number) => {
        const weight = Math.exp(-e * e / 2 - LOG_2PI / 2);
        return weight === 0 ? 0 : weight * loss(at, mean + sd * e);
      };
      const tolerance = allowance({ mean, sd }, 8 * Number.EPSILON * Math.abs(at) / sigma);
      return -logNoise - integrate(weighted, -Infinity, Infinity, { breakpoints: [-6, 0, 6], tolerance });
    },

    /** E_q log p(x | z) p(z): the expected complete data log likelihood. */
    ecll(x: number, q: ScalarNormal): number {
      const { mean, sd } = checked("take the ECLL", q);
      return model.reconstruction(x, q) - (LOG_2PI + mean ** 2 + sd ** 2) / 2;
    },

    /** L[q] = E_q log p(x | z) − KL(q ‖ N(0, 1)). */
    elbo(x: number, q: ScalarNormal): number {
      const doing = "take the ELBO", { mean, sd } = checked(doing, q);
      const narrow = { mean: [mean], variance: [check.positive(doing, "q.sd²", sd ** 2)] };
      return model.reconstruction(x, q) - klDiagonal(narrow, { mean: [0], variance: [1] });
    },

    /** KL(q ‖ p(z | x)) = ∫ q log(q / p(z | x)) dz, itself an integral of terms that are not negative. */
    klPosterior(x: number, q: ScalarNormal): number {
      const doing = "take the KL to the posterior", at = check.finite(doing, "x", x);
      const { mean, sd } = checked(doing, q), logP = logPosterior(at), known = posteriorAt(at);
      const logQ = (z: number) => -(((z - mean) / sd) ** 2) / 2 - Math.log(sd) - LOG_2PI / 2;
      const breakpoints = [...known.breakpoints, mean - 6 * sd, mean, mean + 6 * sd];
      const tolerance = allowance({ mean, sd }, known.tolerance);
      // At q = the posterior the integrand is rounding: there an error of tolerance / 100 is enough.
      const options = { breakpoints, tolerance, scale: 0.01 };
      return integrate((z) => klTerm(logQ(z), logP(z)), -Infinity, Infinity, options);
    },

    /** argmin over (mean, sd) of KL(q ‖ p(z | x)): the global optimum q*; of two that tie, the one further left. */
    fitPosterior(x: number): { mean: number; sd: number } {
      const at = check.finite("fit the posterior", "x", x);
      return fitScalarPosterior({ loss: (z) => loss(at, z), ...posteriorAt(at) });
    },

    /**
     * argmax over the family of Σᵢ L(xᵢ): an encoder x ↦ N(m(x), s(x)²) with m and log s polynomials in x of
     * degrees "constant" (0, 0), "affineMean" (1, 0), "affine" (1, 1), "cubic" (3, 2). The families are nested, and
     * a richer one starts from the poorer one's optimum: its total is never smaller.
     *
     * @param xs n ≥ 1 points
     * @throws RangeError for no points or another family
     */
    fitEncoder(xs: Vector, family: ScalarEncoderFamily): (x: number) => { mean: number; sd: number } {
      const points = check.finiteVector("fit an encoder", "xs", xs);
      const fits = points.map(model.fitPosterior);
      return fitScalarEncoder({
        points,
        losses: points.map((x) => (z) => loss(x, z)),
        fits,
        tolerance: Math.max(...points.map((x) => posteriorAt(x).tolerance)),
      }, family);
    },
  };
  return model;
}

/** The relative error to allow a quadrature under q: at least what rounding of z = mean + sd ε causes. */
const allowance = (q: ScalarNormal, noise: number) =>
  Math.min(1e-6, Math.max(1e-13, noise + 8 * Number.EPSILON * Math.abs(q.mean) / q.sd));
