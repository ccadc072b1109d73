import { advance, assemble, type Code, defineFunction, f64x2, i32, loopWhile, v128 } from "./wasm.ts";

type Rows = readonly (readonly number[])[];

const pages = { minimum: 16, maximum: 65536, shared: false };
const pageSize = 65536;

/**
 * C[4 rows, 4 columns] = Σ_k A[row, k] B[k, columns] for `tiles` tiles of four rows of A: eight sums of two
 * doubles stay in registers. B comes as one panel (k × 4), A and C in row-major order, strides in bytes.
 */
const panelKernel = defineFunction(
  "panel",
  [["a", "i32"], ["lda", "i32"], ["b", "i32"], ["c", "i32"], ["ldc", "i32"], ["k", "i32"], ["tiles", "i32"]],
  (p, f) => {
    const rows = [0, 1, 2, 3].map(() => f.local("i32"));
    const sums = rows.map(() => [f.local("v128"), f.local("v128")]);
    const [left, right, x] = [f.local("v128"), f.local("v128"), f.local("v128")];
    const [b, count, to] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const step: Code = [
      [left.set(v128.load(0, b.value)), right.set(v128.load(16, b.value))],
      rows.map((row, r) => [
        x.set(v128.splat64(0, row.value)),
        sums[r][0].set(f64x2.madd(x.value, left.value, sums[r][0].value)),
        sums[r][1].set(f64x2.madd(x.value, right.value, sums[r][1].value)),
        advance(row, i32.const(8)),
      ]),
      advance(b, i32.const(32)),
    ];
    return loopWhile(
      p.tiles.value,
      rows.map((row, r) => row.set(r === 0 ? p.a.value : i32.add(rows[r - 1].value, p.lda.value))),
      sums.map((pair) => pair.map((sum) => sum.set(v128.const(0)))),
      [b.set(p.b.value), count.set(p.k.value), to.set(p.c.value)],
      loopWhile(count.value, step, advance(count, i32.const(-1))),
      sums.map(([first, second]) => [
        v128.store(0, to.value, first.value),
        v128.store(16, to.value, second.value),
        advance(to, p.ldc.value),
      ]),
      [p.a.set(i32.add(p.a.value, i32.shl(p.lda.value, i32.const(2))))],
      [p.c.set(i32.add(p.c.value, i32.shl(p.ldc.value, i32.const(2))))],
      advance(p.tiles, i32.const(-1)),
    );
  },
);

type Kernel = (a: number, lda: number, b: number, c: number, ldc: number, k: number, tiles: number) => void;

let engine: { memory: WebAssembly.Memory; numbers: Float64Array; kernel: Kernel } | undefined;

/** The kernel and at least `bytes` of its memory, made when first wanted. */
function ready(bytes: number): { numbers: Float64Array; kernel: Kernel } {
  if (engine === undefined) {
    const memory = new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum });
    const module = new WebAssembly.Module(assemble([panelKernel], pages));
    const { panel } = new WebAssembly.Instance(module, { env: { memory } }).exports;
    engine = { memory, numbers: new Float64Array(memory.buffer), kernel: panel as Kernel };
  }
  const missing = bytes - engine.numbers.byteLength;
  if (missing > 0) {
    engine.memory.grow(Math.ceil(missing / pageSize));
    engine.numbers = new Float64Array(engine.memory.buffer);
  }
  return engine;
}

/** Multiplications from which copying the matrices in and out pays (measured: 8³ already does). */
export const worthwhile = 1000;

/**
 * A B in float64 by 128-bit SIMD, 4 × 4 tiles: what `product` does for matrices that are worth it.
 *
 * Sums run in the order of k, as in the plain loop, each term rounded once where the machine has a fused
 * multiply-add: results differ from the loop's by rounding.
 *
 * @param A m × k, well formed
 * @param B k × n, well formed
 */
export function dgemm(A: Rows, B: Rows): number[][] {
  const m = A.length, k = B.length, n = B[0].length;
  const tiles = Math.ceil(m / 4), panels = Math.ceil(n / 4);
  const atB = 4 * tiles * k, atC = atB + 4 * panels * k;
  const { numbers, kernel } = ready(8 * (atC + 16 * tiles * panels + 16));
  numbers.fill(0, m * k, atB);
  for (let i = 0, at = 0; i < m; i++) {
    const row = A[i];
    for (let j = 0; j < k; j++) numbers[at++] = row[j];
  }
  for (let i = 0; i < k; i++) {
    const row = B[i];
    for (let p = 0, at = atB + 4 * i; p < panels; p++, at += 4 * k) {
      for (let j = 0; j < 4; j++) numbers[at + j] = 4 * p + j < n ? row[4 * p + j] : 0;
    }
  }
  const ldc = 4 * panels;
  for (let p = 0; p < panels; p++) {
    kernel(0, 8 * k, 8 * (atB + 4 * p * k), 8 * (atC + 4 * p), 8 * ldc, k, tiles);
  }
  return A.map((_, i) => {
    const row = new Array<number>(n);
    for (let j = 0, at = atC + i * ldc; j < n; j++) row[j] = numbers[at++];
    return row;
  });
}
