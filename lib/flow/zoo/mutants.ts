import {
  type Density,
  divergence,
  type DivergenceName,
  entropy,
  type Mixture,
  pushforward,
  wasserstein1,
} from "../../math/divergence.ts";
import { affine1d, fitForward, type ScalarFlow } from "../mod.ts";
import type { Dual } from "../../math/dual.ts";
import * as dual from "../../math/dual.ts";
import { integrate } from "../../math/quadrature.ts";
import { softplus } from "../../math/stable.ts";
import type { Matrix, Vector } from "../../math/types.ts";

/** Broken variants of the claims on flows, by claim. Each computes a value, a wrong one. */

interface Planar {
  u: number[];
  w: number[];
  b: number;
  z: number[];
}
const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const height = ({ w, b, z }: Planar) => dot(w, z) + b;
const sech = (a: number) => 1 / Math.cosh(a);

const pulled = {
  "the log-det with the wrong sign": { logPulled: (logPx: number, logAbsDet: number) => logPx - logAbsDet },
  "no log-det": { logPulled: (logPx: number, _logAbsDet: number) => logPx },
  "half the log-det": { logPulled: (logPx: number, logAbsDet: number) => logPx + logAbsDet / 2 },
};

/** û = u + (m − w·u) w/‖w‖: the square of the norm lost. */
function byNorm({ u, w }: { u: Vector; w: Vector }): number[] {
  const norm = Math.hypot(...w), c = dot(w, u);
  return norm === 0 ? [...u] : u.map((x, i) => x + (softplus(c) - 1 - c) * w[i] / norm);
}

const spectralNorm = ([[a, b], [c, d]]: Matrix) => {
  const squares = a * a + b * b + c * c + d * d, volume = a * d - b * c;
  return Math.sqrt((squares + Math.sqrt(squares ** 2 - 4 * volume ** 2)) / 2);
};

type Push = (p: Density, flow: ScalarFlow, which: "p" | "q") => Density;
type Measure = (name: DivergenceName, p: Density, q: Density) => number;
const gapSquared: Measure = (_, p, q) =>
  integrate((x) => (Math.exp(p.logDensity(x)) - Math.exp(q.logDensity(x))) ** 2, ...p.support, {
    breakpoints: [...p.breakpoints ?? [], ...q.breakpoints ?? []],
    scale: 1e-3,
    tolerance: 1e-6,
  });

interface Setting {
  logPu(u: number): number;
  logAbsDetF(u: number): number;
  logPx(x: number): number;
  F(u: number): number;
}
type LogPulled = (
  logPx: (x: number) => number,
  F: (u: number) => number,
  logAbsDet: number,
  u: number,
) => number;

