import assert from "node:assert/strict";
import fc from "fast-check";
import { difference } from "lib/math/difference.ts";
import { apply, expm, scale } from "lib/math/linalg.ts";
import { solveOde } from "lib/math/ode.ts";
import { random } from "lib/math/random.ts";
import type { Vector } from "lib/math/types.ts";
import data from "../../data/simsiam.json" with { type: "json" };

/** Ten times the default tolerance, 1e-10: errors of steps add up. */
const T2 = 1e-9;
/** What the solver promises where rounding in f itself, of stiffness · ε, is the limit. */
const STIFF = 1e-6;

const near = (a: Vector, b: Vector, tolerance: number, about = "") => {
  const error = difference([...a], [...b]);
  assert(error <= tolerance, `${about}: off by ${error}, more than ${tolerance}`);
};
const refuses = (
  run: () => unknown,
  words: RegExp,
  Fault: typeof TypeError | typeof RangeError = RangeError,
) =>
  assert.throws(run, (error) => {
    assert(error instanceof Fault, String(error));
    assert.match(error.message, /^Cannot solve the ODE: expected .+, got .*[^.]$/);
    assert.match(error.message, words);
    return true;
  });
const decay = (_: number, y: Vector) => y.map((x) => -x);
const turn = (_: number, [a, b]: Vector) => [b, -a];

fc.configureGlobal({ seed: 5 });

Deno.test("law: going there and back, or there by two roads, ends in the same state", () => {
  const f = (t: number, [a, b]: Vector) => [b, Math.cos(t) - Math.sin(a) - 0.1 * b];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (s) => {
      const r = random(s), y0 = r.normals(2), t0 = r.uniform(-3, 3), t1 = t0 + r.uniform(-4, 4);
      const [, there] = solveOde(f, y0, [t0, t1]), [, back] = solveOde(f, there, [t1, t0]);
      near(back, y0, T2, `seed ${s}`);
      const middle = (2 * t0 + t1) / 3;
      near(solveOde(f, y0, [t0, middle, middle, t1])[3], there, T2, `seed ${s}`);
    }),
    { numRuns: 40 },
  );
});

Deno.test("law: a circle keeps its radius, and e^−t its digits down to 1e-260", () => {
  const circle = solveOde(turn, [3, 4], [0, 1, 10, 50]);
  for (const y of circle) near([Math.hypot(...y)], [5], T2);
  const [, , last] = solveOde(decay, [1], [0, 30, 600]);
  near([last[0] / Math.exp(-600)], [1], T2);
});

Deno.test("law: a tighter tolerance comes closer, a looser one keeps its own", () => {
  for (const tolerance of [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]) {
    const [, y] = solveOde(turn, [0, 1], [0, 20], { tolerance });
    near(y, [Math.sin(20), Math.cos(20)], 10 * tolerance, `tolerance ${tolerance}`);
  }
});

Deno.test("second engine: linear systems against the matrix exponential, forward and backward", () => {
  const r = random(3);
  for (let trial = 0; trial < 25; trial++) {
    const n = 1 + r.integer(5), A = r.normalMatrix(n, n), y0 = r.normals(n), t = r.uniform(-2, 2);
    const wanted = apply(expm(scale(t, A)), y0);
    near(solveOde((_, y) => apply(A, y), y0, [0, t])[1], wanted, T2, `trial ${trial}`);
  }
});

Deno.test("second engine: stiff linear systems, rates up to 1e9 apart, against the closed form", () => {
  for (const rate of [1e2, 1e4, 1e6, 1e9]) {
    const towards = (t: number, [y]: Vector) => [-rate * (y - Math.cos(t)) - Math.sin(t)];
    near(solveOde(towards, [2], [0, 10])[1], [Math.cos(10)], T2, `rate ${rate}`);
    const a = (rate + 1) / 2, b = (rate - 1) / 2;
    const [, y] = solveOde((_, [u, v]) => [-(a * u + b * v), -(b * u + a * v)], [1, 0], [0, 2]);
    near(y, [Math.exp(-2) / 2, -Math.exp(-2) / 2], rate < 1e6 ? T2 : STIFF, `rates 1 and ${rate}`);
  }
});

