import assert from "node:assert/strict";
import fc from "fast-check";
import { difference } from "lib/math/difference.ts";
import { rational, rationalMatrices, toNumber } from "lib/math/exact.ts";
import * as L from "lib/math/linalg.ts";
import { random } from "lib/math/random.ts";
import type { Complex, Matrix } from "lib/math/types.ts";
import data from "../../data/simsiam.json" with { type: "json" };

/** Eighths up to 20: no rounding. */
const T0 = 0;
/** Closed forms in float64, on well-conditioned instances. */
const T1 = 1e-12;
/** Laws on random instances, whose condition numbers reach 1e3. */
const T2 = 1e-9;

const near = (a: number | number[] | number[][], b: typeof a, tolerance: number, about = "") => {
  const error = difference(a, b);
  assert(error <= tolerance, `${about}: off by ${error}, more than ${tolerance}`);
};
const near1 = (a: number[][], b: Matrix, tolerance: number, about = "") => {
  const size = L.frobenius(b) || 1;
  near(L.scale(1 / size, a), L.scale(1 / size, b), tolerance, about);
};
/** Every eigenvalue has its own partner within `tolerance` of the largest. */
const sameSpectrum = (found: Complex[], wanted: number[][], tolerance: number, about: string) => {
  assert.equal(found.length, wanted.length);
  const size = Math.max(1e-300, ...wanted.map(([re, im]) => Math.hypot(re, im))), left = [...found];
  for (const [re, im] of wanted) {
    const distance = left.map((z) => Math.hypot(z.re - re, z.im - im)),
      at = distance.indexOf(Math.min(...distance));
    assert(distance[at] <= tolerance * size, `${about}: ${re} + ${im}i is missing by ${distance[at]}`);
    left.splice(at, 1);
  }
};
const refuses = (
  run: () => unknown,
  words: RegExp,
  Fault: typeof TypeError | typeof RangeError = RangeError,
) =>
  assert.throws(run, (error) => {
    assert(error instanceof Fault, String(error));
    assert.match(error.message, /^Cannot .+: expected .+, got .*[^.]$/);
    assert.match(error.message, words);
    return true;
  });

