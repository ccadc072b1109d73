/**
 * Products by OpenBLAS, for whoever asks (lib/tensor's `useNativeProducts`): OpenBLAS adds in an order that depends
 * on the processor, so nothing whose digits are printed or graded uses it.
 */

/** The release of PyPI's scipy-openblas32 that set-up installs and that is accepted; 0.3.34 is OpenBLAS's own number. */
export const release = "0.3.34.481.3";

/** Where this variable is set nothing is native: notebooks that are run to be graded, printed or compared. */
export const forbidden = "COURSE_NO_NATIVE";

const [rowMajor, plain, turned] = [101, 111, 112];

const i32 = "i32", address = "usize", numbers = "buffer";
const gemm = (name: string, scale: "f32" | "f64", at: "usize" | "buffer") => ({
  name,
  parameters: [i32, i32, i32, i32, i32, i32, scale, at, i32, at, i32, scale, at, i32],
  result: "void",
} as const);

/** What is called of a library: Accelerate has the products only, under their plain names. */
const symbolsOf = (prefix: string) => ({
  sgemm: gemm(`${prefix}cblas_sgemm`, "f32", address),
  dgemm: gemm(`${prefix}cblas_dgemm`, "f64", numbers),
} as const);
const ownSymbols = {
  config: { name: "scipy_openblas_get_config", parameters: [], result: "pointer" },
  setThreads: { name: "scipy_openblas_set_num_threads", parameters: [i32], result: "void" },
  threads: { name: "scipy_openblas_get_num_threads", parameters: [], result: i32 },
} as const;

/** A matrix in memory, row by row: where it begins, where its block ends, numbers from a row to the next, its shape. */
export interface Block {
  readonly at: number;
  readonly end: number;
  readonly ld: number;
  readonly rows: number;
  readonly columns: number;
  readonly turned?: boolean;
}

/** C = op(A) op(B) + β C in float32; every address is checked before the call. */
export type Sgemm = (a: Block, b: Block, c: Block, beta: 0 | 1) => void;

export interface Products {
  readonly name: string;
  readonly path: string;
  /** Products of matrices that lie in this memory, by their addresses in it. */
  over(memory: WebAssembly.Memory): Sgemm;
  /** C = op(A) op(B) in float64, as new numbers row by row. */
  dgemm(A: Rows, B: Rows, turnA: boolean, turnB: boolean): number[][];
}
type Rows = readonly (readonly number[])[];

/** @throws RangeError unless the block holds the matrix: a product that runs over it would overwrite its neighbours */
function expectInside(name: string, { at, end, ld, rows, columns }: Block, memory: WebAssembly.Memory) {
  const last = at + 4 * ((rows - 1) * ld + columns);
  const sizes = [at, end, ld, rows, columns].every((n) => Number.isInteger(n) && n > 0) && ld < 2 ** 31;
  if (sizes && at % 4 === 0 && ld >= columns && last <= end && end <= memory.buffer.byteLength) return;
  throw new RangeError(
    `Cannot multiply by the native library: expected ${name} inside its block, got ${rows} × ${columns} numbers, ` +
      `${ld} a row, at ${at} in a block that ends at ${end}`,
  );
}

type Open = typeof Deno.dlopen;

/**
 * Opens the library: one thread of its own (each of our threads calls it), its kernels by the processor and not by
 * what OPENBLAS_CORETYPE says.
 *
 * @param path OpenBLAS of this very release, or macOS's Accelerate
 * @throws Error for a file that is no such library, another version, more than one thread
 */
export function openProducts(path: string, open: Open = Deno.dlopen): Products {
  const isAccelerate = path.endsWith("/Accelerate");
  const settings = Object.entries(Deno.env.toObject()).filter(([name]) => /^(OPENBLAS|GOTO)_/.test(name));
  settings.forEach(([name]) => Deno.env.delete(name));
  const one = isAccelerate ? "VECLIB_MAXIMUM_THREADS" : "OPENBLAS_NUM_THREADS";
  Deno.env.set(one, "1");
  let name = "Accelerate";
  try {
    if (!isAccelerate) {
      const { config, setThreads, threads } = open(path, ownSymbols).symbols, text = config();
      name = text === null ? "a library without a name" : Deno.UnsafePointerView.getCString(text);
      if (!name.startsWith(`OpenBLAS ${release} `)) {
        throw new Error(`expected OpenBLAS ${release}, got ${name}`);
      }
      setThreads(1);
      if (threads() !== 1) throw new Error(`expected one thread, got ${threads()}`);
    }
    const { sgemm, dgemm } = open(path, symbolsOf(isAccelerate ? "" : "scipy_")).symbols;
    return {
      name,
      path,
      over: (memory) => boundTo(memory, sgemm as unknown as Call<number>),
      dgemm: float64(dgemm),
    };
  } finally {
    Deno.env.delete(one);
    settings.forEach(([name, value]) => Deno.env.set(name, value));
  }
}

type Shape = [order: number, opA: number, opB: number, rows: number, columns: number, depth: number];
type Operands<At> = [alpha: number, a: At, lda: number, b: At, ldb: number, beta: number, c: At, ldc: number];
type Call<At> = (...args: [...Shape, ...Operands<At>]) => void;

function boundTo(memory: WebAssembly.Memory, call: Call<number>): Sgemm {
  // A shared memory grows where it lies.
  const base = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(memory.buffer))));
  return (a, b, c, beta) => {
    expectInside("A", a, memory);
    expectInside("B", b, memory);
    expectInside("C", c, memory);
    const depth = a.turned ? a.rows : a.columns;
    if (
      (a.turned ? a.columns : a.rows) !== c.rows || (b.turned ? b.rows : b.columns) !== c.columns ||
      (b.turned ? b.columns : b.rows) !== depth
    ) throw new RangeError("Cannot multiply by the native library: expected shapes that fit");
    const [opA, opB] = [a, b].map((x) => x.turned ? turned : plain);
    call(
      ...[rowMajor, opA, opB, c.rows, c.columns, depth] as const,
      ...[1, base + a.at, a.ld, base + b.at, b.ld, beta, base + c.at, c.ld] as const,
    );
  };
}

const float64 = (call: Call<Float64Array<ArrayBuffer>>): Products["dgemm"] => (A, B, turnA, turnB) => {
  // Loops: `set` and `Array.from` take longer than the product.
  const packed = (M: Rows) => {
    const n = M[0].length, all = new Float64Array(M.length * n);
    for (let i = 0, at = 0; i < M.length; i++) for (let j = 0; j < n; j++) all[at++] = M[i][j];
    return all;
  };
  const [rows, depth] = turnA ? [A[0].length, A.length] : [A.length, A[0].length];
  const columns = turnB ? B.length : B[0].length;
  if ((turnB ? B[0].length : B.length) !== depth) {
    throw new RangeError("Cannot multiply: expected shapes that fit");
  }
  const C = new Float64Array(rows * columns), [opA, opB] = [turnA, turnB].map((t) => t ? turned : plain);
  call(
    ...[rowMajor, opA, opB, rows, columns, depth] as const,
    ...[1, packed(A), A[0].length, packed(B), B[0].length, 0, C, columns] as const,
  );
  return Array.from({ length: rows }, (_, i) => {
    const row = new Array<number>(columns).fill(0);
    for (let j = 0; j < columns; j++) row[j] = C[i * columns + j];
    return row;
  });
};

let inUse: Products | undefined;

/** The library in use, if one is. */
export const products = (): Products | undefined => inUse;

/** From now on this thread's large products are this library's, or, with none, our own. */
export const setProducts = (chosen: Products | undefined): void => void (inUse = chosen);
