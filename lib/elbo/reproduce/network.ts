import { binarise, type GreyImages } from "../../course/mnist.ts";
import { constantWeights, glorotWeights } from "../../course/weights.ts";
import { logMeanExp } from "../../math/stable.ts";
import { type Random, random } from "../../math/random.ts";
import { binaryCrossEntropy, dense, randomNormal, tf } from "../../tensor/mod.ts";

// A VAE with two hidden layers a side, as Burda et al. have it: pixels – hidden – hidden – latents and back, tanh.

type Tensor2D = tf.Tensor2D;

interface Layer {
  readonly W: tf.Variable<tf.Rank.R2>;
  readonly b: tf.Variable<tf.Rank.R1>;
}

interface DeepVae {
  readonly pixels: number;
  readonly latents: number;
  readonly encoder: readonly Layer[];
  /** Mean and log variance side by side. */
  readonly head: Layer;
  readonly decoder: readonly Layer[];
  readonly logits: Layer;
}

/** Glorot's uniform weights, biases 0, by the seed. */
export function buildDeepVae(
  sizes: { pixels: number; hidden: readonly number[]; latents: number; seed: number },
): DeepVae {
  const { pixels, hidden, latents } = sizes, chance = random(sizes.seed);
  const layer = (inputs: number, outputs: number): Layer => ({
    W: glorotWeights(inputs, outputs, chance),
    b: constantWeights<tf.Rank.R1>([outputs]),
  });
  const chain = (from: number, to: readonly number[]) =>
    to.map((n, i) => layer(i === 0 ? from : to[i - 1], n));
  return {
    pixels,
    latents,
    encoder: chain(pixels, hidden),
    head: layer(hidden[hidden.length - 1], 2 * latents),
    decoder: chain(latents, hidden.toReversed()),
    logits: layer(hidden[0], pixels),
  };
}

export const layersOf = ({ encoder, head, decoder, logits }: DeepVae): tf.Variable[] =>
  [...encoder, head, ...decoder, logits].flatMap(({ W, b }) => [W, b]);

const through = (layers: readonly Layer[], x: Tensor2D) =>
  layers.reduce((h, { W, b }) => dense(h, W, b, "tanh"), x);

const encodedBy = ({ encoder, head }: DeepVae, x: Tensor2D) =>
  tf.split(dense(through(encoder, x), head.W, head.b), 2, 1) as [Tensor2D, Tensor2D];

const decodedBy = ({ decoder, logits }: DeepVae, z: Tensor2D) =>
  dense(through(decoder, z), logits.W, logits.b);

/**
 * log wⱼ = log p(x, zⱼ) − log q(zⱼ | x), zⱼ = μ + e^{λ/2} εⱼ: n × k, differentiable.
 *
 * @param x n × pixels
 * @param noise ε, k after k for each x: n k × latents
 */
function logWeights(vae: DeepVae, x: Tensor2D, noise: Tensor2D): Tensor2D {
  const n = x.shape[0], k = noise.shape[0] / n;
  const repeated = (rows: Tensor2D) =>
    k === 1
      ? rows
      : tf.reshape<tf.Rank.R2>(tf.tile(tf.expandDims(rows, 1), [1, k, 1]), [n * k, rows.shape[1]]);
  const [mean, logVar] = encodedBy(vae, x).map(repeated);
  const z = tf.add<Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  const densities = tf.mul(tf.sum(tf.add(tf.sub(tf.square(noise), tf.square(z)), logVar), 1), 0.5);
  return tf.reshape(tf.sub(densities, binaryCrossEntropy(repeated(x), decodedBy(vae, z))), [n, k]);
}

/** −E log (1/k) Σⱼ wⱼ over a batch: Burda's objective, for k = 1 the ELBO, to be minimised. */
export function iwaeLoss(vae: DeepVae, x: Tensor2D, noise: Tensor2D): tf.Scalar {
  const w = logWeights(vae, x, noise), k = w.shape[1];
  return tf.sub<tf.Scalar>(Math.log(k), tf.mean(k === 1 ? w : tf.logSumExp(w, 1)));
}

/** A batch of MNIST, binarised anew, and the noise of its k draws each. */
export const drawnBatch =
  (images: GreyImages, { pixels, latents }: Pick<DeepVae, "pixels" | "latents">, k = 1) =>
  (batch: readonly number[], chance: Random) => [
    tf.tensor2d(binarise(images, batch, chance), [batch.length, pixels]),
    randomNormal<tf.Rank.R2>([batch.length * k, latents], chance),
  ];

/**
 * Of the first `count` images, binarised by a fixed seed: the mean of log (1/k) Σ wⱼ, and of the ELBO on the same draws,
 * nats an image.
 *
 * @param report called with the share that is done, and awaited
 */
export async function boundsOn(
  vae: DeepVae,
  images: GreyImages,
  { count, k, report }: { count: number; k: number; report: (share: number) => unknown },
): Promise<{ iwae: number; elbo: number }> {
  const chance = random(2016);
  let iwae = 0, elbo = 0;
  for (let i = 0; i < count; i++) {
    const log = tf.tidy(() => {
      const x = tf.tensor2d(binarise(images, [i], chance), [1, vae.pixels]);
      return logWeights(vae, x, randomNormal<tf.Rank.R2>([k, vae.latents], chance)).dataSync<"float32">();
    });
    iwae += logMeanExp(Array.from(log)) / count;
    elbo += log.reduce((sum, x) => sum + x, 0) / k / count;
    await report(i / count);
  }
  return { iwae, elbo };
}

/** #{u : Var_x E_q[z_u] > 0.01}: the units that say something of x (Burda et al., Section 5.2). */
export function activeUnits(vae: DeepVae, images: GreyImages, count: number): number {
  const chance = random(2016), all = Array.from({ length: count }, (_, i) => i);
  return tf.tidy(() => {
    const [mean] = encodedBy(vae, tf.tensor2d(binarise(images, all, chance), [count, vae.pixels]));
    const { variance } = tf.moments(mean, 0);
    return variance.dataSync<"float32">().reduce((sum, v) => sum + (v > 0.01 ? 1 : 0), 0);
  });
}
