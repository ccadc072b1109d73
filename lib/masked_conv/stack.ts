import * as check from "../math/check.ts";
import { asPixel, kernelOf, layerOf } from "./check.ts";
import { type LayerKind, type MaskKind, offsets, type Pixel } from "./mask.ts";

/** A stack of convolutions (same padding) over a square grid. */
export interface StackOptions {
  /** Layers, first to last, at most 2048. None: the output is the input. */
  readonly masks: readonly LayerKind[];
  /** Rows and columns of the grid, 1 … 1024. */
  readonly grid: number;
  /** Rows and columns of every kernel, or of each, first to last: odd, 3 by default. */
  readonly kernel?: number | readonly number[];
  /** true: kernels are turned by 180° (true convolution); false, the default, as deep learning does it. */
  readonly flip?: boolean;
}

/** A stack and one of its output pixels. */
export interface FieldOptions extends StackOptions {
  /** Output pixel [row, column], zero-based. */
  readonly target: Readonly<Pixel>;
}

/** A stack, checked, with every default filled in. */
export interface Stack {
  readonly masks: readonly LayerKind[];
  readonly grid: number;
  /** One for each layer. */
  readonly kernel: readonly number[];
  readonly flip: boolean;
}

/**
 * The stack that `options` describe.
 *
 * @param action what is under way, for the error's first words
 * @throws TypeError for missing or ill-typed options, RangeError for values out of range
 */
export function stackOf(action: string, options: StackOptions): Stack {
  check.object(action, "options { masks, grid, … }", options);
  const { masks, grid, kernel = 3, flip = false } = options;
  if (!Array.isArray(masks)) {
    throw new TypeError(
      `Cannot ${action}: expected masks as a list such as ["A", "B"], got ${check.describe(masks)}`,
    );
  }
  check.integer(action, "number of layers", masks.length, { from: 0, to: 2048 });
  return {
    masks: Array.from(masks, (layer) => layerOf(action, layer)),
    grid: check.integer(action, "grid size", grid, { from: 1, to: 1024 }),
    kernel: kernelsOf(action, kernel, masks.length),
    flip: check.boolean(action, "flip", flip),
  };
}

/** One kernel size for each layer: the same for all where a number is given. */
function kernelsOf(action: string, kernel: unknown, layers: number): number[] {
  if (!check.isList(kernel)) return new Array<number>(layers).fill(kernelOf(action, kernel));
  if (kernel.length === layers) return Array.from(kernel, (size) => kernelOf(action, size));
  throw new RangeError(
    `Cannot ${action}: expected one kernel size or one for each of ${layers} layers, got ${kernel.length}`,
  );
}

/** As `stackOf`, with the target checked to lie on the grid: indices never wrap. */
export function stackWithTarget(action: string, options: FieldOptions): { stack: Stack; target: Pixel } {
  const stack = stackOf(action, options);
  return { stack, target: asPixel(action, options.target, [stack.grid, stack.grid]) };
}

/** Π #O_l over the layers: no pixel has more paths to any target. */
export function mostPaths({ masks, kernel }: Pick<Stack, "masks" | "kernel">): number {
  return masks.reduce((product, kind, layer) => product * offsets(kind, kernel[layer]).length, 1);
}

/** A B … B. */
export const firstA = (layers: number): MaskKind[] => ["A", ...new Array<MaskKind>(layers - 1).fill("B")];

/** n × n zeros. */
export function emptyGrid(n: number): number[][] {
  const rows: number[][] = [];
  for (let i = 0; i < n; i++) rows.push(new Array<number>(n).fill(0));
  return rows;
}

/** All pixels of an n × n grid, in raster order. */
export const allPixels = (n: number): Pixel[] =>
  Array.from({ length: n * n }, (_, i) => [Math.floor(i / n), i % n]);

/** The pixels of a 0/1 grid that are 1, in raster order. */
export function pixelsOf(field: readonly (readonly number[])[]): Pixel[] {
  return field.flatMap((line, row) => line.flatMap((x, column): Pixel[] => x > 0 ? [[row, column]] : []));
}

/** n × n zeros and ones: 1 at these pixels; those that lie off the grid fall away. The inverse of `pixelsOf`. */
export function gridOf(pixels: readonly Readonly<Pixel>[], n: number): number[][] {
  const action = "shade the pixels";
  check.integer(action, "grid size", n, { from: 1, to: 1024 });
  const grid = emptyGrid(n);
  if (!check.isList(pixels)) {
    throw new TypeError(
      `Cannot ${action}: expected a list of pixels [row, column], got ${check.describe(pixels)}`,
    );
  }
  for (const pixel of Array.from(pixels)) {
    const [row, column] = asPixel(action, pixel, null);
    if (grid[row]?.[column] === 0) grid[row][column] = 1;
  }
  return grid;
}

/** A 0/1 grid as rows of characters: [[1, 0], [0, 1]] ↦ ["10", "01"]. */
export function pictureOf(field: readonly (readonly number[])[]): string[] {
  return field.map((line) => line.map((x) => x > 0 ? "1" : "0").join(""));
}

/** Whether `pixel` precedes `target` in raster order (row by row, left to right). */
export function isPast([row, column]: Readonly<Pixel>, target: Readonly<Pixel>): boolean {
  return row < target[0] || row === target[0] && column < target[1];
}
