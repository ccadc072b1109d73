import { planeNames, planes } from "../solution/scope.ts";
import { type DiscreteTable, linearGaussian } from "../mod.ts";
import { type Rational, rational } from "../../math/exact.ts";
import { matmul, transpose } from "../../math/linalg.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import type { Normal } from "../../math/normal.ts";
import type { Scope } from "../../proof/value.ts";

/** Random models, observations and recognition densities: the instances of question 1. */

export interface Theta {
  W: Matrix;
  b: Vector;
  sigma2: number;
}

/** A linear Gaussian model, an observation, and some q. */
interface Setting {
  theta: Theta;
  x: Vector;
  q: Normal;
}

const size = (random: Random) => 1 + random.integer(3);

/** z ~ N(0, I_K), x | z ~ N(W z + b, σ² I_D), D and K from 1 to 3; W = 0 (a decoder that ignores z) at index 0. */
export function theta(random: Random, index: number, D = size(random), K = size(random)): Theta {
  return {
    W: index === 0 ? random.list(D, () => random.list(K, () => 0)) : random.normalMatrix(D, K),
    b: random.normals(D),
    sigma2: Math.exp(random.uniform(-1.5, 1.5)),
  };
}

/** Any normal on R^K: with correlations. */
export function fullNormal(random: Random, K: number): Normal {
  const A = random.normalMatrix(K, K);
  const cov = matmul(A, transpose(A)).map((row, i) => row.map((v, j) => v / K + (i === j ? 0.2 : 0)));
  return { mean: random.normals(K), cov };
}

export function setting(random: Random, index: number): Setting {
  const model = theta(random, index);
  return { theta: model, x: random.normals(model.b.length), q: fullNormal(random, model.W[0].length) };
}

/** A linear Gaussian model, an observation, and a q without correlations by its mean and log-variances. */
export function diagonalSetting(random: Random, index: number) {
  const model = theta(random, index), K = model.W[0].length;
  const logVar = random.list(K, () => random.uniform(-2, 1));
  return { theta: model, x: random.normals(model.b.length), mean: random.normals(K), logVar };
}

/** A decoder of a scalar z whose offset is θ: x | z ~ N(w z + θ, σ²). */
export interface Gain {
  w: number;
  sigma2: number;
}
export const lineModel = ({ w, sigma2 }: Gain, theta: number) =>
  linearGaussian({ W: [[w]], b: [theta], sigma2 });

/** N(mean, variance) on the line. */
export const onLine = (mean: number, variance: number): Normal => ({ mean: [mean], cov: [[variance]] });

/** θ, an observation, a gain and a q = N(m, s²): in turn centred, as wide as a posterior, both, neither. */
export const lineSetting = (random: Random, index: number) => ({
  x: random.normal(0, 2),
  theta: random.normal(0, 2),
  w: (index % 5 === 0 ? -1 : 1) * random.uniform(0.3, 2),
  sigma2: Math.exp(random.uniform(-1, 1)),
  m: index % 4 < 2 ? 0 : random.normal(0, 1.5),
  s2: index % 4 === 1 || index % 4 === 2 ? 0.5 : Math.exp(random.uniform(-2, 2)),
});

/** A table of rationals, an observation, and two q = counts/N, the second positive everywhere. */
interface TableSetting {
  table: DiscreteTable<Rational>;
  x: number;
  counts: number[];
  others: number[];
}

export function tableSetting(random: Random, index: number): TableSetting {
  const K = 1 + index % 4, M = 2 + random.integer(2), N = K + random.integer(4);
  const probabilities = (n: number) => {
    const weights = random.list(n, () => 1 + random.integer(9));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((w) => rational(w, total));
  };
  const thrown = (start: number) => {
    const counts = random.list(K, () => start);
    for (let n = K * start; n < N; n++) counts[random.integer(K)]++;
    return counts;
  };
  return {
    table: { prior: probabilities(K), likelihood: random.list(K, () => probabilities(M)) },
    x: random.integer(M),
    counts: index % 5 === 0 ? [N, ...new Array<number>(K - 1).fill(0)] : thrown(0),
    others: thrown(1),
  };
}

/** Decoders whose posteriors have no correlations at all, and none with the third latent, the first, the second. */
const orthogonal: Readonly<Record<number, Matrix>> = {
  4: [[1, -2], [2, 1]],
  5: [[1, -2, 0], [2, 0.5, 0]],
  8: [[0, 1, -2], [0, 2, 0.5]],
  11: [[1, 0, -2], [2, 0, 0.5]],
};

/** Points on which an encoder is trained; the decoder is 0 at index 0, at four others it has orthogonal columns. */
export function trainingSet(random: Random, index: number): { theta: Theta; xs: number[][] } {
  const { W, b } = theta(random, index, 2, 1 + index % 3);
  return {
    // σ² is not too small: then the gaps are of the size of the terms that they are differences of
    theta: { W: orthogonal[index] ?? W, b, sigma2: random.uniform(0.4, 2) },
    xs: random.normalMatrix(4 + random.integer(3), 2),
  };
}

/** Where identities between the densities of one x are run: z in the plane, any normal q. */
export const inThePlane = {
  notation: planeNames,
  evidence: "closed form",
  instance: (random: Random) => planes(random)[0],
  scope: (at: ReturnType<typeof planes>[number]): Scope => at,
} as const;
