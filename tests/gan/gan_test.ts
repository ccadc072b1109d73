import assert from "node:assert/strict";
import fc from "fast-check";
import { flowState, spectralRadius, trajectory, value, valueGradient } from "lib/gan/dynamics.ts";
import { scaledStates } from "lib/gan/scaled.ts";
import { type Method, methods, updateMatrix, updateMatrixOver } from "lib/gan/solution.ts";
import { difference } from "lib/math/difference.ts";
import { rational, rationals, toNumber } from "lib/math/exact.ts";
import { floats } from "lib/math/field.ts";
import { eigenvalues } from "lib/math/linalg.ts";
import type { Matrix, Vector } from "lib/math/types.ts";
import * as tf from "@tensorflow/tfjs";
import reference from "../../data/gan.json" with { type: "json" };

/** Closed forms in float64. */
const CLOSED = 1e-12;
/** An eigenvalue routine on a 4 × 4 matrix that is not normal, or 300 products in a row. */
const ROUNDED = 1e-10;

const rate = fc.double({ min: -3, max: 3, noNaN: true });
const state = fc.tuple(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.double({ min: -5, max: 5, noNaN: true }),
);
/** log ‖A^k v₀‖ in nats, of the first two components (d_k, g_k): the norm itself may be beyond every float. */
const logNorm = (A: Matrix, start: Vector, k: number) => {
  const twice = A.length === 4 ? [...start, ...start].slice(0, 4) : start;
  const { mantissa, exponent } = [...scaledStates(A, twice, k)][k];
  return Math.log(Math.hypot(...mantissa.slice(0, 2))) + exponent * Math.LN2;
};
const throws = (call: () => unknown, kind: typeof RangeError | typeof TypeError, words: RegExp) =>
  assert.throws(call, (error: Error) => {
    assert.ok(error instanceof kind, `${error.name}: ${error.message}`);
    assert.match(error.message, /^Cannot /);
    assert.match(error.message, words);
    return true;
  });

Deno.test("reference: matrices, spectral radii and norms agree with sympy and mpmath", () => {
  for (const { method, alpha, gamma, matrix, spectralRadius: rho, start, logNorm300 } of reference.rules) {
    const M = updateMatrix(method as Method, alpha, { gamma });
    assert.ok(difference(M, matrix) <= CLOSED, `${method} ${alpha}`);
    assert.ok(
      Math.abs(spectralRadius(M) - rho) <= ROUNDED,
      `${method} ${alpha}: ρ ${spectralRadius(M)} against ${rho}`,
    );
    assert.ok(
      Math.abs(logNorm(M, start, 300) - logNorm300) <= ROUNDED * Math.max(1, Math.abs(logNorm300)),
      `${method} ${alpha}`,
    );
  }
});

Deno.test("reference: the flow and ten thousand steps", () => {
  for (const { start, t, end } of reference.flow) assert.ok(difference(flowState(start, t), end) <= CLOSED);
  const { alpha, start, value } = reference.logNorm10000;
  assert.ok(Math.abs(logNorm(updateMatrix("simultaneous", alpha), start, 10_000) - value) <= 1e-9 * value);
});

Deno.test("law: a step of every rule over rationals is the step over floats", () => {
  fc.assert(fc.property(fc.constantFrom(...methods), fc.integer({ min: -40, max: 40 }), (method, p) => {
    const exact = updateMatrixOver(rationals, method, rational(p, 16), rational(3, 2));
    assert.ok(
      difference(exact.map((row) => row.map(toNumber)), updateMatrix(method, p / 16, { gamma: 1.5 })) <=
        CLOSED,
    );
  }));
});

Deno.test("edge: a component beyond every float takes no digit of another", () => {
  assert.deepEqual(trajectory([[1e200, 0], [0, 0.5]], [1, 1], 4), [
    ...[[1, 1], [1e200, 0.5], [Infinity, 0.25], [Infinity, 0.125], [Infinity, 0.0625]],
  ]);
  assert.deepEqual(trajectory([[-1e200, 1], [0, 0.5]], [0, 1], 4)[4], [-Infinity, 0.0625]);
  assert.deepEqual(trajectory([[1e-200, 0], [0, 1]], [1, 1], 2)[2], [0, 1]);
});

