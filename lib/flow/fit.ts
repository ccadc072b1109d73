import { divergence } from "../math/divergence/continuous.ts";
import { checkMixture, type Mixture, mixture1d, normal1d } from "../math/divergence/density.ts";
import * as check from "../math/check.ts";
import { reverseKlDerivatives } from "./reverse_kl.ts";

/** N(mean, sd²), sd > 0. */
export interface Gaussian {
  readonly mean: number;
  readonly sd: number;
}

/** A normal distribution, and its divergence from what it was fitted to, in nats. */
interface Fit extends Gaussian {
  readonly kl: number;
}

function gaussian(doing: string, name: string, q: Gaussian): Gaussian {
  const { mean, sd } = check.object(doing, name, q);
  return {
    mean: check.finite(doing, `mean of ${name}`, mean),
    sd: check.positive(doing, `sd of ${name}`, sd),
  };
}

/**
 * KL(p ‖ N(mean, sd²)) nats, by quadrature
 *
 * @param p mixture of normals
 * @param q mean, and sd > 0
 */
export function forwardKl(p: Mixture, q: Gaussian): number {
  const { mean, sd } = gaussian("take the forward KL", "q", q);
  return divergence("kl", mixture1d(p), normal1d(mean, sd));
}

/** KL(N(mean, sd²) ‖ p) nats, by quadrature. Arguments as for {@linkcode forwardKl}. */
export function reverseKl(p: Mixture, q: Gaussian): number {
  const { mean, sd } = gaussian("take the reverse KL", "q", q);
  return divergence("kl", normal1d(mean, sd), mixture1d(p));
}

/**
 * argmin KL(p ‖ N(mean, sd²)): mean = E x, sd² = Var x under p, the only stationary point
 *
 * @param p mixture of normals
 */
export function fitForward(p: Mixture): Fit {
  const parts = checkMixture("fit by forward KL", p);
  const mean = parts.reduce((sum, part) => sum + part.weight * part.mean, 0);
  const variance = parts.reduce(
    (sum, part) => sum + part.weight * (part.sd ** 2 + (part.mean - mean) ** 2),
    0,
  );
  const fit = { mean, sd: Math.sqrt(variance) };
  return { ...fit, kl: forwardKl(p, fit) };
}

/**
 * A local minimum of KL(N(mean, sd²) ‖ p), reached downhill from `start`
 *
 * Newton's method in (mean/sd, log sd), each curvature by its absolute value, in steps of at most one unit that
 * shrink where the quadratic model misjudges the descent. Reverse KL may have several minima, at modes of p and
 * between them: which one is found is a matter of the start.
 *
 * @param p mixture of normals
 * @param options.start mean and sd > 0 to begin at
 * @throws RangeError when 500 steps do not settle
 */
export function fitReverse(p: Mixture, options: { start: Gaussian }): Fit {
  const doing = "fit by reverse KL", parts = checkMixture(doing, p);
  let at = gaussian(doing, "start", check.object(doing, "options", options).start);
  let value = reverseKl(parts, at), radius = 0.25;
  for (let step = 0; step < 500; step++) {
    const { gradient, hessian } = reverseKlDerivatives(parts, at), { sd } = at;
    const slope: Pair = [sd * gradient[0], sd * gradient[1]];
    const bend: Triple = [sd ** 2 * hessian[0], sd ** 2 * hessian[1], sd ** 2 * hessian[2] + slope[1]];
    const wanted = downhill(slope, bend), length = Math.hypot(...wanted);
    for (; radius > 1e-12; radius /= 4) {
      const share = Math.min(1, radius / length), move: Pair = [share * wanted[0], share * wanted[1]];
      const next = { mean: at.mean + sd * move[0], sd: sd * Math.exp(move[1]) };
      const reached = reverseKl(parts, next), promised = -modelChange(slope, bend, move);
      if (value - reached < 0.1 * promised - 1e-13) continue;
      if (value - reached > 0.7 * promised) radius = Math.min(1, 2 * radius);
      [at, value] = [next, reached];
      break;
    }
    if (length < 1e-9) return { ...at, kl: value };
  }
  throw new RangeError(
    `Cannot ${doing}: expected to settle within 500 steps, got to mean ${at.mean}, sd ${at.sd}`,
  );
}

type Pair = [number, number];
/** The entries 11, 12, 22 of a symmetric 2 × 2 matrix. */
type Triple = [number, number, number];

const modelChange = (g: Pair, [a, b, c]: Triple, [x, y]: Pair) =>
  g[0] * x + g[1] * y + (a * x * x + 2 * b * x * y + c * y * y) / 2;

/** −|H|⁻¹ g: the Newton step with every eigenvalue of H replaced by its absolute value (at least 1e-6). */
function downhill(g: Pair, [a, b, c]: Triple): Pair {
  const angle = Math.atan2(2 * b, a - c) / 2, [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middle = (a + c) / 2, spread = Math.hypot((a - c) / 2, b);
  const along = -(cos * g[0] + sin * g[1]) / Math.max(1e-6, Math.abs(middle + spread));
  const across = -(cos * g[1] - sin * g[0]) / Math.max(1e-6, Math.abs(middle - spread));
  return [cos * along - sin * across, sin * along + cos * across];
}
