import assert from "node:assert/strict";
import reference from "../../data/flow.json" with { type: "json" };
import {
  chiSquare,
  type DivergenceName,
  DIVERGENCES,
  hellingerSquared,
  jensenShannon,
  kl,
  totalVariation,
} from "lib/math/divergence.ts";
import { random } from "lib/math/random.ts";
import { close, T1, wrong } from "../flow/instances.ts";

const discrete: Record<DivergenceName, (p: readonly number[], q: readonly number[]) => number> = {
  kl,
  jensenShannon,
  totalVariation,
  chiSquare,
  hellingerSquared,
};
Deno.test("reference: divergences of probability vectors", () => {
  for (const { p, q, ...expected } of reference.vectors) {
    for (const name of DIVERGENCES) {
      close(discrete[name](p, q), expected[name], T1, `${name} of ${p} and ${q}`);
    }
  }
});

Deno.test("law: divergences of vectors are ordered, bounded, and 0 for equal vectors only", () => {
  const chance = random(131);
  for (let i = 0; i < 500; i++) {
    const n = 1 + chance.integer(6), p = chance.simplex(n), q = chance.simplex(n);
    const [tv, h2, js] = [totalVariation(p, q), hellingerSquared(p, q), jensenShannon(p, q)];
    assert.ok(kl(p, q) >= 2 * tv ** 2 - T1, "Pinsker");
    assert.ok(h2 <= tv + T1 && tv <= Math.sqrt(2 * h2) + T1, "Hellinger and total variation");
    assert.ok(kl(p, q) <= Math.log1p(chiSquare(p, q)) + T1, "KL and χ²");
    assert.ok(js <= Math.LN2 && js <= tv * Math.LN2 + T1, "Jensen–Shannon");
    for (const name of DIVERGENCES) assert.equal(discrete[name](p, p), 0, name);
    close(jensenShannon(q, p), js, T1);
    if (n > 1) assert.ok(kl(p, q) > 0);
  }
});

Deno.test("law: a permutation of the outcomes changes no divergence of vectors; merging two never adds", () => {
  const chance = random(132);
  for (let i = 0; i < 300; i++) {
    const n = 2 + chance.integer(5),
      p = chance.simplex(n),
      q = chance.simplex(n),
      order = chance.permutation(n);
    const merged = (v: number[]) => [v[0] + v[1], ...v.slice(2)];
    for (const name of DIVERGENCES) {
      const before = discrete[name](p, q);
      close(discrete[name](order.map((k) => p[k]), order.map((k) => q[k])), before, T1, name);
      assert.ok(discrete[name](merged(p), merged(q)) <= before + T1 * Math.max(1, before), name);
    }
  }
});

Deno.test("edge: support mismatch is infinite one way and finite the other; 0 log 0 = 0", () => {
  assert.equal(kl([0.5, 0.5], [1, 0]), Infinity);
  close(kl([1, 0], [0.5, 0.5]), Math.LN2, T1);
  assert.equal(chiSquare([0.5, 0.5], [1, 0]), Infinity);
  assert.equal(chiSquare([1, 0], [0.5, 0.5]), 1);
  assert.equal(jensenShannon([1, 0], [0, 1]), Math.LN2);
  assert.equal(totalVariation([1, 0], [0, 1]), 1);
  assert.equal(hellingerSquared([1, 0], [0, 1]), 1);
  assert.equal(kl([1, 0, 0], [1, 0, 0]), 0);
  assert.equal(kl(wrong(new Float32Array([0.5, 0.5])), wrong(new Float64Array([0.5, 0.5]))), 0);
  const tiny = kl([0.5 + 1e-9, 0.5 - 1e-9], [0.5, 0.5]);
  assert.ok(Math.abs(tiny / 2e-18 - 1) < 1e-6, `${tiny}`);
});

Deno.test("edge: what is no probability vector is named", () => {
  for (const [name, of] of Object.entries(discrete)) {
    const refuses = (p: unknown, q: unknown, fault: RegExp, kind = "RangeError") =>
      assert.throws(() => of(wrong(p), wrong(q)), { name: kind, message: fault }, name);
    refuses([0.5, 0.6], [0.5, 0.5], /sum to 1.*got 1\.1/);
    refuses([0.5, 0.5], [1.5, -0.5], /negative.*-0\.5/);
    refuses([0.5, NaN], [0.5, 0.5], /finite.*NaN/);
    refuses([0.5, Infinity], [0.5, 0.5], /finite.*Infinity/);
    refuses([0.5, 0.5], [0.2, 0.3, 0.5], /2 components, got 3/);
    refuses([], [], /element/);
    refuses([0.5, "0.5"], [0.5, 0.5], /finite/, "TypeError");
    for (const bad of [undefined, null, 3, "x"]) refuses(bad, [1], /array/, "TypeError");
  }
});
