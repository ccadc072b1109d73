import type { Reproduction } from "../course/reproduction.ts";
import { diracGan } from "./reproduce/dirac_gan.ts";

/** What papers report of this subject, run here: `deno task reproduce`. */
export const reproductions: readonly Reproduction[] = [diracGan];
