import {
  bySeeds,
  type Desk,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { activeUnits, boundsOn, buildDeepVae, drawnBatch, iwaeLoss, layersOf } from "./network.ts";

/** What is measured of one trained network. */
interface Measured {
  /** −log p(x) by 500 draws, nats an image. */
  readonly nll: number;
  /** −ELBO on the same images. */
  readonly elbo: number;
  /** −ELBO on as many training images. */
  readonly trained: number;
  readonly active: number;
}

interface Network {
  readonly name: string;
  readonly hidden: readonly number[];
  readonly latents: number;
  /** Draws. */
  readonly k: number;
  readonly steps: number;
}

function part(desk: Desk, { name, hidden, latents, k, ...of }: Network, seed: number): Part<Measured> {
  const key = `${name}-seed${seed}`, steps = desk.tiny ? 3 : of.steps;
  return {
    key,
    weight: steps * (1 + k) / 1000 + 6,
    async run(report) {
      const [images, test] = [await desk.mnist("train"), await desk.mnist("test")];
      const vae = buildDeepVae({ pixels: images.side ** 2, hidden, latents, seed });
      const batch = desk.tiny ? 2 : 20, [count, draws] = desk.tiny ? [2, 4] : [300, 500];
      try {
        await train({
          weights: layersOf(vae),
          loss: (x, noise) => iwaeLoss(vae, x as tf.Tensor2D, noise as tf.Tensor2D),
          inputs: drawnBatch(images, vae, k),
          ...{ count: images.count, batch, steps, learningRate: 0.002, seed },
        }, {
          signal: desk.signal,
          checkpoints: desk.checkpoints(key),
          onProgress: (step, loss) =>
            step % 20 === 0 && report(0.9 * step / steps, `bound ${(-loss).toFixed(1)} nats`),
        });
        const measuring = (from: number) => (share: number) => report(from + 0.05 * share, "measuring");
        const { iwae, elbo } = await boundsOn(vae, test, { count, k: draws, report: measuring(0.9) });
        const seen = await boundsOn(vae, images, { count, k: desk.tiny ? 4 : 50, report: measuring(0.95) });
        return { nll: -iwae, elbo: -elbo, trained: -seen.elbo, active: activeUnits(vae, test, count) };
      } finally {
        tf.dispose(layersOf(vae));
      }
    },
  };
}

export const boundsOnMnist: Reproduction = {
  name: "bounds_on_mnist",
  title: "ELBO and importance-weighted bounds on MNIST",
  paper:
    "Burda, Grosse and Salakhutdinov 2016, Importance Weighted Autoencoders; Kingma and Welling 2014, Auto-Encoding Variational Bayes",
  link: "https://arxiv.org/abs/1509.00519",
  what:
    "Burda's network of one stochastic layer (784–200–200–50, tanh) with k = 1, 5 and 50 draws, and Kingma and Welling's " +
    "(784–500–latents) with 3, 10 and 50 latents; pixels binarised anew in every batch of 20. Training is short: one pass over " +
    "50,000 images for Burda's, four for the others, where Burda makes 3,280. So the levels lie above the papers', and the orderings " +
    "are what is claimed. −log p(x) by 500 draws on the first 300 test images (Burda: 5,000 draws, all).",
  chance: true,
  mnist: true,
  minutes: 15,
  async run(desk) {
    const [burda, kingma] = [[1, 5, 50], [3, 10, 50]];
    const [vae, iwae5, iwae50, z3, z10, z50] = await bySeeds(desk, [
      ...burda.map((k) => ({ name: `burda-k${k}`, hidden: [200, 200], latents: 50, k, steps: 2500 })),
      ...kingma.map((z) => ({ name: `kingma-z${z}`, hidden: [500], latents: z, k: 1, steps: 10_000 })),
    ], part);
    const less = (a: readonly Measured[], b: readonly Measured[], of: keyof Measured) =>
      a.map((x, i) => b[i][of] - x[of]);
    const nats = "nats", where = "Burda, Table 1", figure = "Kingma and Welling, Figure 2";
    const comparisons = [
      orderOf({
        statement: "Training with k = 5 gives a higher $\\log p(x)$ on test images than with k = 1",
        where,
        published: "k = 5 above k = 1",
        ours: less(iwae5, vae, "nll"),
        unit: nats,
      }),
      orderOf({
        statement: "… and with k = 50 a higher one than with k = 5",
        where,
        published: "k = 50 above k = 5",
        ours: less(iwae50, iwae5, "nll"),
        unit: nats,
      }),
      orderOf({
        statement: "The more draws in training, the more latents are active",
        where,
        published: "more active units",
        ours: iwae50.map(({ active }, i) => active - vae[i].active),
        unit: "units, k = 50 above k = 1",
        note: "after one pass none has been switched off yet",
      }),
      orderOf({
        statement: "The ELBO of the same network lies below its importance-weighted estimate",
        where: "Burda, Theorem 1",
        published: "ELBO < IWAE",
        ours: vae.map(({ nll, elbo }) => elbo - nll),
        unit: nats,
      }),
      orderOf({
        statement:
          "A network trained with k = 5 has a looser ELBO than one trained with k = 1: its posteriors are freer",
        note: "most of both gaps is lack of training",
        where: "Burda, Section 3",
        published: "k > 1 frees the posteriors",
        ours: iwae5.map(({ nll, elbo }, i) => elbo - nll - (vae[i].elbo - vae[i].nll)),
        unit: nats,
      }),
      orderOf({
        statement: "Three latents give a lower bound than ten",
        where: figure,
        published: "bound(3) < bound(10)",
        ours: less(z10, z3, "elbo"),
        unit: nats,
      }),
      orderOf({
        statement:
          "Superfluous latents do not overfit: with 50 the test bound is no worse than with 10 by a nat",
        note: "four passes are a weak test of overfitting",
        where: figure,
        published: "superfluous latents do not overfit",
        ours: less(z50, z10, "elbo").map((gain) => gain + 1),
        unit: nats,
      }),
      numberOf({
        statement: "… and bounds on training and on test images stay together",
        where: figure,
        published: 0,
        within: 3,
        ours: z50.map(({ trained, elbo }) => elbo - trained),
        unit: nats,
      }),
    ];
    const column = (of: keyof Measured) => [vae, iwae5, iwae50].map((list) => list.map((x) => x[of]));
    return {
      comparisons,
      series: {
        draws: burda,
        nll: column("nll"),
        elbo: column("elbo"),
        active: column("active"),
        latents: kingma,
        latentsElbo: [z3, z10, z50].map((list) => list.map(({ elbo }) => elbo)),
      },
    };
  },
};
