import * as check from "../math/check.ts";
import type { LayerKind, MaskKind, Pixel } from "./mask.ts";

// What every door of this subject checks besides numbers, lists and options.

/** A mask's kind. */
export const kindOf = (action: string, kind: unknown): MaskKind =>
  check.oneOf<MaskKind>(action, "mask kind", kind, ["A", "B"]);

/** A layer's kind. */
export const layerOf = (action: string, kind: unknown): LayerKind =>
  check.oneOf<LayerKind>(action, "mask kind", kind, ["A", "B", "none"]);

/** k, odd, 1 … 1023: an even kernel has no centre. */
export function kernelOf(action: string, k: unknown): number {
  const size = check.integer(action, "kernel size", k, { from: 1, to: 1023 });
  if (size % 2 === 1) return size;
  throw new RangeError(
    `Cannot ${action}: expected an odd kernel size (an even one has no centre), got ${size}`,
  );
}

/**
 * A fresh [row, column].
 *
 * @param size rows and columns of the grid it must lie in (any); null for a move, or a pixel that may lie off the grid
 * @throws TypeError for what is no pair of numbers, RangeError for a pixel that is not on the grid
 */
export function asPixel(
  action: string,
  pixel: unknown,
  size?: readonly [rows: number, columns: number] | null,
): Pixel {
  if (!check.isList(pixel) || pixel.length !== 2) {
    throw new TypeError(`Cannot ${action}: expected a pixel [row, column], got ${check.describe(pixel)}`);
  }
  const place = !size ? "" : ` of a pixel on the ${size[0]} × ${size[1]} grid`;
  const [row, column] = ["row", "column"].map((name, i) =>
    check.integer(
      action,
      `${name} index${place}`,
      pixel[i],
      size === null ? {} : { from: 0, to: size && size[i] - 1 },
    )
  );
  return [row, column];
}

/** A fresh copy of rows of finite numbers, all of one length. */
export const asImage = (action: string, image: unknown): number[][] =>
  check.matrix(action, "image, rows of numbers", image);
