import { type Dual, dualOver } from "../math/dual.ts";
import type { Field } from "../math/field.ts";
import type { PairOf } from "./expectation.ts";

type Rows<T> = readonly (readonly T[])[];

/** f written over a field, of one matrix. */
export type OfMatrix<T> = (dual: Field<Dual<T>>, A: Dual<T>[][]) => Dual<T>;

/** A as a matrix of constants among dual numbers. */
export function held<T>(field: Field<T>, A: Rows<T>): Dual<T>[][] {
  return A.map((row) => row.map((value) => ({ value, slope: field.zero })));
}

/** Pairs of views as constants among dual numbers. */
export function heldPairs<T>(field: Field<T>, pairs: readonly PairOf<T>[]): PairOf<Dual<T>>[] {
  return pairs.map((pair) => {
    const [x1, x2, [weight]] = held(field, [pair.x1, pair.x2, [pair.weight]]);
    return { x1, x2, weight };
  });
}

/** d/ds f(A + s D) at s = 0, exactly: tr(Dᵀ ∂f/∂A). */
export function slopeAlong<T>(field: Field<T>, f: OfMatrix<T>, A: Rows<T>, D: Rows<T>): T {
  return f(dualOver(field), A.map((row, i) => row.map((value, j) => ({ value, slope: D[i][j] })))).slope;
}

/** (∂f/∂A)ᵢⱼ, exactly: one pass an entry. */
export function matrixGradient<T>(field: Field<T>, f: OfMatrix<T>, A: Rows<T>): T[][] {
  return A.map((row, i) =>
    row.map((_, j) =>
      slopeAlong(field, f, A, A.map((r, k) => r.map((_, l) => k === i && l === j ? field.one : field.zero)))
    )
  );
}
