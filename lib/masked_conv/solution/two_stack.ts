import * as check from "../../math/check.ts";
import { asPixel, kernelOf } from "../check.ts";
import { missed } from "./blind_spot.ts";
import type { Pixel } from "../mask.ts";
import { emptyGrid, firstA, pixelsOf } from "../stack.ts";

// The cure for the blind spot (Gated PixelCNN, van den Oord et al. 2016): two stacks of layers. With
// r = ⌊k/2⌋, v₀ = h₀ = x and l = 1 … L,
//
//   v_l[i, j] = γ( Σ over −r ≤ a ≤ 0, −r ≤ b ≤ r of V_l[a, b] v_{l−1}[i + a, j + b] )
//   h_l[i, j] = γ( Σ over −r ≤ b ≤ 0 of H_l[b] h_{l−1}[i, j + b]  +  U_l v_l[i − 1, j] ),  H₁[0] = 0,
//
// and h_L is the output. The vertical stack v sees whole rows, its own among them; the horizontal stack h sees
// the row to its left, and the vertical stack of the row above only (the shift by one row). γ is the gate
// γ(f, g) = tanh(f) ⊙ sigmoid(g) of two such sums; it changes no dependence.

/** A network of two stacks over a square grid. */
export interface TwoStackOptions {
  /** L, 1 … 256. */
  readonly layers: number;
  /** Rows and columns of the grid, 1 … 1024. */
  readonly grid: number;
  /** k, odd; 3 by default. */
  readonly kernel?: number;
  /** Output pixel [row, column], zero-based. */
  readonly target: Readonly<Pixel>;
}

/**
 * RF = {p₀ : a directed path leads from p₀ through the two stacks to h_L[target]}, by boolean propagation.
 *
 * It is the whole past within L r columns on either side and L r + 1 rows up: rows above through v, the
 * target's own row through h. Nothing else, so nothing leaks and nothing is blind, at any depth.
 *
 * @returns grid × grid zeros and ones
 * @throws RangeError, TypeError for a bad depth, size or target
 */
export function twoStackField(options: TwoStackOptions): number[][] {
  const { layers, grid, radius, target } = checked("trace the two stacks", options);
  let vertical = emptyGrid(grid), horizontal = emptyGrid(grid);
  horizontal[target[0]][target[1]] = 1;
  const box = moves(-radius, 0, -radius, radius), step = moves(-1, -1, 0, 0);
  for (let layer = layers; layer >= 1; layer--) {
    const left = moves(0, 0, -radius, layer === 1 ? -1 : 0);
    vertical = union(vertical, shifted(horizontal, step));
    vertical = shifted(vertical, box);
    horizontal = shifted(horizontal, left);
  }
  return union(vertical, horizontal);
}

/**
 * {p before the target : p ∈ RF of L unmasked layers, p ∉ `twoStackField`}: always empty.
 *
 * @throws as `twoStackField`
 */
export function twoStackBlindSpot(options: TwoStackOptions): Pixel[] {
  const { layers, grid, kernel, target } = checked("find the blind spot", options);
  return missed({ masks: firstA(layers), grid, kernel, target }, twoStackField(options));
}

function moves(top: number, bottom: number, left: number, right: number): Pixel[] {
  const list: Pixel[] = [];
  for (let i = top; i <= bottom; i++) for (let j = left; j <= right; j++) list.push([i, j]);
  return list;
}

/** {p + m : p in the set, m a move} on the grid. */
function shifted(set: number[][], list: readonly Pixel[]): number[][] {
  const result = emptyGrid(set.length);
  for (const [row, column] of pixelsOf(set)) {
    for (const [down, right] of list) {
      if (result[row + down]?.[column + right] === 0) result[row + down][column + right] = 1;
    }
  }
  return result;
}

const union = (a: number[][], b: number[][]) => a.map((line, i) => line.map((x, j) => x | b[i][j]));

function checked(action: string, options: TwoStackOptions) {
  check.object(action, "options { layers, grid, target, … }", options);
  const { layers, grid, kernel = 3, target } = options;
  check.integer(action, "number of layers", layers, { from: 1, to: 256 });
  check.integer(action, "grid size", grid, { from: 1, to: 1024 });
  kernelOf(action, kernel);
  return { layers, grid, kernel, radius: kernel >> 1, target: asPixel(action, target, [grid, grid]) };
}
