import { type GreyImages, unitScale } from "../../course/mnist.ts";
import {
  bySeeds,
  type Desk,
  numberOf,
  orderOf,
  type Part,
  type Reproduction,
} from "../../course/reproduction.ts";
import { symmetricEigen } from "../../math/linalg.ts";
import { type Random, random } from "../../math/random.ts";
import { dense, tf } from "../../tensor/mod.ts";
import { train } from "../../course/train.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";
import { twoMoons } from "../points.ts";

type Tensor2D = tf.Tensor2D;
type W = tf.Variable<tf.Rank.R2>;

// Couplings in d dimensions, from data to base: the first half goes through and sets scale and shift of the second;
// between couplings the coordinates are reversed (Dinh et al.), shuffled by a fixed permutation, or mixed by a matrix that
// is learned (Kingma and Dhariwal: a 1 × 1 convolution), kept invertible as P L U.

const mixings = ["reverse", "shuffle", "learned"] as const;
type Mixing = typeof mixings[number];

interface Coupling {
  readonly W1: W;
  readonly b1: tf.Variable<tf.Rank.R1>;
  readonly W2: W;
  readonly b2: tf.Variable<tf.Rank.R1>;
  /** Columns are where the coordinates go. */
  readonly P: Tensor2D;
  /** Strictly below and above the diagonal, and the logarithms on it: only where mixing is learned. */
  readonly L?: W;
  readonly U?: W;
  readonly logDiagonal?: tf.Variable<tf.Rank.R1>;
}

interface Flow {
  readonly couplings: readonly Coupling[];
  readonly additive: boolean;
  readonly d: number;
}

const weightsOf = ({ couplings }: Flow): tf.Variable[] =>
  couplings.flatMap(({ W1, b1, W2, b2, L, U, logDiagonal }) =>
    [W1, b1, W2, b2, L, U, logDiagonal].filter((x) => x !== undefined)
  );
const disposeFlow = (flow: Flow) => tf.dispose([...weightsOf(flow), ...flow.couplings.map(({ P }) => P)]);

function buildFlow(
  of: { d: number; layers: number; hidden: number; mixing: Mixing; additive: boolean; seed: number },
): Flow {
  const { d, layers, hidden, mixing, additive, seed } = of, chance = random(seed);
  const half = Math.ceil(d / 2), rest = d - half;
  const matrix = (rows: number, columns: number, sd: number) =>
    normalWeights<tf.Rank.R2>([rows, columns], sd, chance);
  const zeros = (n: number) => constantWeights<tf.Rank.R1>([n]);
  const reversed = Array.from({ length: d }, (_, i) => d - 1 - i);
  return {
    d,
    additive,
    couplings: Array.from({ length: layers }, () => {
      const order = mixing === "reverse" ? reversed : chance.permutation(d);
      return {
        W1: matrix(half, hidden, 1 / Math.sqrt(half)),
        b1: zeros(hidden),
        W2: matrix(hidden, 2 * rest, 0.01),
        b2: zeros(2 * rest),
        P: tf.tidy(() => tf.tensor2d(order.map((to) => order.map((_, j) => j === to ? 1 : 0)))),
        ...mixing === "learned" ? { L: matrix(d, d, 0), U: matrix(d, d, 0), logDiagonal: zeros(d) } : {},
      };
    }),
  };
}

/** Ones strictly below the diagonal. */
const below = (d: number) =>
  tf.tensor2d(Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => j < i ? 1 : 0)));

/** log p(x) for each row of x: n × d, base N(0, I). */
function logDensity({ couplings, additive, d }: Flow, x: Tensor2D): tf.Tensor1D {
  const half = Math.ceil(d / 2), mask = below(d), identity = tf.eye(d);
  let z = x, logDet: tf.Tensor = tf.zeros([x.shape[0]]);
  for (const { W1, b1, W2, b2, P, L, U, logDiagonal } of couplings) {
    const [a, b] = tf.split(z, [half, d - half], 1) as [Tensor2D, Tensor2D];
    const [s, t] = tf.split(dense(dense(a, W1, b1, "tanh"), W2, b2), 2, 1) as [Tensor2D, Tensor2D];
    const scale = tf.mul(2, tf.tanh(tf.div(s, 2)));
    const moved = additive ? tf.add(b, t) : tf.add(tf.mul(b, tf.exp(scale)), t);
    if (!additive) logDet = tf.add(logDet, tf.sum(scale, 1));
    z = tf.matMul(tf.concat([a, moved as Tensor2D], 1), P);
    if (L && U && logDiagonal) {
      const lower = tf.add<Tensor2D>(tf.mul(L, mask), identity);
      const upper = tf.add<Tensor2D>(tf.mul(U, tf.transpose(mask)), tf.mul(identity, tf.exp(logDiagonal)));
      z = tf.matMul(tf.matMul(z, lower), upper);
      logDet = tf.add(logDet, tf.sum(logDiagonal));
    }
  }
  const base = tf.sub(tf.mul(tf.sum(tf.square(z), 1), -0.5), d * Math.log(2 * Math.PI) / 2);
  return tf.add<tf.Tensor1D>(base, logDet);
}

