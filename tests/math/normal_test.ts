import assert from "node:assert/strict";
import fc from "fast-check";
import reference from "../../data/elbo.json" with { type: "json" };
import { difference } from "lib/math/difference.ts";
import { integrate } from "lib/math/quadrature.ts";
import { identity, inverse, matmul, transpose } from "lib/math/linalg.ts";
import { type Random, random } from "lib/math/random.ts";
import {
  bestDiagonal,
  diagonalNormal,
  entropyNormal,
  klDiagonal,
  klNormal,
  klStandardNormal,
  logDensityNormal,
  type Normal,
} from "lib/math/normal.ts";

/** Closed forms in float64. */
const T1 = 1e-12;
/** Adaptive quadrature. */
const T2 = 1e-9;
const INSTANCES = 200;

const close = (actual: number | number[], expected: number | number[], bound: number, what: string) => {
  const error = difference(actual, expected);
  assert.ok(
    error <= bound,
    `${what}: ${JSON.stringify(actual)} against ${JSON.stringify(expected)}, error ${error}`,
  );
};

const normalOf = (r: Random, n: number): Normal => {
  const A = r.normalMatrix(n, n), S = matmul(A, transpose(A));
  return { mean: r.normals(n), cov: S.map((row, i) => row.map((x, j) => x + (i === j ? 0.2 : 0))) };
};
const diagonalOf = (r: Random, n: number) => ({
  mean: r.normals(n),
  variance: r.list(n, () => Math.exp(r.normal())),
});
const size = (i: number) => 1 + i % 5;

Deno.test("reference: KL, entropy, log density and the best diagonal agree with 40-digit arithmetic", () => {
  for (const { q, p, x, kl, entropy, logDensity, variance, gap } of reference.normal) {
    // The last p is a Hilbert matrix: condition 5e5 takes six digits of the sixteen.
    const bound = q.mean.length === 5 && p.cov[0][0] === 1 ? 1e-10 : T1;
    close(klNormal(q, p), kl, bound, "KL");
    close(entropyNormal(p), entropy, bound, "entropy");
    close(logDensityNormal(x, p), logDensity, bound, "log density");
    close(bestDiagonal(p).variance, variance, bound, "best variances");
    close(bestDiagonal(p).gap, gap, bound, "gap");
  }
});

Deno.test("reference: a KL of 2e-19 keeps its digits", () => {
  const near = reference.normal.find(({ kl }) => kl < 1e-15)!;
  // Its covariances differ by 2⁻³⁰, of which their entries hold 23 bits.
  assert.ok(Math.abs(klNormal(near.q, near.p) / near.kl - 1) < 1e-5);
});

Deno.test("reference: the KL of a VAE from log-variances of −800 to 700", () => {
  for (const { mean, logVar, kl } of reference.klStandardNormal) {
    const found = klStandardNormal([mean], [logVar]);
    assert.ok(Math.abs(found / kl - 1) < T1, `mean ${mean}, logVar ${logVar}: ${found} against ${kl}`);
  }
  assert.equal(klStandardNormal([0.1], [-800]), 399.505);
  assert.equal(klStandardNormal([0.1], [800]), Infinity);
});

Deno.test("law: KL is never negative, 0 exactly at q = p, and blind to an invertible linear map", () => {
  const r = random(11);
  for (let i = 0; i < INSTANCES; i++) {
    const n = size(i), q = normalOf(r, n), p = normalOf(r, n);
    assert.ok(klNormal(q, p) > 0);
    assert.equal(klNormal(p, p), 0);
    const A = r.normalMatrix(n, n).map((row, j) => row.map((x, k) => x + (j === k ? 3 : 0)));
    const mapped = ({ mean, cov }: Normal): Normal => {
      const S = matmul(matmul(A, cov), transpose(A));
      return {
        mean: A.map((row) => row.reduce((sum, a, k) => sum + a * mean[k], 0)),
        cov: S.map((row, j) => row.map((x, k) => (x + S[k][j]) / 2)),
      };
    };
    // The map's condition number, up to some hundreds here, multiplies the rounding.
    close(klNormal(mapped(q), mapped(p)), klNormal(q, p), 1e-10, `KL under a map, instance ${i}`);
  }
});

