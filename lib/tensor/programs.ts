import type { Kernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { blockRows } from "./layout.ts";
import { blockOf, overTiles, pack, startOf } from "./panel.ts";
import { convolve, filterGradient } from "./convolution.ts";

const mapNames = Object.keys(maps) as MapName[];

/** The numbers of a job. */
export type Numbers = readonly number[] | Float64Array;

/** What either thread can run: part [from, to) of a job whose numbers are `a`. Runs again with the same result. */
export type Program = (k: Kernels, a: Numbers, from: number, to: number) => void;

/** Rows [from, to) of a product with one or two columns, as its transpose: the panel's columns are rows of A. */
function narrowProduct(k: Kernels, a: Numbers, from: number, to: number) {
  const [A, lda, turned, B, ldb, transposed, C, ldc, , columns, depth, bias, width] = a;
  const panel = k.panel(width as Width), [rowStep, depthStep] = turned === 1 ? [4, lda] : [lda, 4];
  const [columnStep, step] = transposed === 1 ? [ldb, 4] : [4, ldb], row = 4 * width;
  for (let r = from; r < to; r += width) {
    const n = Math.min(width, to - r);
    for (let j = 0; j < columns; j++) {
      if (bias === 0) k.fill(k.edge + j * row, width, 0);
      else k.copyRows(bias + 4 * j, 0, k.edge + j * row, 4, 1, width);
    }
    for (let d = 0, size = 0; d < depth; d += size) {
      size = blockOf(depth - d);
      pack(panel, A + r * rowStep + d * depthStep, lda, turned === 0, size, n);
      const tiles = panel.tiles(size, transposed === 0);
      overTiles(tiles, columns, 1, B + d * step, ldb, columnStep, 0, k.edge, k.edge, row, 0);
    }
    for (let j = 0; j < columns; j++) k.copyRows(k.edge + j * row, 4, C + r * ldc + 4 * j, ldc, 1, n);
  }
}

/**
 * C = op(A) op(B) + bias (0: none), for rows [from, to) · 4 of C or columns [from, to) · width: panel by panel,
 * K-block by K-block, the panel packed once for up to 256 rows; bytes between rows.
 */
const product: Program = (k, a, from, to) => {
  const [A, lda, turned, B, ldb, transposed, C, ldc, rows, columns, depth, bias, width, byColumns] = a;
  const panel = k.panel(width as Width), [rowStep, depthStep] = turned === 1 ? [4, lda] : [lda, 4];
  const [firstRow, endRow] = byColumns === 1 ? [0, rows] : [4 * from, Math.min(4 * to, rows)];
  const [firstColumn, end] = byColumns === 1 ? [width * from, Math.min(width * to, columns)] : [0, columns];
  if (columns < 3) return narrowProduct(k, a, firstRow, endRow);
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
        overTiles(tiles, count, 1, factor, lda, rowStep, 0, d === 0 ? first : to, to, ld, 0);
      }
      if (n < width) k.copyRows(to, ld, C + r * ldc + 4 * j, ldc, n, count);
    }
  }
};

/**
 * The same by the native library, for blocks [from, to) of rows or columns of C, `size` of them in each; with the ends
 * of A, B and C. The blocks are the same for any number of threads, for the library's order of additions depends on
 * them.
 */
