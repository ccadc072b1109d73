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
  firstInCode: numberTex(first).replace("\\", "\\\\"),
  firstNumber: String(first),
  second: numberTex(second),
  secondInCode: numberTex(second).replace("\\", "\\\\"),
  secondNumber: String(second),
};

/** Every place of the notebook that names a number of the variant. */
export const phrases: readonly { cell: string; text: string }[] = [
  { cell: "q1-1-question", text: "Take $z$ with finitely many values, two to {states} in the checks," },
  {
    cell: "q1-1-try",
    text: "Where will the peak be for $q = N({first}, \\tfrac12)$? And for $N({second}, 2.5)$?",
  },
  { cell: "q1-1-reveal", text: "For $q = N({firstInCode}, \\\\tfrac12)$ the peak" },
  { cell: "q1-1-reveal", text: "${peak({firstNumber}, 0.5)}$, for $N({secondInCode}, 2.5)$ at" },
  { cell: "q1-1-reveal", text: "\\\\theta = ${peak({secondNumber}, 2.5)}$: at $x - m$" },
];

/** Numbers for another year, or for one student. */
export const draw = (random: Random): Variant["1"] => ({
  states: 4 + random.integer(4),
  values: 2 + random.integer(3),
  peaks: [random.pick([-0.5, -1, -1.5, -2]), random.pick([0.5, 1, 1.5, 2])],
});
