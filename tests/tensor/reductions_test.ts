import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";

/** Of Σ|x|: sums of eight are rounded to float32 three times at most, the rest is float64. */
const tSum = 3 * 2 ** -24;

const value = (f: () => tf.Tensor) => tf.tidy(() => f().dataSync()[0]);

Deno.test("reference: sums and means of many equal numbers are right to the last digit", () => {
  const x = Math.fround(1.23456);
  for (const axes of [undefined, [0, 1], [1, 0]]) {
    assert.equal(value(() => tf.sum(tf.fill([250, 250], x), axes)), Math.fround(62500 * x));
  }
  assert.equal(value(() => tf.sum(tf.fill([20_000_000], 0.3))), Math.fround(2e7 * Math.fround(0.3)));
  for (const [shape, axis] of [[[3], 0], [[3, 2], 0], [[2, 3], 1], [[3, 40], 0]] as const) {
    assert.equal(value(() => tf.mean(tf.fill([...shape], 1e10), axis)), 1e10, `${shape}`);
  }
  assert.equal(value(() => tf.mean(tf.fill([3, 2, 5], 1e10), [0, 2])), 1e10);
  assert.equal(value(() => tf.moments(tf.fill([10_001], 1e4)).variance), 0);
  assert.equal(value(() => tf.dot(tf.fill([1e6], 0.1), tf.ones([1e6]))), Math.fround(1e6 * Math.fround(0.1)));
  assert.equal(
    value(() => tf.cumsum(tf.fill([1e6], 0.1)).slice(999_999)),
    Math.fround(1e6 * Math.fround(0.1)),
  );
  assert.equal(value(() => tf.logSumExp(tf.zeros([1_000_000]))), Math.fround(Math.log(1e6)));
  assert.deepEqual(
    [...tf.softmax(tf.zeros([1, 100_000])).dataSync()].slice(0, 2),
    [1e-5, 1e-5].map(Math.fround),
  );
});

Deno.test("second engine: sums, means and variances over every set of axes are those of float64", () => {
  const shape = [37, 5, 11, 19],
    n = 37 * 5 * 11 * 19,
    draws = random(5).normals(n).map((z) => Math.fround(z + 3));
  const x = tf.tensor(Float32Array.from(draws), shape);
  for (let subset = 1; subset < 16; subset++) {
    const axes = [0, 1, 2, 3].filter((a) => subset >> a & 1),
      kept = [0, 1, 2, 3].filter((a) => !axes.includes(a));
    const groups = new Map<number, number[]>();
    for (let i = 0; i < n; i++) {
      const at = [Math.floor(i / 1045), Math.floor(i / 209) % 5, Math.floor(i / 19) % 11, i % 19];
      const key = kept.reduce((k, a) => k * shape[a] + at[a], 0);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [draws[i]]);
      else group.push(draws[i]);
    }
    const got = tf.tidy(() =>
      [x.sum(axes), x.mean(axes), tf.moments(x, axes).variance].map((t) => t.dataSync())
    );
    for (const [key, terms] of groups) {
      const total = terms.reduce((s, y) => s + y, 0), size = terms.reduce((s, y) => s + Math.abs(y), 0);
      const mean = total / terms.length,
        variance = terms.reduce((s, y) => s + (y - mean) ** 2, 0) / terms.length;
      const bound = tSum * size;
      assert(Math.abs(got[0][key] - total) <= bound, `sum over ${axes}: ${got[0][key]} for ${total}`);
      assert(Math.abs(got[1][key] - mean) <= bound / terms.length, `mean over ${axes}`);
      assert(Math.abs(got[2][key] - variance) <= 8 * tSum * (variance + 1), `variance over ${axes}`);
    }
  }
  x.dispose();
});

Deno.test("second engine: running sums over every axis, both ways, are those of float64", () => {
  const shape = [3, 4, 5], x = random(8).normals(60).map((z) => Math.fround(z));
  const strides = [20, 5, 1];
  for (const axis of [0, 1, 2, -1]) {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        const along = (axis + 3) % 3, n = shape[along];
        const expected = x.map((_, i) => {
          const k = Math.floor(i / strides[along]) % n;
          const taken = (j: number) => reverse ? (exclusive ? j > k : j >= k) : exclusive ? j < k : j <= k;
          return [...Array(n).keys()].filter(taken)
            .reduce((sum, j) => sum + x[i + (j - k) * strides[along]], 0);
        });
        const sums = tf.tidy(() => tf.cumsum(tf.tensor(x, shape), axis, exclusive, reverse).dataSync());
        sums.forEach((sum, i) => assert.ok(Math.abs(sum - expected[i]) <= 2e-7 * n, `${axis}: ${sum}`));
      }
    }
  }
});
