import {
  getBackend,
  getGradient,
  getKernel,
  mul,
  registerGradient,
  scalar,
  step,
  sub,
  type Tensor,
  unregisterGradient,
} from "@tensorflow/tfjs-core";
import type { Activation } from "../kernels/elementwise.ts";
import { differentiate, runKernel } from "./kernel.ts";

/** The kernel that turns dy into dx, given y, and ∂y′/∂y of that slope y′ (for second derivatives). */
const gradients = {
  relu: { kernel: "ReluGrad", forward: "Relu", slope: (y: Tensor) => step(y), bend: undefined },
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
    registerGradient({
      kernelName: forward,
      outputsToSave: [true],
      gradFunc: (dy, [y]) => {
        const known = getKernel(kernel, getBackend()) !== undefined;
        const upstream = dy as Tensor;
        return { x: () => known ? runKernel<Tensor>(kernel, { dy: upstream, y }) : mul(upstream, slope(y)) };
      },
    });
    differentiate(kernel, { inputs: ["dy", "y"] }, ([d], [dy, y]) => ({
      dy: () => runKernel<Tensor>(kernel, { dy: d, y }),
      y: () => bend === undefined ? mul(d, scalar(0)) : mul(mul(d, dy), bend(y)),
    }));
  }
}
