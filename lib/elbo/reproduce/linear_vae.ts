import { digitRows } from "../../course/digits.ts";
import {
  bySeeds,
  type Desk,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";
import { symmetricEigen } from "../../math/linalg.ts";
import { random } from "../../math/random.ts";
import { LOG_2PI } from "../../math/stable.ts";
import type { Matrix } from "../../math/types.ts";
import { tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";

// The linear VAE: x | z ~ N(W z + μ, σ² I), q(z | x) = N(V (x − μ), diag D). With the data's covariance S its ELBO,
// the average over the data, needs no draws:
//   E log p(x | z) = −½ n log 2πσ² − (tr(W D Wᵀ) + tr((I − W V) S (I − W V)ᵀ)) / 2σ²,
//   KL = ½ (tr D + tr(V S Vᵀ) − k − log det D).

const LATENTS = 8;

/** Eigenvalues of the data's covariance, falling, and their unit vectors as columns. */
interface Spectrum {
  readonly S: number[][];
  readonly values: number[];
  readonly vectors: Matrix;
}

function digitSpectrum(): Spectrum {
  const rows = digitRows("train"), count = rows.length;
  const mean = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / count);
  const S = mean.map((_, i) =>
    mean.map((_, j) => rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / count)
  );
  const { values, vectors } = symmetricEigen(S);
  return { S, values: values.toReversed(), vectors: vectors.map((row) => row.toReversed()) };
}

/** max log p(x) over W at this σ², averaged over the data: pPCA in closed form (Tipping and Bishop 1999). */
function bestEvidence(values: readonly number[], sigma2: number): number {
  const n = values.length,
    kept = values.slice(0, LATENTS).filter((x) => x > sigma2),
    rest = values.slice(kept.length);
  return -(n * LOG_2PI + kept.reduce((sum, x) => sum + Math.log(x), 0) + rest.length * Math.log(sigma2) +
    kept.length +
    rest.reduce((sum, x) => sum + x, 0) / sigma2) / 2;
}

/** What a trained linear VAE is like. */
interface Measured {
  readonly elbo: number;
  readonly sigma2: number;
  /** Latents whose column of W is not 0. */
  readonly active: number;
  /** The largest |cosine| between two active columns of W. */
  readonly overlap: number;
  /** The smallest |cosine| between an active column and the principal axis it is nearest to. */
  readonly aligned: number;
}

/** A training with σ² fixed, or learned from this value. */
function part(
  desk: Desk,
  of: { name: string; spectrum: Spectrum; sigma2: number; learned: boolean },
  seed: number,
): Part<Measured> {
  const { name, spectrum: { S, vectors }, sigma2, learned } = of, n = S.length, k = LATENTS;
  const key = `${name}-seed${seed}`;
  return {
    key,
    async run(report) {
      const chance = random(seed), steps = desk.tiny ? 5 : 4_000;
      const W = normalWeights<tf.Rank.R2>([n, k], 0.1, chance),
        V = normalWeights<tf.Rank.R2>([k, n], 0.1, chance),
        logD = constantWeights<tf.Rank.R1>([k], -1),
        logSigma2 = constantWeights<tf.Rank.R1>([1], Math.log(sigma2));
      const covariance = tf.tensor2d(S),
        identity = tf.eye(n),
        weights = [W, V, logD, ...learned ? [logSigma2] : []];
      const loss = (C: tf.Tensor): tf.Scalar => {
        const D = tf.exp(logD), off = tf.sub<tf.Tensor2D>(identity, tf.matMul(W, V as tf.Tensor2D));
        const quadratic = (A: tf.Tensor2D) => tf.sum(tf.mul(tf.matMul(A, C as tf.Tensor2D), A));
        const missed = tf.add(tf.sum(tf.mul(tf.square(W), D)), quadratic(off));
        const fit = tf.add(
          tf.mul(tf.sum(logSigma2), n / 2),
          tf.mul(missed, tf.div(0.5, tf.exp(tf.sum(logSigma2)))),
        );
        const kl = tf.mul(
          tf.sub(tf.add(tf.sum(D), quadratic(V as tf.Tensor2D)), tf.add(tf.sum(logD), k)),
          0.5,
        );
        return tf.add<tf.Scalar>(tf.add(fit, kl), n * LOG_2PI / 2);
      };
      try {
        await train({
          ...{ weights, loss, inputs: () => [covariance.clone()] },
          ...{ count: 1, batch: 1, steps, learningRate: 0.02, seed },
        }, {
          signal: desk.signal,
          checkpoints: desk.checkpoints(key),
          onProgress: (step, value) =>
            step % 100 === 0 && report(step / steps, `ELBO ${(-value).toFixed(3)} nats`),
        });
        const columns = W.arraySync()[0].map((_, j) => W.arraySync().map((row) => row[j]));
        const length = (v: readonly number[]) => Math.hypot(...v), top = Math.max(...columns.map(length));
        const active = columns.filter((v) => length(v) > 0.05 * top).map((v) => v.map((x) => x / length(v)));
        const cosine = (u: readonly number[], v: readonly number[]) =>
          Math.abs(u.reduce((sum, x, i) => sum + x * v[i], 0));
        const axes = vectors[0].map((_, j) => vectors.map((row) => row[j]));
        return {
          elbo: -tf.tidy(() => loss(covariance).dataSync()[0]),
          sigma2: Math.exp(logSigma2.dataSync()[0]),
          active: active.length,
          overlap: Math.max(0, ...active.flatMap((u, i) => active.slice(i + 1).map((v) => cosine(u, v)))),
          aligned: Math.min(1, ...active.map((u) => Math.max(...axes.map((v) => cosine(u, v))))),
        };
      } finally {
        tf.dispose([W, V, logD, logSigma2, covariance, identity]);
      }
    },
  };
}

export const linearVae: Reproduction = {
  name: "linear_vae",
  title: "Posterior collapse in the linear VAE",
  paper:
    "Lucas, Tucker, Grosse and Norouzi 2019, Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse",
  link: "https://arxiv.org/abs/1911.02469",
  what:
    "A linear VAE with 8 latents on the 8 × 8 digits' covariance, trained by gradients of its ELBO in closed form from small " +
    "random weights; σ² fixed between eigenvalues, or learned. Compared with what the paper proves: probabilistic PCA. The " +
    "paper's own experiments are on MNIST and CelebA.",
  chance: true,
  mnist: false,
  minutes: 3,
  async run(desk) {
    const spectrum = digitSpectrum(), { values } = spectrum;
    // between the 3rd and the 4th eigenvalue, and between the 6th and the 7th
    const between = (i: number) => Math.sqrt(values[i - 1] * values[i]), fixed = [between(3), between(6)];
    const [three, six, learned] = await bySeeds(desk, [
      ...fixed.map((sigma2, i) => ({ name: `fixed-${i}`, spectrum, sigma2, learned: false })),
      { name: "learned", spectrum, sigma2: values[7], learned: true },
    ], part);
    const best = values.slice(LATENTS).reduce((sum, x) => sum + x, 0) / (values.length - LATENTS);
    return {
      comparisons: [
        numberOf({
          statement:
            "Latents whose eigenvalue is below σ² collapse: 3 of 8 stay, where σ² lies under the third",
          where: "The analysis of linear VAEs",
          published: 3,
          within: 0,
          ours: three.map(({ active }) => active),
          unit: "active latents",
        }),
        numberOf({
          statement: "… and 6, where it lies under the sixth: collapse is a matter of σ²",
          where: "The analysis of linear VAEs",
          published: 6,
          within: 0,
          ours: six.map(({ active }) => active),
          unit: "active latents",
        }),
        numberOf({
          statement: "The ELBO adds no local maxima: training ends at pPCA's best $\\log p(x)$ for this σ²",
          where: "Theorem 1",
          published: bestEvidence(values, fixed[1]),
          within: 0.01,
          ours: six.map(({ elbo }) => elbo),
          unit: "nats",
        }),
        numberOf({
          statement: "A learned σ² becomes the mean of the eigenvalues left out",
          where: "The paper, on pPCA",
          published: best,
          within: 0.02 * best,
          ours: learned.map(({ sigma2 }) => sigma2),
          unit: "(σ²)",
        }),
        numberOf({
          statement: "… with the ELBO at pPCA's global optimum",
          where: "Theorem 1",
          published: bestEvidence(values, best),
          within: 0.05,
          ours: learned.map(({ elbo }) => elbo),
          unit: "nats",
        }),
        numberOf({
          statement: "Diagonal posteriors make W's columns orthogonal …",
          where: "Abstract",
          published: 0,
          within: 0.02,
          ours: six.map(({ overlap }) => overlap),
          unit: "largest |cos|",
        }),
        numberOf({
          statement: "… the principal directions themselves, not only their span",
          where: "Abstract",
          published: 1,
          within: 0.01,
          ours: six.map(({ aligned }) => aligned),
          unit: "smallest |cos|",
        }),
        orderOf({
          statement: "With σ² learned all latents stay active: no collapse",
          where: "The analysis of linear VAEs",
          published: "more active than with a large fixed σ²",
          ours: learned.map(({ active }, i) => active - six[i].active),
          unit: "latents",
        }),
      ],
      series: { eigenvalues: values.slice(0, 16), sigma2: [...fixed, best] },
    };
  },
};
