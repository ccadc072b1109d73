/** What stands in the slots of notebooks: points, and this year's numbers (data/course.json, "variant"). */
import course from "../../data/course.json" with { type: "json" };
import { fail, root } from "../command.ts";
import { everyQuestion, subjectOf } from "../course.ts";
import type { Values } from "./slots.ts";

/** What `lib/<subject>/variant.ts` says of each notebook whose cells hold numbers of the variant. */
const numbers: ReadonlyMap<string, Values> = new Map(
  await Promise.all(
    Object.values(everyQuestion(course)).map(async ({ notebook }) =>
      [notebook, await saidBy(notebook)] as const
    ),
  ),
);

async function saidBy(notebook: string): Promise<Values> {
  const path = `lib/${subjectOf(notebook)}/variant.ts`;
  const there = await Deno.stat(`${root}/${path}`).then(() => true, () => false);
  return there ? (await import(path).catch(fail)).values : {};
}

/** "1 point", "2 points". */
const pointWords = (n: number) => `${n} ${n === 1 ? "point" : "points"}`;

/** `points growth` and, of all answers of 4.3 together, `points 4.3`. */
function pointsOf(notebook: string): Values {
  const own = Object.values(everyQuestion(course)).filter((one) => one.notebook === notebook)
    .flatMap(({ answers }) => answers);
  const sums = Map.groupBy(own, ({ question }) => question);
  return Object.fromEntries([
    ...[...sums].map(([question, all]) =>
      [question, all.reduce((sum, { points }) => sum + points, 0)] as const
    ),
    ...own.map(({ name, points }) => [name, points] as const),
  ].map(([of, points]) => [`points ${of}`, pointWords(points)]));
}

/**
 * What the slots of a notebook may name, and what they must: every number of the variant.
 *
 * @param notebook the notebook's name, "02_masked_conv"
 */
export function valuesOf(notebook: string): [values: Values, asked: readonly string[]] {
  const own = numbers.get(notebook) ?? {};
  return [{ ...own, ...pointsOf(notebook) }, Object.keys(own)];
}
