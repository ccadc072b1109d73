import assert from "node:assert/strict";
import reference from "../../data/masked_conv.json" with { type: "json" };
import { digits } from "lib/course/digits.ts";
import { dependencies, type Pixel, receptiveField } from "lib/masked_conv/mod.ts";
import {
  bitsPerPixel,
  build,
  dispose,
  independentPixels,
  logits,
  loss,
  type PixelCnn,
  sample,
  totalProbability,
  train,
  weightsOf,
} from "lib/masked_conv/pixel_cnn.ts";
import { independentBits, masksOf, quantise } from "./pictures.ts";
import { tf } from "lib/masked_conv/tf.ts";
import { random } from "lib/math/random.ts";

/** Closed forms in float64. */
const t1 = 1e-12;
/** float32 through a few layers, on values of size about 1. */
const float32 = 1e-5;
/** |z| of a count, for a fixed seed. */
const t4 = 4;
/** P(z > 4): the same for a count whose law is not near a normal one. */
const tail4 = 3.2e-5;

const binary = (part: "train" | "test") => quantise(digits(part, { scaling: "levels" }), 2);
const trainSet = binary("train"), testSet = binary("test");
const prior = independentPixels(trainSet, 2);
const eighthRows = (pixels: ArrayLike<number>, start = 0) =>
  Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => pixels[start + 8 * i + j]));
const allPixels = Array.from({ length: 64 }, (_, i): Pixel => [i >> 3, i & 7]);

/** P(X ≤ k) and P(X ≥ k) for X ~ Binomial(n, p), 0 < p < 1. */
function binomialTails(n: number, p: number, k: number): [number, number] {
  let term = (1 - p) ** n, least = 0, here = 0;
  for (let i = 0; i <= k; i++) {
    least += here = term;
    term *= (n - i) / (i + 1) * p / (1 - p);
  }
  return [least, 1 - least + here];
}

/** Weights that no training gave: every path alive, no symmetry. */
function scramble(model: PixelCnn, seed: number): PixelCnn {
  const chance = random(seed);
  for (const weight of weightsOf(model)) {
    tf.tidy(() => weight.assign(tf.tensor4d(chance.normals(weight.size).map((x) => 0.6 * x), weight.shape)));
  }
  return model;
}

/** Runs `work` on a model and frees it; whatever else it leaves behind fails. */
async function withModel<T>(options: Parameters<typeof build>[0], work: (model: PixelCnn) => T | Promise<T>) {
  const before = tf.memory().numTensors;
  const model = build(options);
  try {
    return await work(model);
  } finally {
    dispose(model);
    assert.equal(tf.memory().numTensors, before);
  }
}

Deno.test("reference: bits per pixel of independent pixels", () => {
  for (const [levels, bits] of Object.entries(reference.independentBits)) {
    const [seen, held] = (["train", "test"] as const).map((part) =>
      quantise(digits(part, { scaling: "levels" }), Number(levels))
    );
    assert(Math.abs(independentBits(independentPixels(seen, Number(levels)), held) - bits) <= t1);
  }
});

Deno.test("reference: the network's logits, against numpy in float64", async () => {
  const { levels, values } = reference.logits;
  await withModel({ firstMask: "A", layers: 3, channels: 2, levels: 3 }, (model) => {
    let count = 0;
    for (const weight of weightsOf(model)) {
      tf.tidy(() =>
        weight.assign(tf.tensor4d(Array.from({ length: weight.size }, () => Math.sin(++count)), weight.shape))
      );
    }
    const ours = tf.tidy(() => logits(model, tf.tensor4d(levels.flat(), [1, 3, 4, 1])).dataSync());
    values.flat(2).forEach((value, i) =>
      assert(Math.abs(ours[i] - value) <= float32 * Math.max(1, Math.abs(value)))
    );
  });
});

