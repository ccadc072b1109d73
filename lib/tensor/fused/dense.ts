import type { Tensor, Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { sumColumns } from "../dispatch.ts";
import { activate, matrixProduct } from "../ops/matmul.ts";
import { type Activation, activationGradient, activations, activationSlope } from "./activation.ts";
import { expectFit, expectOneOf, expectTensor, runKernel } from "./kernel.ts";
import { type Gradients, type Keep, runRecorded } from "./record.ts";

/**
 * y = f(x W + b): a layer as one kernel and one tape node.
 *
 * Textbook and stable form are the same; the bias is where the product's sums start, f runs in place.
 *
 * @param x batch × inputs
 * @param W inputs × outputs
 * @param b outputs
 * @param activation f, by default "linear"
 * @returns batch × outputs; differentiable in x, W and b
 * @throws TypeError, RangeError where an argument is no such tensor, saying both shapes
 */
export function dense(x: Tensor2D, W: Tensor2D, b: Tensor1D, activation: Activation = "linear"): Tensor2D {
  const doing = "apply a dense layer";
  expectTensor(doing, "x", x, 2);
  expectTensor(doing, "W", W, 2);
  expectTensor(doing, "b", b, 1);
  expectFit(doing, x.shape[1] === W.shape[0], ["x", x], ["W", W]);
  expectFit(doing, W.shape[1] === b.shape[0], ["W", W], ["b", b]);
  expectOneOf(doing, "activation", activation, activations);
  const [y] = runRecorded("Dense", { x, W, b }, {
    forward(backend) {
      const made = matrixProduct(x, W, {}, backend, b);
      if (made === undefined) throw new Error(`Cannot ${doing}: expected float32 matrices that fit`);
      activate(activation, made);
      return { results: [made] };
    },
    backward: ([dy], { results: [values] }, backend, keep) =>
      gradients({ x, W, b }, activation, dy, values, backend, keep),
    again: ([dy], [values]) => gradientOperations({ x, W }, activation, dy, values),
  });
  return y as Tensor2D;
}

/** δ = dy f′(y): dx = δ Wᵀ, dW = xᵀ δ, db = Σ δ over the batch. */
function gradients(
  { x, W, b }: { x: Tensor2D; W: Tensor2D; b: Tensor1D },
  activation: Activation,
  dy: TensorInfo,
  values: TensorInfo,
  backend: FastBackend,
  keep: Keep,
): Gradients {
  let known: TensorInfo | undefined;
  const slope = () =>
    known ??= activation === "linear" ? dy : keep(activationSlope(activation, dy, values, backend));
  return {
    x: () => matrixProduct(slope(), W, { transposeB: true }, backend) as TensorInfo,
    W: () => matrixProduct(x, slope(), { transposeA: true }, backend) as TensorInfo,
    b() {
      const db = backend.reserve(b.shape);
      sumColumns(backend.address(slope()), x.shape[0], b.size, db.address);
      return db;
    },
  };
}

/** The same as operations that have gradients: for second derivatives. */
function gradientOperations(
  { x, W }: { x: Tensor2D; W: Tensor2D },
  activation: Activation,
  dy: Tensor,
  values: Tensor,
): Record<string, () => Tensor> {
  const slope = activationGradient(activation, dy, values);
  const product = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) =>
    runKernel<Tensor>("BatchMatMul", { a, b }, { transposeA, transposeB });
  return {
    x: () => product(slope, W, false, true),
    W: () => product(x, slope, true, false),
    b: () => runKernel<Tensor>("Sum", { x: slope }, { axis: [0], keepDims: false }),
  };
}
