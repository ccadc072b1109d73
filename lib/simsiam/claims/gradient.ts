import { difference } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { matricesOver } from "../../math/field.ts";
import { define } from "../../proof/claim.ts";
import { proved } from "../../proof/proved.ts";
import { simsiamOver } from "../solution/formulas.ts";
import { held, type OfMatrix, slopeAlong } from "../matrix_slope.ts";
import { free, simsiam, values } from "./notation.ts";
import { draw, exactly, type ExactPoint, exactPoint, gramOf, inner, M, type Q } from "./points.ts";

/** 5.3.a – k: the gradient by W term by term, regrouped, and as a matrix on vec W. */

const { add, sub, mul, transpose, scale, identity: unit, kron } = M;
const exact = simsiamOver(rationals);
const square = (Wp: Q) => mul(transpose(Wp), Wp);
const tilde = (Wp: Q) => sub(Wp, unit(Wp.length));
const C = ({ X, Xprime }: Pick<ExactPoint, "X" | "Xprime">) => add(X, Xprime);

/** How far `gradient` is from the slope of f along D. */
const slopeGap = (f: OfMatrix<Rational>, { W, D }: ExactPoint, gradient: Q) =>
  difference(slopeAlong(rationals, f, W, D), inner(D, gradient));
/** J as a function of W, both branches moving. */
const objectiveOfW = ({ Wp, X, Xprime }: Pick<ExactPoint, "Wp" | "X" | "Xprime">): OfMatrix<Rational> => {
  const [p, x, y] = [Wp, X, Xprime].map((A) => held(rationals, A));
  return (F, W) => simsiamOver(F).objective({ W, Wp: p, X: x, Xprime: y });
};

const on = { notation: simsiam, instance: values };
const traceRule = ["cyclic trace", "derivative of a trace"];
/** What is left of ∂J/∂W before it is sorted, and after. */
const grouped = "B W C - (Wp' + Wp) W X + W C", sorted = "(B + I) W Xprime + (Wp - I)' (Wp - I) W X";

type Curvature = (at: Pick<ExactPoint, "Wp" | "X" | "Xprime">) => Q;

