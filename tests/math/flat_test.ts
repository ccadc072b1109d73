import assert from "node:assert/strict";
import fc from "fast-check";
import { EIGHT, EIGHTEEN } from "lib/math/flat/exponential.ts";
import {
  addToDiagonal,
  combine,
  dots,
  type Flat,
  flat,
  flatOf,
  largestColumnSum,
  multiply,
  multiplyLeftTransposed,
  multiplyRightTransposed,
  notFiniteIn,
  rowsOf,
} from "lib/math/flat/matrix.ts";
import { frame, multiplyKernel } from "lib/math/flat/memory.ts";
import { depths, tileHeights } from "lib/math/flat/multiply.ts";
import { expm, identity, scale } from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";

/** Sums of up to 100 products of standard normals: n ε with room. */
const tProduct = 1e-11;
/** Coefficients of float64 constants: a few roundings of numbers up to 11. */
const tCoefficient = 2e-15;

const sizes = [1, 2, 3, 5, 8, 17, 33, 64, 100];
const plain = (A: number[][], B: number[][]) =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, x, k) => sum + x * B[k][j], 0)));
const turned = (A: number[][]) => A[0].map((_, j) => A.map((row) => row[j]));
const near = (got: number[][], wanted: number[][], tolerance: number) => {
  assert.deepEqual([got.length, got[0].length], [wanted.length, wanted[0].length]);
  got.forEach((row, i) =>
    row.forEach((x, j) => assert(Math.abs(x - wanted[i][j]) <= tolerance, `${i} ${j}`))
  );
};

Deno.test("second engine: A B, Aᵀ B, A Bᵀ, each with a multiple of S, against the plain loop, any size", () => {
  const size = fc.constantFrom(...sizes);
  fc.assert(
    fc.property(size, size, size, fc.nat(), (m, k, n, seed) => {
      const r = random(seed), A = r.normalMatrix(m, k), B = r.normalMatrix(k, n), S = r.normalMatrix(m, n);
      const wanted = plain(A, B), less = wanted.map((row, i) => row.map((x, j) => x - 2 * S[i][j]));
      frame(() => {
        const C = flat(m, n), a = flatOf(A), b = flatOf(B), s = flatOf(S);
        multiply(C, a, b);
        near(rowsOf(C), wanted, tProduct);
        multiply(C, a, b, s, -2);
        near(rowsOf(C), less, tProduct);
        multiplyLeftTransposed(C, flatOf(turned(A)), b);
        near(rowsOf(C), wanted, tProduct);
        multiplyRightTransposed(C, a, flatOf(turned(B)), s, -2);
        near(rowsOf(C), less, tProduct);
        multiply(s, a, b, s, -2);
        near(rowsOf(s), less, tProduct);
      });
    }),
    { seed: 5, numRuns: 40 },
  );
});

Deno.test("law: tiles of two and of four rows give the same bits, for every kind of product and depth", () => {
  frame(() => {
    const r = random(4), [A, B, S] = Array.from({ length: 3 }, () => flatOf(r.normalMatrix(40, 40)));
    for (const kind of ["plain", "left", "right"] as const) {
      for (const depth of depths) {
        const [two, four] = tileHeights.map((height) => {
          const C = flat(40, 40), strides = [A.at, A.stride, B.at, B.stride, S.at, S.stride, C.at, C.stride];
          multiplyKernel(kind, depth, height)(...strides, 40 / height, 5, -0.5);
          return rowsOf(C);
        });
        assert.deepEqual(two, four);
      }
    }
  });
});

Deno.test("second engine: combinations, inner products and column sums against the plain loop", () => {
  for (const n of sizes) {
    const r = random(n), list = Array.from({ length: 5 }, () => r.normalMatrix(n, n + 2));
    frame(() => {
      const all = list.map(flatOf), into = flat(n, n + 2), out = flat(1, 4), row = flat(1, n + 2);
      for (let terms = 1; terms <= 5; terms++) {
        const factors = r.list(terms, () => r.normal());
        type Terms = [number, Flat, number?, Flat?, number?, Flat?, number?, Flat?, number?, Flat?];
        combine(into, ...factors.flatMap((c, i) => [c, all[i]]) as Terms);
        const wanted = list[0].map((line, i) =>
          line.map((_, j) => factors.reduce((sum, c, t) => sum + c * list[t][i][j], 0))
        );
        near(rowsOf(into), wanted, tProduct);
      }
      const sums = turned(list[0]).map((column) => column.reduce((sum, x) => sum + Math.abs(x), 0));
      assert(Math.abs(largestColumnSum(all[0], row) - Math.max(...sums)) <= tProduct);
      const four = flatOf(r.normalMatrix(4, 64)), x = flatOf(r.normalMatrix(1, 64));
      dots(out, x, four, 0);
      near(rowsOf(out), plain(rowsOf(x), turned(rowsOf(four))), tProduct);
    });
  }
});