Deno.test("reference: pendulum and predator–prey, by mpmath's Taylor series", () => {
  const cases = {
    pendulum: { f: (_: number, [a, b]: Vector) => [b, -Math.sin(a)], y0: [2, 0] },
    lotka: { f: (_: number, [a, b]: Vector) => [a * (1 - b), b * (a - 1)], y0: [0.5, 2] },
  };
  for (const name of ["pendulum", "lotka"] as const) {
    const { f, y0 } = cases[name], states = Object.entries(data.ode[name].states);
    const found = solveOde(f, y0, [0, ...states.map(([t]) => Number(t))]);
    states.forEach(([t, y], k) => near(found[k + 1], y, T2, `${name} at ${t}`));
  }
});

Deno.test("reference: Robertson's stiff reaction, by SciPy's Radau", () => {
  const f = (_: number, [a, b, c]: Vector) => {
    const slow = 0.04 * a, back = 1e4 * b * c, fast = 3e7 * b * b;
    return [back - slow, slow - back - fast, fast];
  };
  const { states, tolerance } = data.ode.robertson,
    times = Object.keys(states).map(Number).sort((a, b) => a - b);
  const found = solveOde(f, [1, 0, 0], [0, ...times]);
  times.forEach((t, k) => {
    const wanted = Object.entries(states).find(([key]) => Number(key) === t)?.[1] ?? [];
    near(found[k + 1].map((x, i) => x / wanted[i]), [1, 1, 1], tolerance, `at ${t}`);
  });
});

Deno.test("edge: where the solution ends, there is an error and no number", () => {
  refuses(() => solveOde((_, [y]) => [y * y], [1], [0, 2]), /up to t = 2, got a step down to .* at t = 1\.0/);
  refuses(() => solveOde((_, [y]) => [-1 / (2 * y)], [1], [0, 2]), /up to t = 2/);
  refuses(() => solveOde((t) => [t > 1 ? NaN : 1], [1], [0, 2]), /at t = (1|0\.99)/);
  refuses(() => solveOde((_, [y]) => [y], [1], [0, 800]), /finite/);
});

Deno.test("edge: a pulse is not stepped over, a jump not smeared", () => {
  near(solveOde((t) => [Math.exp(-((t - 50) ** 2))], [0], [0, 100])[1], [Math.sqrt(Math.PI)], T2);
  near(solveOde((t) => [t < Math.SQRT2 ? 0 : 1], [1], [0, 3])[1], [4 - Math.SQRT2], STIFF);
});

/** y′ = cᵢ − a y between the jumps: a stretch of it in closed form. */
const stretch = (y: number, c: number, a: number, h: number) =>
  a === 0 ? y + c * h : c / a + (y - c / a) * Math.exp(-a * h);

Deno.test("reference: the examples of jumps in public bug reports", () => {
  // Rates that switch with time, or with the state.
  const switching = (t: number, [y]: Vector) => [(Math.floor(t) % 2 === 0 ? 1 : 0) - y];
  let y = 0.2;
  for (let t = 0; t < 10; t++) y = stretch(y, t % 2 === 0 ? 1 : 0, 1, 1);
  near([y], [0.268938], 1e-6, "the closed form itself");
  near(solveOde(switching, [0.2], [0, 10])[1], [y], T2);
  near(solveOde((_, [y]) => [y < 1 ? 1 : 0], [0], [0, 2])[1], [1], T2);
  near(solveOde((_, [y]) => [y < 1 ? 1 : 0], [0.3], [0, 1, 2])[2], [1], T2);
  // A state of size 0 has no scale of its own: the jump is found to the rounding of t.
  near(solveOde((t) => [t < 1 ? 0 : 1], [0], [0, 1, 2]).flat(), [0, 0, 1], T2);
  near(solveOde((t) => [t < 1 ? 0 : 1], [0], [0, 2])[1], [1], T2);
  near(solveOde((t) => [t < 1 ? 0 : 1, 1], [0, 0], [0, 2])[1], [1, 2], T2);
  near(solveOde((t) => [t > -1 ? 0 : 1], [0], [0, -3])[1], [-2], T2);
});

