import { ledger } from "../notebook/claim.ts";
import { bound } from "./elbo/bound.ts";
import { cost } from "./elbo/cost.ts";
import { ecll } from "./elbo/ecll.ts";
import { furtherGaps } from "./elbo/further_gaps.ts";
import { gaps } from "./elbo/gaps.ts";

/** The ledger of question 1: what is true of the evidence lower bound and of recognition models. */
export const claims = ledger(...bound, ...ecll, ...gaps, ...furtherGaps, ...cost);
