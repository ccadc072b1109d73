import type { Random } from "../math/random.ts";
import { tf } from "../tensor/mod.ts";

/** Tensors that a training moves, as they start: the same bits for the same chance. */

const trainable = <R extends tf.Rank>(shape: tf.ShapeMap[R], draw: () => number): tf.Variable<R> =>
  tf.tidy(() => {
    const size = (shape as readonly number[]).reduce((n, d) => n * d, 1);
    return tf.variable(tf.tensor<R>(Float32Array.from({ length: size }, draw), shape));
  });

/** Independent draws from N(0, sd²). */
export const normalWeights = <R extends tf.Rank>(shape: tf.ShapeMap[R], sd: number, chance: Random) =>
  trainable<R>(shape, () => chance.normal(0, sd));

/** Independent draws from the uniform law on ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010). */
export function glorotWeights(inputs: number, outputs: number, chance: Random): tf.Variable<tf.Rank.R2> {
  const reach = Math.sqrt(6 / (inputs + outputs));
  return trainable<tf.Rank.R2>([inputs, outputs], () => chance.uniform(-reach, reach));
}

/** One number throughout. */
export const constantWeights = <R extends tf.Rank>(shape: tf.ShapeMap[R], value = 0) =>
  trainable<R>(shape, () => value);
