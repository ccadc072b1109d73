/** tfjs as cells use it; what stands here by name is ours. */
import { train as coreTrain } from "@tensorflow/tfjs";
import { adam } from "./fused/adam.ts";

export * from "@tensorflow/tfjs";
export {
  dropout,
  randomGamma,
  randomStandardNormal,
  randomUniform,
  tfRandomNormal as randomNormal,
  truncatedNormal,
} from "./random.ts";
export { logSumExp } from "./log_sum_exp.ts";

/** tfjs's optimizers; `adam` checks its arguments. */
export const train: typeof coreTrain = Object.assign(Object.create(coreTrain), coreTrain, { adam });
