import * as check from "../check.ts";
import { integrate } from "../quadrature.ts";
import { LOG_2PI, logSumExp } from "../stable.ts";
import { landmarksOf } from "./landmarks.ts";

/** A probability density on an interval of the real line. */
export interface Density {
  /** log p(x) in nats; −Infinity where p is 0. */
  logDensity(x: number): number;
  /** [from, to], ±Infinity allowed: p is 0 outside. */
  readonly support: readonly [number, number];
  /** Where quadrature must look: modes, kinks, singularities. Without them the modes are searched for. */
  readonly breakpoints?: readonly number[];
}

/** Σ weight · N(mean, sd²): weights ≥ 0 that sum to 1, finite means, sds > 0. */
export type Mixture = readonly { readonly weight: number; readonly mean: number; readonly sd: number }[];

/** What is known of a density without looking: its components when it is a mixture of normals. */
const components = new WeakMap<Density, Mixture>();

/** The normal components of a density made by `normal1d` or `mixture1d`, else undefined. */
export const componentsOf = (p: Density): Mixture | undefined => components.get(p);

/**
 * N(x; mean, sd²) = exp(−(x − mean)² / (2 sd²)) / (sd √(2π))
 *
 * @param sd standard deviation > 0
 * @throws RangeError for sd ≤ 0 or a parameter that is not finite
 */
export function normal1d(mean: number, sd: number): Density {
  return mixtureOf(checkMixture("make a normal density", [{ weight: 1, mean, sd }]));
}

/**
 * Σₖ weightₖ N(x; meanₖ, sdₖ²)
 *
 * @param mixture at least one component; weights ≥ 0 that sum to 1, sds > 0
 * @throws RangeError for negative weights, another sum, sd ≤ 0 or a parameter that is not finite
 */
export function mixture1d(mixture: Mixture): Density {
  return mixtureOf(checkMixture("make a mixture density", mixture));
}

/** Components with positive weight, weights scaled to sum to 1 exactly up to rounding. */
export function checkMixture(doing: string, mixture: Mixture): Mixture {
  const parts = check.list(doing, "mixture", mixture).map((part, k) => {
    const { weight, mean, sd } = check.object(doing, `component ${k}`, part as Mixture[number]);
    return {
      weight: check.finite(doing, `weight of component ${k}`, weight),
      mean: check.finite(doing, `mean of component ${k}`, mean),
      sd: check.positive(doing, `sd of component ${k}`, sd),
    };
  });
  check.probabilities(doing, "weights", parts.map(({ weight }) => weight));
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return parts.filter(({ weight }) => weight > 0).map((part) => ({ ...part, weight: part.weight / total }));
}

function mixtureOf(parts: Mixture): Density {
  const constants = parts.map(({ weight, sd }) => Math.log(weight) - Math.log(sd) - LOG_2PI / 2);
  const means = parts.map(({ mean }) => mean), sds = parts.map(({ sd }) => sd);
  const terms = new Array<number>(parts.length);
  const density: Density = {
    logDensity(x) {
      numberOrInfinite("take a log density", x);
      if (!Number.isFinite(x)) return -Infinity;
      for (let k = 0; k < terms.length; k++) {
        terms[k] = constants[k] - 0.5 * ((x - means[k]) / sds[k]) ** 2;
      }
      return terms.length === 1 ? terms[0] : logSumExp(terms);
    },
    support: [-Infinity, Infinity],
    breakpoints: [...new Set(parts.flatMap(({ mean, sd }) => [mean - 4 * sd, mean, mean + 4 * sd]))]
      .sort((a, b) => a - b),
  };
  components.set(density, parts);
  return density;
}

/** log p(x), seen to be a number. */
function logDensityAt(doing: string, name: string, p: Density, x: number): number {
  const value = p.logDensity(x);
  if (typeof value === "number" && value === value) return value;
  const Fault = typeof value === "number" ? RangeError : TypeError;
  throw new Fault(
    `Cannot ${doing}: expected ${name}.logDensity to give a number, got ${check.describe(value)} at x = ${x}`,
  );
}

/** A density from outside, with the points quadrature must not step over. */
export function checkDensity(doing: string, name: string, p: Density): Required<Density> {
  check.object(doing, name, p);
  check.callable(doing, `${name}.logDensity`, p.logDensity);
  const ends = check.list(doing, `${name}.support`, p.support);
  const [from, to] = ends;
  if (ends.length !== 2 || typeof from !== "number" || typeof to !== "number" || !(from < to)) {
    throw new RangeError(
      `Cannot ${doing}: expected ${name}.support to be [from, to] with from < to, got [${
        ends.map(check.describe).join(", ")
      }]`,
    );
  }
  const named = p.breakpoints ?? [];
  if (!check.isList(named) || named.length > 0) check.finiteVector(doing, `${name}.breakpoints`, named);
  const inside = (x: number) => from < x && x < to;
  const logDensity = (x: number) => inside(x) ? logDensityAt(doing, name, p, x) : -Infinity;
  const breakpoints = named.length > 0 ? named : landmarksOf(p, logDensity, [from, to]);
  return {
    logDensity,
    support: [from, to],
    breakpoints: Array.from(breakpoints).filter(inside).sort((a, b) => a - b),
  };
}

/**
 * ∫ f(x) p(x) dx, the expectation of f under p
 *
 * @param f finite where p is positive; kinks and singularities at p's breakpoints or at `breakpoints`
 * @throws RangeError where the integral does not converge
 */
export function expectation(
  p: Density,
  f: (x: number) => number,
  breakpoints: readonly number[] = [],
): number {
  const doing = "take an expectation", P = checkDensity(doing, "p", p);
  check.callable(doing, "f", f);
  const weighted = (x: number) => {
    const density = Math.exp(P.logDensity(x));
    return density === 0 ? 0 : density * f(x);
  };
  return integrate(weighted, ...P.support, { breakpoints: [...P.breakpoints, ...breakpoints] });
}

/** ∫ p(x) dx: 1 for a density, by quadrature. */
export const mass = (p: Density): number => expectation(p, () => 1);

/** H(p) = −∫ p(x) log p(x) dx nats (differential entropy, may be negative). */
export const entropy = (p: Density): number => 0 - expectation(p, (x) => p.logDensity(x));

/** A number that may be infinite but is not NaN. */
export function numberOrInfinite(doing: string, x: unknown): asserts x is number {
  if (typeof x !== "number" || x !== x) check.finite(doing, "x", x);
}
