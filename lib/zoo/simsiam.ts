import { formulas } from "./simsiam/answers.ts";
import { flowMutants } from "./simsiam/flows.ts";
import { exactMutants } from "./simsiam/identities.ts";
import { steps } from "./simsiam/proofs.ts";

/** Broken variants of the SimSiam claims, and the wrong answers that feedback names. */
export const mutants = { ...exactMutants, ...flowMutants };
export const misconceptions = { ...formulas, ...steps };
