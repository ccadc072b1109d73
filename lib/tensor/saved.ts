import { engine, Tensor } from "@tensorflow/tfjs-core";

/** What tfjs's engine does when an operation saves tensors for its gradient. */
interface Saving {
  saveTensorsForBackwardMode(tensors: Tensor[]): Tensor[];
  trackTensor(tensor: Tensor, backend: Holder): void;
  keep(tensor: Tensor): Tensor;
  readonly state: { readonly tensorInfo: WeakMap<object, { readonly backend: Holder }> };
}

interface Holder {
  incRef(dataId: object): void;
}

/**
 * tfjs saves a tensor as a clone: a kernel, a tape node that the backward pass has to walk over, a tensor.
 * Here the saved tensor is a second reader of the same numbers under the same id: nothing to walk over, and a
 * derivative of a gradient finds its way through saved results too, which tfjs's own order of nodes loses.
 */
export function saveWithoutClones() {
  const saving = engine() as unknown as Saving;
  const clones = saving.saveTensorsForBackwardMode.bind(saving);
  const second = (tensor: Tensor): Tensor => {
    const info = saving.state.tensorInfo.get(tensor.dataId);
    if (info === undefined || tensor.dtype === "complex64" || tensor.dtype === "string") {
      return clones([tensor])[0];
    }
    info.backend.incRef(tensor.dataId);
    const reader = new Tensor(tensor.shape, tensor.dtype, tensor.dataId, tensor.id);
    saving.trackTensor(reader, info.backend);
    return saving.keep(reader);
  };
  saving.saveTensorsForBackwardMode = (tensors) => tensors.map(second);
}
