import assert from "node:assert/strict";
import fc from "fast-check";
import { adam, compile, setThreads, tf } from "lib/tensor/mod.ts";
import { share, threads } from "../../lib/tensor/dispatch.ts";
import { agree, data, toTensor } from "./engines.ts";
import { draw } from "./gradients.ts";

const conv = (x: tf.Tensor, K: tf.Tensor, pad: "same" | "valid" = "same") =>
  tf.conv2d(x as tf.Tensor4D, K as tf.Tensor4D, 1, pad);

/** A mask of h × w taps, each a bit of `bits`, its zeros of both signs. */
const maskOf = (h: number, w: number, bits: number) =>
  data([h, w, 1, 1], (t) => bits >> t & 1 ? 1 : t % 2 === 0 ? 0 : -0);

const [tiny, odd] = [1e-42, [NaN, Infinity, -Infinity, 1e-42, -0, 0]];

Deno.test("second engine: a kernel under any mask, with ±0, denormals, ∞ and NaN in image and kernel", () => {
  const few = fc.integer({ min: 1, max: 4 }), channels = fc.constantFrom(1, 3, 8), place = fc.nat();
  const cases = [
    few,
    few,
    fc.nat(2 ** 16 - 1),
    channels,
    channels,
    fc.constantFrom(...odd, 1),
    place,
    place,
  ] as const;
  const property = fc.property(...cases, (h, w, bits, ci, co, special, inImage, inKernel) => {
    const x = draw([3, 6, 5, ci], 1), K = draw([h, w, ci, co], 2), mask = maskOf(h, w, bits);
    x.values[inImage % x.values.length] = special;
    K.values[(inKernel + 1) % K.values.length] = tiny;
    const plain = (pad: "same" | "valid") => (u: tf.Tensor, k: tf.Tensor, m: tf.Tensor) =>
      conv(u, k.mul(m), pad);
    agree("image", plain("same"), [x, K, mask], 2e-5);
    const slopes = (u: tf.Tensor, k: tf.Tensor, m: tf.Tensor) =>
      tf.grads((a, b) => plain("same")(a, b, m).square().sum())([u, k]);
    if (Number.isFinite(special)) agree("gradients", slopes, [x, K, mask], 2e-4);
    // inside the image only: beyond it our zeros are multiplied too
    K.values[inKernel % K.values.length] = special;
    agree("kernel", plain("valid"), [x, K, mask], 2e-5);
  });
  fc.assert(property, { seed: 8, numRuns: 60 });
});

Deno.test("second engine: nothing to convolve, and kernels larger than any mask", () => {
  const slopes = (u: tf.Tensor, k: tf.Tensor) => tf.grads((a, b) => conv(a, b).square().sum())([u, k]);
  for (const [n, h, ci, co, size] of [[0, 4, 2, 3, 3], [2, 0, 2, 3, 3], [2, 4, 2, 0, 3], [1, 5, 1, 2, 61]]) {
    const x = draw([n, h, 4, ci], 1), K = draw([size, size, ci, co], 2);
    agree("value", (u, k) => conv(u, k), [x, K], 1e-4);
    agree("gradients", slopes, [x, K], 2e-3);
  }
});

/** Waits until two threads are at work, and shares every job. */
async function twoAtWork() {
  setThreads(2);
  share("everything");
  const x = tf.ones<tf.Rank.R4>([8, 9, 9, 8]);
  for (let k = 0; k < 400 && threads.count() < 2; k++) {
    tf.tidy(() => conv(x, tf.ones([3, 3, 8, 8])));
    await new Promise((done) => setTimeout(done, 5));
  }
  x.dispose();
}

Deno.test("law: an image's bits are its own, whoever runs it and whatever NaN another image holds", async () => {
  const x = draw([6, 7, 7, 8], 1), K = draw([5, 5, 8, 9], 2), mask = maskOf(5, 5, 2 ** 13 - 1);
  const size = 7 * 7 * 8, results: Float32Array[] = [];
  const run = (values: number[]) =>
    tf.tidy(() =>
      conv(toTensor({ shape: [values.length / size, 7, 7, 8], values }), toTensor(K).mul(toTensor(mask)))
        .dataSync()
    );
  const alone = Array.from({ length: 6 }, (_, i) => [...run(x.values.slice(i * size, (i + 1) * size))])
    .flat();
  x.values[3 * size + 5] = NaN;
  await twoAtWork();
  for (const count of [1, 2]) {
    setThreads(count);
    results.push(run(x.values) as Float32Array);
  }
  share("what pays");
  setThreads(2);
  assert.deepEqual(results[0], results[1]);
  results[0].forEach((y, i) => assert(Math.floor(i / (alone.length / 6)) === 3 || Object.is(y, alone[i])));
});

/** Weights after each of twelve calls of a step, as it is written or compiled. */
function trained(
  make: () => { step: (x: tf.Tensor4D) => tf.Scalar; weights: tf.Variable; before?: (k: number) => void },
  compiled: boolean,
) {
  const hot = [0, 0, 0, 0, 0, 0, 0, 1e25, 0, 0, Infinity, NaN];
  return tf.tidy(() => {
    const { step, weights, before } = make(), run = compiled ? compile(step) : undefined;
    const results = hot.map((more, k) => {
      before?.(k);
      const { shape, values } = draw([4, 6, 5, 4], k + 1);
      values[7] += more;
      const loss = (run ?? step)(toTensor({ shape, values }) as tf.Tensor4D);
      return [...loss.dataSync(), ...weights.dataSync()];
    });
    run?.dispose();
    weights.dispose();
    return results;
  });
}

