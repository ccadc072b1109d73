import {
  type backend_util,
  type DataType,
  getKernel,
  getKernelsForBackend,
  type KernelFunc,
  registerBackend,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { freeWideRegisters } from "../math/wasm.ts";
import { heap } from "./dispatch.ts";
import { isCount, listed, refusal, refusing } from "./refusals.ts";
import { note, perform, recording, recordingInto, refuse, type Span } from "./recording.ts";

/** The name the backend is registered under. */
export const backendName = "show-your-work";

/** float32 numbers on the heap. tfjs-cpu's kernels see them as `values`, ours by their address. */
class HeapData {
  readonly dtype = "float32";
  complexTensorInfos: undefined;
  private view: Float32Array | undefined;
  constructor(readonly address: number, readonly length: number, public refCount: number) {}
  get values(): Float32Array {
    return this.view ??= new Float32Array(heap.memory.buffer, this.address, this.length);
  }
  /** Gives the block back: at once, or after the running kernel when that may still hold the view. */
  release() {
    if (this.view !== undefined && generalKernels > 0) graveyard.push(this);
    else heap.release(this.address, 4 * this.length);
  }
}

/** tfjs-cpu's kernels that are running now (they call one another), and what they have disposed of. */
let generalKernels = 0;
const graveyard: HeapData[] = [];

/**
 * tfjs-cpu's kernel, safe on a heap: it may read a tensor's array after it has disposed of the tensor, so
 * blocks are given back when the outermost kernel ends.
 */
function onSharedHeap(kernelName: string, kernelFunc: KernelFunc): KernelFunc {
  const safe: KernelFunc = (params) => {
    generalKernels++;
    try {
      return kernelFunc(params);
    } finally {
      if (--generalKernels === 0) { for (const data of graveyard.splice(0)) data.release(); }
    }
  };
  return (params) => recording() === undefined ? safe(params) : recordGeneral(kernelName, safe, params);
}

/** Kernels whose results have a shape that depends on numbers: no place can be kept for them. */
const shapedByNumbers = /^(Unique|NonMaxSuppression|Sparse(FillEmptyRows|Reshape)|Ragged|String)/;

/** For JSON, which would write NaN and Infinity as null and −0 as 0. */
const exactly = (_: string, x: unknown) => typeof x === "number" ? Object.is(x, -0) ? "-0" : String(x) : x;

/** One of tfjs-cpu's kernels in a recorded step: it runs again on the same places, and its results go to the same. */
function recordGeneral(kernelName: string, kernelFunc: KernelFunc, params: Parameters<KernelFunc>[0]) {
  const backend = params.backend as FastBackend, names = Object.keys(params.inputs);
  const inputs = Object.values(params.inputs) as TensorInfo[];
  inputs.forEach((x) => x.dtype === "float32" ? backend.address(x) : note(x));
  const made = recordingInto(undefined, () => kernelFunc(params)), outputs = [made].flat();
  const odd = [...inputs, ...outputs].find((x) => !isWhole(x));
  if (odd !== undefined) {
    refuse(`it uses tensors of type ${odd.dtype} (in ${kernelName})`);
    return made;
  }
  if (shapedByNumbers.test(kernelName)) refuse(`${kernelName} gives shapes that depend on numbers`);
  const fresh = outputs.filter(({ dataId }) => inputs.every((x) => x.dataId !== dataId));
  fresh.forEach(({ dataId }) => recording()?.own.add(dataId));
  const [from, to] = [inputs, outputs].map((all) => all.map((x) => backend.place(x)));
  if (fresh.length === 0) return made;
  const shapes = from.map(({ shape, dtype }) => ({ shape, dtype }));
  // An array of integers is known by the constant or the kernel that made it: those are compared themselves.
  const numbers = [...from, ...to].map(({ at }) => typeof at === "number" ? at : at.length);
  recording()?.jobs.push({
    kind: kernelName,
    numbers: [JSON.stringify([params.attrs, shapes], exactly), ...numbers],
    spans: [...spansOf(from, false), ...spansOf(to, true)],
    ordered: true,
    run() {
      const again = from.map((place) => backend.borrowed(place)), ids = again.map(({ dataId }) => dataId);
      const byName = Object.fromEntries(names.map((name, i) => [name, again[i]]));
      const given = (Array.isArray(params.inputs) ? again : byName) as typeof params.inputs;
      [kernelFunc({ ...params, inputs: given })].flat().forEach((y, i) => {
        const values = backend.data.get(y.dataId).values as Float32Array, { at, shape } = to[i];
        if (values.length !== sizeOf(shape)) {
          throw refusal(`replay ${kernelName}`, `shape ${listed(shape)}`, listed(y.shape));
        }
        if (typeof at === "number") heap.floats().set(values, at / 4);
        else at.set(values);
        if (!ids.includes(y.dataId)) backend.disposeData(y.dataId);
      });
      for (const dataId of ids) backend.data.delete(dataId);
    },
  });
  return made;
}

/** Where a tensor's numbers lie, floats by their address, whole numbers and truth values as they are; and its shape. */
export interface Place {
  readonly at: number | Int32Array;
  readonly shape: number[];
  readonly dtype: DataType;
}

/** What a job that reads or writes these touches of the heap. */
export const spansOf = (places: readonly Place[], writes: boolean): Span[] =>
  places.flatMap(({ at, shape }) => typeof at === "number" ? [{ at, bytes: 4 * size(shape), writes }] : []);

/** @throws RangeError for a shape that is none */
function sizeOf(shape: readonly number[]): number {
  // A loop: `every` passes over what `new Array(2)` lacks.
  for (const d of shape) {
    if (isCount(d)) continue;
    throw refusal("make a tensor", "sizes that are whole and not negative", `shape ${listed(shape)}`);
  }
  return size(shape);
}

type Values = backend_util.BackendValues | undefined;

/** @throws RangeError unless there are as many values as the shape says */
function expectCount(values: Values, shape: readonly number[]) {
  const size = sizeOf(shape), length = values?.length ?? size;
  if (length === size) return;
  const got = `${length} (BigInts, tensors and other objects are no numbers)`;
  throw refusal(`make a tensor of shape ${listed(shape)}`, `${size} values`, got);
}

/** What the backend keeps of a tensor: floats on the heap, other values as they are. */
const entryOf = (values: Values, dtype: DataType, refCount: number) =>
  dtype === "float32" && values ? onHeap(values as ArrayLike<number>, refCount) : { values, dtype, refCount };

/** float32 numbers, copied onto the heap: the source may itself lie there (a slice of another tensor). */
function onHeap(values: ArrayLike<number>, refCount: number): HeapData {
  const address = heap.allocate(4 * values.length);
  heap.floats().set(values, address / 4);
  return new HeapData(address, values.length, refCount);
}

/** A float32 tensor just made, and where its numbers go. */
export interface Fresh extends TensorInfo {
  readonly address: number;
}

/** tfjs-cpu with float32 data on the shared heap. Other types stay as they are there. */
export class FastBackend extends MathBackendCPU {
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType) {
    expectCount(values, shape);
    const dataId = {}, entry = entryOf(values, dtype, 1);
    this.data.set(dataId, entry);
    recording()?.own.add(dataId);
    // A recorded step brings these numbers along: the same at each replay.
    if (recording() !== undefined && entry instanceof HeapData) {
      const { address } = entry, numbers = new Float32Array(entry.values);
      const spans = [{ at: address, bytes: 4 * numbers.length, writes: true }];
      perform("constant", [address, numbers], () => heap.floats().set(numbers, address / 4), { spans });
    } else if (recording() !== undefined) perform("constant", [values?.slice()], () => {}, { spans: [] });
    return dataId;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ) {
    expectCount(values, shape);
    refuse("it takes tensors from another backend");
    this.data.set(dataId, entryOf(values, dtype, refCount));
  }

  override readSync(dataId: object): backend_util.BackendValues {
    refuse("it reads the values of a tensor");
    const entry = this.data.get(dataId);
    return entry instanceof HeapData ? new Float32Array(entry.values) : super.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone && entry instanceof HeapData) entry.release();
    return gone;
  }

  override memory() {
    return { unreliable: false, reasons: [], heapBytes: heap.inUse() };
  }

  /** What the running kernels have reserved. */
  private readonly made: object[] = [];

  /** Runs a kernel; when it throws (no memory left, say) or gives nothing, what it reserved is given back. */
  attempt<T>(kernel: () => T): T {
    let result: T | undefined;
    const before = this.made.length;
    try {
      result = kernel();
      return result;
    } finally {
      freeWideRegisters();
      if (result === undefined) {
        for (const dataId of this.made.slice(before)) this.disposeData(dataId, true);
      }
      this.made.length = before;
    }
  }

  /** A float32 tensor of this shape, its contents yet to be written at `address`. */
  reserve(shape: readonly number[]): Fresh {
    const length = sizeOf(shape), address = heap.allocate(4 * length);
    const dataId = {};
    this.data.set(dataId, new HeapData(address, length, 1));
    this.made.push(dataId);
    recording()?.own.add(dataId);
    return { dataId, shape: shape as number[], dtype: "float32", address };
  }

  /** A tensor whose numbers lie where others do, for as long as a kernel runs. */
  borrowed({ at, shape, dtype }: Place): TensorInfo {
    const dataId = {}, refCount = Infinity;
    const floats = typeof at === "number" ? new HeapData(at, sizeOf(shape), refCount) : undefined;
    this.data.set(dataId, floats ?? { values: at as Int32Array, dtype, refCount });
    return { dataId, shape, dtype };
  }

  /** tfjs asks other backends for unknown data; data that none has belonged to a tensor that is gone. */
  private entry(x: TensorInfo) {
    try {
      return this.data.get(x.dataId);
    } catch (cause) {
      throw new Error("Cannot use a tensor: expected one that is alive, got one that has been disposed of", {
        cause,
      });
    }
  }

  /**
   * Where the numbers of a float32 tensor lie.
   *
   * @throws TypeError for another type, RangeError where its shape says more or fewer numbers than it has
   */
  address(x: TensorInfo): number {
    if (x.dtype !== "float32") {
      throw refusal("use a tensor", "float32 numbers", x.dtype, TypeError);
    }
    note(x);
    const known = this.entry(x);
    const entry = known instanceof HeapData ? known : onHeap(known.values as Float32Array, known.refCount);
    if (entry !== known) {
      this.data.delete(x.dataId);
      this.data.set(x.dataId, entry);
    }
    if (sizeOf(x.shape) !== entry.length) {
      const doing = `use a tensor of shape ${listed(x.shape)}`, room = `room for ${sizeOf(x.shape)}`;
      throw refusal(doing, `its ${entry.length} numbers to fill it`, room);
    }
    return entry.address;
  }

  place(x: TensorInfo): Place {
    const at = x.dtype === "float32" ? this.address(x) : this.data.get(x.dataId).values as Int32Array;
    return { at, shape: x.shape, dtype: x.dtype };
  }
}

