import { inWords, numberTex } from "../course/words.ts";
import { type Variant, variant } from "../course/year.ts";
import { finite, integer } from "../math/check.ts";
import type { Random } from "../math/random.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them. */

const { states, peaks: [first, second] } = variant("1");
const doing = "ask question 1 with the variant of data/course.json";
integer(doing, "states", variant("1").states, { from: 2, to: 12 });
integer(doing, "values", variant("1").values, { from: 2, to: 12 });
for (const peak of [first, second]) finite(doing, "peak", peak);

/** What stands in the slots this year. */
export const values: Readonly<Record<string, string>> = {
  states: inWords(states),
  first: numberTex(first),
  second: numberTex(second),
  peaks: `[${[first, second].map((m) => `{ m: ${m}, tex: ${JSON.stringify(numberTex(m))} }`).join(", ")}]`,
};

/** Numbers for another year, or for one student. */
export const draw = (random: Random): Variant["1"] => ({
  states: 4 + random.integer(4),
  values: 2 + random.integer(3),
  peaks: [random.pick([-0.5, -1, -1.5, -2]), random.pick([0.5, 1, 1.5, 2])],
});