Deno.test("law: NaN and Infinity come through, what an earlier frame left behind does not", () => {
  for (const n of sizes) {
    frame(() => combine(flat(n + 3, n + 3), NaN, flatOf(random(1).normalMatrix(n + 3, n + 3))));
    const A = random(n).normalMatrix(n, n);
    frame(() => {
      const C = flat(n, n), a = flatOf(A);
      multiply(C, a, a);
      assert.equal(notFiniteIn(C), undefined);
      near(rowsOf(C), plain(A, A), tProduct);
      const holes = A.map((row) => [...row]);
      holes[n - 1][0] = NaN;
      multiply(C, flatOf(holes), a);
      assert.deepEqual(rowsOf(C).map((row) => row.some(Number.isNaN)), A.map((_, i) => i === n - 1));
      holes[n - 1][0] = -Infinity;
      assert.equal(notFiniteIn(flatOf(holes)), -Infinity);
      assert.equal(largestColumnSum(flatOf(holes), flat(1, n)), Infinity);
    });
  }
});

Deno.test("law: frames nest: what the outer one holds outlives the inner one, also when that throws and grows", () => {
  const A = random(2).normalMatrix(20, 20);
  frame(() => {
    const outer = flatOf(A);
    assert.throws(() =>
      frame(() => {
        combine(flat(900, 900), 1, flat(900, 900));
        throw new Error("inner");
      }), /inner/);
    frame(() => addToDiagonal(flatOf(A), 5));
    assert.deepEqual(rowsOf(outer), A);
  });
});

Deno.test("law: the products behind the exponential add up to Σ xᵏ / k!, coefficient by coefficient", () => {
  type Polynomial = readonly number[];
  const times = (p: Polynomial, q: Polynomial) => {
    const out = new Array<number>(p.length + q.length - 1).fill(0);
    p.forEach((x, i) => q.forEach((y, j) => out[i + j] += x * y));
    return out;
  };
  const plus = (p: Polynomial, q: Polynomial) =>
    Array.from({ length: Math.max(p.length, q.length) }, (_, i) => (p[i] ?? 0) + (q[i] ?? 0));
  const exponential = (p: Polynomial, degree: number) => {
    let factorial = 1;
    for (let k = 0; k < p.length; k++) {
      factorial *= k || 1;
      const wanted = k <= degree ? 1 : 0;
      assert(Math.abs(p[k] * factorial - wanted) <= tCoefficient, `x^${k} / ${k}!: ${p[k] * factorial}`);
    }
  };
  const { x1, x2, x3, x4, x5, x6, x7, y } = EIGHT, G = times([0, 0, 1], [0, x1, x2]);
  const right = plus([x4, x5, x6], times([x7], G));
  exponential(plus([1, 1, y], times(plus([0, 0, x3], G), right)), 8);
  const [Q1, Q2, Q3, Q4, Q5] = Object.values(EIGHTEEN).map(([a, b, c, d, e]) => [a, b, c, d, 0, 0, e]);
  const F = plus(times(Q1, Q5), Q4);
  exponential(plus(Q2, times(plus(Q3, F), F)), 18);
});

Deno.test("second engine: e^A against 30 terms of its series, any size, where each number of terms begins", () => {
  const r = random(11);
  for (const n of [2, 3, 5, 17, 33, 64]) {
    const A = r.normalMatrix(n, n);
    const norm = Math.max(...turned(A).map((column) => column.reduce((sum, x) => sum + Math.abs(x), 0)));
    for (const size of [1e-5, 3.3e-4, 3.5e-4, 0.0499, 0.05, 1.09, 1.1, 2.9]) {
      const B = scale(size / norm, A);
      let term = identity(n), sum = term;
      for (let k = 1; k <= 30; k++) {
        term = plain(term, B).map((row) => row.map((x) => x / k));
        sum = sum.map((row, i) => row.map((x, j) => x + term[i][j]));
      }
      near(expm(B), sum, 1e-14 * Math.exp(size));
    }
  }
});
