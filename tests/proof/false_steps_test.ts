import assert from "node:assert/strict";
import { toolbox } from "lib/proof/missing.ts";
import { notation } from "lib/proof/notation.ts";
import { parse } from "lib/proof/parse.ts";
import { holds, readRelation } from "lib/proof/steps.ts";
import { groups } from "./false_steps.ts";

/** False pairs, as a hostile mathematician would try them: none follows, by one reason or by all together. */

for (const [name, spec, pairs] of groups) {
  Deno.test(`mutant: ${pairs.length} false steps about ${name} follow by nothing`, () => {
    const made = notation(spec), all = toolbox(made);
    for (const [above, below, relation] of pairs) {
      const [a, b] = [above, below].map((text) => parse(text, made)), by = readRelation(relation)!;
      const link = { above: a, below: b, relation: by, notation: made };
      assert.ok(!holds(link, all), `${above} ${by} ${below} by all reasons`);
      for (const one of all) {
        assert.ok(!holds(link, [one]), `${above} ${by} ${below} by ${one.text}`);
      }
    }
  });
}
