import type { Matrix } from "../../math/types.ts";
import {
  add,
  C,
  F,
  identity,
  kron,
  middle,
  minus,
  mul,
  plusI,
  type Point,
  right,
  scale,
  square,
  sub,
  swapped,
  tilde,
  trace,
  transposed,
} from "./algebra.ts";

/** Wrong formulas of question 5 by the answer's name; `says` names the mistake, the correction is the reader's. */

const H = right.curvature;
interface Bare {
  W: Matrix;
  Xprime: Matrix;
}

export const formulas = {
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
} as const;