Deno.test("law: an untrained network is its prior, or uniform without one", async () => {
  const baseline = independentBits(prior, testSet);
  await withModel({ firstMask: "A", prior }, (model) => {
    assert(Math.abs(bitsPerPixel(model, testSet) - baseline) <= float32);
  });
  const grey = quantise(digits("test", { scaling: "levels" }), 4);
  await withModel({ firstMask: "A", levels: 4 }, (model) => {
    assert(Math.abs(bitsPerPixel(model, grey) - 2) <= float32);
  });
});

Deno.test("second engine: bits per pixel, by float64 over the logits", async () => {
  await withModel({ firstMask: "A", levels: 3 }, (model) => {
    scramble(model, 5);
    const pictures = quantise(digits("test", { scaling: "levels" }), 3),
      few = {
        count: 4,
        side: 8,
        images: pictures.images.slice(0, 256),
      };
    const a = tf.tidy(() => logits(model, tf.tensor4d(few.images, [4, 8, 8, 1])).dataSync());
    let bits = 0;
    few.images.forEach((level, i) => {
      const odds = [0, 1, 2].map((v) => Math.exp(a[3 * i + v] - a[3 * i + level]));
      bits += Math.log2(odds[0] + odds[1] + odds[2]);
    });
    const one = tf.tidy(() => loss(model, tf.tensor4d(few.images, [4, 8, 8, 1])).dataSync()[0]);
    assert(Math.abs(bitsPerPixel(model, few) - bits / 256) <= float32 * 10);
    assert(Math.abs(one - bits / 256) <= float32 * 10);
  });
});

Deno.test("law: probabilities of all pictures add up to 1 with A first, whatever the weights; not with B first", async () => {
  for (const seed of [1, 2, 3]) {
    for (const [levels, rows, columns] of [[2, 3, 3], [3, 2, 3], [4, 1, 5]]) {
      const totals: number[] = [];
      for (const firstMask of ["A", "B"] as const) {
        const total = (model: PixelCnn) => totalProbability(scramble(model, seed), rows, columns);
        totals.push(await withModel({ firstMask, levels, channels: 4 }, total));
      }
      assert(Math.abs(totals[0] - 1) <= t1, `${totals[0]}`);
      assert(Math.abs(totals[1] - 1) > 0.01, `${totals[1]}`);
    }
  }
});

Deno.test("law: the network's dependencies are the receptive field of its masks, at all 64 targets", async () => {
  for (const firstMask of ["A", "B"] as const) {
    await withModel({ firstMask, layers: 3, channels: 4 }, (model) => {
      scramble(model, 7);
      const slopes = dependencies(model, eighthRows(testSet.images), allPixels);
      allPixels.forEach((target, t) => {
        const seen = slopes[t].map((line) => line.map((slope) => slope > 0 ? 1 : 0));
        assert.deepEqual(seen, receptiveField({ masks: masksOf(model), grid: 8, target }));
      });
    });
  }
});

Deno.test("second engine: changing a pixel outside the field changes no logit at the target, by a bit", async () => {
  await withModel({ firstMask: "A", channels: 4 }, (model) => {
    scramble(model, 9);
    const target: Pixel = [4, 3], inside = receptiveField({ masks: masksOf(model), grid: 8, target });
    const picture = testSet.images.slice(64, 128);
    const batch = [picture, ...allPixels.map((_, i) => picture.map((x, j) => i === j ? 1 - x : x))];
    const at = tf.tidy(() =>
      tf.slice4d(logits(model, tf.tensor4d(batch.flat(), [65, 8, 8, 1])), [0, ...target, 0], [65, 1, 1, 2])
        .dataSync()
    );
    allPixels.forEach(([i, j], p) => {
      const changed = at[2 * p + 2] !== at[0] || at[2 * p + 3] !== at[1];
      assert.equal(changed, inside[i][j] === 1);
    });
  });
});

Deno.test("law: training gains bits, is the same for the same seed, and leaves only the weights", async () => {
  const run = () =>
    withModel({ firstMask: "A", channels: 4, layers: 2, prior, seed: 3 }, async (model) => {
      const steps: number[] = [];
      const losses = await train(model, trainSet, {
        steps: 60,
        batch: 8,
        onProgress: (step) => steps.push(step),
      });
      assert.deepEqual(steps, losses.map((_, i) => i + 1));
      const bits = bitsPerPixel(model, testSet);
      const pictures = await sample(model, { count: 2, seed: 4 });
      const weights = weightsOf(model).map((weight) => Array.from(weight.dataSync()));
      return { losses, bits, pictures, weights };
    });
  const first = await run();
  assert(first.bits < independentBits(prior, testSet) - 0.02, `${first.bits}`);
  assert.deepEqual(await run(), first);
});