Deno.test("law: the trajectory is the matrix applied again and again, and logNorm its logarithm", () => {
  fc.assert(fc.property(rate, state, fc.integer({ min: 0, max: 30 }), (alpha, start, k) => {
    const A = updateMatrix("simultaneous", alpha), path = trajectory(A, start, k);
    assert.equal(path.length, k + 1);
    let v = [...start];
    for (const shown of path) {
      assert.ok(difference(shown, v) <= CLOSED);
      v = A.map((row) => row[0] * v[0] + row[1] * v[1]);
    }
    const norm = Math.hypot(...path[k]);
    if (norm > 1e-300) assert.ok(Math.abs(logNorm(A, start, k) - Math.log(norm)) <= 1e-11);
  }));
});

Deno.test("law: ‖v_k‖ = (1 + α²)^{k/2} ‖v₀‖ for any k", () => {
  fc.assert(fc.property(rate, fc.integer({ min: 0, max: 2000 }), (alpha, k) => {
    const expected = k / 2 * Math.log1p(alpha * alpha) + Math.log(5);
    assert.ok(
      Math.abs(logNorm(updateMatrix("simultaneous", alpha), [3, 4], k) - expected) <=
        1e-10 * Math.max(1, expected),
    );
  }));
});

Deno.test("law: the flow turns, keeps the norm and adds up in time", () => {
  fc.assert(
    fc.property(
      state,
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: -9, max: 9, noNaN: true }),
      (v, s, t) => {
        assert.ok(difference(flowState(flowState(v, s), t), flowState(v, s + t)) <= CLOSED);
        assert.ok(difference(Math.hypot(...flowState(v, t)), Math.hypot(...v)) <= CLOSED);
      },
    ),
  );
});

Deno.test("second engine: tfjs differentiates V to float32", () => {
  const slopes = tf.grads((d, g) => tf.mul(d, g));
  for (const v of [[0.5, -2], [3, 0.25], [0, 1]]) {
    const [d, g] = slopes([tf.scalar(v[0]), tf.scalar(v[1])]);
    assert.ok(
      difference([d.arraySync() as number, g.arraySync() as number], valueGradient(floats, v)) <= 1e-6,
    );
    assert.equal(value(floats, v), v[0] * v[1]);
  }
});

Deno.test("second engine: a general eigenvalue routine finds the same spectral radius", () => {
  fc.assert(fc.property(fc.constantFrom(...methods), rate, (method, alpha) => {
    const M = updateMatrix(method, alpha, { gamma: 0.7 });
    const largest = Math.max(...eigenvalues(M).map(({ re, im }) => Math.hypot(re, im)));
    // near a double eigenvalue the general routine is good to the square root of rounding only
    assert.ok(Math.abs(spectralRadius(M) - largest) <= 1e-6 * Math.max(1, largest));
  }));
});

Deno.test("edge: entries far apart in size: the spectral radius of a matrix that is similar, balanced by hand", () => {
  const cases: [number[][], number][] = [
    [[[0, 1e200], [1e-200, 0]], 1],
    [[[0, -1e200], [1e-200, 0]], 1],
    [[[1, 1e300], [0, 2]], 2],
    [[[3, 0], [1e-300, -4]], 4],
    [[[0, 5e-324], [5e-324, 0]], 5e-324],
    [[[1e308, 1e308], [1e308, 1e308]], Infinity],
    [[[1, 2 ** 700], [2 ** -700, 1]], 2],
  ];
  for (const [A, radius] of cases) assert.equal(spectralRadius(A), radius, JSON.stringify(A));
});

Deno.test("edge: at |α| = 2 the alternating radius is exactly 1, and growth is linear", () => {
  const M = updateMatrix("alternating-d-first", 2);
  assert.equal(spectralRadius(M), 1);
  const path = trajectory(M, [1, 0], 100);
  assert.deepEqual(path[100], [-199, 200]);
  assert.deepEqual(trajectory(M, [1, -1], 101)[101], [-1, 1]);
  // squares of the entries are beyond every float, the radius is not
  assert.equal(spectralRadius([[1e308, 1e200], [-1e200, -1e308]]), 1e308);
  assert.equal(spectralRadius([[3e-200, -4e-200], [4e-200, 3e-200]]), 5e-200);
});

