import { binarise } from "../../course/mnist.ts";
import {
  bySeeds,
  type Desk,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { random } from "../../math/random.ts";
import { tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { bitsLoss, bitsOn, completions, oneStack, type Stacks, twoStacks } from "../solution/gated.ts";
import { leakOf } from "./leak.ts";

interface Measured {
  /** Bits a pixel on test images. */
  readonly bits: number;
  /** Completed test images, their rows as numbers; of the first seed only. */
  readonly completed: readonly (readonly number[])[];
}

const models = [
  { key: "one-16", stacks: oneStack, channels: 16, few: 2 },
  { key: "one-21", stacks: oneStack, channels: 21, few: 3 },
  { key: "two-16", stacks: twoStacks, channels: 16, few: 2 },
];
type Model = typeof models[number];

const build = ({ stacks, channels, few }: Model, seed: number, tiny: boolean) =>
  stacks({ layers: tiny ? 2 : 4, channels: tiny ? few : channels, seed });

function part(desk: Desk, model: Model, seed: number): Part<Measured> {
  const name = `${model.key}-seed${seed}`;
  return {
    key: name,
    async run(report) {
      const [images, test] = [await desk.mnist("train"), await desk.mnist("test")];
      const stacks = build(model, seed, desk.tiny), steps = desk.tiny ? 3 : 800, batch = desk.tiny ? 2 : 16;
      try {
        await train({
          weights: stacks.weights,
          loss: (x) => bitsLoss(stacks, x as tf.Tensor4D),
          inputs: (chosen, chance) => [
            tf.tensor4d(binarise(images, chosen, chance), [chosen.length, images.side, images.side, 1]),
          ],
          ...{ count: images.count, batch, steps, learningRate: 0.004, seed },
        }, {
          signal: desk.signal,
          checkpoints: desk.checkpoints(name),
          onProgress: (step, loss) =>
            step % 10 === 0 && report(0.9 * step / steps, `${loss.toFixed(4)} bits a pixel`),
        });
        const shown = desk.tiny ? [0] : [0, 1, 2, 4, 7, 8];
        const drawing = (share: number) => report(0.9 + 0.1 * share, "drawing lower halves");
        return {
          bits: bitsOn(stacks, test, desk.tiny ? 2 : 500),
          completed: seed === desk.seeds[0]
            ? await completions(stacks, test, shown, { seed, report: drawing })
            : [],
        };
      } finally {
        tf.dispose([...stacks.weights]);
      }
    },
  };
}

/** What a network's logits leak on a picture of 6 × 6 pixels. */
function leak({ logits }: Stacks): number {
  const side = 6, chance = random(6);
  return leakOf(
    (pixels) => logits(tf.tensor4d(pixels, [1, side, side, 1])),
    chance.list(side ** 2, () => chance.integer(2)),
  );
}

export const blindSpot: Reproduction = {
  name: "blind_spot",
  title: "What the blind spot costs",
  paper:
    "van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves and Kavukcuoglu 2016, Conditional Image Generation with PixelCNN Decoders",
  link: "https://arxiv.org/abs/1606.05328",
  what:
    "Gated PixelCNNs of four layers on binarised MNIST: one stack with 3 × 3 masks; one stack so wide that it has as many live weights as two; " +
    "and the paper's two stacks. The paper compares on CIFAR-10 and ImageNet, there with 20 layers of 384 units; here training is short: 800 batches of 16. " +
    "Bits a pixel on the first 500 test images, binarised by a fixed seed; lower halves of six of them are drawn anew.",
  chance: true,
  mnist: true,
  minutes: 8,
  async run(desk) {
    const [one, wide, two] = await bySeeds(desk, models, part);
    const gain = (from: readonly Measured[]) => from.map(({ bits }, i) => bits - two[i].bits);
    const leaks = models.map((model) => {
      const stacks = build(model, 1, desk.tiny);
      try {
        return leak(stacks);
      } finally {
        tf.dispose([...stacks.weights]);
      }
    });
    return {
      comparisons: [
        orderOf({
          statement: "Two stacks need fewer bits than one of the same depth and width",
          where: "Table 1",
          published: "Gated PixelCNN 3.03 bits, PixelCNN 3.14 (CIFAR-10)",
          ours: gain(one),
          unit: "bits a pixel",
          note: "the paper's two differ in their gates too",
        }),
        orderOf({
          statement:
            "… not by their number of weights: a wider stack with as many live ones needs more bits too",
          where: "Section 2.2",
          published: "two stacks see what one cannot",
          ours: gain(wide),
          unit: "bits a pixel",
        }),
        numberOf({
          statement: "Neither form sees its own pixel or a later one",
          where: "Section 2.2",
          published: 0,
          within: 0,
          ours: leaks,
          unit: "largest change of a logit",
        }),
      ],
      series: {
        one: one.map(({ bits }) => bits),
        wide: wide.map(({ bits }) => bits),
        two: two.map(({ bits }) => bits),
        completedOne: one[0].completed,
        completedTwo: two[0].completed,
      },
    };
  },
};
