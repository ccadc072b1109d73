/** Question 1: models whose evidence is known, the terms it falls into, and what inference loses of it. */
export { linearGaussian } from "./elbo/linear_gaussian.ts";
export type { LinearGaussian, ThetaGradient } from "./elbo/linear_gaussian.ts";
export type { EncoderFamily } from "./elbo/linear_encoder.ts";
export { discreteModel, entropy } from "./elbo/discrete.ts";
export type { DiscreteModel } from "./elbo/discrete.ts";
export { discreteModelOver } from "./elbo/discrete_exact.ts";
export type { DiscreteModelOver, DiscreteTable } from "./elbo/discrete_exact.ts";
export { meanField, meanFieldOptima } from "./elbo/mean_field.ts";
export type { MeanField } from "./elbo/mean_field.ts";
export { nonlinearModel } from "./elbo/nonlinear.ts";
export type { NonlinearModel, ScalarNormal } from "./elbo/nonlinear.ts";
export type { ScalarEncoderFamily } from "./elbo/scalar_encoder.ts";
export { iwae, iwaeBound } from "./elbo/iwae.ts";
export type { IwaeSetting } from "./elbo/iwae.ts";
