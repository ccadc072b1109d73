/** Broken variants of the SimSiam claims, and the wrong answers that feedback names. */
export { mutants } from "./simsiam/claims.ts";
export { misconceptions } from "./simsiam/answers.ts";