Deno.test("mutant: B first beats every honest model and cannot draw; its dependencies hold the target", async () => {
  await withModel({ firstMask: "B", channels: 4, layers: 2, prior }, async (model) => {
    await train(model, trainSet, { steps: 80, batch: 8 });
    assert(bitsPerPixel(model, testSet) < 0.1);
    assert(totalProbability(model, 3, 3) > 100);
    const [slopes] = dependencies(model, eighthRows(testSet.images), [[4, 4]]);
    assert(slopes[4][4] > 0);
    assert(slopes[4][5] === 0 && slopes[5].every((slope) => slope === 0));
    const drawn = await sample(model, { count: 4 });
    assert(drawn.flat(2).reduce((sum, x) => sum + x) < 13, "a pixel that reads its own 0 stays 0");
  });
});

Deno.test("law: each sampled pixel has its prior's frequency before training", async () => {
  const n = 250;
  await withModel({ firstMask: "A", layers: 1, channels: 2, prior }, async (model) => {
    const pictures = (await sample(model, { count: n, seed: 11 })).map((picture) => picture.flat());
    prior.probabilities.forEach(([, p], i) => {
      const ones = pictures.reduce((sum, picture) => sum + picture[i], 0);
      // Some pixels are inked once in a thousand digits: the binomial law itself, not its normal limit.
      const [least, most] = binomialTails(n, p, ones);
      assert(Math.min(least, most) > tail4, `pixel ${i}: ${ones} of ${n} at p = ${p}`);
    });
  });
});

Deno.test("second engine: 2048 drawn 2 × 2 pictures against their 16 probabilities, enumerated", async () => {
  await withModel({ firstMask: "A", channels: 3 }, async (model) => {
    scramble(model, 2);
    const all = Array.from({ length: 16 }, (_, p) => Array.from({ length: 4 }, (_, i) => p >> i & 1));
    const odds = tf.tidy(() => logits(model, tf.tensor4d(all.flat(), [16, 2, 2, 1])).dataSync());
    const expected = all.map((picture, p) =>
      picture.reduce((product, level, i) => {
        const [zero, one] = odds.subarray(8 * p + 2 * i, 8 * p + 2 * i + 2);
        return product / (1 + Math.exp(level === 1 ? zero - one : one - zero));
      }, 1)
    );
    const counts = new Array<number>(16).fill(0), n = 8 * 256;
    for (let seed = 0; seed < 8; seed++) {
      for (const picture of await sample(model, { count: 256, side: 2, seed })) {
        counts[picture.flat().reduce((p, level, i) => p + (level << i), 0)]++;
      }
    }
    expected.forEach((p, i) => assert(Math.abs(counts[i] - n * p) / Math.sqrt(n * p * (1 - p)) < t4));
  });
});

Deno.test("edge: training and drawing stop at a signal and keep what is there", async () => {
  await withModel({ firstMask: "A", channels: 2, layers: 1 }, async (model) => {
    const stop = new AbortController();
    const onProgress = (step: number) => step === 3 && stop.abort();
    assert.equal((await train(model, trainSet, { steps: 50, onProgress, signal: stop.signal })).length, 3);
    assert.equal((await train(model, trainSet, { steps: 50, signal: stop.signal })).length, 0);
    const drawn = await sample(model, { count: 1, signal: stop.signal });
    assert(drawn.flat(2).every((x) => x === 0));
    const before = tf.memory().numTensors;
    await assert.rejects(
      train(model, trainSet, {
        onProgress: () => {
          throw new Error("stop here");
        },
      }),
      /stop here/,
    );
    await assert.rejects(train(model, trainSet, { learningRate: 1e30, steps: 5 }), /finite loss.*step \d/);
    assert.equal(tf.memory().numTensors, before);
  });
});

