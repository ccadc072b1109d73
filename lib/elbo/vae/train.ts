import { type Listening, stepwise } from "../../course/listening.ts";
import * as check from "../../math/check.ts";
import { batches, random } from "../../math/random.ts";
import { adam, binaryCrossEntropy, compile, randomNormal, tf } from "../../tensor/mod.ts";
import {
  asBinary,
  type BinaryImages,
  buildVae,
  decoded,
  disposeVae,
  drawn,
  encoded,
  encoderWeights,
  pixelFrequencies,
  type Vae,
  weightsOf,
  widened,
} from "./model.ts";

/** What to train. */
interface VaeTraining {
  /** Zeros and ones, at least one image. */
  readonly images: BinaryImages;
  /** Pixels of an image, 64 by default. */
  readonly pixels?: number;
  /** Units of both hidden layers, 128 by default. */
  readonly hidden?: number;
  /** Dimensions of z, 2 by default. */
  readonly latents?: number;
  /** Updates of the weights, 4000 by default. */
  readonly steps?: number;
  /** Images per update, 64 by default (all of them, where there are fewer). */
  readonly batch?: number;
  /** Adam's step size at the start; it falls to a tenth of it in four stages. 0.01 by default. */
  readonly learningRate?: number;
  /** Of the weights, the batches and the noise: a whole number, 1 by default. */
  readonly seed?: number;
  /** A trained model to go on from: its decoder is held, its encoder widened to `hidden` units, and only that learns. */
  readonly from?: Vae;
}

interface TrainedVae {
  readonly model: Vae;
  /** Each update's ELBO (its batch, one draw an image, before the update), nats: fewer than `steps` if aborted. */
  readonly elbos: number[];
}

/**
 * Ascends mean_x E_{q(z|x)} log p(x | z) − KL(q(z | x) ‖ N(0, I)), with one reparameterised draw an image and the
 * KL in closed form.
 *
 * The model starts as independent pixels. The same arguments give the same model, bit by bit.
 *
 * @param listening onProgress hears of each batch's ELBO before the update
 * @returns the model, whose tensors are the caller's to free (`disposeVae`), and the learning curve
 * @throws RangeError, TypeError for bad arguments, RangeError when the ELBO is no longer finite; nothing leaks then
 */
export async function trainVae(training: VaeTraining, listening: Listening = {}): Promise<TrainedVae> {
  const doing = "train the VAE", given = check.object(doing, "training", training);
  const { onProgress, signal } = check.object(doing, "listening", listening);
  check.callback(doing, "onProgress", onProgress);
  check.signal(doing, signal);
  const { pixels = 64, hidden, latents, seed = 1 } = given;
  check.integer(doing, "pixels", pixels, { from: 1, to: 4096 });
  const { count, flat } = asBinary(doing, given.images, pixels);
  const steps = check.integer(doing, "steps", given.steps ?? 4000, { from: 0, to: 1e6 });
  const batch = check.integer(doing, "batch", given.batch ?? Math.min(64, count), { from: 1, to: count });
  const learningRate = check.positive(doing, "learningRate", given.learningRate ?? 0.01);

  const built = buildVae({ pixels, hidden, latents, seed, frequencies: pixelFrequencies(flat, pixels) });
  const { model, learning } = startOf(built, given.from);
  const learner = ascent(model, learning, learningRate, steps), chance = random(seed + 1);
  const nextBatch = batches(count, batch, seed);
  try {
    const elbos = await stepwise(steps, (step) => {
      const elbo = learner.step(pick(flat, nextBatch(), pixels), batch, chance);
      return check.finite(doing, `ELBO at step ${step} (try a smaller learningRate)`, elbo);
    }, { onProgress, signal });
    return { model, elbos };
  } catch (cause) {
    disposeVae(model);
    throw cause;
  } finally {
    learner.dispose();
  }
}

/** The model that is trained, and what of it learns; frees `built` where that fails. */
function startOf(built: Vae, from: Vae | undefined): { model: Vae; learning: tf.Variable[] } {
  if (from === undefined) return { model: built, learning: weightsOf(built) };
  try {
    const model = widened(built, from);
    return { model, learning: encoderWeights(model) };
  } catch (cause) {
    disposeVae(built);
    throw cause;
  }
}

/** Adam on −ELBO whose step size falls by a fixed factor after each quarter of `steps`, to a tenth. */
function ascent(model: Vae, weights: tf.Variable[], learningRate: number, steps: number) {
  const stages = 4;
  const begin = (stage: number) => {
    const optimizer = adam(learningRate * 10 ** (-stage / (stages - 1)));
    const update = compile((x: tf.Tensor2D, noise: tf.Tensor2D) =>
      optimizer.minimize(
        () => {
          const { z, kl } = drawn(...encoded(model, x), noise);
          return tf.mean<tf.Scalar>(tf.add(binaryCrossEntropy(x, decoded(model, z)), kl));
        },
        true,
        weights,
      ) as tf.Scalar
    );
    const dispose = () => {
      update.dispose();
      optimizer.dispose();
    };
    return { update, dispose };
  };
  let done = 0, learner = begin(0);
  return {
    step(pixels: Float32Array, batch: number, chance: ReturnType<typeof random>): number {
      const stage = Math.floor(stages * done / steps);
      if (done++ > 0 && stage > Math.floor(stages * (done - 2) / steps)) {
        learner.dispose();
        learner = begin(stage);
      }
      return tf.tidy(() => {
        const x = tf.tensor2d(pixels, [batch, model.pixels]);
        const noise = randomNormal<tf.Rank.R2>([batch, model.latents], chance);
        return -learner.update(x, noise).dataSync()[0];
      });
    },
    dispose: () => learner.dispose(),
  };
}

function pick(flat: Float32Array, chosen: readonly number[], pixels: number): Float32Array {
  const picked = new Float32Array(chosen.length * pixels);
  chosen.forEach((n, row) => picked.set(flat.subarray(n * pixels, (n + 1) * pixels), row * pixels));
  return picked;
}
