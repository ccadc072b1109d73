import type { Random } from "lib/math/random.ts";
import { questions } from "lib/proof/questions.ts";
import { expectation } from "./coins.ts";
import { misconceptions } from "./misconceptions.ts";

/** What is asked, and how it is judged: from the definition, not from a solution. */
const coinsVariance = {
  ask: "Define `coinsVariance(p)` in the cell above: a number.",
  instance: (random: Random) => random.uniform(0, 1),
  reference: (p: number) => expectation(p, (x) => (x - p) ** 2),
};

/** `answer("coinsVariance", () => coinsVariance)`: the verdict on an answer of this question. */
export const answer = questions({ misconceptions }, { coinsVariance });
