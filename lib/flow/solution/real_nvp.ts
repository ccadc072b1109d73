import { LOG_2PI } from "../../math/stable.ts";
import * as check from "../../math/check.ts";
import { normalWeights } from "../../course/weights.ts";
import { random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";
import type { Point } from "../points.ts";
import { type Column, dense, type Tensor, tf } from "../tf.ts";
import { descend, type Trained, type TrainingOptions } from "./descend.ts";

// A flow of affine couplings (Dinh, Sohl-Dickstein and Bengio 2017) in the plane. One coordinate goes through
// unchanged and sets the scale and the shift of the other; layers take turns. It is trained from data to base in
// float32, and read out as a flow of float64 from base to data.

/** The network of one coupling: z ↦ (s, t) = tanh(z w₁ + b₁) W₂ + b₂, s bounded to ±BOUND. */
interface Coupling {
  /** The coordinate that goes through: 0 or 1. */
  readonly kept: 0 | 1;
  readonly w1: Vector;
  readonly b1: Vector;
  /** hidden × 2, row by row. */
  readonly W2: Vector;
  readonly b2: Vector;
}

/** A trained flow as plain numbers; the data were standardised by mean and sd. */
export interface RealNvp {
  readonly couplings: readonly Coupling[];
  readonly mean: Point;
  readonly sd: Point;
}

/** One coupling alone can stretch by e^±2. */
const BOUND = 2;

/** (s, t) at z, in float64. */
export function scaleAndShift({ w1, b1, W2, b2 }: Coupling, z: number): [number, number] {
  let [s, t] = b2;
  for (let j = 0; j < w1.length; j++) {
    const h = Math.tanh(w1[j] * z + b1[j]);
    s += h * W2[2 * j];
    t += h * W2[2 * j + 1];
  }
  return [BOUND * Math.tanh(s / BOUND), t];
}

/**
 * F⁻¹(x) and log|det J_{F⁻¹}(x)| in one pass, in float64: what a density is asked for at thousands of points
 */
export function realNvpToBase(
  { couplings, mean, sd }: RealNvp,
): (x: Point) => { u: Point; logAbsDet: number } {
  const outside = -Math.log(sd[0] * sd[1]);
  return (x) => {
    const z: [number, number] = [(x[0] - mean[0]) / sd[0], (x[1] - mean[1]) / sd[1]];
    let logAbsDet = outside;
    for (const coupling of couplings) {
      const { kept } = coupling, [s, t] = scaleAndShift(coupling, z[kept]);
      z[1 - kept] = (z[1 - kept] - t) * Math.exp(-s);
      logAbsDet -= s;
    }
    return { u: z, logAbsDet };
  };
}

interface Weights {
  kept: 0 | 1;
  w1: tf.Variable<tf.Rank.R2>;
  b1: tf.Variable<tf.Rank.R1>;
  W2: tf.Variable<tf.Rank.R2>;
  b2: tf.Variable<tf.Rank.R1>;
}
/** −(1/n) Σ [log p_U(F⁻¹(x)) + log|det J_{F⁻¹}(x)|]: the forward KL up to the data's entropy. */
function negativeLogLikelihood(weights: readonly Weights[], x: [Column, Column]): tf.Scalar {
  let z = x, logAbsDet: Tensor = tf.zerosLike(x[0]);
  for (const { kept, w1, b1, W2, b2 } of weights) {
    const through = z[kept], moved = z[1 - kept];
    const out = dense(dense(through, w1, b1, "tanh"), W2, b2);
    const [s, t] = tf.split(out, 2, 1);
    const logScale = tf.mul(tf.tanh(tf.div(s, BOUND)), -BOUND);
    const next = tf.mul(tf.sub(moved, t), tf.exp(logScale)) as Column;
    z = kept === 0 ? [through, next] : [next, through];
    logAbsDet = tf.add(logAbsDet, logScale);
  }
  const logBase = tf.sub(tf.mul(tf.add(tf.square(z[0]), tf.square(z[1])), -0.5), LOG_2PI);
  return tf.neg(tf.mean(tf.add(logBase, logAbsDet)));
}

/**
 * Fits a flow of couplings to points of the plane by forward KL: Adam on the negative log-likelihood
 *
 * The same seed gives the same flow.
 *
 * @param points at least two, not all on one axis-parallel line
 * @throws what `report` throws: so that a reader can interrupt
 */
export async function trainRealNvp(
  points: readonly Point[],
  options: TrainingOptions = {},
): Promise<Trained<RealNvp>> {
  const doing = "train a flow", { layers = 6, hidden = 16, steps = 300, batch = 128, seed = 3 } = options;
  const rows = check.matrix(doing, "points", points, { columns: 2 });
  for (const [name, value] of Object.entries({ layers, hidden, steps, batch })) {
    check.integer(doing, name, value, { from: 1 });
  }
  const chance = random(seed), rate = check.positive(doing, "learningRate", options.learningRate ?? 0.02);
  const [mean, sd] = standards(rows),
    data = rows.map(([a, b]) => [(a - mean[0]) / sd[0], (b - mean[1]) / sd[1]]);
  const couplings = Array.from({ length: layers }, (_, k): Weights => ({
    kept: (k % 2) as 0 | 1,
    w1: normalWeights<tf.Rank.R2>([1, hidden], 2, chance),
    b1: normalWeights<tf.Rank.R1>([hidden], 1, chance),
    W2: normalWeights<tf.Rank.R2>([hidden, 2], 0.02, chance),
    b2: normalWeights<tf.Rank.R1>([2], 0, chance),
  }));
  return await descend({
    weights: couplings.flatMap(({ w1, b1, W2, b2 }): tf.Variable[] => [w1, b1, W2, b2]),
    loss: (x, y) => negativeLogLikelihood(couplings, [x as Column, y as Column]),
    constant: Math.log(sd[0] * sd[1]),
    inputs: () => {
      const drawn = chance.list(batch, () => data[chance.integer(data.length)]);
      return [0, 1].map((i) => tf.tensor2d(drawn.map((row) => row[i]), [batch, 1]));
    },
    flow: () => ({ couplings: couplings.map(plainWeights), mean, sd }),
    ...{ steps, rate },
  }, options);
}

function plainWeights({ kept, w1, b1, W2, b2 }: Weights): Coupling {
  const plain = (tensor: Tensor) => Array.from(tensor.dataSync());
  return { kept, w1: plain(w1), b1: plain(b1), W2: plain(W2), b2: plain(b2) };
}

function standards(rows: readonly Vector[]): [Point, Point] {
  const mean = [0, 1].map((i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const sd = [0, 1].map((i) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[i] - mean[i]) ** 2, 0) / rows.length)
  );
  sd.forEach((x, i) => check.positive("train a flow", `spread of coordinate ${i}`, x));
  return [[mean[0], mean[1]], [sd[0], sd[1]]];
}
