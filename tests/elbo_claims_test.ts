import assert from "node:assert/strict";
import { claims } from "lib/claims/elbo.ts";
import { mutants } from "lib/zoo/elbo/mutants.ts";

const letters = (prefix: string, last: string) =>
  Array.from(
    { length: last.charCodeAt(0) - "a".charCodeAt(0) + 1 },
    (_, i) => `${prefix}.${String.fromCharCode("a".charCodeAt(0) + i)}`,
  );
const ids = [
  ...letters("1.0", "c"),
  ...letters("1.1", "h"),
  ...letters("1.2", "i"),
  ...letters("1.3", "c"),
  "1.4",
];
const further = ["1.2.g", "1.2.h", "1.2.i", "1.4"];

Deno.test("mutant: every claim of question 1 holds and rejects all its broken variants", () => {
  assert.deepEqual(claims.entries.map((entry) => entry.id), ids);
  for (const entry of claims.entries) {
    const verdict = entry.judge();
    assert.equal(
      verdict.status,
      verdict.evidence === "editorial" ? "noted" : "holds",
      `${entry.id}: ${verdict.because} (error ${verdict.error})`,
    );
    if (verdict.evidence === "editorial") continue;
    assert.ok(verdict.instances >= 200, entry.id);
    assert.ok(verdict.mutants.length >= 1 && verdict.mutants.every((m) => m.rejected), entry.id);
    const listed = mutants[entry.id as keyof typeof mutants];
    assert.deepEqual(verdict.mutants.map((m) => m.name), Object.keys(listed));
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
