import { freeWideRegisters } from "../math/wasm.ts";
import { splats } from "./layout.ts";
import { makeHeap } from "./heap.ts";
import { compileKernels } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { adamEntry, adamHeader, index } from "./programs.ts";
import { mostNumbers, startThreads } from "./threads.ts";
import { makeTuner } from "./tuner.ts";

/** The one heap, this thread's kernels, and both threads. */
export const heap = makeHeap();
export const kernels = compileKernels(heap.memory, 0);
export const threads = startThreads(heap.memory, kernels);
export const tuner = makeTuner();

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
const measured = {
  multiplications: 100_000,
  blockMultiplications: 100_000,
  cheapElements: 65_536,
  dearElements: 16_384,
};
const worthSharing = { ...measured };

/** Shares every job, however small (tests), or those worth it. */
export function share(what: "everything" | "what pays") {
  const factor = what === "everything" ? 0 : 1;
  worthSharing.multiplications = factor * measured.multiplications;
  worthSharing.blockMultiplications = factor * measured.blockMultiplications;
  worthSharing.cheapElements = factor * measured.cheapElements;
  worthSharing.dearElements = factor * measured.dearElements;
}

const dear = new Set<MapName>([
  "exp",
  "log",
  "log1p",
  "sigmoid",
  "tanh",
  "softplus",
  "bce",
  "bceGrad",
  "gaussian",
  "gaussianGrad",
  "affine",
  "affineGrad",
]);

/** Chunks a job is cut into: enough that neither thread waits long for the other. */
const chunksOf = (units: number, shared: boolean, least = 1) =>
  shared ? Math.max(least, Math.ceil(units / 24)) : units;

/** Runs an element-wise kernel over n elements: pointers (each with its step if it broadcasts), parameters. */
export function map(name: MapName, n: number, ...args: number[]) {
  if (n === 0) return;
  const shared = n >= (dear.has(name) ? worthSharing.dearElements : worthSharing.cheapElements);
  const units = Math.ceil(n / 8);
  if (!shared && !maps[name].broadcast && maps[name].parameters === 0) {
    kernels[name](...args, n);
    return;
  }
  threads.run(index.map[name], [n, ...args], units, chunksOf(units, shared));
}

/** A variable of an Adam step: its length, θ, m, v, g and where θ, m and v go. */
export type AdamEntry = readonly [number, number, number, number, number, number, number, number];

/** One step of Adam on all these variables: as few jobs as the job block has room for. */
export function adamStep(entries: readonly AdamEntry[], parameters: readonly number[]) {
  const most = Math.floor((mostNumbers - adamHeader) / adamEntry);
  for (let i = 0; i < entries.length; i += most) {
    const part = entries.slice(i, i + most), job = [...parameters, part.length];
    let units = 0;
    for (const entry of part) {
      units += Math.ceil(entry[0] / 8);
      job.push(...entry);
    }
    threads.run(index.adam, job, units, chunksOf(units, 8 * units >= worthSharing.dearElements));
  }
  freeWideRegisters();
}

/** Repeats the number at `address` over a vector, for a broadcasting kernel with step 0. */
export function repeated(address: number, operand: 0 | 1): number {
  const floats = heap.floats(), at = splats + 64 * operand;
  floats.fill(floats[address / 4], at / 4, at / 4 + 8);
  return at;
}

/** A matrix in row-major order, or the transpose of one. */
export interface Factor {
  readonly address: number;
  readonly transposed: boolean;
}

/** C (rows × columns) = op(A) op(B) + bias; op(A) is rows × depth. */
export function multiply(
  a: Factor,
  b: Factor,
  c: number,
  rows: number,
  columns: number,
  depth: number,
  bias = 0,
) {
  if (rows === 0 || columns === 0) return;
  if (rows <= 3 && columns >= 32 && !b.transposed && (!a.transposed || rows === 1 || depth === 1)) {
    thinProduct(a.address, b.address, c, rows, columns, depth, bias);
  } else panelProduct(a, b, c, rows, columns, depth, bias);
}

function panelProduct(
  a: Factor,
  b: Factor,
  c: number,
  rows: number,
  columns: number,
  depth: number,
  bias: number,
) {
  const work = rows * columns * depth;
  const width = tuner.begin(work);
  // Chunks of columns read all of A again: only where A is short enough to stay in the cache.
  const panels = Math.ceil(columns / width);
  const byColumns = rows < 1024 && (panels >= 8 || 32 * panels >= rows) ? 1 : 0;
  const units = byColumns === 1 ? panels : Math.ceil(rows / 4);
  const job = [a.address, 4 * (a.transposed ? rows : depth)];
  job.push(b.address, 4 * (b.transposed ? depth : columns), b.transposed ? 1 : 0);
  job.push(c, 4 * columns, rows, columns, depth, bias, width, byColumns, a.transposed ? 1 : 0);
  // Chunks of rows pack all of B again: none is shorter than 64 rows.
  const least = byColumns === 1 || worthSharing.multiplications === 0 ? 1 : 16;
  threads.run(index.multiply, job, units, chunksOf(units, work >= worthSharing.multiplications, least));
  tuner.end();
}

