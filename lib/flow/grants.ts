import type { Vector } from "../math/types.ts";

/** (1/n) Σ values: what stands for an expectation where only samples are granted. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length;

/** A point of the line or of Rⁿ. */
export type Point = number | Vector;

/** A flow as the way from data to base. */
export interface DataToBase<X extends Point> {
  /** log p_U(u), nats. */
  logPu(u: X): number;
  /** F⁻¹(x). */
  inverse(x: X): X;
  /** log |det J_{F⁻¹}(x)|: takes a point of the data space. */
  logAbsDetInverse(x: X): number;
}

/** A flow as the way from base to data. */
export interface BaseToData<X extends Point> {
  /** log p_U(u), nats. */
  logPu(u: X): number;
  /** F(u). */
  forward(u: X): X;
  /** log |det J_F(u)|: takes a point of the base space. */
  logAbsDet(u: X): number;
}

/** A density that can be evaluated, up to a constant factor, and no samples. */
export interface DensityOnly<X extends Point> {
  /** log p̃_X(x) with p̃_X = const · p_X. */
  logPx(x: X): number;
}

/** Samples, and no density. */
export interface SamplesOnly<X extends Point> {
  readonly samples: readonly X[];
}
