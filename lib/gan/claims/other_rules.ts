import { spectralRadius, updateMatrixOver } from "../dynamics.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { gaussianRationals, type Rational, rational, rationalMatrices, rationals } from "../../math/exact.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";
import { characteristic, degree, type RationalMatrix, square, state, step } from "./exact.ts";

/** Other rules than the simultaneous one: 4.3.e to 4.3.i. Each is held against its definition first. */

const { add, sub, mul, neg, one, zero } = rationals;
const { add: plus, mul: times, scale, transpose } = rationalMatrices;
const { apply, dot, determinant, identity, trace } = rationalMatrices;
const two = rational(2), nothing = [[zero, zero], [zero, zero]];
const third = 1 / Math.sqrt(3);

/** M = −I + a nilpotent: a Jordan block, under which growth is linear but along `still`, which only changes sign. */
function shearAlong(M: RationalMatrix, still: readonly Rational[]): number {
  const shear = plus(M, identity(2));
  return Math.max(
    difference(times(shear, shear), nothing),
    failsUnless(difference(shear, nothing) > 0),
    difference(apply(M, still), still.map(neg)),
  );
}

export const otherRules = [
  define("4.3.e", {
    statement:
      "Alternating updates have $\\det = 1$ and conserve $d^2 + g^2 \\pm \\alpha d g$ (+ when $d$ moves first): bounded for $\\lvert\\alpha\\rvert < 2$; at $\\lvert\\alpha\\rvert = 2$ growth is linear except along one line, $(1, \\mp 1)$ for $\\alpha = 2$; beyond it exponential",
    evidence: "exact",
    further: true,
    subject: {
      dFirst: (alpha: Rational) => updateMatrixOver(rationals, "alternating-d-first", alpha),
      gFirst: (alpha: Rational) => updateMatrixOver(rationals, "alternating-g-first", alpha),
    },
    instance: state,
    error: ({ dFirst, gFirst }, { alpha, v }) => {
      const conserved = ([d, g]: Rational[], sign: Rational) =>
        add(dot([d, g], [d, g]), mul(sign, mul(alpha, mul(d, g))));
      const [d, g] = step({ alpha, v }), rest = sub(two, square(alpha));
      return Math.max(
        // each in its turn: the second looks at what the first has done
        difference(apply(dFirst(alpha), v), [d, step({ alpha, v }, [d, v[1]])[1]]),
        difference(apply(gFirst(alpha), v), [step({ alpha, v }, [v[0], g])[0], g]),
        difference([determinant(dFirst(alpha)), determinant(gFirst(alpha))], [one, one]),
        difference(conserved(apply(dFirst(alpha), v), one), conserved(v, one)),
        difference(conserved(apply(gFirst(alpha), v), neg(one)), conserved(v, neg(one))),
        // complex eigenvalues on the unit circle exactly where the trace 2 − α² is between −2 and 2
        difference([trace(dFirst(alpha)), trace(gFirst(alpha))], [rest, rest]),
        shearAlong(dFirst(two), [one, neg(one)]),
        shearAlong(gFirst(two), [one, one]),
      );
    },
    identity: degree(6),
    mutants: mutants["4.3.e"],
  }),
  define("4.3.f", {
    statement:
      "Extragradient has $\\lambda = 1 - \\alpha^2 \\pm i\\alpha$, so $\\rho^2 = 1 - \\alpha^2 + \\alpha^4$: it converges exactly for $0 < \\lvert\\alpha\\rvert < 1$, fastest at $\\alpha = 1/\\sqrt 2$ with $\\rho = \\sqrt 3 / 2$",
    evidence: "exact",
    further: true,
    subject: { A: (alpha: Rational) => updateMatrixOver(rationals, "extragradient", alpha) },
    instance: state,
    error: ({ A }, { alpha, v }) => {
      const M = A(alpha), a = square(alpha), radius = add(sub(one, a), square(a));
      return Math.max(
        // the step starts at v with the slopes of a trial step's end
        difference(apply(M, v), step({ alpha, v }, step({ alpha, v }))),
        difference(characteristic(M, { re: sub(one, a), im: alpha }), gaussianRationals.zero),
        difference([trace(M), determinant(M)], [mul(two, sub(one, a)), radius]),
        // ρ² − 3/4 = (α² − 1/2)², and ρ² − 1 = α² (α² − 1)
        difference(sub(radius, rational(3, 4)), square(sub(a, rational(1, 2)))),
        difference(sub(determinant(M), one), mul(a, sub(a, one))),
      );
    },
    identity: degree(4),
    mutants: mutants["4.3.f"],
  }),
  define("4.3.g", {
    statement:
      "Optimistic updates have $\\lambda^2 - (1 + 2i\\alpha)\\lambda + i\\alpha = 0$ and its conjugate: they converge exactly for $0 < \\lvert\\alpha\\rvert < 1/\\sqrt 3$",
    evidence: "closed form",
    further: true,
    subject: { M: (alpha: Rational) => updateMatrixOver(rationals, "optimistic", alpha) },
    instance: (random, index) => ({
      ...state(random, index),
      last: [random.rational(), random.rational()],
      lambda: { re: random.rational(), im: random.rational() },
      share: random.uniform(0.05, 0.999),
    }),
    error: ({ M }, { alpha, v, last, lambda, share }) => {
      const { mul, sub, add } = gaussianRationals;
      const quadratic = (sign: Rational) => {
        const i = { re: zero, im: rationals.mul(sign, alpha) };
        return add(sub(mul(lambda, lambda), mul(add(gaussianRationals.one, add(i, i)), lambda)), i);
      };
      const radius = (alpha: number) => spectralRadius(M(rational(alpha)).map((row) => row.map(Number)));
      // twice this slope, and once the last one taken back
      const ahead = step({ alpha: rationals.mul(two, alpha), v });
      const next = step({ alpha: neg(alpha), v: ahead }, last);
      return Math.max(
        difference(apply(M(alpha), [...v, ...last]), [...next, ...v]),
        difference(characteristic(M(alpha), lambda), mul(quadratic(one), quadratic(neg(one)))),
        difference(radius(third), 1),
        failsUnless(radius(share * third) < 1 && radius(third / share) > 1),
      );
    },
    mutants: mutants["4.3.g"],
  }),
  define("4.3.h", {
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
    identity: degree(6),
    mutants: mutants["4.3.h"],
  }),
  define("4.3.i", {
    statement:
      "With the penalty $-\\tfrac{\\gamma}{2} d^2$, $0 \\le \\gamma < 2$, the eigenvalues are complex for $\\alpha \\neq 0$, with $\\rho^2 = 1 - \\alpha\\gamma + \\alpha^2$: stable exactly for $0 < \\alpha < \\gamma$",
    evidence: "exact",
    further: true,
    subject: { A: (alpha: Rational, gamma: Rational) => updateMatrixOver(rationals, "r1", alpha, gamma) },
    instance: (random, index) => ({ ...state(random, index), gamma: index === 3 ? zero : random.rational() }),
    error: ({ A }, { alpha, gamma, v }) => {
      const M = A(alpha, gamma), [d, g] = step({ alpha, v });
      const penalised = [sub(d, mul(mul(alpha, gamma), v[0])), g];
      const discriminant = sub(square(trace(M)), mul(rational(4), determinant(M)));
      return Math.max(
        difference(apply(M, v), penalised),
        difference(determinant(M), add(sub(one, mul(alpha, gamma)), square(alpha))),
        // t² − 4D = α² (γ² − 4): negative exactly for |γ| < 2; ρ² − 1 = α (α − γ)
        difference(discriminant, mul(square(alpha), sub(square(gamma), rational(4)))),
        difference(sub(determinant(M), one), mul(alpha, sub(alpha, gamma))),
      );
    },
    identity: degree(4),
    mutants: mutants["4.3.i"],
  }),
];
