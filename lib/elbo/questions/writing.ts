import { type Random, random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";
import { notation } from "../../proof/notation.ts";
import type { Writing } from "../../proof/question.ts";
import type { Scope } from "../../proof/value.ts";
import { densities, hermite, letters, type ProofInstance } from "../letters.ts";
import { linearGaussian } from "../linear_gaussian.ts";

/**
 * The names at five θ with z on the line: z ~ N(0, 1), x | z ~ N(w z + b, σ²), q any normal. All logarithms are
 * quadratics in z, so three nodes give their expectations exactly.
 */
function normalModels(random: Random): Scope[] {
  const x = [random.normal()], mean = random.normal(), sd = random.uniform(0.4, 1.6);
  const nodes = hermite.map(({ weight, e }) => ({ weight, z: mean + sd * e }));
  const density = (m: number, variance: number) => (z: number) =>
    Math.exp(-((z - m) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  return random.list(5, () => {
    const [w, b] = random.normals(2), sigma2 = random.uniform(0.3, 2);
    const model = linearGaussian({ W: [[w]], b: [b], sigma2 }), posterior = model.posterior(x);
    return {
      lik: (z: number) => density(w * z + b, sigma2)(x[0]),
      prior: density(0, 1),
      post: density(posterior.mean[0], posterior.cov[0][0]),
      q: density(mean, sd ** 2),
      evidence: Math.exp(model.logMarginal(x)),
      E: { z: nodes },
      sum: { z: nodes.map(({ z }) => z) },
    };
  });
}

let gaussians: readonly Scope[][] | undefined;

const over = (values: Vector) => (z: number) => values[z];

/** What `proof11` is written in: densities of one x under θ, and q, which θ does not move. */
export const writing11: Writing<ProofInstance> = {
  notation: notation({
    ...densities,
    symbols: { z: "scalar", evidence: "scalar" },
    definitions: { KL: "E(z, log(q(z) / post(z)))" },
    tex: { ...letters, "q(z)": "q(z)", KL: "\\mathrm{KL}" },
  }),
  scope: ({ q, grid }) =>
    grid.map(({ prior, likelihood, posterior, logMarginal }) => ({
      ...{ q: over(q), prior: over(prior), lik: over(likelihood), post: over(posterior) },
      evidence: Math.exp(logMarginal),
      E: { z: q.map((weight, z) => ({ weight, z })) },
      sum: { z: q.map((_, z) => z) },
    })),
  also: () => {
    const chance = random(11);
    return gaussians ??= chance.list(20, () => normalModels(chance));
  },
  ends: ["E(z, log(lik(z) prior(z)))", "log(evidence) - KL"],
};
