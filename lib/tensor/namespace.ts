/** tfjs as cells use it, with Adam in one pass. */
import { train as coreTrain } from "@tensorflow/tfjs";
import { adam } from "./fused/adam.ts";

export * from "@tensorflow/tfjs";

/** tfjs's optimizers; `adam` is the one-pass one. */
export const train: typeof coreTrain = Object.assign(Object.create(coreTrain), coreTrain, { adam });
