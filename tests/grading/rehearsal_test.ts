/** What `submit` says of a notebook is what `grade` gives for it, whatever a student has done to its cells. */
import assert from "node:assert/strict";
import { rests } from "../tools/fixtures.ts";
import { rehearsals, standingOf } from "./rehearsals.ts";

/** How many notebooks of each kind are edited, and how many where there is time. */
const plan = [
  ["04_gan", 16, 300],
  ["01_elbo", 8, 150],
  ["05_simsiam", 8, 150],
  ["02_masked_conv", 4, 100],
] as const;

for (const [book, few, many] of plan.filter(([book]) => !rests(book))) {
  const cases = Deno.env.get("LONG") === "1" ? many : few;
  Deno.test(`law: what submit says is what grade gives, for ${cases} of ${book} edited at random`, async () => {
    const all = await rehearsals(book, cases, 19);
    assert.equal(all.length, cases);
    for (const [i, { done, told, graded }] of all.entries()) {
      assert.deepEqual(standingOf(told), standingOf(graded), `${i}: ${done.join(", ")}`);
    }
    // edits that change nothing, or everything, would prove nothing
    const scores = new Set(all.map(({ graded }) => graded.score));
    assert.ok(scores.size > Math.min(3, cases / 8), `scores ${[...scores]}`);
  });
}
