import { type Products, products, type Sgemm } from "../../math/native.ts";
import { assemble, joinsOperations } from "../../math/wasm.ts";
import { biasOf, edgeOf, pages, splatOf, stageOf } from "../layout.ts";
import { mapBuilders } from "./elementwise.ts";
import { packBuilders, tileFunction, tileRows, type Width } from "./gemm.ts";
import { moveBuilders } from "./moves.ts";
import { rowBuilders } from "./rows.ts";

export type Kernel = (...args: number[]) => void;
const builders = { ...mapBuilders, ...rowBuilders, ...moveBuilders };
export type PlainName = keyof typeof builders;

/** The kernels of one thread, by name. Addresses and strides in bytes, counts in elements. */
export type Kernels = ReturnType<typeof compileKernels>;

/** The product's kernels for one panel width. */
export type PanelKernels = ReturnType<Kernels["panel"]>;

/** Compiles the kernels for `thread`, whose panel lies at an address of its own, on the shared memory. */
export function compileKernels(memory: WebAssembly.Memory, thread: number) {
  const stage = joinsOperations() ? stageOf(thread) : 0;
  const instantiate = (functions: Parameters<typeof assemble>[0]) => {
    const module = new WebAssembly.Module(assemble(functions, pages));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Kernel>;
  };
  const generatePanel = (width: Width) => {
    const { packRows, packTransposed, packAny } = instantiate(packBuilders.map((of) => of(width, thread)));
    const made: (readonly Kernel[])[][] = [[], []];
    const generate = (k: number, turned: boolean) =>
      Object.values(instantiate(tileRows.map((rows) => tileFunction(k, rows, width, thread, turned))));
    /**
     * The kernels of a K-block of this length for tiles of 4, 2, 1 rows; `turned`: for a transposed A. They are
     * generated when they are first wanted: few programs need all, and each costs memory.
     */
    const tiles = (k: number, turned: boolean) => made[+turned][k] ??= generate(k, turned);
    return { width, tiles, packRows, packTransposed, packAny };
  };
  const panels: Partial<Record<Width, ReturnType<typeof generatePanel>>> = {};
  // Each is generated when it is first called: a cell uses a few of them, and each costs time and memory.
  const plain = {} as Record<PlainName, Kernel>;
  for (const name of Object.keys(builders) as PlainName[]) {
    plain[name] = (...args) => {
      kernels[name] = instantiate([builders[name](stage)])[name];
      kernels[name](...args);
    };
  }
  let library: Products | undefined, bound: Sgemm;
  const sgemm: Sgemm = (a, b, c, beta) => {
    const now = products() as Products;
    if (now !== library) [library, bound] = [now, now.over(memory)];
    bound(a, b, c, beta);
  };
  const kernels = {
    ...plain,
    thread,
    /** The n numbers at this address. */
    floats: (address: number, n: number) => new Float32Array(memory.buffer, address, n),
    doubles: (address: number, n: number) => new Float64Array(memory.buffer, address, n),
    /** Where this thread's bias and edge of C lie, and a number that it repeats. */
    bias: biasOf(thread),
    edge: edgeOf(thread),
    splat: splatOf(thread),
    panel: (width: Width) => panels[width] ??= generatePanel(width),
    /** The native library's product, where one is in use. */
    sgemm,
  };
  return kernels;
}
