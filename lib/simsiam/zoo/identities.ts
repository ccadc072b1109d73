import { type Rational, rational, rationals } from "../../math/exact.ts";
import { matricesOver } from "../../math/field.ts";
import { type DataPoint, expectationsOver, type PairOf } from "../expectation.ts";
import { simsiamOver } from "../formulas.ts";
import { held, type OfMatrix } from "../matrix_slope.ts";

/** Broken variants of the claims that are checked exactly. */

type Q = readonly (readonly Rational[])[];
type Vector = readonly Rational[];
const { add, sub, mul, scale, transpose, trace, kron, identity, outer, apply, dot } = matricesOver(rationals);
const right = simsiamOver(rationals), views = expectationsOver(rationals);
const two = rational(2), half = rational(1, 2);

interface Moments {
  X: Q;
  Xprime: Q;
}
interface Point extends Moments {
  W: Q;
  Wp: Q;
}
type Vectors = (Wp: Q, f1: Vector, f2: Vector) => Rational[];
type Term = (at: Point & { n2: number }) => Rational[][];
type Data = readonly DataPoint<Rational>[];

const C = ({ X, Xprime }: Moments) => add(X, Xprime);
const square = (Wp: Q) => mul(transpose(Wp), Wp);
const plusI = (A: Q) => add(A, identity(A.length));
const tilde = (Wp: Q) => sub(Wp, identity(Wp.length));
const minus = (a: Vector, b: Vector) => a.map((x, i) => rationals.sub(x, b[i]));
const combined = (a: Vector, b: Vector) => a.map((x, i) => rationals.add(x, b[i]));

const sameView = (data: Data) => views.pairs(data).map((p) => ({ ...p, x2: p.x1 }));
/** The second view comes from another augmentation, which draws the first of the two views only. */
const otherLaw = (data: Data): PairOf<Rational>[] =>
  data.flatMap(({ weight, views: [first, second] }) =>
    [first, second].map((x1) => ({ x1, x2: first, weight: rationals.mul(weight, half) }))
  );
const term = (value: Term) => ({ term: value });
const grad = (value: Term) => ({ gradient: value });
const curvature = (H: (at: Omit<Point, "W">) => Rational[][]) => ({ H });
const curvatures = {
  "$X$ and $X'$ swapped": curvature((at) => right.curvature({ ...at, X: at.Xprime, Xprime: at.X })),
  "$\\tilde W_p$ with a plus sign": curvature(({ Wp, X, Xprime }) =>
    add(kron(Xprime, plusI(square(Wp))), kron(X, square(plusI(Wp))))
  ),
  "the target's own term lost": curvature(({ Wp, X, Xprime }) =>
    add(kron(Xprime, square(Wp)), kron(X, square(tilde(Wp))))
  ),
  "$C$ for $X$": curvature((at) => right.curvature({ ...at, X: C(at) })),
};

