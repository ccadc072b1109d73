/** Broken variants of the claims on variational inference, and the wrong answers that feedback names. */
export { misconceptions } from "./zoo/misconceptions.ts";
export { mutants } from "./zoo/mutants.ts";
