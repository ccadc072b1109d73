import { misconceptionsOf } from "./misconceptions/pictures.ts";

/** Wrong answers by the answer's name; `says` tells why the picture is wrong, and of no pixel but the target and its row where. */
export const misconceptions = {
  fieldAA: misconceptionsOf("A", "A"),
  fieldAB: misconceptionsOf("A", "B"),
  fieldBA: misconceptionsOf("B", "A"),
  fieldBB: misconceptionsOf("B", "B"),
};
