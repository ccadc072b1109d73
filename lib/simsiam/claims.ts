import { ledger } from "../proof/claim.ts";
import { balance } from "./claims/balance.ts";
import { collapse } from "./claims/collapse.ts";
import { conserved } from "./claims/conserved.ts";
import { devices } from "./claims/devices.ts";
import { gradient, stopped } from "./claims/gradient.ts";
import { objective } from "./claims/objective.ts";
import { settings as single } from "./claims/settings.ts";
import { witnesses as machines } from "./claims/witnesses.ts";

/** The ledger of question 5: what is true of linear SimSiam, and how it is checked. */
export const claims = ledger(
  ...objective,
  ...gradient,
  ...collapse,
  ...conserved,
  ...stopped,
  ...devices,
  ...balance,
);

/** The same gradients by automatic differentiation, the target stopped and not: a second opinion on claims above. */
export const witnesses = ledger(...machines);

/** Settings in numbers: which directions live with both devices in place. */
export const settings = ledger(...single);
