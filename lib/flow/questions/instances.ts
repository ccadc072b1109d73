import { variant } from "../../course/year.ts";
import { type Scene, type ScenePlan, scenePlan } from "../scene.ts";
import type { Plan, PlanePlan, Sampled, Setting } from "../setting.ts";
import { volumeStretch } from "../stretch.ts";
import type { Random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";

const { reach, samples: count } = variant("3");

/** The settings that the questions on flows are asked in, drawn as plain numbers. */

/**
 * log p_{F(U)}(F(u)) by what a density is: the mass the base puts into a small volume at u, over the volume that F
 * stretches it to. No log-determinant of the flow is asked.
 */
export const logDensityOfImage = ({ logPu, F }: Setting, u: number | Vector): number =>
  logPu(u) - Math.log(volumeStretch(F, u));

function planePlan(random: Random, kind: PlanePlan["kind"]): PlanePlan {
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
  const u = random.pick([-1, 1]) * random.uniform(0.1, reach);
  return { plan, u };
}

/** One call of an objective: a flow F_θ on samples that all flows of its group are given. */
export interface Trial extends Sampled {
  group: number;
  /** The first flow of the group: what values are compared with. */
  first: Plan;
}

const PER_GROUP = 5, NARROW = 6;
const groups = new WeakMap<Random, Pick<Trial, "first" | "samples">>();

/** Five flows a group, on the line and in the plane in turns; all can be inverted everywhere. */
export function trialOf(random: Random, index: number): Trial {
  const group = Math.floor(index / PER_GROUP);
  // first of all a map whose log-determinant varies: where it does not, unlike slips are worth the same
  const kind = (["coupling", "affine", "sinh-arcsinh", "linear", "tanh shift"] as const)[group % 5];
  const plane = kind === "linear" || kind === "coupling";
  // one group is so narrow that densities are greater than 1: not every log density is negative
  const narrow = group === NARROW ? 10 : 1;
  const draw = (): Plan => {
    if (plane) return planePlan(random, kind);
    const plan = scenePlan(random, kind === "sinh-arcsinh" ? 1 : 0);
    const amount = kind === "tanh shift" ? random.uniform(-0.6, 2) : plan.amount;
    return { ...plan, kind, amount: amount / narrow };
  };
  const theta = draw();
  if (index % PER_GROUP === 0) {
    const point = () => plane ? [random.normal(), random.normal()] : random.normal() / narrow;
    groups.set(random, { first: theta, samples: random.list(count, point) });
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