export const gradient = [
  proved("5.3.a", {
    ...on,
    statement: (formula) => `Term 1: ${formula}, $B = W_p^\\top W_p$ and $C = X + X'$ being symmetric`,
    lines: [
      ["d(tr(B W C W'), W)"],
      ["B W C + B' W C'", traceRule],
      ["2 B W C", ["symmetric B", "symmetric C"]],
    ],
    mutants: {
      "half of it": "B W C",
      "$X$ for $C$": "2 B W X",
      "$W_p W_p^\\top$ for $W_p^\\top W_p$": "2 Wp Wp' W C",
    },
    aside: true,
  }),
  proved("5.3.b", {
    ...on,
    statement: (formula) => `Term 2: ${formula}`,
    lines: [["d(tr(Wp W X W'), W)"], ["Wp W X + Wp' W X", [...traceRule, "symmetric X"]]],
    mutants: { "$W_p$ taken to be symmetric": "2 Wp W X", "one of the two $W$ held": "Wp W X" },
    aside: true,
  }),
  proved("5.3.c", {
    ...on,
    statement: (formula) => `Term 3 gives the same matrix: ${formula}`,
    lines: [["d(tr(W X W' Wp), W)"], ["Wp W X + Wp' W X", [...traceRule, "symmetric X"]]],
    mutants: { "$W_p$ taken to be symmetric": "2 Wp' W X", "one of the two $W$ held": "Wp' W X" },
    aside: true,
  }),
  proved("5.3.d", {
    ...on,
    statement: (formula) => `Terms 2 and 3 together: ${formula}`,
    lines: [
      ["d(tr(Wp W X W') + tr(W X W' Wp), W)"],
      ["2 (Wp + Wp') W X", [...traceRule, "symmetric X"]],
    ],
    mutants: { "counted once": "(Wp + Wp') W X", "the transpose dropped": "4 Wp W X" },
    aside: true,
  }),
  proved("5.3.e", {
    ...on,
    statement: (formula) => `Term 4: ${formula}`,
    lines: [["d(tr(W C W'), W)"], ["2 W C", [...traceRule, "symmetric C"]]],
    mutants: { "half of it": "W C", "$X$ for $C$": "2 W X" },
    aside: true,
  }),
  proved("5.3.f", {
    aside: true,
    ...on,
    statement: (formula) => `Without stop-gradient ${formula}`,
    lines: [
      ["-d(J, W)"],
      ["-1/2 d(tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2), W)", "definition of J"],
      [
        "-1/2 d(tr(Wp' Wp W C W') - tr(Wp W X W') - tr(W X W' Wp) + tr(W C W'), W)",
        ["definition of F1", "definition of F2", "definition of F12"],
      ],
      ["-1/2 (Wp' Wp W C + Wp' Wp W C' - 2 (Wp W X + Wp' W X') + W C + W C')", traceRule],
      [`-(${grouped})`, ["definition of B", "symmetric C", "symmetric X"]],
    ],
    mutants: {
      "lost one half": `-2 (${grouped})`,
      "the target's own term lost": "-(B W C - (Wp' + Wp) W X)",
      "the dropped transpose": "-(B W C - 2 Wp W X + W C)",
      "the stop-gradient kept": "-(B W C - Wp' W X)",
    },
  }),
  proved("5.3.g", {
    ...on,
    statement: (formula) => `Sorted by moments: ${formula}`,
    lines: [[grouped], ["(B + I) W Xprime + (B - Wp' - Wp + I) W X", "definition of C"]],
    mutants: {
      "$X$ and $X'$ swapped": "(B + I) W X + (B - Wp' - Wp + I) W Xprime",
      "the identity lost beside $X$": "(B + I) W Xprime + (B - Wp' - Wp) W X",
    },
    aside: true,
  }),
  proved("5.3.h", {
    ...on,
    statement: (formula) => `${formula}`,
    lines: [["Wp' Wp - Wp' - Wp + I"], ["(Wp - I)' (Wp - I)"]],
    mutants: { "a plus sign": "(Wp + I)' (Wp + I)", "the transpose": "(Wp - I) (Wp - I)'" },
    aside: true,
  }),
  proved("5.3.i", {
    ...on,
    statement: (formula) => `${formula} when $\\operatorname{vec}$ stacks columns`,
    lines: [["vec(Wp W K)"], ["kron(K', Wp) vec(W)", "stack columns"]],
    mutants: {
      "the factors the other way round": "kron(Wp, K') vec(W)",
      "the transpose dropped": "kron(K, Wp) vec(W)",
    },
    notation: free,
    aside: true,
  }),
  define("5.3.s", {
    statement:
      "Where rows are stacked, as arrays of rows lie in memory, it is $A \\otimes B^\\top$: $\\operatorname{vec}_{\\text{rows}}(A V B) = (A \\otimes B^\\top) \\operatorname{vec}_{\\text{rows}} V$",
    evidence: "exact",
    ...exactly,
    aside: true,
    subject: { factor: (A: Q, B: Q) => kron(A, transpose(B)) },
    instance: values,
    error: ({ factor }, { Wp, W, K }) => difference(mul(Wp, W, K).flat(), M.apply(factor(Wp, K), W.flat())),
    mutants: {
      "the column formula": { factor: (A, B) => kron(transpose(B), A) },
      "the transpose dropped": { factor: (A, B) => kron(A, B) },
    },
  }),
  proved("5.3.j", {
    ...on,
    statement: (formula) => `Stacked, the gradient is $H \\operatorname{vec}(W)$: ${formula}`,
    lines: [
      [`vec(${grouped})`],
      [`vec(${sorted})`, ["definition of B", "definition of C"]],
      ["vec((B + I) W Xprime' + (Wp - I)' (Wp - I) W X')", ["symmetric X", "symmetric Xprime"]],
      ["(kron(Xprime, Wp' Wp + I) + kron(X, (Wp - I)' (Wp - I))) vec(W)", [
        "stack columns",
        "definition of B",
      ]],
    ],
    mutants: {
      "$X$ and $X'$ swapped": "(kron(X, Wp' Wp + I) + kron(Xprime, (Wp - I)' (Wp - I))) vec(W)",
      "$\\tilde W_p$ with a plus sign": "(kron(Xprime, Wp' Wp + I) + kron(X, (Wp + I)' (Wp + I))) vec(W)",
      "the target's own term lost": "(kron(Xprime, Wp' Wp) + kron(X, (Wp - I)' (Wp - I))) vec(W)",
      "$C$ for $X$": "(kron(Xprime, Wp' Wp + I) + kron(C, (Wp - I)' (Wp - I))) vec(W)",
    },
  }),
  define("5.3.k", {
    statement:
      "$H$ is symmetric positive semidefinite: $v^\\top H v = \\lVert V X'^{1/2} \\rVert^2 + \\lVert W_p V X'^{1/2} \\rVert^2 + \\lVert \\tilde W_p V X^{1/2} \\rVert^2$, a sum of squares, for $v = \\operatorname{vec} V$",
    evidence: "exact",
    ...exactly,
    aside: true,
    subject: { H: exact.curvature as Curvature },
    instance: (random, index) => {
      const at = values(random, index), n1 = at.X.length, rank = index % 3 === 2 ? 1 : n1;
      return { ...at, root: draw(random, n1, n1), rootPrime: draw(random, n1, rank) };
    },
    error: ({ H }, { Wp, W: V, root, rootPrime }) => {
      // X = R Rᵀ and X′ = R′ R′ᵀ; every root does
      const matrix = H({ Wp, X: gramOf(root), Xprime: gramOf(rootPrime) }), v = M.vec(V);
      const squares = [mul(V, rootPrime), mul(Wp, V, rootPrime), mul(tilde(Wp), V, root)];
      return Math.max(
        difference(matrix, transpose(matrix)),
        difference(M.dot(v, M.apply(matrix, v)), squares.map((A) => inner(A, A)).reduce(rationals.add)),
      );
    },
    mutants: {
      "$X$ and $X'$ swapped": { H: (at) => exact.curvature({ ...at, X: at.Xprime, Xprime: at.X }) },
      "the target's own term lost": {
        H: ({ Wp, X, Xprime }) => add(kron(Xprime, square(Wp)), kron(X, square(tilde(Wp)))),
      },
      "the second term subtracted": {
        H: ({ Wp, X, Xprime }) =>
          sub(kron(Xprime, add(square(Wp), unit(Wp.length))), kron(X, square(tilde(Wp)))),
      },
      "rows stacked": {
        H: ({ Wp, X, Xprime }) =>
          add(kron(add(square(Wp), unit(Wp.length)), Xprime), kron(square(tilde(Wp)), X)),
      },
    },
  }),
];

