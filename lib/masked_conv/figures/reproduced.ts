import baseline from "../../../data/reproductions/made.json" with { type: "json" };
import { comparisonTable } from "../../course/reproduction.ts";
import { type Fragment, numberTable } from "../../show/fragments.ts";

/** What papers report of autoregressive models of MNIST, beside ours: as `deno task reproduce` left them. */
export const reproduced = (): Fragment[] => [numberTable(comparisonTable(baseline))];
