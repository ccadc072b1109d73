import { floats } from "../../math/field.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix } from "../../math/types.ts";
import { variant } from "../../course/year.ts";
import { expectationsOver } from "../expectation.ts";
import { type Batch, slopesByDuals } from "../slopes.ts";

/** A small data set with its augmentations, enumerated, and weights to try on it. */
export interface World extends Batch {
  readonly X: Matrix;
  readonly Xprime: Matrix;
}

/** n1 and n2: this year's, unequal, so that a wrong shape shows; then the degenerate ones. */
const { n1: inputs, n2: outputs } = variant("5");
const SHAPES = [[inputs, outputs], [outputs, inputs], [1, 1], [inputs, 1], [1, outputs]] as const;
if (!SHAPES.flat().every((n) => Number.isInteger(n) && n >= 1 && n <= 6) || inputs === outputs) {
  throw new RangeError(
    `Cannot ask about linear SimSiam: expected two unequal dimensions of 1 to 6, got ${inputs} and ${outputs}`,
  );
}

/** Two or three data points with two views each; now and then a point whose views agree. */
export function world(random: Random, index: number): World {
  const [n1, n2] = SHAPES[index < 10 ? index % SHAPES.length : index % 2];
  const weights = random.simplex(n1 + 1);
  const data = weights.map((weight, k) => {
    const first = random.normals(n1);
    return { weight, views: [first, index % 7 === 6 && k > 0 ? first : random.normals(n1)] };
  });
  const { moments, pairs } = expectationsOver(floats);
  return {
    W: random.normalMatrix(n2, n1),
    Wp: random.normalMatrix(n2, n2),
    ...moments(data),
    pairs: pairs(data),
  };
}

/** A function of a world that is asked for more than once. */
function once<A extends object, B>(value: (at: A) => B): (at: A) => B {
  const known = new WeakMap<A, { value: B }>();
  return (at) => {
    if (!known.has(at)) known.set(at, { value: value(at) });
    return known.get(at)!.value;
  };
}

/** ½ E ‖W_p W x₁ − W x₂‖², pair by pair. */
export function lossOf({ W, Wp, pairs }: Batch): number {
  return expectationsOver(floats).loss(pairs, W, Wp);
}

/** Minus the slopes of the loss along every entry of W (in both branches) and of W_p, exactly. */
export const downhill = once((at: Batch) => {
  const { W, Wp } = slopesByDuals(at, false), minus = (A: Matrix) => A.map((row) => row.map((x) => -x));
  return { W: minus(W), Wp: minus(Wp) };
});

/** Second derivatives of the loss by the columns of W, one below the other: J is a square in W, so by three values. */
export const curvatureOf = once(({ W, Wp, pairs }: Batch): number[][] => {
  const n2 = W.length, size = n2 * W[0].length;
  const along = (...positions: number[]) =>
    lossOf({
      W: W.map((row, i) => row.map((_, j) => positions.filter((p) => p === j * n2 + i).length)),
      Wp,
      pairs,
    });
  const single = Array.from({ length: size }, (_, a) => along(a));
  return single.map((own, a) => single.map((other, b) => along(a, b) - own - other));
});
