import {
  broadcast_util,
  engine,
  getGradient,
  type GradConfig,
  type NamedAttrMap,
  Tensor,
} from "@tensorflow/tfjs-core";
import { differentiate, runKernel } from "./fused/kernel.ts";

/** What tfjs's engine does not show: its tape, and how it saves a tensor for a gradient: by a clone, which it keeps. */
interface Inside {
  addTapeNode(kernelName: string, inputs: unknown, outputs: readonly Tensor[], ...rest: unknown[]): void;
  clone(tensor: Tensor): Tensor;
  trackTensor(tensor: Tensor, backend: unknown): void;
  readonly state: {
    readonly tensorInfo: WeakMap<object, { readonly backend: { incRef(dataId: object): void } }>;
  };
}
const inside = () => engine() as unknown as Inside;

/**
 * tfjs saves a tensor as a clone: a kernel, a tape node that the backward pass has to walk over, a tensor.
 * Here the saved tensor is a second reader of the same numbers under the same id: nothing to walk over, and a
 * derivative of a gradient finds its way through saved results too, which tfjs's own order of nodes loses
 * (a second derivative of logSoftmax came out wrong). The engine's own `clone` serves for nothing else.
 */
export function saveWithoutClones() {
  const saving = inside(), clone = saving.clone.bind(saving);
  saving.clone = (tensor) => {
    const info = saving.state.tensorInfo.get(tensor.dataId);
    if (info === undefined || tensor.dtype === "complex64" || tensor.dtype === "string") return clone(tensor);
    info.backend.incRef(tensor.dataId);
    const reader = new Tensor(tensor.shape, tensor.dtype, tensor.dataId, tensor.id);
    saving.trackTensor(reader, info.backend);
    return reader;
  };
}

/**
 * Truth values are flat wherever they have a slope, so what only makes some is no part of a gradient: on the tape
 * of tfjs, which has no gradients for comparisons, `where(x > 0, …)` would throw.
 */
function leaveOutTruthValues() {
  const tape = inside(), add = tape.addTapeNode.bind(tape);
  tape.addTapeNode = (kernelName, inputs, outputs, ...rest) => {
    if (outputs.every((y) => y.dtype === "bool") && getGradient(kernelName) === undefined) return;
    add(kernelName, inputs, outputs, ...rest);
  };
}

/** Σ over the dimensions of a batch along which an operand of this shape was repeated. */
function sumToShape(x: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, x.shape);
  return axes.length === 0 ? x : x.sum(axes).reshape(shape);
}

/** tfjs's gradients of C = op(A) op(B), each of its operand's shape where the batch repeats that. */
function registerProducts() {
  const stock = getGradient("BatchMatMul") as GradConfig;
  differentiate<NamedAttrMap>("BatchMatMul", { inputs: ["a", "b"] }, ([dy], [A, B], attrs) => {
    const { a, b } = stock.gradFunc(dy, [A, B], attrs);
    return { a: () => sumToShape(a(), A.shape), b: () => sumToShape(b(), B.shape) };
  });
}

/** Gradients that tfjs lacks, has for fewer cases, or has wrong. */
export function registerGradients() {
  leaveOutTruthValues();
  registerProducts();
  // tfjs turns the gradient of a sum along any but the last axis.
  differentiate<{ axis: number; exclusive?: boolean; reverse?: boolean }>(
    "Cumsum",
    { inputs: [] },
    ([dy], _, { axis, exclusive, reverse }) => ({ x: () => dy.cumsum(axis, exclusive, !reverse) }),
  );
  // The kernel's gradient is bilinear in the image and dy: both of its own gradients are convolutions again.
  differentiate<{ strides: number; pad: number; dataFormat: string; dimRoundingMode?: string }>(
    "Conv2DBackpropFilter",
    { inputs: ["x", "dy"] },
    ([d], [x, dy], { strides, pad, dataFormat, dimRoundingMode }) => {
      const attrs = { strides, pad, dataFormat, dimRoundingMode };
      return {
        x: () => runKernel("Conv2DBackpropInput", { dy, filter: d }, { ...attrs, inputShape: x.shape }),
        dy: () => runKernel("Conv2D", { x, filter: d }, { ...attrs, dilations: 1 }),
      };
    },
  );
  // dx = dy (y ≥ 0 ? 1 : y + 1), which has slopes itself.
  differentiate("EluGrad", { inputs: ["dy", "y"] }, ([d], [dy, y]) => ({
    dy: () => runKernel("EluGrad", { dy: d, y }),
    y: () => d.mul(dy).mul(y.less(0).cast("float32")),
  }));
}
