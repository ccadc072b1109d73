import { difference } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { floats } from "../../math/field.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { expectationsOver, type PairOf } from "../expectation.ts";
import { held, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { simsiamOver } from "../formulas.ts";
import { mutants } from "../zoo.ts";
import { degree, draw, exactData, type ExactPoint, exactPoint, M, type Q, sizes } from "./points.ts";

/** 5.0 – 5.2: the moments of the views, the objective as four traces, and the predictor's gradient. */

const { add, sub, mul, half } = { ...rationals, half: rational(1, 2) };
const views = expectationsOver(rationals), exact = simsiamOver(rationals);

/** A data set with augmentations and a network, or views of two different laws. */
const setting = (random: Random, index: number) => {
  const [n1, n2] = sizes(index);
  const share = rational(1 + random.integer(9), 10);
  return {
    data: exactData(random, n1),
    unlike: [share, sub(rationals.one, share)].map((weight) => ({
      x1: draw(random, 1, n1)[0],
      x2: draw(random, 1, n1)[0],
      weight,
    })) as PairOf<Rational>[],
    W: draw(random, n2, n1),
    Wp: draw(random, n2, n2),
  };
};
/** One pair of representations. */
const vectors = (random: Random, index: number) => {
  const n2 = sizes(index)[1];
  return { Wp: draw(random, n2, n2), f1: draw(random, 1, n2)[0], f2: draw(random, 1, n2)[0] };
};
const { dot, apply, outer, trace, transpose } = M;
const minus = (a: readonly Rational[], b: readonly Rational[]) => a.map((x, i) => sub(x, b[i]));
const rowTimes = (row: readonly Rational[], A: Q) => apply(transpose(A), row);

/** Two views drawn by two different augmentations: the second is the first, turned by a quarter. */
const turned = [
  { x1: [1, 0], x2: [0, 1], weight: 0.5 },
  { x1: [0, 2], x2: [-2, 0], weight: 0.5 },
];
const turnedF12 = expectationsOver(floats).features(turned, [[1, 0], [0, 1]]).F12;

export const objective = [
  define("5.0.a", {
    statement:
      "When both views of a point are drawn by one law, $E f_1 f_1^\\top = E f_2 f_2^\\top = W (X + X') W^\\top$",
    evidence: "exact",
    subject: { pairs: views.pairs, F1: exact.F1 },
    instance: setting,
    error: ({ pairs, F1 }, { data, W }) => {
      const found = views.features(pairs(data), W), closed = F1({ W, ...views.moments(data) });
      return Math.max(difference(found.F1, closed), difference(found.F2, closed));
    },
    identity: degree(6),
    mutants: mutants["5.0.a"],
  }),
  define("5.0.b", {
    statement: "When they are also drawn independently of each other, $E f_1 f_2^\\top = W X W^\\top$",
    evidence: "exact",
    subject: { pairs: views.pairs, F12: (W: Q, { X }: { X: Q; Xprime: Q }) => exact.F12({ W, X }) },
    instance: setting,
    error: ({ pairs, F12 }, { data, W }) =>
      difference(views.features(pairs(data), W).F12, F12(W, views.moments(data))),
    identity: degree(6),
    mutants: mutants["5.0.b"],
  }),
  define("5.0.c", {
    statement:
      "$F_{21} = E f_2 f_1^\\top$ is always $F_{12}^\\top$; both are the same symmetric matrix when the two views can change places",
    evidence: "exact",
    subject: { pairs: views.pairs, features: views.features },
    instance: setting,
    error: ({ pairs, features }, { data, unlike, W }) => {
      const any = features(unlike, W), like = features(pairs(data), W);
      return Math.max(difference(any.F21, transpose(any.F12)), difference(like.F21, like.F12));
    },
    identity: degree(5),
    mutants: mutants["5.0.c"],
    printed: {
      text: "$F_{12} = F_{21}$, with no condition on how the views are drawn.",
      counterexample: {
        "two views of two points": "$(1, 0), (0, 1)$ and $(0, 2), (-2, 0)$: the second is the first, turned",
        "$F_{12}$ for $W = I$": turnedF12,
      },
      error: () => difference(turnedF12, turnedF12.map((row, i) => row.map((_, j) => turnedF12[j][i]))),
    },
  }),
  define("5.0.d", {
    statement:
      "SimSiam as published minimises a negative cosine, with the branches taken in both orders; the linear model takes one order of a squared distance. With views that can change places, both orders only double $J$",
    evidence: "editorial",
    printed: "The objective is called SimSiam's without saying what was left out.",
  }),
  define("5.1.a", {
    statement: "$\\lVert W_p f_1 - f_2 \\rVert^2 = (W_p f_1 - f_2)^\\top (W_p f_1 - f_2)$",
    evidence: "exact",
    subject: { gap: (Wp: Q, f1: readonly Rational[], f2: readonly Rational[]) => minus(apply(Wp, f1), f2) },
    instance: vectors,
    error: ({ gap }, { Wp, f1, f2 }) => {
      const squares = f2.map((y, i) => sub(dot(Wp[i], f1), y)).map((x) => mul(x, x)).reduce(add);
      return difference(squares, dot(gap(Wp, f1, f2), gap(Wp, f1, f2)));
    },
    identity: degree(4),
    mutants: mutants["5.1.a"],
  }),
  define("5.1.b", {
    statement:
      "$= (f_1^\\top W_p^\\top - f_2^\\top)(W_p f_1 - f_2)$: a transposed product turns its factors round",
    evidence: "exact",
    subject: {
      row: (Wp: Q, f1: readonly Rational[], f2: readonly Rational[]) =>
        minus(rowTimes(f1, transpose(Wp)), f2),
    },
    instance: vectors,
    error: ({ row }, { Wp, f1, f2 }) => {
      const gap = minus(apply(Wp, f1), f2);
      return difference(dot(row(Wp, f1, f2), gap), dot(gap, gap));
    },
    identity: degree(4),
    mutants: mutants["5.1.b"],
  }),
  define("5.1.c", {
    statement:
      "$= f_1^\\top W_p^\\top W_p f_1 - f_1^\\top W_p^\\top f_2 - f_2^\\top W_p f_1 + f_2^\\top f_2$: four scalars",
    evidence: "exact",
    subject: { signs: [1, -1, -1, 1] },
    instance: vectors,
    error: ({ signs }, { Wp, f1, f2 }) => {
      const gap = minus(apply(Wp, f1), f2), step = rowTimes(f1, transpose(Wp));
      const four = [dot(step, apply(Wp, f1)), dot(step, f2), dot(f2, apply(Wp, f1)), dot(f2, f2)];
      return difference(dot(gap, gap), four.map((x, i) => mul(rational(signs[i]), x)).reduce(add));
    },
    identity: degree(4),
    mutants: mutants["5.1.c"],
  }),
  define("5.1.d", {
    statement:
      "A scalar is its own trace, and $\\operatorname{tr}(A B) = \\operatorname{tr}(B A)$: so $a^\\top b = \\operatorname{tr}(b\\, a^\\top)$. The quoted $a^\\top a = \\operatorname{tr}(a a^\\top)$ gives the same when applied to $a + b$",
    evidence: "exact",
    subject: { product: (b: readonly Rational[], a: readonly Rational[]) => trace(outer(b, a)) },
    instance: vectors,
    error: ({ product }, { Wp, f1, f2 }) => {
      const sum = f1.map((x, i) => add(x, f2[i]));
      const polar = mul(half, sub(sub(trace(outer(sum, sum)), trace(outer(f1, f1))), trace(outer(f2, f2))));
      return Math.max(
        difference(dot(f1, f2), product(f2, f1)),
        difference(polar, product(f2, f1)),
        // each of the mixed terms, by moving one factor round
        difference(dot(f2, apply(Wp, f1)), product(apply(Wp, f1), f2)),
        difference(trace(M.mul(Wp, outer(f1, f2))), product(apply(Wp, f1), f2)),
      );
    },
    identity: degree(3),
    mutants: mutants["5.1.d"],
  }),
  define("5.1.e", {
    statement:
      "$\\operatorname{tr}(W_p^\\top f_2 f_1^\\top) = \\operatorname{tr}(f_1 f_2^\\top W_p)$: a matrix and its transpose have one trace",
    evidence: "exact",
    subject: {
      turned: (Wp: Q, f1: readonly Rational[], f2: readonly Rational[]) => M.mul(outer(f1, f2), Wp),
    },
    instance: vectors,
    error: ({ turned }, { Wp, f1, f2 }) =>
      difference(trace(M.mul(transpose(Wp), outer(f2, f1))), trace(turned(Wp, f1, f2))),
    identity: degree(3),
    mutants: mutants["5.1.e"],
  }),
  define("5.1.f", {
    statement:
      "$J = \\tfrac12 [\\operatorname{tr}(W_p^\\top W_p F_1) - \\operatorname{tr}(W_p F_{12})$ $-\\, \\operatorname{tr}(F_{12} W_p) + \\operatorname{tr} F_2]$ for any two laws of the views; the middle terms are equal",
    evidence: "exact",
    subject: {
      J: (Wp: Q, { F1, F12, F2 }: { F1: Q; F12: Q; F2: Q }) => {
        const I = M.identity(Wp.length);
        // W = I, X + X′ = F₁: the features stand in for the views
        return exact.objective({ W: I, Wp, X: F1, Xprime: M.zeros(Wp.length, Wp.length), F12, F2 });
      },
    },
    instance: setting,
    error: ({ J }, { data, unlike, W, Wp }) =>
      Math.max(
        ...[unlike, views.pairs(data)].map((pairs) =>
          difference(views.loss(pairs, W, Wp), J(Wp, views.features(pairs, W)))
        ),
      ),
    identity: degree(7),
    mutants: mutants["5.1.f"],
  }),
  define("5.2.a", {
    statement: "$X$ and $X'$ are symmetric, and so is $F_1 = W (X + X') W^\\top$",
    evidence: "exact",
    subject: { F1: exact.F1 },
    instance: setting,
    error: ({ F1 }, { data, W }) => {
      const { X, Xprime } = views.moments(data), F = F1({ W, X, Xprime });
      return Math.max(...[X, Xprime, F].map((S) => difference(S, transpose(S))));
    },
    identity: degree(6),
    mutants: mutants["5.2.a"],
  }),
  define("5.2.b", {
    statement: "$\\dot W_p = -\\partial J / \\partial W_p = -W_p F_1 + F_{12}^\\top$, whatever $F_{12}$ is",
    evidence: "exact",
    subject: { gradWp: exact.gradWp as (at: ExactPoint & { F12: Q }) => Q },
    instance: (random, index) => {
      const at = exactPoint(random, index);
      return { ...at, F12: draw(random, at.n2, at.n2) };
    },
    // the slope of J along a random direction, by dual numbers over the rationals
    error: ({ gradWp }, at) =>
      difference(slopeAlong(rationals, objectiveOfWp(at), at.Wp, at.Dp), inner(at.Dp, gradWp(at))),
    identity: degree(6),
    mutants: mutants["5.2.b"],
  }),
  define("5.2.c", {
    statement: "A stop-gradient does not change $\\dot W_p$: the target is free of $W_p$",
    evidence: "exact",
    subject: {
      /** The loss as a function of W_p; the target branch is a constant or is not. */
      loss: (pairs: readonly PairOf<Rational>[], W: Q, stopped: boolean): OfMatrix<Rational> => (F, Wp) => {
        const lifted = pairs.map(({ x1, x2, weight }) => ({
          x1: held(rationals, [x1])[0],
          x2: held(rationals, [x2])[0],
          weight: { value: weight, slope: rationals.zero },
        }));
        const online = held(rationals, W);
        return stopped
          ? expectationsOver(F).loss(lifted, online, Wp, held(rationals, W))
          : expectationsOver(F).loss(lifted, online, Wp);
      },
    },
    instance: (random, index) => ({
      ...setting(random, index),
      Dp: draw(random, sizes(index)[1], sizes(index)[1]),
    }),
    error: ({ loss }, { data, W, Wp, Dp }) => {
      const pairs = views.pairs(data), point = { W, Wp, ...views.moments(data) };
      const closed = inner(Dp, exact.gradWp(point));
      return Math.max(
        ...[true, false].map((stopped) =>
          difference(slopeAlong(rationals, loss(pairs, W, stopped), Wp, Dp), closed)
        ),
      );
    },
    identity: degree(7),
    mutants: mutants["5.2.c"],
  }),
];

/** tr(Dᵀ G) = Σ Dᵢⱼ Gᵢⱼ. */
export function inner(D: Q, G: Q): Rational {
  return D.flatMap((row, i) => row.map((x, j) => mul(x, G[i][j]))).reduce(add);
}

/** J as a function of W_p alone, everything else held. */
function objectiveOfWp({ W, X, Xprime, F12 }: Pick<ExactPoint, "W" | "X" | "Xprime"> & { F12: Q }): OfMatrix<
  Rational
> {
  const [w, x, y, f] = [W, X, Xprime, F12].map((A) => held(rationals, A));
  return (F, Wp) => simsiamOver(F).objective({ W: w, Wp, X: x, Xprime: y, F12: f });
}
