import * as check from "../../math/check.ts";
import { logSumExp } from "../../math/stable.ts";
import { tf } from "../../tensor/mod.ts";
import { asBinary, assertVae, type BinaryImages, decoded, type Vae } from "./model.ts";

/**
 * log p(x) = log ∫ N(z; 0, I) p(x | z) dz nats, image by image, as a sum over a square grid of the plane of z: the
 * evidence itself, where there are two latents.
 *
 * The integrand is smooth and falls like e^{−|z|²/2}, so equal steps err far less than float32 does (1e-5 nats).
 *
 * @param options reach: the grid spans −reach … reach (5); step of the grid (1/8)
 * @throws RangeError for a model that has not two latents
 */
export function evidenceOf(
  model: Vae,
  images: BinaryImages,
  { reach = 5, step = 1 / 8 }: { reach?: number; step?: number } = {},
): number[] {
  const doing = "sum the evidence over a grid";
  assertVae(doing, model);
  if (model.latents !== 2) throw new RangeError(`Cannot ${doing}: expected 2 latents, got ${model.latents}`);
  const half = Math.ceil(check.positive(doing, "reach", reach) / check.positive(doing, "step", step));
  check.integer(doing, "points a side", 2 * half + 1, { from: 3, to: 1001 });
  const { count, flat } = asBinary(doing, images, model.pixels);
  const axis = Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * step);
  const points = axis.flatMap((z1) => axis.map((z2) => [z1, z2]));
  const logPrior = points.map(([z1, z2]) =>
    -(z1 * z1 + z2 * z2) / 2 - Math.log(2 * Math.PI) + 2 * Math.log(step)
  );
  // log p(x | z) = Σ x l − log(1 + e^l): one product for all images and all z
  const logLikelihood = tf.tidy(() => {
    const logits = decoded(model, tf.tensor2d(points));
    const x = tf.tensor2d(flat, [count, model.pixels]);
    const fit = tf.matMul(x, logits, false, true);
    return tf.sub(fit, tf.sum(tf.softplus(logits), 1)).dataSync<"float32">();
  });
  const size = points.length;
  return Array.from({ length: count }, (_, n) => {
    const own = logLikelihood.subarray(n * size, (n + 1) * size);
    return logSumExp(logPrior.map((logP, i) => logP + own[i]));
  });
}
