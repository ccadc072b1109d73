import { difference, excess } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import {
  expm,
  frobenius,
  identity,
  inverse,
  scale,
  spectralNorm,
  squareRoot,
  subtract,
} from "../../math/linalg.ts";
import { add, matmul, transpose } from "../../math/matrix.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { expectationsOver } from "../expectation.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import { simsiamOver } from "../solution/formulas.ts";
import { held, heldPairs, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { emStep } from "../solution.ts";
import {
  draw,
  exactData,
  exactly,
  type FloatPoint,
  floatPoint,
  gram,
  inner,
  lowest,
  M,
  type Moments,
  type Q,
  sizes,
  tight,
  TIMES,
} from "./points.ts";

/** 5.4 and 5.5: no device, one device, both; weight decay; and the reading as alternation. */

const views = expectationsOver(rationals), exact = simsiamOver(rationals);

/** A data set, a network, and a direction in which it moves. */
const bare = (random: Parameters<typeof draw>[0], index: number) => {
  const [n1, n2] = sizes(index);
  return { data: exactData(random, n1), W: draw(random, n2, n1), D: draw(random, n2, n1) };
};
/** ½ E ‖W x₁ − T x₂‖² as a function of W; the target T is W itself, or held. */
const bareLoss =
  ({ data, W: now }: ReturnType<typeof bare>, stopped: boolean): OfMatrix<Rational> => (F, W) => {
    const lifted = heldPairs(rationals, views.pairs(data)), I = held(rationals, M.identity(now.length));
    return expectationsOver(F).loss(lifted, W, I, stopped ? held(rationals, now) : W);
  };

/** X′ with its spectrum, on a kernel of its own or none, and a time. */
const decaying = (random: Parameters<typeof draw>[0], index: number) => {
  const [n1, n2] = sizes(index), Xprime = gram(random, n1);
  return { W: random.normalMatrix(n2, n1), Xprime, t: random.uniform(0, 3) };
};
const C = ({ X, Xprime }: Pick<FloatPoint, "X" | "Xprime">) => add(X, Xprime);
/** The flow without predictor, at one time. */
const bareFlow = ({ W, Xprime, t }: { W: Matrix; Xprime: Matrix; t: number }, stopGradient = false): Matrix =>
  gradientFlow({ W, Wp: identity(W.length), X: Xprime, Xprime, stopGradient, predictor: false }, [0, t])[1].W;

export const devices = [
  define("5.4.a", {
    aside: true,
    statement:
      "Without predictor $J = \\operatorname{tr} F_1 - \\operatorname{tr} F_{12} = \\operatorname{tr}(W X' W^\\top)$: only the spread of the views is left",
    evidence: "exact",
    subject: { J: (W: Q, { Xprime }: Moments): Rational => M.trace(M.mul(W, Xprime, M.transpose(W))) },
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
    ...exactly,
    mutants: {
      "one half kept": { J: (W, { Xprime }) => M.trace(M.mul(W, Xprime, M.transpose(W))).div(2) },
      "$X$ for $X'$": { J: (W, { X }) => M.trace(M.mul(W, X, M.transpose(W))) },
    },
  }),
  define("5.4.b", {
    statement: "$\\dot W = -2 W X'$; the same as 5.3 with $W_p = I$, where $H = X' \\otimes 2 I$",
    evidence: "exact",
    subject: { gradient: (W: Q, { Xprime }: Moments) => M.scale(rational(2), M.mul(W, Xprime)) },
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
    ...exactly,
    mutants: {
      "the stop-gradient kept": { gradient: (W, { Xprime }) => M.mul(W, Xprime) },
      "$X$ for $X'$": { gradient: (W, { X }) => M.scale(rational(2), M.mul(W, X)) },
    },
  }),
  define("5.4.c", {
    aside: true,
    statement: "The flow of 5.4 is $W(t) = W(0)\\, e^{-2 X' t}$",
    evidence: "quadrature",
    instances: 60,
    subject: {
      after: (W: Matrix, Xprime: Matrix, t: number): Matrix => matmul(W, expm(scale(-2 * t, Xprime))),
      flow: (at: ReturnType<typeof decaying>) => bareFlow(at),
    },
    instance: decaying,
    // the flow is integrated step by step, and knows no exponential
    error: ({ after, flow }, at) => difference(flow(at), after(at.W, at.Xprime, at.t)),
    mutants: {
      "half the rate": { after: (W, S, t) => matmul(W, expm(scale(-t, S))) },
      "one Euler step": { after: (W, S, t) => subtract(W, scale(2 * t, matmul(W, S))) },
      "entry by entry": {
        after: (W, S, t) =>
          matmul(W, S.map((row, i) => row.map((x, j) => i === j ? Math.exp(-2 * t * x) : 0))),
      },
      "the stop-gradient kept": { flow: (at) => bareFlow(at, true) },
    },
  }),
  define("5.4.g", {
    statement:
      "So $\\lVert W(t) \\rVert \\le e^{-2 \\lambda_{\\min}(X') t} \\lVert W(0) \\rVert \\to 0$ for $X' \\succ 0$, and no larger rate holds from every start",
    evidence: "quadrature",
    instances: 60,
    subject: { rate: (Xprime: Matrix) => 2 * lowest(Xprime) },
    instance: (random, index) => {
      const slowest = index % 3 === 0, at = slowest ? tight(random, index) : decaying(random, index);
      return { slowest, W: at.W, Xprime: at.Xprime, t: random.uniform(0.1, 3) };
    },
    // the bound is met where the rows of W lie along the direction in which X′ is smallest
    error: ({ rate }, { slowest, ...at }) =>
      (slowest ? difference : excess)(
        frobenius(bareFlow(at)),
        Math.exp(-rate(at.Xprime) * at.t) * frobenius(at.W),
      ),
    mutants: {
      "half the rate": { rate: (Xprime) => lowest(Xprime) },
      "1.2 times the rate": { rate: (Xprime) => 2.4 * lowest(Xprime) },
      "the mean eigenvalue": {
        rate: (Xprime) => 2 * Xprime.reduce((sum, row, i) => sum + row[i], 0) / Xprime.length,
      },
    },
  }),
  define("5.4.d", {
    statement:
      "$X' \\succ 0$ is needed: for a singular $X'$ $W(t)$ goes to $W(0)$ times the projection on the kernel of $X'$",
    evidence: "closed form",
    aside: true,
    subject: { limit: (W: Matrix, kernel: Matrix, _first: Matrix): Matrix => matmul(W, kernel) },
    instance: (random, index) => {
      const { W, Xprime } = decaying(random, index), { vectors } = symmetricSpectrum(Xprime);
      // eigenvalues 0 for the kernel, then 1, 2, …
      const flat = 1 + Math.floor(index / 4) % Xprime.length;
      const levels = (f: (k: number) => number) =>
        Xprime.map((_, i) =>
          Xprime.map((_, j) => vectors.reduce((sum, _, k) => sum + f(k) * vectors[i][k] * vectors[j][k], 0))
        );
      return {
        W,
        Xprime: levels((k) => k < flat ? 0 : 1 + k - flat),
        kernel: levels((k) => k < flat ? 1 : 0),
        first: vectors.map((row) => vectors.map((other) => row[0] * other[0])),
      };
    },
    error: ({ limit }, { W, Xprime, kernel, first }) =>
      difference(matmul(W, expm(scale(-2 * 20, Xprime))), limit(W, kernel, first)),
    mutants: {
      "one direction survives, no more": { limit: (W, _kernel, first) => matmul(W, first) },
      "collapse all the same": { limit: (W) => scale(0, W) },
      "the projection on the range": { limit: (W, kernel) => subtract(W, matmul(W, kernel)) },
    },
  }),
  define("5.4.e", {
    statement:
      "More is true: with the stop-gradient and without predictor $\\dot W = -W X'$, which collapses at half the rate. So the predictor is needed as well, which 5.4 alone does not show",
    evidence: "exact",
    subject: { gradient: (W: Q, { Xprime }: Moments): Q => M.mul(W, Xprime) },
    instance: bare,
    error: ({ gradient }, at) =>
      difference(
        slopeAlong(rationals, bareLoss(at, true), at.W, at.D),
        inner(at.D, gradient(at.W, views.moments(at.data))),
      ),
    ...exactly,
    mutants: {
      "both branches moving": { gradient: (W, { Xprime }) => M.scale(rational(2), M.mul(W, Xprime)) },
      "no pull at all": { gradient: (W) => M.scale(rationals.zero, W) },
    },
  }),
  define("5.4.f", {
    statement:
      "Weight decay $\\eta$ adds $\\eta I$ to $H$: without the stop-gradient $\\lVert W(t) \\rVert \\le e^{-(\\lambda_{\\min}(X') + \\eta) t} \\lVert W(0) \\rVert$, also for a singular $X'$, and no smaller bound holds from every start",
    evidence: "quadrature",
    instances: 60,
    aside: true,
    subject: {
      flow: (at: FloatPoint, eta: number) =>
        gradientFlow({ ...at, stopGradient: false, predictor: true, weightDecay: eta }, TIMES),
      rate: (least: number, eta: number) => least + eta,
    },
    instance: (random, index) => {
      const at = index % 4 === 1 ? tight(random, index) : floatPoint(random, index);
      const flat = index % 4 === 0 ? { ...at, Xprime: scale(0, at.X) } : at;
      return { slowest: index % 4 === 1, at: flat, eta: random.uniform(0.05, 1) };
    },
    error: ({ flow, rate }, { slowest, at, eta }) => {
      const least = rate(Math.max(0, lowest(at.Xprime)), eta);
      return Math.max(
        ...flow(at, eta).map(({ t, W }) =>
          (slowest ? difference : excess)(frobenius(W), Math.exp(-least * t) * frobenius(at.W))
        ),
      );
    },
    mutants: {
      "no decay": { flow: (at) => gradientFlow({ ...at, stopGradient: false, predictor: true }, TIMES) },
      "with the stop-gradient": {
        flow: (at, eta) =>
          gradientFlow({ ...at, stopGradient: true, predictor: true, weightDecay: eta }, TIMES),
      },
      "1.2 times the decay": { rate: (least, eta) => least + 1.2 * eta },
      "half of the decay": { rate: (least, eta) => least + eta / 2 },
    },
  }),
  define("5.5.a", {
    statement:
      "More is true than the remark on expectation maximisation says: exact alternation without predictor is $W \\mapsto W X (X + X')^{-1}$, and shrinks $\\lVert W (X + X')^{1/2} \\rVert$ at every round by at least the share $\\lambda_{\\min}(X') / \\lambda_{\\max}(X + X')$. With this loss it collapses when $X' \\succ 0$",
    evidence: "closed form",
    subject: {
      step: (at: FloatPoint) => emStep(at) as Matrix,
      share: (least: number, largest: number) => least / largest,
    },
    instance: (random, index) => {
      const at = floatPoint(random, index);
      return { ...at, Xprime: add(at.Xprime, scale(0.05, identity(at.n1))) };
    },
    error: ({ step, share }, at) => {
      const next = step(at), root = squareRoot(C(at)), { values } = symmetricSpectrum(at.Xprime);
      const left = 1 - share(values[0], spectralNorm(C(at)));
      return Math.max(
        // the slope of E‖V x₁ − W x₂‖² by V is 0 there
        difference(matmul(next, C(at)), matmul(at.W, at.X)),
        excess(frobenius(matmul(next, root)), left * frobenius(matmul(at.W, root))),
      );
    },
    mutants: {
      "$X'$ for $X$": { step: ({ W, X, Xprime }) => matmul(matmul(W, Xprime), inverse(add(X, Xprime))) },
      "no inverse": { step: ({ W, X }) => matmul(W, X) },
      "nothing done": { step: ({ W }) => W },
      "by twice the share": { share: (least, largest) => Math.min(1, 2 * least / largest) },
    },
  }),
  define("5.5.d", {
    statement:
      "The plain norm may grow in a round all the same: by a factor above 1.3 for $X = \\mathbf{1} \\mathbf{1}^\\top$, $X' = \\mathrm{diag}(\\varepsilon, 1)$ with a small $\\varepsilon$",
    evidence: "closed form",
    aside: true,
    subject: { least: 1.3 },
    instance: (random) => random.uniform(0.001, 0.03),
    error: ({ least }, epsilon) => {
      const X = [[1, 1], [1, 1]], Xprime = [[epsilon, 0], [0, 1]];
      const round = matmul(X, inverse(add(X, Xprime))),
        { vectors } = symmetricSpectrum(matmul(round, transpose(round)));
      const W = [vectors.map((row) => row[1])];
      return excess(least, frobenius(emStep({ W, X, Xprime })));
    },
    mutants: { "by a factor above 1.4": { least: 1.4 } },
  }),
];
