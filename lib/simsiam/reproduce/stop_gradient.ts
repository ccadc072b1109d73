import { type GreyImages } from "../../course/mnist.ts";
import {
  bySeeds,
  type Desk,
  mean,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { type Random, random } from "../../math/random.ts";
import { dense, tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";

type Tensor2D = tf.Tensor2D;

// SimSiam with layers that are matrices: f = 784 – 512 – d, h = d – 32 – d, batch normalisation in f and in h's hidden
// layer, as in the paper; the loss is −½ (cos(h(z₁), z₂) + cos(h(z₂), z₁)) with z₂, z₁ held.

const D = 64, HIDDEN = [512];

interface Layer {
  readonly W: tf.Variable<tf.Rank.R2>;
  readonly b: tf.Variable<tf.Rank.R1>;
  /** Scale after batch normalisation. */
  readonly g: tf.Variable<tf.Rank.R1>;
}

interface Network {
  readonly f: readonly Layer[];
  readonly h: readonly Layer[];
}

function build(pixels: number, widths: readonly number[], d: number, seed: number): Network {
  const chance = random(seed);
  const layer = (inputs: number, outputs: number): Layer => ({
    W: normalWeights<tf.Rank.R2>([inputs, outputs], 1 / Math.sqrt(inputs), chance),
    b: constantWeights<tf.Rank.R1>([outputs]),
    g: constantWeights<tf.Rank.R1>([outputs], 1),
  });
  const sizes = [pixels, ...widths, d];
  return { f: sizes.slice(1).map((n, i) => layer(sizes[i], n)), h: [layer(d, d / 2), layer(d / 2, d)] };
}

const lettersOf = ({ W, b, g }: Layer): tf.Variable[] => [W, b, g];
/** All that can be trained: the predictor's last layer has no batch normalisation, so no scale. */
const weightsOf = ({ f, h: [first, second] }: Network): tf.Variable[] =>
  [...f, first].flatMap(lettersOf).concat(second.W, second.b);
const disposeNetwork = ({ f, h }: Network) => tf.dispose([...f, ...h].flatMap(lettersOf));

/** g (x W − mean)/sd + b over the batch, column by column. */
function normalised(x: Tensor2D, { W, b, g }: Layer): Tensor2D {
  const y = tf.matMul(x, W as Tensor2D), centred = tf.sub<Tensor2D>(y, tf.mean(y, 0, true));
  const sd = tf.sqrt(tf.add(tf.mean(tf.square(centred), 0, true), 1e-5));
  return tf.add(tf.mul(tf.div(centred, sd), g), b);
}

/** The hidden layers' output, and z. */
function encoded({ f }: Network, x: Tensor2D): { features: Tensor2D; z: Tensor2D } {
  const features = f.slice(0, -1).reduce((y, layer) => tf.relu(normalised(y, layer)), x);
  return { features, z: normalised(features, f[f.length - 1]) };
}

const predicted = ({ h: [first, second] }: Network, z: Tensor2D): Tensor2D =>
  dense(tf.relu(normalised(z, first)), second.W, second.b);

const unit = (x: Tensor2D): Tensor2D => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));

/** x, and no slope through it. */
const held = (x: Tensor2D): Tensor2D =>
  tf.customGrad((y) => ({
    value: tf.mul<Tensor2D>(y as Tensor2D, 1),
    gradFunc: (dy: Tensor2D) => tf.zerosLike(dy),
  }))(x);

interface Devices {
  readonly stopGradient: boolean;
  readonly predictor: boolean;
}

/** −½ (cos + cos): −1 where the two views of every image agree. */
function lossOf(
  network: Network,
  { stopGradient, predictor }: Devices,
  first: Tensor2D,
  second: Tensor2D,
): tf.Scalar {
  const [z1, z2] = [first, second].map((x) => encoded(network, x).z);
  const target = (z: Tensor2D) => unit(stopGradient ? held(z) : z);
  const ahead = (z: Tensor2D) => unit(predictor ? predicted(network, z) : z);
  const cosine = (p: Tensor2D, z: Tensor2D) => tf.mean(tf.sum(tf.mul(p, z), 1));
  return tf.mul<tf.Scalar>(-0.5, tf.add(cosine(ahead(z1), target(z2)), cosine(ahead(z2), target(z1))));
}

