import { type Products, products, type Sgemm } from "../../math/native.ts";
import { assemble, joinsOperations } from "../../math/wasm.ts";
import { biasOf, edgeOf, pages, panelOf, splatOf, stageOf, tileOf } from "../layout.ts";
import { mapBuilders } from "./elementwise.ts";
import { packFunctions, tileFunctions, tileRows, type Width } from "./gemm.ts";
import { moveBuilders } from "./moves.ts";
import { rowBuilders } from "./rows.ts";

export type Kernel = (...args: number[]) => void;
const builders = { ...mapBuilders, ...rowBuilders, ...moveBuilders };
export type PlainName = keyof typeof builders;

/** The product's kernels for one panel width. */
export interface PanelKernels {
  readonly width: Width;
  /**
   * The kernels of a K-block of this length for tiles of 4, 2, 1 rows; `turned`: for a transposed A. They are
   * generated when they are first wanted: few programs need all, and each costs memory.
   */
  tiles(k: number, turned: boolean): readonly Kernel[];
  readonly packRows: Kernel;
  readonly packTransposed: Kernel;
  readonly packAny: Kernel;
}

/** The kernels of one thread, by name. Addresses and strides in bytes, counts in elements. */
export type Kernels = ReturnType<typeof compileKernels>;

/** Compiles the kernels for `thread`, whose panel lies at an address of its own, on the shared memory. */
export function compileKernels(memory: WebAssembly.Memory, thread: number) {
  const at = { panel: panelOf(thread), tile: tileOf(thread) },
    stage = joinsOperations() ? stageOf(thread) : 0;
  const instantiate = (functions: Parameters<typeof assemble>[0]) => {
    const module = new WebAssembly.Module(assemble(functions, pages));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Kernel>;
  };
  const generatePanel = (width: Width): PanelKernels => {
    const { packRows, packTransposed, packAny } = instantiate(packFunctions(width, at));
    const made: (readonly Kernel[] | undefined)[][] = [[], []];
    const generate = (k: number, turned: boolean) => {
      const kernels = instantiate(tileFunctions(k, width, at, turned));
      return made[+turned][k] = tileRows.map((rows) => kernels[`rows${rows}`]);
    };
    const tiles = (k: number, turned: boolean) => made[+turned][k] ?? generate(k, turned);
    return { width, tiles, packRows, packTransposed, packAny };
  };
  const panels: Partial<Record<Width, PanelKernels>> = {};
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
