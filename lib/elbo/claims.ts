import { ledger } from "../proof/claim.ts";
import { bound } from "./claims/bound.ts";
import { cost } from "./claims/cost.ts";
import { displaced } from "./claims/displaced.ts";
import { ecll } from "./claims/ecll.ts";
import { furtherGaps } from "./claims/further_gaps.ts";
import { gaps } from "./claims/gaps.ts";
import { importance } from "./claims/importance.ts";

/** The ledger of question 1: what is true of the evidence lower bound and of recognition models. */
export const claims = ledger(
  ...bound,
  ...ecll,
  ...displaced,
  ...gaps,
  ...furtherGaps,
  ...cost,
  ...importance,
);
