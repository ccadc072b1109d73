import { scene, type ScenePlan, scenePlan } from "../scene.ts";
import { logNormal } from "../setting.ts";
import type { Random } from "../../math/random.ts";
import { product, timesVector } from "../../math/dense.ts";
import type { Matrix, Vector } from "../../math/types.ts";

/**
 * Settings on the line and in the plane, under one face: points are lists, and Jacobians are matrices. On the line the
 * determinant, the trace and every norm of a Jacobian are one number; the plane tells them apart.
 */
export interface Both {
  F(u: Vector): number[];
  inverse(x: Vector): number[];
  /** J_F(u), by rows. */
  J(u: Vector): Matrix;
  /** J_{F⁻¹}(x) by calculus on F⁻¹, without J_F. */
  Jinverse(x: Vector): Matrix;
  logPx(x: Vector): number;
  logPu(u: Vector): number;
  /** ∫ e^{logWeight(x)} value(x) dx over the data space, 0 where the weight is 0. */
  overX(logWeight: LogOf, value: LogOf): number;
  /** ∫ e^{logWeight(u)} value(u) du over the base space. */
  overU(logWeight: LogOf, value: LogOf): number;
}
type LogOf = (at: Vector) => number;

/** F = A ∘ C: a coupling C(u) = (u₁, u₂ e^{s tanh u₁} + t u₁), then x = A y + b. Data normal in y, base N(0, I). */
export interface PlanePlan {
  A: Matrix;
  b: Vector;
  s: number;
  t: number;
  mean: Vector;
  sd: Vector;
}
type BothPlan = ScenePlan | PlanePlan;

/** |det J| of a 1 × 1 or 2 × 2 matrix. */
export const volumeOf = (J: Matrix): number => Math.abs(determinant(J));
const determinant = (J: Matrix): number => J.length === 1 ? J[0][0] : J[0][0] * J[1][1] - J[0][1] * J[1][0];

/** What stands between the bars in place of the determinant: broken variants of every line that counts volume. */
export const otherVolumes: Readonly<Record<string, { volume(J: Matrix): number }>> = {
  "the trace for the determinant": { volume: (J) => Math.abs(J.reduce((sum, row, i) => sum + row[i], 0)) },
  "the product of the diagonal for the determinant": {
    volume: (J) => Math.abs(J.reduce((product, row, i) => product * row[i], 1)),
  },
  "both products added for the determinant": {
    volume: (J) =>
      J.length === 1 ? Math.abs(J[0][0]) : Math.abs(J[0][0] * J[1][1]) + Math.abs(J[0][1] * J[1][0]),
  },
  "the Frobenius norm for the determinant": { volume: (J) => Math.hypot(...J.flat()) },
  "no absolute value: what is turned over counts for next to nothing": {
    volume: (J) => Math.max(1e-9, determinant(J)),
  },
};

/** One setting in forty is one of the plane; the second is the first of them. */
export function bothPlan(random: Random, index: number): BothPlan {
  if (index % 40 !== 1) return scenePlan(random, index);
  return planePlan(random);
}

/** A is far from triangular, turns the plane over every other time, and its two products are of either sign. */
export function planePlan(random: Random): PlanePlan {
  const small = () => random.uniform(-0.5, 0.5), turn = random.pick([-1, 1]), side = random.pick([-1, 0.5]);
  return {
    A: [[random.uniform(0.8, 1.5), random.uniform(0.3, 0.7)], [
      turn * side * random.uniform(0.5, 0.9),
      turn * random.uniform(0.8, 1.5),
    ]],
    b: [small(), small()],
    s: random.uniform(-0.5, 0.5),
    t: small(),
    mean: [small(), small()],
    sd: [random.uniform(0.7, 1.1), random.uniform(0.7, 1.1)],
  };
}

export const isPlane = (plan: BothPlan): plan is PlanePlan => "A" in plan;

/** The setting of a plan. */
export const both = (plan: BothPlan): Both => isPlane(plan) ? inPlane(plan) : onLine(plan);

/** e^a, cut off where it would overflow: no law has mass there. */
const finite = (a: number) => Math.exp(Math.min(a, 700));

