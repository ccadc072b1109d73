import assert from "node:assert/strict";
import { digits } from "lib/course/digits.ts";
import {
  buildVae,
  decode,
  disposeVae,
  elboOf,
  encode,
  evidenceOf,
  iwaeOf,
  pixelFrequencies,
  reconstruct,
  trainVae,
  type Vae,
} from "lib/elbo/vae.ts";
import { latentMap, reconstructions } from "lib/elbo/figures.ts";
import { refine } from "lib/elbo/solution.ts";
import { gapBars } from "lib/elbo/solution/figures.ts";
import { independentPixels } from "lib/masked_conv/pixel_cnn/pictures.ts";
import { independentBits } from "../masked_conv/pictures.ts";
import { klStandardNormal, logDensityNormal } from "lib/math/normal.ts";
import { random } from "lib/math/random.ts";
import { drawn } from "lib/elbo/vae/model.ts";
import { tf } from "lib/tensor/mod.ts";

/** Closed forms in float64. */
const t1 = 1e-12;
/** float32 sums over 64 pixels, of size about 20. */
const float32 = 1e-4;
/** |z| of an estimate, for a fixed seed. */
const t4 = 4;

const train = digits("train", { scaling: "binary" }), test = digits("test", { scaling: "binary" });
const few = test.images.slice(0, 20 * 64), labels = test.labels.slice(0, 20);
const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
const normalAt = (z: readonly number[], m: readonly number[], variance: readonly number[]) =>
  logDensityNormal(z, { mean: m, cov: variance.map((v, i) => variance.map((_, j) => i === j ? v : 0)) });

/** Runs `work`; tensors it leaves behind fail. */
async function leavingNothing<T>(work: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await work();
  assert.equal(tf.memory().numTensors, before);
  return result;
}

/** A short training, its model freed afterwards. */
const withTrained = <T>(steps: number, work: (model: Vae, elbos: number[]) => T | Promise<T>) =>
  leavingNothing(async () => {
    const { model, elbos } = await trainVae({ images: train.images, steps, hidden: 64, seed: 3 });
    try {
      return await work(model, elbos);
    } finally {
      disposeVae(model);
    }
  });

Deno.test("law: the same seed trains the same model, bit by bit, and another seed another", async () => {
  const run = () =>
    withTrained(40, (model, elbos) => ({
      elbos,
      codes: encode(model, few),
      bounds: [elboOf(model, few, 2, { samples: 20 }), iwaeOf(model, few, 20, 2)],
      refined: refine(model, few, 5, { samples: 20 }),
    }));
  const first = await run();
  assert.equal(first.elbos.length, 40);
  assert.deepEqual(await run(), first);
  const { model, elbos } = await trainVae({ images: train.images, steps: 40, hidden: 64, seed: 4 });
  disposeVae(model);
  assert.notDeepEqual(elbos, first.elbos);
});

/** log p(x) = Σᵢ xᵢ log pᵢ + (1 − xᵢ) log(1 − pᵢ), image by image. */
const independentLogP = (p: readonly number[], images: ArrayLike<number>) =>
  Array.from(
    { length: images.length / p.length },
    (_, n) => p.reduce((sum, q, i) => sum + Math.log(images[n * p.length + i] === 1 ? q : 1 - q), 0),
  );

Deno.test("law: training beats independent pixels by nats; IWAE ≥ ELBO and refined ≥ amortised within noise", async () => {
  const baseline = mean(independentLogP(pixelFrequencies(train.images), test.images));
  await withTrained(800, (model) => {
    assert(mean(elboOf(model, test.images, 1, { samples: 100 })) > baseline + 3);
    const r = refine(model, few, 150), log = iwaeOf(model, few, 5000, 1, { q: r });
    // Standard error of a mean of 500 draws whose spread is a nat or two.
    const noise = 2 / Math.sqrt(500);
    log.forEach((bound, n) => {
      assert(bound > r.refined[n] - t4 * noise, `image ${n}: ${bound} < ${r.refined[n]}`);
      assert(bound > r.amortised[n] - t4 * noise, `image ${n}: ${bound} < ${r.amortised[n]}`);
      assert(r.gap[n] > -0.05, `image ${n}: ${r.gap[n]}`);
    });
    assert(mean(r.gap) > 0.05);
    assert(mean(iwaeOf(model, few, 100)) > mean(r.amortised));
    assert.deepEqual(r.amortised, elboOf(model, few, 2), "common random numbers");
    assert.deepEqual(refine(model, few, 0).gap, new Array(20).fill(0));
  });
});

