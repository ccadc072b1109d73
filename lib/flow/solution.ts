/** What solves question 3.2: both objectives, on samples. */
import * as check from "../math/check.ts";
import {
  type BaseToData,
  type DataToBase,
  type DensityOnly,
  mean,
  type Point,
  type SamplesOnly,
} from "./grants.ts";

/**
 * L(θ) = −(1/n) Σ [log p_U(F⁻¹(xᵢ)) + log|det J_{F⁻¹}(xᵢ)|] ≈ KL(P_X ‖ P_{F(U)}) + h(X), nats
 *
 * @param data n ≥ 1 samples of P_X
 * @param flow inverse and its log-determinant
 */
export function forwardKlObjective<X extends Point>(
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
export function reverseKlObjective<X extends Point>(
  data: DensityOnly<X>,
  flow: BaseToData<X>,
  baseSamples: readonly X[],
): number {
  const doing = "estimate the reverse KL", { logPu, forward, logAbsDet } = check.object(doing, "flow", flow);
  const { logPx } = check.object(doing, "data", data);
  const samples = check.list(doing, "baseSamples", baseSamples) as X[];
  return mean(samples.map((u) => logPu(u) - logAbsDet(u) - logPx(forward(u))));
}
