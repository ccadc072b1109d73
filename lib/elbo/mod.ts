/** Question 1: models whose evidence is known, the terms it falls into, and what inference loses of it. */
export { linearGaussian } from "./linear_gaussian.ts";
export type { ThetaGradient } from "./linear_gaussian.ts";
export type { EncoderFamily } from "./linear_encoder.ts";
export { discreteModel } from "./discrete.ts";
export { discreteModelOver } from "./solution/discrete_exact.ts";
export type { DiscreteModelOver, DiscreteTable } from "./solution/discrete_exact.ts";
export { meanField, meanFieldOptima } from "./mean_field.ts";
export { nonlinearModel } from "./nonlinear.ts";
export { scalarDegrees } from "./scalar_encoder.ts";
export type { ScalarEncoderFamily } from "./scalar_encoder.ts";
export { iwae, iwaeBound } from "./iwae.ts";
export type { IwaeSetting } from "./iwae.ts";
