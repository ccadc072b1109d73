import { assemble } from "../../math/wasm.ts";
import { biasOf, edgeOf, pages, panelOf, tileOf } from "../layout.ts";
import { mapFunctions, type MapName } from "./elementwise.ts";
import { blockName, blockSizes, gemmFunctions, sharedGemmFunctions, tileRows, type Width } from "./gemm.ts";
import { rowFunctions } from "./rows.ts";

export type Kernel = (...args: number[]) => void;
type PackName = `packRows${Width}` | `packTransposed${Width}` | `packAny${Width}`;
type PlainName =
  | MapName
  | "rowTimesMatrix"
  | "rowSums"
  | "rowMaxima"
  | "softmaxRows"
  | "logSumExpRows"
  | "columnSums"
  | "copyRows"
  | "transpose4"
  | "scatterRows";

/** Activations by their number in a job: the kernel, and the one that turns dy into dx from the values. */
export const activationKernels = [
  undefined,
  { forward: "relu", backward: "reluGrad" },
  { forward: "sigmoid", backward: "sigmoidGrad" },
  { forward: "tanh", backward: "tanhGrad" },
] as const;

/**
 * The product's kernels for one panel width: `blocks[k][i]` takes tiles of 4, 2, 1 rows (i = 0, 1, 2);
 * `turned` is the same for a transposed A.
 */
export interface PanelKernels {
  readonly width: Width;
  readonly blocks: readonly (readonly Kernel[])[];
  readonly turned: readonly (readonly Kernel[])[];
  readonly packRows: Kernel;
  readonly packTransposed: Kernel;
  readonly packAny: Kernel;
}

/** The kernels of one thread, by name. Addresses and strides in bytes, counts in elements. */
export type Kernels = Readonly<Record<PlainName, Kernel>> & {
  readonly thread: number;
  /** Where this thread's bias and edge of C lie. */
  readonly bias: number;
  readonly edge: number;
  panel(width: Width): PanelKernels;
};

/** Compiles the kernels for `thread`, whose panel lies at an address of its own, on the shared memory. */
export function compileKernels(memory: WebAssembly.Memory, thread: number): Kernels {
  const at = { panel: panelOf(thread), bias: biasOf(thread), tile: tileOf(thread) };
  const instantiate = (functions: Parameters<typeof assemble>[0]) => {
    const module = new WebAssembly.Module(assemble(functions, pages));
    return new WebAssembly.Instance(module, { env: { memory } }).exports;
  };
  const panels = new Map<Width, PanelKernels>();
  const panel = (width: Width): PanelKernels => {
    const known = panels.get(width);
    if (known !== undefined) return known;
    const kernels = instantiate(gemmFunctions(width, at)) as unknown as Record<PackName | string, Kernel>;
    const blocksOf = (turned: boolean) => {
      const blocks: Kernel[][] = [];
      for (const k of blockSizes) {
        blocks[k] = tileRows.map((rows) => kernels[blockName(k, rows, width, turned)]);
      }
      return blocks;
    };
    const made: PanelKernels = {
      width,
      blocks: blocksOf(false),
      turned: blocksOf(true),
      packRows: kernels[`packRows${width}`],
      packTransposed: kernels[`packTransposed${width}`],
      packAny: kernels[`packAny${width}`],
    };
    panels.set(width, made);
    return made;
  };
  const plain = instantiate([...mapFunctions(), ...rowFunctions(), ...sharedGemmFunctions()]);
  return {
    ...plain as unknown as Record<PlainName, Kernel>,
    thread,
    bias: at.bias,
    edge: edgeOf(thread),
    panel,
  };
}