export const exactMutants = {
  "5.0.a": {
    "the spread of the views forgotten": {
      F1: ({ W, X }: Pick<Point, "W" | "X">) => mul(W, X, transpose(W)),
    },
    "only the spread kept": {
      F1: ({ W, Xprime }: Pick<Point, "W" | "Xprime">) => mul(W, Xprime, transpose(W)),
    },
    "the second view by another augmentation": { pairs: otherLaw },
  },
  "5.0.b": {
    "one view used twice": { pairs: sameView },
    "$C$ for $X$": { F12: (W: Q, moments: Moments) => mul(W, C(moments), transpose(W)) },
    "the second view by another augmentation": { pairs: otherLaw },
  },
  "5.0.c": {
    "the second view by another augmentation": { pairs: otherLaw },
    "$F_{12}$ called symmetric": {
      features: (pairs: readonly PairOf<Rational>[], W: Q) => {
        const found = views.features(pairs, W);
        return { ...found, F21: found.F12 };
      },
    },
  },
  "5.1.a": {
    "the sum of the branches": { gap: ((Wp, f1, f2) => combined(apply(Wp, f1), f2)) as Vectors },
    "the predictor on the target": { gap: ((Wp, f1, f2) => minus(f1, apply(Wp, f2))) as Vectors },
  },
  "5.1.b": {
    "the transpose dropped": { row: ((Wp, f1, f2) => minus(apply(transpose(Wp), f1), f2)) as Vectors },
    "a sign lost": { row: ((Wp, f1, f2) => combined(apply(Wp, f1), f2)) as Vectors },
  },
  "5.1.c": {
    "all signs plus": { signs: [1, 1, 1, 1] },
    "one mixed term": { signs: [1, -1, 0, 1] },
    "the target's square with a minus": { signs: [1, -1, -1, -1] },
  },
  "5.1.d": {
    "the trace of each factor": {
      product: (b: Vector, a: Vector) => rationals.mul(b.reduce(rationals.add), a.reduce(rationals.add)),
    },
    "the sum of all entries": {
      product: (b: Vector, a: Vector) => outer(b, a).flat().reduce(rationals.add),
    },
    "the vectors added first": {
      product: (b: Vector, a: Vector) => dot(combined(a, b), combined(a, b)),
    },
  },
  "5.1.e": {
    "order turned, factors not transposed": {
      turned: (Wp: Q, f1: Vector, f2: Vector) => mul(outer(f2, f1), Wp),
    },
    "one factor not transposed": {
      turned: (Wp: Q, f1: Vector, f2: Vector) => mul(outer(f1, f2), transpose(Wp)),
    },
  },
  "5.1.f": {
    "lost one half": { J: fromFeatures((at) => rationals.mul(two, right.objective(at))) },
    "one middle term": {
      J: fromFeatures((at) =>
        rationals.add(right.objective(at), rationals.mul(half, trace(mul(at.Wp, at.F12))))
      ),
    },
    "$F_2$ taken to be $F_1$": { J: fromFeatures((at) => right.objective({ ...at, F2: at.X })) },
    "$F_{12}$ taken to be $F_1$": { J: fromFeatures((at) => right.objective({ ...at, F12: at.X })) },
  },
  "5.2.a": {
    "$F_1$ with the two branches' networks mixed up": {
      F1: ({ W, X, Xprime }: Omit<Point, "Wp">) => mul(scaled(W), add(X, Xprime), transpose(W)),
    },
  },
  "5.2.b": {
    "the transpose dropped": {
      gradWp: (at: Point & { F12: Q }) => sub(mul(at.Wp, right.F1(at)), at.F12),
    },
    "$X$ for $C$": {
      gradWp: ({ W, Wp, X, F12 }: Point & { F12: Q }) => sub(mul(Wp, W, X, transpose(W)), transpose(F12)),
    },
    "lost one half": { gradWp: (at: Point & { F12: Q }) => scale(two, right.gradWp(at)) },
  },
  "5.2.c": {
    "the stop-gradient on the wrong branch": {
      loss: (pairs: readonly PairOf<Rational>[], W: Q, stopped: boolean): OfMatrix<Rational> => (F, Wp) => {
        // the prediction is held where it should move
        const still = Wp.map((row) =>
          row.map(({ value, slope }) => ({
            value,
            slope: stopped ? rationals.zero : slope,
          }))
        );
        return lifted(F, pairs, W, still);
      },
    },
    "the predictor on the target as well": {
      loss: (pairs: readonly PairOf<Rational>[], W: Q): OfMatrix<Rational> => (F, Wp) =>
        lifted(F, pairs, W, Wp, matricesOver(F).mul(Wp, held(rationals, W))),
    },
  },
  "5.3.a": {
    "half of it": term(({ W, Wp, ...at }) => mul(square(Wp), W, C(at))),
    "$X$ for $C$": term(({ W, Wp, X }) => scale(two, mul(square(Wp), W, X))),
    "$X$ and $X'$ not symmetric": {
      part: (A: Q) => scale(two, A).map((row, i) => row.map((x, j) => j > i ? rationals.add(x, x) : x)),
    },
    "$W_p W_p^\\top$ for $W_p^\\top W_p$": term(({ W, Wp, ...at }) =>
      scale(two, mul(Wp, transpose(Wp), W, C(at)))
    ),
  },
  "5.3.b": {
    "$W_p$ taken to be symmetric": term(({ W, Wp, X }) => scale(two, mul(Wp, W, X))),
    "one of the two $W$ held": term(({ W, Wp, X }) => mul(Wp, W, X)),
  },
  "5.3.c": {
    "$W_p$ taken to be symmetric": term(({ W, Wp, X }) => scale(two, mul(transpose(Wp), W, X))),
    "one of the two $W$ held": term(({ W, Wp, X }) => mul(transpose(Wp), W, X)),
  },
  "5.3.d": {
    "counted once": { sum: (({ W, Wp, X }) => mul(add(Wp, transpose(Wp)), W, X)) as Term },
    "the transpose dropped": { sum: (({ W, Wp, X }) => scale(rational(4), mul(Wp, W, X))) as Term },
  },
  "5.3.e": {
    "half of it": term(({ W, ...at }) => mul(W, C(at))),
    "$X$ for $C$": term(({ W, X }) => scale(two, mul(W, X))),
  },
  "5.3.f": {
    "lost one half": grad((at) => scale(two, right.gradW(at, false))),
    "the target's own term lost": grad((at) => sub(right.gradW(at, false), mul(at.W, C(at)))),
    "the dropped transpose": grad(({ W, Wp, X, ...at }) =>
      add(sub(mul(square(Wp), W, C({ X, ...at })), scale(two, mul(Wp, W, X))), mul(W, C({ X, ...at })))
    ),
    "the stop-gradient kept": grad((at) => right.gradW(at, true)),
  },
  "5.3.g": {
    "$X$ and $X'$ swapped": {
      regrouped: ((at) => right.gradW({ ...at, X: at.Xprime, Xprime: at.X }, false)) as Term,
    },
    "the identity lost beside $X$": {
      regrouped: (({ W, X, ...at }) => sub(right.gradW({ W, X, ...at }, false), mul(W, X))) as Term,
    },
  },
  "5.3.h": {
    "a plus sign": { tilde: ({ Wp }: Point) => plusI(Wp) },
    "no identity": { tilde: ({ Wp }: Point) => scale(rationals.one, Wp) },
    "the transpose": { tilde: ({ Wp }: Point) => transpose(tilde(Wp)) },
  },
  "5.3.i": {
    "row-major vec with the column formula": { stack: (A: readonly (readonly Rational[])[]) => A.flat() },
    "the factors the other way round": { factor: (A: Q, B: Q) => kron(A, transpose(B)) },
    "the transpose dropped": { factor: (A: Q, B: Q) => kron(B, A) },
  },
  "5.3.j": {
    ...curvatures,
    "row-major vec": curvature(({ Wp, X, Xprime }) =>
      add(kron(plusI(square(Wp)), Xprime), kron(square(tilde(Wp)), X))
    ),
  },
  "5.3.k": {
    ...curvatures,
    "the second term subtracted": curvature(({ Wp, X, Xprime }) =>
      sub(kron(Xprime, plusI(square(Wp))), kron(X, square(tilde(Wp))))
    ),
  },
  "5.3.m": {
    "$X + X' \\succ 0$ taken to be enough": { positive: (_a: boolean, _b: boolean, sum: boolean) => sum },
    "$X' \\succ 0$ taken to be needed": { positive: (noise: boolean) => noise },
    "an invertible $\\tilde W_p$ taken to be enough": {
      positive: (noise: boolean, invertible: boolean) => noise || invertible,
    },
  },
  "5.3.r": {
    "no stop-gradient": { gradW: (at: Point) => right.gradW(at, false) },
    "the stop-gradient on the wrong branch": {
      gradW: (at: Point) => sub(mul(at.W, C(at)), mul(at.Wp, at.W, at.X)),
    },
    "the predictor's transpose dropped": {
      gradW: ({ W, Wp, X, Xprime }: Point) => mul(Wp, sub(mul(Wp, W, add(X, Xprime)), mul(W, X))),
    },
  },
  "5.4.a": {
    "one half kept": {
      J: (W: Q, { Xprime }: Moments) => rationals.mul(half, trace(mul(W, Xprime, transpose(W)))),
    },
    "$X$ for $X'$": { J: (W: Q, { X }: Moments) => trace(mul(W, X, transpose(W))) },
  },
  "5.4.b": {
    "the stop-gradient kept": { gradient: (W: Q, { Xprime }: Moments) => mul(W, Xprime) },
    "$X$ for $X'$": { gradient: (W: Q, { X }: Moments) => scale(two, mul(W, X)) },
  },
  "5.4.e": {
    "both branches moving": { gradient: (W: Q, { Xprime }: Moments) => scale(two, mul(W, Xprime)) },
    "no pull at all": { gradient: (W: Q) => scale(rationals.zero, W) },
  },
};

/** W with its first entry raised by 1: another network than W, and no multiple of it. */
function scaled(W: Q): Rational[][] {
  return W.map((row, i) => row.map((x, j) => i + j === 0 ? rationals.add(x, rationals.one) : x));
}

/** J from the moments of the features, through the formula with W = I. */
function fromFeatures(J: (at: Point & { F12: Q; F2: Q }) => Rational) {
  return (Wp: Q, { F1, F12, F2 }: { F1: Q; F12: Q; F2: Q }) =>
    J({ W: identity(Wp.length), Wp, X: F1, Xprime: scale(rationals.zero, F1), F12, F2 });
}

/** The loss with views and W held, W_p (and the target) as given. */
function lifted(
  F: Parameters<OfMatrix<Rational>>[0],
  pairs: readonly PairOf<Rational>[],
  W: Q,
  Wp: Parameters<OfMatrix<Rational>>[1],
  target = held(rationals, W),
) {
  const views = pairs.map(({ x1, x2, weight }) => ({
    x1: held(rationals, [x1])[0],
    x2: held(rationals, [x2])[0],
    weight: { value: weight, slope: rationals.zero },
  }));
  return expectationsOver(F).loss(views, held(rationals, W), Wp, target);
}