Deno.test("law: KL(q ‖ p) = −H(q) − E_q log p", () => {
  const r = random(12);
  for (let i = 0; i < INSTANCES; i++) {
    const n = size(i), q = normalOf(r, n), p = normalOf(r, n), M = matmul(inverse(p.cov), q.cov);
    const crossed = logDensityNormal(q.mean, p) - M.reduce((sum, row, j) => sum + row[j], 0) / 2;
    close(klNormal(q, p), -entropyNormal(q) - crossed, 1e-11, `instance ${i}`);
  }
});

Deno.test("law: the KL of a product is the sum of the KLs, in every form", () => {
  const r = random(13);
  for (let i = 0; i < INSTANCES; i++) {
    const n = size(i), q = diagonalOf(r, n), p = diagonalOf(r, n);
    const one = (k: number) => (d: typeof q) => ({ mean: [d.mean[k]], variance: [d.variance[k]] });
    const sum = q.mean.reduce((total, _, k) => total + klDiagonal(one(k)(q), one(k)(p)), 0);
    close(klDiagonal(q, p), sum, T1, "sum over dimensions");
    close(klDiagonal(q, p), klNormal(diagonalNormal(q), diagonalNormal(p)), T1, "full covariance");
    const standard = { mean: q.mean.map(() => 0), variance: q.mean.map(() => 1) };
    close(klStandardNormal(q.mean, q.variance.map(Math.log)), klDiagonal(q, standard), T1, "standard normal");
  }
});

Deno.test("law: no diagonal normal comes closer than the best one, and its KL is the gap", () => {
  const r = random(14);
  for (let i = 0; i < INSTANCES; i++) {
    const n = size(i), p = normalOf(r, n), { mean, variance, gap } = bestDiagonal(p);
    close(klNormal(diagonalNormal({ mean, variance }), p), gap, 1e-11, `instance ${i}`);
    const other = diagonalNormal({
      mean: mean.map((m) => m + 0.1 * r.normal()),
      variance: variance.map((v) => v * Math.exp(0.1 * r.normal())),
    });
    assert.ok(klNormal(other, p) > gap);
    if (n === 1) assert.equal(gap, 0);
    else {
      // The covariance's own diagonal solves the other problem, KL(p ‖ q).
      const marginals = diagonalNormal({ mean, variance: p.cov.map((row, j) => row[j]) });
      assert.ok(
        klNormal(marginals, p) > gap &&
          klNormal(p, marginals) < klNormal(p, diagonalNormal({ mean, variance })),
      );
    }
  }
});

Deno.test("second engine: KL and entropy of normals on the line by quadrature", () => {
  const r = random(15);
  for (let i = 0; i < 20; i++) {
    const q = normalOf(r, 1), p = normalOf(r, 1);
    const logQ = (x: number) => logDensityNormal([x], q), logP = (x: number) => logDensityNormal([x], p);
    const spread = 12 * Math.sqrt(q.cov[0][0]), from = q.mean[0] - spread, to = q.mean[0] + spread;
    const expect = (f: (x: number) => number) => integrate((x) => Math.exp(logQ(x)) * f(x), from, to);
    close(expect(() => 1), 1, T2, "mass");
    close(expect((x) => logQ(x) - logP(x)), klNormal(q, p), T2, "KL");
    close(expect((x) => -logQ(x)), entropyNormal(q), T2, "entropy");
  }
});