/** Bits a dimension: −log₂ p / d. */
const bitsOf = (flow: Flow, x: Tensor2D) =>
  tf.div<tf.Scalar>(tf.mean(logDensity(flow, x)), -Math.LN2 * flow.d);

/** The 14 × 14 images of 2 × 2 means, and their first principal components with variance 1 each. */
interface Components {
  readonly train: Float32Array;
  readonly test: Float32Array;
  readonly d: number;
}

function pooled(images: GreyImages, from: number, n: number): Float32Array {
  const small = images.side / 2, x = unitScale(images, Array.from({ length: n }, (_, i) => from + i));
  const out = new Float32Array(n * small * small);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < images.side; i++) {
      for (let j = 0; j < images.side; j++) {
        out[(k * small + (i >> 1)) * small + (j >> 1)] += x[(k * images.side + i) * images.side + j] / 4;
      }
    }
  }
  return out;
}

function principalComponents(train: GreyImages, test: GreyImages, most: number, d: number): Components {
  const size = (train.side / 2) ** 2,
    chunk = 1000,
    n = Math.min(most, train.count),
    m = Math.min(2000, test.count);
  const each = (images: GreyImages, count: number, use: (x: Tensor2D, from: number) => void) => {
    for (let from = 0; from < count; from += chunk) {
      const rows = Math.min(chunk, count - from);
      tf.tidy(() => use(tf.tensor2d(pooled(images, from, rows), [rows, size]), from));
    }
  };
  const mean = new Float64Array(size), second = Array.from({ length: size }, () => new Float64Array(size));
  each(train, n, (x) => {
    tf.sum(x, 0).dataSync().forEach((v, i) => mean[i] += v / n);
    tf.matMul<Tensor2D>(x, x, true).arraySync().forEach((row, i) =>
      row.forEach((v, j) => second[i][j] += v / n)
    );
  });
  const C = second.map((row, i) => Array.from(row, (v, j) => v - mean[i] * mean[j]));
  const symmetric = C.map((row, i) => row.map((v, j) => (v + C[j][i]) / 2));
  const { values, vectors } = symmetricEigen(symmetric);
  const axes = vectors.map((row) =>
    Array.from({ length: d }, (_, k) => row[size - 1 - k] / Math.sqrt(values[size - 1 - k]))
  );
  const coordinates = (images: GreyImages, count: number) => {
    const out = new Float32Array(count * d);
    each(images, count, (x, from) => {
      const centred = tf.sub<Tensor2D>(x, tf.tensor1d(Array.from(mean)));
      out.set(tf.matMul(centred, tf.tensor2d(axes)).dataSync<"float32">(), from * d);
    });
    return out;
  };
  return { train: coordinates(train, n), test: coordinates(test, m), d };
}

const rowsOf = (flat: Float32Array, d: number, chosen: readonly number[]) =>
  tf.tensor2d(
    Float32Array.from({ length: chosen.length * d }, (_, i) => flat[chosen[Math.floor(i / d)] * d + i % d]),
    [
      chosen.length,
      d,
    ],
  );

interface Kind {
  readonly name: string;
  readonly mixing: Mixing;
  readonly additive: boolean;
}

const kinds: readonly Kind[] = [
  { name: "reverse", mixing: "reverse", additive: false },
  { name: "shuffle", mixing: "shuffle", additive: false },
  { name: "learned", mixing: "learned", additive: false },
  { name: "additive", mixing: "learned", additive: true },
];

/** A kind of flow on one of the two data sets. */
interface Fit {
  readonly name: string;
  readonly data: () => Promise<Components>;
  readonly kind: Kind;
}

/** Bits a dimension on test data. */
function part(desk: Desk, { name, data, kind }: Fit, seed: number): Part<number> {
  return {
    key: `${name}-${kind.name}-seed${seed}`,
    async run(report) {
      const { train: points, test, d } = await data(), count = points.length / d;
      const flow = buildFlow({ ...kind, d, layers: desk.tiny ? 2 : 6, hidden: desk.tiny ? 4 : 64, seed });
      const steps = desk.tiny ? 3 : 2_500, batch = Math.min(128, count);
      try {
        await train({
          weights: weightsOf(flow),
          loss: (x) => bitsOf(flow, x as Tensor2D),
          inputs: (chosen) => [rowsOf(points, d, chosen)],
          ...{ count, batch, steps, learningRate: 0.003, seed },
        }, {
          signal: desk.signal,
          onProgress: (step, value) =>
            step % 50 === 0 ? report(step / steps, `${value.toFixed(3)} bits`) : undefined,
        });
        return tf.tidy(() => bitsOf(flow, tf.tensor2d(test, [test.length / d, d])).dataSync()[0]);
      } finally {
        disposeFlow(flow);
      }
    },
  };
}

