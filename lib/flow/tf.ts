import { compile, dense, tf } from "../tensor/mod.ts";

// The one door through which flows reach tensors.
export { compile, dense, tf };
export type Tensor = tf.Tensor;
/** One coordinate of a batch of points: n × 1. */
export type Column = tf.Tensor2D;