Deno.test("second engine: ELBO and log p of a 2-latent model by a sum over a grid of z, in float64", async () => {
  await withTrained(300, (model) => {
    const one = few.slice(0, 5 * 64), q = encode(model, one), step = 0.1, reach = 6;
    const axis = Array.from({ length: 2 * reach / step + 1 }, (_, i) => i * step - reach);
    const grid = axis.flatMap((a) => axis.map((b) => [a, b]));
    const ink = decode(model, grid), log = iwaeOf(model, one, 20_000), elbo = elboOf(model, one);
    log.forEach((bound, n) => {
      let evidence = 0, elboHere = 0;
      const variance = q.logVar[n].map(Math.exp);
      grid.forEach((z, g) => {
        const logJoint = normalAt(z, [0, 0], [1, 1]) +
          ink[g].reduce((sum, p, i) => sum + Math.log(one[n * 64 + i] === 1 ? p : 1 - p), 0);
        const logQ = normalAt(z, q.mean[n], variance);
        evidence += Math.exp(logJoint) * step * step;
        elboHere += Math.exp(logQ) * (logJoint - logQ) * step * step;
      });
      assert(Math.abs(bound - Math.log(evidence)) < 0.05, `log p: ${bound}, ${Math.log(evidence)}`);
      assert(Math.abs(elbo[n] - elboHere) < t4 * 2 / Math.sqrt(500), `ELBO: ${elbo[n]}, ${elboHere}`);
    });
  });
});

Deno.test("second engine: the training's closed-form KL is klStandardNormal", () =>
  leavingNothing(() => {
    const chance = random(7), rows = [chance.normalMatrix(50, 3), chance.normalMatrix(50, 3)];
    const kl = tf.tidy(() =>
      drawn(tf.tensor2d(rows[0]), tf.tensor2d(rows[1]), tf.zeros([50, 3])).kl.arraySync()
    );
    kl.forEach((value, n) =>
      assert(Math.abs(value - klStandardNormal(rows[0][n], rows[1][n])) < 1e-5 * (1 + value))
    );
  }));

Deno.test("law: an untrained model with a closed decoder is independent pixels; ELBO = log p − KL exactly then", () =>
  leavingNothing(() => {
    const frequencies = pixelFrequencies(train.images), model = buildVae({ frequencies, hidden: 8 });
    const { W } = model.decoder.logits;
    tf.tidy(() => W.assign(tf.zeros([8, 64])));
    const log = independentLogP(frequencies, few), q = encode(model, few);
    elboOf(model, few, 1, { samples: 3 }).forEach((elbo, n) =>
      assert(Math.abs(elbo - (log[n] - klStandardNormal(q.mean[n], q.logVar[n]))) < float32)
    );
    decode(model, [[0, 0], [3, -3]]).flat().forEach((p, i) =>
      assert(Math.abs(p - frequencies[i % 64]) < float32)
    );
    const r = refine(model, few, 300, { learningRate: 0.02 });
    r.mean.flat().forEach((m) => assert(Math.abs(m) < 0.02, "the best q is the prior"));
    assert.deepEqual(reconstruct(model, few), decode(model, q.mean));
    disposeVae(model);
  }));

Deno.test("second engine: independent pixels, against the PixelCNN's baseline in bits", () => {
  const ours = mean(independentLogP(pixelFrequencies(train.images), test.images));
  const pictures = (set: typeof train) => ({ ...set, images: Array.from(set.images) });
  const bits = independentBits(independentPixels(pictures(train), 2), pictures(test));
  assert(Math.abs(ours + bits * 64 * Math.LN2) < t1 * 100);
});

