import { assemble, freeWideRegisters, joinsOperations } from "../wasm.ts";
import { heapAt, multiplyFunction, multiplyName, type TileHeight, type Transposed } from "./multiply.ts";
import {
  columnSumsFunction,
  combineFunction,
  combineName,
  dotsFunction,
  entriesFunction,
  mostTerms,
} from "./vectors.ts";

type Kernel = (...numbers: number[]) => void;

const pages = { minimum: 16, maximum: 65536, shared: false }, pageSize = 65536;

/** The one memory that all flat matrices live in; its first bytes are the kernels' own. */
let memory: WebAssembly.Memory | undefined;
let view = new Float64Array(0);
let top = heapAt;

function instantiate(functions: Parameters<typeof assemble>[0]): Record<string, Kernel> {
  memory ??= new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum });
  const module = new WebAssembly.Module(assemble(functions, pages));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Kernel>;
}

/** The height of tiles that suits this V8. */
export const tileHeight: TileHeight = joinsOperations() ? 4 : 2;

/** By height, kind of product and depth. */
const multiplying: Record<TileHeight, Record<Transposed, Kernel[]>> = {
  2: { plain: [], left: [], right: [] },
  4: { plain: [], left: [], right: [] },
};

/** The kernel of one kind of product and depth; made when first wanted. */
export function multiplyKernel(transposed: Transposed, depth: number, height = tileHeight): Kernel {
  const known = multiplying[height][transposed];
  return known[depth] ??= instantiate([multiplyFunction(transposed, depth, height)])[multiplyName];
}

interface VectorKernels {
  /** By the number of terms. */
  readonly combine: readonly Kernel[];
  readonly columnSums: Kernel;
  readonly dots: Kernel;
  readonly entries: Kernel;
}

let vectors: VectorKernels | undefined;

/** The kernels that go over a matrix once; made when first wanted. */
export function vectorKernels(): VectorKernels {
  if (vectors !== undefined) return vectors;
  const counts = Array.from({ length: mostTerms }, (_, i) => i + 1);
  const others = [columnSumsFunction(), dotsFunction(), entriesFunction()];
  const made = instantiate([...counts.map(combineFunction), ...others]);
  const combine = [0, ...counts].map((terms) => made[combineName(terms)]);
  return vectors = { combine, columnSums: made.columnSums, dots: made.dots, entries: made.entries };
}

/** The memory as numbers: index = address / 8. Ask again after every allocation, growth makes a new view. */
export const numbers = (): Float64Array => view;

/** The address of so many bytes (a multiple of 64), holding anything, to be used until the frame ends. */
export function allocate(bytes: number): number {
  const at = top;
  if (at + bytes > view.byteLength) enlarge(at + bytes);
  top = at + bytes;
  return at;
}

function enlarge(bytes: number): void {
  memory ??= new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum });
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageSize);
  try {
    if (missing > 0) memory.grow(missing);
  } catch (cause) {
    throw new RangeError(`Cannot hold matrices: expected no more than 4 GB of them, got ${bytes} bytes`, {
      cause,
    });
  }
  view = new Float64Array(memory.buffer);
}

/**
 * What `work` returns; all that it allocated is free again afterwards.
 *
 * Frames nest, and end in the reverse order: `work` must be synchronous, and hand out no flat matrix.
 */
export function frame<R>(work: () => R): R {
  const mark = top;
  try {
    return work();
  } finally {
    top = mark;
    freeWideRegisters();
  }
}