fc.configureGlobal({ seed: 5 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const size = fc.integer({ min: 1, max: 6 });
const positiveDefinite = (r: ReturnType<typeof random>, n: number) => {
  const A = r.normalMatrix(n, n);
  return L.add(L.matmul(A, L.transpose(A)), L.scale(0.1, L.identity(n)));
};

Deno.test("law: vec(B V Aᵀ) = (A ⊗ B) vec V, and unvec undoes vec, on matrices of any shape", () => {
  fc.assert(fc.property(seed, size, size, size, size, (s, m, n, p, q) => {
    const r = random(s), A = r.normalMatrix(m, n), B = r.normalMatrix(p, q), V = r.normalMatrix(q, n);
    const left = L.vec(L.matmul(L.matmul(B, V), L.transpose(A)));
    near(left, L.apply(L.kron(A, B), L.vec(V)), T1);
    assert.deepEqual(L.unvec(L.vec(V), q), V);
    near(L.frobenius(V), L.norm(L.vec(V)), T1);
  }));
});

Deno.test("law: L Lᵀ = S, L lower triangular, and log det S is the sum of the logs of the eigenvalues", () => {
  fc.assert(fc.property(seed, size, (s, n) => {
    const S = positiveDefinite(random(s), n), factor = L.cholesky(S);
    near(L.matmul(factor, L.transpose(factor)), S, T1);
    factor.forEach((row, i) => assert(row.every((x, j) => j <= i || x === 0) && row[i] > 0));
    near(L.logDet(S), L.eigenvaluesSymmetric(S).reduce((sum, x) => sum + Math.log(x), 0), T2);
  }));
});

Deno.test("law: S V = V Λ with V orthogonal and Λ ascending; S^½ S^½ = S", () => {
  fc.assert(fc.property(seed, size, (s, n) => {
    const S = positiveDefinite(random(s), n), { values, vectors } = L.symmetricEigen(S);
    near(L.matmul(S, vectors), L.matmul(vectors, L.diagonal(values)), T1);
    near(L.matmul(L.transpose(vectors), vectors), L.identity(n), T1);
    assert(values.every((x, i) => i === 0 || x >= values[i - 1]));
    near(L.matmul(L.squareRoot(S), L.squareRoot(S)), S, T1);
  }));
});

Deno.test("law: eigenvalues sum to the trace, come in conjugate pairs, and follow a change of basis", () => {
  fc.assert(fc.property(seed, fc.integer({ min: 1, max: 9 }), (s, n) => {
    const r = random(s), A = r.normalMatrix(n, n), values = L.eigenvalues(A);
    near(values.reduce((sum, z) => sum + z.re, 0), L.trace(A), T1);
    near(values.reduce((sum, z) => sum + z.im, 0), 0, T1);
    const squares = L.eigenvalues(L.matmul(A, A));
    sameSpectrum(squares, values.map(({ re, im }) => [re * re - im * im, 2 * re * im]), T2, `seed ${s}`);
  }));
});

Deno.test("law: a triangular matrix, its rows and columns in any order, gives its diagonal exactly", () => {
  const r = random(4);
  for (let trial = 0; trial < 50; trial++) {
    const n = 1 + r.integer(6), T = r.normalMatrix(n, n).map((row, i) => row.map((x, j) => j < i ? 0 : x));
    const order = r.permutation(n), A = order.map((i) => order.map((j) => T[i][j]));
    const wanted = T.map((row, i) => row[i]).sort((a, b) => b - a);
    assert.deepEqual(L.eigenvalues(A), wanted.map((re) => ({ re, im: 0 })));
  }
});

Deno.test("law: squares of the singular values are the eigenvalues of AᵀA; ‖A‖₂ bounds ‖A v‖ / ‖v‖", () => {
  fc.assert(fc.property(seed, size, size, (s, m, n) => {
    const r = random(s), A = r.normalMatrix(m, n), found = L.singularValues(A);
    const gram = m < n ? L.matmul(A, L.transpose(A)) : L.matmul(L.transpose(A), A);
    near(found.map((x) => x * x).reverse(), L.eigenvaluesSymmetric(gram), T1);
    const v = r.normals(n);
    assert(L.norm(L.apply(A, v)) <= L.spectralNorm(A) * L.norm(v) * (1 + T1));
  }));
});

Deno.test("law: e^A e^−A = I, e^(A ⊗ I + I ⊗ B) = e^A ⊗ e^B, det e^A = e^tr A", () => {
  fc.assert(fc.property(seed, fc.integer({ min: 1, max: 4 }), (s, n) => {
    const r = random(s), A = r.normalMatrix(n, n), B = r.normalMatrix(2, 2);
    near(L.matmul(L.expm(A), L.expm(L.scale(-1, A))), L.identity(n), T2);
    const sum = L.add(L.kron(A, L.identity(2)), L.kron(L.identity(n), B));
    near1(L.expm(sum), L.kron(L.expm(A), L.expm(B)), T1);
    const product = L.eigenvalues(L.expm(A)).reduce((p, z) => ({
      re: p.re * z.re - p.im * z.im,
      im: p.re * z.im + p.im * z.re,
    }));
    near(product.re / Math.exp(L.trace(A)), 1, T2);
  }));
});

Deno.test("law: e^A = (e^(A / 32))³² at norms on both sides of where scaling begins", () => {
  const r = random(13);
  for (let trial = 0; trial < 60; trial++) {
    const B = r.normalMatrix(4, 4), A = L.scale(r.uniform(1, 16) / L.spectralNorm(B), B);
    let E = L.expm(L.scale(1 / 32, A));
    for (let k = 0; k < 5; k++) E = L.matmul(E, E);
    near1(L.expm(A), E, T1);
  }
});

Deno.test("second engine: e^A against 40 terms of its series, up to where scaling begins", () => {
  const r = random(12);
  for (const n of [2, 3, 5, 17, 33]) {
    const A = r.normalMatrix(n, n), norm = L.spectralNorm(A);
    for (const size of [1e-5, 0.05, 1.1, 2.9, 4.2]) {
      const B = L.scale(size / norm, A);
      let term = L.identity(n), sum = term;
      for (let k = 1; k <= 40; k++) {
        term = L.scale(1 / k, L.matmul(term, B));
        sum = L.add(sum, term);
      }
      near(L.scale(Math.exp(-size), L.expm(B)), L.scale(Math.exp(-size), sum), 1e-14);
    }
  }
});

Deno.test("second engine: inverse, Kronecker product and products against exact rationals", () => {
  const r = random(7), M = rationalMatrices;
  for (let trial = 0; trial < 60; trial++) {
    const n = 1 + r.integer(5);
    const exact = r.list(n, () => r.list(n, () => rational(r.integer(41) - 20, 8)));
    const floats = exact.map((row) => row.map(toNumber)),
      toFloats = (A: typeof exact) => A.map((row) => row.map(toNumber));
    near(L.kron(floats, floats), toFloats(M.kron(exact, exact)), T0);
    near(L.matmul(floats, floats), toFloats(M.mul(exact, exact)), T0);
    if (M.determinant(exact).n === 0n) refuses(() => L.inverse(floats), /invertible.*singular/);
    else near1(L.inverse(floats), toFloats(M.inverse(exact)), T2);
  }
});

Deno.test("reference: inverse, eigenvalues and exponential of general matrices, by mpmath", () => {
  for (const [name, entry] of Object.entries(data.linalg.general)) {
    // Eigenvalues of the badly scaled matrix are conditioned like 1e2; none here is defective but the nilpotent one.
    sameSpectrum(L.eigenvalues(entry.A), entry.eigenvalues, T1, name);
    near1(L.expm(entry.A), entry.expm, T1, `expm, ${name}`);
    if ("inverse" in entry) near1(L.inverse(entry.A), entry.inverse, T1, `inverse, ${name}`);
  }
  for (const [name, { A, expm }] of Object.entries(data.linalg.exponentials)) {
    // Rounding in A alone moves the result by ε ‖A‖.
    const conditioned = Math.max(T1, 1e-15 * L.frobenius(A));
    near1(L.expm(A), expm, name === "far from normal" ? T1 : conditioned, name);
  }
});

Deno.test("reference: factors, log-determinants and eigenvalues of definite matrices, by mpmath", () => {
  for (const [name, entry] of Object.entries(data.linalg.definite)) {
    near1(L.cholesky(entry.S), entry.cholesky, T1, name);
    near(L.logDet(entry.S), entry.logDet, 1e-9, name);
    const scale = 1 / entry.eigenvalues[entry.eigenvalues.length - 1];
    near(
      L.eigenvaluesSymmetric(entry.S).map((x) => x * scale),
      entry.eigenvalues.map((x) => x * scale),
      T1,
      name,
    );
    // The Hilbert matrix has the condition number 1.5e7.
    near1(L.inverse(entry.S), entry.inverse, name === "hilbert 6" ? T2 : T1, name);
  }
  for (const [name, { A, singularValues }] of Object.entries(data.linalg.rectangular)) {
    near(L.singularValues(A), singularValues, T1, name);
  }
});

Deno.test("edge: eigenvalues end on matrices of kinds that trap other programs", () => {
  const r = random(11);
  for (let trial = 0; trial < 300; trial++) {
    const n = 2 + r.integer(6), B = r.normalMatrix(n, n), kind = trial % 4;
    const skew = L.subtract(B, L.transpose(B));
    const order = r.permutation(n),
      signed = order.map((k) => order.map((_, j) => j === k ? r.pick([-1, 1]) : 0));
    const graded = B.map((row) => row.map((x) => x * 10 ** (r.integer(25) - 12)));
    const whole = B.map((row) => row.map((x) => Math.round(x)));
    const A = [skew, signed, graded, whole][kind], values = L.eigenvalues(A), norm = L.frobenius(A) || 1;
    near(values.reduce((sum, z) => sum + z.re, 0) / norm, L.trace(A) / norm, T1);
    if (kind === 0) { for (const z of values) near(z.re / norm, 0, T1); }
    if (kind === 1) { for (const z of values) near(Math.hypot(z.re, z.im), 1, T1); }
  }
  // A double eigenvalue without two eigenvectors: exact here, where the discriminant is.
  assert.deepEqual(L.eigenvalues([[1, 2], [-2, -3]]), [{ re: -1, im: 0 }, { re: -1, im: 0 }]);
});

Deno.test("edge: entries near the ends of the exponent range neither overflow nor vanish", () => {
  for (const unit of [1e-200, 1e200]) {
    const A = [[2 * unit, unit], [unit, 3 * unit]];
    near(L.frobenius(A) / unit, Math.sqrt(15), T1);
    near(L.norm([3 * unit, 4 * unit]) / unit, 5, T1);
    near(L.eigenvaluesSymmetric(A).map((x) => x / unit), L.eigenvaluesSymmetric([[2, 1], [1, 3]]), T1);
    near(L.singularValues(A).map((x) => x / unit), L.singularValues([[2, 1], [1, 3]]), T1);
    near(L.scale(unit, L.inverse(A)), [[0.6, -0.2], [-0.2, 0.4]], T1);
    near(L.logDet(A), 2 * Math.log(unit) + Math.log(5), T1);
  }
  near(L.inverse([[1, 0], [0, 1e-30]]), [[1, 0], [0, 1e30]], T1);
  refuses(() => L.matmul([[1e200, -1e200]], [[1e200], [1e200]]), /finite result, got NaN/);
  refuses(() => L.inverse([[5e-324]]), /finite|singular/);
});

Deno.test("edge: matrix exponential of a wrong, a huge and an overflowing argument", () => {
  refuses(() => L.expm([[1, 2]]), /square.*1 × 2/);
  refuses(() => L.expm([[NaN]]), /finite.*NaN/);
  refuses(() => L.expm([[1, Infinity], [0, 1]]), /finite.*Infinity/);
  refuses(() => L.expm([[0, 1e12], [-1e12, 0]]), /norm up to 1e9.*1000000000000/);
  refuses(() => L.expm([[1000, 1], [0, 1]]), /finite result, got Infinity/);
  near(L.expm([[-1e300, 0], [0, 1]]), [[0, 0], [0, Math.E]], T1);
  assert.deepEqual(L.expm([[0]]), [[1]]);
});

Deno.test("edge: singular, indefinite and asymmetric matrices are refused by name", () => {
  refuses(() => L.inverse([[1, 2], [2, 4]]), /invertible.*singular/);
  refuses(() => L.inverse([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), /invertible.*singular/);
  refuses(() => L.inverse([[0]]), /singular/);
  refuses(() => L.inverse([[1, 2, 3], [4, 5, 6]]), /square.*2 × 3/);
  for (const take of [L.cholesky, L.logDet]) {
    refuses(() => take([[1, 2], [2, 1]]), /positive definite.*-3/);
    refuses(() => take([[1, 1], [1, 1]]), /positive definite.*pivot 0/);
    refuses(() => take([[0]]), /positive definite/);
    refuses(() => take([[1, 0.5], [0.4, 1]]), /symmetric.*0.5.*0.4/);
  }
  refuses(() => L.eigenvaluesSymmetric([[1, 2], [3, 1]]), /symmetric/);
  refuses(() => L.squareRoot([[1, 0], [0, -1]]), /positive semidefinite.*-1/);
});

Deno.test("edge: every function names what is wrong with its argument", () => {
  const one: ((A: Matrix) => unknown)[] = [
    L.transpose,
    L.trace,
    L.inverse,
    L.vec,
    L.frobenius,
    L.cholesky,
    L.logDet,
    L.eigenvaluesSymmetric,
    L.eigenvalues,
    L.expm,
    L.singularValues,
    L.spectralNorm,
    L.squareRoot,
    (A) => L.matmul(A, [[1]]),
    (A) => L.kron(A, [[1]]),
    (A) => L.kron([[1]], A),
    (A) => L.add(A, A),
    (A) => L.scale(2, A),
    (A) => L.apply(A, [1]),
  ];
  for (const run of one) {
    for (const wrong of [undefined, null, 3, "A", {}, [1, 2], [["1"]], [[undefined]], [[1n]], () => [[1]]]) {
      refuses(() => run(wrong as unknown as Matrix), /./, TypeError);
    }
    for (const wrong of [[], [[]], [[1, 2], [3]], [[NaN]], [[Infinity]]]) refuses(() => run(wrong), /./);
  }
  refuses(() => L.matmul([[1, 2]], [[1, 2]]), /fit, got 1 × 2 and 1 × 2/);
  refuses(() => L.add([[1]], [[1, 2]]), /fit, got 1 × 1 and 1 × 2/);
  refuses(() => L.apply([[1, 2]], [1]), /2 components, got 1/);
  refuses(() => L.unvec([1, 2, 3], 2), /whole columns of 2 rows, got 3/);
  refuses(() => L.unvec([1, 2], 0), /rows of at least 1, got 0/);
  refuses(() => L.unvec([1, 2], 1.5), /whole number rows/);
});

Deno.test("edge: arguments may be typed arrays, are not changed, and results are plain", () => {
  const A = [new Float64Array([4, 1]), new Float64Array([1, 3])] as unknown as Matrix,
    before = JSON.stringify(A);
  for (const run of [L.inverse, L.cholesky, L.expm, L.transpose, L.squareRoot]) {
    assert(run(A).every((row) => Array.isArray(row)));
  }
  L.eigenvalues(A);
  L.singularValues(A);
  L.logDet(A);
  assert.equal(JSON.stringify(A), before);
});
