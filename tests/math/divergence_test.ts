import assert from "node:assert/strict";
import fc from "fast-check";
import reference from "../../data/flow.json" with { type: "json" };
import {
  type Density,
  divergence,
  DIVERGENCES,
  entropy,
  expectation,
  mass,
  mixture1d,
  normal1d,
  pushforward,
  wasserstein1,
} from "lib/math/divergence.ts";
import { type Random, random } from "lib/math/random.ts";
import { close, difference, T1, T2, wrong } from "../flow/instances.ts";

const line: [number, number] = [-Infinity, Infinity];
const components = (list: number[][]) => list.map(([weight, mean, sd]) => ({ weight, mean, sd }));
const randomMixture = (chance: Random) => {
  const weights = chance.simplex(1 + chance.integer(3));
  return mixture1d(
    weights.map((weight) => ({ weight, mean: chance.uniform(-3, 3), sd: chance.uniform(0.3, 2) })),
  );
};

Deno.test("reference: divergences, Wasserstein distance and entropy of mixtures", () => {
  for (const { p, q, entropy: h, wasserstein1: w1, chiSquare: chi, ...expected } of reference.densities) {
    const [P, Q] = [mixture1d(components(p)), mixture1d(components(q))];
    for (const name of ["kl", "jensenShannon", "totalVariation", "hellingerSquared"] as const) {
      close(divergence(name, P, Q), expected[name], T2, `${name} of ${JSON.stringify([p, q])}`);
    }
    close(divergence("chiSquare", P, Q), Number(chi), T2, `χ² of ${JSON.stringify([p, q])}`);
    close(wasserstein1(P, Q), w1, T2, `W₁ of ${JSON.stringify([p, q])}`);
    close(entropy(P), h, T2);
  }
});

Deno.test("second engine: closed forms between normals", () => {
  const chance = random(133);
  for (let i = 0; i < 100; i++) {
    const [m, n] = [chance.normal(0, 2), chance.normal(0, 2)],
      [s, t] = [chance.uniform(0.2, 2), chance.uniform(0.2, 2)];
    const p = normal1d(m, s), q = normal1d(n, t), d = m - n;
    close(divergence("kl", p, q), Math.log(t / s) + (s * s + d * d) / (2 * t * t) - 0.5, T2, "KL");
    const h2 = 1 - Math.sqrt(2 * s * t / (s * s + t * t)) * Math.exp(-d * d / (4 * (s * s + t * t)));
    close(divergence("hellingerSquared", p, q), h2, T2, "H²");
    const room = 2 * t * t - s * s;
    if (Math.abs(room) < 1e-3) continue;
    const chi = room <= 0 ? Infinity : t * t / (s * Math.sqrt(room)) * Math.exp(d * d / room) - 1;
    const found = divergence("chiSquare", p, q);
    close(found, chi, T2, `χ² of N(${m}, ${s}²), N(${n}, ${t}²)`);
    close(wasserstein1(p, normal1d(n, s)), Math.abs(d), T2, "W₁");
  }
});

Deno.test("second engine: closed forms between normals of any width, at 0 and far from it", () => {
  // 1e-200 and 1e200 were told from 1 in no digit but the fourth, and χ² was Infinity
  const js = 0.111421482184729; // by the midpoint rule on 200,000 points, in Python
  for (const sd of [1e-300, 1e-200, 1e-100, 1e-30, 1e-14, 1e-9, 1e-4, 1e4, 1e9, 1e30, 1e100, 1e200]) {
    for (const mean of [0, 3 * sd, -100 * sd, 1e5 * sd]) {
      const p = normal1d(mean, sd), moved = normal1d(mean + sd, sd), wide = normal1d(mean, 2 * sd);
      const near = (got: number, right: number, what: string) =>
        assert.ok(
          Math.abs(got - right) < 1e-9 * right,
          `${what}, mean ${mean}, sd ${sd}: ${got}, not ${right}`,
        );
      near(mass(p), 1, "mass");
      near(divergence("kl", p, moved), 0.5, "KL");
      near(divergence("kl", p, wide), Math.LN2 - 3 / 8, "KL");
      near(divergence("chiSquare", p, moved), Math.E - 1, "χ²");
      near(divergence("chiSquare", p, wide), 2 / Math.sqrt(1.75) - 1, "χ²");
      near(divergence("hellingerSquared", p, moved), 1 - Math.exp(-1 / 8), "H²");
      near(divergence("hellingerSquared", p, wide), 1 - Math.sqrt(0.8), "H²");
      near(divergence("jensenShannon", p, moved), js, "JS");
      near(wasserstein1(p, moved) / sd, 1, "W₁");
      near(wasserstein1(p, wide) / sd, Math.sqrt(2 / Math.PI), "W₁");
      assert.equal(divergence("chiSquare", wide, p), Infinity);
    }
  }
  // a width that is nothing beside the floats at the mean is refused: W₁ was 7e-18
  for (const mean of [1e15, 1e200]) {
    const narrow = normal1d(mean, 1);
    for (const name of DIVERGENCES) {
      assert.throws(() => divergence(name, narrow, normal1d(0, 1)), /to have mass 1/);
    }
    assert.throws(() => wasserstein1(narrow, normal1d(0, 1)), /to have mass 1/);
  }
});

