import { ledger } from "../proof/claim.ts";
import { changeOfVariables, wording } from "./claims/change_of_variables.ts";
import { fits } from "./claims/fits.ts";
import { invariance } from "./claims/invariance.ts";
import { merging } from "./claims/merging.ts";
import { objectives } from "./claims/objectives.ts";
import { preliminaries } from "./claims/preliminaries.ts";
import { scenarios } from "./claims/scenarios.ts";

export { learnedDensity, learnedSampler } from "./claims/trained.ts";

/** The ledger of question 3: what is true of flows and of the divergences they are trained by, and how it is checked. */
export const claims = ledger(
  ...preliminaries,
  ...changeOfVariables,
  ...invariance,
  ...merging,
  wording,
  ...objectives,
  ...scenarios,
  ...fits,
);
