import assert from "node:assert/strict";
import { claims } from "lib/elbo/claims.ts";
import { lettered, testClaims } from "../proof/question.ts";

const ids = [
  ...lettered("1.0", "f"),
  ...lettered("1.1", "j"),
  ...lettered("1.2", "d"),
  ..."jkefghi".split("").map((letter) => `1.2.${letter}`),
  ...["1.3.a", "1.3.b", "1.3.d", "1.3.c"],
  ...["1.4", ...lettered("1.4", "d")],
];
const further = ["1.0.e", "1.0.f", "1.2.g", "1.2.h", "1.2.i", "1.4", ...lettered("1.4", "d")];

testClaims("question 1", claims, ids);

Deno.test("law: a prefix selects its own claims, and what goes further only when asked", () => {
  assert.deepEqual(claims.entries.filter((entry) => entry.further).map((entry) => entry.id), further);
  assert.deepEqual(claims("1.3").map((v) => v.id), ["1.3.a", "1.3.b", "1.3.d", "1.3.c"]);
  assert.deepEqual(claims("1.2.g", { further: true }).map((v) => v.id), ["1.2.g"]);
  assert.throws(() => claims("1.9"), /Cannot select claims: expected .*1\.0\.a.*got 1\.9/);
});

Deno.test("law: a box stands only where the source's own words are false or ambiguous", () => {
  const boxes = claims("1").filter((v) => v.printed !== undefined);
  assert.deepEqual(boxes.map((v) => v.id), ["1.1.f", "1.2.b"]);
  assert.deepEqual(boxes[0].printedAt, { where: "1.1, the last sentence", fault: "ambiguous" });
});
