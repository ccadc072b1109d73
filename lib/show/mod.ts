/**
 * What a cell shows. Importing it in a kernel makes every cell wait for its own outputs, makes lost errors
 * visible and turns the interrupt button into a signal; outside a kernel it does nothing.
 */
import { install } from "./kernel.ts";

install();

export { begin, show, standing } from "./show.ts";
export { claim } from "../proof/claim.ts";
export { derivation } from "../proof/derivation.ts";
export { notation } from "../proof/notation.ts";
export { proof } from "../proof/proof.ts";
export { type Figure, figure, steps } from "./figure.ts";
export { type Fragment, numberTable, picture, reveal } from "./fragments.ts";
export { breathe, interruption } from "./kernel.ts";
export { progress } from "./progress.ts";
export { colors, diverging, inkOf, menuLook, sequential, sliderLook } from "./theme.ts";
export type { Verdict } from "../proof/verdict.ts";
