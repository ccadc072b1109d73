import { registerActivationGradients } from "./activation.ts";
import { registerBernoulli } from "./bernoulli.ts";
import { registerCoupling } from "./coupling.ts";
import { registerDense } from "./dense.ts";
import { registerGaussian } from "./gaussian.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";
import { registerMaskedConv } from "./masked_conv.ts";

/** Registers the fused kernels and their gradients. */
export function registerFused() {
  registerActivationGradients();
  registerDense();
  registerBernoulli();
  registerGaussian();
  registerLogSumExp();
  registerCoupling();
  registerMaskedConv();
}
