import { digitRows, digits } from "../../course/digits.ts";
import * as check from "../../math/check.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../../math/dense.ts";
import { cholesky, identity, singularValues, symmetricEigen } from "../../math/linalg.ts";
import { random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { type Moments, moments, symmetricPart } from "../arguments.ts";
import { type DescentOptions, gradientDescent } from "./dynamics.ts";

/** x ↦ P (x − mean): n1 principal components of an image, one scale for all, so that tr(X + X′) = n1. */
export interface Projection {
  /** n1 × 64: orthogonal rows of one length, the first along the most variance. */
  readonly P: Matrix;
  /** Average training image, 64 pixels in [0, 1]. */
  readonly mean: Vector;
}

/** The moments of augmented digits, and the projection they are taken after. */
interface DigitMoments extends Moments {
  readonly projection: Projection;
}

type TrainingNumber = "width" | "steps" | "learningRate" | "weightDecay" | "recorded" | "seed";

/** Which of the two devices are in place. */
const variants = {
  neither: { stopGradient: false, predictor: false },
  stopGradientOnly: { stopGradient: true, predictor: false },
  predictorOnly: { stopGradient: false, predictor: true },
  both: { stopGradient: true, predictor: true },
} as const satisfies Record<string, Pick<DescentOptions, "stopGradient" | "predictor">>;

export type Variant = keyof typeof variants;

/** What became of a variant. */
export interface Trained {
  readonly W: number[][];
  readonly Wp: number[][];
  /** ‖W‖_F after 0, 1, … `steps` steps. */
  readonly norms: number[];
  /** W after 0, …, `steps` steps, evenly spread. */
  readonly records: readonly { readonly step: number; readonly W: number[][] }[];
}

/** Noise on each z beside inputs of size 1, as any real system has (float32 rounds to 6e-8, float16 to 5e-4). */
export const REPRESENTATION_NOISE = 1e-6;

const SIDE = 8;

/**
 * X = E[x̄x̄ᵀ], X′ = E[(x − x̄)(x − x̄)ᵀ]: x a view of a digit, x̄ the average of all its views, found exactly (the
 * noise averages to 0, and there are nine moves); x is drawn V times per image. Both estimates are unbiased,
 * given the images and the centre.
 *
 * A view is the image moved by −1, 0 or 1 pixels down and across (zeros move in), plus N(0, noise²) on each
 * pixel; then projected, and centred on the average x̄.
 *
 * @param options.count how many training images, n1 … 1442, none twice (default 600)
 * @param options.views V ≥ 1 of each (default 4)
 * @param options.noise standard deviation on pixels in [0, 1] (default 0.1)
 * @param options.components n1 in 1 … 48 (default 16)
 * @returns symmetric X ⪰ 0 and X′ ≻ 0 (else a RangeError) with tr(X + X′) = n1, and the projection
 */
export function digitMoments(
  options: { count?: number; views?: number; noise?: number; components?: number; seed?: number } = {},
): DigitMoments {
  const doing = "take the moments of the digits", given = check.object(doing, "options", options);
  const { count = 600, views = 4, noise = 0.1, components = 16, seed = 1 } = given;
  const all = digitRows("train"), available = all.length;
  check.integer(doing, "views", views, { from: 1, to: 100 });
  check.nonNegative(doing, "noise", noise);
  check.integer(doing, "components", components, { from: 1, to: 48 });
  check.integer(doing, "count", count, { from: Math.max(2, components), to: available });
  const source = random(check.integer(doing, "seed", seed));

  const mean = average(all), P = principalAxes(all, mean, components);
  const chosen = source.permutation(available).slice(0, count).map((image) => all[image]);
  const middles = chosen.map((image) => average(moves.map((move) => moved(image, move))));
  const off = chosen.flatMap((image, i) =>
    source.list(views, () => {
      return moved(image, source.pick(moves)).map((x, j) => source.normal(x, noise) - middles[i][j]);
    })
  );
  const correlation = (rows: Matrix, centre: Vector) => {
    const z = project(rows, { P, mean: centre });
    return transposeTimes(z, z).map((row) => row.map((x) => x / rows.length));
  };
  const between = correlation(middles, average(middles)), within = correlation(off, mean.map(() => 0));
  // One scale for all components keeps their proportions, and frees the step size of the pixels' units.
  const power = between.reduce((sum, row, i) => sum + row[i] + within[i][i], 0) / components;
  const scaled = (A: Matrix) => symmetricPart(A).map((row) => row.map((x) => x / power));
  const { X, Xprime } = moments(doing, { X: scaled(between), Xprime: scaled(within) });
  cholesky(Xprime);
  return { X, Xprime, projection: { P: P.map((row) => row.map((x) => x / Math.sqrt(power))), mean } };
}

/**
 * W ← W + r Ẇ, W_p ← W_p + r Ẇ_p at once (`gradientDescent`), for each of the four `variants` from one start:
 * W_ij ~ N(0, 1/n1), W_p = I.
 *
 * @param options.width n2, rows of W (default 8)
 * @param options.steps whole, ≥ 1 (default 1000)
 * @param options.learningRate r (default 0.1)
 * @param options.weightDecay η (default 0.02)
 * @param options.recorded how many evenly spread steps to keep W at, besides the start (default 10)
 */
export function trainVariants(
  options: Moments & { readonly [name in TrainingNumber]?: number },
): Record<Variant, Trained> {
  const doing = "train the variants";
  const given = check.object(doing, "options", options);
  const { width = 8, steps = 1000, learningRate = 0.1, weightDecay = 0.02, recorded = 10, seed = 1 } = given;
  const data = moments(doing, given), n1 = data.X.length;
  check.integer(doing, "width", width, { from: 1, to: n1 });
  check.integer(doing, "steps", steps, { from: 1 });
  check.integer(doing, "recorded", recorded, { from: 1, to: steps });
  const source = random(check.integer(doing, "seed", seed));
  const start = source.normalMatrix(width, n1).map((row) => row.map((x) => x / Math.sqrt(n1)));

  const train = (kind: typeof variants[Variant]): Trained => {
    let W = start, Wp = identity(width), step = 0;
    const records = [{ step, W }], norms: number[] = [];
    for (let k = 1; k <= recorded; k++) {
      const until = Math.round(k * steps / recorded);
      const from = { ...data, ...kind, W, Wp, weightDecay, learningRate };
      const end = gradientDescent({ ...from, steps: until - step });
      norms.push(...end.norms.slice(k === 1 ? 0 : 1));
      ({ W, Wp } = end);
      records.push({ step: step = until, W });
    }
    return { W, Wp, norms, records };
  };
  const trained = Object.entries(variants).map(([name, kind]) => [name, train(kind)]);
  return Object.fromEntries(trained) as Record<Variant, Trained>;
}

/**
 * The part of the 355 test digits whose class is the commonest among the five training digits nearest to them
 * in z = W P (x − mean) + 1e-6 ε, ε ~ N(0, I); of classes equally common, the one met first.
 *
 * Any real computation adds such noise (`REPRESENTATION_NOISE`): once ‖W‖ is below it nothing is left to tell
 * digits apart by, and about 1 in 10 is right by chance.
 */
export function neighbourAccuracy(W: Matrix, projection: Projection): number {
  const doing = "classify by neighbours", source = random(1);
  const given = check.object(doing, "projection", projection);
  const P = check.matrix(doing, "projection.P", given.P, { columns: SIDE * SIDE });
  const mean = check.finiteVector(doing, "projection.mean", given.mean, SIDE * SIDE);
  const A = check.matrix(doing, "W", W, { columns: P.length });
  const represent = (part: "train" | "test") =>
    project(digitRows(part), { P: product(A, P), mean }).map((z) =>
      z.map((x) => source.normal(x, REPRESENTATION_NOISE))
    );
  const known = represent("train"), asked = represent("test");
  const [train, test] = [digits("train").labels, digits("test").labels];
  const right = asked.filter((z, i) => classOf(z, known, train, 5) === test[i]);
  return right.length / asked.length;
}

/**
 * The n2 directions in which two views of one image agree most, each scaled to variance 1: the top eigenvectors of
 * C^{−1/2} X C^{−1/2} times C^{−1/2}, C = X + X′. What a loss finds that forbids collapse by its normalisation.
 *
 * @param width n2, rows of the result (default 8)
 */
export function agreement(given: Moments, width = 8): number[][] {
  const doing = "find where views agree", { X, Xprime } = moments(doing, given);
  check.integer(doing, "width", width, { from: 1, to: X.length });
  const C = symmetricEigen(plus(X, Xprime));
  const root = productWithTranspose(
    C.vectors.map((row) => row.map((x, k) => x / Math.sqrt(C.values[k]))),
    C.vectors,
  );
  const { vectors } = symmetricEigen(product(product(root, X), root));
  const top = Array.from({ length: width }, (_, k) => vectors.map((row) => row[row.length - 1 - k]));
  return product(top, root);
}

/** σ₁ ≥ … ≥ σ_n2 of W. */
export function spectrum(W: Matrix): number[] {
  return singularValues(check.matrix("take the spectrum of a network", "W", W));
}

/** The commonest label of the k rows nearest to z; of labels equally common, the nearest row's. */
function classOf(z: Vector, rows: Matrix, labels: Uint8Array, k: number): number {
  const best: { label: number; distance: number }[] = [];
  rows.forEach((row, at) => {
    const distance = squaredDistance(row, z);
    if (best.length === k && distance >= best[k - 1].distance) return;
    const place = best.findIndex((other) => distance < other.distance);
    best.splice(place < 0 ? best.length : place, 0, { label: labels[at], distance });
    if (best.length > k) best.pop();
  });
  const votes = best.map(({ label }) => best.filter((other) => other.label === label).length);
  return best[votes.indexOf(Math.max(...votes))].label;
}

/** ‖a − b‖². Apart from `classOf`, whose closures would keep the sum on the heap. */
function squaredDistance(a: Vector, b: Vector): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}

