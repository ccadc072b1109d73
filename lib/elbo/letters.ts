import type { Vector } from "../math/types.ts";

/** How lik(z) = p_θ(x | z), prior(z), post(z) = p_θ(z | x) and evidence = p_θ(x) are typeset, and E under q. */
export const letters = {
  "lik(z)": "p_\\theta(x \\mid z)",
  "prior(z)": "p(z)",
  "post(z)": "p_\\theta(z \\mid x)",
  evidence: "p_\\theta(x)",
  E: "\\mathbb{E}_q",
};

/** Of these q does not depend on θ, nor does the prior. */
export const densities = {
  functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
  theta: ["lik", "post", "evidence"],
};

/** Nodes and weights whose average of a quadratic is its expectation under N(0, 1). */
export const hermite = [[1 / 6, -Math.sqrt(3)], [2 / 3, 0], [1 / 6, Math.sqrt(3)]]
  .map(([weight, e]) => ({ weight, e }));

/** All that a line of `proof11` may use, for one θ of the grid. */
interface AtTheta {
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
