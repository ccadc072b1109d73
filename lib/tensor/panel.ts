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
 * C = start + A P, where `start` is C itself or one row for all. A and C each by where they begin, the bytes from
 * a row to the next, and the bytes from a run to the next. `aStep`: bytes from a row of A to the next; it differs
 * from `aStride` in a turned A only, where rows are neighbours (4) and the stride is that of its columns. Numbers,
 * not objects: this runs ten thousand times a training step.
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
  c: number,
  cStride: number,
  cRun: number,
) {
  const inC = start === c, startStride = inC ? cStride : 0, startRun = inC ? cRun : 0;
  for (let i = 0, done = 0; done < rows; i++) {
    const size = 4 >> i, count = Math.floor((rows - done) / size);
    if (count === 0) continue;
    const [from, first, to] = [a + done * aStep, start + done * startStride, c + done * cStride];
    tiles[i](from, aStride, first, startStride, to, cStride, count, runs, aRun, startRun, cRun);
    done += size * count;
  }
}