/** −1, 0 or 1 pixels down and across: nine moves, equally likely. */
const moves = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => ({ down, across })));

function moved(image: Vector, { down, across }: typeof moves[number]): number[] {
  return image.map((_, pixel) => {
    const i = Math.floor(pixel / SIDE) - down, j = pixel % SIDE - across;
    return i >= 0 && i < SIDE && j >= 0 && j < SIDE ? image[i * SIDE + j] : 0;
  });
}

/** Unit eigenvectors of the covariance, as rows, by falling variance; the largest entry of each is positive. */
function principalAxes(rows: Matrix, mean: Vector, n: number): number[][] {
  const off = centred(rows, mean);
  const { vectors } = symmetricEigen(transposeTimes(off, off));
  return Array.from({ length: n }, (_, k) => {
    const axis = vectors.map((row) => row[row.length - 1 - k]);
    const largest = axis.reduce((m, x) => Math.abs(x) > Math.abs(m) ? x : m, 0);
    return axis.map((x) => x * Math.sign(largest));
  });
}

const project = (rows: Matrix, { P, mean }: Projection) => productWithTranspose(centred(rows, mean), P);
const centred = (rows: Matrix, mean: Vector) => rows.map((row) => row.map((x, j) => x - mean[j]));
const average = (rows: Matrix) =>
  rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
