import { constrainPlanar, planar } from "../mod.ts";
import { volumeStretch } from "../stretch.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import * as dual from "../../math/dual.ts";
import { luFactor } from "../../math/lu.ts";
import type { Random } from "../../math/random.ts";
import { LOG_2PI, softplus } from "../../math/stable.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";

/** 3.0: what the question takes for granted of flows. */

const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const HALF_LOG_2PI = LOG_2PI / 2;
const logNormal = (u: Vector) => u.reduce((sum, x) => sum - HALF_LOG_2PI - x * x / 2, 0);

interface Planar {
  u: number[];
  w: number[];
  b: number;
  z: number[];
}

/** A planar flow of 1 … 4 dimensions and a point: w = 0, the boundary w·u = −1 and its two sides first, then any. */
function planarAt(random: Random, index: number): Planar {
  const n = 1 + index % 4, w = index < 4 ? new Array<number>(n).fill(0) : random.normals(n);
  const free = random.normals(n), b = random.normal(), z = random.normals(n);
  // exactly on the boundary of what is injective: one component moves alone, by −tanh
  const beside = [0, 0, 0, 0, 1e-6, -1e-6, 1e-4, -1e-4, 1e-2, -1e-2, 0.1, -0.1][index - 4];
  const axis = (at: number) => w.map((_, i) => i === 0 ? at : 0);
  return beside === undefined ? { u: free, w, b, z } : { u: axis(-1 - beside), w: axis(1), b, z };
}

/** det J_F(z) by dual numbers, from the definition z + u tanh(w·z + b). */
function jacobianDeterminant({ u, w, b, z }: Planar): number {
  const { add, mul, of } = dual.duals;
  const row = (i: number) =>
    dual.gradient((at) => {
      const height = at.reduce((sum, x, j) => add(sum, mul(of(w[j]), x)), of(b));
      return add(at[i], mul(of(u[i]), dual.tanh(height)));
    }, z);
  const pivots = luFactor(z.map((_, i) => row(i)));
  if (pivots === null) return 0;
  const swaps = parity(pivots.order);
  return pivots.rows.reduce((product, pivot, i) => product * pivot[i], swaps);
}

const parity = (order: readonly number[]) =>
  order.reduce((sign, a, i) => order.slice(i + 1).reduce((s, b) => b < a ? -s : s, sign), 1);

/** How many z share the image of the crease w·z + b = 0: roots of a + c tanh a = 0, c = w·u. */
function preimagesOfCrease(c: number): number {
  let count = 0;
  const slack = (a: number) => a + c * Math.tanh(a);
  // an odd number of steps: no grid point is 0, so that every root shows as a change of sign
  const reach = 2 * Math.abs(c) + 1, steps = 20_001;
  for (let i = 1, before = slack(-reach); i <= steps; i++) {
    const here = slack(reach * (2 * i / steps - 1));
    if (before * here < 0) count++;
    before = here;
  }
  return count;
}

/** A planar map inverted with its forward formula alone: bisection on the one number a = w·z + b. */
function invertByBisection({ u, w, b }: Planar, x: Vector): number[] {
  const c = dot(w, u), level = dot(w, x) + b;
  let low = level - Math.abs(c) - 1, high = level + Math.abs(c) + 1;
  for (let step = 0; step < 80; step++) {
    const a = (low + high) / 2;
    if (a + c * Math.tanh(a) > level) high = a;
    else low = a;
  }
  return x.map((xi, i) => xi - u[i] * Math.tanh((low + high) / 2));
}

/** û = u + (m − w·u) w/‖w‖: the square of the norm lost. */
function byNorm({ u, w }: { u: Vector; w: Vector }): number[] {
  const norm = Math.hypot(...w), c = dot(w, u);
  return norm === 0 ? [...u] : u.map((x, i) => x + (softplus(c) - 1 - c) * w[i] / norm);
}

const height = ({ w, b, z }: Planar) => dot(w, z) + b;
const sech = (a: number) => 1 / Math.cosh(a);

