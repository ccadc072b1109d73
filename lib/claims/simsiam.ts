import { ledger } from "../notebook/claim.ts";
import { collapse } from "./simsiam/collapse.ts";
import { devices } from "./simsiam/devices.ts";
import { gradient, stopped } from "./simsiam/gradient.ts";
import { objective } from "./simsiam/objective.ts";
import { settings as single } from "./simsiam/settings.ts";
import { witnesses as machines } from "./simsiam/witnesses.ts";

/** The ledger of question 5: what is true of linear SimSiam, and how it is checked. */
export const claims = ledger(...objective, ...gradient, ...collapse, ...stopped, ...devices);

/** The same gradients by automatic differentiation, the target stopped and not: a second opinion on claims above. */
export const witnesses = ledger(...machines);

/** Settings in numbers: which directions live with both devices in place. */
export const settings = ledger(...single);
