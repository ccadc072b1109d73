import { getBackend, getKernel, scalar, type Tensor } from "@tensorflow/tfjs-core";
import type { Activation } from "../kernels/elementwise.ts";
import { differentiate, runKernel } from "./kernel.ts";

type Slope = (y: Tensor) => Tensor;

/** The slope y′ as a function of y, and its own slope ∂y′/∂y; the kernel `ReluGrad` … turns dy into dx, given y. */
const slopes: Readonly<Record<string, { readonly slope: Slope; readonly bend: Slope }>> = {
  Relu: { slope: (y) => y.step(), bend: (y) => y.zerosLike() },
  Tanh: { slope: (y) => scalar(1).sub(y.mul(y)), bend: (y) => y.mul(-2) },
  Sigmoid: { slope: (y) => y.mul(scalar(1).sub(y)), bend: (y) => scalar(1).sub(y.mul(2)) },
};
const kernels = { relu: "ReluGrad", tanh: "TanhGrad", sigmoid: "SigmoidGrad" } as const;

/** dx = dy f′(x), from y = f(x). */
export function activationGradient(activation: Activation, dy: Tensor, y: Tensor): Tensor {
  return activation === "linear" ? dy : runKernel(kernels[activation], { dy, y });
}

/**
 * tfjs's gradients of relu, tanh and sigmoid take two to four kernels; here they take one where the backend
 * has it. The slopes have gradients themselves, so second derivatives are as in tfjs.
 */
export function registerActivationGradients() {
  for (const [forward, { slope, bend }] of Object.entries(slopes)) {
    const kernel = `${forward}Grad`;
    differentiate(forward, { inputs: [], outputs: [true] }, ([dy], [y]) => {
      const known = getKernel(kernel, getBackend()) !== undefined;
      return { x: () => known ? runKernel(kernel, { dy, y }) : dy.mul(slope(y)) };
    });
    differentiate(kernel, { inputs: ["dy", "y"] }, ([d], [dy, y]) => ({
      dy: () => runKernel(kernel, { dy: d, y }),
      y: () => d.mul(dy).mul(bend(y)),
    }));
  }
}
