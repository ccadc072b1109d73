/** How lik(z) = p_θ(x | z), prior(z), post(z) = p_θ(z | x) and evidence = p_θ(x) are typeset, and E under q. */
export const letters = {
  "lik(z)": "p_\\theta(x \\mid z)",
  "prior(z)": "p(z)",
  "post(z)": "p_\\theta(z \\mid x)",
  evidence: "p_\\theta(x)",
  E: "\\mathbb{E}_q",
};
