import * as check from "../check.ts";
import { integrate } from "../quadrature.ts";
import { softplus } from "../stable.ts";
import { checkDensity, componentsOf, type Density, mass } from "./density.ts";

export const DIVERGENCES = [
  "kl",
  "jensenShannon",
  "totalVariation",
  "chiSquare",
  "hellingerSquared",
] as const;
export type DivergenceName = typeof DIVERGENCES[number];

/**
 * D(p, q) by quadrature to 1e-9, in nats where it is a logarithm:
 * kl ∫ p log(p/q) · jensenShannon ½ KL(p‖m) + ½ KL(q‖m), m = ½(p + q) · totalVariation ½ ∫ |p − q| ·
 * chiSquare ∫ p²/q − 1 · hellingerSquared 1 − ∫ √(pq)
 *
 * Stable forms: (p − q)²/q and ½(√p − √q)² have the same integrals and do not cancel.
 *
 * @param name one of DIVERGENCES
 * @param p density on an interval, mass 1
 * @param q likewise
 * @returns Infinity where p is positive and q is not (kl, chiSquare), and where the integral diverges; for
 * mixtures of normals chiSquare does exactly when 2·sd² ≤ sd′² for the largest sds of q and p
 * @throws RangeError for another name, or for a density whose mass is not 1 (within 1e-6)
 */
export function divergence(name: DivergenceName, p: Density, q: Density): number {
  check.oneOf("take a divergence", "name", name, DIVERGENCES);
  const doing = `take the divergence ${name}`;
  const P = checkDensity(doing, "p", p), Q = checkDensity(doing, "q", q);
  checkMass(doing, "p", p);
  checkMass(doing, "q", q);
  if ((name === "chiSquare" || name === "kl") && reachesOutside(P, Q)) return Infinity;
  if (name === "chiSquare" && heavierThanSquare(p, q, P, Q)) return Infinity;
  const of = INTEGRANDS[name];
  const integrand = (x: number) => {
    const value = of(P.logDensity(x), Q.logDensity(x));
    if (value === Infinity) throw INFINITE;
    return value;
  };
  const ends = [...P.support, ...Q.support], from = Math.min(...ends), to = Math.max(...ends);
  const breakpoints = [...P.breakpoints, ...Q.breakpoints, ...ends];
  try {
    const value = integrate(integrand, from, to, { scale: 1, breakpoints });
    return Math.min(Math.max(0, value), LARGEST[name] ?? Infinity);
  } catch (error) {
    if (error === INFINITE) return Infinity;
    throw error;
  }
}

/** Thrown out of a quadrature at the first point with p > 0 = q, or where p²/q is too large for a number. */
const INFINITE = Symbol("an infinite divergence");

/** What is integrated, as a function of a = log p(x) and b = log q(x), either of which may be −Infinity. */
const INTEGRANDS: Record<DivergenceName, (a: number, b: number) => number> = {
  kl: (a, b) => {
    const p = Math.exp(a);
    return p === 0 ? 0 : p * (a - b);
  },
  jensenShannon: (a, b) => {
    const p = Math.exp(a), q = Math.exp(b);
    const share = (mine: number, log: number, other: number) =>
      mine === 0 ? 0 : mine / 2 * (Math.LN2 - (other === -Infinity ? 0 : softplus(other - log)));
    return share(p, a, b) + share(q, b, a);
  },
  totalVariation: (a, b) => Math.abs(gap(a, b)) / 2,
  chiSquare: (a, b) => {
    // Where p is below every number, b = −Infinity may be the flow's overflow: reachesOutside knows the supports.
    if (a === -Infinity || b === -Infinity && Math.exp(a) === 0) return Math.exp(b);
    if (a - b > 1) return Math.exp(2 * a - b) - 2 * Math.exp(a) + Math.exp(b);
    return Math.exp(b) * Math.expm1(a - b) ** 2;
  },
  hellingerSquared: (a, b) => gap(a / 2, b / 2) ** 2 / 2,
};

const LARGEST: Partial<Record<DivergenceName, number>> = {
  jensenShannon: Math.LN2,
  totalVariation: 1,
  hellingerSquared: 1,
};

