import { type Variant, variant } from "../course/year.ts";
import { integer, positive } from "../math/check.ts";
import type { Random } from "../math/random.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them. */

const { reach } = variant("3");
const doing = "ask question 3 with the variant of data/course.json";
positive(doing, "reach", reach);
integer(doing, "samples", variant("3").samples, { from: 2 });

/** What stands in the slots this year. */
export const values: Readonly<Record<string, string>> = { reach: String(reach) };

/** Numbers for another year, or for one student. */
export const draw = (random: Random): Variant["3"] => ({
  reach: random.pick([1.5, 2, 2.5, 3]),
  samples: 16 + 4 * random.integer(5),
});
