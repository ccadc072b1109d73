import { constantWeights, normalWeights } from "../../course/weights.ts";
import { random } from "../../math/random.ts";
import { dense, tf } from "../../tensor/mod.ts";

type Tensor2D = tf.Tensor2D;

// Posteriors of two latents whose parameters stand in a row: mean and log variance of a diagonal normal, then u, w, b
// of each planar map behind it. A row is what an encoder gives, or what is fitted to one image.

export interface Family {
  /** Planar maps behind the diagonal normal: 0 is the normal alone. */
  readonly maps: number;
}

/** Numbers in a row: 4 + 5 a map. */
export const widthOf = ({ maps }: Family): number => 4 + 5 * maps;

/**
 * z = f_K ∘ … ∘ f₁(μ + e^{λ/2} ε), f(z) = z + û tanh(w·z + b), and log q(z) = log N(ε) − Σ λ/2 − Σ log det: a row each.
 *
 * @param parameters rows × widthOf(family)
 * @param noise ε, rows × 2
 */
export function posteriorDraws(
  parameters: Tensor2D,
  { maps }: Family,
  noise: Tensor2D,
): { z: Tensor2D; logQ: tf.Tensor1D } {
  const pieces = tf.split<Tensor2D>(parameters, [
    2,
    2,
    ...Array.from({ length: maps }, () => [2, 2, 1]).flat(),
  ], 1);
  const [mean, logVar] = pieces;
  let z = tf.add<Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  let logQ = tf.sub(tf.mul(tf.sum(tf.add(tf.square(noise), logVar), 1), -0.5), Math.log(2 * Math.PI));
  for (let k = 0; k < maps; k++) {
    const [u, w, b] = pieces.slice(2 + 3 * k);
    // w starts near 0: one is added to its first entry, so that no length is
    const to = tf.add<Tensor2D>(w, tf.tensor2d([[1, 0]])), product = tf.sum(tf.mul(u, to), 1, true);
    const wanted = tf.sub(tf.softplus(tf.add(product, Math.log(Math.E - 1))), 1);
    const uHat = tf.add(
      u,
      tf.mul(tf.sub(wanted, product), tf.div(to, tf.add(tf.sum(tf.square(to), 1, true), 1e-6))),
    );
    const step = tf.tanh(tf.add(tf.sum(tf.mul(to, z), 1, true), b));
    const slope = tf.add(tf.mul(tf.sub(1, tf.square(step)), wanted), 1);
    z = tf.add<Tensor2D>(z, tf.mul(uHat, step));
    logQ = tf.sub(logQ, tf.squeeze(tf.log(slope), [1]));
  }
  return { z, logQ: logQ as tf.Tensor1D };
}

/** pixels → hidden (tanh) → a row of parameters. */
export interface Encoder {
  readonly family: Family;
  readonly weights: readonly [
    W1: tf.Variable<tf.Rank.R2>,
    b1: tf.Variable<tf.Rank.R1>,
    W2: tf.Variable<tf.Rank.R2>,
    b2: tf.Variable<tf.Rank.R1>,
  ];
}

/** Starts at the prior: small heads. */
export function buildEncoder(of: { pixels: number; hidden: number; family: Family; seed: number }): Encoder {
  const { pixels, hidden, family } = of, chance = random(of.seed), width = widthOf(family);
  const matrix = (rows: number, columns: number, scale: number) =>
    normalWeights<tf.Rank.R2>([rows, columns], scale / Math.sqrt(rows), chance);
  const zeros = (n: number) => constantWeights<tf.Rank.R1>([n]);
  return {
    family,
    weights: [matrix(pixels, hidden, 1), zeros(hidden), matrix(hidden, width, 0.1), zeros(width)],
  };
}

export const parametersOf = ({ weights: [W1, b1, W2, b2] }: Encoder, x: Tensor2D): Tensor2D =>
  dense(dense(x, W1, b1, "tanh"), W2, b2);
