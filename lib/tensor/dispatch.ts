import { products } from "../math/native.ts";
import { joinsOperations } from "../math/wasm.ts";
import { splats } from "./layout.ts";
import { makeHeap } from "./heap.ts";
import { compileKernels, type Kernels, type PlainName } from "./kernels/mod.ts";
import { type MapName, maps } from "./kernels/elementwise.ts";
import type { Width } from "./kernels/gemm.ts";
import { index } from "./programs.ts";
import { startThreads, type Threads } from "./threads.ts";
import { perform, recording } from "./recording.ts";

/** The one heap, and both threads; what they run is remembered where a step is being recorded. */
export const heap = makeHeap();
const own = compileKernels(heap.memory, 0), both = startThreads(heap.memory, own);
export const threads: Threads = {
  ...both,
  run: (program, numbers, total, grain) => {
    if (recording() === undefined) both.run(program, numbers, total, grain);
    else {perform(`program ${program}`, [...numbers, total, grain], () =>
        both.run(program, numbers, total, grain));}
  },
};

/** This thread's kernels, remembered likewise. */
export const kernels: Pick<Kernels, PlainName> = Object.fromEntries(
  (Object.keys(own) as PlainName[]).map((name) => [name, (...args: number[]) => {
    if (recording() === undefined) own[name](...args);
    else perform(name, args, () => own[name](...args));
  }]),
) as Pick<Kernels, PlainName>;

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

const dear = new Set<MapName>(["exp", "log", "log1p", "sigmoid", "tanh", "softplus", "adam"]);

/** Chunks a job is cut into: enough that neither thread waits long for the other. */
const chunksOf = (units: number, shared: boolean, least = 1) =>
  shared ? Math.max(least, Math.ceil(units / 24)) : units;

/** Runs an element-wise kernel over n elements: pointers (each with its step if it broadcasts), parameters. */
export function map(name: MapName, n: number, ...args: number[]) {
  if (n === 0) return;
  const shared = pays(n, dear.has(name) ? "dearElements" : "cheapElements");
  const units = Math.ceil(n / 8);
  if (!shared && !maps[name].broadcast && maps[name].parameters === 0) {
    kernels[name](...args, n);
    return;
  }
  threads.run(index.map[name], [n, ...args], units, chunksOf(units, shared));
}

/** Repeats the number at `address` over a vector, for a broadcasting kernel with step 0. */
export function repeated(address: number): number {
  perform("repeated", [address], () => {
    const floats = heap.floats();
    floats.fill(floats[address / 4], splats / 4, splats / 4 + 8);
  });
  return splats;
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
    const along = Math.max(rows, columns), blocks = work >= worthCutting ? 4 : 1;
    const size = 16 * Math.ceil(along / blocks / 16),
      job = [a, b].flatMap((f) => [f.address, f.end, +f.transposed]);
    job.push(c, end, rows, columns, depth, bias, size, +(columns >= rows));
    return threads.run(index.nativeMultiply, job, Math.ceil(along / size), 1);
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
  threads.run(index.multiply, job, units, chunksOf(units, pays(work, "multiplications"), least));
}

/** y (columns × rows) = xᵀ, x rows × columns */
export function transpose(x: number, y: number, rows: number, columns: number) {
  if (rows === 0 || columns === 0) return;
  const units = Math.ceil(rows / 4), shared = pays(rows * columns, "cheapElements");
  threads.run(index.transpose, [x, 4 * columns, y, 4 * rows, rows, columns], units, chunksOf(units, shared));
}

/** y[r] = Σᵢ x[r, i] / divisor */
export function sumRows(x: number, rows: number, n: number, y: number, divisor = 1) {
  const shared = pays(rows * n, "cheapElements");
  threads.run(index.rowSums, [x, n, y, divisor], rows, chunksOf(rows, shared));
}

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}) over row r of x and l */
export function crossEntropy(x: number, logits: number, rows: number, n: number, y: number) {
  const shared = pays(rows * n, "dearElements");
  threads.run(index.crossEntropy, [x, logits, n, y], rows, chunksOf(rows, shared));
}

/** y[j] = Σ_r x[r, j] / divisor */
export function sumColumns(x: number, rows: number, n: number, y: number, divisor = 1) {
  if (n === 0) return;
  const units = Math.ceil(n / 16), shared = pays(rows * n, "cheapElements");
  threads.run(index.columnSums, [x, 4 * n, rows, n, y, divisor], units, chunksOf(units, shared));
}

/** y[r] = maxᵢ x[r, i] */
export function maxRows(x: number, rows: number, n: number, y: number) {
  threads.run(index.rowMaxima, [x, n, y], rows, chunksOf(rows, pays(rows * n, "cheapElements")));
}
