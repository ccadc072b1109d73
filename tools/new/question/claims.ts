import { difference } from "lib/math/difference.ts";
import type { Random } from "lib/math/random.ts";
import { define, ledger } from "lib/proof/claim.ts";
import { expectation } from "./coins.ts";
import { tossVariance } from "./solution.ts";

/** What is claimed, each claim with its broken variants beside it. */
export const claims = ledger(
  define("6.1.a", {
    statement: "One toss has the variance $p (1 - p)$",
    evidence: "closed form",
    subject: { tossVariance },
    instance: (random: Random) => random.uniform(0, 1),
    error: ({ tossVariance }, p) => difference(tossVariance(p), expectation(p, (x) => (x - p) ** 2)),
    mutants: {
      "the second moment": { tossVariance: (p) => p },
      "the standard deviation": { tossVariance: (p) => Math.sqrt(p * (1 - p)) },
      "a lost factor": { tossVariance: (p) => p * (1 - p) / 2 },
    },
  }),
);
