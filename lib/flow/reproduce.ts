import type { Reproduction } from "../course/reproduction.ts";
import { couplingAndMixing } from "./reproduce/coupling_and_mixing.ts";
import { planarEnergies } from "./reproduce/planar_energies.ts";

/** What papers report of this subject, run here: `deno task reproduce`. */
export const reproductions: readonly Reproduction[] = [planarEnergies, couplingAndMixing];