Deno.test("edge: an abort ends the training, progress is awaited, and a listener's fault leaks nothing", async () => {
  await leavingNothing(async () => {
    const stop = new AbortController(), seen: number[] = [];
    const onProgress = async (step: number) => {
      await new Promise((resume) => setTimeout(resume));
      seen.push(step);
      if (step === 3) stop.abort();
    };
    const { model, elbos } = await trainVae({ images: few }, { onProgress, signal: stop.signal });
    assert.equal(elbos.length, 3);
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(elboOf(model, few).length, 20);
    disposeVae(model);
    const none = await trainVae({ images: few }, { signal: stop.signal });
    assert.equal(none.elbos.length, 0);
    disposeVae(none.model);
    const fault = () => {
      throw new Error("stop here");
    };
    await assert.rejects(trainVae({ images: few }, { onProgress: fault }), /stop here/);
    await assert.rejects(
      trainVae({ images: few, learningRate: 1e30, steps: 9 }),
      /^RangeError: Cannot train the VAE: .*finite.*step \d/,
    );
  });
});

Deno.test("edge: bad images, shapes, options and models are refused by name", async () => {
  const fault = (words: RegExp) => (error: Error) => {
    assert(error instanceof RangeError || error instanceof TypeError, String(error));
    assert.match(error.message, /^Cannot .*: expected .*, got .*[^.]$/s);
    return words.test(error.message) || assert.fail(error.message);
  };
  const call = (f: unknown, ...args: unknown[]) => () => Reflect.apply(f as () => unknown, undefined, args);
  const model = buildVae({ hidden: 4 });
  const before = tf.memory().numTensors;
  const bad: [unknown, RegExp][] = [
    [undefined, /array images/],
    ["no", /array images/],
    [[], /at least one/],
    [few.slice(0, 65), /64 pixels each, got 65/],
    [new Array(64).fill(0.5), /binary.*0\.5 at \[0\]/],
    [new Array(64).fill(NaN), /finite.*NaN/],
    [new Array(64).fill("1"), /finite.*"1"/],
    [[new Array(64).fill(0), [1]], /one length/],
    [[[0, 1]], /any × 64, got 1 × 2/],
  ];
  for (const [images, words] of bad) {
    for (const f of [encode, elboOf, iwaeOf, refine, reconstruct]) {
      assert.throws(call(f, model, images), fault(words));
    }
    await assert.rejects(call(trainVae, { images }) as () => Promise<unknown>, fault(words));
  }
  for (const k of [0, 1.5, NaN, "3", -1]) {
    assert.throws(call(iwaeOf, model, few, k), fault(/k in 1 … 100000/));
    assert.throws(call(elboOf, model, few, 1, { samples: k }), fault(/samples/));
  }
  assert.throws(call(elboOf, model, few, 0.5), fault(/seed/));
  const q = { mean: [[0, 0]], logVar: [[0, 0]] };
  assert.throws(call(elboOf, model, few, 1, { q }), fault(/mean to be 20 × 2, got 1 × 2/));
  assert.throws(call(refine, model, few, -1), fault(/steps/));
  assert.throws(call(refine, model, few, 3, { learningRate: 0 }), fault(/learningRate/));
  assert.throws(call(refine, model, few, 3, { samples: 0 }), fault(/samples/));
  assert.throws(call(decode, model, [[1, 2, 3]]), fault(/any × 2, got 1 × 3/));
  assert.throws(call(decode, model, [[1, Infinity]]), fault(/finite/));
  for (const name of ["hidden", "latents", "steps", "batch", "learningRate", "pixels", "seed"]) {
    for (const value of [-2, NaN, "3"]) {
      if (name === "seed" && value === -2) continue;
      await assert.rejects(
        call(trainVae, { images: few, [name]: value }) as () => Promise<unknown>,
        fault(/got/),
      );
    }
  }
  await assert.rejects(call(trainVae) as () => Promise<unknown>, fault(/training/));
  await assert.rejects(
    call(trainVae, { images: few }, { signal: {} }) as () => Promise<unknown>,
    fault(/Abort/),
  );
  await assert.rejects(
    call(trainVae, { images: few }, { onProgress: 3 }) as () => Promise<unknown>,
    fault(/function/),
  );
  assert.throws(call(buildVae, { frequencies: new Array(64).fill(1) }), fault(/between 0 and 1/));
  assert.equal(tf.memory().numTensors, before);
  disposeVae(model);
  for (const broken of [model, undefined, {}, null, { decoder: 1 }, { decoder: null }]) {
    for (const f of [encode, elboOf, iwaeOf, refine, disposeVae]) {
      assert.throws(call(f, broken, few), fault(/VAE/));
    }
  }
});

