import { type Tensor, type Tensor1D, util } from "@tensorflow/tfjs-core";
import { type Named, provide } from "../backend.ts";
import { crossEntropy } from "../dispatch.ts";
import { differentiate, expectFit, expectTensor, runKernel } from "./kernel.ts";

/**
 * −log p(x | l) = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}), one number an example.
 *
 * Textbook form: −Σᵢ xᵢ ln σ(lᵢ) + (1 − xᵢ) ln(1 − σ(lᵢ)). It takes ln 0 as soon as σ rounds to 0 or 1
 * (|l| > 17 in float32); the form above does not.
 *
 * @param x batch × …, probabilities of a one (usually 0 or 1)
 * @param logits the same shape, ln(p / (1 − p))
 * @returns batch, nats; differentiable in both, any number of times
 * @throws TypeError, RangeError where the shapes differ
 */
export function binaryCrossEntropy(x: Tensor, logits: Tensor): Tensor1D {
  const doing = "take the binary cross-entropy";
  expectTensor(doing, "x", x);
  expectTensor(doing, "logits", logits);
  expectFit(doing, x.rank > 0 && util.arraysEqual(x.shape, logits.shape), ["x", x], ["logits", logits]);
  return runKernel("BinaryCrossEntropy", { x, logits });
}

/** Registers the kernel and its gradient, row by row: dx = −dy l, dl = dy (σ(l) − x). */
export function registerBinaryCrossEntropy() {
  provide<object, Named<"x" | "logits">>("BinaryCrossEntropy", ({ x, logits }, _, backend) => {
    const [rows, ...rest] = x.shape, y = backend.reserve([rows]);
    crossEntropy(backend.address(x), backend.address(logits), rows, util.sizeFromShape(rest), y.address);
    return y;
  });
  differentiate("BinaryCrossEntropy", { inputs: ["x", "logits"] }, ([dy], [x, logits]) => {
    const slope = dy.reshape(x.shape.map((d, i) => i === 0 ? d : 1));
    return { x: () => logits.mul(slope.neg()), logits: () => logits.sigmoid().sub(x).mul(slope) };
  });
}
