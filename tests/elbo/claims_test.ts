import assert from "node:assert/strict";
import { claims } from "lib/elbo/claims.ts";
import { mutants } from "lib/elbo/zoo/mutants.ts";
import { lettered, testClaims } from "../proof/question.ts";

const ids = [
  ...lettered("1.0", "c"),
  ...lettered("1.1", "h"),
  ...lettered("1.2", "i"),
  ...lettered("1.3", "c"),
  "1.4",
];
const further = ["1.2.g", "1.2.h", "1.2.i", "1.4"];

testClaims("question 1", claims, ids);

Deno.test("mutant: each claim is tried against all that the zoo keeps for it", () => {
  for (const { id, judge } of claims.entries) {
    const { evidence, mutants: tried } = judge();
    if (evidence !== "editorial") {
      assert.deepEqual(tried.map(({ name }) => name), Object.keys(mutants[id as keyof typeof mutants]));
    }
  }
});

Deno.test("law: a prefix selects its own claims, and what goes further only when asked", () => {
  assert.deepEqual(claims.entries.filter((entry) => entry.further).map((entry) => entry.id), further);
  assert.deepEqual(claims("1.3").map((v) => v.id), ["1.3.a", "1.3.b", "1.3.c"]);
  assert.deepEqual(claims("1.2.g", { further: true }).map((v) => v.id), ["1.2.g"]);
  assert.throws(() => claims("1.9"), /Cannot select claims: expected .*1\.0\.a.*got 1\.9/);
});

Deno.test("law: what the assignment prints is refuted where it is wrong", () => {
  const refuted = claims("1").filter((v) => v.refutedBy !== undefined).map((v) => v.id);
  assert.deepEqual(refuted, ["1.0.c", "1.1.a", "1.1.f", "1.1.g", "1.1.h", "1.2.d", "1.2.f", "1.3.a"]);
});