Deno.test("second engine: densities on part of the line, with algebraic tails, narrow and far away", () => {
  const exponential: Density = { logDensity: (x) => x < 0 ? -Infinity : -x, support: [0, Infinity] };
  const uniform: Density = { logDensity: (x) => x < 0 || x > 1 ? -Infinity : 0, support: [0, 1] };
  const cauchy = (at: number): Density => ({
    logDensity: (x) => -Math.log(Math.PI * (1 + (x - at) ** 2)),
    support: line,
  });
  close(divergence("kl", uniform, exponential), 0.5, T2);
  close(divergence("totalVariation", uniform, exponential), Math.exp(-1), T2);
  close(wasserstein1(uniform, exponential), 0.5, T2);
  assert.equal(divergence("kl", exponential, uniform), Infinity);
  assert.equal(divergence("kl", normal1d(100, 1), exponential), Infinity);
  assert.equal(divergence("chiSquare", normal1d(0, 1), exponential), Infinity);
  close(divergence("kl", exponential, normal1d(0, 1)), 0.5 * Math.log(2 * Math.PI), T2);
  close(divergence("kl", cauchy(0), cauchy(1)), Math.log(1.25), T2);
  close(divergence("chiSquare", cauchy(0), cauchy(1)), 0.5, T2);
  assert.equal(divergence("kl", cauchy(0), normal1d(0, 1)), Infinity);
  close(wasserstein1(cauchy(0), cauchy(1)), 1, T2);
  assert.equal(wasserstein1(cauchy(0), normal1d(0, 1)), Infinity);
  const other: Density = { logDensity: () => Math.log(0.5), support: [0, 2] };
  const constant: Density = { logDensity: () => 0, support: [0, 1] };
  close(divergence("kl", constant, other), Math.LN2, T2, "a log density that does not know its support");
  close(divergence("totalVariation", constant, { logDensity: () => 0, support: [2, 3] }), 1, T2);
  const arcsine: Density = {
    logDensity: (x) => -Math.log(Math.PI) - 0.5 * Math.log(x * (1 - x)),
    support: [0, 1],
  };
  close(divergence("kl", arcsine, constant), Math.log(4 / Math.PI), T2, "singular at both ends");
  const plain: Density = {
    logDensity: (x) => -0.5 * ((x - 500) / 0.01) ** 2 - Math.log(0.01 * Math.sqrt(2 * Math.PI)),
    support: line,
  };
  close(mass(plain), 1, T2, "a narrow density that names no breakpoints");
  close(divergence("kl", plain, normal1d(500, 0.02)), Math.log(2) + 0.125 - 0.5, T2);
  close(divergence("kl", normal1d(37, 1e-3), normal1d(38, 1e-3)), 5e5, T2);
  close(expectation(normal1d(2, 3), (x) => x * x), 13, T2);
});

