import { setBackend, Tensor, version_core } from "@tensorflow/tfjs-core";
import { refuseRaggedArrays } from "./arrays.ts";
import { assignInPlace } from "./compile.ts";
import { backendName } from "./backend.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";
import { keepMomentsByVariable } from "./moments.ts";
import { provideElementwise } from "./ops/elementwise.ts";
import { provideProducts } from "./ops/matmul.ts";
import { provideReductions } from "./ops/reduce.ts";
import { provideShapes } from "./ops/shape.ts";
import { registerActivationGradients } from "./fused/activation.ts";
import { registerBinaryCrossEntropy } from "./fused/bernoulli.ts";
import { registerDense } from "./fused/dense.ts";
import { registerMaskedConv } from "./fused/masked_conv.ts";
import { registerGradients, saveWithoutClones } from "./gradients.ts";
import { boundBuffers } from "./refusals.ts";
import { provideConvolutions } from "./ops/convolution.ts";

/** The tfjs whose private parts `ownParts` replaces: how it saves tensors, keeps moments, reads arrays. */
const MADE_FOR = "4.22.0";

/** @returns whether this tfjs's private parts were replaced; another one keeps its own, and that is said */
export function ownParts(version: string): boolean {
  if (version !== MADE_FOR) {
    console.warn(
      `lib/tensor was made for tfjs ${MADE_FOR}, this is ${version}: what it replaces inside tfjs stays as it is`,
    );
    return false;
  }
  saveWithoutClones();
  keepMomentsByVariable();
  assignInPlace();
  refuseRaggedArrays();
  boundBuffers();
  return true;
}

/** What a cell or a print shows of a tensor: its shape, its type and its numbers, not its inside. */
function showNumbers() {
  Object.defineProperty(Tensor.prototype, Symbol.for("Deno.customInspect"), {
    configurable: true,
    value(this: Tensor) {
      const words = `Tensor ${this.dtype} [${this.shape}]`;
      return this.isDisposed ? `${words}, disposed` : `${words}${this.toString().replace(/^Tensor/, "")}`;
    },
  });
}

/** Registers the backend with its fast kernels and makes it the current one. */
export function install() {
  provideElementwise();
  provideProducts();
  provideReductions();
  provideShapes();
  provideConvolutions();
  registerActivationGradients();
  registerGradients();
  registerDense();
  registerMaskedConv();
  registerBinaryCrossEntropy();
  registerLogSumExp();
  ownParts(version_core);
  // It is ready when this returns.
  void setBackend(backendName);
  showNumbers();
}