export const preliminaries = [
  define("3.0.a", {
    statement:
      "What the question takes for granted: $P_{F^{-1}(X)}$ is a probability law where $F$ is one-to-one and the data live inside its image. 3.1.d says what mass is left, or counted twice, where they do not",
    evidence: "editorial",
  }),
  define("3.0.b", {
    aside: true,
    statement: "A planar flow has $\\det J_F = 1 + (w^\\top u) \\operatorname{sech}^2(w^\\top z + b)$",
    evidence: "closed form",
    subject: { absDet: (flow: Planar) => Math.exp(planar(flow).logAbsDet(flow.z)) },
    instance: planarAt,
    error: ({ absDet }, flow) => difference(absDet(flow), Math.abs(jacobianDeterminant(flow))),
    mutants: {
      "sech without its square": {
        absDet: (flow) => Math.abs(1 + dot(flow.w, flow.u) * sech(height(flow))),
      },
      "no absolute value: the log of a negative number": {
        absDet: (flow) => Math.exp(Math.log(1 + dot(flow.w, flow.u) * sech(height(flow)) ** 2)),
      },
      "the bias left out": {
        absDet: (flow) => Math.abs(1 + dot(flow.w, flow.u) * sech(dot(flow.w, flow.z)) ** 2),
      },
    },
  }),
  define("3.0.c", {
    statement:
      "With the base on the side of $U$ the density is there at the flow's own samples, $\\log p_{F(U)}(F(u)) = \\log p_U(u) - \\log\\lvert\\det J_F(u)\\rvert$, with no inverse. At any other $x$ it asks for $F^{-1}(x)$, which a planar map has no formula for",
    evidence: "quadrature",
    subject: { logDensity: (logPu: number, logAbsDet: number) => logPu - logAbsDet },
    instance: (random, index) => {
      const flow = planarAt(random, 16 + index), { u, w } = flow;
      // w·u away from the boundary, where the inverse is too steep for differences
      const step = (random.uniform(-0.6, 2) - dot(w, u)) / dot(w, w);
      return { ...flow, u: u.map((x, i) => x + step * w[i]) };
    },
    error: ({ logDensity }, flow) => {
      const { forward, logAbsDet } = planar(flow), x = forward(flow.z);
      return difference(logDensity(logNormal(flow.z), logAbsDet(flow.z)), densityByInversion(flow, x));
    },
    mutants: {
      "the log-det with the wrong sign": { logDensity: (logPu, logAbsDet) => logPu + logAbsDet },
      "the base's density alone": { logDensity: (logPu) => logPu },
    },
  }),
  define("3.0.d", {
    statement:
      "A planar flow is one-to-one exactly for $w^\\top u \\geq -1$, and a diffeomorphism exactly for $w^\\top u > -1$",
    evidence: "closed form",
    subject: {
      invertible: (flow: Planar) => planar(flow).invertible,
      diffeomorphism: (flow: Planar) => planar(flow).diffeomorphism,
    },
    instance: planarAt,
    error: ({ invertible, diffeomorphism }, flow) => {
      const { w, b } = flow, square = dot(w, w);
      const crease = square === 0 ? flow.z : w.map((x) => -b * x / square);
      const oneToOne = preimagesOfCrease(dot(w, flow.u)) === 1;
      const onCrease = jacobianDeterminant({ ...flow, z: crease });
      return Math.max(
        failsUnless(invertible(flow) === oneToOne),
        // on the crease, where the determinant is furthest from 1, it must not vanish
        failsUnless(diffeomorphism(flow) === (oneToOne && Math.abs(onCrease) > 1e-9)),
      );
    },
    mutants: {
      "one-to-one only for a positive product": { invertible: ({ u, w }) => dot(w, u) >= 0 },
      "one-to-one a little below the boundary": { invertible: ({ u, w }) => dot(w, u) >= -1.00001 },
      "one-to-one only above the boundary": { invertible: ({ u, w }) => dot(w, u) > -1 },
      "always one-to-one": { invertible: () => true },
      "a diffeomorphism wherever it is one-to-one": { diffeomorphism: ({ u, w }) => dot(w, u) >= -1 },
    },
  }),
  define("3.0.e", {
    aside: true,
    statement:
      "For $w \\neq 0$ any $u$ can be moved to a $\\hat u$ that keeps the map one-to-one: along $w$, to $w^\\top \\hat u = -1 + \\operatorname{softplus}(w^\\top u)$",
    evidence: "closed form",
    subject: { constrain: constrainPlanar as (flow: { u: Vector; w: Vector }) => Vector },
    instance: planarAt,
    error: ({ constrain }, { u, w, b }) => {
      const moved = constrain({ u, w }), level = w.every((x) => x === 0);
      const step = moved.map((x, i) => x - u[i]), along = level ? 0 : dot(step, w) / dot(w, w);
      return Math.max(
        difference(step, w.map((x) => along * x)),
        difference(dot(w, moved), level ? 0 : softplus(dot(w, u)) - 1),
        failsUnless(planar({ u: moved, w, b }).invertible),
      );
    },
    mutants: {
      "û by the norm instead of its square": { constrain: byNorm },
      "no constraint": { constrain: ({ u }) => u },
      "moved along another direction as well": {
        constrain: (flow) =>
          constrainPlanar(flow).map((x, i) => i < 2 ? x + [-1, 1][i] * (flow.w[1 - i] ?? 0) : x),
      },
    },
  }),
];

/** log p_{F(U)}(x) from the map inverted by bisection, whose stretch is measured by differences. */
function densityByInversion(flow: Planar, x: Vector): number {
  const inverse = (at: Vector) => invertByBisection(flow, at);
  return logNormal(inverse(x)) + Math.log(volumeStretch<Vector>(inverse, x));
}
