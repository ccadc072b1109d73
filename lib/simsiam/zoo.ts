import { formulas } from "./zoo/answers.ts";
import { flowMutants } from "./zoo/flows.ts";
import { exactMutants } from "./zoo/identities.ts";
import { steps } from "./zoo/proofs.ts";

/** Broken variants of the SimSiam claims, and the wrong answers that feedback names. */
export const mutants = { ...exactMutants, ...flowMutants };
export const misconceptions = { ...formulas, ...steps };
