import { adam, compile, dense, tf } from "../../lib/tensor/mod.ts";
import { noise, weights } from "../numbers.ts";
import type { Style } from "./vae.ts";

const layers = 8, hidden = 64, batch = 512;

interface Net {
  readonly W: tf.Tensor2D[];
  readonly b: tf.Tensor1D[];
}

function net(seed: number): Net {
  const sizes = [1, hidden, hidden, 2];
  return {
    W: [0, 1, 2].map((i) =>
      tf.variable(
        tf.tensor2d(weights(sizes[i] * (i === 2 ? 100 : 1), sizes[i] * sizes[i + 1], seed + i), [
          sizes[i],
          sizes[i + 1],
        ]),
      )
    ),
    b: [0, 1, 2].map((i) => tf.variable(tf.zeros<tf.Rank.R1>([sizes[i + 1]]))),
  };
}

/** One training step of RealNVP on points of the plane: 8 couplings whose nets have two hidden layers of 64. */
export function realNvpStep({ fused, compiled }: Style): () => number {
  const x = tf.tensor2d(noise(2 * batch, 1), [batch, 2]);
  const nets = Array.from({ length: layers }, (_, i) => net(10 + 10 * i));
  const optimizer = adam(1e-3, 0.9, 0.999, 1e-8);
  const column = (v: tf.Tensor2D, j: number) => tf.slice(v, [0, j], [-1, 1]);
  const layer = (h: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor1D, last: boolean): tf.Tensor2D => {
    if (fused) return dense(h, W, b, last ? "linear" : "relu");
    const y = h.matMul(W).add(b) as tf.Tensor2D;
    return last ? y : y.relu();
  };
  const loss = (): tf.Scalar => {
    let v = x, logDet: tf.Tensor = tf.zeros([batch, 1]);
    nets.forEach(({ W, b }, i) => {
      const last = i % 2 === 0, kept = column(v, last ? 0 : 1), moved = column(v, last ? 1 : 0);
      const [s, t] = tf.split(W.reduce((h, w, k) => layer(h, w, b[k], k === 2), kept), 2, 1);
      const y = moved.mul(s.exp()).add(t) as tf.Tensor2D;
      v = tf.concat(last ? [kept, y] : [y, kept], 1);
      logDet = logDet.add(s);
    });
    return v.square().sum(1).mul(0.5).sub(logDet.sum(1)).mean();
  };
  const written = () => optimizer.minimize(loss, true) as tf.Scalar,
    step = compiled ? compile(written) : written;
  return () => {
    const cost = step();
    const value = cost.dataSync()[0];
    cost.dispose();
    return value;
  };
}
