import { difference, excess, failsUnless } from "../../math/difference.ts";
import { type Rational, rational, rationalMatrices, rationals } from "../../math/exact.ts";
import { define } from "../../proof/claim.ts";
import { trajectory } from "../dynamics.ts";
import { proved } from "../../proof/proved.ts";
import { type Method, updateMatrix } from "../solution.ts";
import { game } from "./formulas.ts";
import { moved, rule, square, state } from "./exact.ts";

/** 4.3.e and m – p: the players take turns. */

const { add, sub, mul, neg, one } = rationals;
const { determinant, identity, trace, apply, add: plus, scale } = rationalMatrices;
const two = rational(2);

const gFirst = rule("alternating-g-first"), dFirst = rule("alternating-d-first");
const orders = ["alternating-d-first", "alternating-g-first"] as const;

export const alternating = [
  proved("4.3.e", {
    aside: true,
    ...game,
    statement: (formula) =>
      `When $d$ moves first and $g$ looks at the new $d$, $d^2 + g^2 + \\alpha d g$ does not change: ${formula}`,
    further: true,
    lines: [
      ["dFirst^2 + gSecond^2 + alpha dFirst gSecond"],
      ["d^2 + g^2 + alpha d g", ["definition of dFirst", "definition of gSecond"]],
    ],
    mutants: {
      "the cross term with the other sign": "d^2 + g^2 - alpha d g",
      "the norm alone": "d^2 + g^2",
      "the growth of the simultaneous step": "(1 + alpha^2) (d^2 + g^2) + alpha d g",
    },
  }),
  proved("4.3.m", {
    ...game,
    statement: (formula) => `When $g$ moves first, $d^2 + g^2 - \\alpha d g$ does not change: ${formula}`,
    further: true,
    aside: true,
    lines: [
      ["dSecond^2 + gFirst^2 - alpha dSecond gFirst"],
      ["d^2 + g^2 - alpha d g", ["definition of gFirst", "definition of dSecond"]],
    ],
    mutants: {
      "the cross term with the other sign": "d^2 + g^2 + alpha d g",
      "the norm alone": "d^2 + g^2",
    },
  }),
  define("4.3.n", {
    statement:
      "For $\\lvert\\alpha\\rvert < 2$ taking turns stays bounded: $\\lVert v_k \\rVert^2 \\le \\tfrac{2 + \\lvert\\alpha\\rvert}{2 - \\lvert\\alpha\\rvert} \\lVert v_0 \\rVert^2$ for every $k$, in either order",
    evidence: "closed form",
    further: true,
    subject: {
      methods: orders as readonly Method[],
      bound: (alpha: number) => (2 + Math.abs(alpha)) / (2 - Math.abs(alpha)),
    },
    instance: (random, index) => ({
      alpha: (index % 2 ? 1 : -1) * random.uniform(0.01, 1.99),
      v: [random.normal(), random.normal()],
    }),
    // the conserved form lies between 1 − |α|/2 and 1 + |α|/2 times the squared norm: that is the proof
    error: ({ methods, bound }, { alpha, v }) =>
      Math.max(
        ...methods.flatMap((method) =>
          trajectory(updateMatrix(method, alpha), v, 300).map(([d, g]) =>
            excess((d * d + g * g) / (v[0] ** 2 + v[1] ** 2) / bound(alpha), 1)
          )
        ),
      ),
    mutants: {
      "the players move at once": { methods: ["simultaneous"] },
      "the norm never grows": { bound: () => 1 },
      "the square root of it": { bound: (alpha) => Math.sqrt((2 + Math.abs(alpha)) / (2 - Math.abs(alpha))) },
    },
  }),
  define("4.3.o", {
    statement:
      "At $\\alpha = \\pm 2$ growth is linear, $v_k = (-1)^k (v_0 + k N v_0)$ with $N^2 = 0$; along one line $N v_0 = 0$, and the state only changes its sign",
    evidence: "exact",
    further: true,
    aside: true,
    subject: { rate: two, still: (side: Rational) => [one, neg(side)] },
    instance: (random, index) => ({
      v: state(random, index).v,
      k: 1 + random.integer(8),
      sign: index % 2 ? one : neg(one),
      first: index % 4 < 2,
    }),
    error: ({ rate, still }, { v, k, sign, first }) => {
      const M = (first ? dFirst : gFirst)(mul(sign, rate));
      const N = scale(neg(one), plus(M, identity(2)));
      const flip = k % 2 ? neg(one) : one, line = still(first ? sign : neg(sign));
      const expected = v.map((x, i) => mul(flip, add(x, mul(rational(k), apply(N, v)[i]))));
      return Math.max(
        difference(moved(M, v, k), expected),
        difference(rationalMatrices.mul(N, N), N.map((row) => row.map(() => rationals.zero))),
        difference(apply(M, line), line.map(neg)),
      );
    },
    mutants: {
      "just below 2": { rate: rational(199, 100) },
      "the other line": { still: (side) => [one, side] },
    },
  }),
  define("4.3.p", {
    statement:
      "Beyond $\\lvert\\alpha\\rvert = 2$ growth is exponential: trace $2 - \\alpha^2$ and determinant 1 give the discriminant $\\alpha^2 (\\alpha^2 - 4)$, so there are two real eigenvalues of product 1",
    evidence: "exact",
    further: true,
    aside: true,
    subject: {
      A: dFirst,
      discriminant: (alpha: Rational) => mul(square(alpha), sub(square(alpha), rational(4))),
      real: (alpha: number) => Math.abs(alpha) > 2,
    },
    instance: state,
    error: ({ A, discriminant, real }, { alpha }) =>
      Math.max(
        // two different real eigenvalues: a positive discriminant, also hardly off ±2
        ...[alpha, ...[-2001, -2000, -1999, 1999, 2000, 2001].map((at) => rational(at, 1000))].map((at) =>
          failsUnless(real(Number(at)) === Number(discriminant(at)) > 0)
        ),
        ...[A(alpha), gFirst(alpha)].map((M) =>
          Math.max(
            difference([trace(M), determinant(M)], [sub(two, square(alpha)), one]),
            difference(sub(square(trace(M)), mul(rational(4), determinant(M))), discriminant(alpha)),
          )
        ),
      ),
    mutants: {
      "the simultaneous matrix": { A: rule("simultaneous") },
      "from 1 on": { real: (alpha) => Math.abs(alpha) > 1 },
      "at 2 already": { real: (alpha) => Math.abs(alpha) >= 2 },
      "a limit of 4": { discriminant: (alpha) => mul(square(alpha), sub(square(alpha), rational(16))) },
    },
  }),
];
