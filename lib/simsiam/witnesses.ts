import { tf } from "../tensor/mod.ts";
import type { Batch, Slopes } from "./slopes.ts";

/** What `slopesByDuals` gives, by TensorFlow's automatic differentiation in float32, the pairs as one batch. */
export function slopesByTensors({ W, Wp, pairs }: Batch, stopped: boolean): Slopes {
  return tf.tidy(() => {
    const tensor = (rows: readonly (readonly number[])[]) => tf.tensor2d(rows.map((row) => [...row]));
    const x1 = tensor(pairs.map((pair) => pair.x1)), x2 = tensor(pairs.map((pair) => pair.x2));
    const share = tensor(pairs.map(({ weight }) => [weight / 2])), network = tensor(W);
    const loss = (V: tf.Tensor, P: tf.Tensor) => {
      // A tensor that is not among the variables is a constant: this is all that a stop-gradient is.
      const target = stopped ? network : V;
      const prediction = x1.matMul(V, false, true).matMul(P, false, true);
      return prediction.sub(x2.matMul(target, false, true)).square().mul(share).sum().asScalar();
    };
    const [ofW, ofWp] = tf.grads(loss)([tensor(W), tensor(Wp)]);
    return { W: ofW.arraySync() as number[][], Wp: ofWp.arraySync() as number[][] };
  });
}
