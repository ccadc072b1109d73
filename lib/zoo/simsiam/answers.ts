import { floats, matricesOver } from "../../math/field.ts";
import type { Matrix } from "../../math/types.ts";
import { expectationsOver, type PairOf } from "../../simsiam/expectation.ts";
import { simsiamOver } from "../../simsiam/formulas.ts";

/** Wrong answers of question 5 by the answer's name; `says` names the mistake, the correction is the reader's. */

const { add, sub, mul, scale, transpose, trace, kron, identity, vec, dot, apply } = matricesOver(
  floats,
);
const right = simsiamOver(floats);

interface Moments {
  X: Matrix;
  Xprime: Matrix;
}
interface Point extends Moments {
  W: Matrix;
  Wp: Matrix;
}
type Proof51 = Point & { pairs: readonly PairOf<number>[] };
type Proof53 = Point & { lambda0: number };

const C = ({ X, Xprime }: Moments) => add(X, Xprime);
const F = (W: Matrix, S: Matrix) => mul(W, S, transpose(W));
const square = (Wp: Matrix) => mul(transpose(Wp), Wp);
const plusI = (A: Matrix) => add(A, identity(A.length));
const tilde = (Wp: Matrix) => sub(Wp, identity(Wp.length));
const minus = (A: Matrix) => scale(-1, A);
const transposed = (p: Point) => ({ ...p, Wp: transpose(p.Wp) });
const swapped = <P extends Moments>(p: P) => ({ ...p, X: p.Xprime, Xprime: p.X });

const H = right.curvature;
const w = (p: Point) => vec(p.W);
/** wᵀ H w. */
const form = (p: Point, v = w(p)) => dot(v, apply(H(p), v));
const middle = ({ W, Wp, X }: Point) => trace(mul(Wp, F(W, X)));

