import { version_core } from "@tensorflow/tfjs-core";
import { refuseRaggedArrays } from "./arrays.ts";
import { assignInPlace } from "./compile.ts";
import { useFastBackend } from "./backend.ts";
import { showNumbers } from "./inspect.ts";
import { registerLogSumExp } from "./log_sum_exp.ts";
import { keepMomentsByVariable } from "./moments.ts";
import { overrideElementwise } from "./ops/elementwise.ts";
import { overrideProducts } from "./ops/matmul.ts";
import { overrideReductions } from "./ops/reduce.ts";
import { overrideShapes } from "./ops/shape.ts";
import { registerFused } from "./fused/register.ts";
import { boundBuffers } from "./refusals.ts";
import { saveWithoutClones } from "./saved.ts";
import { overrideConvolutions } from "./ops/convolution.ts";

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

/** Registers the backend with its fast kernels and makes it the current one. */
export function install() {
  overrideElementwise();
  overrideProducts();
  overrideReductions();
  overrideShapes();
  overrideConvolutions();
  registerFused();
  registerLogSumExp();
  ownParts(version_core);
  useFastBackend();
  showNumbers();
}
