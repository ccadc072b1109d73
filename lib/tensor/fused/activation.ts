import {
  getBackend,
  getGradient,
  getKernel,
  mul,
  scalar,
  step,
  sub,
  type Tensor,
  unregisterGradient,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { Activation } from "../kernels/elementwise.ts";
import { differentiate, runKernel } from "./kernel.ts";

/** The kernel that turns dy into dx, given y; the slope y′ as a function of y, and its own slope ∂y′/∂y. */
const gradients = {
  relu: { kernel: "ReluGrad", forward: "Relu", slope: step, bend: zerosLike },
  tanh: {
    kernel: "TanhGrad",
    forward: "Tanh",
    slope: (y: Tensor) => sub(scalar(1), mul(y, y)),
    bend: (y: Tensor) => mul(y, scalar(-2)),
  },
  sigmoid: {
    kernel: "SigmoidGrad",
    forward: "Sigmoid",
    slope: (y: Tensor) => mul(y, sub(scalar(1), y)),
    bend: (y: Tensor) => sub(scalar(1), mul(y, scalar(2))),
  },
} as const;

/** dx = dy f′(x), from y = f(x). */
export function activationGradient(activation: Activation, dy: Tensor, y: Tensor): Tensor {
  return activation === "linear" ? dy : runKernel<Tensor>(gradients[activation].kernel, { dy, y });
}

/**
 * tfjs's gradients of relu, tanh and sigmoid take two to four kernels; here they take one where the backend
 * has it. The slopes have gradients themselves, so second derivatives are as in tfjs.
 */
export function registerActivationGradients() {
  for (const { kernel, forward, slope, bend } of Object.values(gradients)) {
    if (getGradient(forward) !== undefined) unregisterGradient(forward);
    differentiate(forward, { inputs: [], outputs: [true] }, ([dy], [y]) => {
      const known = getKernel(kernel, getBackend()) !== undefined;
      return { x: () => known ? runKernel<Tensor>(kernel, { dy, y }) : mul(dy, slope(y)) };
    });
    differentiate(kernel, { inputs: ["dy", "y"] }, ([d], [dy, y]) => ({
      dy: () => runKernel<Tensor>(kernel, { dy: d, y }),
      y: () => mul(mul(d, dy), bend(y)),
    }));
  }
}