Deno.test("edge: χ² that diverges is Infinity: by the sds of mixtures, by the tails of anything else", () => {
  const narrow = normal1d(0, 1), wide = normal1d(0, Math.SQRT2), one: [number, number] = [0, 1];
  assert.equal(divergence("chiSquare", wide, narrow), Infinity);
  assert.equal(divergence("chiSquare", normal1d(3, 2), narrow), Infinity);
  assert.ok(Number.isFinite(divergence("chiSquare", normal1d(0, 1.41), narrow)));
  const rarelyWide = mixture1d([{ weight: 1 - 1e-12, mean: 0, sd: 1 }, { weight: 1e-12, mean: 0, sd: 1.5 }]);
  assert.equal(divergence("chiSquare", rarelyWide, narrow), Infinity);
  assert.ok(Number.isFinite(divergence("chiSquare", narrow, rarelyWide)));
  const exp = { forward: Math.exp, inverse: Math.log, logAbsDet: (u: number) => u };
  const sinh = { forward: Math.sinh, inverse: Math.asinh, logAbsDet: (u: number) => Math.log(Math.cosh(u)) };
  for (const map of [exp, sinh]) {
    assert.equal(divergence("chiSquare", pushforward(wide, map), pushforward(narrow, map)), Infinity);
    assert.equal(
      divergence("chiSquare", pushforward(normal1d(1, 2), map), pushforward(narrow, map)),
      Infinity,
    );
    const near = normal1d(0, 1.4);
    close(
      divergence("chiSquare", pushforward(near, map), pushforward(narrow, map)),
      divergence("chiSquare", near, narrow),
      T2,
    );
  }
  const tiny = (sd: number) =>
    pushforward(normal1d(0, sd), { forward: (x) => x, inverse: (y) => y, logAbsDet: () => 0 });
  assert.equal(divergence("chiSquare", tiny(1e-9 * Math.SQRT2), tiny(1e-9)), Infinity);
  assert.equal(divergence("chiSquare", tiny(1e9 * Math.SQRT2), tiny(1e9)), Infinity);
  close(divergence("chiSquare", tiny(1e-9), tiny(2e-9)), 4 / Math.sqrt(7) - 1, T2);
  const beta = (power: number): Density => ({
    logDensity: (x) => Math.log(1 + power) + power * Math.log(x),
    support: one,
  });
  close(divergence("chiSquare", beta(0), beta(0.5)), 4 / 3 - 1, T2);
  assert.equal(divergence("chiSquare", beta(0), beta(1)), Infinity);
  assert.equal(divergence("chiSquare", beta(0), beta(2)), Infinity);
});

Deno.test("edge: nearly equal, and all but disjoint densities", () => {
  const p = normal1d(0, 1), near = normal1d(1e-8, 1);
  for (const name of DIVERGENCES) assert.ok(divergence(name, p, near) < T2 * 10, name);
  close(divergence("totalVariation", p, near), 1e-8 / Math.sqrt(2 * Math.PI), 1e-16);
  close(wasserstein1(p, near), 1e-8, T2);
  const there = pushforward(p, {
    forward: Math.sinh,
    inverse: Math.asinh,
    logAbsDet: (u) => Math.log(Math.cosh(u)),
  });
  const again = pushforward(there, {
    forward: Math.asinh,
    inverse: Math.sinh,
    logAbsDet: (x) => -Math.log(Math.hypot(1, x)),
  });
  for (const name of DIVERGENCES) assert.ok(divergence(name, p, again) < T2, name);
  const [left, right] = [normal1d(-50, 1), normal1d(50, 1)];
  close(divergence("kl", left, right), 5000, T2);
  close(divergence("jensenShannon", left, right), Math.LN2, T2);
  close(divergence("totalVariation", left, right), 1, T2);
  close(divergence("hellingerSquared", left, right), 1, T2);
  assert.equal(divergence("chiSquare", left, right), Infinity, "e^10000 is beyond every number");
  close(wasserstein1(left, right), 100, T2);
});

