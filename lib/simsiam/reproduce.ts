import type { Reproduction } from "../course/reproduction.ts";
import { eigenspaces } from "./reproduce/eigenspaces.ts";
import { stopGradient } from "./reproduce/stop_gradient.ts";

/** What papers report of this subject, run here: `deno task reproduce`. */
export const reproductions: readonly Reproduction[] = [eigenspaces, stopGradient];
