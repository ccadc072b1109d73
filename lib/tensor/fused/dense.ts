import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { activationGradient } from "./activation.ts";
import { differentiate, expectFit, expectOneOf, expectTensor, runKernel } from "./kernel.ts";

/**
 * y = f(x W + b): a layer as one kernel and one tape node.
 *
 * Textbook and stable form are the same; the bias is where the product's sums start, f runs in place.
 *
 * @param x batch × inputs
 * @param W inputs × outputs
 * @param b outputs
 * @param activation f, by default "linear"
 * @returns batch × outputs; differentiable in x, W and b, any number of times
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
  return runKernel("Dense", { a: x, b: W, bias: b }, { activation });
}

/** Registers the gradient, with δ = dy f′(y): dx = δ Wᵀ, dW = xᵀ δ, db = Σ δ over the batch. */
export function registerDense() {
  differentiate<{ activation: Activation }>(
    "Dense",
    { inputs: ["a", "b"], outputs: [true] },
    ([dy], [x, W, y], { activation }) => {
      const slope = activationGradient(activation, dy, y);
      return {
        a: () => slope.matMul(W, false, true),
        b: () => x.matMul(slope, true, false),
        bias: () => slope.sum(0),
      };
    },
  );
}