/** The loss as a function of the online W alone, the target branch held: ½ tr(B W C Wᵀ) − tr(W_p W X Tᵀ), T = W. */
const onlineLoss = (at: ExactPoint): OfMatrix<Rational> => (F, W) => {
  const A = matricesOver(F),
    [p, b, c, x, t] = [at.Wp, square(at.Wp), C(at), at.X, at.W].map((Z) => held(rationals, Z));
  const own = A.trace(A.mul(b, W, c, A.transpose(W)));
  return F.sub(F.div(own, F.of(2)), A.trace(A.mul(p, W, x, A.transpose(t))));
};

type GradW = (at: Pick<ExactPoint, "W" | "Wp" | "X" | "Xprime">) => Q;
/** What a stop-gradient takes out of ∂J/∂W: the pull on the target. */
const ofTarget: GradW = (at) => sub(mul(at.W, C(at)), mul(at.Wp, at.W, at.X));

/** What a stop-gradient leaves of ∂J/∂W. */
export const stopped = [
  define("5.3.r", {
    aside: true,
    statement:
      "With the stop-gradient $\\partial J / \\partial W = W_p^\\top (W_p W C - W X)$; gone is $W C - W_p W X$, the pull on the target",
    evidence: "exact",
    subject: { gradW: ((at) => exact.gradW(at, true)) as GradW, gone: ofTarget },
    instance: exactPoint,
    error: ({ gradW, gone }, at) =>
      Math.max(
        slopeGap(onlineLoss(at), at, gradW(at)),
        slopeGap(objectiveOfW(at), at, add(gradW(at), gone(at))),
      ),
    ...exactly,
    mutants: {
      "no stop-gradient": { gradW: (at) => exact.gradW(at, false) },
      "the stop-gradient on the wrong branch": { gradW: ofTarget },
      "the predictor's transpose dropped": {
        gradW: (at) => mul(at.Wp, sub(mul(at.Wp, at.W, C(at)), mul(at.W, at.X))),
      },
      "half of it is gone": { gone: (at) => scale(rational(1, 2), ofTarget(at)) },
    },
  }),
  define("5.3.t", {
    statement:
      "What the stop-gradient leaves is the gradient of no function: for $n_1 = n_2 = 1$ its mixed slopes differ by $x w$",
    evidence: "exact",
    aside: true,
    subject: { apart: ({ w, x }: { w: Rational; x: Rational }) => x.mul(w), stop: true },
    instance: (random) => {
      const [w, p, x, y] = random.list(4, () => random.rational());
      return { w, p, x, y };
    },
    error: ({ apart, stop }, { w, p, x, y }) => {
      const at = (w: Rational, p: Rational) => ({ W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[y]] });
      // slopes of quadratics, from the values one step before and behind: exact
      const slope = (f: (z: Rational) => Rational, z: Rational) => f(z.add(1)).sub(f(z.sub(1))).div(2);
      const byP = slope((z) => exact.gradW(at(w, z), stop)[0][0], p);
      const byW = slope((z) => exact.gradWp(at(z, p))[0][0], w);
      return difference(byP.sub(byW), apart({ w, x }));
    },
    mutants: {
      "a gradient after all": { apart: () => rationals.zero },
      "the sign": { apart: ({ w, x }) => x.mul(w).neg() },
      "no stop-gradient": { stop: false },
    },
  }),
];
