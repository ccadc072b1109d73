import assert from "node:assert/strict";
import { type Identity, identity } from "lib/proof/identity.ts";

const spec: Identity<{ a: number; b: number }> = {
  sides: ["(a + b)^2", "a^2 + 2 a b + b^2"],
  notation: { symbols: { a: "scalar", b: "scalar" } },
  evidence: "closed form",
  instance: (random) => ({ a: random.normal(), b: random.normal() }),
};
const judged = (change: Partial<typeof spec>) => identity("0.1", { ...spec, ...change }).judge();

Deno.test("law: an identity is typeset from what is run, and every edit of either side is rejected", () => {
  const verdict = judged({ before: "The square: ", behind: "." });
  assert.equal(verdict.status, "holds", verdict.because ?? "");
  assert.equal(verdict.statement, "The square: $(a + b)^2 = a^2 + 2 a b + b^2$.");
  assert.ok(verdict.mutants.length > 20 && verdict.mutants.every((m) => m.rejected));
  const bound = judged({ sides: ["2 a b", "a^2 + b^2"], relation: "≤" });
  assert.equal(bound.status, "holds", bound.because ?? "");
  assert.match(bound.statement, /\\le/);
  assert.ok(bound.mutants.length > 5);
});

Deno.test("mutant: a false formula is named with its worst instance", () => {
  for (const sides of [["(a + b)^2", "a^2 + a b + b^2"], ["(a + b)^2", "(a - b)^2"]] as const) {
    const verdict = judged({ sides });
    assert.equal(verdict.status, "keep working");
    assert.ok(verdict.error > 1e-3 && verdict.worst !== undefined);
  }
  assert.equal(judged({ sides: ["a^2 + b^2", "2 a b"], relation: "≤" }).status, "keep working");
});

Deno.test("mutant: instances that can't see an edit make the claim defective", () => {
  const verdict = judged({ instance: (random) => ({ a: random.normal(), b: 1 }) });
  assert.equal(verdict.status, "defective");
  assert.match(verdict.because!, /can't tell “.*” from the formula/);
});

Deno.test("edge: what can't be valued never holds", () => {
  assert.equal(judged({ sides: ["log(a)", "log(a)"] }).status, "keep working");
  assert.throws(() => judged({ sides: ["a + c", "a"] }), /c/);
});
