import { difference, excess, failsUnless } from "../../math/difference.ts";
import { rational, rationals } from "../../math/exact.ts";
import {
  add,
  apply,
  expm,
  frobenius,
  identity,
  norm,
  scale,
  singularValues,
  subtract,
  trace,
  unvec,
} from "../../math/linalg.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { erratum } from "../../proof/erratum.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import { simsiamOver } from "../solution/formulas.ts";
import { curvature, gradW } from "../solution.ts";
import { curvatureAt, type Fading, fading, fadingAt, lowestOfMean } from "./fading.ts";
import {
  draw,
  type FloatPoint,
  floatPoint,
  gram,
  gramOf,
  lowest,
  M,
  type Q,
  scalar,
  tight,
  tilde,
  TIMES,
  unstopped,
} from "./points.ts";

/** 5.3.l – o, q, u – w and z: how large H is, and how fast W falls. */

const highest = (S: Matrix) => symmetricSpectrum(S).values[S.length - 1];
const smallest = (A: Matrix) => singularValues(A)[A.length - 1];
/** What λ_min(H) is at least, from the squared singular value of W_p and of W̃_p that is smallest. */
const leastOf = ({ Wp, X, Xprime }: FloatPoint, square = (A: Matrix) => smallest(A) ** 2) =>
  lowest(Xprime) * (1 + square(Wp)) + lowest(X) * square(tilde(Wp));
/** How much ‖W_p‖ may grow. */
const roomOf = ({ X, Xprime, W }: FloatPoint, size: (W: Matrix) => number = frobenius, spread = lowest) =>
  highest(X) * size(W) ** 2 / (2 * spread(Xprime));
const exact = simsiamOver(rationals);

/** v − (v·u) u …: what A keeps of every vector but u. */
const without = (u: Q): Q =>
  M.sub(M.scale(M.mul(M.transpose(u), u)[0][0], M.identity(u.length)), M.mul(u, M.transpose(u)));

interface Constant {
  H: Matrix;
  w: number[];
  t: number;
}
const evolved = ({ H, w, t }: Constant) => norm(apply(expm(scale(-t, H)), w));

/** Two inputs, two features, no predictor yet: X as given, X′ with these two eigenvalues. */
const planar = (X: Matrix, first: number, second: number) => ({
  ...{ n1: 2, n2: 2, X, Xprime: [[first, 0], [0, second]], Wp: scale(0, identity(2)) },
});
const flowOf = (at: FloatPoint) => gradientFlow(unstopped(at), TIMES);
const stepOf = (at: FloatPoint, rate: number) =>
  subtract(at.W, scale(rate, gradW({ ...at, stopGradient: false })));

