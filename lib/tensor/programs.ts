import { blockRows } from "./layout.ts";
import type { Kernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { blockOf, overTiles, pack, setBias } from "./panel.ts";
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
} as const;

/**
 * C = A B + bias (B or Bᵀ) for rows [from, to) · 4 of C, or columns [from, to) · width: panel by panel,
 * K-block by K-block, the panel packed once for up to 256 rows.
 */
export const multiply: Program = (k, a, from, to) => {
  const panel = k.panel(a[product.width] as Width), width = panel.width;
  const lda = a[product.lda], ldb = a[product.ldb], ldc = a[product.ldc];
  const transposed = a[product.transposed] === 1, depth = a[product.depth];
  const byColumns = a[product.byColumns] === 1;
  const [r0, r1] = byColumns ? [0, a[product.rows]] : [4 * from, Math.min(4 * to, a[product.rows])];
  const [j0, j1] = byColumns
    ? [width * from, Math.min(width * to, a[product.columns])]
    : [0, a[product.columns]];
  for (let r = r0; r < r1; r += blockRows) {
    const rows = Math.min(blockRows, r1 - r);
    for (let j = j0; j < j1; j += width) {
      const n = Math.min(width, j1 - j);
      const c = n === width ? a[product.c] + r * ldc + 4 * j : k.edge;
      const ld = n === width ? ldc : 4 * width;
      setBias(k, a[product.bias], j, n, width);
      if (depth === 0) k.copyRows(k.bias, 0, c, ld, width, rows);
      for (let d = 0; d < depth;) {
        const size = blockOf(depth - d);
        const b = a[product.b] + (transposed ? 4 * d + j * ldb : d * ldb + 4 * j);
        pack(panel, b, ldb, transposed, size, n);
        const target = { at: c, stride: ld, run: 0 };
        const start = d === 0 ? { at: k.bias, stride: 0, run: 0 } : target;
        const factor = { at: a[product.a] + r * lda + 4 * d, stride: lda, run: 0 };
        overTiles(panel.blocks[size], rows, 1, factor, start, target);
        d += size;
      }
      if (n < width) k.copyRows(c, ld, a[product.c] + r * ldc + 4 * j, ldc, n, rows);
    }
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

/** Row kernels on rows [from, to): a = [x, n, y, yStride]. */
const onRowsOf = (name: "rowMaxima" | "softmaxRows" | "logSumExpRows"): Program => (k, a, from, to) =>
  k[name](a[0] + 4 * a[1] * from, a[1], to - from, a[2] + a[3] * from);

const rowSums: Program = (k, a, from, to) =>
  k.rowSums(a[0] + 4 * a[1] * from, a[1], to - from, a[2] + 4 * from, a[3]);

/** y[j] = Σ_r x[r, j] for columns [from, to) · 16: a = [x, ld, rows, n, y]. */
const columnSums: Program = (k, a, from, to) =>
  k.columnSums(a[0] + 64 * from, a[1], a[2], Math.min(16 * to, a[3]) - 16 * from, a[4] + 64 * from);

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

const mapNames = Object.keys(maps) as MapName[];

/** All programs; a job names one by its index here. */
export const programs: readonly Program[] = [
  multiply,
  onRowsOf("rowMaxima"),
  onRowsOf("softmaxRows"),
  onRowsOf("logSumExpRows"),
  rowSums,
  columnSums,
  transpose,
  convolve,
  filterGradient,
  ...mapNames.map(mapProgram),
];

export const index = {
  multiply: 0,
  rowMaxima: 1,
  softmaxRows: 2,
  logSumExpRows: 3,
  rowSums: 4,
  columnSums: 5,
  transpose: 6,
  convolve: 7,
  filterGradient: 8,
  map: Object.fromEntries(mapNames.map((name, i) => [name, 9 + i])) as Record<MapName, number>,
} as const;
