/**
 * q log(q/p) − q + p ≥ 0, from log q and log p: what a state adds to KL(q ‖ p) when −q + p, which adds up to 0, is
 * left in. No term is negative, so rounding cannot make a divergence so.
 */
export function klTerm(logQ: number, logP: number): number {
  if (logQ === -Infinity) return Math.exp(logP);
  const ratio = logP - logQ, q = Math.exp(logQ);
  if (q === 0) return Math.exp(logP);
  return ratio > 1 ? Math.exp(logP) - q * (1 + ratio) : q * Math.max(0, Math.expm1(ratio) - ratio);
}
