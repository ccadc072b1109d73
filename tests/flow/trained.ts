import { compose } from "lib/flow/compose.ts";
import { ringEnergy } from "lib/flow/solution/planar_fit.ts";
import type { Point } from "lib/flow/points.ts";
import { type RealNvp, scaleAndShift } from "lib/flow/solution/real_nvp.ts";
import { affineCoupling, linear, type VectorFlow } from "lib/flow/vector.ts";
import { LOG_2PI } from "lib/math/stable.ts";
import type { Vector } from "lib/math/types.ts";

/** What trained flows are, said a second time: of the library's own parts, in float64. */

const swap = linear({ A: [[0, 1], [1, 0]], b: [0, 0] });

/** The flow from base to data, U ~ N(0, I) to X. */
export function realNvpFlow({ couplings, mean, sd }: RealNvp): VectorFlow {
  const layers = couplings.toReversed().map((coupling) => {
    const step = affineCoupling({
      logScale: (z) => scaleAndShift(coupling, z)[0],
      shift: (z) => scaleAndShift(coupling, z)[1],
    });
    return coupling.kept === 0 ? step : compose(swap, step, swap);
  });
  return compose(...layers, linear({ A: [[sd[0], 0], [0, sd[1]]], b: [...mean] }));
}

const logBase = (u: Vector) => -LOG_2PI - 0.5 * (u[0] ** 2 + u[1] ** 2);

/** log p_{F(U)}(x) = log p_U(F⁻¹(x)) − log|det J_F(F⁻¹(x))| for U ~ N(0, I) in the plane. */
export const planeLogDensity = (flow: VectorFlow) => (x: Vector): number => {
  const u = flow.inverse(x);
  return logBase(u) - flow.logAbsDet(u);
};

/** What a reverse fit is worth: E [log p_U(U) − log|det J_F(U)| + E(F(U))] = KL − log Z, on given base samples. */
export function ringObjective(flow: VectorFlow, samples: readonly Point[]): number {
  const terms = samples.map((z) => logBase(z) - flow.logAbsDet(z) + ringEnergy(flow.forward(z)));
  return terms.reduce((sum, x) => sum + x, 0) / terms.length;
}