export const mutants = {
  "3.0.b": {
    "sech without its square": {
      absDet: (flow: Planar) => Math.abs(1 + dot(flow.w, flow.u) * sech(height(flow))),
    },
    "no absolute value: the log of a negative number": {
      absDet: (flow: Planar) => Math.exp(Math.log(1 + dot(flow.w, flow.u) * sech(height(flow)) ** 2)),
    },
    "the bias left out": {
      absDet: (flow: Planar) => Math.abs(1 + dot(flow.w, flow.u) * sech(dot(flow.w, flow.z)) ** 2),
    },
    "one-to-one only for a positive product": { invertible: ({ u, w }: Planar) => dot(w, u) >= 0 },
    "always one-to-one": { invertible: () => true },
    "a diffeomorphism wherever it is one-to-one": { diffeomorphism: ({ u, w }: Planar) => dot(w, u) >= -1 },
    "û by the norm instead of its square": { constrain: byNorm },
    "no constraint": { constrain: ({ u }: { u: Vector }) => u },
  },
  "3.0.c": {
    "the log-det with the wrong sign": {
      logDensity: (logPu: number, logAbsDet: number) => logPu + logAbsDet,
    },
    "the base's density alone": { logDensity: (logPu: number, _logAbsDet: number) => logPu },
  },
  "3.1.a": {
    "directions swapped": { kl: (p: Density, q: Density) => divergence("kl", q, p) },
    "Jensen–Shannon": { kl: (p: Density, q: Density) => divergence("jensenShannon", p, q) },
    "finite whatever the support": { kl: (p: Density, q: Density) => Math.min(divergence("kl", p, q), 1e3) },
  },
  "3.1.b": {
    "the inverse's determinant upside down": {
      logPushed: (logPu: number, logAbsDetInverse: number) => logPu - logAbsDetInverse,
    },
    "no determinant": { logPushed: (logPu: number, _logAbsDetInverse: number) => logPu },
  },
  "3.1.c": {
    "dx = du": { stretch: (_flow: ScalarFlow, _u: number) => 1 },
    "the inverse's stretch": { stretch: (flow: ScalarFlow, u: number) => Math.exp(-flow.logAbsDet(u)) },
    "the stretch at the image point": {
      stretch: (flow: ScalarFlow, u: number) => Math.exp(flow.logAbsDet(flow.forward(u))),
    },
  },
  "3.1.d": pulled,
  "3.1.e": {
    "the log-det with the wrong sign": {
      logPulled: ((logPx, F, logAbsDet, u) => logPx(F(u)) - logAbsDet) as LogPulled,
    },
    "no log-det: a “divergence” that can be negative": {
      logPulled: ((logPx, F, _logAbsDet, u) => logPx(F(u))) as LogPulled,
    },
    "a map that folds the line": {
      logPulled: ((logPx, F, logAbsDet, u) => logPx(F(Math.abs(u))) + logAbsDet) as LogPulled,
    },
    "the data's density at u": {
      logPulled: ((logPx, _F, logAbsDet, u) => logPx(u) + logAbsDet) as LogPulled,
    },
  },
  "3.1.f": pulled,
  "3.1.g": {
    "only one law moved": { push: ((p, flow, which) => which === "p" ? pushforward(p, flow) : p) as Push },
    "each law moved by its own map": {
      push:
        ((p, flow, which) =>
          pushforward(which === "p" ? p : pushforward(p, affine1d({ scale: 1.1, shift: 0 })), flow)) as Push,
    },
    "the Wasserstein distance": {
      measure: ((_, p, q) => wasserstein1(p, q)) as Measure,
    },
    "the squared distance of the densities": { measure: gapSquared },
    "the difference of the entropies": { measure: ((_, p, q) => entropy(p) - entropy(q)) as Measure },
    "only one vector permuted": {
      permute: <T>(list: readonly T[], order: readonly number[], which: "p" | "q") =>
        which === "p" ? order.map((i) => list[i]) : [...list],
    },
  },
  "3.1.h": {
    "one branch of the fold counted twice": { fold: (right: number, _left: number) => right + Math.LN2 },
    "the fold always loses": { loses: () => true },
    "the fold never loses": { loses: () => false },
    "the fold loses where the means differ": {
      loses: (p: readonly [number, number], q: readonly [number, number]) => p[0] !== q[0],
    },
  },
  "3.1.i": {
    "entropy called constant": { shift: () => 0 },
    "the entropy's shift with the wrong sign": { shift: (meanLogAbsDet: number) => -meanLogAbsDet },
    "distances called invariant": { factors: () => [1, 1] },
  },
  "3.2.a": {
    "the model's entropy for the data's": { constant: (_data: Density, model: Density) => -entropy(model) },
    "the sign of the entropy": { constant: (data: Density) => entropy(data) },
    "no constant": { constant: () => 0 },
  },
  "3.2.b": {
    "the spectral norm for the determinant": { volume: spectralNorm },
    "the Frobenius norm for the determinant": { volume: (J: Matrix) => Math.hypot(...J.flat()) },
    "no absolute value": { volume: ([[a, b], [c, d]]: Matrix) => a * d - b * c },
  },
  "3.2.c": {
    "the log-det with the wrong sign": {
      inside: ({ logPu, logAbsDetF, logPx, F }: Setting, u: number) => logPu(u) + logAbsDetF(u) - logPx(F(u)),
    },
    "no log-det": { inside: ({ logPu, logPx, F }: Setting, u: number) => logPu(u) - logPx(F(u)) },
    "the entropy of the base forgotten": {
      inside: ({ logAbsDetF, logPx, F }: Setting, u: number) => -logAbsDetF(u) - logPx(F(u)),
    },
  },
  "3.2.d": {
    "a temperature instead of a constant": {
      known: (logPx: Dual<number>, constant: number) =>
        dual.duals.mul(logPx, dual.duals.of(1 + constant ** 2)),
    },
    "the density for its logarithm": { known: (logPx: Dual<number>, _constant: number) => dual.exp(logPx) },
  },
  "3.2.e": {
    "forward and reverse swapped": { choice: { densityOnly: "forward", samplesOnly: "reverse" } },
    "forward in both": { choice: { densityOnly: "forward", samplesOnly: "forward" } },
    "reverse in both": { choice: { densityOnly: "reverse", samplesOnly: "reverse" } },
    "a forward objective that asks for the data's entropy": {
      forward: ({ samples, logPx }: { samples: readonly number[]; logPx(x: number): number }) =>
        samples.reduce((sum, x) => sum + logPx(x), 0),
    },
  },
  "3.2.f": {
    "the planar map from base to data": { toBase: planarFromBase },
    "a map that folds": { product: (c: number) => c - 4 },
    "the log-det with the wrong sign": {
      toBase: ({ forward, logAbsDet }: PlanarOnLine) => ({
        inverse: forward,
        logAbsDetInverse: (x: number) => -logAbsDet(x),
      }),
    },
  },
  "3.2.g": {
    "reverse KL always seeks a mode": { appear: 0 },
    "modes from a fourth digit earlier on": { appear: 2.4121 },
    "the modes win as soon as they are there": { win: 2.41223 },
    "the forward fit seeks a mode": { forward: heaviest },
    "the within-part variance alone": {
      forward: (p: Mixture) => {
        const fit = fitForward(p), within = p.reduce((sum, { weight, sd }) => sum + weight * sd ** 2, 0);
        return { ...fit, sd: Math.sqrt(within) };
      },
    },
  },
} as const;

function heaviest(p: Mixture) {
  const { mean, sd } = p.reduce((a, b) => b.weight > a.weight ? b : a);
  return { mean, sd, kl: 0 };
}

interface PlanarOnLine {
  forward(x: number): number;
  inverse(x: number): number;
  logAbsDet(x: number): number;
}
function planarFromBase({ inverse, logAbsDet }: PlanarOnLine) {
  return { inverse, logAbsDetInverse: (x: number) => -logAbsDet(inverse(x)) };
}

/** log densities of a learned flow with the log-det of the inverse counted otherwise than once. */
export const trainedMutants = {
  "no log-det": { logDensity: (logPu: number, _logAbsDetInverse: number) => logPu },
  "the log-det with the wrong sign": {
    logDensity: (logPu: number, logAbsDetInverse: number) => logPu - logAbsDetInverse,
  },
  "half the log-det": {
    logDensity: (logPu: number, logAbsDetInverse: number) => logPu + logAbsDetInverse / 2,
  },
} as const;
