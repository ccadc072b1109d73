import assert from "node:assert/strict";
import fc from "fast-check";
import { derivative as symbolic, evaluate } from "mathjs";
import { difference, excess, isFiniteValue } from "lib/math/difference.ts";
import { dualOver, duals, exp, gradient, gradientOver, log, sqrt, tanh } from "lib/math/dual.ts";
import {
  chanceOfFalseIdentity,
  gaussianRationals,
  type Rational,
  rational,
  rationalMatrices,
  rationals,
  toNumber,
} from "lib/math/exact.ts";
import { complexes, type Field, floats, matricesOver } from "lib/math/field.ts";
import { inverse } from "lib/math/linalg.ts";
import { random, RATIONAL_SAMPLE } from "lib/math/random.ts";

/** One rounding in float64, a few times over. */
const ROUNDED = 1e-12;

const fraction = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 20 })).map(([p, q]) =>
  rational(p, q)
);

function fieldLaws<T>(name: string, field: Field<T>, element: fc.Arbitrary<T>) {
  Deno.test(`law: ${name} is a field`, () => {
    const { add, sub, mul, div, neg, zero, one, equal } = field;
    fc.assert(fc.property(element, element, element, (a, b, c) => {
      assert.ok(equal(mul(a, add(b, c)), add(mul(a, b), mul(a, c))));
      assert.ok(equal(mul(mul(a, b), c), mul(a, mul(b, c))));
      assert.ok(equal(add(a, neg(a)), zero) && equal(sub(a, b), add(a, neg(b))) && equal(mul(a, one), a));
      if (!equal(b, zero)) assert.ok(equal(mul(div(a, b), b), a));
    }));
  });
}
fieldLaws("ℚ", rationals, fraction);
fieldLaws("ℚ(i)", gaussianRationals, fc.record({ re: fraction, im: fraction }));

Deno.test("law: a float is embedded in the rationals at its exact binary value", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => toNumber(rational(x)) === x + 0),
  );
  assert.equal(rational(0.1).toFraction(), "3602879701896397/36028797018963968");
  assert.equal(rational(6, -4).toFraction(), "-3/2");
  assert.throws(
    () => rational(1, 0),
    /^RangeError: Cannot make a rational: expected a non-zero denominator, got 1\/0/,
  );
  assert.throws(() => rational(NaN), /expected finite numbers, got NaN/);
  assert.throws(() => rationals.div(rationals.one, rationals.zero), /non-zero divisor/);
});

Deno.test("second engine: rational inverse and determinant against floats", () => {
  const source = random(3);
  for (let trial = 0; trial < 40; trial++) {
    const n = 1 + source.integer(4);
    const A = source.list(n, () => source.list(n, () => source.rational()));
    if (rationalMatrices.determinant(A).equals(0)) continue;
    const inverted = rationalMatrices.inverse(A);
    assert.equal(difference(rationalMatrices.mul(A, inverted), rationalMatrices.identity(n)), 0);
    assert.ok(
      difference(inverted.map((row) => row.map(toNumber)), inverse(A.map((row) => row.map(toNumber)))) < 1e-8,
    );
  }
  assert.throws(
    () => rationalMatrices.inverse([[rational(1), rational(2)], [rational(2), rational(4)]]),
    /singular/,
  );
  assert.throws(
    () => rationalMatrices.mul([[rational(1)]], [[rational(1)], [rational(2)]]),
    /1 × 1 and 2 × 1/,
  );
});

Deno.test("law: matrices over a field keep the rules of kron, vec and trace", () => {
  const source = random(8), { mul, kron, vec, transpose, apply, trace } = rationalMatrices;
  const M = (rows: number, columns: number): Rational[][] =>
    source.list(rows, () => source.list(columns, () => source.rational()));
  const A = M(2, 3), X = M(3, 4), B = M(4, 2);
  assert.equal(difference(vec(mul(A, X, B)), apply(kron(transpose(B), A), vec(X))), 0);
  assert.equal(difference(trace(mul(A, mul(X, B))), trace(mul(mul(X, B), A))), 0);
});

Deno.test("second engine: dual numbers against mathjs's symbolic derivative", () => {
  const cases: [string, (x: { value: number; slope: number }) => { value: number; slope: number }][] = [
    ["exp(x) * tanh(x)", (x) => duals.mul(exp(x), tanh(x))],
    ["log(x) / x", (x) => duals.div(log(x), x)],
    ["sqrt(x) - x^3", (x) => duals.sub(sqrt(x), duals.mul(x, duals.mul(x, x)))],
  ];
  for (const [text, f] of cases) {
    for (const x of [0.3, 1, 2.7]) {
      assert.ok(
        difference(gradient(([t]) => f(t), [x])[0], evaluate(symbolic(text, "x").toString(), { x })) <=
          ROUNDED,
        text,
      );
    }
  }
  assert.deepEqual(gradient(([x, y]) => duals.mul(x, duals.mul(y, y)), [3, 2]), [4, 12]);
});

