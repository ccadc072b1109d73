import { ledger } from "../notebook/claim.ts";
import { changeOfVariables, wording } from "./flow/change_of_variables.ts";
import { fits } from "./flow/fits.ts";
import { invariance } from "./flow/invariance.ts";
import { objectives } from "./flow/objectives.ts";
import { preliminaries } from "./flow/preliminaries.ts";

export { learnedDensity } from "./flow/trained.ts";

/** The ledger of question 3: what is true of flows and of the divergences they are trained by, and how it is checked. */
export const claims = ledger(
  ...preliminaries,
  ...changeOfVariables,
  ...invariance,
  wording,
  ...objectives,
  fits,
);
