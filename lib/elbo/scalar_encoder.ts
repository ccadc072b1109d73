import * as check from "../math/check.ts";
import type { Vector } from "../math/types.ts";
import { type Expansion, minimise, nowhere } from "./newton.ts";
import { byGrid, byQuadrature, type Loss, type Moments, objective, type ScalarFit } from "./scalar_fit.ts";

/** Degrees of the mean and of the log-sd as polynomials in x; each family contains those before it. */
export const scalarDegrees = { constant: [0, 0], affineMean: [1, 0], affine: [1, 1], cubic: [3, 2] } as const;
const families = Object.keys(scalarDegrees) as ScalarEncoderFamily[];

export type ScalarEncoderFamily = keyof typeof scalarDegrees;

/** Coefficients of 1, u, u², …: of the mean and of the log-sd. */
type Coefficients = [mean: number[], logSd: number[]];

/**
 * argmin over the family of Σᵢ E hᵢ(mᵢ + sᵢ ε) + ½ (mᵢ² + sᵢ²) − log sᵢ, with mᵢ = m(xᵢ) and sᵢ = s(xᵢ)
 *
 * Newton in the coefficients, from the optimum of the next poorer family, from the polynomials nearest to the
 * points' own optima, and from the prior; the best of these again by adaptive quadrature.
 *
 * @param data.points xᵢ
 * @param data.losses hᵢ
 * @param data.fits the optimum (mᵢ, sᵢ) of each point by itself
 * @param data.tolerance relative error of the quadrature
 */
export function fitScalarEncoder(
  data: { points: Vector; losses: readonly Loss[]; fits: readonly ScalarFit[]; tolerance: number },
  family: ScalarEncoderFamily,
): (x: number) => ScalarFit {
  check.oneOf("fit an encoder", "family", family, families);
  const { points, losses, fits, tolerance } = data;
  const targets = fits.map(({ mean, sd }) => [mean, Math.log(sd)]);
  // In u, which runs over [−1, 1], the powers are far from parallel; the families are the same as in x.
  const low = points.reduce((a, b) => Math.min(a, b)), high = points.reduce((a, b) => Math.max(a, b));
  const unit = (x: number) => (x - (low / 2 + high / 2)) / (high / 2 - low / 2 || 1);

  let best: Coefficients = [[], []];
  for (const name of families.slice(0, families.indexOf(family) + 1)) {
    const shape = scalarDegrees[name], inputs = points.map(unit);
    const exact = (moments: Moments) => (p: Vector, ceiling: number) =>
      sumOver(inputs, shape, p, (i, at) => objective(losses[i], moments, at, ceiling));
    const prior = new Array<number>(shape[0] + shape[1] + 2).fill(0);
    const nearest = minimise((p) =>
      sumOver(inputs, shape, p, (i, at) => squares(at, targets[i])), prior).point;
    const single = name === "constant" ? targets : [];
    const found = [padded(best, shape), nearest, prior, ...single]
      .map((start) => minimise(exact(byGrid), start))
      .reduce((p, q) => q.value < p.value ? q : p);
    best = parted(minimise(exact(byQuadrature(tolerance)), found.point).point, shape);
  }
  return (x) => {
    const u = unit(check.finite("encode", "x", x)), [mean, logSd] = best.map((c) => polynomial(c, u));
    return {
      mean: check.finite("encode", `mean at x = ${x}`, mean),
      sd: check.positive("encode", `sd at x = ${x}`, Math.exp(logSd)),
    };
  };
}

type Shape = readonly [mean: number, logSd: number];

const parted = (p: Vector, [mean]: Shape): Coefficients => [p.slice(0, mean + 1), p.slice(mean + 1)];
const padded = (c: Coefficients, shape: Shape) =>
  c.flatMap((list, k) => Array.from({ length: shape[k] + 1 }, (_, i) => list[i] ?? 0));
const polynomial = (c: Vector, u: number) => c.reduceRight((sum, value) => sum * u + value, 0);

/** Σᵢ fᵢ(m(uᵢ), log s(uᵢ)) with its derivatives by the coefficients p. */
function sumOver(
  inputs: Vector,
  shape: Shape,
  p: Vector,
  f: (i: number, at: Vector) => Expansion,
): Expansion {
  const owner = p.map((_, k) => k <= shape[0] ? 0 : 1);
  const power = p.map((_, k) => k <= shape[0] ? k : k - shape[0] - 1);
  let value = 0;
  const gradient = p.map(() => 0), hessian = p.map(() => p.map(() => 0));
  for (const [i, u] of inputs.entries()) {
    const part = f(i, parted(p, shape).map((c) => polynomial(c, u))), basis = power.map((n) => u ** n);
    if (part === nowhere) return nowhere;
    value += part.value;
    for (let k = 0; k < p.length; k++) {
      gradient[k] += part.gradient[owner[k]] * basis[k];
      for (let l = 0; l < p.length; l++) {
        hessian[k][l] += part.hessian[owner[k]][owner[l]] * basis[k] * basis[l];
      }
    }
  }
  return { value, gradient, hessian };
}

/** ½ ‖at − target‖². */
function squares(at: Vector, target: Vector): Expansion {
  const gradient = at.map((x, k) => x - target[k]);
  return { value: gradient.reduce((sum, d) => sum + d * d / 2, 0), gradient, hessian: [[1, 0], [0, 1]] };
}
