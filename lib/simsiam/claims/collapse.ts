import { difference, excess, failsUnless } from "../../math/difference.ts";
import { rational, rationals } from "../../math/exact.ts";
import { apply, expm, frobenius, norm, scale, singularValues, subtract, unvec } from "../../math/linalg.ts";
import { identity, matmul, transpose } from "../../math/matrix.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { gradientFlow } from "../dynamics.ts";
import { simsiamOver } from "../formulas.ts";
import { curvature, gradW } from "../mod.ts";
import { mutants } from "../zoo.ts";
import { draw, type FloatPoint, floatPoint, gram, gramOf, M, type Q, sizes } from "./points.ts";

/** 5.3.l – q: how large H is, how fast W falls, and when it does not. */

const lowest = (S: Matrix) => symmetricSpectrum(S).values[0];
const highest = (S: Matrix) => symmetricSpectrum(S).values[S.length - 1];
const smallest = (A: Matrix) => singularValues(A)[A.length - 1];
const tilde = (Wp: Matrix) => subtract(Wp, identity(Wp.length));
const exact = simsiamOver(rationals);

/** A symmetric H with its smallest eigenvalue and the eigenvector, and a start. */
interface Constant {
  H: Matrix;
  w: number[];
  bottom: number[];
  lambda0: number;
  t: number;
}
/** v − (v·u) u …: what A keeps of every vector but u. */
const without = (u: Q): Q =>
  M.sub(M.scale(M.mul(M.transpose(u), u)[0][0], M.identity(u.length)), M.mul(u, M.transpose(u)));

const uneven = { H: [[1, 0], [0, 3]], w: [1, 1], lambda0: 1, t: 1 };
const evolved = ({ H, w, t }: Pick<Constant, "H" | "w" | "t">) => norm(apply(expm(scale(-t, H)), w));

const both = (at: FloatPoint) => ({ ...at, stopGradient: false, predictor: true as const });
const TIMES = [0, 0.4, 1];

