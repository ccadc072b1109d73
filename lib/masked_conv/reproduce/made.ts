import { binarise, type GreyImages } from "../../course/mnist.ts";
import {
  bySeeds,
  type Desk,
  mean,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { random } from "../../math/random.ts";
import { binaryCrossEntropy, tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { constantWeights, glorotWeights } from "../../course/weights.ts";
import { leakOf } from "./leak.ts";

type Tensor2D = tf.Tensor2D;

/** Logits of p(x_d | x_{<d}), d = 1 … D: an autoencoder whose weights W ⊙ M let output d see inputs before d only. */
interface Made {
  readonly pixels: number;
  readonly layers: readonly {
    readonly W: tf.Variable<tf.Rank.R2>;
    readonly b: tf.Variable<tf.Rank.R1>;
    readonly M: Tensor2D;
  }[];
}

const weightsOf = ({ layers }: Made): tf.Variable[] => layers.flatMap(({ W, b }) => [W, b]);
const disposeMade = (made: Made) => tf.dispose(made.layers.flatMap(({ W, b, M }) => [W, b, M]));

/**
 * Each unit has a number m(k): an input its place 1 … D, a hidden unit one of 1 … D − 1 by chance, an output its place.
 * A hidden unit listens to units of no larger number, an output to units of a smaller one (Germain et al., equations 12, 13).
 */
function buildMade(pixels: number, hidden: readonly number[], seed: number): Made {
  const chance = random(seed), places = Array.from({ length: pixels }, (_, d) => d + 1);
  const numbers = [
    places,
    ...hidden.map((n) => chance.list(n, () => 1 + chance.integer(pixels - 1))),
    places,
  ];
  return {
    pixels,
    layers: numbers.slice(1).map((outputs, l) => {
      const inputs = numbers[l], last = l === hidden.length;
      return {
        W: glorotWeights(inputs.length, outputs.length, chance),
        b: constantWeights<tf.Rank.R1>([outputs.length]),
        M: tf.tensor2d(inputs.map((m) => outputs.map((n) => (last ? n > m : n >= m) ? 1 : 0))),
      };
    }),
  };
}

const logitsOf = ({ layers }: Made, x: Tensor2D): Tensor2D =>
  layers.reduce((h, { W, b, M }, l) => {
    const sum = tf.add<Tensor2D>(tf.matMul(h, tf.mul<Tensor2D>(W, M)), b);
    return l < layers.length - 1 ? tf.relu(sum) : sum;
  }, x);

/** Mean of −log p(x), nats an image. */
const lossOf = (made: Made, x: Tensor2D): tf.Scalar => tf.mean(binaryCrossEntropy(x, logitsOf(made, x)));

function nll(made: Made, images: GreyImages, count: number): number {
  const chance = random(2015), all = Array.from({ length: count }, (_, i) => i);
  return tf.tidy(() =>
    lossOf(made, tf.tensor2d(binarise(images, all, chance), [count, made.pixels])).dataSync()[0]
  );
}

/** |Σ_x p(x) − 1| over all images of ten pixels, and the largest |∂ logit d/∂ x_e| for e ≥ d: both 0 by the masks. */
function exactness(seed: number): { mass: number; leak: number } {
  const pixels = 10, made = buildMade(pixels, [24, 24], seed);
  try {
    const all = Array.from(
      { length: 2 ** pixels },
      (_, n) => Array.from({ length: pixels }, (_, i) => n >> i & 1),
    );
    const logP = tf.tidy(() => {
      const x = tf.tensor2d(all);
      return binaryCrossEntropy(x, logitsOf(made, x)).dataSync<"float32">();
    });
    const leak = leakOf((x) => logitsOf(made, tf.tensor2d([x])), all[700]);
    return { mass: Math.abs(logP.reduce((sum, x) => sum + Math.exp(-x), 0) - 1), leak };
  } finally {
    disposeMade(made);
  }
}

/** −log p(x) of independent pixels with the training images' frequencies, nats an image. */
function independent(images: GreyImages, test: GreyImages, count: number): number {
  const size = images.side ** 2,
    used = Math.min(images.count, 10_000),
    ink = new Float64Array(size).fill(1 / (used + 2));
  for (let n = 0; n < used; n++) {
    for (let i = 0; i < size; i++) ink[i] += images.pixels[n * size + i] / 255 / (used + 2);
  }
  const x = binarise(test, Array.from({ length: count }, (_, i) => i), random(2015));
  return x.reduce((sum, on, i) => sum - Math.log(on ? ink[i % size] : 1 - ink[i % size]), 0) / count;
}

function part(desk: Desk, hidden: readonly number[], seed: number): Part<number> {
  const key = `made-${hidden.join("-")}-seed${seed}`;
  return {
    key,
    weight: hidden.length,
    async run(report) {
      const [images, test] = [await desk.mnist("train"), await desk.mnist("test")];
      const made = buildMade(images.side ** 2, desk.tiny ? [8] : hidden, seed);
      const steps = desk.tiny ? 3 : 2_500, batch = desk.tiny ? 2 : 100;
      try {
        await train({
          weights: weightsOf(made),
          loss: (x) => lossOf(made, x as Tensor2D),
          inputs: (
            chosen,
            chance,
          ) => [tf.tensor2d(binarise(images, chosen, chance), [chosen.length, made.pixels])],
          ...{ count: images.count, batch, steps, learningRate: 0.002, seed },
        }, {
          signal: desk.signal,
          checkpoints: desk.checkpoints(key),
          onProgress: (step, loss) => step % 20 === 0 && report(step / steps, `${loss.toFixed(1)} nats`),
        });
        return nll(made, test, desk.tiny ? 2 : 2_000);
      } finally {
        disposeMade(made);
      }
    },
  };
}

export const made: Reproduction = {
  name: "made",
  title: "MADE, the baseline without convolutions",
  paper: "Germain, Gregor, Murray and Larochelle 2015, MADE: Masked Autoencoder for Distribution Estimation",
  link: "https://arxiv.org/abs/1502.03509",
  what:
    "Masked autoencoders with one and two hidden layers of 500 units in raster order, one mask each, on MNIST binarised " +
    "anew in every batch: 2,500 batches of 100, five passes. The paper's best has two layers of 8,000 units, 32 masks, " +
    "and trains until the validation images stop it. −log p(x) on the first 2,000 test images, binarised by a fixed seed.",
  chance: true,
  mnist: true,
  minutes: 4,
  async run(desk) {
    const [one, two] = await bySeeds(desk, [[500], [500, 500]], part);
    const exact = desk.seeds.map(exactness), count = desk.tiny ? 2 : 2_000;
    const base = independent(await desk.mnist("train"), await desk.mnist("test"), count);
    return {
      comparisons: [
        numberOf({
          statement: "Masks make the outputs conditionals: $\\sum_x p(x) = 1$ over all images of ten pixels",
          where: "Section 3",
          published: 0,
          within: 1e-5,
          ours: exact.map(({ mass }) => mass),
          unit: "off 1",
        }),
        numberOf({
          statement: "No output sees its own input or a later one",
          where: "Section 4",
          published: 0,
          within: 0,
          ours: exact.map(({ leak }) => leak),
          unit: "largest change of a logit",
        }),
        orderOf({
          statement: "Two hidden layers need fewer nats than one",
          where: "The authors' code, best network",
          published: "the best on MNIST has two (32 masks)",
          ours: one.map((x, i) => x - two[i]),
          unit: "nats",
          note: "five passes, 500 units and one mask against 8,000 units, 32 masks and training to the end",
        }),
        orderOf({
          statement: "Conditioning pays: far below independent pixels",
          where: "Abstract",
          published: "competitive with other tractable models",
          ours: one.map((x) => base - x),
          unit: "nats",
        }),
      ],
      series: { one, two, independent: [base], best: [mean(one)] },
    };
  },
};
