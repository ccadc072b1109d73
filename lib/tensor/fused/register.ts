import { registerActivationGradients } from "./activation.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";
import { registerMaskedConv } from "./masked_conv.ts";

/** Registers the fused kernels and their gradients. */
export function registerFused() {
  registerActivationGradients();
  registerLogSumExp();
  registerMaskedConv();
}
