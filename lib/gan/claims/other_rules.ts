import { spectralRadius } from "../dynamics.ts";
import { updateMatrixOver } from "../solution.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { gaussianRationals, type Rational, rational, rationalMatrices, rationals } from "../../math/exact.ts";
import { define } from "../../proof/claim.ts";
import { characteristic, type RationalMatrix, rule, square, state, step } from "./exact.ts";

/** Other rules than the simultaneous one: 4.3.f to i and q. Each is held against its definition first. */

const { add, sub, mul, neg, one, zero } = rationals;
const { mul: times, scale, transpose } = rationalMatrices;
const { apply, determinant, identity, trace } = rationalMatrices;
const two = rational(2);
const third = 1 / Math.sqrt(3);

type Gaussian = { re: Rational; im: Rational };
const conjugate = ({ re, im }: Gaussian): Gaussian => ({ re, im: neg(im) });
const squaredModulus = ({ re, im }: Gaussian) => add(square(re), square(im));

/** A rate, 0, the edge ±`edge`, and rates hardly off each. */
const nearby = (alpha: Rational, edge: number): Rational[] => [
  alpha,
  ...[-edge, 0, edge].flatMap((at) => [-1, 0, 1].map((side) => rational(at * 1000 + side, 1000))),
];
/** Penalties γ below 2, the last hardly. */
const penalties = [rational(0), rational(1, 2), rational(1), rational(3, 2), rational(199, 100)];

