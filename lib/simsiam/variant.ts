import { type Variant, variant } from "../course/year.ts";
import { integer, positive } from "../math/check.ts";
import type { Random } from "../math/random.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them. */

const { n1, n2, spreads: [first, second] } = variant("5");
const doing = "ask question 5 with the variant of data/course.json";
integer(doing, "n1", n1, { from: 2, to: 8 });
integer(doing, "n2", n2, { from: 1, to: 8 });
for (const spread of [first, second]) positive(doing, "spread", spread);

/** What stands in the slots this year. */
export const values: Readonly<Record<string, string>> = {
  n1: String(n1),
  n2: String(n2),
  first: String(first),
  second: String(second),
};

/** Numbers for another year, or for one student. */
export const draw = (random: Random): Variant["5"] => {
  const [n1, n2] = random.pick([[3, 2], [2, 3], [4, 2], [2, 4]]);
  return { n1, n2, spreads: [random.pick([0.25, 0.5]), random.pick([1, 2])] };
};
