import {
  add as plus,
  expm,
  identity as unit,
  inverse,
  matmul,
  scale as times,
  singularValues,
  subtract,
  transpose as turn,
} from "../../math/linalg.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { gradW } from "../mod.ts";
import { gradientFlow } from "../dynamics.ts";

/** Broken variants of the claims about flows and bounds. */

interface FloatPoint {
  W: Matrix;
  Wp: Matrix;
  X: Matrix;
  Xprime: Matrix;
}
type Flow = { W: number[][]; Wp: number[][]; t: number }[];
const TIMES = [0, 0.4, 1];
const flowOf = (at: FloatPoint, options: object): Flow =>
  gradientFlow({ ...at, stopGradient: false, predictor: true, ...options }, TIMES);
const lowest = (S: Matrix) => symmetricSpectrum(S).values[0];
const smallest = (A: Matrix) => singularValues(A)[A.length - 1];
const shifted = (Wp: Matrix) => subtract(Wp, unit(Wp.length));
const gramOf = (A: Matrix) => matmul(turn(A), A);

export const flowMutants = {
  "5.3.l": {
    "the largest singular value": {
      bound: ({ Wp, X, Xprime }: FloatPoint) =>
        lowest(Xprime) * (1 + singularValues(Wp)[0] ** 2) + lowest(X) * singularValues(shifted(Wp))[0] ** 2,
    },
    "singular values not squared": {
      bound: ({ Wp, X, Xprime }: FloatPoint) =>
        lowest(Xprime) * (1 + smallest(Wp)) + lowest(X) * smallest(shifted(Wp)),
    },
    "the mean eigenvalue of $X'$": {
      bound: ({ Wp, Xprime }: FloatPoint) =>
        Xprime.reduce((sum, row, i) => sum + row[i] / Xprime.length, 0) * (1 + smallest(Wp) ** 2),
    },
  },
  "5.3.n": {
    "twice the rate": { bound: (t: number, rate: number, norm0: number) => Math.exp(-2 * rate * t) * norm0 },
    "half the rate": { bound: (t: number, rate: number, norm0: number) => Math.exp(-rate * t / 2) * norm0 },
    "one Euler step": { bound: (t: number, rate: number, norm0: number) => (1 - rate * t) * norm0 },
  },
  "5.3.o": {
    "with the stop-gradient": { flow: (at: FloatPoint) => flowOf(at, { stopGradient: true }) },
    "the largest eigenvalue of $X'$ as rate": {
      rate: ({ Xprime }: FloatPoint) => symmetricSpectrum(Xprime).values[Xprime.length - 1] * 3,
    },
  },
  "5.3.p": {
    "with augmentation noise": { flow: (at: FloatPoint) => flowOf(at, {}) },
    "with the stop-gradient": {
      flow: (at: FloatPoint) => flowOf({ ...at, Xprime: times(0, at.X) }, { stopGradient: true }),
    },
    "$W_p$ in place of $\\tilde W_p$": {
      conserved: (W: Matrix, Wp: Matrix) => subtract(matmul(W, turn(W)), gramOf(Wp)),
    },
    "the sum in place of the difference": {
      conserved: (W: Matrix, Wp: Matrix) => plus(matmul(W, turn(W)), gramOf(shifted(Wp))),
    },
  },
  "5.3.q": {
    "a step uphill": { step: (at: FloatPoint, rate: number) => stepOf(at, -rate) },
    "twice the step": { step: (at: FloatPoint, rate: number) => stepOf(at, 2 * rate) },
    "half the step": { step: (at: FloatPoint, rate: number) => stepOf(at, rate / 2) },
  },
  "5.4.c": {
    "half the rate": { after: (W: Matrix, S: Matrix, t: number) => matmul(W, expm(times(-t, S))) },
    "one Euler step": {
      after: (W: Matrix, S: Matrix, t: number) => subtract(W, times(2 * t, matmul(W, S))),
    },
    "entry by entry": {
      after: (W: Matrix, S: Matrix, t: number) =>
        matmul(W, S.map((row, i) => row.map((x, j) => i === j ? Math.exp(-2 * t * x) : 0))),
    },
  },
  "5.4.d": {
    "collapse all the same": { limit: (W: Matrix) => times(0, W) },
    "the projection on the range": {
      limit: (W: Matrix, kernel: Matrix) => subtract(W, matmul(W, kernel)),
    },
  },
  "5.4.f": {
    "no decay": { flow: (at: FloatPoint) => flowOf(at, {}) },
    "with the stop-gradient": {
      flow: (at: FloatPoint, eta: number) => flowOf(at, { stopGradient: true, weightDecay: eta }),
    },
    "decay of the wrong sign": {
      flow: (at: FloatPoint, eta: number): Flow =>
        flowOf(at, {}).map(({ t, W, Wp }) => ({ t, W: times(Math.exp(eta * t), W), Wp })),
    },
  },
  "5.5.a": {
    "$X'$ for $X$": {
      step: ({ W, X, Xprime }: FloatPoint) => matmul(matmul(W, Xprime), inverse(plus(X, Xprime))),
    },
    "no inverse": { step: ({ W, X }: FloatPoint): Matrix => matmul(W, X) },
    "nothing done": { step: ({ W }: FloatPoint): Matrix => W },
  },
  "5.5.b": {
    "without the stop-gradient": { flow: (at: FloatPoint) => flowOf(at, { predictor: "optimal" }) },
    "a predictor that must learn": { flow: (at: FloatPoint) => flowOf(at, { stopGradient: true }) },
  },
  "5.5.c": {
    "without the stop-gradient": { stopGradient: false },
    "the sum in place of the difference": {
      balance: (W: Matrix, Wp: Matrix, alphaP: number) =>
        plus(matmul(W, turn(W)), times(1 / alphaP, gramOf(Wp))),
    },
    "$\\alpha_p$ forgotten": {
      balance: (W: Matrix, Wp: Matrix) => subtract(matmul(W, turn(W)), gramOf(Wp)),
    },
    "$W_p W_p^\\top$ for $W_p^\\top W_p$": {
      balance: (W: Matrix, Wp: Matrix, alphaP: number) =>
        subtract(matmul(W, turn(W)), times(1 / alphaP, matmul(Wp, turn(Wp)))),
    },
  },
};

/** W − r ∂J/∂W, both branches moving. */
function stepOf(at: FloatPoint, rate: number): number[][] {
  return subtract(at.W, times(rate, gradW({ ...at, stopGradient: false })));
}
