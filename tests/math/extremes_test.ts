/** Under- and overflow and cancellation: what public bug reports found, and neighbours; right values by mpmath and numpy. */
import assert from "node:assert/strict";
import reference from "../../data/extremes.json" with { type: "json" };
import { nonlinearModel } from "lib/elbo/nonlinear.ts";
import { planar } from "lib/flow/planar.ts";
import { radial } from "lib/flow/vector.ts";
import { cube, exponential, sinhArcsinh } from "lib/flow/scalar.ts";
import {
  chiSquare,
  hellingerSquared,
  jensenShannon,
  kl,
  mass,
  normal1d,
  pushforward,
} from "lib/math/divergence.ts";
import { eigenvalues, eigenvaluesSymmetric, singularValues } from "lib/math/linalg.ts";
import { logDensityNormal } from "lib/math/normal.ts";
import { random } from "lib/math/random.ts";

/** Closed forms in float64. */
const T1 = 1e-12;

function close(actual: number, expected: number | string, tolerance = T1, about = "") {
  const wanted = Number(expected);
  if (actual === wanted) return;
  // What is below every normal float has no digits to keep.
  assert.ok(
    Math.abs(actual - wanted) <= Math.max(tolerance * Math.abs(wanted), 1e-322),
    `${about}: ${actual}, ${wanted}`,
  );
}

Deno.test("reference: divergences of vectors with the smallest floats, and of nearly equal ones, by mpmath", () => {
  for (const { p, q, ...right } of reference.divergences) {
    close(kl(p, q), right.kl, T1, `KL ${p} ${q}`);
    close(chiSquare(p, q), right.chiSquare, T1, `χ² ${p} ${q}`);
    close(hellingerSquared(p, q), right.hellingerSquared, T1, `H² ${p} ${q}`);
    close(jensenShannon(p, q), right.jensenShannon, T1, `JS ${p} ${q}`);
  }
  // A softmax in float32 sums to 1 within 1e-8 only: the error says what to do.
  assert.throws(() => kl([0.3, 0.7 + 7e-9], [0.5, 0.5]), /sum to 1 .*got 1\.000000007 .*renormalise/);
});

Deno.test("reference: eigenvalues of weakly coupled pairs ±1, by numpy", () => {
  for (const { A, re, im } of reference.spectra) {
    eigenvalues(A).forEach((found, i) => {
      close(found.re, re[i], 1e-9);
      assert.ok(Math.abs(Math.abs(found.im) - Math.abs(im[i])) < 1e-7);
    });
  }
});

Deno.test("law: eigenvalues of coupled pairs, turns, signs and permutations end, and sum to the trace", () => {
  for (
    const [k, eta] of [2, 3, 4, 8].flatMap((k) => [1e-2, 1e-6, 1e-8, 1e-10, 1e-14].map((eta) => [k, eta]))
  ) {
    for (let seed = 0; seed < 20; seed++) {
      const r = random(seed), n = 2 * k, order = r.permutation(n);
      const kinds = [
        (i: number, j: number) => (i ^ 1) === j ? 1 : 0,
        (i: number, j: number) => (i ^ 1) === j ? (i < j ? 1 : -1) : 0,
        (i: number, j: number) => i === j ? (-1) ** i : 0,
        (i: number, j: number) => order[i] === j ? 1 : 0,
      ];
      for (const kind of kinds) {
        const A = r.list(n, (i) => r.list(n, (j) => kind(i, j) + eta * r.normal()));
        const sum = eigenvalues(A).reduce((total, { re }) => total + re, 0);
        const trace = A.reduce((total, row, i) => total + row[i], 0);
        assert.ok(Math.abs(sum - trace) < n * T1, `${n} ${eta} ${seed}: ${sum}, ${trace}`);
      }
    }
  }
});

Deno.test("edge: a matrix whose entries span the exponents, and one whose spectrum overflows", () => {
  assert.deepEqual(eigenvalues([[0, 1e200], [1e-200, 0]]).map(({ re }) => re), [1, -1]);
  assert.deepEqual(eigenvalues([[0, 1e-320], [1e-320, 0]]).map(({ re }) => re), [1e-320, -1e-320]);
  const large = [[1e308, 1e308], [1e308, 1e308]];
  for (const take of [eigenvalues, eigenvaluesSymmetric, singularValues]) {
    assert.throws(() => take(large), { name: "RangeError", message: /finite result, got Infinity/ });
  }
});

Deno.test("law: planar flows go there and back however long u is; what is exact stays exact", () => {
  for (const size of [1e20, 1e100, 1e150, 1e200, 1e300]) {
    const along = planar({ u: [size, 0], w: [1, 0], b: 0 }), [x, y] = along.inverse(along.forward([0.3, 2]));
    assert.ok(Math.abs(x - 0.3) < 1e-15 && y === 2, `${size}: ${x}, ${y}`);
  }
  for (const size of [1, 1e4, 1e8, 1e12, 1e15]) {
    const along = planar({ u: [size, 0], w: [1, 0], b: 0 });
    const z = along.inverse(along.forward([0.3, 2]));
    close(z[0], 0.3, T1, `u = ${size}`);
    assert.equal(z[1], 2);
    const slanted = planar({ u: [size, 3], w: [1, 1], b: 0.2 });
    slanted.inverse(slanted.forward([0.3, 2])).forEach((x, i) =>
      close(x, [0.3, 2][i], T1, `slanted ${size}`)
    );
  }
  const nearby = radial({ z0: [0], alpha: 1e-200, beta: 1 });
  assert.deepEqual(nearby.inverse([1e200]), [1e200]);
});

Deno.test("reference: the evidence of a point far from all mass, against the linear model's closed form", () => {
  for (const { slope, sigma, x, logMarginal } of reference.far) {
    const model = nonlinearModel({ decoder: (z) => slope * z, sigma });
    close(model.logMarginal(x), logMarginal, 1e-10, `x = ${x}`);
  }
});

Deno.test("edge: an infinite coordinate is no matter of the others", () => {
  const p = { mean: [-1e308, 0], cov: [[1, 0], [0, 1]] };
  assert.equal(logDensityNormal([1e308, 0], p), -Infinity);
});

Deno.test("edge: a pushforward whose landmarks overflow is a density all the same", () => {
  close(mass(pushforward(normal1d(0, 1), sinhArcsinh({ epsilon: 0, delta: 0.5 }))), 1, 1e-9);
  const wide = pushforward(normal1d(0, 300), exponential());
  close(wide.logDensity(1), normal1d(0, 300).logDensity(0));
  const cubed = pushforward(normal1d(0, 1e120), cube());
  close(cubed.logDensity(8), normal1d(0, 1e120).logDensity(2) - Math.log(12));
});
