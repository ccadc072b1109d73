/** One normal fitted to ½N(−a, 1) + ½N(a, 1) by the reverse divergence, with all derivatives, in closed sums. */

export interface Normal {
  mean: number;
  sd: number;
}

/** ½N(−a, 1) + ½N(a, 1). */
export const bumps = (a: number) => [-a, a].map((mean) => ({ weight: 0.5, mean, sd: 1 }));

/** Nodes ε and weights of the trapezoid rule for E over N(0, 1), with `n` nodes a unit. */
export function rule(n: number): { nodes: number[]; weights: number[] } {
  const nodes = Array.from({ length: 16 * n + 1 }, (_, k) => k / n - 8);
  return { nodes, weights: nodes.map((e) => Math.exp(-e * e / 2) / (n * Math.sqrt(2 * Math.PI))) };
}
/** Exact to rounding while a · sd stays below 16; to the eighth digit while it stays below 8. */
export const FINE = rule(64), COARSE = rule(16);

/**
 * KL(N(mean, sd²) ‖ ½N(−a, 1) + ½N(a, 1)), with x = mean + sd ε and
 * log p(x) = −x²/2 − a²/2 + log cosh(a x) − ½ log 2π.
 */
export function klToBumps(a: number, { mean, sd }: Normal, { nodes, weights } = FINE): number {
  let kl = -0.5 - Math.log(sd);
  for (let k = 0; k < nodes.length; k++) {
    const x = mean + sd * nodes[k], far = Math.abs(a * x);
    kl -= weights[k] * (-x * x / 2 - a * a / 2 + far + Math.log1p(Math.exp(-2 * far)) - Math.LN2);
  }
  return kl;
}

/** `klToBumps` with its first and second derivatives by the mean and the sd. */
export function reverseToBumps(a: number, at: Normal, rule = FINE) {
  const { mean, sd } = at, { nodes, weights } = rule;
  let byMean = 0, bySd = -1 / sd, hmm = 1, hms = 0, hss = 1 + 1 / sd ** 2;
  for (let k = 0; k < nodes.length; k++) {
    const e = nodes[k], w = weights[k], x = mean + sd * e, t = Math.tanh(a * x), bend = a * a * (1 - t * t);
    const score = -x + a * t;
    byMean -= w * score;
    bySd -= w * e * score;
    hmm -= w * bend;
    hms -= w * e * bend;
    hss -= w * e * e * bend;
  }
  return {
    // only where it is asked for: it would take as long as the derivatives
    get kl() {
      return klToBumps(a, at, rule);
    },
    gradient: [byMean, bySd],
    hessian: [hmm, hms, hss],
  };
}

/** Where steepest descent in (mean, log sd) ends that starts here: the way the borders of Figure 3.9 are drawn. */
export function runDown(a: number, start: Normal): Normal {
  let { mean, sd } = start;
  for (let k = 0; k < 1500; k++) {
    const [byMean, bySd] = reverseToBumps(a, { mean, sd }, COARSE).gradient;
    mean -= 0.1 * byMean;
    sd *= Math.exp(-0.1 * sd * bySd);
  }
  return { mean, sd };
}