function onLine(plan: ScenePlan): Both {
  const { F, inverse, logPx, logPu, logAbsDetF, logAbsDetInverse, overX, overU } = scene(plan);
  // the sign of the slope plays no part in a volume; where a map reverses the line it is shown
  const sign = plan.kind === "affine" ? Math.sign(plan.amount) : 1;
  const line = SMOOTH.includes(plan.kind) ? { overX: overLine, overU: overLine } : {
    overX: (logWeight: LogOf, value: LogOf) => overX((x) => logWeight([x]), (x) => value([x])),
    overU: (logWeight: LogOf, value: LogOf) => overU((u) => logWeight([u]), (u) => value([u])),
  };
  return {
    F: ([u]) => [F(u)],
    inverse: ([x]) => [inverse(x)],
    J: ([u]) => [[sign * finite(logAbsDetF(u))]],
    Jinverse: ([x]) => [[sign * finite(logAbsDetInverse(x))]],
    logPx: ([x]) => logPx(x),
    logPu: ([u]) => logPu(u),
    ...line,
  };
}

/** Kinds without kinks, on the whole line: the trapezoid rule is exact to rounding for them, and quick. */
const SMOOTH: readonly string[] = ["affine", "sinh-arcsinh", "tanh shift"];
const LINE = Array.from({ length: 161 }, (_, k) => (k - 80) / 16)
  .map((t) => ({ at: [Math.sinh(t)], weight: Math.cosh(t) / 16 }));

/** ∫ e^{logWeight} value over the line, in t = asinh x. */
function overLine(logWeight: LogOf, value: LogOf): number {
  return LINE.reduce((total, { at, weight }) => {
    const mass = Math.exp(logWeight(at));
    return mass > 0 ? total + weight * mass * value(at) : total;
  }, 0);
}

function inPlane({ A, b, s, t, mean, sd }: PlanePlan): Both {
  const det = determinant(A), [[p, q], [r, v]] = A;
  const B = [[v / det, -q / det], [-r / det, p / det]];
  const slope = (z: number) => 1 / Math.cosh(z) ** 2, scale = (z: number) => Math.exp(s * Math.tanh(z));
  const toData = (y: Vector) => timesVector(A, y).map((x, i) => x + b[i]);
  const fromData = (x: Vector) => timesVector(B, x.map((xi, i) => xi - b[i]));
  const logPx = (x: Vector) => logNormal(fromData(x), mean, sd) - Math.log(Math.abs(det));
  return {
    F: ([u1, u2]) => toData([u1, u2 * scale(u1) + t * u1]),
    inverse: (x) => {
      const [y1, y2] = fromData(x);
      return [y1, (y2 - t * y1) / scale(y1)];
    },
    J: ([u1, u2]) => product(A, [[1, 0], [u2 * scale(u1) * s * slope(u1) + t, scale(u1)]]),
    Jinverse: (x) => {
      const [y1, y2] = fromData(x), less = 1 / scale(y1);
      return product([[1, 0], [-less * (t + (y2 - t * y1) * s * slope(y1)), less]], B);
    },
    logPx,
    logPu: (u) => logNormal(u, [0, 0], [1, 1]),
    // x runs over a grid of y: a constant stretch, and the trapezoid rule, which is exact to rounding for such densities
    overX: (logWeight, value) =>
      Math.abs(det) * overGrid((y) => logWeight(toData(y)), (y) => value(toData(y))),
    overU: overGrid,
  };
}

const STEP = 0.3, REACH = [7.2, 12] as const;

/** ∫∫ e^{logWeight} value by the trapezoid rule on a grid that holds all of the mass. */
function overGrid(logWeight: LogOf, value: LogOf): number {
  let total = 0;
  for (let a = -REACH[0]; a <= REACH[0]; a += STEP) {
    for (let c = -REACH[1]; c <= REACH[1]; c += STEP) {
      const weight = Math.exp(logWeight([a, c]));
      if (weight > 0) total += weight * value([a, c]);
    }
  }
  return total * STEP ** 2;
}
