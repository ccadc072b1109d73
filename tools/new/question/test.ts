import assert from "node:assert/strict";
import reference from "./coins.json" with { type: "json" };
import { claims } from "./claims.ts";
import { expectation } from "./coins.ts";
import { spread } from "./figures.ts";
import { misconceptions } from "./misconceptions.ts";
import { answer } from "./questions.ts";
import { tossVariance } from "./solution.ts";

Deno.test("mutant: every claim holds and rejects its broken variants", () => {
  for (const { id, judge } of claims.entries) {
    const { status, mutants, because } = judge();
    assert.equal(status, "holds", `${id}: ${because}`);
    assert.ok(mutants.every(({ rejected }) => rejected), id);
  }
});

Deno.test("reference: another program finds the same numbers", () => {
  for (const { p, variance: known } of reference.tosses) {
    assert.ok(Math.abs(tossVariance(p) - known) < 1e-15, `${p}`);
  }
});

Deno.test("law: the solution holds in several forms, and each misconception is named", () => {
  for (const form of [tossVariance, (p: number) => p - p ** 2, (p: number) => [p * (1 - p)]]) {
    assert.equal(answer("coinsVariance", () => form).status, "holds");
  }
  for (const { name, answer: wrong } of misconceptions.coinsVariance) {
    assert.equal(answer("coinsVariance", () => wrong).misconception, name);
  }
  assert.equal(answer("coinsVariance", () => undefined).status, "not answered");
});

Deno.test("edge: p outside [0, 1] is refused, and the figure is plain data", () => {
  assert.throws(() => expectation(1.5, (x) => x), /expected p from 0 to 1, got 1\.5/);
  assert.equal(spread().data.length, 1);
});
