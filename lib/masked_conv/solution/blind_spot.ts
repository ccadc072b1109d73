import { type Rational, rational } from "../../math/exact.ts";
import * as check from "../../math/check.ts";
import { kernelOf } from "../check.ts";
import { receptiveField } from "./field.ts";
import type { LayerKind, Pixel } from "../mask.ts";
import { allPixels, type FieldOptions, firstA, isPast, pixelsOf, stackWithTarget } from "../stack.ts";

/**
 * {p before the target in raster order : p ∈ RF of the same stack without masks, p ∉ RF of the stack}.
 *
 * For A B^{L−1} and all L these are the pixels r rows up and more than r ⌊k/2⌋ columns to the right: every row
 * up is one layer, and a layer that stays in its row never moves right.
 *
 * @param options as `receptiveField`
 * @returns pixels in raster order
 * @throws as `receptiveField`
 */
export function blindSpot(options: FieldOptions): Pixel[] {
  const { stack, target } = stackWithTarget("find the blind spot", options);
  return missed({ ...stack, target }, receptiveField(options));
}

/** The pixels before the target that the same stack without masks sees, and `seen` does not hold. */
export function missed(options: FieldOptions, seen: readonly (readonly number[])[]): Pixel[] {
  const unmasked = receptiveField({ ...options, masks: options.masks.map((): LayerKind => "none") });
  return pixelsOf(unmasked).filter((p) => isPast(p, options.target) && seen[p[0]][p[1]] === 0);
}

/**
 * past = seen ∪ tooShallow ∪ blind: the pixels before the target; tooShallow ones join the field of a deeper
 * stack (more layers B after the last, with kernels like the last), blind ones never do.
 *
 * @returns three lists of pixels, each in raster order
 * @throws as `receptiveField`
 */
export function dividePast(options: FieldOptions): { seen: Pixel[]; tooShallow: Pixel[]; blind: Pixel[] } {
  const { stack, target } = stackWithTarget("divide the past", options);
  // On an n × n grid, n − 1 layers B reach whatever B ever reaches: no pixel is further off than n − 1 steps.
  const more = new Array<LayerKind>(stack.grid - 1).fill("B"), size = stack.kernel.at(-1) ?? 3;
  const now = receptiveField(options);
  const ever = receptiveField({
    ...stack,
    target,
    masks: [...stack.masks, ...more],
    kernel: [...stack.kernel, ...more.map(() => size)],
  });
  const past = allPixels(stack.grid).filter((p) => isPast(p, target));
  return {
    seen: past.filter(([i, j]) => now[i][j] === 1),
    tooShallow: past.filter(([i, j]) => now[i][j] === 0 && ever[i][j] === 1),
    blind: past.filter(([i, j]) => ever[i][j] === 0),
  };
}

/**
 * #blind / #past in the box that L unmasked layers see, for A B^{L−1} far from every border: counted.
 *
 * @throws RangeError, TypeError for a bad number of layers or kernel size, or a box of more than 1023 columns
 */
export function blindFraction(options: DepthOptions): Rational {
  const { layers, radius, kernel } = depthOf("count the blind fraction", options);
  const reach = layers * radius, side = 2 * reach + 1;
  check.integer("count the blind fraction", "side of the box that the layers see", side, {
    from: 1,
    to: 1023,
  });
  const blind = blindSpot({ masks: firstA(layers), grid: side, kernel, target: [reach, reach] });
  return rational(blind.length, Math.max(1, (side * side - 1) / 2));
}

/** The number of layers and the size of their kernels, in A B^{L−1}. */
export interface DepthOptions {
  /** L, 1 … 64. */
  readonly layers: number;
  /** k, odd; 3 by default. */
  readonly kernel?: number;
}

/**
 * (L − 1) / (4 (L r + 1)), r = ⌊k/2⌋: what `blindFraction` counts, → 1/(4 r); a quarter for k = 3.
 *
 * Row ρ above the target lacks r (L − ρ) pixels, r L (L − 1)/2 in all, of the 2 r L (r L + 1) in the past.
 */
export function blindFractionFormula(options: DepthOptions): Rational {
  const { layers, radius } = depthOf("evaluate the blind fraction", options);
  return radius === 0 ? rational(0) : rational(layers - 1, 4 * (layers * radius + 1));
}

function depthOf(action: string, options: DepthOptions) {
  check.object(action, "options { layers, … }", options);
  const { layers, kernel = 3 } = options;
  check.integer(action, "number of layers", layers, { from: 1, to: 64 });
  kernelOf(action, kernel);
  return { layers, kernel, radius: kernel >> 1 };
}