Deno.test("law: divergences of mixtures are ordered, bounded, and 0 for equal ones only", () => {
  const chance = random(134);
  for (let i = 0; i < 30; i++) {
    const p = randomMixture(chance), q = randomMixture(chance);
    const [tv, h2, js] = (["totalVariation", "hellingerSquared", "jensenShannon"] as const).map((name) =>
      divergence(name, p, q)
    );
    const forward = divergence("kl", p, q);
    assert.ok(forward >= 2 * tv ** 2 - T2 && forward > 0);
    assert.ok(h2 <= tv + T2 && tv <= Math.sqrt(2 * h2) + T2);
    assert.ok(js <= tv * Math.LN2 + T2);
    assert.ok(forward <= Math.log1p(divergence("chiSquare", p, q)) + T2);
    close(divergence("jensenShannon", q, p), js, T2);
    close(wasserstein1(p, q), wasserstein1(q, p), T2);
    for (const name of DIVERGENCES) {
      if (name !== "chiSquare") assert.ok(divergence(name, p, p) < T2, name);
    }
    assert.ok(wasserstein1(p, p) < T2);
    const r = randomMixture(chance);
    assert.ok(wasserstein1(p, r) <= wasserstein1(p, q) + wasserstein1(q, r) + T2, "triangle");
  }
});

Deno.test("second engine: W₁ is the integral of |P − Q|, summed on a fine grid", () => {
  const chance = random(135);
  for (let i = 0; i < 20; i++) {
    const p = randomMixture(chance), q = randomMixture(chance), step = 1e-3;
    let below = 0, sum = 0;
    for (let x = -20; x < 20; x += step) {
      below += step * (Math.exp(p.logDensity(x)) - Math.exp(q.logDensity(x)));
      sum += step * Math.abs(below);
    }
    assert.ok(Math.abs(sum - wasserstein1(p, q)) < 2e-3, "the sum is good to its step");
  }
});

Deno.test("law: a pushforward has mass 1, and no f-divergence sees a map of both densities", () => {
  const chance = random(136);
  const tanh = {
    forward: Math.tanh,
    inverse: Math.atanh,
    logAbsDet: (u: number) => -2 * Math.log(Math.cosh(u)),
  };
  const reversed = {
    forward: (x: number) => 1 - 2 * x,
    inverse: (y: number) => (1 - y) / 2,
    logAbsDet: () => Math.LN2,
  };
  const exp = { forward: Math.exp, inverse: Math.log, logAbsDet: (u: number) => u };
  for (let i = 0; i < 12; i++) {
    const p = normal1d(chance.normal(), chance.uniform(0.6, 1.2)), q = randomMixture(chance);
    for (const map of [tanh, reversed, exp]) {
      const pushed = [pushforward(p, map), pushforward(q, map)];
      close(mass(pushed[0]), 1, T2);
      close(mass(pushed[1]), 1, T2);
      for (const name of DIVERGENCES) {
        close(divergence(name, pushed[0], pushed[1]), divergence(name, p, q), T2, name);
      }
    }
  }
});

Deno.test("edge: densities outside the image of a map, at infinity, where the map is flat", () => {
  const exp = { forward: Math.exp, inverse: Math.log, logAbsDet: (u: number) => u };
  const lognormal = pushforward(normal1d(0, 1), exp);
  assert.deepEqual(lognormal.support, [0, Infinity]);
  for (const y of [0, -1, -1e300, -Infinity, Infinity]) assert.equal(lognormal.logDensity(y), -Infinity);
  close(lognormal.logDensity(1), -0.5 * Math.log(2 * Math.PI), T1);
  const refusing = {
    ...exp,
    inverse: (y: number) => {
      if (y < 1) throw new RangeError("no preimage");
      return Math.log(y);
    },
  };
  assert.equal(pushforward(normal1d(0, 1), refusing).logDensity(0.5), -Infinity);
  const broken = {
    ...exp,
    inverse: () => {
      throw new TypeError("a defect");
    },
  };
  assert.throws(() => pushforward(normal1d(0, 1), broken).logDensity(1), { message: "a defect" });
  const negated = {
    forward: (x: number) => -Math.exp(x),
    inverse: (y: number) => Math.log(-y),
    logAbsDet: (u: number) => u,
  };
  assert.deepEqual(pushforward(normal1d(0, 1), negated).support, [-Infinity, -0]);
  const third = {
    forward: (x: number) => x ** 3,
    inverse: Math.cbrt,
    logAbsDet: (u: number) => Math.log(3 * u * u),
  };
  assert.equal(pushforward(normal1d(0, 1), third).logDensity(0), Infinity);
  assert.equal(normal1d(0, 1).logDensity(Infinity), -Infinity);
});

