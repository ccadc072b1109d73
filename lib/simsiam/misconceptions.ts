import { formulas } from "./misconceptions/formulas.ts";
import { steps } from "./misconceptions/proofs.ts";

/** The wrong answers of question 5 that feedback names, by the answer's name. */
export const misconceptions = { ...formulas, ...steps };
