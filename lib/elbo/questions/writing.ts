import type { Vector } from "../../math/types.ts";
import { notation } from "../../proof/notation.ts";
import type { Writing } from "../../proof/question.ts";

/** All that a line of the proof may use, for one θ of the grid. */
export interface AtTheta {
  prior: Vector;
  /** p(x | z) for the observed x. */
  likelihood: Vector;
  posterior: Vector;
  logMarginal: number;
}
export interface ProofInstance {
  q: Vector;
  grid: AtTheta[];
}

const over = (values: Vector) => (z: number) => values[z];

/** What `proof11` is written in: densities of one x under θ, and q, which θ does not move. */
export const writing11: Writing<ProofInstance> = {
  notation: notation({
    symbols: { z: "scalar", evidence: "scalar" },
    functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
    definitions: { KL: "E(z, log(q(z) / post(z)))" },
    theta: ["lik", "post", "evidence"],
    tex: {
      "lik(z)": "p_\\theta(x \\mid z)",
      "prior(z)": "p(z)",
      "post(z)": "p_\\theta(z \\mid x)",
      "q(z)": "q(z)",
      evidence: "p_\\theta(x)",
      KL: "\\mathrm{KL}",
      E: "\\mathbb{E}_q",
    },
  }),
  scope: ({ q, grid }) =>
    grid.map(({ prior, likelihood, posterior, logMarginal }) => ({
      ...{ q: over(q), prior: over(prior), lik: over(likelihood), post: over(posterior) },
      evidence: Math.exp(logMarginal),
      E: { z: q.map((weight, z) => ({ weight, z })) },
      sum: { z: q.map((_, z) => z) },
    })),
  ends: ["E(z, log(lik(z) prior(z)))", "log(evidence) - KL"],
};
