import { LOG_2PI } from "../math/stable.ts";
import { affineCoupling, linear, type VectorFlow } from "./vector.ts";
import type { Vector } from "../math/types.ts";
import { scene, type ScenePlan } from "./scene.ts";

/** The settings the questions on flows are asked in: on the line and in the plane, as plain numbers. */

/** A flow of the plane: linear with matrix [[a, b], [c, d]], or a coupling with log-scale a tanh z₁, shift b z₁ + c. */
export interface PlanePlan {
  kind: "linear" | "coupling";
  numbers: number[];
  /** Mean and sd of the data's two independent normal coordinates. */
  mean: number[];
  sd: number[];
}

export type Plan = ScenePlan | PlanePlan;

/** What a question grants, for points that are numbers or vectors. */
export interface Setting {
  logPx(x: number | Vector): number;
  logPu(u: number | Vector): number;
  F(u: number | Vector): number | Vector;
  inverse(x: number | Vector): number | Vector;
  logAbsDetF(u: number | Vector): number;
  logAbsDetInverse(x: number | Vector): number;
}

/** log N(x; mean, diag sd²). */
export const logNormal = (x: Vector, mean: Vector, sd: Vector) =>
  x.reduce((sum, xi, i) => sum - LOG_2PI / 2 - Math.log(sd[i]) - 0.5 * ((xi - mean[i]) / sd[i]) ** 2, 0);

function planeFlow({ kind, numbers: [a, b, c, d] }: PlanePlan): VectorFlow {
  if (kind === "linear") return linear({ A: [[a, b], [c, d]], b: [b / 2, a / 3] });
  return affineCoupling({ logScale: (z) => a * Math.tanh(z), shift: (z) => b * z + c });
}

const isPlane = (plan: Plan): plan is PlanePlan => "numbers" in plan;

/** The functions of a plan. Points come as numbers on the line, as vectors in the plane. */
export function settingOf(plan: Plan): Setting {
  if (!isPlane(plan)) return scene(plan) as unknown as Setting;
  const flow = planeFlow(plan);
  const vector = (x: number | Vector): Vector => {
    if (!Array.isArray(x)) {
      throw new TypeError(`Cannot evaluate at a point: expected two numbers in the plane, got ${typeof x}`);
    }
    return x;
  };
  return {
    logPx: (x) => logNormal(vector(x), plan.mean, plan.sd),
    logPu: (u) => logNormal(vector(u), [0, 0], [1, 1]),
    F: (u) => flow.forward(vector(u)),
    inverse: (x) => flow.inverse(vector(x)),
    logAbsDetF: (u) => flow.logAbsDet(vector(u)),
    logAbsDetInverse: (x) => -flow.logAbsDet(flow.inverse(vector(x))),
  };
}

/** What `integrand` is called with at a point. */
export function integrandArguments({ plan, u }: { plan: Plan; u: number | Vector }): unknown[] {
  const { logPx, logPu, F, logAbsDetF } = settingOf(plan);
  return [u, { logPx, logPu, F, logAbsDetF }];
}

/** One objective's flow F_θ, and the samples it is averaged over. */
export interface Sampled {
  theta: Plan;
  samples: (number | Vector)[];
}

/** What `forwardObjective` is called with. */
export function forwardArguments({ theta, samples }: Sampled): unknown[] {
  const { logPu, inverse, logAbsDetInverse } = settingOf(theta);
  return [samples, { logPu, inverse, logAbsDetInverse }];
}

/** What `reverseObjective` is called with. */
export function reverseArguments({ theta, samples }: Sampled): unknown[] {
  const { logPu, F, logAbsDetF, logPx } = settingOf(theta);
  return [samples, { logPu, forward: F, logAbsDet: logAbsDetF, logPx }];
}

/** What every line of `proof31` is called with. */
export const sceneArguments = (plan: ScenePlan): unknown[] => [scene(plan)];
