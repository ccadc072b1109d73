import { worth } from "lib/course/year.ts";
import { difference } from "lib/math/difference.ts";
import type { Random } from "lib/math/random.ts";
import { answers } from "lib/proof/answer.ts";
import { readNumber } from "lib/proof/reading.ts";
import { expectation } from "./coins.ts";
import { misconceptions } from "./misconceptions.ts";

/** What is asked, and how it is judged: from the definition, not from a solution. */
const coinsVariance = {
  ...worth("coinsVariance"),
  ask: "Define `coinsVariance(p)` in the cell above: a number.",
  holds: "Agrees with the mean squared distance from the mean for 200 coins.",
  evidence: "closed form" as const,
  instance: (random: Random) => random.uniform(0, 1),
  arguments: (p: number) => [p],
  read: (raw: unknown) => readNumber(raw),
  error: (given: number, p: number) => difference(given, expectation(p, (x) => (x - p) ** 2)),
  hint: (p: number, given: number) =>
    `For $p = ${Number(p.toPrecision(3))}$ you say ${
      Number(given.toPrecision(4))
    }: write the mean of $(x - p)^2$ over both outcomes.`,
  misconceptions: misconceptions.coinsVariance,
};

/** `answer("coinsVariance", () => coinsVariance)`: the verdict on an answer of this question. */
export const answer = answers(coinsVariance);