Deno.test("law: typed arrays are as good as arrays, and arguments come back unchanged", () => {
  const mean = Float64Array.of(1, 2), cov = [Float64Array.of(2, 0.5), Float64Array.of(0.5, 1)];
  const typed = { mean, cov } as unknown as Normal;
  const standard = { mean: [0, 0], cov: identity(2) };
  assert.equal(klNormal(typed, standard), klNormal({ mean: [1, 2], cov: [[2, 0.5], [0.5, 1]] }, standard));
  bestDiagonal(typed);
  assert.deepEqual([...mean, ...cov[0], ...cov[1]], [1, 2, 2, 0.5, 0.5, 1]);
  assert.ok(Array.isArray(bestDiagonal(typed).mean));
});

Deno.test("law: extreme variances give a large KL, not an infinite or a false one", () => {
  const tiny = { mean: [0], variance: [1e-320] }, wide = { mean: [0], variance: [1e300] };
  // ½ (0 − 1 + log(1e300 / 1e-320)); 1e-320 holds four digits
  close(klDiagonal(tiny, wide), (620 * Math.LN10 - 1) / 2, 1e-6, "diagonal");
  assert.equal(klDiagonal(wide, tiny), Infinity);
});

Deno.test("edge: what is no normal is refused in words", () => {
  const good = { mean: [0, 0], cov: [[1, 0], [0, 1]] };
  const refused = (p: unknown, words: RegExp) => {
    for (
      const f of [
        entropyNormal,
        bestDiagonal,
        (x: Normal) => klNormal(good, x),
        (x: Normal) => klNormal(x, good),
      ]
    ) {
      assert.throws(() => f(p as Normal), (error: Error) => {
        assert.match(error.message, /^Cannot .*: expected .*, got /);
        assert.match(error.message, words);
        return error instanceof RangeError || error instanceof TypeError;
      });
    }
  };
  refused({ mean: [0, 0], cov: [[1, 2], [2, 1]] }, /positive definite/);
  refused({ mean: [0, 0], cov: [[1, 1], [1, 1]] }, /positive definite/);
  refused({ mean: [0, 0], cov: [[0, 0], [0, 0]] }, /positive definite/);
  refused({ mean: [0, 0], cov: [[1, 0.5], [0.4, 1]] }, /symmetric/);
  refused({ mean: [0, 0], cov: [[1, 0]] }, /square/);
  refused({ mean: [0, 0], cov: [[1]] }, /2 × 2, got 1 × 1/);
  refused({ mean: [0, NaN], cov: [[1, 0], [0, 1]] }, /finite.*NaN/);
  refused({ mean: [0, 0], cov: [[1, 0], [0, Infinity]] }, /finite.*Infinity/);
  refused({ mean: [0, 0], cov: [[1, 0], [0]] }, /rows of one length/);
  refused({ mean: [], cov: [] }, /at least one/);
  refused({ mean: [0, 0] }, /array p.cov|array q.cov|got undefined/);
  refused({ mean: "ab", cov: [[1]] }, /array/);
  refused(null, /object/);
  refused(undefined, /object/);
});

Deno.test("edge: variances that are not positive and sizes that disagree are refused", () => {
  const bad = fc.constantFrom(0, -0, -1, NaN, Infinity, -Infinity, "1", null, undefined);
  fc.assert(fc.property(bad, (v) => {
    const q = { mean: [0], variance: [v as number] }, p = { mean: [0], variance: [1] };
    assert.throws(() => klDiagonal(q, p), /positive|finite/);
    assert.throws(() => klDiagonal(p, q), /positive|finite/);
    assert.throws(() => diagonalNormal(q), /positive|finite/);
  }));
  assert.throws(() => klStandardNormal([0, 1], [0]), /2 components, got 1/);
  assert.throws(() => klStandardNormal([], []), /at least one/);
  assert.throws(() => klStandardNormal([0], [NaN]), /finite.*NaN/);
  assert.throws(() => klStandardNormal(0 as unknown as number[], [0]), TypeError);
  assert.throws(() => logDensityNormal([1, 2], { mean: [0], cov: [[1]] }), /1 components, got 2/);
  assert.throws(
    () => klNormal({ mean: [0], cov: [[1]] }, { mean: [0, 0], cov: [[1, 0], [0, 1]] }),
    /1 components, got 2/,
  );
});