Deno.test("law: figures are plain, small, numbered; wrong sizes are refused", async () => {
  await withTrained(100, (model) => {
    const r = refine(model, few, 10), logP = iwaeOf(model, few, 100);
    const figures = [
      reconstructions("1.5", few, reconstruct(model, few)),
      latentMap("1.6", encode(model, test.images).mean, test.labels, (z) => decode(model, z)),
      gapBars("1.7", { logP, ...r }, { labels }),
    ];
    figures.forEach((drawn, i) => {
      assert.ok(drawn.caption.startsWith(`**Figure 1.${i + 5}.** `));
      assert.ok(JSON.stringify(drawn).length < 300_000);
      assert.deepEqual(JSON.parse(JSON.stringify(drawn)), drawn);
    });
    assert.throws(() => gapBars("1.7", { logP: [1], ...r }, { labels }), /expected as many refined/);
    assert.throws(() => latentMap("1.6", r.mean, [1], (z) => decode(model, z)), /expected as many labels/);
    assert.throws(() => reconstructions("1.5", few, [[1, 0]]), /as many decoded/);
  });
});

Deno.test("second engine: the evidence by a grid agrees with a finer and wider one, and bounds lie below it", () =>
  leavingNothing(async () => {
    const { model } = await trainVae({ images: train.images, hidden: 8, steps: 60, seed: 3 });
    const some = Array.from(train.images).slice(0, 64 * 6), evidence = evidenceOf(model, some);
    const finer = evidenceOf(model, some, { step: 0.0625, reach: 7 });
    evidence.forEach((value, n) => assert.ok(Math.abs(value - finer[n]) < 1e-3, `${value} ${finer[n]}`));
    elboOf(model, some).forEach((elbo, n) => assert.ok(elbo < evidence[n] + 0.2));
    assert.throws(() => evidenceOf(model, some, { step: 0 }), /positive/);
    const { model: deep } = await trainVae({
      images: train.images,
      hidden: 4,
      latents: 3,
      steps: 1,
      seed: 3,
    });
    assert.throws(() => evidenceOf(deep, some), /expected 2 latents, got 3/);
    disposeVae(model);
    disposeVae(deep);
  }));

Deno.test("law: a widened encoder starts where the old one stood, learns, and leaves the decoder alone", () =>
  leavingNothing(async () => {
    const { model } = await trainVae({ images: train.images, hidden: 8, steps: 60, seed: 3 });
    const same = await trainVae({ images: train.images, hidden: 12, steps: 0, from: model });
    const on = await trainVae({ images: train.images, hidden: 12, steps: 20, from: model });
    const some = Array.from(train.images).slice(0, 64 * 3), z = [[0.3, -1]];
    const flat = (m: typeof model) => encode(m, some).mean.flat();
    flat(same.model).forEach((m, i) => assert.ok(Math.abs(m - flat(model)[i]) < 1e-5));
    assert.ok(flat(on.model).some((m, i) => Math.abs(m - flat(model)[i]) > 1e-3));
    assert.deepEqual([same.model, on.model].map((m) => decode(m, z)), [decode(model, z), decode(model, z)]);
    await assert.rejects(
      trainVae({ images: train.images, hidden: 4, steps: 1, from: model }),
      /Cannot widen an encoder/,
    );
    [same.model, on.model, model].forEach(disposeVae);
  }));
