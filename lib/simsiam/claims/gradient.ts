import { difference } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { matricesOver } from "../../math/field.ts";
import { define } from "../../proof/claim.ts";
import { simsiamOver } from "../formulas.ts";
import { held, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { mutants } from "../zoo.ts";
import { inner } from "./objective.ts";
import { degree, draw, type ExactPoint, exactPoint, gramOf, M, type Q, symmetric } from "./points.ts";

/** 5.3.a – k: the gradient by W term by term, regrouped, and as a matrix on vec W. */

const { add, sub, mul, transpose, scale, identity, kron, vec } = M;
const exact = simsiamOver(rationals), two = rational(2);
const square = (Wp: Q) => mul(transpose(Wp), Wp);
const C = ({ X, Xprime }: Pick<ExactPoint, "X" | "Xprime">) => add(X, Xprime);

/** tr(L W S Wᵀ R) as a function of W, for constants L, S, R. */
const traceOf = (L: Q, S: Q, R: Q): OfMatrix<Rational> => (F, W) => {
  const A = matricesOver(F), [left, middle, right] = [L, S, R].map((Z) => held(rationals, Z));
  return A.trace(A.mul(left, W, middle, A.transpose(W), right));
};
/** How far `gradient` is from the slope of f along D. */
const slopeGap = (f: OfMatrix<Rational>, { W, D }: ExactPoint, gradient: Q) =>
  difference(slopeAlong(rationals, f, W, D), inner(D, gradient));
/** J as a function of W, both branches moving. */
const objectiveOfW = ({ Wp, X, Xprime }: Pick<ExactPoint, "Wp" | "X" | "Xprime">): OfMatrix<Rational> => {
  const [p, x, y] = [Wp, X, Xprime].map((A) => held(rationals, A));
  return (F, W) => simsiamOver(F).objective({ W, Wp: p, X: x, Xprime: y });
};

type Term = (at: ExactPoint) => Rational[][];
const second: Term = ({ W, Wp, X }) => add(mul(Wp, W, X), mul(transpose(Wp), W, X));
const grouped: Term = (at) => {
  const { W, Wp, X } = at;
  return add(sub(mul(square(Wp), W, C(at)), mul(add(Wp, transpose(Wp)), W, X)), mul(W, C(at)));
};

export const gradient = [
  define("5.3.a", {
    statement:
      "Term 1: $\\partial_W \\operatorname{tr}(B\\, W C W^\\top) = 2 B W C$ with $B = W_p^\\top W_p$, $C = X + X'$, both symmetric",
    evidence: "exact",
    subject: { term: (({ W, Wp, ...at }) => scale(two, mul(square(Wp), W, C(at)))) as Term, part: symmetric },
    instance: exactPoint,
    error: ({ term, part }, at) => {
      // half of A + Aᵀ is A again where A is symmetric
      const moments = {
        X: scale(rational(1, 2), part(at.X)),
        Xprime: scale(rational(1, 2), part(at.Xprime)),
      };
      const point = { ...at, ...moments };
      return slopeGap(traceOf(square(at.Wp), C(point), identity(at.n2)), at, term(point));
    },
    identity: degree(6),
    mutants: mutants["5.3.a"],
  }),
  define("5.3.b", {
    statement: "Term 2: $\\partial_W \\operatorname{tr}(W_p\\, W X W^\\top) = W_p W X + W_p^\\top W X$",
    evidence: "exact",
    subject: { term: second },
    instance: exactPoint,
    error: ({ term }, at) => slopeGap(traceOf(at.Wp, at.X, identity(at.n2)), at, term(at)),
    identity: degree(5),
    mutants: mutants["5.3.b"],
  }),
  define("5.3.c", {
    statement: "Term 3: $\\partial_W \\operatorname{tr}(W X W^\\top W_p)$ is the same matrix",
    evidence: "exact",
    subject: { term: second },
    instance: exactPoint,
    error: ({ term }, at) => slopeGap(traceOf(identity(at.n2), at.X, at.Wp), at, term(at)),
    identity: degree(5),
    mutants: mutants["5.3.c"],
  }),
  define("5.3.d", {
    statement: "Terms 2 and 3 together: $2 (W_p + W_p^\\top) W X$",
    evidence: "exact",
    subject: { sum: (({ W, Wp, X }) => scale(two, mul(add(Wp, transpose(Wp)), W, X))) as Term },
    instance: exactPoint,
    error: ({ sum }, at) => {
      const I = identity(at.n2), both = [traceOf(at.Wp, at.X, I), traceOf(I, at.X, at.Wp)];
      return slopeGap((F, W) => F.add(both[0](F, W), both[1](F, W)), at, sum(at));
    },
    identity: degree(5),
    mutants: mutants["5.3.d"],
  }),
  define("5.3.e", {
    statement: "Term 4: $\\partial_W \\operatorname{tr}(W C W^\\top) = 2 W C$",
    evidence: "exact",
    subject: { term: (({ W, ...at }) => scale(two, mul(W, C(at)))) as Term },
    instance: exactPoint,
    error: ({ term }, at) => slopeGap(traceOf(identity(at.n2), C(at), identity(at.n2)), at, term(at)),
    identity: degree(4),
    mutants: mutants["5.3.e"],
  }),
  define("5.3.f", {
    statement: "$\\dot W = -\\partial J / \\partial W = -[\\,B W C - (W_p^\\top + W_p) W X + W C\\,]$",
    evidence: "exact",
    subject: { gradient: grouped },
    instance: exactPoint,
    error: ({ gradient }, at) => slopeGap(objectiveOfW(at), at, gradient(at)),
    identity: degree(7),
    mutants: mutants["5.3.f"],
  }),
  define("5.3.g", {
    statement: "Sorted by moments: $(B + I)\\, W X' + (B - W_p^\\top - W_p + I)\\, W X$",
    evidence: "exact",
    subject: {
      regrouped: (({ W, Wp, X, Xprime, n2 }) => {
        const B = square(Wp), I = identity(n2);
        return add(mul(add(B, I), W, Xprime), mul(add(sub(B, add(Wp, transpose(Wp))), I), W, X));
      }) as Term,
    },
    instance: exactPoint,
    error: ({ regrouped }, at) => difference(grouped(at), regrouped(at)),
    identity: degree(4),
    mutants: mutants["5.3.g"],
  }),
  define("5.3.h", {
    statement: "$B - W_p^\\top - W_p + I = \\tilde W_p^\\top \\tilde W_p$ with $\\tilde W_p = W_p - I$",
    evidence: "exact",
    subject: { tilde: ({ Wp, n2 }: ExactPoint) => sub(Wp, identity(n2)) },
    instance: exactPoint,
    error: ({ tilde }, at) => {
      const sum = add(sub(square(at.Wp), add(at.Wp, transpose(at.Wp))), identity(at.n2));
      return difference(sum, square(tilde(at)));
    },
    identity: degree(2),
    mutants: mutants["5.3.h"],
  }),
  define("5.3.i", {
    statement:
      "$\\operatorname{vec}(A V B) = (B^\\top \\otimes A) \\operatorname{vec} V$ when $\\operatorname{vec}$ stacks columns; where rows are stacked it is $A \\otimes B^\\top$",
    evidence: "exact",
    subject: { stack: vec, factor: (A: Q, B: Q) => kron(transpose(B), A) },
    instance: (random, index) => {
      const { n1, n2, W } = exactPoint(random, index);
      return { A: draw(random, n2, n2), V: W, B: draw(random, n1, n1) };
    },
    error: ({ stack, factor }, { A, V, B }) => {
      const product = mul(A, V, B);
      return Math.max(
        difference(stack(product), M.apply(factor(A, B), stack(V))),
        difference(product.flat(), M.apply(kron(A, transpose(B)), V.flat())),
      );
    },
    identity: degree(3),
    mutants: mutants["5.3.i"],
  }),
  define("5.3.j", {
    statement:
      "$\\tfrac{d}{dt} \\operatorname{vec} W = -H \\operatorname{vec} W$ with $H = X' \\otimes (W_p^\\top W_p + I) + X \\otimes \\tilde W_p^\\top \\tilde W_p$",
    evidence: "exact",
    subject: { H: exact.curvature },
    instance: exactPoint,
    error: ({ H }, at) => difference(M.apply(H(at), vec(at.W)), vec(grouped(at))),
    identity: degree(4),
    mutants: mutants["5.3.j"],
    printed: {
      text: "$\\dot W = \\tfrac{d}{dt} \\operatorname{vec} W$: a matrix on the left, a vector on the right.",
      counterexample: { "shape of $\\dot W$": "2 × 3", "shape of $\\operatorname{vec} W$": "6" },
      // the same six numbers in two shapes
      error: () => difference(M.zeros(2, 3), vec(M.zeros(2, 3))),
    },
  }),
  define("5.3.k", {
    statement:
      "$H$ is symmetric positive semidefinite: $v^\\top H v = \\lVert V X'^{1/2} \\rVert^2 + \\lVert W_p V X'^{1/2} \\rVert^2 + \\lVert \\tilde W_p V X^{1/2} \\rVert^2$, a sum of squares, for $v = \\operatorname{vec} V$",
    evidence: "exact",
    subject: { H: exact.curvature },
    instance: (random, index) => {
      const at = exactPoint(random, index), rank = index % 3 === 2 ? 1 : at.n1;
      return { ...at, root: draw(random, at.n1, at.n1), rootPrime: draw(random, at.n1, rank) };
    },
    error: ({ H }, { Wp, D, n2, root, rootPrime }) => {
      // X = R Rᵀ and X′ = R′ R′ᵀ; every root does
      const matrix = H({ Wp, X: gramOf(root), Xprime: gramOf(rootPrime) }), v = vec(D);
      const squares = [mul(D, rootPrime), mul(Wp, D, rootPrime), mul(sub(Wp, identity(n2)), D, root)];
      return Math.max(
        difference(matrix, transpose(matrix)),
        difference(M.dot(v, M.apply(matrix, v)), squares.map((A) => inner(A, A)).reduce(rationals.add)),
      );
    },
    identity: degree(6),
    mutants: mutants["5.3.k"],
  }),
];

/** The loss as a function of the online W alone, the target branch held: ½ tr(B W C Wᵀ) − tr(W_p W X Tᵀ), T = W. */
const onlineLoss = (at: ExactPoint): OfMatrix<Rational> => (F, W) => {
  const A = matricesOver(F),
    [p, b, c, x, t] = [at.Wp, square(at.Wp), C(at), at.X, at.W].map((Z) => held(rationals, Z));
  const own = A.trace(A.mul(b, W, c, A.transpose(W)));
  return F.sub(F.div(own, F.of(2)), A.trace(A.mul(p, W, x, A.transpose(t))));
};

/** What a stop-gradient leaves of ∂J/∂W. */
export const stopped = [
  define("5.3.r", {
    statement:
      "With the stop-gradient $\\partial J / \\partial W = W_p^\\top (W_p W C - W X)$; gone is $W C - W_p W X$. What is left is no gradient of any function: for $n_1 = n_2 = 1$ its mixed slopes differ by $x w$",
    evidence: "exact",
    subject: { gradW: (at: Pick<ExactPoint, "W" | "Wp" | "X" | "Xprime">) => exact.gradW(at, true) },
    instance: exactPoint,
    error: ({ gradW }, at) => {
      const gone = sub(mul(at.W, C(at)), mul(at.Wp, at.W, at.X));
      const [w, p, x, y] = [at.W[0][0], at.Wp[0][0], at.X[0][0], at.Xprime[0][0]];
      const pull = (w: Rational, p: Rational) =>
        gradW({ W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[y]] })[0][0];
      const pullP = (w: Rational, p: Rational) =>
        exact.gradWp({ W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[y]] })[0][0];
      // slopes of quadratics, from the values one step before and behind: exact
      const slope = (f: (z: Rational) => Rational, z: Rational) => f(z.add(1)).sub(f(z.sub(1))).div(2);
      const byP = slope((z) => pull(w, z), p), byW = slope((z) => pullP(z, p), w);
      return Math.max(
        slopeGap(onlineLoss(at), at, gradW(at)),
        slopeGap(objectiveOfW(at), at, add(gradW(at), gone)),
        difference(byP.sub(byW), x.mul(w)),
      );
    },
    identity: degree(7),
    mutants: mutants["5.3.r"],
  }),
];
