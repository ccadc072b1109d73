import {
  bySeeds,
  type Desk,
  mean,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { random } from "../../math/random.ts";
import { logSumExp } from "../../math/stable.ts";
import { dense, tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";

type Tensor = tf.Tensor;
type Tensor2D = tf.Tensor2D;

// The energies U of the paper's Table 1, densities e^{−U}/Z of the plane. Those with a wave go on for ever to both sides:
// a wall from |z₁| = 4 on, where the paper's pictures end, makes Z finite.

const wall = (x: Tensor) => tf.mul(0.5, tf.square(tf.div(tf.relu(tf.sub(tf.abs(x), 4)), 0.4)));
const bump = (x: Tensor, centre: Tensor | number, width: number) =>
  tf.mul(-0.5, tf.square(tf.div(tf.sub(x, centre), width)));
/** −ln(eᵃ + eᵇ). */
const either = (a: Tensor, b: Tensor) => {
  const top = tf.maximum(a, b), low = tf.minimum(a, b);
  return tf.neg(tf.add(top, tf.log1p(tf.exp(tf.sub(low, top)))));
};
const wave = (x: Tensor) => tf.sin(tf.mul(x, Math.PI / 2));

const energies: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => {
    const length = tf.sqrt(tf.add(tf.add(tf.square(x), tf.square(y)), 1e-12));
    return tf.add(tf.neg(bump(length, 2, 0.4)), either(bump(x, 2, 0.6), bump(x, -2, 0.6)));
  },
  (x, y) => tf.add(tf.neg(bump(y, wave(x), 0.4)), wall(x)),
  (x, y) => {
    const w1 = wave(x), w2 = tf.mul(3, tf.exp(bump(x, 1, 0.6)));
    return tf.add(either(bump(y, w1, 0.35), bump(tf.add(y, w2), w1, 0.35)), wall(x));
  },
  (x, y) => {
    const w1 = wave(x), w3 = tf.mul(3, tf.sigmoid(tf.div(tf.sub(x, 1), 0.3)));
    return tf.add(either(bump(y, w1, 0.4), bump(tf.add(y, w3), w1, 0.35)), wall(x));
  },
];

/** log Z by equal steps over [−8, 8]²: e^{−U} is smooth and 0 at the border. */
function logNormaliser(k: number): number {
  const cells = 400, width = 16 / cells, at = Array.from({ length: cells }, (_, i) => (i + 0.5) * width - 8);
  return tf.tidy(() => {
    const x = tf.tile(tf.tensor2d(at, [cells, 1]), [1, cells]),
      y = tf.tile(tf.tensor2d(at, [1, cells]), [cells, 1]);
    return logSumExp(Array.from(tf.neg(energies[k](x, y)).dataSync())) + 2 * Math.log(width);
  });
}

interface Maps {
  readonly u: tf.Variable<tf.Rank.R2>;
  readonly w: tf.Variable<tf.Rank.R2>;
  readonly b: tf.Variable<tf.Rank.R1>;
  /** The affine map before them: log scales and shift of the base. */
  readonly scale: tf.Variable<tf.Rank.R1>;
  readonly shift: tf.Variable<tf.Rank.R1>;
}

/** log q(z) − log Z's part: E [log q + heat · U] for z from the maps, of a batch of base draws. */
function freeEnergy({ u, w, b, scale, shift }: Maps, k: number, base: Tensor2D, heat: Tensor): tf.Scalar {
  const count = u.shape[0], dots = tf.sum(tf.mul(u, w), 1, true), wanted = tf.sub(tf.softplus(dots), 1);
  const uHat = tf.add<Tensor2D>(u, tf.mul(tf.sub(wanted, dots), tf.div(w, tf.sum(tf.square(w), 1, true))));
  const us = tf.split(uHat, count, 0) as Tensor2D[],
    ws = tf.split<Tensor2D>(tf.transpose<Tensor2D>(w), count, 1);
  const bs = tf.split<tf.Tensor1D>(b, count, 0), steps: Tensor2D[] = [];
  let z = tf.add<Tensor2D>(tf.mul(base, tf.exp(scale)), shift);
  for (let l = 0; l < count; l++) {
    steps[l] = dense(z, ws[l], bs[l], "tanh");
    z = tf.add<Tensor2D>(z, tf.matMul(steps[l], us[l]));
  }
  const slopes = tf.mul(tf.sub(1, tf.square(tf.concat(steps, 1))), tf.reshape(wanted, [1, count]));
  const logAbsDet = tf.add(tf.sum(tf.log(tf.add(slopes, 1)), 1), tf.sum(scale));
  const logBase = tf.sub(tf.mul(tf.sum(tf.square(base), 1), -0.5), Math.log(2 * Math.PI));
  const [x, y] = tf.split(z, 2, 1), energy = tf.squeeze(energies[k](x, y), [1]);
  return tf.mean<tf.Scalar>(tf.add(tf.sub(logBase, logAbsDet), tf.mul(energy, heat)));
}

const DEPTHS = [2, 8, 32];

/** KL(q ‖ e^{−U}/Z) of a fit, nats. */
function part(desk: Desk, { energy, depth }: { energy: number; depth: number }, seed: number): Part<number> {
  return {
    key: `u${energy + 1}-k${depth}-seed${seed}`,
    weight: 4 + depth,
    async run(report) {
      const chance = random(seed), steps = desk.tiny ? 4 : 2_500, batch = desk.tiny ? 8 : 128;
      const maps: Maps = {
        u: normalWeights<tf.Rank.R2>([depth, 2], 0.2, chance),
        w: normalWeights<tf.Rank.R2>([depth, 2], 1, chance),
        b: normalWeights<tf.Rank.R1>([depth], 0.5, chance),
        scale: constantWeights<tf.Rank.R1>([2]),
        shift: constantWeights<tf.Rank.R1>([2]),
      };
      const drawn = (n: number, chance: ReturnType<typeof random>) => tf.tensor2d(chance.normalMatrix(n, 2));
      try {
        await train({
          weights: Object.values(maps),
          loss: (base, heat) => freeEnergy(maps, energy, base as Tensor2D, heat),
          // the energy is turned on over the first half: the paper's annealing from 0.01 to 1
          inputs: (
            _,
            chance,
            step,
          ) => [drawn(batch, chance), tf.scalar(Math.min(1, 0.01 + 2 * step / steps))],
          ...{ count: 1, batch: 1, steps, learningRate: 0.02, seed },
        }, {
          signal: desk.signal,
          onProgress: (step, value) => step % 100 === 0 && report(step / steps, `${value.toFixed(2)} nats`),
        });
        const n = desk.tiny ? 10 : 20_000, fresh = random(2015);
        const free = tf.tidy(() => freeEnergy(maps, energy, drawn(n, fresh), tf.scalar(1)).dataSync()[0]);
        return free + logNormaliser(energy);
      } finally {
        tf.dispose(Object.values(maps));
      }
    },
  };
}

export const planarEnergies: Reproduction = {
  name: "planar_energies",
  title: "Four energies, and 2, 8 or 32 planar maps",
  paper: "Rezende and Mohamed 2015, Variational Inference with Normalizing Flows",
  link: "https://arxiv.org/abs/1505.05770",
  what:
    "The paper's four test energies (its Table 1) fitted by reverse KL with its annealing; 2,500 steps of Adam with 128 " +
    "draws each. Energies 2, 3 and 4 get a wall at |z₁| = 4, since their Z is infinite. Figure 3 shows the densities, and the " +
    "KL divergence of the first three; here it is compared for all four, with log Z by a grid: it must fall from 2 to 8 to 32 maps.",
  chance: true,
  mnist: false,
  minutes: 8,
  async run(desk) {
    const entries = energies.flatMap((_, energy) => DEPTHS.map((depth) => ({ energy, depth })));
    const all = await bySeeds(desk, entries, part);
    const of = (energy: number, depth: number) => all[DEPTHS.length * energy + depth];
    return {
      comparisons: energies.flatMap((_, energy) =>
        [[0, 1], [1, 2]].map(([few, many]) =>
          orderOf({
            statement: `Energy ${energy + 1}: ${DEPTHS[many]} maps come nearer than ${DEPTHS[few]}`,
            where: "Figure 3",
            published: `KL(${DEPTHS[many]}) < KL(${DEPTHS[few]})`,
            ours: of(energy, few).map((kl, i) => kl - of(energy, many)[i]),
            unit: "nats",
            note: `KL ${mean(of(energy, few)).toFixed(2)} → ${mean(of(energy, many)).toFixed(2)} on average`,
          })
        )
      ),
      series: {
        maps: DEPTHS,
        ...Object.fromEntries(energies.map((_, e) => [`energy${e + 1}`, DEPTHS.map((_, d) => of(e, d))])),
      },
    };
  },
};
