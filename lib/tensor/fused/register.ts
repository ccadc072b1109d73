import { registerActivationGradients } from "./activation.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";

/** Registers the fused kernels and their gradients. */
export function registerFused() {
  registerActivationGradients();
  registerLogSumExp();
}
