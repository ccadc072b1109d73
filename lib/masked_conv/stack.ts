import {
  asList,
  asMove,
  asPixel,
  assertKernel,
  assertLayer,
  assertOptions,
  assertWhole,
  shown,
} from "./check.ts";
import { type LayerKind, offsets, type Pixel } from "./mask.ts";

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
  assertOptions(action, "options { masks, grid, … }", options);
  const { masks, grid, kernel = 3, flip = false } = options;
  if (!Array.isArray(masks)) {
    throw new TypeError(
      `Cannot ${action}: expected masks as a list such as ["A", "B"], got ${shown(masks)}`,
    );
  }
  const layers: LayerKind[] = Array.from(masks);
  assertWhole(action, "number of layers", layers.length, 0, 2048);
  for (const layer of layers) assertLayer(action, layer);
  assertWhole(action, "grid size", grid, 1, 1024);
  const kernels = kernelsOf(action, kernel, layers.length);
  if (typeof flip !== "boolean") {
    throw new TypeError(`Cannot ${action}: expected flip as true or false, got ${shown(flip)}`);
  }
  return { masks: layers, grid, kernel: kernels, flip };
}

/** One kernel size for each layer: the same for all where a number is given. */
function kernelsOf(action: string, kernel: unknown, layers: number): number[] {
  const list = asList(kernel);
  if (list === undefined) {
    assertKernel(action, kernel);
    return new Array<number>(layers).fill(kernel);
  }
  if (list.length !== layers) {
    throw new RangeError(
      `Cannot ${action}: expected one kernel size or one for each of ${layers} layers, got ${list.length}`,
    );
  }
  return list.map((size) => {
    assertKernel(action, size);
    return size;
  });
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

/** n × n zeros. */
export function emptyGrid(n: number): number[][] {
  const rows: number[][] = [];
  for (let i = 0; i < n; i++) rows.push(new Array<number>(n).fill(0));
  return rows;
}

/** The pixels of a 0/1 grid that are 1, in raster order. */
export function pixelsOf(field: readonly (readonly number[])[]): Pixel[] {
  return field.flatMap((line, row) => line.flatMap((x, column): Pixel[] => x > 0 ? [[row, column]] : []));
}

/** n × n zeros and ones: 1 at these pixels; those that lie off the grid fall away. The inverse of `pixelsOf`. */
export function gridOf(pixels: readonly Readonly<Pixel>[], n: number): number[][] {
  const action = "shade the pixels";
  assertWhole(action, "grid size", n, 1, 1024);
  const grid = emptyGrid(n), list = asList(pixels);
  if (list === undefined) {
    throw new TypeError(`Cannot ${action}: expected a list of pixels [row, column], got ${shown(pixels)}`);
  }
  for (const pixel of list) {
    const [row, column] = asMove(action, pixel);
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