/** Up to three rows: each a combination of B's rows, without packing. */
function thinProduct(
  a: number,
  b: number,
  c: number,
  rows: number,
  columns: number,
  depth: number,
  bias: number,
) {
  const strips = columns >> 5, done = 32 * strips;
  for (let r = 0; r < rows; r++) {
    const to = c + 4 * r * columns;
    fillRow(to, bias, done);
    kernels.rowTimesMatrix(a + 4 * r * depth, 4, b, 4 * columns, to, depth, strips);
  }
  if (done < columns) {
    const job = [a, 4 * depth, b + 4 * done, 4 * columns, 0, c + 4 * done, 4 * columns, rows, columns - done];
    job.push(depth, bias === 0 ? 0 : bias + 4 * done, 8, 1, 0);
    const units = Math.ceil((columns - done) / 8);
    threads.run(index.multiply, job, units, units);
  }
}

/** y[0 … n) = bias, or 0 */
function fillRow(y: number, bias: number, n: number) {
  const floats = heap.floats();
  if (bias === 0) floats.fill(0, y / 4, y / 4 + n);
  else kernels.copyRows(bias, 0, y, 0, n, 1);
}

/** y (columns × rows) = xᵀ, x rows × columns */
export function transpose(x: number, y: number, rows: number, columns: number) {
  if (rows === 0 || columns === 0) return;
  const units = Math.ceil(rows / 4), shared = rows * columns >= worthSharing.cheapElements;
  threads.run(index.transpose, [x, 4 * columns, y, 4 * rows, rows, columns], units, chunksOf(units, shared));
}

/** y[r] = Σᵢ x[r, i] / divisor */
export function sumRows(x: number, rows: number, n: number, y: number, divisor = 1) {
  const shared = rows * n >= worthSharing.cheapElements;
  threads.run(index.rowSums, [x, n, y, divisor], rows, chunksOf(rows, shared));
}

/** Elements of a block of rows whose terms stay in the cache. */
const cachedElements = 8192;

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}) over row r of x and l */
export function crossEntropy(x: number, logits: number, rows: number, n: number, y: number) {
  if (rows === 0) return;
  const block = Math.max(1, Math.floor(cachedElements / Math.max(1, n))), blocks = Math.ceil(rows / block);
  const bytes = 64 * Math.ceil(4 * block * n / 64 + 1);
  borrow(2 * bytes, (terms) => {
    const job = [x, logits, n, rows, block, y, terms, bytes];
    threads.run(index.crossEntropy, job, blocks, chunksOf(blocks, rows * n >= worthSharing.dearElements));
  });
}

/** y[j] = Σ_r x[r, j] / divisor */
export function sumColumns(x: number, rows: number, n: number, y: number, divisor = 1) {
  const units = Math.ceil(n / 16), shared = rows * n >= worthSharing.cheapElements;
  threads.run(index.columnSums, [x, 4 * n, rows, n, y, divisor], units, chunksOf(units, shared));
}

/** y[j] = Σ_r x[r, j] of few rows that lie `stride` bytes apart. */
export function sumBlocks(x: number, stride: number, rows: number, n: number, y: number) {
  if (rows === 0) kernels.fill(y, n, 0);
  else kernels.columnSums(x, stride, rows, n, y, 1);
}

/** A program whose units are blocks of rows, shared when it has enough multiplications. */
export function runBlocks(program: number, job: readonly number[], blocks: number, multiplications: number) {
  threads.run(
    program,
    job,
    blocks,
    multiplications >= worthSharing.blockMultiplications ? 1 : Math.max(1, blocks),
  );
}

/** A row kernel on every row of x; `yStride`: bytes of result a row. */
export function onRows(
  name: "rowMaxima" | "softmaxRows" | "logSumExpRows",
  x: number,
  rows: number,
  n: number,
  y: number,
  yStride: number,
) {
  const cost = name === "rowMaxima" ? worthSharing.cheapElements : worthSharing.dearElements;
  threads.run(index[name], [x, n, y, yStride], rows, chunksOf(rows, rows * n >= cost));
}

/** The panel width of a product that the tuner does not watch. */
export const panelWidth = (): Width => tuner.width();
