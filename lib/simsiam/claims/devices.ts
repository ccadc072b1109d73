import { difference, excess } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { expm, frobenius, identity, scale, spectralNorm, squareRoot, subtract } from "../../math/linalg.ts";
import { add, matmul, transpose } from "../../math/matrix.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { expectationsOver } from "../expectation.ts";
import { gradientFlow } from "../dynamics.ts";
import { simsiamOver } from "../formulas.ts";
import { held, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { emStep } from "../mod.ts";
import { mutants } from "../zoo.ts";
import { inner } from "./objective.ts";
import {
  degree,
  draw,
  exactData,
  example,
  type FloatPoint,
  floatPoint,
  gram,
  M,
  type Q,
  sizes,
} from "./points.ts";

/** 5.4 and 5.5: no device, one device, both; weight decay; and the two readings of why it works. */

const views = expectationsOver(rationals), exact = simsiamOver(rationals);
const lowest = (S: Matrix) => symmetricSpectrum(S).values[0];

/** A data set, a network, and a direction in which it moves. */
const bare = (random: Parameters<typeof draw>[0], index: number) => {
  const [n1, n2] = sizes(index);
  return { data: exactData(random, n1), W: draw(random, n2, n1), D: draw(random, n2, n1) };
};
/** ½ E ‖W x₁ − T x₂‖² as a function of W; the target T is W itself, or held. */
const bareLoss =
  ({ data, W: now }: ReturnType<typeof bare>, stopped: boolean): OfMatrix<Rational> => (F, W) => {
    const lifted = views.pairs(data).map(({ x1, x2, weight }) => ({
      x1: held(rationals, [x1])[0],
      x2: held(rationals, [x2])[0],
      weight: { value: weight, slope: rationals.zero },
    }));
    const I = held(rationals, M.identity(now.length));
    return expectationsOver(F).loss(lifted, W, I, stopped ? held(rationals, now) : W);
  };

/** X′ with its spectrum, on a kernel of its own or none, and a time. */
const decaying = (random: Parameters<typeof draw>[0], index: number) => {
  const [n1, n2] = sizes(index), Xprime = gram(random, n1);
  return { W: random.normalMatrix(n2, n1), Xprime, t: random.uniform(0, 3) };
};
/** Σ f(λ) u uᵀ over the eigenvectors u of S. */
const ofSpectrum = (S: Matrix, f: (lambda: number) => number): number[][] => {
  const { values, vectors } = symmetricSpectrum(S);
  return S.map((_, i) =>
    S.map((_, j) => values.reduce((sum, value, k) => sum + f(value) * vectors[i][k] * vectors[j][k], 0))
  );
};

const WWt = (W: Matrix) => matmul(W, transpose(W));
const TIMES = [0, 0.4, 1];
const C = ({ X, Xprime }: Pick<FloatPoint, "X" | "Xprime">) => add(X, Xprime);
const repeated = (W: Matrix, steps: number): Matrix =>
  steps === 0 ? W : repeated(emStep({ ...example, W }), steps - 1);

export const devices = [
  define("5.4.a", {
    statement:
      "Without predictor $J = \\operatorname{tr} F_1 - \\operatorname{tr} F_{12} = \\operatorname{tr}(W X' W^\\top)$: only the spread of the views is left",
    evidence: "exact",
    subject: { J: (W: Q, { Xprime }: { X: Q; Xprime: Q }) => M.trace(M.mul(W, Xprime, M.transpose(W))) },
    instance: bare,
    error: ({ J }, { data, W }) => {
      const moments = views.moments(data),
        F1 = exact.F1({ W, ...moments }),
        F12 = exact.F12({ W, ...moments });
      const loss = views.loss(views.pairs(data), W, M.identity(W.length));
      return Math.max(
        difference(loss, J(W, moments)),
        difference(M.trace(M.sub(F1, F12)), J(W, moments)),
      );
    },
    identity: degree(6),
    mutants: mutants["5.4.a"],
  }),
  define("5.4.b", {
    statement: "$\\dot W = -2 W X'$; the same as 5.3 with $W_p = I$, where $H = X' \\otimes 2 I$",
    evidence: "exact",
    subject: { gradient: (W: Q, { Xprime }: { X: Q; Xprime: Q }) => M.scale(rational(2), M.mul(W, Xprime)) },
    instance: bare,
    error: ({ gradient }, at) => {
      const moments = views.moments(at.data), I = M.identity(at.W.length);
      return Math.max(
        difference(
          slopeAlong(rationals, bareLoss(at, false), at.W, at.D),
          inner(at.D, gradient(at.W, moments)),
        ),
        difference(
          M.apply(exact.curvature({ Wp: I, ...moments }), M.vec(at.W)),
          M.vec(gradient(at.W, moments)),
        ),
      );
    },
    identity: degree(7),
    mutants: mutants["5.4.b"],
  }),
  define("5.4.c", {
    statement:
      "$W(t) = W(0)\\, e^{-2 X' t}$, so $\\lVert W(t) \\rVert \\le e^{-2 \\lambda_{\\min}(X') t} \\lVert W(0) \\rVert \\to 0$ for $X' \\succ 0$",
    evidence: "closed form",
    subject: { after: (W: Matrix, Xprime: Matrix, t: number) => matmul(W, expm(scale(-2 * t, Xprime))) },
    instance: decaying,
    error: ({ after }, { W, Xprime, t }) =>
      Math.max(
        // every eigenvector of X′ decays by itself, at twice its eigenvalue
        difference(after(W, Xprime, t), matmul(W, ofSpectrum(Xprime, (x) => Math.exp(-2 * x * t)))),
        excess(frobenius(after(W, Xprime, t)), Math.exp(-2 * lowest(Xprime) * t) * frobenius(W)),
      ),
    mutants: mutants["5.4.c"],
  }),
  define("5.4.d", {
    statement:
      "$X' \\succ 0$ is needed: for a singular $X'$ $W(t)$ goes to $W(0)$ times the projection on the kernel of $X'$",
    evidence: "closed form",
    subject: { limit: (W: Matrix, kernel: Matrix) => matmul(W, kernel) },
    instance: (random, index) => {
      const { W, Xprime } = decaying(random, index), { vectors } = symmetricSpectrum(Xprime);
      // eigenvalues 0, 1, 2, …: the first eigenvector is never disturbed
      const levels = (f: (k: number) => number) =>
        Xprime.map((_, i) =>
          Xprime.map((_, j) => vectors.reduce((sum, _, k) => sum + f(k) * vectors[i][k] * vectors[j][k], 0))
        );
      return { W, Xprime: levels((k) => k), kernel: levels((k) => k === 0 ? 1 : 0) };
    },
    error: ({ limit }, { W, Xprime, kernel }) =>
      difference(matmul(W, expm(scale(-2 * 20, Xprime))), limit(W, kernel)),
    mutants: mutants["5.4.d"],
  }),
  define("5.4.e", {
    statement:
      "With the stop-gradient and without predictor $\\dot W = -W X'$: it collapses too, at half the rate. So the predictor is needed as well, which 5.4 alone does not show",
    evidence: "exact",
    subject: { gradient: (W: Q, { Xprime }: { X: Q; Xprime: Q }) => M.mul(W, Xprime) },
    instance: bare,
    error: ({ gradient }, at) =>
      difference(
        slopeAlong(rationals, bareLoss(at, true), at.W, at.D),
        inner(at.D, gradient(at.W, views.moments(at.data))),
      ),
    identity: degree(7),
    mutants: mutants["5.4.e"],
    printed: {
      text:
        "Stop-gradient and predictor are dropped together, and the collapse is taken to show that both are needed.",
      counterexample: {
        "start": "$\\lVert W(0) \\rVert$ = 0.954, $X = I$, $X' = I/4$, no decay",
        "$\\lVert W(20) \\rVert$ with the stop-gradient alone": frobenius(stoppedAlone()),
        "$\\lVert W(20) \\rVert$ with both": frobenius(withBoth()),
      },
      // dropping one of the two is enough: what 5.4 should have compared
      error: () => frobenius(withBoth()) - frobenius(stoppedAlone()),
    },
  }),
  define("5.4.f", {
    statement:
      "Weight decay $\\eta$ adds $\\eta I$ to $H$: without the stop-gradient $\\lVert W(t) \\rVert \\le e^{-(\\lambda_{\\min}(X') + \\eta) t} \\lVert W(0) \\rVert$, also for a singular $X'$",
    evidence: "quadrature",
    subject: {
      flow: (at: FloatPoint, eta: number) =>
        gradientFlow({ ...at, stopGradient: false, predictor: true, weightDecay: eta }, TIMES),
    },
    instance: (random, index) => {
      const at = floatPoint(random, index), eta = random.uniform(0.05, 1);
      return { at: index % 3 === 0 ? { ...at, Xprime: scale(0, at.X) } : at, eta };
    },
    error: ({ flow }, { at, eta }) =>
      Math.max(
        ...flow(at, eta).map(({ t, W }) =>
          excess(frobenius(W), Math.exp(-(Math.max(0, lowest(at.Xprime)) + eta) * t) * frobenius(at.W))
        ),
      ),
    mutants: mutants["5.4.f"],
  }),
  define("5.5.a", {
    statement:
      "Exact alternation without predictor is $W \\mapsto W X (X + X')^{-1}$: it shrinks $\\lVert W (X + X')^{1/2} \\rVert$ at every round when $X' \\succ 0$, so it collapses (the plain norm may grow at first)",
    evidence: "closed form",
    subject: { step: (at: FloatPoint) => emStep(at) as Matrix },
    instance: (random, index) => {
      const at = floatPoint(random, index);
      return { ...at, Xprime: add(at.Xprime, scale(0.05, identity(at.n1))) };
    },
    error: ({ step }, at) => {
      const next = step(at), root = squareRoot(C(at)), { values } = symmetricSpectrum(at.Xprime);
      // share of X in X + X′, at most 1 − λ_min(X′) / λ_max(X + X′)
      const share = 1 - values[0] / spectralNorm(C(at));
      return Math.max(
        // the slope of E‖V x₁ − W x₂‖² by V is 0 there
        difference(matmul(next, C(at)), matmul(at.W, at.X)),
        excess(frobenius(matmul(next, root)), share * frobenius(matmul(at.W, root))),
      );
    },
    mutants: mutants["5.5.a"],
    printed: {
      text: "SimSiam may be a form of expectation maximisation, which would be why it does not collapse.",
      counterexample: {
        "$X$, $X'$": "$I$, $I/4$",
        "$\\lVert W \\rVert$ at the start": frobenius(example.W),
        "$\\lVert W \\rVert$ after 100 rounds of exact alternation": frobenius(repeated(example.W, 100)),
      },
      // alternation alone loses all but a 1e-9th part of W: it can't be the reason
      error: () => 1 - frobenius(repeated(example.W, 100)) / frobenius(example.W),
    },
  }),
  define("5.5.b", {
    statement:
      "Stop-gradient and the best predictor at every instant, $W_p = F_{12}^\\top F_1^{-1}$, without decay: $W W^\\top$ does not change. No collapse, and no growth either",
    evidence: "quadrature",
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
    error: ({ flow }, at) => Math.max(...flow(at).map(({ W }) => difference(WWt(W), WWt(at.W)))),
    mutants: mutants["5.5.b"],
  }),
  define("5.5.c", {
    statement:
      "Stop-gradient and learned predictor keep a balance: $W W^\\top - \\alpha_p^{-1} W_p^\\top W_p$ decays like $e^{-2 \\eta t}$, and is conserved for $\\eta = 0$",
    evidence: "quadrature",
    further: true,
    subject: {
      balance: (W: Matrix, Wp: Matrix, alphaP: number) =>
        subtract(WWt(W), scale(1 / alphaP, matmul(transpose(Wp), Wp))),
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
    mutants: mutants["5.5.c"],
  }),
];

function stoppedAlone(): Matrix {
  return gradientFlow({ ...example, stopGradient: true, predictor: false }, [0, 20])[1].W;
}

function withBoth(): Matrix {
  return gradientFlow({ ...example, stopGradient: true, predictor: true }, [0, 20])[1].W;
}