/** Views of the chosen images: moved by up to four pixels, a square of 8 × 8 blacked out, 0 … 1. */
function views(
  { pixels, side }: GreyImages,
  chosen: readonly number[],
  chance: Random,
  patch = true,
): Tensor2D {
  const size = side * side, out = new Float32Array(chosen.length * size), reach = Math.floor(side / 7);
  const hole = patch ? Math.floor(side / 3.5) : 0;
  chosen.forEach((image, row) => {
    const [down, right] = [chance.integer(2 * reach + 1) - reach, chance.integer(2 * reach + 1) - reach];
    const [top, left] = [chance.integer(side), chance.integer(side)];
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        const [r, c] = [i - down, j - right],
          inHole = i >= top && i < top + hole && j >= left && j < left + hole;
        if (r < 0 || r >= side || c < 0 || c >= side || inHole) continue;
        out[row * size + i * side + j] = pixels[image * size + r * side + c] / 255;
      }
    }
  });
  return tf.tensor2d(out, [chosen.length, size]);
}

/** Share of test images, moved by chance, whose nearest five of the moved training images by cosine vote for their class. */
function neighbours(
  of: (x: Tensor2D) => Tensor2D,
  images: GreyImages,
  test: GreyImages,
  counts: [number, number],
): number {
  const chance = random(2021),
    [many, few] = counts,
    list = (n: number) => Array.from({ length: n }, (_, i) => i);
  const similarity = tf.tidy(() => {
    const [known, asked] = [views(images, list(many), chance, false), views(test, list(few), chance, false)];
    return tf.matMul(unit(of(asked)), unit(of(known)), false, true).dataSync<"float32">();
  });
  let right = 0;
  for (let i = 0; i < few; i++) {
    const row = similarity.subarray(i * many, (i + 1) * many), votes = new Array<number>(10).fill(0);
    const nearest = list(many).sort((a, b) => row[b] - row[a]).slice(0, 5);
    nearest.forEach((n, rank) => votes[images.labels[n]] += 1 - 0.01 * rank);
    if (votes.indexOf(Math.max(...votes)) === test.labels[i]) right++;
  }
  return right / few;
}

interface Measured {
  /** Standard deviation of the outputs z/‖z‖, mean over channels, times √d. */
  readonly std: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Of the network before training, and of the pixels. */
  readonly before: number;
  readonly pixels: number;
  /** std over training, and the loss. */
  readonly curve: readonly number[];
}

const kinds: readonly { key: string; devices: Devices }[] = [
  { key: "simsiam", devices: { stopGradient: true, predictor: true } },
  { key: "no-stop-gradient", devices: { stopGradient: false, predictor: true } },
  { key: "no-predictor", devices: { stopGradient: true, predictor: false } },
];