export const otherRules = [
  define("4.3.f", {
    statement:
      "Extragradient has $\\lambda = 1 - \\alpha^2 \\pm i\\alpha$, so $\\rho^2 = 1 - \\alpha^2 + \\alpha^4$: it converges exactly for $0 < \\lvert\\alpha\\rvert < 1$",
    evidence: "exact",
    further: true,
    subject: {
      A: (alpha: Rational) => updateMatrixOver(rationals, "extragradient", alpha),
      converges: (alpha: number) => 0 < Math.abs(alpha) && Math.abs(alpha) < 1,
    },
    instance: state,
    error: ({ A, converges }, { alpha, v }) => {
      const M = A(alpha), a = square(alpha), radius = add(sub(one, a), square(a));
      return Math.max(
        // the step starts at v with the slopes of a trial step's end
        difference(apply(M, v), step({ alpha, v }, step({ alpha, v }))),
        difference(characteristic(M, { re: sub(one, a), im: alpha }), gaussianRationals.zero),
        difference([trace(M), determinant(M)], [mul(two, sub(one, a)), radius]),
        // ρ² − 1 = α² (α² − 1): negative exactly for 0 < |α| < 1
        difference(sub(determinant(M), one), mul(a, sub(a, one))),
        ...nearby(alpha, 1).map((at) =>
          failsUnless(converges(Number(at)) === Number(determinant(A(at))) < 1)
        ),
      );
    },
    mutants: {
      "one simultaneous step": { A: rule("simultaneous") },
      "also at 1": { converges: (alpha) => 0 < Math.abs(alpha) && Math.abs(alpha) <= 1 },
      "up to 0.99 only": { converges: (alpha) => 0 < Math.abs(alpha) && Math.abs(alpha) < 0.99 },
      "for positive rates only": { converges: (alpha) => 0 < alpha && alpha < 1 },
      "the trial gradient kept": {
        A: (alpha): RationalMatrix => {
          const grown = add(one, square(alpha));
          return [[grown, alpha], [neg(alpha), grown]];
        },
      },
      "the players' roles swapped": { A: (alpha) => rule("extragradient")(neg(alpha)) },
    },
  }),
  define("4.3.q", {
    statement:
      "Extragradient is fastest at $\\alpha = \\pm 1/\\sqrt 2$, with $\\rho = \\sqrt 3 / 2$: $\\rho^2 = \\tfrac34 + (\\alpha^2 - \\tfrac12)^2$",
    evidence: "exact",
    further: true,
    aside: true,
    subject: {
      A: rule("extragradient"),
      squaredRadius: (a: Rational) => add(rational(3, 4), square(sub(a, rational(1, 2)))),
    },
    instance: state,
    error: ({ A, squaredRadius }, { alpha }) =>
      difference(determinant(A(alpha)), squaredRadius(square(alpha))),
    mutants: {
      "fastest at $1/2$": { squaredRadius: (a) => add(rational(3, 4), square(sub(a, rational(1, 4)))) },
      "$\\rho = 3/4$": { squaredRadius: (a) => add(rational(9, 16), square(sub(a, rational(1, 2)))) },
      "one simultaneous step": { A: rule("simultaneous") },
    },
  }),
  define("4.3.g", {
    statement:
      "Optimistic updates have $\\lambda^2 - (1 + 2i\\alpha)\\lambda + i\\alpha = 0$ and its conjugate: they converge exactly for $0 < \\lvert\\alpha\\rvert < 1/\\sqrt 3$, where by Schur and Cohn $(1 - \\alpha^2)^2 - \\lvert b - c \\bar b \\rvert^2 = \\alpha^2 (1 - 3 \\alpha^2)$ is positive ($b$, $c$ the coefficients)",
    evidence: "exact",
    further: true,
    subject: { M: rule("optimistic"), margin: (a: Rational) => mul(a, sub(one, mul(rational(3), a))) },
    instance: (random, index) => ({
      ...state(random, index),
      last: [random.rational(), random.rational()],
      lambda: { re: random.rational(), im: random.rational() },
      share: index === 4 ? 0.001 : random.uniform(0.05, 0.999),
    }),
    error: ({ M, margin }, { alpha, v, last, lambda, share }) => {
      const { mul, sub, add } = gaussianRationals, a = square(alpha);
      const quadratic = (sign: Rational) => {
        const i = { re: zero, im: rationals.mul(sign, alpha) };
        return add(sub(mul(lambda, lambda), mul(add(gaussianRationals.one, add(i, i)), lambda)), i);
      };
      const b = { re: neg(one), im: neg(rationals.mul(two, alpha)) }, c = { re: zero, im: alpha };
      const radius = (alpha: number) => spectralRadius(M(rational(alpha)).map((row) => row.map(Number)));
      // twice this slope, and once the last one taken back
      const ahead = step({ alpha: rationals.mul(two, alpha), v });
      const next = step({ alpha: neg(alpha), v: ahead }, last);
      return Math.max(
        difference(apply(M(alpha), [...v, ...last]), [...next, ...v]),
        difference(characteristic(M(alpha), lambda), mul(quadratic(one), quadratic(neg(one)))),
        difference(
          rationals.sub(square(rationals.sub(one, a)), squaredModulus(sub(b, mul(c, conjugate(b))))),
          margin(a),
        ),
        // a second witness: the eigenvalues themselves, below the edge and above
        failsUnless(radius(share * third) < 1 && radius(third / share) > 1),
      );
    },
    mutants: {
      "a step without the memory": {
        M: (alpha): RationalMatrix => [
          ...rule("simultaneous")(alpha).map((row) => [...row, zero, zero]),
          [one, zero, zero, zero],
          [zero, one, zero, zero],
        ],
      },
      "the last change counted with the wrong sign": {
        M: (alpha) =>
          rule("optimistic")(alpha).map((row, i) => i < 2 ? [row[0], row[1], neg(row[2]), neg(row[3])] : row),
      },
      "the players' roles swapped": { M: (alpha) => rule("optimistic")(neg(alpha)) },
      "up to $1/2$": { margin: (a) => mul(a, sub(one, mul(rational(4), a))) },
    },
  }),
  define("4.3.h", {
    aside: true,
    statement:
      "The proximal point step has $\\rho = 1/\\sqrt{1 + \\alpha^2}$: it shrinks the norm for every $\\alpha \\neq 0$, by the factor by which the explicit step grows it",
    evidence: "exact",
    further: true,
    subject: { A: (alpha: Rational) => updateMatrixOver(rationals, "proximal", alpha) },
    instance: state,
    error: ({ A }, { alpha, v }) => {
      const M = A(alpha), next = apply(M, v);
      return Math.max(
        // the gradient is taken where the step ends
        difference(next, step({ alpha, v }, next)),
        difference(scale(add(one, square(alpha)), times(transpose(M), M)), identity(2)),
      );
    },
    mutants: {
      "the explicit step": { A: rule("simultaneous") },
      "the implicit step the other way round": { A: (alpha) => rule("simultaneous")(neg(alpha)) },
    },
  }),
  define("4.3.i", {
    aside: true,
    statement:
      "With the penalty $-\\tfrac{\\gamma}{2} d^2$, $0 \\le \\gamma < 2$, the eigenvalues are complex for $\\alpha \\neq 0$, with $\\rho^2 = 1 - \\alpha\\gamma + \\alpha^2$: stable exactly for $0 < \\alpha < \\gamma$",
    evidence: "exact",
    further: true,
    subject: {
      A: (alpha: Rational, gamma: Rational) => updateMatrixOver(rationals, "r1", alpha, gamma),
      stable: (alpha: number, gamma: number) => 0 < alpha && alpha < gamma,
    },
    instance: (random, index) => ({ ...state(random, index), gamma: index === 3 ? zero : random.rational() }),
    error: ({ A, stable }, { alpha, gamma, v }) => {
      const M = A(alpha, gamma), [d, g] = step({ alpha, v });
      const penalised = [sub(d, mul(mul(alpha, gamma), v[0])), g];
      const discriminant = sub(square(trace(M)), mul(rational(4), determinant(M)));
      return Math.max(
        difference(apply(M, v), penalised),
        difference(determinant(M), add(sub(one, mul(alpha, gamma)), square(alpha))),
        // t² − 4D = α² (γ² − 4): negative exactly for |γ| < 2; ρ² − 1 = α (α − γ)
        difference(discriminant, mul(square(alpha), sub(square(gamma), rational(4)))),
        difference(sub(determinant(M), one), mul(alpha, sub(alpha, gamma))),
        ...penalties.flatMap((gamma) =>
          nearby(alpha, Number(gamma)).map((at) =>
            failsUnless(stable(Number(at), Number(gamma)) === Number(determinant(A(at, gamma))) < 1)
          )
        ),
      );
    },
    mutants: {
      "no penalty": { A: rule("simultaneous") },
      "at the edge too": { stable: (alpha, gamma) => 0 < alpha && alpha <= gamma },
      "of either sign": { stable: (alpha, gamma) => 0 < Math.abs(alpha) && Math.abs(alpha) < gamma },
      "for penalties up to 1.6 only": { stable: (alpha, gamma) => gamma < 1.6 && 0 < alpha && alpha < gamma },
      "up to half of the penalty": { stable: (alpha, gamma) => 0 < alpha && alpha < gamma / 2 },
      "the penalty with a lost ½": {
        A: (alpha, gamma) => updateMatrixOver(rationals, "r1", alpha, mul(two, gamma)),
      },
      "the penalty on g": {
        A: (alpha, gamma): RationalMatrix => [[one, mul(alpha, sub(one, gamma))], [neg(alpha), one]],
      },
    },
  }),
];
