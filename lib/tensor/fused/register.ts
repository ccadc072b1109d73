import { registerGradients } from "../gradients.ts";
import { registerActivationGradients } from "./activation.ts";
import { registerBinaryCrossEntropy } from "./bernoulli.ts";
import { registerDense } from "./dense.ts";
import { registerMaskedConv } from "./masked_conv.ts";

/** Registers the fused kernels, their gradients, and gradients that tfjs lacks. */
export function registerFused() {
  registerActivationGradients();
  registerGradients();
  registerDense();
  registerMaskedConv();
  registerBinaryCrossEntropy();
}
