/** The source of chance: its stream by a second engine, first draws, neighbouring seeds, every law it promises. */
import assert from "node:assert/strict";
import { batches, type Random, random, RATIONAL_SAMPLE } from "lib/math/random.ts";

const word = (x: bigint) => BigInt.asUintN(64, x);
const rotate = (x: bigint, k: bigint) => word(x << k) | (x >> (64n - k));

/** splitmix64's outputs from a seed. */
function splitmix64(seed: bigint) {
  let state = seed;
  return () => {
    let z = state = word(state + 0x9e3779b97f4a7c15n);
    z = word((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = word((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

Deno.test("reference: splitmix64 as published, and xoroshiro128+ started from it in 64-bit arithmetic", () => {
  // https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
  const published = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n];
  const next = splitmix64(1234567n);
  assert.deepEqual(published.map(() => next()), published);
  for (const seed of [0, 1, -1, 4, 1234567, 2 ** 31, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER, -5e12]) {
    const mix = splitmix64(BigInt.asUintN(64, BigInt(seed))), source = random(seed);
    let s0 = mix(), s1 = mix();
    const half = (bits: bigint) => {
      const out = word(s0 + s1) & (2n ** bits - 1n), both = s0 ^ s1;
      s0 = rotate(s0, 24n) ^ both ^ word(both << 16n);
      s1 = rotate(both, 37n);
      return Number(out);
    };
    for (let k = 0; k < 20; k++) {
      const high = half(26n), low = half(27n);
      assert.equal(source.uniform(), (high * 2 ** 27 + low) / 2 ** 53);
    }
  }
});

/** Probability that Kolmogorov's statistic of n draws is larger (Marsaglia's correction of the limit law). */
function kolmogorovSmirnov(draws: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...draws].sort((a, b) => a - b), n = sorted.length;
  const d = sorted.reduce((m, x, i) => Math.max(m, cdf(x) - i / n, (i + 1) / n - cdf(x)), 0);
  const t = d * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (k % 2 ? 1 : -1) * Math.exp(-2 * k * k * t * t);
  return Math.min(1, Math.max(0, p));
}

/** The z-score of χ² = Σ (observed − expected)²/expected (Wilson & Hilferty's cube root). */
function chiSquareScore(counts: readonly number[], expected: (i: number) => number): number {
  const chi = counts.reduce((sum, c, i) => sum + (c - expected(i)) ** 2 / expected(i), 0);
  const k = counts.length - 1, spread = 2 / (9 * k);
  return ((chi / k) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread);
}

function counted(n: number, draws: readonly number[]): number[] {
  const counts = new Array<number>(n).fill(0);
  for (const i of draws) counts[i]++;
  return counts;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [a, b].map((v) => {
    const mean = v.reduce((sum, x) => sum + x, 0) / v.length;
    return v.map((x) => x - mean);
  });
  const dot = (u: number[], v: number[]) => u.reduce((sum, x, i) => sum + x * v[i], 0);
  return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

/** Φ by Marsaglia's series: no draw of these tests is further out than it is good for. */
function normalCdf(x: number): number {
  let term = x, sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) sum += term *= x * x / k;
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** Fixed seeds, so nothing here is chance; a law is doubted from one in ten thousand on, and a z of 4. */
const DOUBTED = 1e-4, FAR = 4;
const seeds = (n: number, from = 0, step = 1) => Array.from({ length: n }, (_, i) => from + i * step);
const DRAWS = 4;
const firstDraws = (seed: number): number[] => {
  const source = random(seed);
  return source.list(DRAWS, () => source.uniform());
};
const stretches: [string, number[]][] = [
  ["0 … 9,999", seeds(10_000)],
  ["−9,999 … 0", seeds(10_000, -9999)],
  ["multiples of 1000", seeds(10_000, 0, 1000)],
  ["multiples of 2³²", seeds(10_000, 0, 2 ** 32)],
  ["the last ones", seeds(10_000, Number.MAX_SAFE_INTEGER - 9999)],
];

Deno.test("law: draw k over neighbouring seeds is uniform, whatever k (Kolmogorov–Smirnov, χ²)", () => {
  for (const [name, all] of stretches) {
    const table = all.map((seed) => firstDraws(seed));
    for (let k = 0; k < DRAWS; k++) {
      const draws = table.map((row) => row[k]);
      assert.ok(kolmogorovSmirnov(draws, (x) => x) > DOUBTED, `${name}, draw ${k}`);
      // And of the low bits, which a mean does not see.
      const low = counted(64, draws.map((u) => Math.floor(u * 2 ** 53) % 64));
      assert.ok(Math.abs(chiSquareScore(low, () => all.length / 64)) < FAR, `${name}, low bits of draw ${k}`);
    }
  }
});

Deno.test("law: the first draws of every kind follow their laws over seeds 0 … 9,999", () => {
  const all = seeds(10_000),
    first = <T>(draw: (source: Random) => T) => all.map((seed) => draw(random(seed)));
  for (const n of [2, 3, 10, 64]) {
    const score = chiSquareScore(counted(n, first((r) => r.integer(n))), () => all.length / n);
    assert.ok(Math.abs(score) < FAR, `integer(${n}): ${score}`);
  }
  assert.ok(kolmogorovSmirnov(first((r) => r.normal()), normalCdf) > DOUBTED);
  const corners = first((r) => r.simplex(3));
  for (let i = 0; i < 3; i++) {
    // A coordinate of the uniform law on the triangle: P(≤ x) = 1 − (1 − x)².
    assert.ok(kolmogorovSmirnov(corners.map((p) => p[i]), (x) => 1 - (1 - x) ** 2) > DOUBTED);
  }
});

Deno.test("law: neighbouring seeds have nothing in common", () => {
  for (const [name, all] of stretches) {
    const table = all.map((seed) => firstDraws(seed));
    for (let k = 0; k < DRAWS; k++) {
      const draws = table.map((row) => row[k]), r = correlation(draws.slice(1), draws.slice(0, -1));
      assert.ok(Math.abs(r) * Math.sqrt(draws.length - 1) < FAR, `${name}, draw ${k}: ${r}`);
    }
  }
  // Every bit of the seed counts: flipping one changes about half of the first draw's 53 bits.
  for (let bit = 0; bit < 53; bit++) {
    const flips = seeds(64, 12_345).map((seed) => {
      const other = Number(BigInt(seed) ^ (1n << BigInt(bit)));
      let x = BigInt(random(seed).uniform() * 2 ** 53) ^ BigInt(random(other).uniform() * 2 ** 53), ones = 0;
      for (; x > 0n; x >>= 1n) ones += Number(x & 1n);
      return ones;
    });
    const mean = flips.reduce((sum, n) => sum + n, 0) / flips.length;
    assert.ok(Math.abs(mean - 26.5) < FAR * Math.sqrt(53 / 4 / flips.length), `bit ${bit}: ${mean} bits`);
  }
});

Deno.test("mutant: these tests reject the seed used raw, as pure-rand starts from it", async () => {
  const { xoroshiro128plus } = await import("pure-rand/generator/xoroshiro128plus");
  const { uniformFloat64 } = await import("pure-rand/distribution/uniformFloat64");
  const draws = seeds(10_000).map((seed) => uniformFloat64(xoroshiro128plus(seed)));
  assert.ok(kolmogorovSmirnov(draws, (x) => x) < 1e-12);
  assert.ok(Math.abs(correlation(draws.slice(1), draws.slice(0, -1))) > 0.9);
});

Deno.test("law: one long stream follows every law (n = 30,000)", () => {
  const n = 30_000;
  for (const seed of [1, 2, 3]) {
    const source = random(seed), draw = <T>(one: () => T) => source.list(n, one);
    assert.ok(kolmogorovSmirnov(draw(() => source.uniform()), (x) => x) > DOUBTED, "uniform");
    assert.ok(
      kolmogorovSmirnov(draw(() => source.uniform(-3, 5)), (x) => (x + 3) / 8) > DOUBTED,
      "uniform(−3, 5)",
    );
    assert.ok(kolmogorovSmirnov(source.normals(n), normalCdf) > DOUBTED, "normals");
    const scaled = draw(() => source.normal(2, 0.5));
    assert.ok(kolmogorovSmirnov(scaled, (x) => normalCdf((x - 2) / 0.5)) > DOUBTED, "normal(2, .5)");
    const z = source.normals(n), r = correlation(z.filter((_, i) => i % 2 === 0), z.filter((_, i) => i % 2));
    assert.ok(Math.abs(r) * Math.sqrt(n / 2) < FAR, "the polar method's pairs");
    for (const k of [2, 7, 1000]) {
      const score = chiSquareScore(counted(k, draw(() => source.integer(k))), () => n / k);
      assert.ok(Math.abs(score) < FAR, `integer(${k}): ${score}`);
    }
    const half = draw(() => source.integer(2 ** 31));
    assert.ok(kolmogorovSmirnov(half, (x) => (x + 1) / 2 ** 31) > DOUBTED, "integer(2³¹)");
    const index = new Map(["a", "b", "c"].map((letter, i) => [letter, i]));
    const picked = draw(() => index.get(source.pick(["a", "b", "c"]))!);
    assert.ok(Math.abs(chiSquareScore(counted(3, picked), () => n / 3)) < FAR, "pick");
    const grid = draw(() => Math.round(Number(source.rational().valueOf()) * 30) + 900);
    assert.ok(
      Math.abs(chiSquareScore(counted(RATIONAL_SAMPLE, grid), () => n / RATIONAL_SAMPLE)) < FAR,
      "rational",
    );
    const pairs = draw(() => source.integer(12) * 12 + source.integer(12));
    assert.ok(Math.abs(chiSquareScore(counted(144, pairs), () => n / 144)) < FAR, "pairs in a row");
    const simplex = draw(() => source.simplex(4));
    for (let i = 0; i < 4; i++) {
      assert.ok(kolmogorovSmirnov(simplex.map((p) => p[i]), (x) => 1 - (1 - x) ** 3) > DOUBTED, "simplex");
    }
    const orders = draw(() => Number(source.permutation(4).join("")));
    const names = [...new Set(orders)];
    assert.equal(names.length, 24);
    assert.ok(Math.abs(chiSquareScore(counted(24, orders.map((o) => names.indexOf(o))), () => n / 24)) < FAR);
  }
});

Deno.test("edge: a uniform draw is below its end however few floats there are, and a batch is no larger than all", () => {
  const r = random(9);
  for (const [from, to] of [[1, 1 + 2 ** -52], [0.1, 0.1 + 2 ** -56], [-1e300, -1e300 + 2e284]]) {
    for (let i = 0; i < 1000; i++) {
      const x = r.uniform(from, to);
      assert.ok(from <= x && x < to, `${x} in [${from}, ${to})`);
    }
  }
  assert.equal(r.uniform(2, 2), 2);
  for (const [count, batch] of [[3, 5], [0, 0], [10, 2.5], [-3, 1], [4, NaN]]) {
    assert.throws(() => batches(count, batch, 1), /Cannot draw batches: expected a batch of 1 …/);
  }
  assert.deepEqual(batches(3, 3, 1)().sort(), [0, 1, 2]);
});
