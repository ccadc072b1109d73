import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { type Rational, rational } from "./exact.ts";

/** How many values `rational()` takes, all equally likely: what the chance of a false identity depends on. */
export const RATIONAL_SAMPLE = 1801;

/** A seeded source of chance: the same seed gives the same draws, on every machine. */
export interface Random {
  /** Uniform on [0, 1), or on [from, to). */
  uniform(from?: number, to?: number): number;
  /** N(mean, sd²), by default N(0, 1) (Marsaglia's polar method). */
  normal(mean?: number, sd?: number): number;
  /** Uniform on 0 … n − 1; n a positive whole number up to 2³¹. */
  integer(n: number): number;
  /** One of `choices`, uniformly. */
  pick<T>(choices: readonly T[]): T;
  /** k/30 with k uniform on −900 … 900: a random point for exact identities (`RATIONAL_SAMPLE` values). */
  rational(): Rational;
  /** n draws: an array of what `draw(i)` gives. */
  list<T>(n: number, draw: (index: number) => T): T[];
  /** n independent N(0, 1). */
  normals(n: number): number[];
  /** rows × columns independent N(0, 1). */
  normalMatrix(rows: number, columns: number): number[][];
  /** A probability vector of n entries, uniform on the simplex. */
  simplex(n: number): number[];
  /** 0 … n − 1 in random order (Fisher–Yates). */
  permutation(n: number): number[];
}

/**
 * A seeded source of chance (xoroshiro128+ from a mixed seed), the only one in this project.
 *
 * @param seed whole number, −(2⁵³ − 1) … 2⁵³ − 1: all of its bits count, and neighbours have nothing in common
 * @throws TypeError for a seed that is not a whole number
 */
export function random(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new TypeError(`Cannot seed the generator: expected a whole number, got ${String(seed)}`);
  }
  const generator = xoroshiro128plusFromState(mixed(seed));
  let spare: number | undefined;

  const uniform = (from = 0, to = 1): number => {
    for (;;) {
      const x = from + (to - from) * uniformFloat64(generator);
      // where floats are far apart beside the range the sum may be rounded up to its end
      if (x !== to || !(from < to)) return x;
    }
  };
  const standardNormal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const u = uniform(-1, 1), v = uniform(-1, 1), s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const radius = Math.sqrt(-2 * Math.log(s) / s);
      spare = v * radius;
      return u * radius;
    }
  };
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 31) {
      throw new RangeError(`Cannot draw an integer: expected n in 1 … 2³¹, got ${String(n)}`);
    }
    return uniformInt(generator, 0, n - 1);
  };
  const list = <T>(n: number, draw: (index: number) => T) => Array.from({ length: n }, (_, i) => draw(i));

  return {
    uniform,
    normal: (mean = 0, sd = 1) => mean + sd * standardNormal(),
    integer,
    pick: (choices) => {
      if (choices.length === 0) throw new RangeError("Cannot pick: expected at least one choice, got none");
      return choices[integer(choices.length)];
    },
    rational: () => rational(integer(RATIONAL_SAMPLE) - (RATIONAL_SAMPLE - 1) / 2, 30),
    list,
    normals: (n) => list(n, standardNormal),
    normalMatrix: (rows, columns) => list(rows, () => list(columns, standardNormal)),
    simplex: (n) => {
      const weights = list(n, () => -Math.log(1 - uniform()));
      const total = weights.reduce((sum, w) => sum + w, 0);
      return weights.map((w) => w / total);
    },
    permutation: (n) => {
      const order = list(n, (i) => i);
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}

/**
 * The first two outputs of splitmix64 from `seed`, as four 32-bit words: a generator started from the seed itself
 * takes many draws to forget it, and so begins alike for all small ones.
 *
 * @source Steele, Lea & Flood, Fast splittable pseudorandom number generators, OOPSLA 2014
 */
function mixed(seed: number): number[] {
  const word = (x: bigint) => BigInt.asUintN(64, x), start = BigInt(seed);
  return [1n, 2n].flatMap((k) => {
    let z = word(start + k * 0x9e3779b97f4a7c15n);
    z = word((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = word((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    z ^= z >> 31n;
    return [Number(z >> 32n) | 0, Number(z & 0xffffffffn) | 0];
  });
}

/**
 * Batches of indices 0 … count − 1 in random order; a rest too small for a batch waits for another round.
 *
 * @throws RangeError for a batch that is no whole number of 1 … count
 */
export function batches(count: number, batch: number, seed: number): () => number[] {
  if (!Number.isInteger(batch) || batch < 1 || !(batch <= count)) {
    throw new RangeError(`Cannot draw batches: expected a batch of 1 … ${count}, got ${String(batch)}`);
  }
  const chance = random(seed);
  let order: number[] = [], next = 0;
  return () => {
    if (next + batch > order.length) [order, next] = [chance.permutation(count), 0];
    next += batch;
    return order.slice(next - batch, next);
  };
}
