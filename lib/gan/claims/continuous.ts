import { difference, excess } from "../../math/difference.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { flowState, spectralRadius } from "../dynamics.ts";
import { updateMatrix } from "../solution.ts";

/** 4.3.d and l: what is left of the divergence when the step goes to 0. */

export const continuous = [
  define("4.3.d", {
    statement: "In continuous time, $\\dot d = g$, $\\dot g = -d$, the orbit is a circle: nothing diverges",
    evidence: "quadrature",
    aside: true,
    subject: { flow: flowState as (start: Vector, t: number) => Vector },
    instances: 200,
    instance: (random) => ({ start: [random.normal(), random.normal()], t: random.uniform(0, 12) }),
    error: ({ flow }, { start, t }) => {
      const end = flow(start, t);
      return Math.max(
        difference(end, rungeKutta(start, t, 2000)),
        difference(Math.hypot(...end), Math.hypot(...start)),
      );
    },
    mutants: {
      "Euler's method with 2,000 steps": { flow: (start, t) => euler(start, t, 2000) },
      "the other way round": { flow: (start, t) => flowState(start, -t) },
      "standing still": { flow: (start) => start },
    },
  }),
  define("4.3.l", {
    statement:
      "The divergence comes from the finite step and fades with it: in a unit of time, which is $1/\\alpha$ steps, $\\log \\lVert v \\rVert$ grows by less than $\\alpha/2$ and more than $\\alpha/2 - \\alpha^3/4$",
    evidence: "closed form",
    aside: true,
    subject: {
      rate: (alpha: number) => Math.log(spectralRadius(updateMatrix("simultaneous", alpha))) / alpha,
      less: (alpha: number) => alpha / 2,
      more: (alpha: number) => alpha / 2 - alpha ** 3 / 4,
    },
    instance: (random) => Math.exp(random.uniform(-6, 0)),
    // x − x²/2 ≤ log(1 + x) ≤ x at x = α²
    error: ({ rate, less, more }, alpha) =>
      Math.max(excess(rate(alpha), less(alpha)), excess(more(alpha), rate(alpha))),
    mutants: {
      "a divergence that does not fade": { rate: () => Math.log(2) / 2 },
      "no divergence": { rate: () => 0 },
      "less than $0.499 \\alpha$": { less: (alpha) => 0.499 * alpha },
      "more than $\\alpha/2 - \\alpha^3/5$": { more: (alpha) => alpha / 2 - alpha ** 3 / 5 },
      "more than $\\alpha/2 - \\alpha^3/4 + \\alpha^5/5$": {
        more: (alpha) => alpha / 2 - alpha ** 3 / 4 + alpha ** 5 / 5,
      },
      "one that fades like $\\alpha^2$": { rate: (alpha) => alpha ** 2 / 2 },
    },
  }),
];

/** The flow's slope by the definition: (∂V/∂d, −∂V/∂g) with V = d g. */
const slope = ([d, g]: Vector): Vector => [g, -d];
const move = (v: Vector, h: number, by: Vector): Vector => v.map((x, i) => x + h * by[i]);

function euler(start: Vector, t: number, steps: number): Vector {
  let v = start;
  for (let k = 0; k < steps; k++) v = move(v, t / steps, slope(v));
  return v;
}

/** The classical method of fourth order: a witness that knows the equation, not its solution. */
function rungeKutta(start: Vector, t: number, steps: number): Vector {
  const h = t / steps;
  let v = start;
  for (let k = 0; k < steps; k++) {
    const a = slope(v), b = slope(move(v, h / 2, a)), c = slope(move(v, h / 2, b)), d = slope(move(v, h, c));
    v = v.map((x, i) => x + h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
  }
  return v;
}