const kernel = (scale = 1) => tf.tidy(() => tf.variable(toTensor(draw([3, 3, 4, 8], 9)).mul(scale)));
const loss = (y: tf.Tensor) => y.sub(0.3).square().mean<tf.Scalar>();
const minimize = (optimizer: tf.Optimizer, weights: tf.Variable, f: () => tf.Scalar) =>
  optimizer.minimize(f, true, [weights]) as tf.Scalar;
const live = 0b000001111, tensorOf = (bits: number) => toTensor(maskOf(3, 3, bits));

const steps = {
  "a constant mask": () => {
    const weights = kernel(), mask = tensorOf(live), optimizer = adam(0.01);
    return {
      weights,
      step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights.mul(mask)))),
    };
  },
  "a mask as large as the kernel": () => {
    const weights = kernel(),
      mask = tf.tile(tensorOf(live), [1, 1, 4, 8]),
      optimizer = tf.train.momentum(0.01, 0.9);
    return {
      weights,
      step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights.mul(mask)))),
    };
  },
  "two masks": () => {
    const weights = kernel(),
      masks = [tensorOf(live), tensorOf(0b111101101)],
      optimizer = tf.train.rmsprop(0.01);
    const under = () => weights.mul(masks[0]).mul(masks[1]);
    return { weights, step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, under()))) };
  },
  "a mask whose channels differ": () => {
    const weights = kernel(),
      mask = tf.concat([tensorOf(live), tensorOf(0b11), tensorOf(0b1), tensorOf(0)], 2);
    const optimizer = tf.train.sgd(0.1);
    return {
      weights,
      step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights.mul(mask)))),
    };
  },
  "a mask that is a variable, assigned to between calls": () => {
    const weights = kernel(), mask = tf.variable(tensorOf(live), false), optimizer = tf.train.sgd(0.1);
    const step = (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights.mul(mask))));
    return { weights, step, before: (k: number) => k % 3 === 2 && mask.assign(tensorOf(live << k % 4)) };
  },
  "a mask that is an argument's sign": () => {
    const weights = kernel(), optimizer = tf.train.sgd(0.1);
    const maskBy = (x: tf.Tensor4D) =>
      x.slice([0, 0, 0, 0], [1, 3, 3, 1]).reshape([3, 3, 1, 1]).relu().sign();
    return {
      weights,
      step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights.mul(maskBy(x))))),
    };
  },
  "a mask that the step changes": () => {
    const weights = kernel(), mask = tf.variable(tensorOf(live), false);
    const step = (x: tf.Tensor4D) => {
      const slope = tf.grad((k) => loss(conv(x, k)))(weights.mul(mask));
      mask.assign(tf.onesLike(mask).sub(mask));
      weights.assign(weights.sub(slope.mul(mask).mul(0.1)));
      return weights.sum<tf.Scalar>();
    };
    return { weights, step };
  },
  "a kernel used twice": () => {
    const weights = kernel(), mask = tensorOf(live), optimizer = tf.train.sgd(0.1);
    const twice = (x: tf.Tensor4D, k = weights.mul(mask)) =>
      loss(conv(x, k)).add(loss(conv(x.neg(), k))) as tf.Scalar;
    return { weights, step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => twice(x)) };
  },
  "a gradient that is looked at before the mask": () => {
    const weights = kernel(), mask = tensorOf(live);
    const step = (x: tf.Tensor4D) => {
      const slope = tf.grad((k) => loss(conv(x, k)))(weights.mul(mask));
      weights.assign(weights.sub(slope.mul(mask).mul(0.1)));
      return slope.abs().sum<tf.Scalar>();
    };
    return { weights, step };
  },
  "weights that begin as 0, without a mask": () => {
    const weights = kernel(0), optimizer = tf.train.sgd(0.1);
    return { weights, step: (x: tf.Tensor4D) => minimize(optimizer, weights, () => loss(conv(x, weights))) };
  },
} as const;

for (const [name, make] of Object.entries(steps)) {
  Deno.test(`law: a compiled step has the bits of the written one: ${name}`, async () => {
    const expected = trained(make as Parameters<typeof trained>[0], false);
    await twoAtWork();
    for (const count of [1, 2]) {
      setThreads(count);
      assert.deepEqual(trained(make as Parameters<typeof trained>[0], true), expected);
    }
    share("what pays");
    setThreads(2);
  });
}

Deno.test("law: what a mask makes 0 is not computed in a compiled step, unless it is read", () => {
  tf.tidy(() => {
    const weights = kernel(), mask = tensorOf(0b1).abs(), x = toTensor(draw([4, 6, 5, 4], 1));
    const slope = (k: tf.Tensor) => tf.grad((u) => loss(conv(x, u.mul(mask))))(k);
    const alone = compile(() => slope(weights));
    const both = compile(() => {
      const inner = tf.grad((k) => loss(conv(x, k)))(weights.mul(mask));
      return [inner.mul(mask), inner];
    });
    // a product of 0 and a negative number is -0, of 0 and what was left out 0
    const negative = (t: tf.Tensor) => [...t.dataSync()].slice(32).filter((v) => Object.is(v, -0)).length;
    const zeros = (t: tf.Tensor) => [...t.dataSync()].slice(32).filter((v) => v === 0).length;
    const written = [slope(weights), ...[1, 2, 3].map(() => alone())].map(negative);
    const replayed = alone();
    assert.equal(zeros(replayed), 8 * 32);
    assert(written[0] > 32 && negative(replayed) < written[0], `${written}, then ${negative(replayed)}`);
    for (let k = 0; k < 6; k++) assert.equal(zeros(both()[1]), 0);
    for (const step of [alone, both]) step.dispose();
    weights.dispose();
  });
});
