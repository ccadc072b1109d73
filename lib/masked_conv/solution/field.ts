import * as check from "../../math/check.ts";
import { asPixel } from "../check.ts";
import { offsets, type Pixel } from "../mask.ts";
import { emptyGrid, type FieldOptions, mostPaths, type Stack, stackWithTarget } from "../stack.ts";
// The receptive field of an output pixel: the input pixels from which a directed path through the layers
// leads to it, every stop on the grid (what lies outside is the constant 0 of the padding, not an input).
// Equivalently: the input pixels with a non-zero derivative for all but special weights.

/**
 * RF = {p₀ : p_L = target, p_{l−1} − p_l ∈ O_l, every p_l on the grid}, O_l the offsets that layer l's mask keeps.
 *
 * @param options.masks layers, first to last; none: the field is the target alone
 * @param options.target [row, column], zero-based
 * @returns grid × grid zeros and ones, 1 inside the field
 * @throws RangeError, TypeError for a bad mask, size or target; see `StackOptions`
 */
export function receptiveField(options: FieldOptions): number[][] {
  return propagatedField(options);
}

/** One of three routes to the field. S_{l−1} = (S_l + O_l) ∩ grid from S_L = {target}: boolean propagation. */
export function propagatedField(options: FieldOptions): number[][] {
  const { stack, target } = stackWithTarget("trace the receptive field", options);
  return reachable(stack, target)[0];
}

/**
 * Another route. RF = (target + O₁ ⊕ … ⊕ O_L) ∩ grid: one Minkowski sum of all offsets, clipped once at the end.
 *
 * The sum commutes, so the order of the layers cannot matter. It knows nothing of borders, though, and may only
 * be too large. For stacks of A and B it is the field as soon as the grid has more than ⌊k/2⌋ columns (or one):
 * rows only go up, and a step right that would leave the grid can wait for a step left, or both be shortened,
 * until one fits. On fewer columns it fails (k = 5 on a 2 × 2 grid: AA at [1, 0] would see [0, 1]), and so it
 * does next to a layer "none", whose steps may go anywhere (A, none at [0, n − 1] would see [1, n − 1]).
 *
 * @throws as `receptiveField`, and RangeError where ⌊k/2⌋ L exceeds 2048
 */
export function minkowskiField(options: FieldOptions): number[][] {
  const { stack, target } = stackWithTarget("add the offsets", options);
  const { grid, kernel, masks, flip } = stack;
  const radius = kernel.reduce((sum, size) => sum + (size >> 1), 0), side = 2 * radius + 1;
  check.integer("add the offsets", "reach of all layers together", radius, { from: 0, to: 2048 });
  const key = ([row, column]: Pixel) => (row + radius) * side + column + radius;
  let sum: Pixel[] = [[0, 0]];
  for (const [layer, kind] of masks.entries()) {
    const seen = new Uint8Array(side * side), next: Pixel[] = [];
    for (const [row, column] of sum) {
      for (const [down, right] of offsets(kind, kernel[layer], flip)) {
        const move: Pixel = [row + down, column + right];
        if (seen[key(move)] === 1) continue;
        seen[key(move)] = 1;
        next.push(move);
      }
    }
    sum = next;
  }
  const field = emptyGrid(grid);
  for (const [down, right] of sum) {
    const row = target[0] + down, column = target[1] + right;
    if (row >= 0 && row < grid && column >= 0 && column < grid) field[row][column] = 1;
  }
  return field;
}

/**
 * #{paths from p₀ to the target}: for kernels of ones this is ∂output/∂input, an exact integer.
 *
 * @returns grid × grid whole numbers; 0 outside the field
 * @throws RangeError where a count could exceed 2⁵³ and lose its last digit
 */
export function pathCounts(options: FieldOptions): number[][] {
  const { stack, target } = stackWithTarget("count the paths", options);
  assertCountable(stack);
  let counts = emptyGrid(stack.grid);
  counts[target[0]][target[1]] = 1;
  for (let layer = stack.masks.length - 1; layer >= 0; layer--) {
    counts = spread(counts, stack, layer);
  }
  return counts;
}

/**
 * p₀ → p₁ → … → p_L: one path from an input pixel through the layers to the target, as straight as the masks allow.
 *
 * @param options as `receptiveField`, and `from`: the input pixel [row, column]
 * @returns L + 1 pixels, p₀ = from, p_l a pixel of layer l's output, p_L = target; null outside the field
 * @throws as `receptiveField`
 */
export function pathThrough(options: FieldOptions & { readonly from: Readonly<Pixel> }): Pixel[] | null {
  const { stack, target } = stackWithTarget("find a path", options);
  const from = asPixel("find a path", options.from, [stack.grid, stack.grid]);
  const sets = reachable(stack, target);
  if (sets[0][from[0]][from[1]] === 0) return null;
  const path = [from], depth = stack.masks.length;
  for (let layer = 0; layer < depth; layer++) {
    const share = (layer + 1) / depth, [row, column] = path[layer];
    const aim = [from[0] + share * (target[0] - from[0]), from[1] + share * (target[1] - from[1])];
    const astray = (p: Pixel) => Math.hypot(p[0] - aim[0], p[1] - aim[1]);
    const steps = offsets(stack.masks[layer], stack.kernel[layer], stack.flip)
      .map(([down, right]): Pixel => [row - down, column - right])
      .filter(([i, j]) => sets[layer + 1][i]?.[j] === 1);
    path.push(steps.reduce((best, next) => astray(next) < astray(best) ? next : best));
  }
  return path;
}

/** [S₀, …, S_L]: which pixels of each layer (0 = input) reach the target. */
function reachable(stack: Stack, target: Pixel): number[][][] {
  const sets = [emptyGrid(stack.grid)];
  sets[0][target[0]][target[1]] = 1;
  for (let layer = stack.masks.length - 1; layer >= 0; layer--) {
    const counts = spread(sets[0], stack, layer);
    for (const line of counts) for (let i = 0; i < line.length; i++) if (line[i] > 1) line[i] = 1;
    sets.unshift(counts);
  }
  return sets;
}

/** Every pixel passes its number on to the pixels that the layer lets it see; what would leave the grid is lost. */
function spread(numbers: number[][], { masks, grid, kernel, flip }: Stack, layer: number): number[][] {
  const result = emptyGrid(grid), moves = offsets(masks[layer], kernel[layer], flip);
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const number = numbers[row][column];
      if (number === 0) continue;
      for (let m = 0; m < moves.length; m++) {
        const i = row + moves[m][0], j = column + moves[m][1];
        if (i >= 0 && i < grid && j >= 0 && j < grid) result[i][j] += number;
      }
    }
  }
  return result;
}

/** @throws RangeError where the product of the layers' live taps, a bound on every count, exceeds 2⁵³. */
function assertCountable(stack: Stack): void {
  const most = mostPaths(stack);
  if (most > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(
      `Cannot count the paths: expected at most 2⁵³ (a float counts no further), got up to ${most}`,
    );
  }
}
