import { floats } from "../math/field.ts";
import type { Matrix } from "../math/types.ts";
import { tf } from "../tensor/mod.ts";
import { expectationsOver, type PairOf } from "./expectation.ts";
import { held, matrixGradient } from "./matrix_slope.ts";

/** Two machines that differentiate the loss and know no formula for its gradient. */

/** A network, a predictor, and every pair of views that can occur. */
export interface Batch {
  /** n2 × n1. */
  readonly W: Matrix;
  /** n2 × n2. */
  readonly Wp: Matrix;
  readonly pairs: readonly PairOf<number>[];
}

export interface Slopes {
  readonly W: number[][];
  readonly Wp: number[][];
}

/** ∂/∂W and ∂/∂W_p of ½ E ‖W_p W x₁ − W x₂‖² by dual numbers over floats; stopped: the W of the target is a constant. */
export function slopesByDuals({ W, Wp, pairs }: Batch, stopped: boolean): Slopes {
  const views = pairs.map(({ x1, x2, weight }) => ({
    x1: held(floats, [x1])[0],
    x2: held(floats, [x2])[0],
    weight: { value: weight, slope: 0 },
  }));
  const [network, predictor] = [W, Wp].map((A) => held(floats, A));
  return {
    W: matrixGradient(
      floats,
      (F, A) => expectationsOver(F).loss(views, A, predictor, stopped ? network : A),
      W,
    ),
    Wp: matrixGradient(floats, (F, A) => expectationsOver(F).loss(views, network, A), Wp),
  };
}

/** The same by TensorFlow's automatic differentiation in float32, the pairs as one batch. */
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
