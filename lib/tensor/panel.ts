import { blockRows } from "./layout.ts";
import type { Kernel, Kernels, PanelKernels } from "./kernels/mod.ts";
import { blockSizes, type Width } from "./kernels/gemm.ts";

/** For each remaining K the block to take next: the longest that fits. */
const nextBlock = Array.from({ length: 65 }, (_, k) => blockSizes.find((size) => size <= k) ?? 0);
export const blockOf = (depth: number) => nextBlock[Math.min(depth, 64)];

/** Packs B[0 … k, 0 … n) (or its transpose's) into the panel, whatever its layout; columns beyond n are 0. */
export function pack(p: PanelKernels, b: number, ldb: number, transposed: boolean, k: number, n: number) {
  if (n === p.width && !transposed) p.packRows(b, ldb, k);
  else if (n === p.width && k % 4 === 0) p.packTransposed(b, ldb, k);
  else if (transposed) p.packAny(b, 4, ldb, k, n);
  else p.packAny(b, ldb, 4, k, n);
}

/** Where the sums of columns j … j + n start: the bias where it lies, or this thread's copy, filled up with 0. */
export function startOf(k: Kernels, bias: number, j: number, n: number, width: Width): number {
  if (bias !== 0 && n === width) return bias + 4 * j;
  if (bias !== 0 || j === 0) k.fill(k.bias, width, 0);
  if (bias !== 0) k.copyRows(bias + 4 * j, 0, k.bias, 0, n, 1);
  return k.bias;
}

/**
 * One packed block against `runs` runs of `rows` rows of A: tiles of four rows, then of two and one.
 * C = start + A P. A, start and C each by where they begin, the bytes from a row to the next, and the bytes
 * from a run to the next. `aStep`: bytes from a row of A to the next; it differs from `aStride` in a turned A
 * only, where rows are neighbours (4) and the stride is that of its columns. Numbers, not objects: this runs
 * ten thousand times a training step.
 */
export function overTiles(
  tiles: readonly Kernel[],
  rows: number,
  runs: number,
  a: number,
  aStride: number,
  aStep: number,
  aRun: number,
  start: number,
  startStride: number,
  startRun: number,
  c: number,
  cStride: number,
  cRun: number,
) {
  for (let i = 0, done = 0; done < rows; i++) {
    const size = 4 >> i, count = Math.floor((rows - done) / size);
    if (count === 0) continue;
    const [from, first, to] = [a + done * aStep, start + done * startStride, c + done * cStride];
    tiles[i](from, aStride, first, startStride, to, cStride, count, runs, aRun, startRun, cRun);
    done += size * count;
  }
}

/** A matrix in row-major order, bytes between its rows; `transposed`: the transpose of it is meant. */
export interface Matrix {
  readonly at: number;
  readonly stride: number;
  readonly transposed: boolean;
}

/** Rows [r0, r1) and columns [j0, j1) of a product, and how many terms each of its sums has. */
export interface Part {
  readonly r0: number;
  readonly r1: number;
  readonly j0: number;
  readonly j1: number;
  readonly depth: number;
}

/**
 * A part of C = op(A) op(B) + bias (0: none): panel by panel, K-block by K-block, the panel packed once for
 * up to 256 rows. `c` and `ldc`: where C[0, 0] lies, bytes between its rows.
 */
export function multiplyPart(
  k: Kernels,
  width: Width,
  a: Matrix,
  b: Matrix,
  bias: number,
  c: number,
  ldc: number,
  { r0, r1, j0, j1, depth }: Part,
) {
  const panel = k.panel(width);
  const rowStep = a.transposed ? 4 : a.stride, depthStep = a.transposed ? a.stride : 4;
  for (let r = r0; r < r1; r += blockRows) {
    const rows = Math.min(blockRows, r1 - r);
    for (let j = j0; j < j1; j += width) {
      const n = Math.min(width, j1 - j);
      const to = n === width ? c + r * ldc + 4 * j : k.edge, ld = n === width ? ldc : 4 * width;
      const first = startOf(k, bias, bias === 0 ? j - j0 : j, n, width);
      if (depth === 0) k.copyRows(first, 0, to, ld, width, rows);
      for (let d = 0; d < depth;) {
        const size = blockOf(depth - d);
        const from = b.at + (b.transposed ? 4 * d + j * b.stride : d * b.stride + 4 * j);
        pack(panel, from, b.stride, b.transposed, size, n);
        const factor = a.at + r * rowStep + d * depthStep, tiles = panel.tiles(size, a.transposed);
        if (d === 0) overTiles(tiles, rows, 1, factor, a.stride, rowStep, 0, first, 0, 0, to, ld, 0);
        else overTiles(tiles, rows, 1, factor, a.stride, rowStep, 0, to, ld, 0, to, ld, 0);
        d += size;
      }
      if (n < width) k.copyRows(to, ld, c + r * ldc + 4 * j, ldc, n, rows);
    }
  }
}
