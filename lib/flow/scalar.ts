import type { ScalarMap } from "../math/divergence/pushforward.ts";
import * as check from "../math/check.ts";
import { logSech2 } from "../math/stable.ts";
import { solveTanhShift, tanhShiftSlope } from "./tanh_shift.ts";

/** A flow on the real line; forward and inverse refuse where their result would overflow. */
export interface ScalarFlow extends ScalarMap {
  /** Limits of forward at the ends of its domain, ascending: the inverse takes what lies strictly between. */
  readonly image: readonly [number, number];
  /** Where the derivative is 0 or jumps. */
  readonly kinks: readonly number[];
}

/** Adds to three formulas what every flow owes: finite arguments and results, an inverse that refuses outside the image. */
function scalarFlow(
  name: string,
  { forward, inverse, logAbsDet, image = [-Infinity, Infinity], kinks = [] }: ScalarMap,
): ScalarFlow {
  return {
    forward: (u) => {
      const doing = `apply the ${name} flow`;
      return check.finiteResult(doing, forward(check.finite(doing, "u", u)));
    },
    inverse: (x) => {
      const doing = `invert the ${name} flow`, at = check.finite(doing, "x", x);
      if (image[0] < at && at < image[1]) return check.finiteResult(doing, inverse(at));
      throw new RangeError(
        `Cannot invert the ${name} flow: expected x in its image (${image[0]}, ${image[1]}), got ${at}`,
      );
    },
    logAbsDet: (u) => logAbsDet(check.finite(`differentiate the ${name} flow`, "u", u)),
    image,
    kinks,
  };
}

/**
 * F(u) = scale·u + shift, log|F′| = log|scale|
 *
 * @param parameters.scale not 0; negative reverses the line
 * @throws RangeError for a scale of 0 or a parameter that is not finite
 */
export function affine1d(parameters: { scale: number; shift: number }): ScalarFlow {
  const doing = "make an affine flow", given = check.object(doing, "parameters", parameters);
  const scale = check.finite(doing, "scale", given.scale), shift = check.finite(doing, "shift", given.shift);
  if (scale === 0) {
    throw new RangeError(`Cannot ${doing}: expected an invertible map (scale ≠ 0), got scale 0`);
  }
  const slope = Math.log(Math.abs(scale));
  return scalarFlow("affine", {
    forward: (u) => scale * u + shift,
    inverse: (x) => (x - shift) / scale,
    logAbsDet: () => slope,
  });
}

/**
 * F(u) = sinh((asinh u + ε)/δ), log|F′| = log cosh((asinh u + ε)/δ) − log δ − ½ log(1 + u²)
 *
 * ε skews, δ < 1 makes heavier tails (Jones and Pewsey 2009).
 *
 * @param parameters.delta > 0
 * @throws RangeError for δ ≤ 0 or a parameter that is not finite
 */
export function sinhArcsinh(parameters: { epsilon: number; delta: number }): ScalarFlow {
  const doing = "make a sinh-arcsinh flow", given = check.object(doing, "parameters", parameters);
  const epsilon = check.finite(doing, "epsilon", given.epsilon);
  const delta = check.positive(doing, "delta", given.delta), logDelta = Math.log(delta);
  const inner = (u: number) => (Math.asinh(u) + epsilon) / delta;
  return scalarFlow("sinh-arcsinh", {
    forward: (u) => Math.sinh(inner(u)),
    inverse: (x) => Math.sinh(delta * Math.asinh(x) - epsilon),
    logAbsDet: (u) => -0.5 * logSech2(inner(u)) - logDelta - Math.log(Math.hypot(1, u)),
  });
}

/**
 * F(u) = u + amount·tanh u, log|F′| = log(1 + amount·sech² u)
 *
 * The inverse is the root of an increasing function: Newton's method inside a bracket.
 *
 * @param parameters.amount ≥ −1; at −1 the slope is 0 at u = 0 (log|F′| = −Infinity) and F still injective
 * @throws RangeError for amount < −1, where three u share one x
 */
export function tanhShift(parameters: { amount: number }): ScalarFlow {
  const doing = "make a tanh-shift flow", given = check.object(doing, "parameters", parameters);
  const amount = check.finite(doing, "amount", given.amount);
  if (amount < -1) {
    throw new RangeError(`Cannot ${doing}: expected an invertible map (amount ≥ −1), got amount ${amount}`);
  }
  return scalarFlow("tanh-shift", {
    forward: (u) => u + amount * Math.tanh(u),
    inverse: (x) => solveTanhShift(amount, x),
    logAbsDet: (u) => Math.log(tanhShiftSlope(amount, u)),
    kinks: amount === -1 ? [0] : [],
  });
}

/** F(u) = eᵘ, log|F′| = u; the image is x > 0. */
export function exponential(): ScalarFlow {
  return scalarFlow("exponential", {
    forward: Math.exp,
    inverse: Math.log,
    logAbsDet: (u) => u,
    image: [0, Infinity],
  });
}

/**
 * F(u) = u for u ≥ 0, slope·u for u < 0; log|F′| = 0 or log slope (0 at u = 0, where F has no derivative)
 *
 * @param parameters.slope > 0
 * @throws RangeError for slope ≤ 0, which folds or flattens the line
 */
export function leakyRelu(parameters: { slope: number }): ScalarFlow {
  const doing = "make a leaky ReLU flow", given = check.object(doing, "parameters", parameters);
  const slope = check.finite(doing, "slope", given.slope), logSlope = Math.log(slope);
  if (!(slope > 0)) {
    throw new RangeError(`Cannot ${doing}: expected an invertible map (slope > 0), got slope ${slope}`);
  }
  return scalarFlow("leaky ReLU", {
    forward: (u) => u >= 0 ? u : slope * u,
    inverse: (x) => x >= 0 ? x : x / slope,
    logAbsDet: (u) => u >= 0 ? 0 : logSlope,
    kinks: [0],
  });
}

/** F(u) = u³, log|F′| = log 3 + 2 log|u|, −Infinity at u = 0: a bijection whose inverse has no derivative at 0. */
export function cube(): ScalarFlow {
  return scalarFlow("cube", {
    forward: (u) => u ** 3,
    inverse: Math.cbrt,
    logAbsDet: (u) => Math.log(3) + 2 * Math.log(Math.abs(u)),
    kinks: [0],
  });
}