export const collapse = [
  define("5.3.l", {
    aside: true,
    statement:
      "$\\lambda_{\\min}(H) \\ge \\lambda_{\\min}(X') (1 + \\sigma_{\\min}(W_p)^2)$ $+\\, \\lambda_{\\min}(X)\\, \\sigma_{\\min}(\\tilde W_p)^2$ $\\ge \\lambda_{\\min}(X')$: with $X' \\succ 0$ the hypothesis holds by itself, whatever $W_p(t)$ does",
    evidence: "closed form",
    subject: { bound: (at: FloatPoint) => leastOf(at) },
    // among them single numbers, where it is an equality
    instance: floatPoint,
    error: ({ bound }, at) =>
      Math.max(excess(bound(at), lowest(curvature(at))), excess(lowest(at.Xprime), bound(at))),
    mutants: {
      "the largest singular value": { bound: (at) => leastOf(at, (A) => singularValues(A)[0] ** 2) },
      "singular values not squared": { bound: (at) => leastOf(at, smallest) },
      "the mean eigenvalue of $X'$": {
        bound: ({ Wp, Xprime }) =>
          Xprime.reduce((sum, row, i) => sum + row[i] / Xprime.length, 0) * (1 + smallest(Wp) ** 2),
      },
      "a hundredth more": { bound: (at) => 1.01 * leastOf(at) },
    },
  }),
  define("5.3.m", {
    statement:
      "By the squares of 5.3.k $\\lambda_{\\min}(H) > 0$ exactly when $X' \\succ 0$, or $\\tilde W_p$ is invertible and $X + X' \\succ 0$: otherwise $V = u y^\\top$ with $\\tilde W_p u = 0$, $X' y = 0$ (or any $u$ and $(X + X') y = 0$) is not pulled at all",
    evidence: "exact",
    aside: true,
    subject: {
      positive: (is: { noise: boolean; invertible: boolean; sum: boolean; mean: boolean }) =>
        is.noise || is.invertible && is.sum,
    },
    instance: (random, index) => {
      const [n1, n2] = [[1, 1], [1, 2], [2, 1], [2, 2], [3, 2], [2, 3]][index % 6],
        kind = Math.floor(index / 6);
      const [noise, invertible, mean, apart] = [1, 2, 4, 8].map((bit) => (kind & bit) !== 0);
      const u = draw(random, n2, 1), y = draw(random, n1, 1);
      const full = () => M.add(gramOf(draw(random, n1, n1)), M.identity(n1));
      const flat = (kernel: Q) => gramOf(M.mul(without(kernel), draw(random, n1, n1)));
      const turn = M.add(draw(random, n2, n2), M.scale(rational(1, 7), M.identity(n2)));
      return {
        Xprime: noise ? full() : flat(y),
        // full, flat where X′ is flat, or flat elsewhere: then the sum is full and X is not
        X: mean ? full() : flat(apart ? draw(random, n1, 1) : y),
        Wp: M.add(M.identity(n2), invertible ? turn : M.mul(turn, without(u))),
      };
    },
    error: ({ positive }, at) => {
      const regular = (A: Q) => !rationals.equal(M.determinant(A), rationals.zero);
      const is = {
        noise: regular(at.Xprime),
        invertible: regular(M.sub(at.Wp, M.identity(at.Wp.length))),
        sum: regular(M.add(at.X, at.Xprime)),
        mean: regular(at.X),
      };
      return failsUnless(positive(is) === regular(exact.curvature(at)));
    },
    mutants: {
      "$X + X' \\succ 0$ taken to be enough": { positive: ({ sum }) => sum },
      "$X' \\succ 0$ taken to be needed": { positive: ({ noise }) => noise },
      "an invertible $\\tilde W_p$ taken to be enough": {
        positive: ({ noise, invertible }) => noise || invertible,
      },
      "$X \\succ 0$ for $X + X' \\succ 0$": {
        positive: ({ noise, invertible, mean }) => noise || invertible && mean,
      },
    },
  }),
  define("5.3.n", {
    statement:
      "For every curvature with $\\lambda_{\\min}(H(t)) \\ge \\lambda_0$, also one that changes in time: $\\lVert w(t) \\rVert \\le e^{-\\lambda_0 t} \\lVert w(0) \\rVert$, and no smaller bound follows",
    evidence: "quadrature",
    instances: 60,
    subject: { rate: ({ lambda0 }: Fading) => lambda0 },
    instance: fadingAt,
    error: ({ rate }, at) => {
      const bound = Math.exp(-rate(at) * at.t) * norm(at.w),
        met = at.turns === 0 && norm(apply(at.G, at.w)) < 1e-9;
      return met ? difference(fading(at), bound) : excess(fading(at), bound);
    },
    mutants: {
      "the smallest eigenvalue at time 0": { rate: (at) => lowest(curvatureAt(at, 0)) },
      "the smallest eigenvalue at the end": { rate: (at) => lowest(curvatureAt(at, at.t)) },
      "the smallest eigenvalue of the mean of $H$": { rate: lowestOfMean },
      "twice the rate": { rate: ({ lambda0 }) => 2 * lambda0 },
      "half the rate": { rate: ({ lambda0 }) => lambda0 / 2 },
    },
    printed: erratum<Constant & { lambda0: number }>({
      where: "5.3, the property in the question and the end of the answer",
      fault: "false",
      text:
        "$\\lVert w(t) \\rVert = e^{-\\lambda_0 t} \\lVert w(0) \\rVert$, with an equals sign, for $\\dot w = -H w$ with $\\lambda_{\\min}(H) \\ge \\lambda_0$.",
      supposes: ({ H, lambda0 }) => lowest(H) >= lambda0 - 1e-12,
      sides: {
        "$\\lVert w(t) \\rVert$": evolved,
        "$e^{-\\lambda_0 t} \\lVert w(0) \\rVert$": ({ w, t, lambda0 }) => Math.exp(-lambda0 * t) * norm(w),
      },
      counterexample: { H: [[1, 0], [0, 3]], w: [1, 1], lambda0: 1, t: 1 },
      example: { H: [[1, 0], [0, 1]], w: [1, 1], lambda0: 1, t: 1 },
      shown: ({ H, w, lambda0, t }) => ({ "$H$": H, "$w(0)$": w, "$\\lambda_0$": lambda0, "$t$": t }),
    }),
  }),
  define("5.3.w", {
    statement:
      "With a constant $H$ it is an equality only for $w(0)$ in the eigenspace of $\\lambda_{\\min}(H)$; every other start is strictly below the bound",
    evidence: "closed form",
    aside: true,
    subject: { strictly: (left: number, right: number) => left < right },
    instance: (random, index): Constant => {
      const n = 2 + index % 3;
      return { H: gram(random, n), w: random.normals(n), t: random.uniform(0.2, 3) };
    },
    error: ({ strictly }, at) => {
      const { values, vectors } = symmetricSpectrum(at.H), bottom = vectors.map((row) => row[0]);
      const bound = (w: number[]) => Math.exp(-values[0] * at.t) * norm(w);
      return Math.max(
        failsUnless(strictly(evolved(at), bound(at.w))),
        difference(evolved({ ...at, w: bottom }), bound(bottom)),
      );
    },
    mutants: {
      "an equality": { strictly: (left, right) => Math.abs(left - right) < 1e-12 },
      "the other way round": { strictly: (left, right) => left > right },
      "below half of the bound": { strictly: (left, right) => left < right / 2 },
    },
  }),
  define("5.3.u", {
    statement:
      "The equation holds for the stacked columns: $\\operatorname{vec}(\\dot W) = \\tfrac{d}{dt} \\operatorname{vec}(W) = -H \\operatorname{vec}(W)$",
    evidence: "editorial",
    aside: true,
    printed: {
      where: "5.3, the question and its answer",
      fault: "slip of the pen",
      text: "$\\dot W$, a matrix, is set equal to $\\tfrac{d}{dt} \\operatorname{vec}(W)$, a vector.",
    },
  }),
  define("5.3.o", {
    statement:
      "Without the stop-gradient, $W$ and $W_p$ trained together: $\\lVert W(t) \\rVert \\le e^{-\\lambda_{\\min}(X') t} \\lVert W(0) \\rVert$ at every time, with equality for $X = 0$, $W_p = 0$ and rows of $W$ along the direction in which $X'$ is smallest. So $W(t) \\to 0$ when $X' \\succ 0$",
    evidence: "quadrature",
    instances: 60,
    subject: { flow: flowOf, rate: ({ Xprime }: FloatPoint) => lowest(Xprime) },
    instance: (random, index) =>
      index % 3 === 0
        ? tight(random, index)
        // a predictor close to the identity, and views that hardly differ: X pulls on nothing
        : index % 12 === 1
        ? scalar(0.3, 0.99, 1, 0.01)
        : floatPoint(random, index),
    error: ({ flow, rate }, at) => {
      const norm0 = frobenius(at.W), slowest = rate(at), met = frobenius(at.X) === 0;
      return Math.max(
        ...flow(at).map(({ t, W }) =>
          (met ? difference : excess)(frobenius(W), Math.exp(-slowest * t) * norm0)
        ),
      );
    },
    mutants: {
      "with the stop-gradient": {
        flow: (at) => gradientFlow({ ...unstopped(at), stopGradient: true }, TIMES),
      },
      "1.2 times the rate": { rate: ({ Xprime }) => 1.2 * lowest(Xprime) },
      "half the rate": { rate: ({ Xprime }) => lowest(Xprime) / 2 },
      "faster by a tenth of the smallest eigenvalue of $X$": {
        rate: ({ X, Xprime }) => lowest(Xprime) + 0.1 * lowest(X),
      },
      "the largest eigenvalue of $X'$ as rate": { rate: ({ Xprime }) => highest(Xprime) },
    },
  }),
  define("5.3.v", {
    statement:
      "Meanwhile $\\lVert W_p \\rVert$ grows by no more than $\\lambda_{\\max}(X) \\lVert W(0) \\rVert^2 / 2 \\lambda_{\\min}(X')$ (how far $W_p$ moves is not bounded by it)",
    evidence: "quadrature",
    instances: 60,
    aside: true,
    subject: {
      room: (at: FloatPoint) => roomOf(at),
      grown: (before: Matrix, after: Matrix) => frobenius(after) - frobenius(before),
    },
    instance: (random, index) => {
      const at = floatPoint(random, index);
      // single numbers that use up almost all of the room; and starts with a large predictor, which shrinks
      if (index % 4 === 0) return scalar(0.1 * random.uniform(0.5, 1), 0, 1e-3, 1);
      if (index % 4 === 1) return scalar(1, 3, 0.01, 1);
      // the first of these in one direction of two, where X is largest and X′ smallest; and in two at once
      if (index % 4 === 2) return { ...planar([[1e-3, 0], [0, 0]], 1, 4), W: [[0.06, 0], [0.08, 0]] };
      if (index % 8 === 3) return { ...planar(scale(1e-3, identity(2)), 1, 1), W: scale(0.07, identity(2)) };
      return { ...at, Xprime: add(at.Xprime, scale(0.1, identity(at.X.length))) };
    },
    error: ({ room, grown }, at) =>
      Math.max(
        ...gradientFlow(unstopped(at), [0, 0.4, 1, 5]).map(({ Wp }) => excess(grown(at.Wp, Wp), room(at))),
      ),
    mutants: {
      "the distance from the start": { grown: (before, after) => frobenius(subtract(after, before)) },
      "a hundredth less room": { room: (at) => 0.99 * roomOf(at) },
      "the mean eigenvalues": {
        room: ({ X, Xprime, W }) => trace(X) * frobenius(W) ** 2 / (2 * trace(Xprime)),
      },
      "the largest eigenvalue of $X'$": { room: (at) => roomOf(at, frobenius, highest) },
      "the largest singular value of $W$ for its norm": {
        room: (at) => roomOf(at, (W) => singularValues(W)[0]),
      },
      "half of the room": { room: (at) => roomOf(at) / 2 },
      "the norm for its square": {
        room: ({ X, Xprime, W }) => 1e-3 * highest(X) * frobenius(W) / (2 * lowest(Xprime)),
      },
    },
  }),
  define("5.3.q", {
    statement:
      "In steps: $\\lVert W_{k+1} \\rVert \\le (1 - r \\lambda_{\\min}(H_k)) \\lVert W_k \\rVert$ for a rate $r \\le 1 / \\lambda_{\\max}(H_k)$",
    evidence: "closed form",
    further: true,
    subject: { step: stepOf, factor: (rate: number, least: number) => 1 - rate * least },
    instance: (random, index) => ({
      at: index % 3 === 0 ? tight(random, index) : floatPoint(random, index),
      share: random.uniform(0.05, 1),
    }),
    error: ({ step, factor }, { at, share }) => {
      const { values } = symmetricSpectrum(curvature(at)), rate = share / values[values.length - 1];
      return excess(frobenius(step(at, rate)), factor(rate, values[0]) * frobenius(at.W));
    },
    mutants: {
      "a step uphill": { step: (at, rate) => stepOf(at, -rate) },
      "half the step": { step: (at, rate) => stepOf(at, rate / 2) },
      "three times the step": { step: (at, rate) => stepOf(at, 3 * rate) },
      "1.2 times the rate": { factor: (rate, least) => 1 - 1.2 * rate * least },
    },
  }),
  define("5.3.z", {
    statement:
      "A step of rate $r$ along the steepest direction multiplies it by $1 - r \\lambda_{\\max}(H)$: for $r > 2 / \\lambda_{\\max}$ the norm can grow",
    evidence: "closed form",
    further: true,
    aside: true,
    subject: { factor: (share: number) => Math.abs(1 - share), step: stepOf },
    instance: (random, index) => ({ at: floatPoint(random, index), share: random.uniform(0, 4) }),
    error: ({ factor, step }, { at, share }) => {
      const { values, vectors } = symmetricSpectrum(curvature(at)), top = values[values.length - 1];
      const W = unvec(vectors.map((row) => row[values.length - 1]), at.n2);
      return difference(frobenius(step({ ...at, W }, share / top)), factor(share));
    },
    mutants: {
      "never longer": { factor: (share) => Math.min(1, Math.abs(1 - share)) },
      "twice the step": { step: (at, rate) => stepOf(at, 2 * rate) },
    },
  }),
];
