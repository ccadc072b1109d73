import { adam, binaryCrossEntropy, compile, dense, tf } from "../../lib/tensor/mod.ts";
import { bits, noise, weights } from "../numbers.ts";

export interface Sizes {
  readonly pixels: number;
  readonly hidden: number;
  readonly latent: number;
  readonly batch: number;
}

const layer = (inputs: number, outputs: number, seed: number) => ({
  W: tf.variable(tf.tensor2d(weights(inputs, inputs * outputs, seed), [inputs, outputs])),
  b: tf.variable(tf.zeros<tf.Rank.R1>([outputs])),
});

/** How a step is written: with lib/tensor's operations or as in a cell; compiled or not. */
export interface Style {
  readonly fused: boolean;
  readonly compiled: boolean;
}

/** One training step of a VAE: on the same batch at every step, or on these in turn. */
export function vaeStep(
  { pixels, hidden, latent, batch }: Sizes,
  { fused, compiled }: Style,
  batches?: readonly tf.Tensor2D[],
): () => number {
  const same = tf.tensor2d(bits(batch * pixels, 1), [batch, pixels]);
  const noises = Array.from(
    { length: 10 },
    (_, i) => tf.tensor2d(noise(batch * latent, 20 + i), [batch, latent]),
  );
  const l1 = layer(pixels, hidden, 2), l2 = layer(hidden, 2 * latent, 3);
  const l3 = layer(latent, hidden, 4), l4 = layer(hidden, pixels, 5);
  const optimizer = adam(1e-3, 0.9, 0.999, 1e-8);
  const split = (both: tf.Tensor2D) => tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const sample = (mean: tf.Tensor2D, logVar: tf.Tensor2D, eps: tf.Tensor2D) => ({
    z: mean.add(logVar.mul(0.5).exp().mul(eps)) as tf.Tensor2D,
    kl: mean.square().add(logVar.exp()).sub(1).sub(logVar).sum(1).mul(0.5),
  });
  const fusedLoss = (x: tf.Tensor2D, eps: tf.Tensor2D): tf.Scalar => {
    const h = dense(x, l1.W, l1.b, "relu");
    const [mean, logVar] = split(dense(h, l2.W, l2.b));
    const { z, kl } = sample(mean, logVar, eps);
    const logits = dense(dense(z, l3.W, l3.b, "relu"), l4.W, l4.b);
    return binaryCrossEntropy(x, logits).add(kl).mean();
  };
  const plainLoss = (x: tf.Tensor2D, eps: tf.Tensor2D): tf.Scalar => {
    const h = x.matMul(l1.W).add(l1.b).relu() as tf.Tensor2D;
    const [mean, logVar] = split(h.matMul(l2.W).add(l2.b) as tf.Tensor2D);
    const { z, kl } = sample(mean, logVar, eps);
    const d = z.matMul(l3.W).add(l3.b).relu() as tf.Tensor2D;
    const logits = d.matMul(l4.W).add(l4.b);
    const bce = logits.relu().sub(logits.mul(x)).add(logits.abs().neg().exp().log1p()).sum(1);
    return bce.add(kl).mean();
  };
  const loss = fused ? fusedLoss : plainLoss;
  const written = (...[eps, x = same]: tf.Tensor2D[]) =>
    optimizer.minimize(() => loss(x, eps), true) as tf.Scalar;
  const step = compiled ? compile(written) : written;
  let k = 0;
  return () => {
    const eps = noises[k % 10],
      cost = batches === undefined ? step(eps) : step(eps, batches[k % batches.length]);
    k++;
    const value = cost.dataSync()[0];
    cost.dispose();
    return value;
  };
}

/** The 60,000 images of MNIST in an IDX file, each pixel 0 or 1, in batches. */
export async function mnistBatches(file: string, batch: number): Promise<tf.Tensor2D[]> {
  const pixels = (await Deno.readFile(file)).subarray(16), size = 784 * batch;
  return Array.from(
    { length: Math.floor(pixels.length / size) },
    (_, i) =>
      tf.tensor2d(Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (v) => v >= 128 ? 1 : 0), [
        batch,
        784,
      ]),
  );
}

/** One estimate of the importance-weighted bound of one image with k draws, forward only. */
export function iwaeStep(
  { pixels, hidden, latent }: Sizes,
  k: number,
  { fused, compiled }: Style,
): () => number {
  const x = tf.tensor2d(bits(pixels, 1), [1, pixels]).tile([k, 1]) as tf.Tensor2D;
  const eps = tf.tensor2d(noise(k * latent, 20), [k, latent]);
  const l3 = layer(latent, hidden, 4), l4 = layer(hidden, pixels, 5);
  const written = (): tf.Tensor => {
    const z = eps.mul(0.5).add(0.1) as tf.Tensor2D;
    const logits = fused
      ? dense(dense(z, l3.W, l3.b, "relu"), l4.W, l4.b)
      : (z.matMul(l3.W).add(l3.b).relu() as tf.Tensor2D).matMul(l4.W).add(l4.b) as tf.Tensor2D;
    const bce = fused
      ? binaryCrossEntropy(x, logits)
      : logits.relu().sub(logits.mul(x)).add(logits.abs().neg().exp().log1p()).sum(1);
    const logWeights = eps.square().sub(z.square()).sum(1).mul(0.5).sub(bce);
    return logWeights.logSumExp().sub(Math.log(k));
  };
  const step = compiled ? compile(written) : written;
  return () => tf.tidy(() => step().dataSync()[0]);
}
