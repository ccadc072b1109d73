import type { Kernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { multiplyPart } from "./panel.ts";
import { convolve, filterGradient } from "./convolution.ts";

/** What either thread can run: part [from, to) of a job whose numbers are `a`. Runs again with the same result. */
export type Program = (k: Kernels, a: ArrayLike<number>, from: number, to: number) => void;

/** Names of the elements of a product's `a`; strides in bytes. */
export const product = {
  a: 0,
  lda: 1,
  b: 2,
  ldb: 3,
  transposed: 4,
  c: 5,
  ldc: 6,
  rows: 7,
  columns: 8,
  depth: 9,
  bias: 10,
  width: 11,
  byColumns: 12,
  turned: 13,
} as const;

/** C = op(A) op(B) + bias for rows [from, to) · 4 of C, or columns [from, to) · width. */
export const multiply: Program = (k, a, from, to) => {
  const width = a[product.width] as Width, byColumns = a[product.byColumns] === 1;
  const rows = a[product.rows], columns = a[product.columns], depth = a[product.depth];
  multiplyPart(
    k,
    width,
    { at: a[product.a], stride: a[product.lda], transposed: a[product.turned] === 1 },
    { at: a[product.b], stride: a[product.ldb], transposed: a[product.transposed] === 1 },
    a[product.bias],
    a[product.c],
    a[product.ldc],
    byColumns
      ? { r0: 0, r1: rows, j0: width * from, j1: Math.min(width * to, columns), depth }
      : { r0: 4 * from, r1: Math.min(4 * to, rows), j0: 0, j1: columns, depth },
  );
};

/**
 * The same by the native library, for blocks [from, to) of rows or columns of C: a = [A, its end, turned, B, its end,
 * turned, C, its end, rows, columns, depth, bias, rows or columns of a block, byColumns]. The blocks are the same
 * for any number of threads, for the library's order of additions depends on them.
 */
const nativeMultiply: Program = (k, a, from, to) => {
  const [A, endA, turnA, B, endB, turnB, C, endC, rows, columns, depth, bias, size, byColumns] = Array.from(
    a,
  );
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

/** y[r] = maxᵢ x[r, i] for rows [from, to): a = [x, n, y]. */
const rowMaxima: Program = (k, a, from, to) =>
  k.rowMaxima(a[0] + 4 * a[1] * from, a[1], to - from, a[2] + 4 * from);

const rowSums: Program = (k, a, from, to) =>
  k.rowSums(a[0] + 4 * a[1] * from, a[1], to - from, a[2] + 4 * from, a[3]);

/** y[j] = Σ_r x[r, j] / divisor for columns [from, to) · 16: a = [x, ld, rows, n, y, divisor]. */
const columnSums: Program = (k, a, from, to) =>
  k.columnSums(a[0] + 64 * from, a[1], a[2], Math.min(16 * to, a[3]) - 16 * from, a[4] + 64 * from, a[5]);

/** Transposes rows [from, to) · 4 of x: a = [x, ldx, y, ldy, rows, columns]; the edges element by element. */
const transpose: Program = (k, a, from, to) => {
  const first = 4 * from, rows = Math.min(4 * to, a[4]) - first, columns = a[5];
  const x = a[0] + first * a[1], y = a[2] + 4 * first;
  k.transpose4(x, a[1], y, a[3], rows, columns);
  const doneRows = rows & ~3, doneColumns = columns & ~3;
  if (doneRows < rows) {
    k.scatterRows(x + doneRows * a[1], a[1], y + 4 * doneRows, 4, a[3], rows - doneRows, columns);
  }
  if (doneColumns < columns) {
    k.scatterRows(
      x + 4 * doneColumns,
      a[1],
      y + doneColumns * a[3],
      4,
      a[3],
      doneRows,
      columns - doneColumns,
    );
  }
};

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}) for rows [from, to): a = [x, l, n, y]. */
const crossEntropy: Program = (k, a, from, to) => {
  const at = 4 * a[2] * from;
  k.crossEntropyRows(a[0] + at, a[1] + at, a[2], to - from, a[3] + 4 * from);
};

/** Numbers of an Adam job: seven that all variables share, their count, then `adamEntry` for each. */
export const adamHeader = 8, adamEntry = 8;

/**
 * Adam on elements [from, to) · 8 of all variables, laid end to end: a = [seven parameters, count], then for
 * each variable its length, θ, m, v, g and where θ, m and v go.
 */
const adam: Program = (k, a, from, to) => {
  let first = 0;
  for (let i = 0; i < a[7] && first < to; i++) {
    const at = adamHeader + adamEntry * i, units = Math.ceil(a[at] / 8);
    const start = Math.max(from - first, 0), end = Math.min(to - first, units);
    first += units;
    if (end <= start) continue;
    const n = Math.min(8 * end, a[at]) - 8 * start, o = 32 * start;
    k.adam(
      a[at + 1] + o,
      a[at + 2] + o,
      a[at + 3] + o,
      a[at + 4] + o,
      a[at + 5] + o,
      a[at + 6] + o,
      a[at + 7] + o,
      n,
      a[0],
      a[1],
      a[2],
      a[3],
      a[4],
      a[5],
      a[6],
    );
  }
};

const mapNames = Object.keys(maps) as MapName[];

/** All programs; a job names one by its index here. */
export const programs: readonly Program[] = [
  multiply,
  rowMaxima,
  rowSums,
  columnSums,
  transpose,
  convolve,
  filterGradient,
  adam,
  crossEntropy,
  nativeMultiply,
  ...mapNames.map(mapProgram),
];

export const index = {
  multiply: 0,
  rowMaxima: 1,
  rowSums: 2,
  columnSums: 3,
  transpose: 4,
  convolve: 5,
  filterGradient: 6,
  adam: 7,
  crossEntropy: 8,
  nativeMultiply: 9,
  map: Object.fromEntries(mapNames.map((name, i) => [name, 10 + i])) as Record<MapName, number>,
} as const;