Deno.test("edge: bad pictures, options and models are refused by name", async () => {
  const refuses = (f: () => unknown, words: RegExp) =>
    assert.throws(f, (error: Error) => {
      assert(error instanceof RangeError || error instanceof TypeError, String(error));
      assert.match(error.message, /^Cannot .*: expected .*, got .*[^.]$/s);
      return words.test(error.message) || assert.fail(error.message);
    });
  const call = (f: unknown, ...args: unknown[]) => () => Reflect.apply(f as () => unknown, undefined, args);
  refuses(call(build, {}), /"A" \| "B".*undefined/);
  refuses(call(build), /options/);
  for (const firstMask of ["C", "none", "a", 1]) refuses(call(build, { firstMask }), /"A" \| "B"/);
  for (const name of ["layers", "channels", "kernel", "levels"]) {
    for (const value of [0, -2, 1.5, NaN, "3", null]) {
      refuses(call(build, { firstMask: "A", [name]: value }), /got/);
    }
  }
  refuses(call(build, { firstMask: "A", seed: 0.5 }), /whole number/);
  refuses(call(build, { firstMask: "A", levels: 4, prior }), /prior over 4 levels/);
  refuses(
    call(build, { firstMask: "A", prior: { side: 1, levels: 2, probabilities: [[0.7, 0.7]] } }),
    /sum to 1/,
  );
  refuses(
    call(build, { firstMask: "A", prior: { side: 8, levels: 2, probabilities: [[0.5, 0.5]] } }),
    /64 × 2/,
  );
  const one = { count: 1, side: 2, images: [0, 1, 1, 0] };
  refuses(call(independentPixels, { ...one, images: [0, 1, 2, 0] }, 2), /level of grey.*2/);
  refuses(call(independentPixels, { ...one, images: [0, 1, NaN, 0] }, 2), /finite.*NaN/);
  refuses(call(independentPixels, { ...one, images: [0, 1, 1] }, 2), /1 × 2 × 2 pixels, got 3/);
  refuses(call(independentPixels, { ...one, count: 0, images: [] }, 2), /number of pictures/);
  refuses(call(independentPixels, undefined, 2), /pictures/);
  const model = build({ firstMask: "A", prior, channels: 2, layers: 1 });
  refuses(call(totalProbability, model, 5, 5), /65536 pictures/);
  refuses(call(dependencies, model, eighthRows(testSet.images), [[8, 0]]), /8 × 8 grid/);
  refuses(call(dependencies, model, [[0, 1], [0]], [[0, 0]]), /one length/);
  refuses(call(dependencies, model, [[0, 3]], [[0, 0]]), /level of grey/);
  refuses(
    call(bitsPerPixel, model, { count: 1, side: 9, images: new Array(81).fill(0) }),
    /8 × 8 pixels, got 9 × 9/,
  );
  for (
    const options of [{ steps: -1 }, { batch: 0 }, { batch: 5000 }, { learningRate: 0 }, {
      learningRate: NaN,
    }, { seed: 0.5 }]
  ) {
    await assert.rejects(train(model, trainSet, options), /expected .*, got/);
  }
  for (const options of [{ count: 0 }, { side: 0.5 }, { side: 9 }]) {
    await assert.rejects(sample(model, options), /expected .*, got/);
  }
  await assert.rejects(call(train, model, trainSet, { onProgress: 3 }) as () => Promise<unknown>, /function/);
  await assert.rejects(call(sample, model, { signal: {} }) as () => Promise<unknown>, /AbortSignal/);
  dispose(model);
  for (const broken of [model, undefined, {}, null]) {
    refuses(call(bitsPerPixel, broken, testSet), /PixelCNN/);
    refuses(call(dispose, broken), /PixelCNN/);
    await assert.rejects(call(train, broken, trainSet) as () => Promise<unknown>, /PixelCNN/);
    await assert.rejects(call(sample, broken) as () => Promise<unknown>, /PixelCNN/);
  }
});
