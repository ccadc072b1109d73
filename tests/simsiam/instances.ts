import assert from "node:assert/strict";
import { difference } from "lib/math/difference.ts";
import * as L from "lib/math/linalg.ts";
import type { Random } from "lib/math/random.ts";
import type { Matrix } from "lib/math/types.ts";
import type { PairOf } from "lib/simsiam/expectation.ts";

export const near = (a: number | number[] | number[][], b: typeof a, tolerance: number, about = "") => {
  const error = difference(a, b);
  assert(error <= tolerance, `${about}: off by ${error}, more than ${tolerance}`);
};
export const refuses = (
  run: () => unknown,
  words: RegExp,
  Fault: typeof TypeError | typeof RangeError = RangeError,
) =>
  assert.throws(run, (error) => {
    assert(error instanceof Fault, String(error));
    assert.match(error.message, /^Cannot .+: expected .+, got .*[^.]$/);
    assert.match(error.message, words);
    return true;
  });

/** Shapes worth a trial: n1 ≠ n2 in both directions, 1 × 1, one feature, one input. */
export const SHAPES = [[3, 2], [2, 4], [1, 1], [4, 1], [1, 3], [3, 3]];

/** Moments of n1 × n1 with X′ (and X) of the ranks given. */
export function instance(r: Random, n1: number, n2: number, rankX = n1, rankXprime = n1) {
  const gram = (rank: number) => {
    const A = r.normalMatrix(n1, rank);
    return L.scale(1 / n1, L.matmul(A, L.transpose(A)));
  };
  return { W: r.normalMatrix(n2, n1), Wp: r.normalMatrix(n2, n2), X: gram(rankX), Xprime: gram(rankXprime) };
}

type ViewPair = PairOf<number>;
/** Pairs of views whose two laws differ, so that F12 is not symmetric. */
export const pairsOf = (r: Random, n1: number, count: number): ViewPair[] => {
  const weights = r.simplex(count);
  return weights.map((weight) => ({ x1: r.normals(n1), x2: r.normals(n1), weight }));
};
/** Each pair as a data point with two equally likely views, drawn independently: X is then the mean's square. */
export const independent = (pairs: ViewPair[]) =>
  pairs.flatMap(({ x1, x2, weight }) =>
    [[x1, x1], [x1, x2], [x2, x1], [x2, x2]].map(([a, b]) => ({ x1: a, x2: b, weight: weight / 4 }))
  );
/**
 * X = ½ E[x₁x₂ᵀ + x₂x₁ᵀ], X′ = E[x₁x₁ᵀ] − X, and for a W also E f₁f₂ᵀ and E f₂f₂ᵀ, which the objective needs where
 * the views are not exchangeable.
 */
export function viewMoments(pairs: readonly ViewPair[]) {
  const expectation = (a: "x1" | "x2", b: "x1" | "x2") =>
    pairs.map((pair) => L.scale(pair.weight, L.outer(pair[a], pair[b]))).reduce((S, T) => L.add(S, T));
  const E12 = expectation("x1", "x2"), X = L.scale(0.5, L.add(E12, L.transpose(E12)));
  const carried = (E: Matrix) => (W: Matrix) => L.matmul(L.matmul(W, E), L.transpose(W));
  return {
    X,
    Xprime: L.subtract(expectation("x1", "x1"), X),
    F12of: carried(E12),
    F2of: carried(expectation("x2", "x2")),
  };
}
export const expectedLoss = (pairs: ViewPair[], W: Matrix, Wp: Matrix, target = W) =>
  pairs.reduce((sum, { x1, x2, weight }) => {
    const f1 = L.apply(Wp, L.apply(W, x1)), f2 = L.apply(target, x2);
    return sum + weight / 2 * f1.reduce((square, x, i) => square + (x - f2[i]) ** 2, 0);
  }, 0);
