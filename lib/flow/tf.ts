import * as tf from "@tensorflow/tfjs";

// The one door through which flows reach tensors. tfjs's cpu backend greets the reader on
// stderr at its first write; the greeting is meant for Node.js programs, so the first write happens as if
// this were none.
await tf.setBackend("cpu");
const isNode = tf.env().get("IS_NODE");
tf.env().set("IS_NODE", false);
tf.scalar(0).dispose();
tf.env().set("IS_NODE", isNode);

export { tf };
export type Tensor = tf.Tensor;
/** One coordinate of a batch of points: n × 1. */
export type Column = tf.Tensor2D;
