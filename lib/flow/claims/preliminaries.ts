import { constrainPlanar, planar } from "../mod.ts";
import { volumeStretch } from "../stretch.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import * as dual from "../../math/dual.ts";
import { luFactor } from "../../math/lu.ts";
import type { Random } from "../../math/random.ts";
import { softplus } from "../../math/stable.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";
import { massBetween } from "./uncovered.ts";

/** 3.0: what the question takes for granted of flows. */

const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
const logNormal = (u: Vector) => u.reduce((sum, x) => sum - HALF_LOG_2PI - x * x / 2, 0);

interface Planar {
  u: number[];
  w: number[];
  b: number;
  z: number[];
}

/** A planar flow of 1 … 4 dimensions and a point: w = 0 and the boundary w·u = −1 first, then any. */
function planarAt(random: Random, index: number): Planar {
  const n = 1 + index % 4, w = index < 4 ? new Array<number>(n).fill(0) : random.normals(n);
  const free = random.normals(n), b = random.normal(), z = random.normals(n);
  // exactly on the boundary of what is injective: one component moves alone, by −tanh
  const boundary = index >= 4 && index < 8;
  const axis = (at: number) => w.map((_, i) => i === 0 ? at : 0);
  return boundary ? { u: axis(-1), w: axis(1), b, z } : { u: free, w, b, z };
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
  for (let i = 0; i < steps; i++) {
    const a = reach * (2 * i / steps - 1), b = reach * (2 * (i + 1) / steps - 1);
    if (slack(a) * slack(b) < 0) count++;
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

/** The z > 0 with z = 2 tanh z: the iteration contracts there by 2 sech² z = 0.17 a step. */
function foldedOnZero(): number {
  let z = 2;
  for (let step = 0; step < 40; step++) z = 2 * Math.tanh(z);
  return z;
}
const shown = (x: number) => Number(x.toFixed(3));

export const preliminaries = [
  define("3.0.a", {
    statement:
      "$P_{F^{-1}(X)}$ is a probability law where $F$ is one-to-one and the data live inside its image; 3.1.d says what mass is left, or counted twice, where they do not",
    evidence: "editorial",
    printed:
      `Since flows are invertible, one may always speak of $P_{F^{-1}(X)}$. For $F(u) = e^u$ and $X \\sim N(0.3, 1)$ only the share ${
        shown(massBetween(0, Infinity))
      } of the data has a place to come from.`,
  }),
  define("3.0.b", {
    statement:
      "A planar flow has $\\det J_F = 1 + (w^\\top u) \\operatorname{sech}^2(w^\\top z + b)$; it is one-to-one exactly for $w^\\top u \\geq -1$, a diffeomorphism for $w^\\top u > -1$, and $\\hat u$ with $w^\\top \\hat u = -1 + \\operatorname{softplus}(w^\\top u)$ keeps it there",
    evidence: "closed form",
    subject: {
      absDet: (flow: Planar) => Math.exp(planar(flow).logAbsDet(flow.z)),
      invertible: (flow: Planar) => planar(flow).invertible,
      diffeomorphism: (flow: Planar) => planar(flow).diffeomorphism,
      constrain: constrainPlanar as (flow: { u: Vector; w: Vector }) => Vector,
    },
    instance: planarAt,
    error: ({ absDet, invertible, diffeomorphism, constrain }, flow) => {
      const { u, w, b } = flow, c = dot(w, u), kept = dot(w, constrain({ u, w }));
      const wanted = w.every((x) => x === 0) ? 0 : softplus(c) - 1, square = dot(w, w);
      const crease = square === 0 ? flow.z : w.map((x) => -b * x / square);
      const oneToOne = preimagesOfCrease(c) === 1, onCrease = jacobianDeterminant({ ...flow, z: crease });
      return Math.max(
        difference(absDet(flow), Math.abs(jacobianDeterminant(flow))),
        failsUnless(invertible(flow) === oneToOne),
        // on the crease, where the determinant is furthest from 1, it must not vanish
        failsUnless(diffeomorphism(flow) === (oneToOne && Math.abs(onCrease) > 1e-9)),
        difference(kept, wanted),
        failsUnless(planar({ u: constrainPlanar({ u, w }), w, b }).invertible),
      );
    },
    mutants: mutants["3.0.b"],
    printed: {
      text: "Flows are invertible, and planar flows are merely not easily inverted in practice.",
      counterexample: {
        "$F(z)$": "z − 2 tanh z",
        "$z$ with $F(z) = 0$": [-1, 0, 1].map((sign) => shown(sign * foldedOnZero())),
      },
      // more than one z has the image 0
      error: () => preimagesOfCrease(-2) - 1,
    },
  }),
  define("3.0.c", {
    statement:
      "With the base on the side of $U$ the density is there at the flow's own samples, $\\log p_{F(U)}(F(u)) = \\log p_U(u) - \\log\\lvert\\det J_F(u)\\rvert$, with no inverse; what is missing is the density at any other $x$",
    evidence: "quadrature",
    subject: { logDensity: (logPu: number, logAbsDet: number) => logPu - logAbsDet },
    instance: (random, index) => {
      const flow = planarAt(random, 8 + index), { u, w } = flow;
      // w·u away from the boundary, where the inverse is too steep for differences
      const step = (random.uniform(-0.6, 2) - dot(w, u)) / dot(w, w);
      return { ...flow, u: u.map((x, i) => x + step * w[i]) };
    },
    error: ({ logDensity }, flow) => {
      const { forward, logAbsDet } = planar(flow), x = forward(flow.z);
      return difference(logDensity(logNormal(flow.z), logAbsDet(flow.z)), densityByInversion(flow, x));
    },
    mutants: mutants["3.0.c"],
    printed: {
      text: "With base $P_U$ one can only sample from a planar flow, not evaluate its likelihood.",
      counterexample: {
        "$F(z)$": "z + ½ tanh z",
        "$z$": 0.7,
        "$x = F(z)$": Number((0.7 + 0.5 * Math.tanh(0.7)).toFixed(4)),
      },
      // both ways to the density agree, one of them without an inverse
      error: () => {
        const flow = { u: [0.5], w: [1], b: 0, z: [0.7] }, { forward, logAbsDet } = planar(flow);
        const own = logNormal(flow.z) - logAbsDet(flow.z);
        return failsUnless(difference(own, densityByInversion(flow, forward(flow.z))) > 1e-9);
      },
    },
  }),
];

/** log p_{F(U)}(x) from the map inverted by bisection, whose stretch is measured by differences. */
function densityByInversion(flow: Planar, x: Vector): number {
  const inverse = (at: Vector) => invertByBisection(flow, at);
  return logNormal(inverse(x)) + Math.log(volumeStretch<Vector>(inverse, x));
}
