import { ledger } from "../proof/claim.ts";
import { depth } from "./claims/depth.ts";
import { fields } from "./claims/fields.ts";
import { order } from "./claims/order.ts";

/** The ledger of question 2: what stacks of masked convolutions see, by enumeration and by matrices over the pixels. */
export const claims = ledger(...fields, ...order, ...depth);
