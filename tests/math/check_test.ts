import assert from "node:assert/strict";
import * as check from "lib/math/check.ts";

const refuses = (run: () => unknown, Fault: typeof TypeError | typeof RangeError, words: RegExp) =>
  assert.throws(run, (error) => {
    assert(error instanceof Fault, String(error));
    assert.match(error.message, /^Cannot check: expected .+, got .*[^.]$/);
    assert.match(error.message, words);
    return true;
  });

Deno.test("edge: what is no number is a TypeError, what is no finite one a RangeError, both with the value", () => {
  for (const value of [undefined, null, "1", "abc", true, 3n, {}, [1], () => 1]) {
    refuses(() => check.finite("check", "x", value), TypeError, /finite number x/);
    refuses(() => check.integer("check", "n", value), TypeError, /whole number n/);
  }
  for (const value of [NaN, Infinity, -Infinity]) {
    refuses(() => check.finite("check", "x", value), RangeError, new RegExp(`finite.*got ${value}$`));
    refuses(() => check.integer("check", "n", value), RangeError, new RegExp(`finite.*got ${value}$`));
  }
  assert.equal(check.finite("check", "x", -0.5), -0.5);
});

Deno.test("edge: signs and whole numbers", () => {
  for (const value of [0, -0, -1]) {
    refuses(() => check.positive("check", "x", value), RangeError, /positive x/);
  }
  refuses(() => check.nonNegative("check", "x", -1), RangeError, /negative, got -1/);
  assert.equal(check.nonNegative("check", "x", 0), 0);
  refuses(() => check.integer("check", "k", 1.5, { from: 0 }), RangeError, /at least 0, got 1.5/);
  refuses(() => check.integer("check", "k", -1, { from: 0, to: 4 }), RangeError, /in 0 … 4, got -1/);
  refuses(() => check.integer("check", "k", 5, { to: 4 }), RangeError, /at most 4, got 5/);
  refuses(() => check.integer("check", "k", 2 ** 53), RangeError, /whole number/);
  assert.equal(check.integer("check", "k", 4, { from: 0, to: 4 }), 4);
});

Deno.test("edge: choices, booleans, functions and objects", () => {
  const kinds = ["A", "B"] as const;
  refuses(() => check.oneOf("check", "kind", "a", kinds), RangeError, /"A" \| "B", got "a"/);
  refuses(() => check.oneOf("check", "kind", 7, kinds), TypeError, /"A" \| "B", got 7/);
  assert.equal(check.oneOf("check", "kind", "B", kinds), "B");
  refuses(() => check.boolean("check", "flag", 1), TypeError, /true or false, got 1/);
  refuses(() => check.boolean("check", "flag", undefined), TypeError, /got undefined/);
  refuses(() => check.callable("check", "f", "sin"), TypeError, /function f, got "sin"/);
  for (const value of [null, undefined, 3, "x", [1], new Float64Array(2)]) {
    refuses(() => check.object("check", "o", value), TypeError, /object o/);
  }
});

Deno.test("edge: vectors and matrices are copied, from plain or typed arrays, and never ragged or empty", () => {
  const v = [1, 2], copy = check.finiteVector("check", "v", v);
  copy[0] = 9;
  assert.deepEqual(v, [1, 2]);
  const typed = check.matrix("check", "A", [new Float32Array([1, 2]), new Int32Array([3, 4])]);
  assert.deepEqual(typed, [[1, 2], [3, 4]]);
  assert(Array.isArray(typed[0]));
  refuses(() => check.finiteVector("check", "v", []), RangeError, /at least one element in v, got none/);
  refuses(() => check.finiteVector("check", "v", "12"), TypeError, /array v, got "12"/);
  refuses(() => check.finiteVector("check", "v", [1, , 2]), TypeError, /v\[1\], got undefined/);
  refuses(() => check.finiteVector("check", "v", new BigInt64Array(2)), TypeError, /v\[0\], got 0n/);
  refuses(() => check.finiteVector("check", "v", [1, 2], 3), RangeError, /v of 3 components, got 2/);
  refuses(() => check.matrix("check", "A", [[1, 2], [3]]), RangeError, /one length in A, got 2 and 1/);
  refuses(() => check.matrix("check", "A", [[1], [NaN]]), RangeError, /finite number A\[1\]\[0\], got NaN/);
  refuses(() => check.matrix("check", "A", [1, 2]), TypeError, /array A\[0\], got 1/);
  refuses(() => check.matrix("check", "A", [[1, 2]], { rows: 2 }), RangeError, /A to be 2 × any, got 1 × 2/);
  refuses(() => check.squareMatrix("check", "A", [[1, 2]]), RangeError, /square matrix A, got 1 × 2/);
  refuses(() => check.squareMatrix("check", "A", [[1]], 2), RangeError, /2 × 2, got 1 × 1/);
});

Deno.test("edge: symmetry and semidefiniteness hold up to 1e-9 of the norm, of whatever size", () => {
  for (const unit of [1e-150, 1, 1e150]) {
    const off = (by: number) => [[2 * unit, unit], [unit * (1 + by), 2 * unit]];
    const S = check.symmetric("check", "S", off(1e-10));
    assert.equal(S[0][1], S[1][0]);
    refuses(() => check.symmetric("check", "S", off(1e-7)), RangeError, /symmetric matrix S/);
    const almost = (by: number) => [[unit, 0], [0, -by * unit]];
    check.positiveSemidefinite("check", "S", almost(1e-10));
    refuses(
      () => check.positiveSemidefinite("check", "S", almost(1e-7)),
      RangeError,
      /positive semidefinite/,
    );
    check.positiveSemidefinite("check", "S", almost(1e-7), { scale: 1e3 * unit });
  }
  check.positiveSemidefinite("check", "S", [[0, 0], [0, 0]]);
  refuses(() => check.symmetric("check", "S", [[1, 2, 3], [2, 1, 0]]), RangeError, /square/);
});

Deno.test("edge: probabilities are not negative and sum to 1", () => {
  assert.deepEqual(check.probabilities("check", "p", [0.25, 0, 0.75]), [0.25, 0, 0.75]);
  refuses(() => check.probabilities("check", "p", [1.5, -0.5]), RangeError, /negative.*got -0.5 at \[1\]/);
  refuses(() => check.probabilities("check", "p", [0.5, 0.4]), RangeError, /sum to 1.*got 0.9/);
  refuses(() => check.probabilities("check", "p", [0.5, 0.5], 3), RangeError, /3 components, got 2/);
});

Deno.test("edge: an overflow in a result is named", () => {
  refuses(() => check.finiteResult("check", [[1, NaN]]), RangeError, /finite result, got NaN/);
  assert.equal(check.finiteResult("check", 2), 2);
});
