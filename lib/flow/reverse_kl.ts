import type { Mixture } from "../math/divergence/density.ts";
import { integrate } from "../math/quadrature.ts";

/** First and second derivatives of KL(N(mean, sd²) ‖ p) in mean and sd; hessian: entries 11, 12, 22. */
interface ReverseKlDerivatives {
  readonly gradient: [number, number];
  readonly hessian: [number, number, number];
}

/**
 * ∇KL = (−E s, −1/sd − E ε s), ∇²KL = [[−E s′, −E ε s′], [·, 1/sd² − E ε² s′]], with s = (log p)′ at
 * x = mean + sd ε, ε ~ N(0, 1): derivatives under the integral of −log sd − E log p(mean + sd ε)
 *
 * @param p components with positive weight
 * @param q mean, sd > 0
 */
export function reverseKlDerivatives(p: Mixture, q: { mean: number; sd: number }): ReverseKlDerivatives {
  const { mean, sd } = q, score = scoreOf(p);
  const marks = p.flatMap((part) => [-4, 0, 4].map((k) => (part.mean + k * part.sd - mean) / sd));
  const breakpoints = [-4, 0, 4, ...marks.filter((epsilon) => Math.abs(epsilon) < 40)];
  const expected = (f: (epsilon: number, s: { value: number; slope: number }) => number) =>
    integrate(
      (epsilon) => {
        const density = Math.exp(-0.5 * epsilon ** 2) / Math.sqrt(2 * Math.PI);
        return density === 0 ? 0 : density * f(epsilon, score(mean + sd * epsilon));
      },
      -Infinity,
      Infinity,
      { breakpoints },
    );
  return {
    gradient: [-expected((_, s) => s.value), -1 / sd - expected((epsilon, s) => epsilon * s.value)],
    hessian: [
      -expected((_, s) => s.slope),
      -expected((epsilon, s) => epsilon * s.slope),
      1 / sd ** 2 - expected((epsilon, s) => epsilon ** 2 * s.slope),
    ],
  };
}

/**
 * s(x) = Σ rₖ sₖ with sₖ = (meanₖ − x)/sdₖ² and rₖ the share of component k in p(x);
 * s′(x) = Σ rₖ (sₖ − s)² − Σ rₖ/sdₖ²
 */
function scoreOf(p: Mixture): (x: number) => { value: number; slope: number } {
  const constants = p.map(({ weight, sd }) => Math.log(weight) - Math.log(sd));
  const shares = new Array<number>(p.length), scores = new Array<number>(p.length);
  return (x) => {
    let top = -Infinity;
    for (let k = 0; k < p.length; k++) {
      const t = (x - p[k].mean) / p[k].sd;
      shares[k] = constants[k] - 0.5 * t * t;
      scores[k] = -t / p[k].sd;
      if (shares[k] > top) top = shares[k];
    }
    let total = 0, value = 0;
    for (let k = 0; k < p.length; k++) {
      shares[k] = Math.exp(shares[k] - top);
      total += shares[k];
      value += shares[k] * scores[k];
    }
    value /= total;
    let slope = 0;
    for (let k = 0; k < p.length; k++) {
      slope += shares[k] / total * ((scores[k] - value) ** 2 - 1 / p[k].sd ** 2);
    }
    return { value, slope };
  };
}
