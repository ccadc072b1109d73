import * as check from "../math/check.ts";
import type { Matrix, Vector } from "../math/types.ts";
import { discreteModel } from "./discrete.ts";

/** A factorised q(z1) q(z2) over two bits: q1 = [q(z1 = 0), q(z1 = 1)], q2 likewise, and what it reaches in nats. */
interface MeanField {
  readonly q1: number[];
  readonly q2: number[];
  readonly elbo: number;
  readonly kl: number;
}

/**
 * argmax over q1 q2 of L[q1 q2] for z = (z1, z2) in 00, 01, 10, 11: the global optimum; of two that tie (within
 * 1e-12) the one with the larger q(z1 = 0), then the larger q(z2 = 0)
 *
 * @param theta.prior 4 probabilities
 * @param theta.likelihood 4 × M, rows in the same order
 * @param x 0 … M − 1
 * @throws RangeError where p(x) = 0
 */
export function meanField(theta: { prior: Vector; likelihood: Matrix }, x: number): MeanField {
  return meanFieldOptima(theta, x)[0];
}

/**
 * Every local maximum of L[q1 q2], best first: one or two
 *
 * Where the posterior is positive, a maximum has a = σ(A + c b), b = σ(B + c a) for a = q(z1 = 1), b = q(z2 = 1),
 * A = log p₁₀/p₀₀, B = log p₀₁/p₀₀, c = log p₁₁p₀₀/p₁₀p₀₁: a root of g(t) = t − A − c σ(B + c σ(t)), t = logit a, at
 * which g increases. Since a (1 − a) b (1 − b) is log-concave along b = σ(B + c a), g decreases on one interval at
 * most; outside it every root is bracketed. Where the posterior has a zero, one of the bits must be certain.
 */
export function meanFieldOptima(theta: { prior: Vector; likelihood: Matrix }, x: number): MeanField[] {
  const doing = "fit a mean field";
  const given = check.object(doing, "theta", theta);
  check.probabilities(doing, "prior", given.prior, 4);
  const model = discreteModel(given);
  const post = model.posterior(x);
  const logPost = post.map(Math.log);
  const candidates = post.every((p) => p > 0) ? interiorOptima(logPost) : certainOptima(post);
  const evidence = model.logMarginal(x);
  const optima = candidates.map(({ q1, q2 }) => {
    const kl = model.klPosterior(x, product(q1, q2));
    return { q1, q2, elbo: evidence - kl, kl };
  });
  const tie = (p: MeanField, q: MeanField) => Math.abs(p.kl - q.kl) <= 1e-12;
  return optima.sort((p, q) => tie(p, q) ? q.q1[0] - p.q1[0] || q.q2[0] - p.q2[0] : p.kl - q.kl);
}

type Factors = { q1: number[]; q2: number[] };

const product = (q1: Vector, q2: Vector) => q1.flatMap((p) => q2.map((r) => p * r));
const sigmoid = (t: number) => t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t));
/** [1 − σ(t), σ(t)], both with full relative precision. */
const bit = (t: number) => [sigmoid(-t), sigmoid(t)];

function interiorOptima([p00, p01, p10, p11]: number[]): Factors[] {
  const A = p10 - p00, B = p01 - p00, c = p11 - p10 - p01 + p00;
  const field2 = (t: number) => B + c * sigmoid(t);
  const g = (t: number) => t - A - c * sigmoid(field2(t));
  /** log c² a(1 − a) b(1 − b): g′ < 0 where it is positive. */
  const pull = (t: number) => {
    const [a0, a1] = bit(t), [b0, b1] = bit(field2(t));
    return 2 * Math.log(Math.abs(c)) + Math.log(a0) + Math.log(a1) + Math.log(b0) + Math.log(b1);
  };
  /** Its derivative by a. */
  const pullSlope = (t: number) => {
    const [a0, a1] = bit(t), [b0, b1] = bit(field2(t));
    return 1 / a1 - 1 / a0 + c * (b0 - b1);
  };
  // t − A lies between 0 and c at a root, so the roots lie strictly inside (low, high).
  const low = A + Math.min(0, c) - 1, high = A + Math.max(0, c) + 1;
  const peak = c === 0 ? A : bisect((t) => -pullSlope(t), low, high);
  const roots = pull(peak) <= 0 ? [bisect(g, low, high)] : [
    ...increasing(g, low, bisect(pull, low, peak)),
    ...increasing(g, bisect((t) => -pull(t), peak, high), high),
  ];
  return roots.map((t) => ({ q1: bit(t), q2: bit(field2(t)) }));
}

/** The root of an increasing f on [from, to], if it has one there. */
const increasing = (f: (t: number) => number, from: number, to: number) =>
  f(from) <= 0 && f(to) >= 0 ? [bisect(f, from, to)] : [];

/** Where an increasing f changes sign on [low, high], to the last bit; the nearer end where it does not. */
function bisect(f: (t: number) => number, low: number, high: number): number {
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return Math.abs(f(low)) <= Math.abs(f(high)) ? low : high;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}

/** One bit certain, the other by its conditional: the only finite KLs where the posterior has a zero. */
function certainOptima([p00, p01, p10, p11]: number[]): Factors[] {
  const share = (p: number, r: number) => [p / (p + r), r / (p + r)];
  const all: { weight: number; q: Factors }[] = [
    { weight: p00 + p01, q: { q1: [1, 0], q2: share(p00, p01) } },
    { weight: p10 + p11, q: { q1: [0, 1], q2: share(p10, p11) } },
    { weight: p00 + p10, q: { q1: share(p00, p10), q2: [1, 0] } },
    { weight: p01 + p11, q: { q1: share(p01, p11), q2: [0, 1] } },
  ];
  const possible = all.filter(({ weight }) => weight > 0).map(({ q }) => q);
  // A candidate whose states another allows as well is not a maximum: the other improves on it by moving.
  const states = ({ q1, q2 }: Factors) => product(q1, q2).map((p) => p > 0);
  return possible.filter((q, i) =>
    possible.every((other, j) => {
      const covered = states(q).every((allowed, k) => !allowed || states(other)[k]);
      const covers = states(other).every((allowed, k) => !allowed || states(q)[k]);
      return i === j || !covered || covers && i < j;
    })
  );
}