export const collapse = [
  define("5.3.l", {
    statement:
      "$\\lambda_{\\min}(H) \\ge \\lambda_{\\min}(X') (1 + \\sigma_{\\min}(W_p)^2)$ $+\\, \\lambda_{\\min}(X)\\, \\sigma_{\\min}(\\tilde W_p)^2$ $\\ge \\lambda_{\\min}(X')$: with $X' \\succ 0$ the hypothesis holds by itself, whatever $W_p(t)$ does",
    evidence: "closed form",
    instances: 2000,
    subject: {
      bound: ({ Wp, X, Xprime }: FloatPoint) =>
        lowest(Xprime) * (1 + smallest(Wp) ** 2) + lowest(X) * smallest(tilde(Wp)) ** 2,
    },
    instance: floatPoint,
    error: ({ bound }, at) =>
      Math.max(excess(bound(at), lowest(curvature(at))), excess(lowest(at.Xprime), bound(at))),
    mutants: mutants["5.3.l"],
  }),
  define("5.3.m", {
    statement:
      "$\\lambda_{\\min}(H) > 0$ exactly when $X' \\succ 0$, or $\\tilde W_p$ is invertible and $X + X' \\succ 0$: otherwise $V = u y^\\top$ with $\\tilde W_p u = 0$, $X' y = 0$ (or any $u$ and $(X + X') y = 0$) is not pulled at all",
    evidence: "exact",
    subject: {
      positive: (noise: boolean, invertible: boolean, sum: boolean) => noise || invertible && sum,
    },
    instance: (random, index) => {
      const [n1, n2] = sizes(index), u = draw(random, n2, 1), y = draw(random, n1, 1);
      const [noise, invertible, sum] = [1, 2, 4].map((bit) => (index & bit) !== 0);
      const full = () => M.add(gramOf(draw(random, n1, n1)), M.identity(n1));
      const flat = () => gramOf(M.mul(without(y), draw(random, n1, n1)));
      const turn = M.add(draw(random, n2, n2), M.scale(rational(1, 7), M.identity(n2)));
      return {
        noise,
        invertible,
        sum: noise || sum,
        Xprime: noise ? full() : flat(),
        X: sum ? full() : flat(),
        Wp: M.add(M.identity(n2), invertible ? turn : M.mul(turn, without(u))),
      };
    },
    error: ({ positive }, { noise, invertible, sum, ...at }) => {
      const singular = rationals.equal(M.determinant(exact.curvature(at)), rationals.zero);
      return failsUnless(positive(noise, invertible, sum) === !singular);
    },
    mutants: mutants["5.3.m"],
  }),
  define("5.3.n", {
    statement:
      "$\\lVert w(t) \\rVert \\le e^{-\\lambda_0 t} \\lVert w(0) \\rVert$: equality only while $w(t)$ stays in the eigenspace of $\\lambda_0$, strictly less otherwise",
    evidence: "quadrature",
    subject: { bound: (t: number, lambda0: number, norm0: number) => Math.exp(-lambda0 * t) * norm0 },
    instance: (random, index): Constant => {
      const n = 2 + index % 3, H = gram(random, n), { values, vectors } = symmetricSpectrum(H);
      return {
        H,
        w: random.normals(n),
        bottom: vectors.map((row) => row[0]),
        lambda0: values[0],
        t: random.uniform(0.2, 3),
      };
    },
    error: ({ bound }, { H, w, bottom, lambda0, t }) =>
      Math.max(
        failsUnless(evolved({ H, w, t }) < bound(t, lambda0, norm(w))),
        difference(evolved({ H, w: bottom, t }), bound(t, lambda0, 1)),
      ),
    mutants: mutants["5.3.n"],
    printed: {
      text:
        "$\\lVert w(t) \\rVert = e^{-\\lambda_0 t} \\lVert w(0) \\rVert$, with an equals sign, in the question and in its answer.",
      counterexample: {
        "$H$": uneven.H,
        "$w(0)$": uneven.w,
        "$\\lambda_0$": 1,
        "$\\lVert w(1) \\rVert$": evolved(uneven),
        "$e^{-\\lambda_0} \\lVert w(0) \\rVert$": Math.exp(-1) * norm(uneven.w),
      },
      error: () => difference(evolved(uneven), Math.exp(-1) * norm(uneven.w)),
    },
  }),
  define("5.3.o", {
    statement:
      "Without the stop-gradient, $W$ and $W_p$ trained together: $\\lVert W(t) \\rVert \\le e^{-\\lambda_{\\min}(X') t} \\lVert W(0) \\rVert$ at every time, and $W_p$ moves by no more than $\\lambda_{\\max}(X) \\lVert W(0) \\rVert^2 / 2 \\lambda_{\\min}(X')$. So $W(t) \\to 0$ when $X' \\succ 0$",
    evidence: "quadrature",
    subject: {
      flow: (at: FloatPoint) => gradientFlow(both(at), TIMES),
      rate: ({ Xprime }: FloatPoint) => lowest(Xprime),
    },
    instance: floatPoint,
    error: ({ flow, rate }, at) => {
      const norm0 = frobenius(at.W), slowest = rate(at);
      return Math.max(
        ...flow(at).map(({ t, W, Wp }) => {
          // ∫ ‖F₁₂‖ ≤ λ_max(X) ∫ ‖W‖²
          const room = highest(at.X) * norm0 ** 2 * Math.min(t, slowest > 0 ? 0.5 / slowest : t);
          return Math.max(
            excess(frobenius(W), Math.exp(-slowest * t) * norm0),
            excess(frobenius(Wp), frobenius(at.Wp) + room),
          );
        }),
      );
    },
    mutants: mutants["5.3.o"],
  }),
  define("5.3.p", {
    statement:
      "Without augmentation noise, $X' = 0$, $W W^\\top - \\tilde W_p^\\top \\tilde W_p$ is conserved: a start with $W W^\\top \\succ \\tilde W_p^\\top \\tilde W_p$ never collapses. Removing the stop-gradient collapses $W$ when $X' \\succ 0$",
    evidence: "quadrature",
    subject: {
      flow: (at: FloatPoint) => gradientFlow({ ...both(at), Xprime: scale(0, at.X) }, TIMES),
      conserved: (W: Matrix, Wp: Matrix) =>
        subtract(matmul(W, transpose(W)), matmul(transpose(tilde(Wp)), tilde(Wp))),
    },
    instance: floatPoint,
    error: ({ flow, conserved }, at) => {
      const first = conserved(at.W, at.Wp);
      return Math.max(...flow(at).map(({ W, Wp }) => difference(conserved(W, Wp), first)));
    },
    mutants: mutants["5.3.p"],
    printed: {
      text: "Removing the stop-gradient makes the representation collapse, with no condition on $X'$.",
      counterexample: { "$X$": 1, "$X'$": 0, "$w_0$": 1.5, "$w_p(0)$": 0.2, "$w(\\infty)$": survivor() },
      // collapsed would be 0; what is left is √1.61
      error: () => survivor(),
    },
  }),
  define("5.3.q", {
    statement:
      "In steps: $\\lVert W_{k+1} \\rVert \\le (1 - r \\lambda_{\\min}(H_k)) \\lVert W_k \\rVert$ for a rate $r \\le 1 / \\lambda_{\\max}(H_k)$; for $r > 2 / \\lambda_{\\max}$ the norm can grow",
    evidence: "closed form",
    further: true,
    subject: {
      step: (at: FloatPoint, rate: number) =>
        subtract(at.W, scale(rate, gradW({ ...at, stopGradient: false }))),
    },
    instance: (random, index) => ({ at: floatPoint(random, index), share: random.uniform(0.05, 1) }),
    error: ({ step }, { at, share }) => {
      const H = curvature(at), { values, vectors } = symmetricSpectrum(H), top = values[values.length - 1];
      const steepest = unvec(vectors.map((row) => row[H.length - 1]), at.n2);
      const allowed = (1 - share / top * values[0]) * frobenius(at.W);
      return Math.max(
        excess(frobenius(step(at, share / top)), allowed),
        // along the top eigenvector the factor is 1 − r λ_max
        difference(frobenius(step({ ...at, W: steepest }, 2.5 / top)), 1.5),
      );
    },
    mutants: mutants["5.3.q"],
  }),
];

/** Where w ends in the scalar model with x = 1, x′ = 0, from w = 1.5 and w_p = 0.2. */
function survivor(): number {
  const start = { W: [[1.5]], Wp: [[0.2]], X: [[1]], Xprime: [[0]] };
  const flow = gradientFlow({ ...start, stopGradient: false, predictor: true }, [0, 40]);
  return flow[1].W[0][0];
}
