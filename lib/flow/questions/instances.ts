import { affineCoupling, linear, type VectorFlow } from "../mod.ts";
import { type Scene, scene, type ScenePlan, scenePlan } from "../scene.ts";
import { volumeStretch } from "../stretch.ts";
import type { Random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";

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

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
const logNormal = (x: Vector, mean: Vector, sd: Vector) =>
  x.reduce((sum, xi, i) => sum - HALF_LOG_2PI - Math.log(sd[i]) - 0.5 * ((xi - mean[i]) / sd[i]) ** 2, 0);

function planeFlow({ kind, numbers: [a, b, c, d] }: PlanePlan): VectorFlow {
  if (kind === "linear") return linear({ A: [[a, b], [c, d]], b: [b / 2, a / 3] });
  return affineCoupling({ logScale: (z) => a * Math.tanh(z), shift: (z) => b * z + c });
}

const isPlane = (plan: Plan): plan is PlanePlan => "numbers" in plan;

/** The functions of a plan. Points come as numbers on the line, as vectors in the plane. */
export function settingOf(plan: Plan): Setting {
  if (!isPlane(plan)) return scene(plan) as unknown as Setting;
  const flow = planeFlow(plan), vector = (x: number | Vector) => x as Vector;
  return {
    logPx: (x) => logNormal(vector(x), plan.mean, plan.sd),
    logPu: (u) => logNormal(vector(u), [0, 0], [1, 1]),
    F: (u) => flow.forward(vector(u)),
    inverse: (x) => flow.inverse(vector(x)),
    logAbsDetF: (u) => flow.logAbsDet(vector(u)),
    logAbsDetInverse: (x) => -flow.logAbsDet(flow.inverse(vector(x))),
  };
}

/**
 * log p_{F(U)}(F(u)) by what a density is: the mass the base puts into a small volume at u, over the volume that F
 * stretches it to. No log-determinant of the flow is asked.
 */
export const logDensityOfImage = ({ logPu, F }: Setting, u: number | Vector): number =>
  logPu(u) - Math.log(volumeStretch(F, u));

export function planePlan(random: Random, kind: PlanePlan["kind"]): PlanePlan {
  const spread = () => [random.uniform(0.6, 1.4), random.uniform(0.6, 1.4)];
  const numbers = kind === "linear"
    ? [random.uniform(1, 2), random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8), random.uniform(-2.5, -1)]
    : [random.uniform(-1, 1), random.normal(), random.normal()];
  return { kind, numbers, mean: [random.normal(), random.normal()], sd: spread() };
}

/** One call of the integrand. */
export interface Point {
  plan: Plan;
  u: number | Vector;
}

const affine: ScenePlan = { kind: "affine", amount: 2, shift: 0, mean: 0, sd: 1, shape: 2 };

/** Random points on the line and in the plane; among them four where p_X(F(u)) is 0 to a float. */
export function pointOf(random: Random, index: number): Point {
  if (index === 20) return { plan: affine, u: 1e160 };
  if (index === 21) return { plan: { ...affine, kind: "exp" }, u: 800 };
  if (index === 22) return { plan: affine, u: -30 };
  if (index === 23) return { plan: { ...affine, kind: "cube" }, u: 12 };
  if (index % 3 === 2) {
    return {
      plan: planePlan(random, random.pick(["linear", "coupling"] as const)),
      u: [random.normal(), random.normal()],
    };
  }
  const plan = scenePlan(random, index);
  // away from the kinks, where F has no derivative or one that is 0
  const u = random.pick([-1, 1]) * random.uniform(0.1, 2);
  return { plan, u };
}

/** One call of an objective: a flow F_θ on samples that all flows of its group are given. */
export interface Trial {
  group: number;
  theta: Plan;
  /** The first flow of the group: what values are compared with. */
  first: Plan;
  samples: (number | Vector)[];
}

const SAMPLES = 24, PER_GROUP = 5;
const groups = new WeakMap<Random, Pick<Trial, "first" | "samples">>();

/** Five flows a group, on the line and in the plane in turns; all can be inverted everywhere. */
export function trialOf(random: Random, index: number): Trial {
  const group = Math.floor(index / PER_GROUP);
  const kind = (["affine", "coupling", "sinh-arcsinh", "linear", "tanh shift"] as const)[group % 5];
  const plane = kind === "linear" || kind === "coupling";
  const draw = (): Plan => {
    if (plane) return planePlan(random, kind);
    const plan = scenePlan(random, kind === "sinh-arcsinh" ? 1 : 0);
    return { ...plan, kind, amount: kind === "tanh shift" ? random.uniform(-0.6, 2) : plan.amount };
  };
  const theta = draw();
  if (index % PER_GROUP === 0) {
    const point = () => plane ? [random.normal(), random.normal()] : random.normal();
    groups.set(random, { first: theta, samples: random.list(SAMPLES, point) });
  }
  const { first, samples } = groups.get(random)!;
  return { group, theta: { ...theta, mean: first.mean, sd: first.sd } as Plan, first, samples };
}

/** A setting in which proof31 is asked: every kind of scene, four times. */
export const proofPlan = (random: Random, index: number): ScenePlan => ({
  ...scenePlan(random, index % 6),
  ...(index % 6 === 0 ? { amount: -random.uniform(0.5, 2) } : {}),
});

export type { Scene };
