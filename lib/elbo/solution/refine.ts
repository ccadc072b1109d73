import * as check from "../../math/check.ts";
import { random } from "../../math/random.ts";
import { adam, binaryCrossEntropy, compile, randomNormal, tf } from "../../tensor/mod.ts";
import { elboOf } from "../vae/bounds.ts";
import {
  asBinary,
  assertVae,
  type BinaryImages,
  decoded,
  drawn,
  encode,
  type Encoding,
  type Vae,
} from "../vae/model.ts";

/** Draws per image and step. */
const draws = 16;

interface RefineOptions {
  /** Of all noise, a whole number; 1 by default. */
  readonly seed?: number;
  /** Adam's step size, 0.03 by default. */
  readonly learningRate?: number;
  /** Draws per image by which both ELBOs are measured afterwards, 1 … 100 000; 500 by default. */
  readonly samples?: number;
}

/** Each image's own best q, and what the encoder loses against it (n numbers each, nats). */
interface Refined extends Encoding {
  /** ELBO of the refined q. */
  readonly refined: number[];
  /** ELBO of the encoder's q, by the same noise. */
  readonly amortised: number[];
  /** refined − amortised: the amortisation gap, from below. */
  readonly gap: number[];
}

/**
 * max over (mean, logVar) of ELBO(x; mean, logVar) − ELBO(x; encoder), image by image: the amortisation gap.
 *
 * Adam from the encoder's output with fresh noise in every step; the result is the mean of the last half of the
 * iterates, which removes most of that noise. Both ELBOs are then measured with draws that the optimisation has not
 * seen, the same for both (common random numbers). So a gap is not biased upwards by the search. It is the best
 * found near the encoder's output, a lower bound where there are several optima; where the encoder is already
 * best it may come out below 0 by the noise of the search and the draws (about 0.01 nats).
 *
 * @param steps updates, 0 … 100 000; 0 returns the encoder's q
 */
export function refine(model: Vae, images: BinaryImages, steps = 200, options: RefineOptions = {}): Refined {
  const doing = "refine the posterior", given = check.object(doing, "options", options);
  assertVae(doing, model);
  const { count, flat } = asBinary(doing, images, model.pixels);
  check.integer(doing, "steps", steps, { from: 0, to: 100_000 });
  const seed = check.integer(doing, "seed", given.seed ?? 1);
  const learningRate = check.positive(doing, "learningRate", given.learningRate ?? 0.03);
  const q = encode(model, flat), chance = random(seed), optimizer = adam(learningRate);
  const [mean, logVar] = [q.mean, q.logVar].map((rows) => tf.tidy(() => tf.variable(tf.tensor2d(rows))));
  const x = tf.tidy(() => tf.tile(tf.tensor2d(flat, [count, model.pixels]), [draws, 1]));
  const size = count * model.latents, sums = new Float64Array(2 * size);
  const repeated = (rows: tf.Tensor) => tf.tile<tf.Tensor2D>(rows as tf.Tensor2D, [draws, 1]);
  const loss = (noise: tf.Tensor2D) => {
    const { z, kl } = drawn(repeated(mean), repeated(logVar), noise);
    return tf.sum<tf.Scalar>(tf.div(tf.add(binaryCrossEntropy(x, decoded(model, z)), kl), draws));
  };
  const update = compile((noise: tf.Tensor2D) => {
    optimizer.minimize(() => loss(noise), false, [mean, logVar]);
  });
  const burnIn = Math.floor(steps / 2), kept = steps - burnIn;
  try {
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => update(randomNormal<tf.Rank.R2>([count * draws, model.latents], chance)));
      if (step < burnIn) continue;
      mean.dataSync().forEach((m, i) => sums[i] += m / kept);
      logVar.dataSync().forEach((v, i) => sums[size + i] += v / kept);
    }
  } finally {
    update.dispose();
    tf.dispose([mean, logVar, x]);
    optimizer.dispose();
  }
  const rows = (from: number) =>
    Array.from(
      { length: count },
      (_, n) => Array.from(sums.subarray(from + n * model.latents, from + (n + 1) * model.latents)),
    );
  const best = steps === 0 ? q : { mean: rows(0), logVar: rows(size) };
  const measured = { samples: given.samples };
  const amortised = elboOf(model, flat, seed + 1, measured);
  const refined = elboOf(model, flat, seed + 1, { ...measured, q: best });
  return { ...best, refined, amortised, gap: refined.map((r, n) => r - amortised[n]) };
}
