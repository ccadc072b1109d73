import assert from "node:assert/strict";
import { notation } from "lib/proof/notation.ts";
import { reasons } from "lib/proof/reasons/mod.ts";
import { steps } from "lib/proof/steps.ts";

/** Every reason against its own check: it is needed, it is enough, and it gives nothing false. */
for (const reason of Object.values(reasons)) {
  const { check } = reason, made = notation(check.notation);
  const name = check.about ? reason.name.replace("NAME", check.about) : reason.name;
  const second = (pair: readonly [string, string, unknown?], by: string[]) =>
    steps([{ line: pair[0] }, { line: pair[1], by, relation: pair[2] as "=" }], made)[1];

  Deno.test(`law: “${reason.name}” gives its pairs, and without it they do not follow`, () => {
    for (const pair of check.follows) {
      assert.equal(second(pair, [name]).step, "follows", pair.join(" | "));
      assert.equal(second(pair, []).step, "unsupported", `needs no reason: ${pair.join(" | ")}`);
    }
  });

  Deno.test(`mutant: “${reason.name}” does not give what is false`, () => {
    assert.ok(check.broken.length >= 2, "two false pairs at least");
    for (const pair of check.broken) {
      assert.equal(second(pair, [name]).step, "unsupported", pair.join(" | "));
    }
  });
}
