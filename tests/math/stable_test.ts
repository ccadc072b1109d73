import assert from "node:assert/strict";
import fc from "fast-check";
import { logMeanExp, logSech2, logSumExp, softplus } from "lib/math/stable.ts";

/** Closed form in float64: rounding only. */
const T1 = 1e-12;

const close = (actual: number, expected: number, tolerance = T1) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
const relative = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= T1 * Math.abs(expected), `${actual} is not ${expected}`);
const moderate = fc.double({ min: -30, max: 30, noNaN: true });

Deno.test("second engine: log-sum-exp is its textbook form where that does not overflow", () => {
  fc.assert(fc.property(fc.array(moderate, { minLength: 1, maxLength: 8 }), (x) => {
    close(logSumExp(x), Math.log(x.reduce((sum, v) => sum + Math.exp(v), 0)));
    close(logMeanExp(x), Math.log(x.reduce((sum, v) => sum + Math.exp(v) / x.length, 0)));
  }));
});

Deno.test("law: a shift of all terms shifts log-sum-exp, however far", () => {
  fc.assert(fc.property(
    fc.array(moderate, { minLength: 1, maxLength: 8 }),
    fc.integer({ min: -1e6, max: 1e6 }),
    (x, shift) => close(logSumExp(x.map((v) => v + shift)), shift + logSumExp(x)),
  ));
});

Deno.test("edge: log-sum-exp of thousands, of nothing, of infinities", () => {
  close(logSumExp([1000, 1000]), 1000 + Math.LN2);
  close(logSumExp([-1000, -1000, -1000]), -1000 + Math.log(3));
  assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
  assert.equal(logSumExp([-Infinity, Infinity, 0]), Infinity);
  assert.equal(logSumExp([-Infinity, 3]), 3);
  assert.equal(logSumExp([]), -Infinity);
  assert.equal(logMeanExp([-Infinity, -Infinity]), -Infinity);
  relative(logSumExp([0, -40]), Math.exp(-40));
  close(logMeanExp(new Float64Array([7, 7, 7]) as unknown as number[]), 7);
});

Deno.test("law: softplus(x) − softplus(−x) = x, and softplus' = the logistic function", () => {
  fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
    close(softplus(x) - softplus(-x), x);
    assert.ok(softplus(x) >= Math.max(x, 0));
  }));
  relative(softplus(-50), Math.exp(-50));
  close(softplus(0), Math.LN2);
  assert.equal(softplus(1e6), 1e6);
  assert.equal(softplus(-1e6), 0);
});

Deno.test("second engine: log sech² is −2 log cosh where that does not overflow", () => {
  fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
    close(logSech2(x), -2 * Math.log(Math.cosh(x)));
    assert.equal(logSech2(x), logSech2(-x));
  }));
  close(logSech2(1e5), 2 * Math.LN2 - 2e5);
  relative(logSech2(1e-9), -1e-18);
  assert.ok(Math.abs(logSech2(0)) === 0);
});

Deno.test("edge: what is no number is named", () => {
  const wrong = (value: unknown) => value as number;
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.throws(() => softplus(value), { name: "RangeError", message: new RegExp(`finite.*${value}`) });
    assert.throws(() => logSech2(value), { name: "RangeError", message: new RegExp(`finite.*${value}`) });
  }
  for (const value of ["1", null, undefined, [1]]) {
    assert.throws(() => softplus(wrong(value)), {
      name: "TypeError",
      message: /^Cannot take the softplus: /,
    });
    assert.throws(() => logSech2(wrong(value)), {
      name: "TypeError",
      message: /^Cannot take the log of sech²/,
    });
    assert.throws(() => logSumExp([0, wrong(value)]), { name: "TypeError", message: /at index 1/ });
  }
  assert.throws(() => logSumExp([0, NaN]), { name: "RangeError", message: /NaN at index 1/ });
  assert.throws(() => logSumExp(5 as unknown as number[]), { name: "TypeError", message: /got 5/ });
  assert.throws(() => logMeanExp([]), { name: "RangeError", message: /empty/ });
  assert.throws(() => logMeanExp(undefined as unknown as number[]), { name: "TypeError" });
});
