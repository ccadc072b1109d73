import { registerActivationGradients } from "./activation.ts";
import { registerGradients } from "../gradients.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";

/** Registers the fused kernels, their gradients, and gradients that tfjs lacks. */
export function registerFused() {
  registerActivationGradients();
  registerLogSumExp();
  registerGradients();
}
