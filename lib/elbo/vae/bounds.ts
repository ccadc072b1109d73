import * as check from "../../math/check.ts";
import { random } from "../../math/random.ts";
import { logMeanExp } from "../../math/stable.ts";
import { binaryCrossEntropy, tf } from "../../tensor/mod.ts";
import { klStandardNormal } from "../../math/normal.ts";
import {
  asBinary,
  assertVae,
  type BinaryImages,
  decoded,
  drawn,
  encode,
  type Encoding,
  type Vae,
} from "./model.ts";

/** What k draws from one image's q give: sums over pixels and latents, in nats. */
type Draws = {
  /** log p(x | zⱼ), j = 1 … k. */
  readonly logLikelihood: Float32Array;
  /** log p(zⱼ) − log q(zⱼ | x) = ½ Σ (ε² + logVar − z²): what 2π and e^{logVar} leave of two normal densities. */
  readonly logRatio: Float32Array;
};

/** Calls `use` with each image's k draws zⱼ = mean + e^{logVar/2} εⱼ: noise of its own, the same for the same seed. */
function eachImage(
  doing: string,
  model: Vae,
  images: BinaryImages,
  { k, seed, q }: { k: number; seed: number; q?: Encoding },
  use: (image: number, draws: Draws, q: Encoding) => void,
): void {
  assertVae(doing, model);
  const { count, flat } = asBinary(doing, images, model.pixels);
  const { mean, logVar } = q ?? encode(model, flat), d = model.latents;
  check.matrix(doing, "mean", mean, { rows: count, columns: d });
  check.matrix(doing, "logVar", logVar, { rows: count, columns: d });
  const chance = random(check.integer(doing, "seed", seed));
  for (let image = 0; image < count; image++) {
    const draws = tf.tidy((): Draws => {
      const noise = tf.tensor2d(Float32Array.from({ length: k * d }, () => chance.normal()), [k, d]);
      const spread = (row: readonly number[]) => tf.tile(tf.tensor2d([[...row]]), [k, 1]);
      const { z } = drawn(spread(mean[image]), spread(logVar[image]), noise);
      const pixels = flat.subarray(image * model.pixels, (image + 1) * model.pixels);
      const x = tf.tile(tf.tensor2d(pixels, [1, model.pixels]), [k, 1]);
      const squares = tf.sum(tf.sub(tf.square(noise), tf.square(z)), 1);
      const logDet = logVar[image].reduce((sum, v) => sum + v, 0);
      return {
        logLikelihood: tf.neg(binaryCrossEntropy(x, decoded(model, z))).dataSync<"float32">(),
        logRatio: tf.mul(tf.add(squares, logDet), 0.5).dataSync<"float32">(),
      };
    });
    use(image, draws, { mean, logVar });
  }
}

/**
 * ELBO(x) = E_q log p(x | z) − KL(q ‖ N(0, I)) nats, image by image: the expectation as the mean of `samples` draws,
 * the KL in closed form. Unbiased.
 *
 * @param options seed of the noise (1); samples an image (500); q, other posteriors than the encoder's: with the same
 * seed they get the same noise, image by image (common random numbers), so differences are far less noisy than values
 */
export function elboOf(
  model: Vae,
  images: BinaryImages,
  seed = 1,
  { samples = 500, q }: { samples?: number; q?: Encoding } = {},
): number[] {
  const doing = "estimate the ELBO", elbos: number[] = [];
  const k = check.integer(doing, "samples", samples, { from: 1, to: 100_000 });
  eachImage(doing, model, images, { k, seed, q }, (image, { logLikelihood }, { mean, logVar }) => {
    const expected = logLikelihood.reduce((sum, x) => sum + x, 0) / k;
    elbos.push(check.finite(doing, "ELBO", expected - klStandardNormal(mean[image], logVar[image])));
  });
  return elbos;
}

/**
 * log (1/k) Σⱼ p(x, zⱼ) / q(zⱼ | x) nats, zⱼ ~ q(· | x), image by image: IWAE-k, for large k close to log p(x).
 *
 * Its expectation rises with k towards log p(x) and never exceeds it; a single value may. Log weights are float32
 * (error about 1e-5 nats), their mean is taken in float64 through the largest one.
 *
 * @param k draws an image, 1 … 100 000; 5000 by default
 * @param seed of the noise
 * @param options q, proposals other than the encoder's: with those of `refine` the result is closer to log p(x), since
 * an encoder that misses an image makes k draws that mostly have no weight
 */
export function iwaeOf(
  model: Vae,
  images: BinaryImages,
  k = 5000,
  seed = 1,
  { q }: { q?: Encoding } = {},
): number[] {
  const doing = "estimate log p by importance sampling", bounds: number[] = [];
  check.integer(doing, "k", k, { from: 1, to: 100_000 });
  eachImage(doing, model, images, { k, seed, q }, (_, { logLikelihood, logRatio }) => {
    bounds.push(logMeanExp(Array.from(logLikelihood, (x, j) => x + logRatio[j])));
  });
  return bounds;
}
