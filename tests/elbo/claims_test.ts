import assert from "node:assert/strict";
import { claims } from "lib/elbo/claims.ts";
import { lettered, testClaims } from "../proof/question.ts";

testClaims("question 1", claims, {
  asked: [
    ...[...lettered("1.0", "abcd"), ...lettered("1.1", "abcdefghij")],
    ...[...lettered("1.2", "abcdefjk"), ...lettered("1.3", "abcdef")],
  ],
  further: [...lettered("1.0", "ef"), ...lettered("1.2", "ghi"), "1.4", ...lettered("1.4", "abcd")],
});

Deno.test("law: a box stands only where the source's own words are false or ambiguous", () => {
  const boxes = claims("1").filter((v) => v.printed !== undefined);
  assert.deepEqual(boxes.map((v) => v.id), ["1.1.f", "1.2.b"]);
  assert.deepEqual(boxes[0].printedAt, { where: "1.1, the last sentence", fault: "ambiguous" });
});
