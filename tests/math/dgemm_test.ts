import assert from "node:assert/strict";
import fc from "fast-check";
import { dgemm, dgemmOfTranspose, dgemmWithTranspose } from "lib/math/dgemm.ts";
import { random } from "lib/math/random.ts";

/** Sums of up to 70 products of standard normals: n ε with room. */
const tProduct = 1e-13;

const plain = (A: number[][], B: number[][]) =>
  A.map((row) => B[0].map((_, j) => row.reduce((sum, x, k) => sum + x * B[k][j], 0)));

const turned = (A: number[][]) => A[0].map((_, j) => A.map((row) => row[j]));

Deno.test("second engine: dgemm against the plain loop, any size", () => {
  const size = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(size, size, size, fc.nat(), (m, k, n, seed) => {
      const source = random(seed), A = source.normalMatrix(m, k), B = source.normalMatrix(k, n);
      const expected = plain(A, B), scale = k + 10;
      for (const got of [dgemm(A, B), dgemmOfTranspose(turned(A), B), dgemmWithTranspose(A, turned(B))]) {
        assert.deepEqual([got.length, got[0].length], [m, n]);
        got.forEach((row, i) =>
          row.forEach((x, j) => assert(Math.abs(x - expected[i][j]) <= tProduct * scale))
        );
      }
    }),
    { seed: 9, numRuns: 60 },
  );
});

Deno.test("law: integers multiply exactly, NaN and Infinity pass, larger after smaller works", () => {
  const A = Array.from(
    { length: 30 },
    (_, i) => Array.from({ length: 30 }, (_, j) => (i * 7 + j * 3) % 11 - 5),
  );
  assert.deepEqual(dgemm(A, A), plain(A, A));
  const holes = A.map((row, i) =>
    row.map((x, j) => i === 2 && j === 3 ? NaN : i === 5 && j === 5 ? Infinity : x)
  );
  assert.deepEqual(dgemm(holes, A), plain(holes, A));
  const large = Array.from({ length: 400 }, (_, i) => Array.from({ length: 400 }, (_, j) => (i + j) % 3));
  assert.deepEqual(dgemm(large, large)[399], plain([large[399]], large)[0]);
  assert.deepEqual(dgemm(A, A), plain(A, A));
});
