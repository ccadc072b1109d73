import { products } from "../math/native.ts";
import { joinsOperations } from "../math/wasm.ts";
import { makeHeap } from "./heap.ts";
import { compileKernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { index } from "./programs.ts";
import { startThreads } from "./threads.ts";
import { recording } from "./recording.ts";

/** The one heap, and both threads. */
export const heap = makeHeap();
const own = compileKernels(heap.memory, 0);
export const threads = startThreads(heap.memory, own);

/**
 * Columns of a panel: 16 where V8 was told to join two 128-bit operations into one of 256 bits, else 8. Both give the
 * same bits.
 */
let width: Width = joinsOperations() ? 16 : 8;
export const panelWidth = (): Width => width;

/** Sets it for good (tests). */
export const setPanelWidth = (chosen: Width) => void (width = chosen);

/** Runs `use` with a block of scratch memory, given back whatever happens. */
export function borrow<T>(bytes: number, use: (address: number) => T): T {
  const address = heap.allocate(bytes);
  try {
    return use(address);
  } finally {
    heap.release(address, bytes);
  }
}

/** Below these sizes a second thread costs more than it brings (measured, see README.md). */
const worthSharing = { multiplications: 100_000, cheapElements: 65_536, dearElements: 16_384 };
let everything = false;
const pays = (size: number, what: keyof typeof worthSharing) => everything || size >= worthSharing[what];

/** Shares every job, however small (tests), or those worth it. */
export const share = (what: "everything" | "what pays") => void (everything = what === "everything");
export const sharesEverything = () => everything;

/** Runs a program over so many units; shared, in chunks: enough that neither thread waits long for the other. */
function run(program: number, numbers: number[], units: number, shared: boolean, least = 1, inPlace = false) {
  threads.run(program, numbers, units, shared ? Math.max(least, Math.ceil(units / 24)) : units, inPlace);
}

/** Runs an element-wise kernel over n elements: pointers (each with its step if it broadcasts), parameters. */
export function map(name: MapName, n: number, ...args: number[]) {
  if (n === 0) return;
  const shared = pays(n, maps[name].dear ? "dearElements" : "cheapElements");
  if (!shared && !maps[name].broadcast && maps[name].parameters === 0 && recording() === undefined) {
    own[name](...args, n);
    return;
  }
  const { inputs, broadcast } = maps[name], outputs = inputs * (broadcast ? 2 : 1);
  const inPlace = args.slice(0, outputs).includes(args[outputs]);
  run(index[name], [n, ...args], Math.ceil(n / 8), shared, 1, inPlace);
}

/** y[r, 0…n) = x[r, 0…n): strides in bytes. */
export function copyRows(x: number, ldx: number, y: number, ldy: number, n: number, rows: number) {
  if (rows > 0) run(index.copyRows, [x, ldx, y, ldy, n], rows, false);
}

/** A matrix of rows, and an operand that is the same for all of them (`long` numbers of it) or one number a row. */
export interface Along {
  readonly x: number;
  readonly b: number;
  readonly y: number;
  readonly length: number;
  readonly rows: number;
  /** Whether b is the first operand. */
  readonly swapped: boolean;
}

/** y[r, ·] = f(x[r, ·], b), with b written out as `long` numbers, or f(x[r, ·], b[r]) without. */
export function mapAlong(name: MapName, { x, b, y, length, rows, swapped }: Along, long?: number) {
  const numbers = [index[name], +swapped, x, b, y, length, rows], units = Math.ceil(rows / 8);
  if (long === undefined) run(index.alongColumns, numbers, units, false);
  else run(index.alongRows, [...numbers, long], units, false);
}

/** Adam in place on n numbers: θ, m, v and g, and where its parameters lie. */
export function adamStep(n: number, ...pointers: readonly number[]) {
  run(index.adamStep, [n, ...pointers], Math.ceil(n / 8), pays(n, "dearElements"), 1, true);
}

/** A matrix in row-major order, or the transpose of one. */
export interface Factor {
  readonly address: number;
  /** Where its block ends. */
  readonly end: number;
  readonly transposed: boolean;
}

/** Multiplications from which the native library is called, and from which both threads call it. */
const worthCalling = 32_768, worthCutting = 2_000_000;

/** C (rows × columns) = op(A) op(B) + bias; op(A) is rows × depth. */
export function multiply(
  a: Factor,
  b: Factor,
  { address: c, end }: Omit<Factor, "transposed">,
  rows: number,
  columns: number,
  depth: number,
  bias = 0,
) {
  if (rows === 0 || columns === 0) return;
  const work = rows * columns * depth;
  if (products() !== undefined && work >= worthCalling) {
    // Products with as many rows are cut at the same ones: a compiled step takes them block by block.
    const large = work >= worthCutting, byColumns = rows < 64 || large && columns >= 2 * rows;
    const part = byColumns ? columns / (large ? 4 : 1) : rows / (rows >= 256 ? 4 : 2);
    const size = 16 * Math.ceil(part / 16), total = Math.ceil((byColumns ? columns : rows) / size);
    const job = [a, b].flatMap((f) => [f.address, f.end, +f.transposed]);
    job.push(c, end, rows, columns, depth, bias, size, +byColumns);
    return run(index.nativeProduct, job, total, pays(work, "multiplications"));
  }
  // Chunks of columns read all of A again: only where A is short enough to stay in the cache.
  const panels = Math.ceil(columns / width);
  const byColumns = rows < 1024 && (panels >= 8 || 32 * panels >= rows) ? 1 : 0;
  const units = byColumns === 1 ? panels : Math.ceil(rows / 4);
  const job = [a.address, 4 * (a.transposed ? rows : depth), +a.transposed];
  job.push(b.address, 4 * (b.transposed ? depth : columns), +b.transposed);
  job.push(c, 4 * columns, rows, columns, depth, bias, width, byColumns);
  // Chunks of rows pack all of B again: none is shorter than 64 rows.
  const least = byColumns === 1 || everything ? 1 : 16;
  run(index.product, job, units, pays(work, "multiplications"), least);
}

/** y (columns × rows) = xᵀ, x rows × columns */
export function transpose(x: number, y: number, rows: number, columns: number) {
  if (rows === 0 || columns === 0) return;
  const shared = pays(rows * columns, "cheapElements");
  run(index.transpose, [x, 4 * columns, y, 4 * rows, rows, columns], Math.ceil(rows / 4), shared);
}

/** y[r] = Σᵢ x[r, i] / divisor */
export function sumRows(x: number, rows: number, n: number, y: number, divisor = 1) {
  run(index.rowSums, [x, n, y, divisor], rows, pays(rows * n, "cheapElements"));
}

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}) over row r of x and l */
export function crossEntropy(x: number, logits: number, rows: number, n: number, y: number) {
  run(index.crossEntropy, [x, logits, n, y], rows, pays(rows * n, "dearElements"));
}

/** y[j] = Σ_r x[r, j] / divisor */
export function sumColumns(x: number, rows: number, n: number, y: number, divisor = 1) {
  if (n === 0) return;
  const shared = pays(rows * n, "cheapElements");
  run(index.columnSums, [x, 4 * n, rows, n, y, divisor], Math.ceil(n / 16), shared);
}

/** y[r] = maxᵢ x[r, i] */
export function maxRows(x: number, rows: number, n: number, y: number) {
  run(index.rowMaxima, [x, n, y], rows, pays(rows * n, "cheapElements"));
}
