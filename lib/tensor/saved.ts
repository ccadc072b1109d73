import { engine, Tensor } from "@tensorflow/tfjs-core";

/** How tfjs's engine saves a tensor for a gradient: by a clone, which it keeps. */
interface Saving {
  clone(tensor: Tensor): Tensor;
  trackTensor(tensor: Tensor, backend: Holder): void;
  readonly state: { readonly tensorInfo: WeakMap<object, { readonly backend: Holder }> };
}

interface Holder {
  incRef(dataId: object): void;
}

/**
 * tfjs saves a tensor as a clone: a kernel, a tape node that the backward pass has to walk over, a tensor.
 * Here the saved tensor is a second reader of the same numbers under the same id: nothing to walk over, and a
 * derivative of a gradient finds its way through saved results too, which tfjs's own order of nodes loses
 * (a second derivative of logSoftmax came out wrong). The engine's own `clone` serves for nothing else.
 */
export function saveWithoutClones() {
  const saving = engine() as unknown as Saving, clone = saving.clone.bind(saving);
  saving.clone = (tensor) => {
    const info = saving.state.tensorInfo.get(tensor.dataId);
    if (info === undefined || tensor.dtype === "complex64" || tensor.dtype === "string") return clone(tensor);
    info.backend.incRef(tensor.dataId);
    const reader = new Tensor(tensor.shape, tensor.dtype, tensor.dataId, tensor.id);
    saving.trackTensor(reader, info.backend);
    return reader;
  };
}