Deno.test("edge: tanh has a slope to the last digit where it is all but flat", () => {
  for (const x of [5, 15, 20, -40, 300]) {
    // 4 e^{−2|x|} / (1 + e^{−2|x|})²
    const e = Math.exp(-2 * Math.abs(x)), right = 4 * e / (1 + e) ** 2;
    assert.ok(Math.abs(gradient(([t]) => tanh(t), [x])[0] / right - 1) < 1e-14 * (1 + Math.abs(x)), `${x}`);
  }
  assert.equal(gradient(([t]) => tanh(t), [1000])[0], 0);
});

Deno.test("law: derivatives over the rationals are exact", () => {
  fc.assert(fc.property(fraction, fraction, (x, y) => {
    const [dx, dy] = gradientOver(rationals, (F, [a, b]) => F.add(F.mul(a, F.mul(a, b)), F.neg(b)), [x, y]);
    assert.ok(dx.equals(x.mul(y).mul(2)) && dy.equals(x.mul(x).sub(1)));
  }));
  const field = dualOver(rationals);
  assert.ok(field.div(field.of(3), { value: rational(2), slope: rational(1) }).slope.equals(rational(-3, 4)));
});

Deno.test("law: difference is 0 only where rationals agree, and NaN is never hidden", () => {
  const tiny = rational(1, 10n ** 400n);
  assert.ok(difference(rational(1), rational(1).add(tiny)) > 0);
  assert.equal(difference([1, 2], [1, 2]), 0);
  assert.equal(difference([1, 2], [[1, 2]]), Infinity);
  assert.equal(difference([1], [1, 2]), Infinity);
  assert.ok(Number.isNaN(difference(NaN, NaN)));
  assert.equal(difference(Infinity, Infinity), 0);
  assert.equal(difference(1e9, 1e9 + 1), 1 / (1e9 + 1));
  const huge = rational(10n ** 400n);
  assert.equal(difference(rationals.div(huge, huge.add(huge)), 0.5), 0);
  assert.equal(toNumber(huge), Infinity);
  assert.equal(excess([1, 2], [1, 3]), 0);
  assert.equal(excess(rational(2), rational(1)), 1);
  assert.equal(isFiniteValue([1, [NaN]]), false);
});

Deno.test("law: the same seed gives the same draws; rationals are uniform on their grid", () => {
  const a = random(7), b = random(7), c = random(8);
  const first = a.normals(50);
  assert.deepEqual(first, b.normals(50));
  assert.notDeepEqual(first, c.normals(50));
  const seen = new Set(a.list(40_000, () => a.rational().toFraction()));
  assert.ok(seen.size > 0.99 * RATIONAL_SAMPLE && seen.size <= RATIONAL_SAMPLE);
});

Deno.test("law: normal draws have the moments of N(0, 1) (|z| < 4, n = 100,000)", () => {
  const n = 100_000, draws = random(11).normals(n);
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / n;
  assert.ok(Math.abs(moment(1)) * Math.sqrt(n) < 4);
  assert.ok(Math.abs(moment(2) - 1) / Math.sqrt(2) * Math.sqrt(n) < 4);
  assert.ok(Math.abs(moment(4) - 3) / Math.sqrt(96) * Math.sqrt(n) < 4);
});

Deno.test("edge: seeds and sizes are checked", () => {
  assert.throws(() => random(1.5), /Cannot seed the generator: expected a whole number, got 1\.5/);
  assert.throws(() => random(1).integer(0), /got 0/);
  assert.throws(() => random(1).pick([]), /at least one choice/);
  assert.throws(() => chanceOfFalseIdentity({ degree: 0, sampleSize: 10, trials: 1 }), /degree, got 0/);
  assert.equal(chanceOfFalseIdentity({ degree: 2, sampleSize: 200, trials: 3 }), (2 / 200) ** 3);
});

Deno.test("law: complex floats multiply as their matrices do", () => {
  const { mul } = matricesOver(floats);
  const asMatrix = ({ re, im }: { re: number; im: number }) => [[re, -im], [im, re]];
  const a = { re: 0.3, im: -2 }, b = { re: 1.5, im: 0.7 };
  assert.ok(difference(asMatrix(complexes.mul(a, b)), mul(asMatrix(a), asMatrix(b))) <= ROUNDED);
});