Deno.test("edge: α = 0 is the identity, α < 0 diverges too, k = 0 is the start", () => {
  assert.deepEqual(updateMatrix("simultaneous", 0), [[1, 0], [0, 1]]);
  assert.deepEqual(trajectory(updateMatrix("simultaneous", 0), [1, 2], 5)[5], [1, 2]);
  assert.ok(spectralRadius(updateMatrix("simultaneous", -0.5)) > 1);
  assert.deepEqual(trajectory([[2, 0], [0, 2]], [3, -4], 0), [[3, -4]]);
  assert.deepEqual(trajectory(updateMatrix("simultaneous", 1), [1, 0], 8)[8], [16, 0]);
});

Deno.test("edge: overflow is ±Infinity and exact zeros stay, never NaN", () => {
  const path = trajectory(updateMatrix("simultaneous", 1), [1, 0], 4004);
  assert.deepEqual(path[4002].map(Math.abs), [0, Infinity]);
  assert.ok(path.flat().every((x) => !Number.isNaN(x)));
  assert.ok(
    trajectory([[1e308, -1e308], [1e308, 1e308]], [1e308, 1e308], 3).flat().every((x) => !Number.isNaN(x)),
  );
  assert.equal(logNorm(updateMatrix("simultaneous", 1), [0, 0], 7), -Infinity);
  assert.ok(Math.abs(logNorm(updateMatrix("proximal", 1), [1, 0], 10_000) + 5000 * Math.LN2) < 1e-8);
});

Deno.test("edge: the optimistic rule takes four numbers, or two for both times", () => {
  const M = updateMatrix("optimistic", 0.2);
  assert.equal(M.length, 4);
  assert.deepEqual(trajectory(M, [1, 0], 6), trajectory(M, [1, 0, 1, 0], 6));
  assert.ok(logNorm(M, [1, 0], 2000) < -10);
});

Deno.test("edge: bad input is named, typed arrays are welcome, arguments stay as they were", () => {
  const A = updateMatrix("simultaneous", 0.5), start = Float64Array.of(1, 2);
  assert.deepEqual(trajectory(A, start as unknown as number[], 1)[1], [2, 1.5]);
  assert.deepEqual([...start], [1, 2]);
  throws(() => updateMatrix("simultaneous", NaN), RangeError, /finite.*NaN/);
  throws(() => updateMatrix("simultaneous", "0.1" as unknown as number), TypeError, /number.*"0\.1"/);
  throws(() => updateMatrix("Simultaneous" as Method, 1), RangeError, /"simultaneous" \| .*"Simultaneous"/);
  throws(() => updateMatrix("r1", 1), TypeError, /gamma.*undefined/);
  throws(() => updateMatrix("r1", 1, { gamma: -1 }), RangeError, /negative.*-1/);
  throws(() => updateMatrix("extragradient", 1e200), RangeError, /finite entries.*1e\+200/);
  throws(() => trajectory(A, [1, 2], 1.5), RangeError, /whole number.*1\.5/);
  throws(() => trajectory(A, [1, 2], -1), RangeError, /-1/);
  throws(() => trajectory(A, [1, 2, 3], 1), RangeError, /start.*3/);
  throws(() => trajectory(A, [NaN, 2], 1), RangeError, /finite.*NaN/);
  throws(() => trajectory([[1, 2]], [1, 2], 1), RangeError, /square.*1 × 2/);
  throws(() => spectralRadius([[1, 2], [3]]), RangeError, /Cannot/);
  throws(() => updateMatrix("proximal", 1e200), RangeError, /finite number alpha², got Infinity/);
  throws(() => flowState([1], 1), RangeError, /start/);
  throws(() => flowState([1, 2], Infinity), RangeError, /finite.*Infinity/);
});
