import { once } from "../math/once.ts";
import type { Random } from "../math/random.ts";
import type { Vector } from "../math/types.ts";
import { compose } from "./compose.ts";
import { affine1d, sinhArcsinh, tanhShift } from "./scalar.ts";
import { volumeStretch } from "./stretch.ts";
import { affineCoupling, linear } from "./vector.ts";

/** A node of a rule for integrals: its weight, and the point by its number. */
interface Node {
  readonly weight: number;
  readonly u: number;
  readonly x: number;
}

/**
 * What the names of question 3 are worth: `pX(x)` and `pU(u)` the densities of data and base, `F(u)`, `Finv(x)`,
 * `det(u)` = |det J_F(u)|, `detInv(x)`, `pF(x)` the density of F(U), `pBack(u)` that of F⁻¹(X), and nodes for
 * integrals over x and, chosen without regard to these, over u. A point of the plane stands under its number.
 */
type Ruled = {
  pX(x: number): number;
  pU(u: number): number;
  F(u: number): number;
  Finv(x: number): number;
  det(u: number): number;
  detInv(x: number): number;
  pF(x: number): number;
  pBack(u: number): number;
  /** A convex function that is 0 at 1, for D_f. */
  phi(ratio: number): number;
  readonly integral: { readonly x: readonly Node[]; readonly u: readonly Node[] };
  readonly E: Ruled["integral"];
};

/** Parameters of a flow as plain numbers. */
export interface RuledPlan {
  readonly kind: "affine" | "sinh-arcsinh" | "tanh shift" | "plane";
  readonly numbers: Vector;
  readonly mean: Vector;
  readonly sd: Vector;
}

/** Maps between points: of the line as lists of one number. */
interface Maps {
  F(u: Vector): Vector;
  Finv(x: Vector): Vector;
  logDet(u: Vector): number;
}

/** Kinds in turns: the plane with a full Jacobian first, then affine maps that reverse the line, then the others. */
export function ruledPlan(random: Random, index: number): RuledPlan {
  const kind =
    (["plane", "affine", "sinh-arcsinh", "tanh shift"] as const)[index < 2 ? index : 1 + index % 3];
  const small = () => random.uniform(-0.4, 0.4);
  const numbers = {
    "plane": () => [random.uniform(0.8, 1.1), 0.5, 0.6, random.uniform(-1.1, -0.8), small(), small()],
    "affine": () => [(index === 1 ? -1 : random.pick([-1, 1])) * random.uniform(0.5, 2), small()],
    "sinh-arcsinh": () => [small(), random.uniform(0.8, 1.3)],
    "tanh shift": () => [random.uniform(-0.4, 2)],
  }[kind]();
  const n = kind === "plane" ? 2 : 1;
  return {
    kind,
    numbers,
    mean: random.list(n, small),
    sd: random.list(n, () => random.uniform(0.8, 1.2)),
  };
}

function mapsOf({ kind, numbers: [a, b, c, d, s, t] }: RuledPlan): Maps {
  if (kind === "plane") {
    const coupling = affineCoupling({ logScale: (z) => s * Math.tanh(z), shift: (z) => t * z });
    const { forward, inverse, logAbsDet } = compose(
      coupling,
      linear({ A: [[a, b], [c, d]], b: [0.2, -0.1] }),
    );
    return { F: forward, Finv: inverse, logDet: logAbsDet };
  }
  const flow = kind === "affine"
    ? affine1d({ scale: a, shift: b })
    : kind === "sinh-arcsinh"
    ? sinhArcsinh({ epsilon: a, delta: b })
    : tanhShift({ amount: a });
  return {
    F: ([u]) => [flow.forward(u)],
    Finv: ([x]) => [flow.inverse(x)],
    logDet: ([u]) => flow.logAbsDet(u),
  };
}

function normal(x: Vector, mean: Vector, sd: Vector): number {
  let p = 1;
  for (let i = 0; i < x.length; i++) {
    p = p * Math.exp(-0.5 * ((x[i] - mean[i]) / sd[i]) ** 2) / (sd[i] * Math.sqrt(2 * Math.PI));
  }
  return p;
}

/** Below this a node adds nothing to any integral. */
const NOTHING = 1e-16;

/** The rule for a plan. `scale` widens the base: F_θ(u) = F(scale · u), a flow with one more parameter. */
export function ruled(plan: RuledPlan, scale = 1): Ruled {
  const maps = mapsOf(plan), n = plan.mean.length, points: Vector[] = [];
  const named = (point: Vector) => n === 1 ? point[0] : points.push(point) - 1;
  const at = (name: number) => n === 1 ? [name] : points[name];
  const F = (u: Vector) => maps.F(u.map((v) => scale * v));
  const Finv = (x: Vector) => maps.Finv(x).map((v) => v / scale);
  const det = (u: Vector) => scale ** n * Math.exp(maps.logDet(u.map((v) => scale * v)));
  const pX = (x: Vector) => normal(x, plan.mean, plan.sd);
  const zeros = new Array<number>(n).fill(0), ones = new Array<number>(n).fill(1);
  const pU = (u: Vector) => normal(u, zeros, ones);
  // densities of images by what a density is: mass over the volume that is measured, by differences of F alone
  const pF = (x: Vector) => pU(Finv(x)) / volumeStretch(F, Finv(x));
  const pBack = (u: Vector) => pX(F(u)) * volumeStretch(F, u);
  const rule = (weigh: (point: Vector) => number) =>
    grid(n).filter(({ point }) => weigh(point) > NOTHING).map(({ weight, point }) => {
      const name = named(point);
      return { weight, x: name, u: name };
    });
  const integral = {
    x: rule((x) => pX(x) + pU(Finv(x)) / det(Finv(x))),
    u: rule((u) => pU(u) + pX(F(u)) * det(u)),
  };
  return {
    // The lines of a proof and its broken variants ask at the same points.
    pX: once((x) => pX(at(x))),
    pU: once((u) => pU(at(u))),
    F: once((u) => named(F(at(u)))),
    Finv: once((x) => named(Finv(at(x)))),
    det: once((u) => det(at(u))),
    detInv: once((x) => 1 / det(Finv(at(x)))),
    pF: once((x) => pF(at(x))),
    pBack: once((u) => pBack(at(u))),
    phi: (ratio) => (Math.sqrt(ratio) - 1) ** 2,
    integral,
    get E() {
      const under = (law: (point: Vector) => number) => (node: Node) => ({
        ...node,
        weight: node.weight * law(at(node.x)),
      });
      return { x: integral.x.map(under(pX)), u: integral.u.map(under(pU)) };
    },
  };
}

/** The trapezoid rule, exact to rounding for smooth densities: on the line in t = asinh x, in the plane in x itself. */
function grid(n: number): { weight: number; point: Vector }[] {
  if (n === 1) {
    const step = 1 / 16;
    return steps(5, step).map((t) => ({ weight: step * Math.cosh(t), point: [Math.sinh(t)] }));
  }
  const step = 0.3, line = steps(11.1, step);
  return line.flatMap((a) => line.map((b) => ({ weight: step ** 2, point: [a, b] })));
}
const steps = (reach: number, step: number) =>
  Array.from({ length: 2 * Math.round(reach / step) + 1 }, (_, k) => -reach + k * step);
