import { adam, binaryCrossEntropy, compile, maskedConv, tf } from "../../lib/tensor/mod.ts";
import { bits, weights } from "../numbers.ts";
import type { Style } from "./vae.ts";

const size = 28, channels = 32, batch = 32;

function layer(n: number, inputs: number, outputs: number, seed: number) {
  const K = tf.variable(
    tf.tensor4d(weights(inputs * n * n / 2, n * n * inputs * outputs, seed), [n, n, inputs, outputs]),
  );
  return { K, b: tf.variable(tf.zeros<tf.Rank.R1>([outputs])), n };
}

const maskOf = (n: number, kind: "A" | "B") =>
  tf.tensor4d(
    Array.from({ length: n * n }, (_, t) => t < (n * n - 1) / 2 + (kind === "B" ? 1 : 0) ? 1 : 0),
    [n, n, 1, 1],
  );

/** One training step of a PixelCNN: 7 × 7 type A, four 3 × 3 type B, then 1 × 1; 32 channels. */
export function pixelCnnStep({ fused, compiled }: Style): () => number {
  const x = tf.tensor4d(bits(batch * size * size, 1), [batch, size, size, 1]);
  const first = layer(7, 1, channels, 2);
  const middle = [3, 4, 5, 6].map((seed) => layer(3, channels, channels, seed));
  const last = layer(1, channels, 1, 7);
  const maskA = maskOf(7, "A"), maskB = maskOf(3, "B");
  const optimizer = adam(1e-3, 0.9, 0.999, 1e-8);
  const fusedLoss = (): tf.Scalar => {
    let h = maskedConv(x, first.K, "A", { bias: first.b, activation: "relu" });
    for (const { K, b } of middle) h = maskedConv(h, K, "B", { bias: b, activation: "relu" });
    return binaryCrossEntropy(x, maskedConv(h, last.K, "B", { bias: last.b })).mean();
  };
  const plainLoss = (): tf.Scalar => {
    let h = tf.conv2d(x, first.K.mul(maskA) as tf.Tensor4D, 1, "same").add(first.b).relu() as tf.Tensor4D;
    for (const { K, b } of middle) {
      h = tf.conv2d(h, K.mul(maskB) as tf.Tensor4D, 1, "same").add(b).relu() as tf.Tensor4D;
    }
    const logits = tf.conv2d(h, last.K as tf.Tensor4D, 1, "same").add(last.b);
    return logits.relu().sub(logits.mul(x)).add(logits.abs().neg().exp().log1p()).sum([1, 2, 3]).mean();
  };
  const loss = fused ? fusedLoss : plainLoss;
  const written = () => optimizer.minimize(loss, true) as tf.Scalar,
    step = compiled ? compile(written) : written;
  return () => {
    const cost = step();
    const value = cost.dataSync()[0];
    cost.dispose();
    return value;
  };
}
