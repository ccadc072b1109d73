import { binaryCrossEntropy, compile, maskedConv, tf } from "../tensor/mod.ts";

// The one door through which masked convolutions reach tensors.
export { binaryCrossEntropy, compile, maskedConv, tf };
export type { MaskKind } from "../tensor/mod.ts";
export type Tensor = tf.Tensor;
export type Tensor4D = tf.Tensor4D;
/** A trainable tensor of rank 4. */
export type Weights = tf.Variable<tf.Rank.R4>;
