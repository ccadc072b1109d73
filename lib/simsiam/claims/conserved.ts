import { difference, excess, failsUnless } from "../../math/difference.ts";
import { add, identity, scale, singularValues, subtract } from "../../math/linalg.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { erratum } from "../../proof/erratum.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import {
  type FloatPoint,
  floatPoint,
  gram,
  gramian,
  lowest,
  outerGram as WWt,
  scalar,
  tilde,
  TIMES,
  unstopped,
} from "./points.ts";

/** 5.3.p and y: without augmentation noise nothing collapses. */

const copied = (W: Matrix, Wp: Matrix) => ({ W: scale(1, W), Wp: scale(1, Wp) });
const noiseless = (at: FloatPoint, stopGradient = false) =>
  gradientFlow({ ...unstopped(at), Xprime: scale(0, at.X), stopGradient }, TIMES);
/** W Wᵀ − W̃_pᵀ W̃_p. */
const balance = (W: Matrix, Wp: Matrix) => subtract(WWt(W), gramian(tilde(Wp)));

export const conserved = [
  define("5.3.p", {
    aside: true,
    statement:
      "Without augmentation noise, $X' = 0$, $W W^\\top - \\tilde W_p^\\top \\tilde W_p$ is conserved: the condition on $H$ is needed",
    evidence: "quadrature",
    instances: 60,
    subject: { flow: (at: FloatPoint) => noiseless(at), conserved: balance },
    instance: floatPoint,
    error: ({ flow, conserved }, at) => {
      const first = conserved(at.W, at.Wp), states = flow(at);
      return Math.max(
        ...states.map(({ W, Wp }) => difference(conserved(W, Wp), first)),
        // conserved, not at rest
        failsUnless(difference(states[states.length - 1].Wp, at.Wp) > 1e-12),
      );
    },
    mutants: {
      "with augmentation noise": { flow: (at) => gradientFlow(unstopped(at), TIMES) },
      "with the stop-gradient": { flow: (at) => noiseless(at, true) },
      "nothing moves": { flow: ({ W, Wp }) => TIMES.map((t) => ({ t, ...copied(W, Wp) })) },
      "$W_p$ in place of $\\tilde W_p$": { conserved: (W, Wp) => subtract(WWt(W), gramian(Wp)) },
      "the sum in place of the difference": { conserved: (W, Wp) => add(WWt(W), gramian(tilde(Wp))) },
    },
    printed: erratum<{ Xprime: number }>({
      where: "the introduction of question 5",
      fault: "ambiguous",
      text:
        "Removing the stop-gradient results in collapsed representations, $W(t) \\to 0$ (said before any condition on the views is named; 5.3 then adds one).",
      sides: { "$w(\\infty)$": survivor, "collapsed": () => 0 },
      counterexample: { Xprime: 0 },
      example: { Xprime: 0.5 },
      shown: ({ Xprime }) => ({ "$X$": 1, "$X'$": Xprime, "$w(0)$": 1.5, "$w_p(0)$": 0.2 }),
    }),
  }),
  define("5.3.y", {
    statement:
      "So, for $X' = 0$, no direction is ever lost from a start with $W W^\\top \\succ \\tilde W_p^\\top \\tilde W_p$: $\\lambda_{\\min}(W W^\\top)$ is never below that of the difference",
    evidence: "quadrature",
    instances: 60,
    aside: true,
    subject: {
      floor: (W: Matrix, Wp: Matrix) => lowest(balance(W, Wp)),
      flow: (at: FloatPoint) => noiseless(at),
    },
    instance: (random, index) => {
      const n1 = 2 + index % 2, n2 = 1 + index % 2, at = floatPoint(random, 0);
      const W = random.normalMatrix(n2, n1), size = Math.sqrt(lowest(WWt(W)));
      const gap = random.normalMatrix(n2, n2);
      // every fourth time W_p = I: nothing moves, and the floor is met
      const share = index % 4 === 0 ? 0 : random.uniform(0.1, 0.9) * size / singularValues(gap)[0];
      return {
        ...at,
        n1,
        n2,
        W,
        Wp: add(identity(n2), scale(share, gap)),
        X: gram(random, n1),
        Xprime: gram(random, n1),
      };
    },
    error: ({ floor, flow }, at) => {
      const least = floor(at.W, at.Wp);
      return Math.max(
        failsUnless(least > 0),
        ...flow(at).map(({ W }) => excess(least, lowest(WWt(W)))),
      );
    },
    mutants: {
      "one and a half times as much": { floor: (W, Wp) => 1.5 * lowest(balance(W, Wp)) },
      "with augmentation noise": { flow: (at) => gradientFlow(unstopped(at), [0, 5]) },
    },
  }),
];

/** Where w ends in the scalar model with x = 1, from w = 1.5 and w_p = 0.2. */
function survivor({ Xprime }: { Xprime: number }): number {
  const [, { W }] = gradientFlow(unstopped(scalar(1.5, 0.2, 1, Xprime)), [0, Xprime === 0 ? 40 : 80]);
  return W[0][0];
}
