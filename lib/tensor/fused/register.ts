import { registerActivationGradients } from "./activation.ts";
import { registerGradients } from "../gradients.ts";

/** Registers the fused kernels, their gradients, and gradients that tfjs lacks. */
export function registerFused() {
  registerActivationGradients();
  registerGradients();
}