/** |∫ p − 1| of an untrained flow of the plane with learned mixing, by the midpoint rule: its log-determinants add up. */
function massOff(seed: number): number {
  const flow = buildFlow({ d: 2, layers: 4, hidden: 8, mixing: "learned", additive: false, seed });
  const cells = 300, width = 16 / cells, at = Array.from({ length: cells }, (_, i) => (i + 0.5) * width - 8);
  try {
    tf.tidy(() => weightsOf(flow).forEach((w) => w.assign(tf.add(w, tf.fill(w.shape, 0.15)))));
    return tf.tidy(() => {
      const x = tf.tensor2d(at.flatMap((a) => at.map((b) => [a, b])));
      return Math.abs(tf.sum(tf.exp(logDensity(flow, x))).dataSync()[0] * width * width - 1);
    });
  } finally {
    disposeFlow(flow);
  }
}

const moons = (chance: Random, n: number) => Float32Array.from(twoMoons(chance, n).flat());

export const couplingAndMixing: Reproduction = {
  name: "coupling_and_mixing",
  title: "Couplings, and what stands between them",
  paper:
    "Dinh, Sohl-Dickstein and Bengio 2017, Density estimation using Real NVP; Kingma and Dhariwal 2018, Glow",
  link: "https://arxiv.org/abs/1605.08803",
  what:
    "Six couplings with reversed, shuffled or learned mixing between them, on the 12 first principal components of MNIST " +
    "(14 × 14, variance 1 each) and on two moons: 2,500 batches of 128. The papers compare on images with deep convolutional " +
    "couplings; here only the orderings can carry over. Bits a dimension on test data.",
  chance: true,
  mnist: true,
  minutes: 6,
  async run(desk) {
    let made: Promise<Components> | undefined;
    const components = () =>
      made ??= (async () => {
        const [images, test] = [await desk.mnist("train"), await desk.mnist("test")];
        return desk.tiny
          ? principalComponents(images, test, 40, 3)
          : principalComponents(images, test, 20_000, 12);
      })();
    const plane = () =>
      Promise.resolve({ train: moons(random(7), 4_000), test: moons(random(8), 2_000), d: 2 });
    const [reverse, shuffle, learned, additive, moonsReverse, , moonsLearned] = await bySeeds(desk, [
      ...kinds.map((kind) => ({ name: "mnist", data: components, kind })),
      ...kinds.slice(0, 3).map((kind) => ({ name: "moons", data: plane, kind })),
    ], part);
    const less = (a: readonly number[], b: readonly number[]) => a.map((x, i) => b[i] - x);
    const normal = 0.5 * Math.log2(2 * Math.PI * Math.E), unit = "bits a dimension";
    return {
      comparisons: [
        orderOf({
          statement: "Learned mixing needs fewer bits than reversing",
          where: "Glow, comparison of permutations",
          published: "1 × 1 convolution < reverse",
          ours: less(learned, reverse),
          unit,
        }),
        orderOf({
          statement: "… and than a fixed shuffle",
          where: "Glow, comparison of permutations",
          published: "1 × 1 convolution < shuffle",
          ours: less(learned, shuffle),
          unit,
        }),
        orderOf({
          statement: "A fixed shuffle needs fewer bits than reversing",
          where: "Glow, comparison of permutations",
          published: "a shuffle is compared too (no number)",
          ours: less(shuffle, reverse),
          unit,
          note:
            "with 12 coordinates, of which reversing exchanges the halves, little depends on which shuffle it is",
        }),
        orderOf({
          statement: "Affine couplings need fewer bits than additive ones",
          where: "Glow, comparison of permutations",
          published: "affine converges faster",
          ours: less(learned, additive),
          unit,
        }),
        orderOf({
          statement: "On two moons too, learned mixing does no harm",
          where: "Glow, Section 3.2",
          published: "mixing generalises a permutation",
          ours: less(moonsLearned, moonsReverse).map((gain) => gain + 0.05),
          unit: "bits a dimension above −0.05",
        }),
        numberOf({
          statement: "Couplings with mixing are exact: their density integrates to 1",
          where: "Real NVP, Section 3.3",
          published: 0,
          within: 1e-3,
          ours: desk.seeds.map(massOff),
          unit: "off 1",
        }),
      ],
      series: { reverse, shuffle, learned, additive, normal: [normal], moonsReverse, moonsLearned },
    };
  },
};