/** eᵃ − eᵇ */
function gap(a: number, b: number): number {
  if (a === b) return 0;
  return a > b ? -Math.exp(a) * Math.expm1(b - a) : Math.exp(b) * Math.expm1(a - b);
}

const weighed = new WeakMap<Density, number>();

/** Refuses a density whose mass is not 1: it is none, or quadrature does not see all of it. */
export function checkMass(doing: string, name: string, p: Density): void {
  // A normal has mass 1, unless its width is nothing beside the floats at its mean.
  if (componentsOf(p)?.every(({ mean, sd }) => sd > 2 ** -40 * Math.abs(mean))) return;
  const found = weighed.get(p) ?? mass(p);
  weighed.set(p, found);
  if (!(Math.abs(found - 1) <= 1e-6)) {
    throw new RangeError(`Cannot ${doing}: expected ${name} to have mass 1 (within 1e-6), got ${found}`);
  }
}

/** Whether p is positive somewhere in its support that q's does not contain. */
function reachesOutside({ logDensity, support }: Required<Density>, Q: Required<Density>): boolean {
  return [0, 1].some((side) => {
    const outer = support[side], inner = Q.support[side], beyond = side === 0 ? inner - outer : outer - inner;
    if (!(beyond > 0)) return false;
    const steps = Number.isFinite(outer) ? [0.01, 0.25, 0.5, 0.75, 0.99] : [1e-3, 1, 10, 100, 1e4];
    const width = (Number.isFinite(outer) ? beyond : 1) * (side === 0 ? -1 : 1);
    return steps.some((t) => logDensity(inner + t * width) > -Infinity);
  });
}

/** Whether ∫ p²/q diverges at an end of the support. */
function heavierThanSquare(p: Density, q: Density, P: Required<Density>, Q: Required<Density>): boolean {
  const ofP = componentsOf(p), ofQ = componentsOf(q);
  if (ofP !== undefined && ofQ !== undefined) {
    const [sdP, sdQ] = [ofP, ofQ].map((parts) => Math.max(...parts.map(({ sd }) => sd)));
    return Math.SQRT2 * (sdQ / sdP) <= 1 + 4 * Number.EPSILON;
  }
  return [0, 1].some((side) => growsAtEnd(P, Q, side));
}

/**
 * Whether p²/q times the distance s travelled on a logarithmic scale still grows (or stays) as far out as
 * log p and log q are known to 1e-3: an integral of a function of log s that does not fall diverges.
 */
function growsAtEnd(P: Required<Density>, Q: Required<Density>, side: number): boolean {
  const end = P.support[side], centre = side === 0 ? P.breakpoints[0] : P.breakpoints.at(-1);
  if (centre === undefined) return false;
  const direction = side === 0 ? -1 : 1, spread = P.breakpoints[P.breakpoints.length - 1] - P.breakpoints[0];
  const unit = Math.max(spread / 8, Math.abs(centre) * 2 ** -30) || 1;
  const point = Number.isFinite(end)
    ? (k: number) => end - direction * Math.abs(centre - end) * 2 ** -k
    : (k: number) => centre + direction * unit * 2 ** k;
  const deepest = Number.isFinite(end)
    ? Math.log2(Math.abs(centre - end) / Math.max(Math.abs(end) * 2 ** -40, 1e-300))
    : 900;
  const trend = (k: number) => {
    const a = P.logDensity(point(k)), b = Q.logDensity(point(k));
    const level = 2 * a - b + (Number.isFinite(end) ? -k : k) * Math.LN2;
    return { level, rounding: 64 * Number.EPSILON * (Math.abs(a) + Math.abs(b)) + 1e-9, a, b };
  };
  let grows = false;
  for (let k = 2; k < deepest; k++) {
    const here = trend(k), before = trend(k - 1);
    // A log density may be −Infinity because there is none, or because a flow overflows far outside.
    if (here.a === -Infinity) return grows && Math.exp(before.a) === 0;
    if (here.b === -Infinity) return grows || Math.exp(here.a) > 0;
    if (here.rounding > 1e-3) return grows;
    grows = here.level >= before.level - here.rounding;
  }
  return grows;
}
