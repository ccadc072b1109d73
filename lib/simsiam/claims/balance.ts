import { difference, failsUnless } from "../../math/difference.ts";
import { identity, scale, subtract } from "../../math/linalg.ts";
import { add } from "../../math/matrix.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import { type FloatPoint, floatPoint, gram, gramian, outerGram as WWt, TIMES } from "./points.ts";

/** 5.5.b, c: what both devices together leave as it is. */

export const balance = [
  define("5.5.b", {
    statement:
      "Stop-gradient and the best predictor at every instant, $W_p = F_{12}^\\top F_1^{-1}$, without decay: $W W^\\top$ does not change. No collapse, and no growth either",
    evidence: "quadrature",
    instances: 60,
    further: true,
    subject: {
      flow: (at: FloatPoint) =>
        gradientFlow({ ...at, stopGradient: true, predictor: "optimal" as const }, TIMES),
    },
    // full row rank: W W⊤ must be invertible
    instance: (random, index) => {
      const n1 = 2 + index % 2, n2 = 1 + index % 2;
      return {
        n1,
        n2,
        W: random.normalMatrix(n2, n1),
        Wp: random.normalMatrix(n2, n2),
        X: gram(random, n1),
        Xprime: add(gram(random, n1), scale(0.1, identity(n1))),
      };
    },
    error: ({ flow }, at) => {
      const states = flow(at), last = states[states.length - 1].W;
      return Math.max(
        ...states.map(({ W }) => difference(WWt(W), WWt(at.W))),
        // W itself does change: it has more columns than rows
        failsUnless(difference(last, at.W) > 1e-6),
      );
    },
    mutants: {
      "without the stop-gradient": {
        flow: (at) => gradientFlow({ ...at, stopGradient: false, predictor: "optimal" }, TIMES),
      },
      "$W$ itself does not change": {
        flow: ({ W, Wp }) => TIMES.map((t) => ({ t, W: scale(1, W), Wp: scale(1, Wp) })),
      },
      "a predictor that must learn": {
        flow: (at) => gradientFlow({ ...at, stopGradient: true, predictor: true }, TIMES),
      },
    },
  }),
  define("5.5.c", {
    statement:
      "Stop-gradient and learned predictor keep a balance: $W W^\\top - \\alpha_p^{-1} W_p^\\top W_p$ decays like $e^{-2 \\eta t}$, and is conserved for $\\eta = 0$",
    evidence: "quadrature",
    instances: 60,
    further: true,
    subject: {
      balance: (W: Matrix, Wp: Matrix, alphaP: number) => subtract(WWt(W), scale(1 / alphaP, gramian(Wp))),
      stopGradient: true,
    },
    instance: (random, index) => ({
      at: floatPoint(random, index),
      eta: index % 4 === 0 ? 0 : random.uniform(0.01, 0.5),
      alphaP: random.uniform(0.3, 3),
    }),
    error: ({ balance, stopGradient }, { at, eta, alphaP }) => {
      const first = balance(at.W, at.Wp, alphaP);
      const flow = gradientFlow({ ...at, stopGradient, predictor: true, weightDecay: eta, alphaP }, TIMES);
      return Math.max(
        ...flow.map(({ t, W, Wp }) =>
          difference(balance(W, Wp, alphaP), scale(Math.exp(-2 * eta * t), first))
        ),
      );
    },
    mutants: {
      "without the stop-gradient": { stopGradient: false },
      "the sum in place of the difference": {
        balance: (W, Wp, alphaP) => add(WWt(W), scale(1 / alphaP, gramian(Wp))),
      },
      "$\\alpha_p$ forgotten": { balance: (W, Wp) => subtract(WWt(W), gramian(Wp)) },
      "$W_p W_p^\\top$ for $W_p^\\top W_p$": {
        balance: (W, Wp, alphaP) => subtract(WWt(W), scale(1 / alphaP, WWt(Wp))),
      },
    },
  }),
];
