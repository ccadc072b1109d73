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

/** Puts the bias of columns j … j + n (0 where there is none) where the blocks start from. */
export function setBias(k: Kernels, bias: number, j: number, n: number, width: Width) {
  if (bias === 0 || n < width) k.fill(k.bias, width, 0);
  if (bias !== 0) k.copyRows(bias + 4 * j, 0, k.bias, 0, n, 1);
}

/** Rows of a matrix, or of every row of an image: where they start, bytes between them, bytes between runs. */
export interface Rows {
  readonly at: number;
  readonly stride: number;
  readonly run: number;
}

/**
 * One packed block against `runs` runs of `rows` rows of A: tiles of four rows, then of two and one.
 * C = start + A P, each described by its rows.
 */
export function overTiles(
  tiles: readonly Kernel[],
  rows: number,
  runs: number,
  a: Rows,
  start: Rows,
  c: Rows,
) {
  let done = 0;
  for (let i = 0; i < 3; i++) {
    const size = 4 >> i, count = Math.floor((rows - done) / size);
    if (count === 0) continue;
    tiles[i](
      a.at + done * a.stride,
      a.stride,
      start.at + done * start.stride,
      start.stride,
      c.at + done * c.stride,
      c.stride,
      count,
      runs,
      a.run,
      start.run,
      c.run,
    );
    done += size * count;
  }
}
