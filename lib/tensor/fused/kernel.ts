import { engine, type NamedAttrMap, registerGradient, Tensor } from "@tensorflow/tfjs-core";
import { listed, refusal } from "../refusals.ts";

/** Runs a kernel by name on tensors, on the tape when one is being recorded. */
export const runKernel = <T extends Tensor>(
  name: string,
  inputs: Record<string, Tensor>,
  attrs: object = {},
): T => engine().runKernel(name, inputs, attrs as NamedAttrMap) as T;

/** What a gradient gets: dy (one a output), what was saved (inputs, then outputs), the attributes. */
type Gradient<Attrs> = (dy: Tensor[], saved: Tensor[], attrs: Attrs) => Record<string, () => Tensor>;

/** Registers the gradient of one of our kernels. `save` names inputs; `outputs` says which outputs. */
export function differentiate<Attrs>(
  kernelName: string,
  save: { inputs: readonly string[]; outputs?: readonly boolean[] },
  gradient: Gradient<Attrs>,
) {
  registerGradient({
    kernelName,
    inputsToSave: [...save.inputs],
    outputsToSave: [...save.outputs ?? []],
    gradFunc: (dy, saved, attrs) => gradient(Array.isArray(dy) ? dy : [dy], saved, attrs as unknown as Attrs),
  });
}

/**
 * Wants a tensor: float32, alive, of this rank (any, where it is left out).
 *
 * @throws TypeError for what is no tensor or no float32 tensor; Error for one that is gone; RangeError for another rank
 */
export function expectTensor(doing: string, name: string, x: unknown, rank?: number) {
  if (!(x instanceof Tensor)) throw refusal(doing, `${name} to be a tensor`, describe(x), TypeError);
  if (x.isDisposed) {
    throw refusal(doing, `${name} to be alive`, "a tensor that has been disposed of", Error);
  }
  if (x.dtype !== "float32") throw refusal(doing, `${name} to be float32`, x.dtype, TypeError);
  if (rank !== undefined && x.rank !== rank) {
    throw refusal(doing, `${name} of rank ${rank}`, `shape ${listed(x.shape)}`);
  }
}

/** @throws RangeError unless the shapes fit: says both */
export function expectFit(doing: string, fits: boolean, a: [string, Tensor], b: [string, Tensor]) {
  if (fits) return;
  const [left, right] = [a, b].map(([name, { shape }]) => `${name} ${listed(shape)}`);
  throw refusal(doing, "shapes that fit", `${left} and ${right}`);
}

/** @throws RangeError unless `choice` is one of `choices` */
export function expectOneOf(doing: string, name: string, choice: unknown, choices: readonly string[]) {
  if (choices.includes(choice as string)) return;
  const wanted = choices.map((c) => `"${c}"`).join(", ");
  throw refusal(doing, `${name} to be one of ${wanted}`, describe(choice));
}

const describe = (x: unknown): string => typeof x === "string" ? `"${x}"` : String(x);
