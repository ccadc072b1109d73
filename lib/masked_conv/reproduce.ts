import type { Reproduction } from "../course/reproduction.ts";
import { blindSpot } from "./reproduce/blind_spot.ts";
import { made } from "./reproduce/made.ts";

/** What papers report of this subject, run here: `deno task reproduce`. */
export const reproductions: readonly Reproduction[] = [blindSpot, made];