export const misconceptions = {
  J: [
    {
      name: "lost one half",
      says: "The factor in front of the expectation is lost.",
      answer: (p: Point) => 2 * right.objective(p),
    },
    {
      name: "no augmentation noise",
      says:
        "Both views of a point are taken to be its average view here: the spread of the views around it is missing.",
      answer: (p: Point) => right.objective({ ...p, Xprime: scale(0, p.X) }),
    },
    {
      name: "one view twice",
      says:
        "The middle terms are those of one view compared with itself. The two views of a point are drawn independently.",
      answer: (p: Point) => right.objective({ ...p, F12: right.F1(p) }),
    },
    {
      name: "one middle term",
      says: "A square of a difference has two mixed terms: one of them is missing.",
      answer: (p: Point) => right.objective(p) + middle(p) / 2,
    },
    {
      name: "target dropped",
      says: "The term of the target alone is missing. It does not depend on $W_p$, but it belongs to $J$.",
      answer: (p: Point) => right.objective(p) - trace(right.F1(p)) / 2,
    },
    {
      name: "sum of the branches",
      says: "This is the square of the sum of both branches, not of their difference.",
      answer: (p: Point) => right.objective(p) + 2 * middle(p),
    },
    {
      name: "predictor on both",
      says: "The predictor stands on both branches here. In the question only the online branch has one.",
      answer: (p: Point) => right.objective({ ...p, W: mul(p.Wp, p.W), Wp: identity(p.Wp.length) }),
    },
  ],
  proof51: [
    {
      name: "one half of the square",
      says: "The factor in front of the expectation got lost on the way.",
      answer: (p: Proof51) => right.objective(p),
    },
    {
      name: "one mixed term",
      says: "One of the two mixed terms is missing.",
      answer: (p: Proof51) => middle(p) / 2,
    },
    {
      name: "target dropped",
      says: "The term of the target alone is missing.",
      answer: (p: Proof51) => trace(right.F1(p)) / 2,
    },
    {
      name: "sign of the mixed terms",
      says: "The mixed terms have the wrong sign: look at the square of a difference again.",
      answer: (p: Proof51) => 2 * middle(p),
    },
    {
      name: "trace of each factor",
      says: "The trace of a product is not the product of the traces.",
      answer: (p: Proof51) => {
        const { F1 } = expectationsOver(floats).features(p.pairs, p.W);
        return (trace(mul(square(p.Wp), F1)) - trace(square(p.Wp)) * trace(F1)) / 2;
      },
    },
    {
      name: "views without spread",
      says: "In $F_1$ the spread of the views around their mean is missing.",
      answer: (p: Proof51) => trace(mul(square(p.Wp), F(p.W, p.Xprime))) / 2,
    },
  ],
  dWp: [
    {
      name: "uphill",
      says: "This is the derivative itself: the predictor would climb. The update goes down.",
      answer: (p: Point) => right.gradWp(p),
    },
    {
      name: "lost one half",
      says: "Everything is twice as large as it should be: where did the factor in front of $J$ go?",
      answer: (p: Point) => scale(-2, right.gradWp(p)),
    },
    {
      name: "no augmentation noise",
      says: "The spread of the views around their mean is missing from $F_1$.",
      answer: (p: Point) => minus(right.gradWp({ ...p, Xprime: scale(0, p.X) })),
    },
    {
      name: "C for X",
      says:
        "Here the two views agree with each other as a view does with itself: compare $F_{12}$ with $F_1$.",
      answer: (p: Point) => minus(right.gradWp({ ...p, F12: right.F1(p) })),
    },
    {
      name: "other side",
      says: "$F_1$ multiplies the predictor from the wrong side: matrices do not commute.",
      answer: (p: Point) => sub(F(p.W, p.X), mul(right.F1(p), p.Wp)),
    },
    {
      name: "predictor transposed",
      says:
        "A transpose too many: differentiate $\\operatorname{tr}(W_p^\\top W_p F_1)$ once more, entry by entry.",
      answer: (p: Point) => minus(right.gradWp(transposed(p))),
    },
    {
      name: "only one middle term",
      says: "Only one of the two middle terms was differentiated.",
      answer: (p: Point) => sub(scale(0.5, F(p.W, p.X)), mul(p.Wp, right.F1(p))),
    },
  ],
  dW: [
    {
      name: "uphill",
      says: "This is the derivative itself: $W$ would climb. The update goes down.",
      answer: (p: Point) => right.gradW(p, false),
    },
    {
      name: "stop-gradient kept",
      says: "Here the target branch is still held fixed. The question removes the stop-gradient.",
      answer: (p: Point) => minus(right.gradW(p, true)),
    },
    {
      name: "stop-gradient on the wrong branch",
      says: "Only the target branch moves here: the derivative through the predictor is missing.",
      answer: (p: Point) => sub(mul(p.Wp, p.W, p.X), mul(p.W, C(p))),
    },
    {
      name: "lost one half",
      says: "Everything is twice as large as it should be: where did the factor in front of $J$ go?",
      answer: (p: Point) => scale(-2, right.gradW(p, false)),
    },
    {
      name: "X and X′ swapped",
      says: "The two moments of the views have changed places.",
      answer: (p: Point) => minus(right.gradW(swapped(p), false)),
    },
    {
      name: "no augmentation noise",
      says: "The spread of the views around their mean is missing.",
      answer: (p: Point) => minus(right.gradW({ ...p, Xprime: scale(0, p.X) }, false)),
    },
    {
      name: "dropped transpose",
      says:
        "Somewhere $W_p$ was taken to be symmetric: two terms that are transposes of each other were merged.",
      answer: (p: Point) =>
        minus(add(sub(mul(square(p.Wp), p.W, C(p)), scale(2, mul(p.Wp, p.W, p.X))), mul(p.W, C(p)))),
    },
    {
      name: "predictor transposed",
      says: "$W_p W_p^\\top$ stands where the derivative of $W_p^\\top W_p$ terms belongs.",
      answer: (p: Point) => minus(right.gradW(transposed(p), false)),
    },
  ],
  H: [
    {
      name: "row-major vec",
      says: "The Kronecker factors fit a vector that stacks rows. Here $\\operatorname{vec}$ stacks columns.",
      answer: ({ Wp, X, Xprime }: Point) => add(kron(plusI(square(Wp)), Xprime), kron(square(tilde(Wp)), X)),
    },
    {
      name: "W̃ with a plus sign",
      says: "The predictor is compared with $-I$ here: check the sign in $\\tilde W_p$.",
      answer: ({ Wp, X, Xprime }: Point) => add(kron(Xprime, plusI(square(Wp))), kron(X, square(plusI(Wp)))),
    },
    {
      name: "the target's own term lost",
      says: "The target branch pulls on $W$ as well: its own square is missing beside the predictor's.",
      answer: ({ Wp, X, Xprime }: Point) => add(kron(Xprime, square(Wp)), kron(X, square(tilde(Wp)))),
    },
    {
      name: "X and X′ swapped",
      says: "The two moments of the views have changed places.",
      answer: (p: Point) => H(swapped(p)),
    },
    {
      name: "C for X",
      says: "The second term takes a view's whole second moment where that of the average view belongs.",
      answer: (p: Point) => H({ ...p, X: C(p) }),
    },
    {
      name: "predictor transposed",
      says: "The predictor stands on the wrong side of its transpose.",
      answer: (p: Point) => H(transposed(p)),
    },
    {
      name: "lost one half",
      says: "Everything is twice as large as it should be: where did the factor in front of $J$ go?",
      answer: (p: Point) => scale(2, H(p)),
    },
    {
      name: "W̃ not squared",
      says:
        "A mixed product of $W_p$ was left unsquared: multiply $(W_p - I)^\\top (W_p - I)$ out and compare.",
      answer: ({ Wp, X, Xprime }: Point) => add(kron(Xprime, plusI(square(Wp))), kron(X, tilde(square(Wp)))),
    },
  ],
  normBound: [
    {
      name: "squared norm",
      says: "This is the rate of the squared norm.",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(-2 * lambda0 * t) * norm0,
    },
    {
      name: "growing",
      says: "This bound grows with time. Which sign does $-w^\\top H w$ have?",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(lambda0 * t) * norm0,
    },
    {
      name: "one Euler step",
      says: "This is the tangent at time 0, one step of Euler's method; the bound must hold for all times.",
      answer: (t: number, { lambda0, norm0 }: Bound) => (1 - lambda0 * t) * norm0,
    },
    {
      name: "start forgotten",
      says: "The bound must scale with the start: twice the start, twice the bound.",
      answer: (t: number, { lambda0 }: Bound) => Math.exp(-lambda0 * t),
    },
    {
      name: "no decay",
      says: "This bound needs only $H \\succeq 0$: it does not use the gap $\\lambda_0$.",
      answer: (_: number, { norm0 }: Bound) => norm0,
    },
    {
      name: "half the rate",
      says: "This holds, but it is not the smallest bound: half of the rate is given away.",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(-lambda0 * t / 2) * norm0,
    },
    {
      name: "algebraic decay",
      says:
        "This holds, but it is not the smallest bound: what decays in proportion to itself decays faster.",
      answer: (t: number, { lambda0, norm0 }: Bound) => norm0 / (1 + lambda0 * t),
    },
  ],
  proof53: [
    {
      name: "equality for inequality",
      says:
        "This step is no equality: $\\lambda_0$ only bounds how weakly $H$ can pull. Which relation holds?",
      answer: (p: Proof53) => form(p) - p.lambda0 * dot(w(p), w(p)),
    },
    {
      name: "row-major vec",
      says: "Here $w$ stacks the rows of $W$, while the Kronecker form of $H$ is made for stacked columns.",
      answer: (p: Proof53) => form(p) - form(p, p.W.flat()),
    },
    {
      name: "factor two",
      says: "A factor 2 is off: the derivative of the square against half of it.",
      answer: (p: Proof53) => form(p),
    },
    {
      name: "sign",
      says: "A sign is lost: the update goes against the gradient.",
      answer: (p: Proof53) => 2 * form(p),
    },
    {
      name: "second term forgotten",
      says: "The part of $H$ that belongs to $X$ is missing: it may be dropped with “≤”, not with “=”.",
      answer: ({ W, Wp, X }: Proof53) => trace(mul(transpose(W), square(tilde(Wp)), W, X)),
    },
    {
      name: "X′ forgotten",
      says: "The part of $H$ that belongs to $X'$ is missing. What would then keep $H$ away from 0?",
      answer: ({ W, Wp, Xprime }: Proof53) => trace(mul(transpose(W), plusI(square(Wp)), W, Xprime)),
    },
  ],
  dWwithoutPredictor: [
    {
      name: "stop-gradient kept",
      says: "Only one branch moves here. The question removes the stop-gradient too.",
      answer: ({ W, Xprime }: Bare) => minus(mul(W, Xprime)),
    },
    {
      name: "uphill",
      says: "This is the derivative itself: $W$ would grow. The update goes down.",
      answer: ({ W, Xprime }: Bare) => scale(2, mul(W, Xprime)),
    },
    {
      name: "lost one half",
      says: "Everything is twice as large as it should be: where did the factor in front of $J$ go?",
      answer: ({ W, Xprime }: Bare) => scale(-4, mul(W, Xprime)),
    },
    {
      name: "variances only",
      says: "Only the diagonal of $X'$ is used: its off-diagonal entries mix the columns of $W$.",
      answer: ({ W, Xprime }: Bare) => W.map((row) => row.map((x, j) => -2 * x * Xprime[j][j])),
    },
    {
      name: "same pull on every direction",
      says: "Every direction decays at one rate here. Does the augmentation noise spread all of them alike?",
      answer: ({ W }: Bare) => scale(-2, W),
    },
    {
      name: "the objective's factor",
      says: "This is the pull on the representation's moment $W X' W^\\top$ carried back, not on $W$.",
      answer: ({ W, Xprime }: Bare) => scale(-2, mul(W, Xprime, Xprime)),
    },
  ],
  survives: [
    {
      name: "the assignment's headline",
      says:
        "Stopping the gradient alone does not save it: with a fixed predictor the online branch still shrinks towards its own noisy target. Work out $\\dot W$ for that case.",
      answer: () => ({ neither: false, stopGradientOnly: true, predictorOnly: false, both: true }),
    },
    {
      name: "the predictor alone",
      says:
        "A predictor alone does not save it when $X' \\succ 0$: look at the smallest eigenvalue of $H$ for any $W_p$.",
      answer: () => ({ neither: false, stopGradientOnly: false, predictorOnly: true, both: true }),
    },
    {
      name: "either is enough",
      says: "Two of the four networks are judged too kindly: each device is tried alone in this question.",
      answer: () => ({ neither: false, stopGradientOnly: true, predictorOnly: true, both: true }),
    },
    {
      name: "always",
      says: "Then there would be nothing to explain. What did 5.4 show?",
      answer: () => ({ neither: true, stopGradientOnly: true, predictorOnly: true, both: true }),
    },
    {
      name: "never",
      says: "This would make SimSiam useless. Weight decay is small here, and the start lies in the basin.",
      answer: () => ({ neither: false, stopGradientOnly: false, predictorOnly: false, both: false }),
    },
    {
      name: "collapse and survival swapped",
      says: "The words seem to be swapped: true stands for a representation that survives.",
      answer: () => ({ neither: true, stopGradientOnly: true, predictorOnly: true, both: false }),
    },
  ],
} as const;

interface Bound {
  lambda0: number;
  norm0: number;
}
interface Bare {
  W: Matrix;
  Xprime: Matrix;
}
