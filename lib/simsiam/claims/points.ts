import { type Rational, rational, rationalMatrices, rationals } from "../../math/exact.ts";
import { identity, matmul, scale, subtract, transpose } from "../../math/linalg.ts";
import type { Random } from "../../math/random.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import type { DataPoint } from "../expectation.ts";

/** The instances of question 5: first the degenerate ones, then random points with n1 ≠ n2. */

export type Q = readonly (readonly Rational[])[];
export const M = rationalMatrices;
/** What an exact check of question 5 takes: sizes by turns, each at fifty points. */
export const exactly = { instances: 200 } as const;

export interface Moments {
  X: Q;
  Xprime: Q;
}

/** n1 and n2: single numbers, unequal either way, equal; each equally often. */
const SIZES = [[1, 1], [2, 3], [3, 2], [4, 3], [2, 2], [3, 4]] as const;
export const sizes = (index: number): readonly [number, number] => SIZES[index % SIZES.length];

export const draw = (random: Random, rows: number, columns: number): Rational[][] =>
  random.list(rows, () => random.list(columns, () => random.rational()));
/** A + Aᵀ; any symmetric matrix can occur. */
export const symmetric = (A: Q): Q => M.add(A, M.transpose(A));
/** A Aᵀ: positive semidefinite. */
export const gramOf = (A: Q): Q => M.mul(A, M.transpose(A));

/** tr(Dᵀ G) = Σ Dᵢⱼ Gᵢⱼ. */
export const inner = (D: Q, G: Q): Rational =>
  D.flatMap((row, i) => row.map((x, j) => rationals.mul(x, G[i][j]))).reduce(rationals.add);

export interface ExactPoint {
  n1: number;
  n2: number;
  W: Q;
  Wp: Q;
  X: Q;
  Xprime: Q;
  /** A direction in which W moves. */
  D: Q;
  /** A direction in which W_p moves. */
  Dp: Q;
}

/** Weights, symmetric moments and directions, all random rationals; the fifth has W = 0, the sixth W_p = I. */
export function exactPoint(random: Random, index: number): ExactPoint {
  const [n1, n2] = sizes(index);
  return {
    n1,
    n2,
    W: index === 4 ? M.zeros(n2, n1) : draw(random, n2, n1),
    Wp: index === 5 ? M.identity(n2) : draw(random, n2, n2),
    X: symmetric(draw(random, n1, n1)),
    Xprime: symmetric(draw(random, n1, n1)),
    D: draw(random, n2, n1),
    Dp: draw(random, n2, n2),
  };
}

/** Two data points with two views each, all coordinates rational. */
export function exactData(random: Random, n1: number): DataPoint<Rational>[] {
  const share = rational(1 + random.integer(9), 10);
  return [share, rationals.sub(rationals.one, share)].map((weight) => ({
    weight,
    views: draw(random, 2, n1),
  }));
}

export interface FloatPoint {
  n1: number;
  n2: number;
  W: Matrix;
  Wp: Matrix;
  X: Matrix;
  Xprime: Matrix;
}

/** S Sᵀ / n with S of n1 × rank normal entries. */
export const gram = (random: Random, n1: number, rank = n1): Matrix => {
  const S = random.normalMatrix(n1, rank);
  return scale(1 / n1, matmul(S, transpose(S)));
};

/** Floats, X and X′ positive semidefinite; now and then X′ of lower rank. */
export function floatPoint(random: Random, index: number): FloatPoint {
  const [n1, n2] = sizes(index), short = index % 10 === 9 && n1 > 1;
  return {
    n1,
    n2,
    W: scale(0.6, random.normalMatrix(n2, n1)),
    Wp: random.normalMatrix(n2, n2),
    X: gram(random, n1),
    Xprime: gram(random, n1, short ? n1 - 1 : n1),
  };
}

export const lowest = (S: Matrix) => symmetricSpectrum(S).values[0];
/** W̃_p = W_p − I. */
export const tilde = (Wp: Matrix) => subtract(Wp, identity(Wp.length));
/** Aᵀ A, and A Aᵀ. */
export const gramian = (A: Matrix) => matmul(transpose(A), A);
export const outerGram = (A: Matrix) => matmul(A, transpose(A));

/** When flows are looked at. */
export const TIMES = [0, 0.4, 1];
/** Both branches move, and the predictor learns. */
export const unstopped = (at: FloatPoint) => ({ ...at, stopGradient: false, predictor: true as const });

/** One feature of one input. */
export const scalar = (w: number, p: number, x: number, xPrime: number): FloatPoint => ({
  ...{ n1: 1, n2: 1, W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[xPrime]] },
});

/**
 * Starts that fall as slowly as they may: W_p = 0 and X = 0 stay, so that H = X′ ⊗ I, and the rows of W lie along
 * the direction in which X′ is smallest.
 */
export function tight(random: Random, index: number): FloatPoint {
  const [n1, n2] = sizes(index), Xprime = gram(random, n1), { vectors } = symmetricSpectrum(Xprime);
  const zero = (n: number) => scale(0, Array.from({ length: n }, () => random.normals(n)));
  const bottom = vectors.map((row) => row[0]), W = random.normals(n2).map((x) => bottom.map((y) => x * y));
  return { n1, n2, W, Wp: zero(n2), X: zero(n1), Xprime };
}
