import * as check from "../math/check.ts";
import { asPixel, kernelOf, kindOf, layerOf } from "./check.ts";
import type { MaskKind } from "./tf.ts";

export type { MaskKind };

/** A layer of a stack: masked as A or B, or "none", an ordinary convolution. */
export type LayerKind = MaskKind | "none";

/** [row, column], zero-based. A move between pixels has the same form: [Δrow, Δcolumn]. */
export type Pixel = [row: number, column: number];

/**
 * Mᴬᵢⱼ = 1 if (i, j) comes before the centre in raster order, else 0; Mᴮ = Mᴬ + δ(centre).
 *
 * @param kind "A" or "B"
 * @param k rows and columns of the kernel: odd, 1 … 1023
 * @returns k × k zeros and ones
 * @throws RangeError for another kind, or a size that is even, fractional, not positive or not finite;
 *   TypeError for arguments that are no string, no number
 */
export function mask(kind: MaskKind, k: number): number[][] {
  kindOf("make a mask", kind);
  kernelOf("make a mask", k);
  const live = new Set(offsets(kind, k).map(([row, column]) => (row + (k >> 1)) * k + column + (k >> 1)));
  return Array.from(
    { length: k },
    (_, i) => Array.from({ length: k }, (_, j) => live.has(i * k + j) ? 1 : 0),
  );
}

/**
 * {(Δi, Δj) : |Δi|, |Δj| ≤ ⌊k/2⌋, M(Δi, Δj) = 1}: where a pixel's layer looks, relative to that pixel, in raster order.
 *
 * @param kind "A", "B" or "none" (all k² taps)
 * @param k kernel size, odd
 * @param flip true: the kernel turned by 180° before it slides (true convolution); every move changes its sign
 * @throws as `mask`
 */
export function offsets(kind: LayerKind, k: number, flip = false): Pixel[] {
  layerOf("list the offsets", kind);
  kernelOf("list the offsets", k);
  const radius = k >> 1, sign = flip ? -1 : 1;
  const moves: Pixel[] = [];
  for (let row = -radius; row <= radius; row++) {
    for (let column = -radius; column <= radius; column++) {
      const past = row < 0 || row === 0 && column < 0;
      const centre = row === 0 && column === 0;
      if (kind === "none" || past || kind === "B" && centre) {
        moves.push([sign * row || 0, sign * column || 0]);
      }
    }
  }
  return flip ? moves.reverse() : moves;
}

/**
 * [2, 2] ↦ "33": the pixel's row and column counted from one, as the handout prints them. Where either
 * needs two digits a comma keeps them apart: [9, 0] ↦ "10,1".
 *
 * @param pixel [row, column], whole numbers ≥ 0
 * @throws TypeError for what is no pair of numbers, RangeError for negative or fractional ones
 */
export function pixelName(pixel: Readonly<Pixel>): string {
  const [row, column] = asPixel("name a pixel", pixel);
  return row < 9 && column < 9 ? `${row + 1}${column + 1}` : `${row + 1},${column + 1}`;
}

/**
 * "33" ↦ [2, 2]: the inverse of `pixelName`.
 *
 * @throws RangeError for a text that names no pixel
 */
export function pixelNamed(name: string): Pixel {
  const parts = typeof name === "string"
    ? /^([1-9])([1-9])$|^([1-9]\d{0,3}),([1-9]\d{0,3})$/.exec(name)
    : null;
  if (parts === null) {
    throw new RangeError(
      `Cannot find a pixel: expected a name such as "33" or "10,1", got ${check.describe(name)}`,
    );
  }
  return [Number(parts[1] ?? parts[3]) - 1, Number(parts[2] ?? parts[4]) - 1];
}
