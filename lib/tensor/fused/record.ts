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

/** From dy (one a result): for every input its gradient. */
export type Backward = (dy: Tensor[], backend: FastBackend) => Record<string, Tensor>;

const tensorsOf = (infos: readonly TensorInfo[], backend: FastBackend): Tensor[] =>
  infos.map((info) => engine().makeTensorFromTensorInfo(info, backend));

/** One more reader of this tensor's numbers; `dispose` ends it. */
function hold(backend: FastBackend, info: TensorInfo) {
  backend.incRef(info.dataId);
  return { dispose: () => void backend.disposeData(info.dataId) };
}

/**
 * Runs a fused kernel and records it as one tape node: the numbers of its inputs, its results and what else
 * is `held` stay until the tape is gone, by a count of readers instead of a clone (a kernel and a node each).
 *
 * The gradient's own kernel is recorded without a gradient where a tape still runs: a second derivative
 * through it is tfjs's error, never wrong in silence.
 *
 * @returns the results as tensors
 */
export function runRecorded(
  name: string,
  inputs: Record<string, Tensor>,
  forward: (backend: FastBackend) => Made,
  backward: (made: Made) => Backward,
): Tensor[] {
  const backend = currentBackend();
  if (!(backend instanceof FastBackend)) {
    throw new Error(`Cannot run ${name}: expected lib/tensor's own backend, got "${engine().backendName}"`);
  }
  const recorder = engine() as unknown as Recorder;
  const made = backend.attempt(() => forward(backend)), results = tensorsOf(made.results, backend);
  if (recorder.isTapeOn()) {
    const gradient = backward(made), all = Object.values(inputs);
    const readers = [...all, ...results].map((tensor) => hold(backend, tensor));
    const saved = [
      ...readers,
      ...(made.held ?? []).map((info) => ({
        dispose: () => void backend.disposeData(info.dataId),
      })),
    ];
    recorder.addTapeNode(
      name,
      inputs,
      results,
      (dy) => {
        const dys = [dy].flat(), found = gradient(dys, backend);
        if (recorder.isTapeOn()) {
          const from = Object.fromEntries([...all, ...dys].map((tensor, i) => [`input${i}`, tensor]));
          recorder.addTapeNode(`${name}Grad`, from, Object.values(found), null, [], {});
        }
        return Object.fromEntries(Object.entries(found).map(([key, tensor]) => [key, () => tensor]));
      },
      saved,
      {},
    );
  } else for (const info of made.held ?? []) backend.disposeData(info.dataId);
  return results;
}

/** The tensors of a gradient's kernel, tracked by tfjs. */
export function gradientTensors(
  backend: FastBackend,
  kernel: () => Record<string, TensorInfo>,
): Record<string, Tensor> {
  const infos = backend.attempt(kernel);
  return Object.fromEntries(
    Object.entries(infos).map(([key, info]) => [key, engine().makeTensorFromTensorInfo(info, backend)]),
  );
}
