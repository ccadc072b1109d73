import { type Field, matricesOver } from "../math/field.ts";

type Rows<T> = readonly (readonly T[])[];

/** A data point: its probability and its views, of which augmentation draws each equally often. */
export interface DataPoint<T> {
  readonly weight: T;
  readonly views: Rows<T>;
}

/** Two views of one data point and the probability of this pair. */
export interface PairOf<T> {
  readonly x1: readonly T[];
  readonly x2: readonly T[];
  readonly weight: T;
}

/** The definitions of question 5 as finite sums over any field: nothing here is derived. */
export function expectationsOver<T>(field: Field<T>) {
  const { add, scale, outer, apply, dot, zeros } = matricesOver(field);
  const mean = (views: Rows<T>) =>
    views[0].map((_, i) => field.div(views.map((x) => x[i]).reduce(field.add), field.of(views.length)));
  const minus = (a: readonly T[], b: readonly T[]) => a.map((x, i) => field.sub(x, b[i]));

  /** E a bᵀ over weighted pairs of vectors. */
  const cross = (terms: readonly { weight: T; a: readonly T[]; b: readonly T[] }[]): T[][] =>
    terms.reduce(
      (sum, { weight, a, b }) => add(sum, scale(weight, outer(a, b))),
      zeros(terms[0].a.length, terms[0].b.length),
    );

  return {
    cross,
    /** X = E x̄ x̄ᵀ with x̄ the mean view of a data point, X′ = E (x₁ − x̄)(x₁ − x̄)ᵀ. */
    moments: (data: readonly DataPoint<T>[]): { X: T[][]; Xprime: T[][] } => ({
      X: cross(data.map(({ weight, views }) => ({ weight, a: mean(views), b: mean(views) }))),
      Xprime: cross(data.flatMap(({ weight, views }) => {
        const share = field.div(weight, field.of(views.length)), centre = mean(views);
        return views.map((x) => ({ weight: share, a: minus(x, centre), b: minus(x, centre) }));
      })),
    }),
    /** All pairs of views of one data point, the two drawn independently of each other. */
    pairs: (data: readonly DataPoint<T>[]): PairOf<T>[] =>
      data.flatMap(({ weight, views }) => {
        const share = field.div(weight, field.of(views.length ** 2));
        return views.flatMap((x1) => views.map((x2) => ({ x1, x2, weight: share })));
      }),
    /** ½ E ‖W_p W x₁ − W x₂‖²; `target`: the network of the second branch, where it is told apart. */
    loss: (pairs: readonly PairOf<T>[], W: Rows<T>, Wp: Rows<T>, target: Rows<T> = W): T => {
      const terms = pairs.map(({ x1, x2, weight }) => {
        const error = minus(apply(Wp, apply(W, x1)), apply(target, x2));
        return field.mul(weight, dot(error, error));
      });
      return field.div(terms.reduce(field.add), field.of(2));
    },
    /** E f₁f₁ᵀ, E f₁f₂ᵀ, E f₂f₁ᵀ and E f₂f₂ᵀ with f = W x. */
    features: (pairs: readonly PairOf<T>[], W: Rows<T>) => {
      const f = pairs.map(({ x1, x2, weight }) => ({ weight, f1: apply(W, x1), f2: apply(W, x2) }));
      return {
        F1: cross(f.map(({ weight, f1 }) => ({ weight, a: f1, b: f1 }))),
        F12: cross(f.map(({ weight, f1, f2 }) => ({ weight, a: f1, b: f2 }))),
        F21: cross(f.map(({ weight, f1, f2 }) => ({ weight, a: f2, b: f1 }))),
        F2: cross(f.map(({ weight, f2 }) => ({ weight, a: f2, b: f2 }))),
      };
    },
  };
}
