import * as check from "../math/check.ts";
import type { Vector } from "../math/types.ts";

// BEGIN SOLUTION
/** Scenario 1 grants this and nothing else: the density of the data up to a constant factor, and no samples. */
export interface DensityOnly<X extends number | Vector> {
  /** log p̃_X(x) with p̃_X = const · p_X. */
  logPx(x: X): number;
}

/** Scenario 2 grants this and nothing else: samples of the data, and no density. */
export interface SamplesOnly<X extends number | Vector> {
  readonly samples: readonly X[];
}

/** What the forward objective asks of a flow: the way from data to base. */
export interface DataToBase<X extends number | Vector> {
  logPu(u: X): number;
  inverse(x: X): X;
  logAbsDetInverse(x: X): number;
}

/** What the reverse objective asks of a flow: the way from base to data. */
export interface BaseToData<X extends number | Vector> {
  logPu(u: X): number;
  forward(u: X): X;
  logAbsDet(u: X): number;
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

/**
 * L(θ) = −(1/n) Σ [log p_U(F⁻¹(xᵢ)) + log|det J_{F⁻¹}(xᵢ)|] ≈ KL(P_X ‖ P_{F(U)}) + h(X), nats
 *
 * @param data n ≥ 1 samples of P_X
 * @param flow inverse and its log-determinant
 */
export function forwardKlObjective<X extends number | Vector>(
  data: SamplesOnly<X>,
  flow: DataToBase<X>,
): number {
  const doing = "estimate the forward KL",
    { logPu, inverse, logAbsDetInverse } = check.object(doing, "flow", flow);
  const samples = check.list(doing, "samples", check.object(doing, "data", data).samples) as X[];
  return -mean(samples.map((x) => logPu(inverse(x)) + logAbsDetInverse(x)));
}

/**
 * L(θ) = (1/n) Σ [log p_U(uᵢ) − log|det J_F(uᵢ)| − log p̃_X(F(uᵢ))] ≈ KL(P_{F(U)} ‖ P_X) + const, nats
 *
 * @param data the density, up to a constant factor
 * @param flow forward and its log-determinant
 * @param baseSamples n ≥ 1 samples of P_U
 */
export function reverseKlObjective<X extends number | Vector>(
  data: DensityOnly<X>,
  flow: BaseToData<X>,
  baseSamples: readonly X[],
): number {
  const doing = "estimate the reverse KL", { logPu, forward, logAbsDet } = check.object(doing, "flow", flow);
  const { logPx } = check.object(doing, "data", data);
  const samples = check.list(doing, "baseSamples", baseSamples) as X[];
  return mean(samples.map((u) => logPu(u) - logAbsDet(u) - logPx(forward(u))));
}
// END SOLUTION
