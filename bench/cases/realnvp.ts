import { adam, affineCoupling, compile, tf } from "../../lib/tensor/mod.ts";
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
  const fusedLoss = (): tf.Scalar => {
    let v = x, logDet: tf.Tensor1D = tf.zeros([batch]);
    nets.forEach(({ W, b }, i) => {
      const last = i % 2 === 0;
      const layers = W.map((w, k) => ({
        W: w,
        b: b[k],
        activation: k < 2 ? "relu" as const : "linear" as const,
      }));
      const { y, logAbsDet } = affineCoupling(v, layers, last ? "last" : "first");
      v = y;
      logDet = logDet.add(logAbsDet);
    });
    return v.square().sum(1).mul(0.5).sub(logDet).mean();
  };
  const plainLoss = (): tf.Scalar => {
    let v = x, logDet: tf.Tensor = tf.zeros([batch, 1]);
    nets.forEach(({ W, b }, i) => {
      const last = i % 2 === 0, kept = column(v, last ? 0 : 1), moved = column(v, last ? 1 : 0);
      let h: tf.Tensor = kept;
      W.forEach((w, k) => {
        h = (h as tf.Tensor2D).matMul(w).add(b[k]);
        if (k < 2) h = h.relu();
      });
      const [s, t] = tf.split(h as tf.Tensor2D, 2, 1);
      const y = moved.mul(s.exp()).add(t) as tf.Tensor2D;
      v = tf.concat(last ? [kept, y] : [y, kept], 1);
      logDet = logDet.add(s);
    });
    return v.square().sum(1).mul(0.5).sub(logDet.sum(1)).mean();
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
