import {
  backend as currentBackend,
  engine,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { FastBackend } from "../backend.ts";

/** What tfjs's engine has for its own operations, and for `customGrad`. */
interface Recorder {
  isTapeOn(): boolean;
  addTapeNode(
    kernelName: string,
    inputs: NamedTensorMap,
    outputs: Tensor[],
    gradient: ((dy: Tensor | Tensor[]) => Record<string, () => Tensor>) | null,
    saved: { dispose(): void }[],
    attrs: object,
  ): void;
}

/** What a fused kernel gives: its results, and what its gradient needs beside its inputs and results. */
export interface Made {
  readonly results: readonly TensorInfo[];
  readonly held?: readonly TensorInfo[];
}

/** Marks numbers to be freed with the tape, unless they are given out as a gradient before. */
export type Keep = <Info extends TensorInfo>(info: Info) => Info;

/**
 * For every input, in the order of the inputs, how to make its gradient. tfjs asks in that order, and only for
 * what leads to what is trained: what comes later may be made, and kept, with what comes first.
 */
export type Gradients = Record<string, () => TensorInfo>;

/** A fused operation; `again`, where there is one, gives the gradients as operations that have their own. */
export interface Fused {
  forward(backend: FastBackend): Made;
  backward(dy: Tensor[], made: Made, backend: FastBackend, keep: Keep): Gradients;
  again?(dy: Tensor[], results: Tensor[]): Record<string, () => Tensor>;
}

/** One more reader of this tensor's numbers; `dispose` ends it. */
function hold(backend: FastBackend, { dataId }: TensorInfo): { dispose(): void } {
  backend.incRef(dataId);
  return { dispose: () => void backend.disposeData(dataId) };
}

/**
 * Runs a fused kernel and records it as one tape node: the numbers of its inputs, its results and what else
 * is `held` stay until the tape is gone, by a count of readers instead of a clone (a kernel and a node each).
 *
 * Where a tape still runs in the backward pass, the gradient is made of operations (`again`), or recorded
 * without a gradient of its own: a second derivative is then tfjs's error, never wrong in silence.
 *
 * @returns the results as tensors
 */
export function runRecorded(name: string, inputs: Record<string, Tensor>, op: Fused): Tensor[] {
  const backend = currentBackend();
  if (!(backend instanceof FastBackend)) {
    throw new Error(`Cannot run ${name}: expected lib/tensor's own backend, got "${engine().backendName}"`);
  }
  const recorder = engine() as unknown as Recorder;
  const tensor = (info: TensorInfo) => engine().makeTensorFromTensorInfo(info, backend);
  const made = backend.attempt(() => op.forward(backend)), results = made.results.map(tensor);
  const free = (info: TensorInfo) => void backend.disposeData(info.dataId);
  if (!recorder.isTapeOn()) {
    made.held?.forEach(free);
    return results;
  }
  const kept = new Set<TensorInfo>(made.held), all = Object.values(inputs);
  const saved = [...all, ...results].map((one) => hold(backend, one));
  saved.push({
    dispose() {
      kept.forEach(free);
      kept.clear();
    },
  });
  const keep: Keep = (info) => {
    kept.add(info);
    return info;
  };
  recorder.addTapeNode(
    name,
    inputs,
    results,
    (dy) => {
      const dys = Array.isArray(dy) ? dy : [dy], higher = recorder.isTapeOn();
      if (higher && op.again !== undefined) return op.again(dys, results);
      const found = op.backward(dys, made, backend, keep);
      const entries = Object.entries(found).map(([key, make]): [string, () => Tensor] => [key, () => {
        const info = backend.attempt(make);
        kept.delete(info);
        return tensor(info);
      }]);
      if (!higher) return Object.fromEntries(entries);
      const outputs = entries.map(([, make]) => make());
      const from = Object.fromEntries([...all, ...dys].map((one, i) => [`input${i}`, one]));
      recorder.addTapeNode(`${name}Grad`, from, outputs, null, [], {});
      return Object.fromEntries(entries.map(([key], i) => [key, () => outputs[i]]));
    },
    saved,
    {},
  );
  return results;
}