/** Tensors by name. */
export type Named<Names extends string> = Readonly<Record<Names, TensorInfo>>;

/**
 * Puts a kernel for inputs of these types in place, over tfjs-cpu's where that has one of this name, which runs for
 * other types and where `kernel` gives nothing.
 */
export function provide<Attrs, Inputs extends object = Named<"x">>(
  kernelName: string,
  kernel: (inputs: Inputs, attrs: Attrs, backend: FastBackend) => TensorInfo | TensorInfo[] | undefined,
  types: readonly DataType[] = ["float32"],
) {
  const general = getKernel(kernelName, backendName)?.kernelFunc;
  if (general !== undefined) unregisterKernel(kernelName, backendName);
  const kernelFunc: KernelFunc = (params) => {
    const inputs = params.inputs as unknown as Inputs, attrs = params.attrs as unknown as Attrs;
    const backend = params.backend as FastBackend, all: (TensorInfo | null)[] = Object.values(inputs);
    const suits = general === undefined || all.every((x) => !x || types.includes(x.dtype));
    return suits && backend.attempt(() => kernel(inputs, attrs, backend)) || (general as KernelFunc)(params);
  };
  registerKernel({ kernelName, backendName, kernelFunc: refusing(kernelName, kernelFunc) });
}

/** Numbers in a tensor of this shape. */
export const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);

/** Whether a recorded step may use it: its numbers are floats, integers or truth values. */
export const isWhole = ({ dtype }: TensorInfo) =>
  dtype === "float32" || dtype === "int32" || dtype === "bool";

registerBackend(backendName, () => new FastBackend(), 4);
for (const config of getKernelsForBackend("cpu")) {
  const { kernelName, kernelFunc } = config;
  const checked = refusing(kernelName, kernelFunc);
  registerKernel({ ...config, backendName, kernelFunc: onSharedHeap(kernelName, checked) });
}
