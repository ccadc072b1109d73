/** Broken variants of the claims on variational inference, and the wrong answers that feedback names. */
export { misconceptions } from "./elbo/misconceptions.ts";
export { mutants } from "./elbo/mutants.ts";
