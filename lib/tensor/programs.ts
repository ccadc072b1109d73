import type { Kernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { blockRows } from "./layout.ts";
import { blockOf, overTiles, pack, startOf } from "./panel.ts";
import { convolve, filterGradient } from "./convolution.ts";

/** The numbers of a job. */
export type Numbers = readonly number[] | Float64Array;

/** What either thread can run: part [from, to) of a job whose numbers are `a`. Runs again with the same result. */
export type Program = (k: Kernels, a: Numbers, from: number, to: number) => void;

/**
 * C = op(A) op(B) + bias (0: none), for rows [from, to) · 4 of C or columns [from, to) · width: panel by panel,
 * K-block by K-block, the panel packed once for up to 256 rows; bytes between rows.
 */
const multiply: Program = (k, a, from, to) => {
  const [A, lda, turned, B, ldb, transposed, C, ldc, rows, columns, depth, bias, width, byColumns] = a;
  const panel = k.panel(width as Width), [rowStep, depthStep] = turned === 1 ? [4, lda] : [lda, 4];
  const [firstRow, endRow] = byColumns === 1 ? [0, rows] : [4 * from, Math.min(4 * to, rows)];
  const [firstColumn, end] = byColumns === 1 ? [width * from, Math.min(width * to, columns)] : [0, columns];
  for (let r = firstRow; r < endRow; r += blockRows) {
    const count = Math.min(blockRows, endRow - r);
    for (let j = firstColumn; j < end; j += width) {
      const n = Math.min(width, end - j);
      const to = n === width ? C + r * ldc + 4 * j : k.edge, ld = n === width ? ldc : 4 * width;
      const first = startOf(k, bias, bias === 0 ? j - firstColumn : j, n, panel.width);
      if (depth === 0) k.copyRows(first, 0, to, ld, width, count);
      for (let d = 0, size = 0; d < depth; d += size) {
        size = blockOf(depth - d);
        const at = B + (transposed === 1 ? 4 * d + j * ldb : d * ldb + 4 * j);
        pack(panel, at, ldb, transposed === 1, size, n);
        const factor = A + r * rowStep + d * depthStep, tiles = panel.tiles(size, turned === 1);
        if (d === 0) overTiles(tiles, count, 1, factor, lda, rowStep, 0, first, 0, 0, to, ld, 0);
        else overTiles(tiles, count, 1, factor, lda, rowStep, 0, to, ld, 0, to, ld, 0);
      }
      if (n < width) k.copyRows(to, ld, C + r * ldc + 4 * j, ldc, n, count);
    }
  }
};

/**
 * The same by the native library, for blocks [from, to) of rows or columns of C, `size` of them in each; with the ends
 * of A, B and C. The blocks are the same
 * for any number of threads, for the library's order of additions depends on them.
 */
const nativeMultiply: Program = (k, a, from, to) => {
  const [A, endA, turnA, B, endB, turnB, C, endC, rows, columns, depth, bias, size, byColumns] = a;
  for (let i = from; i < to; i++) {
    const [r, j] = byColumns === 1 ? [0, i * size] : [i * size, 0], c = C + 4 * (r * columns + j);
    const m = byColumns === 1 ? rows : Math.min(size, rows - r);
    const n = byColumns === 1 ? Math.min(size, columns - j) : columns;
    if (bias !== 0) k.copyRows(bias + 4 * j, 0, c, 4 * columns, n, m);
    k.sgemm(
      turnA === 1
        ? { at: A + 4 * r, end: endA, ld: rows, rows: depth, columns: m, turned: true }
        : { at: A + 4 * r * depth, end: endA, ld: depth, rows: m, columns: depth },
      turnB === 1
        ? { at: B + 4 * j * depth, end: endB, ld: depth, rows: n, columns: depth, turned: true }
        : { at: B + 4 * j, end: endB, ld: columns, rows: depth, columns: n },
      { at: c, end: endC, ld: columns, rows: m, columns: n },
      bias !== 0 ? 1 : 0,
    );
  }
};

/** An element-wise kernel on elements [from, to) · 8: a = [count, pointer, (step,) …, parameters …]. */
const mapProgram = (name: MapName): Program => {
  const { inputs, outputs, parameters, broadcast } = maps[name];
  const args: number[] = [];
  return (k, a, from, to) => {
    let at = 1, i = 0;
    for (let input = 0; input < inputs; input++) {
      const address = a[at++];
      const step = broadcast ? a[at++] : 32;
      args[i++] = address + from * step;
      if (broadcast) args[i++] = step;
    }
    for (let output = 0; output < outputs; output++) args[i++] = a[at++] + 32 * from;
    args[i++] = Math.min(8 * to, a[0]) - 8 * from;
    for (let p = 0; p < parameters; p++) args[i++] = a[at++];
    args.length = i;
    k[name](...args);
  };
};

/** y[r] = maxᵢ x[r, i], or Σᵢ x[r, i] / divisor, for rows [from, to). */
const rowMaxima: Program = (k, [x, n, y], from, to) =>
  k.rowMaxima(x + 4 * n * from, n, to - from, y + 4 * from);
const rowSums: Program = (k, [x, n, y, divisor], from, to) =>
  k.rowSums(x + 4 * n * from, n, to - from, y + 4 * from, divisor);

/** y[j] = Σ_r x[r, j] / divisor for columns [from, to) · 16. */
const columnSums: Program = (k, [x, ld, rows, n, y, divisor], from, to) =>
  k.columnSums(x + 64 * from, ld, rows, Math.min(16 * to, n) - 16 * from, y + 64 * from, divisor);

/** Transposes rows [from, to) · 4 of x; what no tile of 4 × 4 covers one by one. */
const transpose: Program = (k, [x, ldx, y, ldy, allRows, columns], from, to) => {
  const rows = Math.min(4 * to, allRows) - 4 * from, at = x + 4 * from * ldx, into = y + 16 * from;
  k.transpose4(at, ldx, into, ldy, rows, columns);
  for (let r = rows & ~3; r < rows; r++) k.copyRows(at + r * ldx, 4, into + 4 * r, ldy, 1, columns);
  for (let j = columns & ~3; j < columns; j++) k.copyRows(at + 4 * j, ldx, into + j * ldy, 4, 1, rows & ~3);
};

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}) for rows [from, to). */
const crossEntropy: Program = (k, [x, l, n, y], from, to) =>
  k.crossEntropyRows(x + 4 * n * from, l + 4 * n * from, n, to - from, y + 4 * from);

const mapNames = Object.keys(maps) as MapName[];
const own = {
  ...{ multiply, nativeMultiply, transpose, convolve, filterGradient },
  ...{ rowMaxima, rowSums, columnSums, crossEntropy },
};
const ownNames = Object.keys(own) as (keyof typeof own)[];

/** All programs; a job names one by its index here. */
export const programs: readonly Program[] = [...Object.values(own), ...mapNames.map(mapProgram)];

const numbered = <Name extends string>(names: readonly Name[], first: number) =>
  Object.fromEntries(names.map((name, i) => [name, first + i])) as Record<Name, number>;
export const index = { ...numbered(ownNames, 0), map: numbered(mapNames, ownNames.length) };
