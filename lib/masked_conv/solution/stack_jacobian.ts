import * as check from "../../math/check.ts";
import { correlate, maskedConv2d } from "../conv.ts";
import { inputGradients } from "../jacobian.ts";
import type { LayerKind, Pixel } from "../mask.ts";
import {
  allPixels,
  emptyGrid,
  type FieldOptions,
  mostPaths,
  type Stack,
  stackOf,
  type StackOptions,
  stackWithTarget,
} from "../stack.ts";
import { type Tensor4D, tf } from "../tf.ts";

const action = "differentiate the network";

/** What stands on a stack's bare graph: weights, a non-linearity, an image. */
interface NetworkOptions {
  /** Draws one weight after another; by default every weight is 1, and every derivative counts paths. */
  readonly weight?: () => number;
  /** After every layer but the last; by default none. */
  readonly activation?: (x: Tensor4D) => Tensor4D;
  /** Draws the image's pixels, at which the network is differentiated; by default every pixel is 1. */
  readonly pixel?: () => number;
}

/**
 * The third route to the receptive field. RF = {p₀ : ∂y[target]/∂x[p₀] ≠ 0} in a real tfjs network.
 *
 * @param options the stack and target; weights must be positive for the field to be exactly this set, since
 *   then the products along the paths cannot cancel; a strictly monotone activation changes nothing
 * @returns grid × grid zeros and ones
 * @throws as `inputGradient`
 */
export function jacobianField(options: FieldOptions & NetworkOptions): number[][] {
  return inputGradient(options).map((line) => line.map((slope) => slope === 0 ? 0 : 1));
}

/**
 * ∂y[target]/∂x, by reverse-mode differentiation; with weights of 1 the number of paths, an exact integer.
 *
 * @returns grid × grid derivatives (float32)
 * @throws RangeError, TypeError for a bad mask, size or target; RangeError where weights of 1 give more than 2²⁴
 *   paths (the largest count float32 holds exactly) and where a derivative is not finite
 */
export function inputGradient(options: FieldOptions & NetworkOptions): number[][] {
  const { stack, target } = stackWithTarget(action, options);
  return stackGradients(stack, [target], options)[0];
}

/**
 * [∂y[0, 0]/∂x, ∂y[0, 1]/∂x, …]: `inputGradient` for all grid² targets in raster order, in one backward pass.
 *
 * @returns grid² grids
 * @throws as `inputGradient`
 */
export function inputGradientsOfAll(options: StackOptions & NetworkOptions): number[][][] {
  const stack = stackOf(action, options);
  return stackGradients(stack, allPixels(stack.grid), options);
}

function stackGradients(stack: Stack, targets: readonly Pixel[], options: NetworkOptions): number[][][] {
  const { masks, grid, kernel, flip } = stack;
  check.callback(action, "weight", options.weight);
  check.callback(action, "pixel", options.pixel);
  check.callback(action, "activation", options.activation);
  const draw = (name: string, source: (() => number) | undefined) =>
    source === undefined ? 1 : check.finite(action, name, source());
  if (options.weight === undefined) assertExact(stack);
  const image = emptyGrid(grid).map((line) => line.map(() => draw("pixel", options.pixel)));
  const kernels = kernel.map((size) =>
    Array.from({ length: size ** 2 }, () => draw("weight", options.weight))
  );
  const activate = options.activation ?? ((x: Tensor4D) => x);
  return inputGradients(
    (x) =>
      masks.reduce((h, kind, layer) => {
        const input = layer === 0 ? h : activate(h);
        return convolve(input, tf.tensor4d(kernels[layer], [kernel[layer], kernel[layer], 1, 1]), kind, flip);
      }, tf.mul<Tensor4D>(x, 1)),
    image,
    targets.map((pixel) => ({ pixel })),
  );
}

/** One layer. True convolution is correlation seen in a mirror: turn the image by 180°, correlate, turn back. */
function convolve(x: Tensor4D, kernel: Tensor4D, kind: LayerKind, flip: boolean): Tensor4D {
  if (flip) return tf.reverse4d(convolve(tf.reverse4d(x, [1, 2]), kernel, kind, false), [1, 2]);
  return kind === "none" ? correlate(x, kernel) : maskedConv2d(x, kernel, kind);
}

/** @throws RangeError where the product of the layers' live taps, a bound on every path count, exceeds 2²⁴. */
function assertExact(stack: Stack): void {
  const paths = mostPaths(stack);
  if (paths > 2 ** 24) {
    throw new RangeError(
      `Cannot ${action}: expected at most 2²⁴ paths (float32 counts no further), got up to ${paths}`,
    );
  }
}
