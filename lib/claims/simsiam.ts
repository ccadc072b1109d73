import { ledger } from "../notebook/claim.ts";
import { collapse } from "./simsiam/collapse.ts";
import { devices } from "./simsiam/devices.ts";
import { gradient, stopped } from "./simsiam/gradient.ts";
import { objective } from "./simsiam/objective.ts";

/** The ledger of question 5: what is true of linear SimSiam, and how it is checked. */
export const claims = ledger(...objective, ...gradient, ...collapse, ...stopped, ...devices);
