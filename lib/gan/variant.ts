import { type Variant, variant } from "../course/year.ts";
import { positive } from "../math/check.ts";
import type { Random } from "../math/random.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them. */

const { largestAlpha, turningAlpha } = variant("4");
const doing = "ask question 4 with the variant of data/course.json";
for (const name of ["alpha", "largestAlpha", "turningAlpha"] as const) {
  positive(doing, name, variant("4")[name]);
}

/** What stands in the slots this year. */
export const values: Readonly<Record<string, string>> = {
  largest: String(largestAlpha),
  turning: String(turningAlpha),
};

/** Numbers for another year, or for one student. */
export const draw = (random: Random): Variant["4"] => ({
  alpha: random.pick([0.25, 0.5, 0.6, 0.75]),
  largestAlpha: 2 + random.integer(3),
  turningAlpha: random.pick([0.1, 0.2, 0.25, 0.3]),
});
