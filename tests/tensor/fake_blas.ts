import { type openProducts, release } from "lib/math/native.ts";

type Open = NonNullable<Parameters<typeof openProducts>[1]>;

/** A row-major product in plain loops on a view of the numbers: what a library's sgemm and dgemm do. */
export function loops(
  [, opA, opB, m, n, k]: readonly number[],
  [A, lda, B, ldb, beta, C, ldc]: readonly [
    (i: number) => number,
    number,
    (i: number) => number,
    number,
    number,
    { get(i: number): number; set(i: number, x: number): void },
    number,
  ],
) {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum += A(opA === 112 ? l * lda + i : i * lda + l) * B(opB === 112 ? j * ldb + l : l * ldb + j);
      }
      C.set(i * ldc + j, sum + (beta === 0 ? 0 : beta * C.get(i * ldc + j)));
    }
  }
}

/** What a call reads and writes, in bytes of the memory: from, to. */
export type Span = readonly [from: number, to: number];

/**
 * A library in TypeScript, on this memory: `seen` gets the three ranges of every call before anything is touched.
 */
export function fakeBlas(
  memory: WebAssembly.Memory,
  { name = `OpenBLAS ${release} fake`, threads = 1, seen = (_: readonly Span[]) => {} } = {},
) {
  const base = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(memory.buffer))));
  const text = new TextEncoder().encode(`${name}\0`),
    opened: { path: string; names: string[]; env: string }[] = [];
  const sgemm = (...args: number[]) => {
    const floats = new Float32Array(memory.buffer),
      [, opA, opB, m, n, k, , a, lda, b, ldb, beta, c, ldc] = args;
    const [A, B, C] = [a, b, c].map((at) => (at - base) / 4);
    const span = (at: number, rows: number, columns: number, ld: number): Span => [
      4 * at,
      4 * (at + (rows - 1) * ld + columns),
    ];
    seen([
      opA === 112 ? span(A, k, m, lda) : span(A, m, k, lda),
      opB === 112 ? span(B, n, k, ldb) : span(B, k, n, ldb),
      span(C, m, n, ldc),
    ]);
    const target = {
      get: (i: number) => floats[C + i],
      set: (i: number, x: number) => void (floats[C + i] = x),
    };
    loops(args, [(i) => floats[A + i], lda, (i) => floats[B + i], ldb, beta, target, ldc]);
  };
  // deno-lint-ignore no-explicit-any
  const dgemm = (...args: any[]) => {
    const [, , , , , , , a, lda, b, ldb, beta, c, ldc] = args;
    const target = { get: (i: number) => c[i], set: (i: number, x: number) => void (c[i] = x) };
    loops(args, [(i) => a[i], lda, (i) => b[i], ldb, beta, target, ldc]);
  };
  const open = ((path: string, symbols: Record<string, { name?: string }>) => {
    const names = Object.entries(symbols).map(([key, { name }]) => name ?? key);
    opened.push({ path, names, env: JSON.stringify(Deno.env.toObject()) });
    const own = { config: () => Deno.UnsafePointer.of(text), setThreads: () => {}, threads: () => threads };
    return { symbols: { ...own, sgemm, dgemm }, close() {} };
  }) as unknown as Open;
  return { open, opened };
}
