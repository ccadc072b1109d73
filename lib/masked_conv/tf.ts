import * as tf from "@tensorflow/tfjs";

// The one door through which masked convolutions reach tensors. tfjs's cpu backend greets the reader on
// stderr at its first write; the greeting is meant for Node.js programs, so the first write happens as if
// this were none.
await tf.setBackend("cpu");
const isNode = tf.env().get("IS_NODE");
tf.env().set("IS_NODE", false);
tf.scalar(0).dispose();
tf.env().set("IS_NODE", isNode);

export { tf };
export type Tensor = tf.Tensor;
export type Tensor4D = tf.Tensor4D;
/** A trainable tensor of rank 4. */
export type Weights = tf.Variable<tf.Rank.R4>;
