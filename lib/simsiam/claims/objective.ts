import { difference } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { matricesOver } from "../../math/field.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { proved } from "../../proof/proved.ts";
import { type DataPoint, expectationsOver, type PairOf } from "../expectation.ts";
import { held, heldPairs, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { simsiamOver } from "../solution/formulas.ts";
import { free, freeValues } from "./notation.ts";
import { draw, exactData, exactly, inner, M, type Moments, type Q, sizes } from "./points.ts";

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
const { transpose } = M;
type Data = readonly DataPoint<Rational>[];

/** Two views of one point that are one and the same. */
const sameView = (data: Data) => views.pairs(data).map((pair) => ({ ...pair, x2: pair.x1 }));
/** The second view comes from another augmentation, which draws the first of the two views only. */
const otherLaw = (data: Data): PairOf<Rational>[] =>
  data.flatMap(({ weight, views: [first, second] }) =>
    [first, second].map((x1) => ({ x1, x2: first, weight: mul(weight, half) }))
  );

/** The loss with views and W held, W_p (and the target) as given. */
const lifted = (
  F: Parameters<OfMatrix<Rational>>[0],
  pairs: readonly PairOf<Rational>[],
  W: Q,
  Wp: Parameters<OfMatrix<Rational>>[1],
  target = held(rationals, W),
) => expectationsOver(F).loss(heldPairs(rationals, pairs), held(rationals, W), Wp, target);

type Features = { F1: Q; F12: Q; F2: Q };
/** J from the moments of the features, by equation (3). */
const fromFeatures = (Wp: Q, { F1, F12, F2 }: Features): Rational => {
  const I = M.identity(Wp.length);
  // W = I, X + X′ = F₁: the features stand in for the views
  return exact.objective({ W: I, Wp, X: F1, Xprime: M.zeros(Wp.length, Wp.length), F12, F2 });
};

/** E x₁ x₂ᵀ, entry by entry. */
const secondMoment = (pairs: readonly PairOf<Rational>[]): Q =>
  pairs[0].x1.map((_, i) =>
    pairs[0].x2.map((_, j) => pairs.map(({ x1, x2, weight }) => mul(weight, mul(x1[i], x2[j]))).reduce(add))
  );

const on = { notation: free, instance: freeValues };

export const objective = [
  define("5.0.a", {
    statement:
      "When both views of a point are drawn by one law, $E f_1 f_1^\\top = E f_2 f_2^\\top = W (X + X') W^\\top$",
    evidence: "exact",
    subject: { pairs: views.pairs, F1: exact.F1 as (at: { W: Q } & Moments) => Q },
    instance: setting,
    error: ({ pairs, F1 }, { data, W }) => {
      const found = views.features(pairs(data), W), closed = F1({ W, ...views.moments(data) });
      return Math.max(difference(found.F1, closed), difference(found.F2, closed));
    },
    ...exactly,
    mutants: {
      "the spread of the views forgotten": { F1: ({ W, X }) => M.mul(W, X, transpose(W)) },
      "only the spread kept": { F1: ({ W, Xprime }) => M.mul(W, Xprime, transpose(W)) },
      "the second view by another augmentation": { pairs: otherLaw },
    },
  }),
  define("5.0.b", {
    statement: "When they are also drawn independently of each other, $E f_1 f_2^\\top = W X W^\\top$",
    evidence: "exact",
    subject: { pairs: views.pairs, F12: (W: Q, { X }: Moments) => exact.F12({ W, X }) },
    instance: setting,
    error: ({ pairs, F12 }, { data, W }) =>
      difference(views.features(pairs(data), W).F12, F12(W, views.moments(data))),
    ...exactly,
    mutants: {
      "one view used twice": { pairs: sameView },
      "$C$ for $X$": { F12: (W, { X, Xprime }) => M.mul(W, M.add(X, Xprime), transpose(W)) },
      "the second view by another augmentation": { pairs: otherLaw },
    },
  }),
  define("5.0.c", {
    statement:
      "$F_{21} = E f_2 f_1^\\top$ is $F_{12}^\\top$ for any two views; when they can change places, both are one symmetric matrix",
    evidence: "exact",
    subject: { pairs: views.pairs, features: views.features },
    instance: setting,
    error: ({ pairs, features }, { data, unlike, W }) => {
      const any = features(unlike, W), like = features(pairs(data), W);
      return Math.max(
        difference(any.F12, M.mul(W, secondMoment(unlike), transpose(W))),
        difference(any.F21, transpose(any.F12)),
        difference(like.F21, like.F12),
      );
    },
    ...exactly,
    mutants: {
      "the second view by another augmentation": { pairs: otherLaw },
      "the first view in the place of the second": {
        features: (pairs, W) => {
          const { F1, F2 } = views.features(pairs, W);
          return { F1, F2, F12: F1, F21: F1 };
        },
      },
      "$F_{12}$ called symmetric": {
        features: (pairs, W) => {
          const found = views.features(pairs, W);
          return { ...found, F21: found.F12 };
        },
      },
    },
  }),
  define("5.0.d", {
    statement:
      "SimSiam as published minimises a negative cosine, with the branches taken in both orders; the linear model takes one order of a squared distance. With views that can change places, both orders only double $J$",
    evidence: "editorial",
    aside: true,
  }),
  proved("5.1.a", {
    ...on,
    statement: (formula) => formula,
    lines: [["norm(Wp f1 - f2)^2"], ["(Wp f1 - f2)' (Wp f1 - f2)", "norm as a product"]],
    mutants: {
      "the sum of the branches": "(Wp f1 + f2)' (Wp f1 + f2)",
      "the predictor on the target": "(f1 - Wp f2)' (f1 - Wp f2)",
    },
    aside: true,
  }),
  proved("5.1.b", {
    ...on,
    statement: (formula) => `${formula}: a transposed product turns its factors round`,
    lines: [["(Wp f1 - f2)' (Wp f1 - f2)"], ["(f1' Wp' - f2') (Wp f1 - f2)", "transpose of a product"]],
    mutants: { "the transpose dropped": "(f1' Wp - f2') (Wp f1 - f2)" },
    aside: true,
  }),
  proved("5.1.c", {
    ...on,
    statement: (formula) => `Four scalars: ${formula}`,
    lines: [["(f1' Wp' - f2') (Wp f1 - f2)"], ["f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2"]],
    mutants: { "one mixed term": "f1' Wp' Wp f1 - f1' Wp' f2 + f2' f2" },
    aside: true,
  }),
  proved("5.1.d", {
    ...on,
    statement: (formula) =>
      `${formula}: a scalar is its own trace, and $\\operatorname{tr}(A B) = \\operatorname{tr}(B A)$`,
    lines: [["f1' f2"], ["tr(f2 f1')", ["a scalar is its trace", "cyclic trace"]]],
    mutants: { "the trace of a product of two other vectors": "tr(f1 f1')", "twice as much": "2 tr(f2 f1')" },
    aside: true,
  }),
  proved("5.1.g", {
    ...on,
    statement: (formula) =>
      `The quoted $a^\\top a = \\operatorname{tr}(a a^\\top)$, applied to $a + b$, gives the same: ${formula}`,
    lines: [
      ["f1' f2"],
      ["1/2 (tr((f1 + f2) (f1 + f2)') - tr(f1 f1') - tr(f2 f2'))", [
        "a scalar is its trace",
        "cyclic trace",
        "transpose of a product",
      ]],
    ],
    mutants: { "the half forgotten": "tr((f1 + f2) (f1 + f2)') - tr(f1 f1') - tr(f2 f2')" },
    aside: true,
  }),
  proved("5.1.e", {
    ...on,
    statement: (formula) => `${formula}: a matrix and its transpose have one trace`,
    lines: [["tr(Wp' f2 f1')"], ["tr(f1 f2' Wp)", ["trace of a transpose", "transpose of a product"]]],
    mutants: {
      "order turned, factors not transposed": "tr(f2 f1' Wp)",
      "one factor not transposed": "tr(f1 f2' Wp')",
    },
    aside: true,
  }),
  define("5.1.f", {
    statement:
      "$J = \\tfrac12 [\\operatorname{tr}(W_p^\\top W_p F_1) - \\operatorname{tr}(W_p F_{12})$ $-\\, \\operatorname{tr}(F_{12} W_p) + \\operatorname{tr} F_2]$ for any two laws of the views",
    evidence: "exact",
    subject: { J: fromFeatures },
    instance: setting,
    error: ({ J }, { data, unlike, W, Wp }) =>
      Math.max(
        ...[unlike, views.pairs(data)].map((pairs) =>
          difference(views.loss(pairs, W, Wp), J(Wp, views.features(pairs, W)))
        ),
      ),
    ...exactly,
    mutants: {
      "lost one half": { J: (Wp, at) => fromFeatures(Wp, at).mul(2) },
      "one middle term": { J: (Wp, at) => add(fromFeatures(Wp, at), mul(half, M.trace(M.mul(Wp, at.F12)))) },
      "$F_2$ taken to be $F_1$": { J: (Wp, at) => fromFeatures(Wp, { ...at, F2: at.F1 }) },
      "$F_{12}$ taken to be $F_1$": { J: (Wp, at) => fromFeatures(Wp, { ...at, F12: at.F1 }) },
    },
  }),
  define("5.2.a", {
    statement: "$X$ and $X'$ are symmetric, and so is $F_1 = W (X + X') W^\\top$",
    evidence: "exact",
    subject: { F1: exact.F1 as (at: { W: Q } & Moments) => Q },
    instance: setting,
    error: ({ F1 }, { data, W }) => {
      const { X, Xprime } = views.moments(data), F = F1({ W, X, Xprime });
      return Math.max(
        difference(F, views.features(views.pairs(data), W).F1),
        ...[X, Xprime, F].map((S) => difference(S, transpose(S))),
      );
    },
    ...exactly,
    mutants: {
      "the spread of the views forgotten, symmetric too": {
        F1: ({ W, X }) => M.mul(W, X, transpose(W)),
      },
      // W with its first entry raised by 1: another network than W, and no multiple of it
      "$F_1$ with the two branches' networks mixed up": {
        F1: ({ W, X, Xprime }) => {
          const other = W.map((row, i) => row.map((x, j) => i + j === 0 ? x.add(1) : x));
          return M.mul(other, M.add(X, Xprime), transpose(W));
        },
      },
    },
  }),
  proved("5.2.b", {
    ...on,
    statement: (formula) => `The predictor's step, whatever $F_{12}$ is: ${formula}`,
    lines: [
      ["-1/2 d(tr(Wp' Wp F1), Wp) + 1/2 d(tr(Wp F12), Wp) + 1/2 d(tr(F12 Wp), Wp)"],
      ["-1/2 (Wp F1' + Wp F1 - 2 F12')", "derivative of a trace"],
      ["-Wp F1 + F12'", "symmetric F1"],
    ],
    mutants: { "the transpose dropped": "-Wp F1 + F12", "lost one half": "-2 Wp F1 + 2 F12'" },
  }),
  define("5.2.c", {
    statement: "A stop-gradient does not change $\\dot W_p$: the target is free of $W_p$",
    evidence: "exact",
    subject: {
      /** The loss as a function of W_p; the target branch is a constant or is not. */
      loss: (pairs: readonly PairOf<Rational>[], W: Q, stopped: boolean): OfMatrix<Rational> => (F, Wp) =>
        stopped ? lifted(F, pairs, W, Wp, held(rationals, W)) : lifted(F, pairs, W, Wp),
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
    ...exactly,
    mutants: {
      "the stop-gradient on the wrong branch": {
        loss: (pairs, W, stopped) => (F, Wp) =>
          // the prediction is held where it should move
          lifted(
            F,
            pairs,
            W,
            Wp.map((row) =>
              row.map(({ value, slope }) => ({ value, slope: stopped ? rationals.zero : slope }))
            ),
          ),
      },
      "the predictor on the target as well": {
        loss: (pairs, W) => (F, Wp) => lifted(F, pairs, W, Wp, matricesOver(F).mul(Wp, held(rationals, W))),
      },
    },
  }),
];