const nativeProduct: Program = (k, a, from, to) => {
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

/** y[r, 0…n) = x[r, 0…n) for rows [from, to); bytes between rows. */
const copyRows: Program = (k, [x, ldx, y, ldy, n], from, to) =>
  k.copyRows(x + from * ldx, ldx, y + from * ldy, ldy, n, to - from);

/** The number at `address`, repeated over a vector: an operand with step 0. */
const repeated = (k: Kernels, address: number): number => {
  k.copyRows(address, 0, k.splat, 4, 1, 8);
  return k.splat;
};

/**
 * An element-wise kernel on elements [from, to) · 8: a = [count, pointer, (step,) …, parameters …]; a step of 0 is an
 * operand that is one number.
 */
const mapProgram = (name: MapName): Program => {
  const { inputs, outputs, parameters, broadcast } = maps[name];
  const args: number[] = [];
  return (k, a, from, to) => {
    let at = 1, i = 0;
    for (let input = 0; input < inputs; input++) {
      const address = a[at++];
      const step = broadcast ? a[at++] : 32;
      args[i++] = broadcast && step === 0 ? repeated(k, address) : address + from * step;
      if (broadcast) args[i++] = step;
    }
    for (let output = 0; output < outputs; output++) args[i++] = a[at++] + 32 * from;
    args[i++] = Math.min(8 * to, a[0]) - 8 * from;
    for (let p = 0; p < parameters; p++) args[i++] = a[at++];
    args.length = i;
    k[name](...args);
  };
};

/** Calls f(x, b), or f(b, x), on n numbers of x from number i on. */
const applied = (k: Kernels, a: Numbers, i: number, n: number, b: number, step: number) => {
  const [program, swapped, x, , y] = a, f = programNames[program] as MapName;
  if (swapped === 1) k[f](b, step, x + 4 * i, 32, y + 4 * i, n);
  else k[f](x + 4 * i, 32, b, step, y + 4 * i, n);
};

/** y[r, ·] = f(x[r, ·], b), with b written out `long` / `length` times, for rows [from, to) · 8. */
const alongRows: Program = (k, a, from, to) => {
  const [, , , b, , length, rows, long] = a, end = length * Math.min(8 * to, rows);
  for (let i = 8 * from * length; i < end; i += long) applied(k, a, i, Math.min(long, end - i), b, 32);
};

/** y[r, ·] = f(x[r, ·], b[r]) for rows [from, to) · 8: each call may run over its row's end, the next comes after it. */
const alongColumns: Program = (k, a, from, to) => {
  const [, , , b, , length, rows] = a;
  for (let r = 8 * from; r < Math.min(8 * to, rows); r++) {
    applied(k, a, r * length, length, repeated(k, b + 4 * r), 0);
  }
};

/** Adam in place on elements [from, to) · 8: a = [count, θ, m, v, g, where its parameters lie]. */
const adamStep: Program = (k, [count, ...pointers], from, to) => {
  const [x, mean, square, g] = pointers.map((at) => at + 32 * from), n = Math.min(8 * to, count) - 8 * from;
  k.adam(x, mean, square, g, x, mean, square, n, ...k.floats(pointers[4], 7));
};

/** A program's part [from, to). */
export interface Call {
  readonly program: number;
  readonly numbers: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** From here on an address is one in a thread's own part of a script's memory. */
export const ownMemory = 2 ** 40;

/** Chunks of calls as numbers, for `readScript`. */
export const writeScript = (chunks: readonly (readonly Call[])[]): number[] => [
  chunks.length,
  ...chunks.flatMap((calls) => [
    calls.length,
    ...calls.flatMap(({ program, from, to, numbers }) => [program, from, to, numbers.length, ...numbers]),
  ]),
];

/** The chunks again, with what a thread calls its own at `own`. */
function readScript(list: Float64Array, own: number): Call[][] {
  let at = 0;
  const next = () => list[at++];
  const call = (): Call => {
    const [program, from, to, length] = [next(), next(), next(), next()];
    const numbers = Array.from(
      list.subarray(at, at += length),
      (x) => x > ownMemory / 2 ? x - ownMemory + own : x,
    );
    return { program, from, to, numbers };
  };
  return Array.from({ length: next() }, () => Array.from({ length: next() }, call));
}

/** Scripts that this thread has read, by where they lie. */
const scripts = new Map<number, { readonly id: number; readonly chunks: Call[][] }>();

/**
 * Chunks [from, to) of script number `id`, `length` numbers at an address: calls one after the other. Each thread has
 * `bytes` from `own` on.
 */
const script: Program = (k, [at, length, id, own, bytes], from, to) => {
  let known = scripts.get(at);
  if (known?.id !== id) {
    scripts.set(at, known = { id, chunks: readScript(k.doubles(at, length), own + k.thread * bytes) });
  }
  for (let chunk = from; chunk < to; chunk++) {
    for (const { program, numbers, from, to } of known.chunks[chunk]) programs[program](k, numbers, from, to);
  }
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

const own = {
  ...{ product, nativeProduct, transpose, convolve, filterGradient },
  ...{ rowMaxima, rowSums, columnSums, crossEntropy, copyRows, alongRows, alongColumns, adamStep, script },
};
type Name = keyof typeof own | MapName;

/** All programs, and their names; a job names one by its index here. */
export const programNames = [...Object.keys(own), ...mapNames] as readonly Name[];
export const programs: readonly Program[] = [...Object.values(own), ...mapNames.map(mapProgram)];
export const index = Object.fromEntries(programNames.map((name, i) => [name, i])) as Record<Name, number>;