Deno.test("edge: what is no density, no mixture, no map is named", () => {
  const p = normal1d(0, 1);
  const range = (f: () => unknown, message: RegExp) => assert.throws(f, { name: "RangeError", message });
  const type = (f: () => unknown, message: RegExp) => assert.throws(f, { name: "TypeError", message });
  for (const sd of [0, -1, -0]) range(() => normal1d(0, sd), /positive sd/);
  range(() => normal1d(NaN, 1), /finite.*NaN/);
  range(() => normal1d(0, Infinity), /finite.*Infinity/);
  type(() => normal1d(wrong("0"), 1), /finite number mean/);
  type(() => normal1d(0, wrong(undefined)), /sd.*undefined/);
  range(() => mixture1d([]), /element/);
  range(() => mixture1d([{ weight: 0.5, mean: 0, sd: 1 }]), /sum to 1.*0\.5/);
  range(() => mixture1d([{ weight: 1.5, mean: 0, sd: 1 }, { weight: -0.5, mean: 0, sd: 1 }]), /negative/);
  type(() => mixture1d(wrong({ weight: 1 })), /array/);
  type(() => mixture1d(wrong([null])), /object/);
  range(() => p.logDensity(NaN), /finite.*NaN/);
  type(() => p.logDensity(wrong("1")), /finite number x/);
  assert.throws(() => divergence(wrong("KL"), p, p), {
    name: "RangeError",
    message: /expected name to be "kl" \| "jensenShannon" .*got "KL"/,
  });
  type(() => divergence("kl", wrong(undefined), p), /object p/);
  type(() => divergence("kl", p, wrong({ support: line })), /function q\.logDensity/);
  range(() => divergence("kl", p, { ...p, support: [1, 1] }), /from < to/);
  range(() => divergence("kl", p, { logDensity: (x) => -x * x, support: line }), /mass 1.*got 1\.77/);
  range(() => wasserstein1({ logDensity: (x) => -x * x, support: line }, p), /mass 1/);
  range(() => divergence("kl", { logDensity: () => NaN, support: [0, 1] }, p), /NaN/);
  type(() => divergence("kl", { logDensity: () => wrong("1"), support: [0, 1] }, p), /logDensity.*"1"/);
  range(() => mass({ logDensity: () => 0, support: wrong([0, NaN]) }), /support/);
  type(() => pushforward(p, wrong(Math.exp)), /object map/);
  type(() => pushforward(p, wrong({ forward: Math.exp, inverse: Math.log })), /function logAbsDet/);
  range(
    () => pushforward(p, { forward: (x) => x * x, inverse: Math.sqrt, logAbsDet: (x) => Math.log(2 * x) }),
    /invertible/,
  );
});

Deno.test("mutant: a log-det of the wrong sign, or none, is not a density and is refused", () => {
  const p = normal1d(0.3, 0.8);
  for (const logAbsDet of [(u: number) => -u, () => 0]) {
    const q = pushforward(p, { forward: Math.exp, inverse: Math.log, logAbsDet });
    assert.ok(Math.abs(mass(q) - 1) > 0.1);
    assert.throws(() => divergence("kl", q, p), { message: /mass 1/ });
  }
});

Deno.test("mutant: KL the other way round fails the reference", () => {
  const { p, q, kl: expected } = reference.densities[0];
  const swapped = divergence("kl", mixture1d(components(q)), mixture1d(components(p)));
  assert.ok(difference(swapped, expected) > T2);
});

Deno.test("law: shifting and scaling both densities scales W₁ and leaves the rest", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      (shift, power) => {
        const scale = 10 ** power,
          at = (mean: number, sd: number) => normal1d(shift + scale * mean, scale * sd);
        close(
          wasserstein1(at(0, 1), at(1, 2)) / scale,
          wasserstein1(normal1d(0, 1), normal1d(1, 2)),
          T2,
          "W₁",
        );
        close(
          divergence("kl", at(0, 1), at(1, 2)),
          divergence("kl", normal1d(0, 1), normal1d(1, 2)),
          T2,
          "KL",
        );
      },
    ),
    { numRuns: 40, seed: 137 },
  );
});
