import { type Density, normal1d } from "../math/divergence/density.ts";
import * as check from "../math/check.ts";
import { integrate } from "../math/quadrature.ts";
import type { Random } from "../math/random.ts";
import { affine1d, cube, exponential, leakyRelu, type ScalarFlow, sinhArcsinh, tanhShift } from "./scalar.ts";

export const SCENE_KINDS = ["affine", "sinh-arcsinh", "tanh shift", "exp", "leaky ReLU", "cube"] as const;
type SceneKind = typeof SCENE_KINDS[number];

/** A flow, data and a base as plain numbers: what `scene` needs. */
export interface ScenePlan {
  kind: SceneKind;
  /** Scale (affine), δ (sinh-arcsinh), amount (tanh shift), slope (leaky ReLU). */
  amount: number;
  /** Shift (affine), ε (sinh-arcsinh). */
  shift: number;
  /** The data's mean and sd; under exp its scale, and the shape 2, 3 or 4 of a gamma law. */
  mean: number;
  sd: number;
  shape: number;
}

/** Data X ~ P_X, base U ~ P_U = N(0, 1), a flow F between their lines, and integrals in both coordinates. */
export interface Scene {
  kind: SceneKind;
  flow: ScalarFlow;
  data: Density;
  base: Density;
  logPx(x: number): number;
  logPu(u: number): number;
  F(u: number): number;
  inverse(x: number): number;
  /** log |F′(u)|. */
  logAbsDetF(u: number): number;
  /** log |(F⁻¹)′(x)| by calculus on F⁻¹, without F′. */
  logAbsDetInverse(x: number): number;
  /** ∫ e^{logWeight(x)} value(x) dx over the data space F(𝒰), 0 where the weight is 0. */
  overX(logWeight: (x: number) => number, value: (x: number) => number): number;
  /** ∫ e^{logWeight(u)} value(u) du over the base space 𝒰. */
  overU(logWeight: (u: number) => number, value: (u: number) => number): number;
}

const LOG_FACTORIAL = [0, 0, Math.log(2), Math.log(6)];

/** Γ(shape, scale): p(x) = x^{shape−1} e^{−x/scale} / ((shape−1)! scale^shape) for x > 0. */
function gammaDensity(shape: number, scale: number): Density {
  return {
    logDensity: (x) =>
      x > 0 && x < Infinity
        ? (shape - 1) * Math.log(x) - x / scale - LOG_FACTORIAL[shape - 1] - shape * Math.log(scale)
        : -Infinity,
    support: [0, Infinity],
    breakpoints: [0.02, 0.2, 1, 3, 10, 30].map((k) => k * scale),
  };
}

const sech2 = (a: number) => 1 / Math.cosh(a) ** 2;

/** The flow of a plan, and |(F⁻¹)′| differentiated by hand from the textbook form of F⁻¹. */
function flowOf({ kind, amount, shift }: ScenePlan): { flow: ScalarFlow; slope: (x: number) => number } {
  switch (kind) {
    case "affine":
      return { flow: affine1d({ scale: amount, shift }), slope: () => 1 / Math.abs(amount) };
    case "sinh-arcsinh": {
      const slope = (x: number) => amount * Math.cosh(amount * Math.asinh(x) - shift) / Math.sqrt(1 + x ** 2);
      return { flow: sinhArcsinh({ epsilon: shift, delta: amount }), slope };
    }
    case "tanh shift": {
      const flow = tanhShift({ amount });
      return { flow, slope: (x) => 1 / (1 + amount * sech2(flow.inverse(x))) };
    }
    case "exp":
      return { flow: exponential(), slope: (x) => 1 / x };
    case "leaky ReLU":
      return { flow: leakyRelu({ slope: amount }), slope: (x) => x >= 0 ? 1 : 1 / amount };
    case "cube":
      return { flow: cube(), slope: (x) => Math.abs(x) ** (-2 / 3) / 3 };
  }
}

/**
 * A scene from its plan
 *
 * @param plan see {@linkcode ScenePlan}
 * @throws RangeError for another kind or parameters that make no flow
 */
export function scene(plan: ScenePlan): Scene {
  const doing = "set a scene", given = check.object(doing, "plan", plan);
  check.oneOf(doing, "kind", given.kind, SCENE_KINDS);
  const { flow, slope } = flowOf(given), base = normal1d(0, 1);
  const data = given.kind === "exp" ? gammaDensity(given.shape, given.sd) : normal1d(given.mean, given.sd);
  const rising = Math.sign(flow.forward(1) - flow.forward(0));
  const marks = { x: data.breakpoints ?? [], u: [...base.breakpoints ?? [], ...flow.kinks] };
  const xs = [...marks.x, ...marks.u.map((u) => flow.forward(u))].sort((a, b) => a - b);
  const us = [...marks.u, ...marks.x.map((x) => flow.inverse(x))].sort((a, b) => a - b);
  return {
    kind: given.kind,
    flow,
    data,
    base,
    logPx: (x) => data.logDensity(x),
    logPu: (u) => base.logDensity(u),
    F: orInfinite(flow.forward, rising),
    inverse: orInfinite(flow.inverse, rising),
    logAbsDetF: (u) => flow.logAbsDet(u),
    logAbsDetInverse: (x) => Math.log(slope(x)),
    overX: (logWeight, value) => integrate(weighted(logWeight, value), ...flow.image, { breakpoints: xs }),
    overU: (logWeight, value) =>
      integrate(weighted(logWeight, value), -Infinity, Infinity, { breakpoints: us }),
  };
}

/** F or F⁻¹ on the extended line: ±Infinity where the flow refuses to overflow, far out where no mass is. */
function orInfinite(map: (x: number) => number, rising: number): (x: number) => number {
  return (x) => {
    try {
      return map(x);
    } catch (error) {
      if (error instanceof RangeError && /overflow/.test(error.message)) {
        return rising * Math.sign(x) * Infinity;
      }
      throw error;
    }
  };
}

/** e^w v, and 0 where e^w is: there v may be −Infinity, and 0 · log 0 counts as 0. */
function weighted(logWeight: (x: number) => number, value: (x: number) => number) {
  return (x: number) => {
    const weight = Math.exp(logWeight(x));
    return weight === 0 ? 0 : weight * value(x);
  };
}

/** Every kind twice in eleven, but once the one whose inverse is found by iteration. */
const ROUND: readonly SceneKind[] = [...SCENE_KINDS, ...SCENE_KINDS.filter((kind) => kind !== "tanh shift")];

/** A random plan; the index goes round the kinds, and starts with an affine map of negative slope. */
export function scenePlan(random: Random, index: number): ScenePlan {
  const kind = ROUND[index % ROUND.length], sign = index % 2 === 0 ? -1 : 1;
  const amounts: Record<SceneKind, number> = {
    "affine": sign * random.uniform(0.4, 2.5),
    "sinh-arcsinh": random.uniform(0.75, 1.4),
    "tanh shift": 0.5,
    "exp": 1,
    "leaky ReLU": random.uniform(0.2, 2),
    "cube": 1,
  };
  return {
    kind,
    amount: amounts[kind],
    shift: random.uniform(-0.8, 0.8),
    mean: random.uniform(-1.2, 1.2),
    sd: random.uniform(0.5, 1.5),
    shape: 2 + random.integer(3),
  };
}