Deno.test("edge: a solution that a jump sends back for ever is refused, a pole is not leapt over", () => {
  for (const y0 of [1, 0.3]) {
    refuses(() => solveOde((_, [y]) => [-Math.sign(y)], [y0], [0, 2]), /step down to/);
  }
  refuses(() => solveOde((_, [y]) => [y < 1 ? 1 : -1], [0], [0, 2]), /step down to .* for 5001 steps/);
  refuses(() => solveOde((t) => [1 / (t - 1)], [0], [0, 2]), /step down to|not finite|f\(/);
  refuses(() => solveOde((t) => [t < 1 ? 0 : 1 / (t - 1)], [0], [0, 2]), /step down to/);
  // a slope that grows without end has an integral, but no leap has its digits: 2.768765113 was given for 2.768765168
  for (
    const rate of [
      (t: number) => 1 / Math.sqrt(Math.abs(t - 0.3)),
      (t: number) => t < 0.3 ? 1 : (t - 0.3) ** -0.6,
    ]
  ) {
    refuses(() => solveOde((t) => [rate(t)], [0], [0, 1]), /step down to/);
  }
});

Deno.test("law: a rate that jumps tens or hundreds of times, against the closed form", () => {
  for (const [to, period] of [[40, 1], [100, 1], [10, 0.1], [10, 0.03]]) {
    let y = 0;
    for (let t = 0.2 * period, k = 0; t < to; t = ++k * period) {
      y = stretch(y, k % 2 === 0 ? 1 : 0, 1, Math.min(to, (k + 1) * period) - t);
    }
    const rate = (t: number, [y]: Vector) => [(Math.floor(t / period) % 2 === 0 ? 1 : 0) - y];
    near(solveOde(rate, [0], [0.2 * period, to])[1], [y], T2, `to ${to} by ${period}`);
  }
});

Deno.test("law: rates that jump with time, and with the state, against the closed form", () => {
  for (let seed = 0; seed < 200; seed++) {
    const r = random(seed), n = 1 + r.integer(4), T = r.uniform(0.5, 20), a = r.pick([0, 0, 1, 3, 30]);
    // Not closer than a sixteenth of the way: shorter pulses may fall between all that is looked at.
    const at = r.list(n, (i) => T * (i + 0.5 + r.uniform(-0.3, 0.3)) / n);
    const levels = r.list(n + 1, () => r.pick([0, 1, -2, r.normal(0, 3)])), y0 = r.pick([0, 0.2, -1, 100]);
    let y = y0, size = Math.abs(y0);
    for (let i = 0; i <= n; i++) {
      y = stretch(y, levels[i], a, (at[i] ?? T) - (at[i - 1] ?? 0));
      size = Math.max(size, Math.abs(y));
    }
    const rate = (t: number, [y]: Vector) => [levels[at.filter((jump) => jump <= t).length] - a * y];
    // Absolute beside the largest that the solution has been: two stretches may cancel.
    const got = solveOde(rate, [y0], [0, T])[1][0];
    assert(Math.abs(got - y) <= T2 * size, `seed ${seed}: ${got}, ${y}`);
  }
  for (let seed = 0; seed < 200; seed++) {
    const r = random(1e6 + seed), n = 1 + r.integer(4), T = r.uniform(0.5, 20);
    const walls = r.list(n, () => r.uniform(0.1, 5)).sort((a, b) => a - b);
    const speeds = r.list(n + 1, () => r.uniform(0.2, 3));
    const speed = (y: number) => speeds[walls.filter((wall) => wall <= y).length];
    let y = 0, left = T;
    for (let i = 0; i < n && left > (walls[i] - y) / speeds[i]; i++) {
      [y, left] = [walls[i], left - (walls[i] - y) / speeds[i]];
    }
    y += speed(y) * left;
    const got = solveOde((t, [y]) => [speed(y), Math.cos(t) + speed(y)], [0, 0], [0, T])[1];
    near(got, [y, Math.sin(T) + y], T2, `seed ${seed}`);
  }
});

Deno.test("edge: times may stand still, be one, or descend; out of order they are refused", () => {
  assert.deepEqual(solveOde(decay, [1, 2], [5]), [[1, 2]]);
  assert.deepEqual(solveOde(decay, [1, 2], [5, 5]), [[1, 2], [1, 2]]);
  near(solveOde(decay, [1], [0, -3])[1], [Math.exp(3)], T2);
  near(solveOde(decay, [1], [-2, -1, 0])[2], [Math.exp(-2)], T2);
  assert.deepEqual(solveOde(() => [0], [0], [0, 1e6])[1], [0]);
  refuses(() => solveOde(decay, [1], [0, 2, 1]), /ascending or descending times, got 2 and then 1/);
  refuses(() => solveOde(decay, [1], [0, -2, 1]), /ascending or descending/);
  refuses(() => solveOde(decay, [1], []), /at least one/);
  refuses(() => solveOde(decay, [1], [0, NaN]), /finite.*NaN/);
  refuses(() => solveOde(decay, [1], [0, Infinity]), /finite.*Infinity/);
  refuses(() => solveOde(decay, [1], 3 as unknown as Vector), /array times, got 3/, TypeError);
});

Deno.test("edge: tolerance, state and options out of range", () => {
  const with_ = (tolerance: unknown) => () =>
    solveOde(decay, [1], [0, 1], { tolerance: tolerance as number });
  refuses(with_(0), /positive tolerance, got 0/);
  refuses(with_(-1e-6), /positive tolerance/);
  refuses(with_(NaN), /finite.*NaN/);
  refuses(with_(1e-16), /at least 1e-13, got 1e-16/);
  refuses(with_("1e-6"), /tolerance, got "1e-6"/, TypeError);
  refuses(() => solveOde(decay, [NaN], [0, 1]), /finite.*NaN/);
  refuses(() => solveOde(decay, [], [0, 1]), /at least one/);
  refuses(() => solveOde(decay, undefined as unknown as Vector, [0, 1]), /array y0/, TypeError);
  refuses(() => solveOde(decay, [1], [0, 1], null as unknown as undefined), /object options/, TypeError);
  refuses(() => solveOde(decay, [1, 2], [0, 1], { magnitude: () => [1] }), /magnitude.*2 components, got 1/);
});

Deno.test("edge: magnitudes may come in a typed array, of whole numbers too", () => {
  const toOne = (_: number, [x]: Vector) => [1 - x, 0], size = (x: number) => 1 + Math.abs(x);
  const from = (list: (y: Vector) => ArrayLike<number>) =>
    solveOde(toOne, [0, 0], [0, 1], { magnitude: (y) => list(y) as Vector })[1];
  const wanted = from((y) => y.map(size));
  near(wanted, [1 - Math.exp(-1), 0], T2);
  assert.deepEqual(from((y) => Int32Array.from(y, () => 1)), from((y) => y.map(() => 1)));
  near(from((y) => Float32Array.from(y, size)), wanted, T2);
  near(from((y) => Float32Array.from(y, Math.abs)), wanted, T2);
});

Deno.test("edge: an f that answers wrongly is named; one that throws is heard", () => {
  const wrong = (f: unknown) => () => solveOde(f as typeof decay, [1, 2], [0, 1]);
  refuses(wrong(undefined), /function f, got undefined/, TypeError);
  refuses(wrong(() => 1), /an array of 2 numbers, got 1/, TypeError);
  refuses(wrong(() => [1]), /an array of 2 numbers, got an array of 1/, TypeError);
  refuses(wrong(() => undefined), /an array of 2 numbers, got undefined/, TypeError);
  refuses(wrong(() => ["1", 2]), /finite numbers, got "1"/, TypeError);
  refuses(wrong(() => [NaN, 2]), /finite.*NaN/);
  assert.throws(
    wrong(() => {
      throw new Error("no slope here");
    }),
    /no slope here/,
  );
});

Deno.test("edge: f may answer in a typed array and spoil its copy; arguments are not changed", () => {
  const y0 = [1, 2], times = [0, 1];
  const [, y] = solveOde(
    (_, y) => {
      const slope = new Float64Array(y.map((x) => -x));
      (y as number[]).fill(7);
      return slope as unknown as number[];
    },
    y0,
    times,
  );
  near(y, [Math.exp(-1), 2 * Math.exp(-1)], T2);
  assert.deepEqual([y0, times], [[1, 2], [0, 1]]);
  near(solveOde(decay, new Float32Array([1, 2]) as unknown as number[], times)[1], y, T2);
});
