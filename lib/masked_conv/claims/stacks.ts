import { product } from "../../math/dense.ts";
import { identity } from "../../math/matrix.ts";
import type { Matrix } from "../../math/types.ts";
import {
  allPixels,
  type LayerKind,
  type MaskKind,
  pathCounts,
  type Pixel,
  pixelName,
  type StackOptions,
} from "../mod.ts";

/** The stacks that the claims enumerate, and whole networks as matrices over the pixels. */

/** All stacks of `depth` layers, each of type A or B. */
export const stacks = (depth: number): MaskKind[][] =>
  depth === 0 ? [[]] : stacks(depth - 1).flatMap((stack): MaskKind[][] => [[...stack, "A"], [...stack, "B"]]);
/** The 30 stacks of one to four layers. */
export const shortStacks = [1, 2, 3, 4].flatMap(stacks);
export const names = (list: readonly Pixel[]) => list.map(pixelName).join(" ");
export const sign = (grid: number[][]) => grid.map((line) => line.map(Math.sign));

/** Every short stack on every n × n grid, with every kernel size. */
export const onGrids = (sizes: readonly number[], kernels: readonly number[]) =>
  kernels.flatMap((kernel) => sizes.flatMap((grid) => shortStacks.map((masks) => ({ masks, grid, kernel }))));
/** Every short stack at every pixel of the 5 × 5 grid. */
export const atEveryPixel = shortStacks.flatMap((masks) =>
  allPixels(5).map((target) => ({ masks, grid: 5, target }))
);

/** J: row t, column p holds the number of paths from p to t, which is ∂yₜ/∂xₚ for weights of 1. */
export const jacobian = ({ masks, grid, kernel = 3 }: StackOptions): number[][] =>
  allPixels(grid).map((target) =>
    pathCounts({ masks: masks as readonly LayerKind[], grid, kernel, target }).flat()
  );

/** A^m. */
export const power = (A: Matrix, m: number): Matrix =>
  Array.from({ length: m }).reduce<Matrix>((P) => product(P, A), identity(A.length));