function part(desk: Desk, { key, devices }: typeof kinds[number], seed: number): Part<Measured> {
  const name = `${key}-seed${seed}`;
  return {
    key: name,
    async run(report) {
      const [images, test] = [await desk.mnist("train"), await desk.mnist("test")];
      const d = desk.tiny ? 4 : D, network = build(images.side ** 2, desk.tiny ? [6] : HIDDEN, d, seed);
      const steps = desk.tiny ? 3 : 1_000, batch = desk.tiny ? 4 : 128, curve: number[] = [];
      const counts: [number, number] = desk.tiny ? [8, 4] : [3_000, 1_000];
      const features = (x: Tensor2D) => encoded(network, x).features;
      const std = () =>
        tf.tidy(() => {
          const x = views(test, Array.from({ length: counts[1] }, (_, i) => i), random(5));
          const { variance } = tf.moments(unit(encoded(network, x).z), 0);
          return mean(Array.from(tf.sqrt(variance).dataSync())) * Math.sqrt(d);
        });
      try {
        const before = neighbours(features, images, test, counts);
        const losses = await train({
          weights: devices.predictor ? weightsOf(network) : network.f.flatMap(lettersOf),
          loss: (first, second) => lossOf(network, devices, first as Tensor2D, second as Tensor2D),
          inputs: (chosen, chance) => [views(images, chosen, chance), views(images, chosen, chance)],
          ...{ count: images.count, batch, steps, learningRate: 0.005, seed },
        }, {
          signal: desk.signal,
          checkpoints: desk.checkpoints(name),
          onProgress: (step, loss) => {
            if (step % 40 === 0) curve.push(std());
            return step % 20 === 0 && report(step / steps, `loss ${loss.toFixed(3)}`);
          },
        });
        return {
          std: std(),
          loss: mean(Array.from(losses.slice(-20))),
          accuracy: neighbours(features, images, test, counts),
          before,
          pixels: neighbours((x) => x, images, test, counts),
          curve,
        };
      } finally {
        disposeNetwork(network);
      }
    },
  };
}

export const stopGradient: Reproduction = {
  name: "stop_gradient",
  title: "SimSiam with and without its stop-gradient",
  paper: "Chen and He 2021, Exploring Simple Siamese Representation Learning",
  link: "https://arxiv.org/abs/2011.10566",
  what:
    "A network of matrices with batch normalisation (784–512–64, predictor 64–32–64) on MNIST; a view is moved by up to " +
    "four pixels and has an 8 × 8 hole. 1,000 batches of 128, three passes, where the paper trains a ResNet-50 on ImageNet for 100. " +
    "Accuracy is that of the five nearest of 3,000 training images for 1,000 test images, both moved.",
  chance: true,
  mnist: true,
  minutes: 5,
  async run(desk) {
    const [simsiam, noStop, noPredictor] = await bySeeds(desk, kinds, part);
    const unitOf = "of accuracy";
    return {
      comparisons: [
        numberOf({
          statement: "With the stop-gradient the outputs' standard deviation stays near $1/\\sqrt d$",
          where: "Figure 2, middle",
          published: 1,
          within: 0.15,
          ours: simsiam.map(({ std }) => std),
          unit: "× 1/√d",
        }),
        numberOf({
          statement: "Without it the deviation falls to 0: every image gives the same output",
          where: "Figure 2, middle",
          published: 0,
          within: 0.15,
          ours: noStop.map(({ std }) => std),
          unit: "× 1/√d",
          note: "still falling after three passes",
        }),
        numberOf({
          statement: "… and the loss to its least value, −1",
          where: "Figure 2, left",
          published: -1,
          within: 0.02,
          ours: noStop.map(({ loss }) => loss),
          unit: "(loss)",
        }),
        orderOf({
          statement: "Neighbours are better with the stop-gradient than without",
          where: "Figure 2, table",
          published: "0.1 % without (ImageNet, chance)",
          ours: simsiam.map(({ accuracy }, i) => accuracy - noStop[i].accuracy),
          unit: unitOf,
        }),
        orderOf({
          statement: "SimSiam's neighbours are better than the same network's before training",
          where: "Figure 2, right",
          published: "accuracy rises in training",
          ours: simsiam.map(({ accuracy, before }) => accuracy - before),
          unit: unitOf,
        }),
        orderOf({
          statement: "Without the predictor it does not work",
          where: "Table 1",
          published: "0.1 % without predictor (ImageNet)",
          ours: simsiam.map(({ accuracy }, i) => accuracy - noPredictor[i].accuracy),
          unit: unitOf,
        }),
      ],
      series: {
        curves: simsiam.map(({ curve }) => curve),
        curvesWithout: noStop.map(({ curve }) => curve),
        accuracy: [simsiam, noStop, noPredictor].map((list) => list.map(({ accuracy }) => accuracy)),
        before: simsiam.map(({ before }) => before),
        pixels: simsiam.map(({ pixels }) => pixels),
      },
    };
  },
};
