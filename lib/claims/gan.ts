import {
  flowState,
  spectralRadius,
  trajectory,
  updateMatrix,
  updateMatrixOver,
  value,
  valueGradient,
} from "../gan.ts";
import { difference, failsUnless } from "../math/difference.ts";
import { gaussianRationals, type Rational, rational, rationalMatrices, rationals } from "../math/exact.ts";
import { type ComplexOver, matricesOver } from "../math/field.ts";
import { type Random, RATIONAL_SAMPLE } from "../math/random.ts";
import type { Vector } from "../math/types.ts";
import { define, ledger } from "../notebook/claim.ts";
import { mutants } from "../zoo/gan.ts";

/** The ledger of question 4: what is true of gradient descent/ascent on V(d, g) = d g, and how it is checked. */

const { add, sub, mul, neg, one, zero } = rationals;
const { apply, dot, determinant, identity, trace } = rationalMatrices;
const { sub: minus, mul: times, transpose, scale } = rationalMatrices;
const square = (x: Rational) => mul(x, x);

type RationalMatrix = Rational[][];
interface State {
  alpha: Rational;
  v: Rational[];
}

/** A learning rate and a state: first the degenerate ones, then random rational points. */
const state = (random: Random, index: number): State => ({
  alpha: index === 0 ? zero : index === 1 ? one : random.rational(),
  v: index === 2 ? [zero, zero] : [random.rational(), random.rational()],
});
const degree = (total: number) => ({ degree: total, sampleSize: RATIONAL_SAMPLE });

const A = (alpha: Rational): RationalMatrix => updateMatrixOver(rationals, "simultaneous", alpha);

/** One simultaneous step from the definition: d climbs V, g descends it. */
const step = ({ alpha, v }: State): Rational[] => {
  const [slopeD, slopeG] = valueGradient(rationals, v);
  return [add(v[0], mul(alpha, slopeD)), sub(v[1], mul(alpha, slopeG))];
};

/** det(M − λI) over the Gaussian rationals. */
const characteristic = (M: RationalMatrix, lambda: ComplexOver<Rational>) =>
  matricesOver(gaussianRationals).determinant(
    M.map((row, i) =>
      row.map((re, j) => i === j ? gaussianRationals.sub({ re, im: zero }, lambda) : { re, im: zero })
    ),
  );

const third = 1 / Math.sqrt(3);

export const claims = ledger(
  define("4.1", {
    statement:
      "One simultaneous update is $v_{k+1} = A v_k$ with $A = \\begin{pmatrix} 1 & \\alpha \\\\ -\\alpha & 1 \\end{pmatrix}$ and $v = (d, g)$",
    evidence: "exact",
    subject: { A },
    instance: state,
    error: ({ A }, { alpha, v }) => difference(apply(A(alpha), v), step({ alpha, v })),
    identity: degree(2),
    mutants: mutants["4.1"],
  }),
  define("4.2.a", {
    statement:
      "For $\\alpha \\neq 0$ the only fixed point is $(0, 0)$, since $\\det(A - I) = \\alpha^2$; it is where $\\nabla V = 0$, and a saddle of $V$",
    evidence: "exact",
    subject: { A, stationary: [zero, zero] as Rational[] },
    instance: state,
    error: ({ A, stationary }, { alpha, v: [d] }) =>
      Math.max(
        difference(determinant(minus(A(alpha), identity(2))), square(alpha)),
        difference(apply(A(alpha), stationary), stationary),
        difference(valueGradient(rationals, stationary), [zero, zero]),
        // up along the diagonal, down along the antidiagonal
        difference([value(rationals, [d, d]), value(rationals, [d, neg(d)])], [square(d), neg(square(d))]),
      ),
    identity: degree(2),
    mutants: mutants["4.2.a"],
    printed: {
      text: "The stationary point is $(0, 0)$, whatever $\\alpha$ is.",
      counterexample: {
        "$\\alpha$": 0,
        "$v_0$": [1, 2],
        "$v_1$": trajectory(updateMatrix("simultaneous", 0), [1, 2], 1)[1],
      },
      // another point that stays where it is
      error: () =>
        failsUnless(difference(trajectory(updateMatrix("simultaneous", 0), [1, 2], 1)[1], [1, 2]) > 0),
    },
  }),
  define("4.2.b", {
    statement: "The map meant is the one of part 1 of this question",
    evidence: "editorial",
    printed: "The map is said to come from “6.1”; there is no such question.",
  }),
  define("4.3.a", {
    statement:
      "The eigenvalues of $A$ are $1 \\pm i\\alpha$, the roots of $\\lambda^2 - 2\\lambda + 1 + \\alpha^2$",
    evidence: "exact",
    subject: {
      A,
      eigenvalues: (
        alpha: Rational,
      ): ComplexOver<Rational>[] => [{ re: one, im: alpha }, { re: one, im: neg(alpha) }],
    },
    instance: state,
    error: ({ A, eigenvalues }, { alpha }) => {
      const M = A(alpha), [x, y] = eigenvalues(alpha), field = gaussianRationals;
      return Math.max(
        difference(characteristic(M, x), field.zero),
        difference(field.add(x, y), { re: trace(M), im: zero }),
        difference(field.mul(x, y), { re: determinant(M), im: zero }),
        difference([trace(M), determinant(M)], [rational(2), add(one, square(alpha))]),
      );
    },
    identity: degree(2),
    mutants: mutants["4.3.a"],
    printed: {
      text:
        "$\\lambda = 1 \\pm \\sqrt{-\\alpha^2}$, and nothing more: no real number for $\\alpha \\neq 0$, and no modulus to compare with 1.",
      counterexample: { "$\\alpha$": 0.3, "$\\sqrt{-\\alpha^2}$ in real arithmetic": Math.sqrt(-(0.3 ** 2)) },
      error: () => failsUnless(Number.isFinite(Math.sqrt(-(0.3 ** 2)))),
    },
  }),
  define("4.3.b", {
    statement:
      "$A^\\top A = (1 + \\alpha^2) I$: each step multiplies the norm by exactly $\\lvert\\lambda\\rvert = \\sqrt{1 + \\alpha^2}$, more than 1 for $\\alpha \\neq 0$",
    evidence: "exact",
    subject: { A, factor: (alpha: Rational) => add(one, square(alpha)) },
    instance: state,
    error: ({ A, factor }, { alpha, v }) => {
      const M = A(alpha), next = apply(M, v);
      return Math.max(
        difference(times(transpose(M), M), scale(factor(alpha), identity(2))),
        difference(dot(next, next), mul(factor(alpha), dot(v, v))),
      );
    },
    identity: degree(4),
    mutants: mutants["4.3.b"],
  }),
  define("4.3.c", {
    statement:
      "For $\\alpha \\neq 0$ and $v_0 \\neq 0$ the orbit is an outward spiral: every step turns by $\\arctan \\alpha$ and the norm diverges, while the coordinates oscillate",
    evidence: "exact",
    subject: { A },
    instance: state,
    error: ({ A }, { alpha, v }) => {
      const next = apply(A(alpha), v), length = dot(v, v);
      const turn = sub(mul(v[1], next[0]), mul(v[0], next[1]));
      return Math.max(
        difference([dot(v, next), turn], [length, mul(alpha, length)]),
        difference(dot(next, next), mul(add(one, square(alpha)), length)),
        // eight steps with α = 1 come back to the start, sixteen times as large
        difference(power(A(one), 8), scale(rational(16), identity(2))),
      );
    },
    identity: degree(4),
    mutants: mutants["4.3.c"],
    printed: {
      text: "$d_k$ and $g_k$ diverge on an orbit around the fixed point.",
      counterexample: {
        "$\\alpha$": 1,
        "$v_0$": [1, 0],
        "$d_2, d_6, d_{10}$": [2, 6, 10].map((k) =>
          trajectory(updateMatrix("simultaneous", 1), [1, 0], k)[k][0]
        ),
        "$\\lVert v_{10} \\rVert$": Math.hypot(
          ...trajectory(updateMatrix("simultaneous", 1), [1, 0], 10)[10],
        ),
      },
      // a coordinate that is 0 at every fourth step does not diverge
      error: () => failsUnless(trajectory(updateMatrix("simultaneous", 1), [1, 0], 402)[402][0] !== 0),
    },
  }),
  define("4.3.d", {
    statement:
      "In continuous time, $\\dot d = g$, $\\dot g = -d$, the orbit is a circle: the divergence comes from the finite step, and fades as $\\alpha \\to 0$",
    evidence: "quadrature",
    subject: { flow: flowState as (start: Vector, t: number) => Vector },
    instances: 200,
    instance: (random) => ({ start: [random.normal(), random.normal()], t: random.uniform(0, 12) }),
    error: ({ flow }, { start, t }) => {
      const end = flow(start, t);
      return Math.max(
        difference(end, rungeKutta(start, t, 2000)),
        difference(Math.hypot(...end), Math.hypot(...start)),
      );
    },
    mutants: {
      "Euler's method with 2,000 steps": { flow: (start, t) => euler(start, t, 2000) },
      "the other way round": { flow: (start, t) => flowState(start, -t) },
    },
  }),
  define("4.3.e", {
    statement:
      "Alternating updates have $\\det = 1$ and conserve $d^2 + g^2 \\pm \\alpha d g$ (+ when $d$ moves first): bounded for $\\lvert\\alpha\\rvert < 2$; at $\\alpha = 2$ growth is linear but along $(1, -1)$, beyond it exponential",
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
      const two = rational(2), shear = matricesOver(rationals).add(dFirst(two), identity(2));
      return Math.max(
        difference([determinant(dFirst(alpha)), determinant(gFirst(alpha))], [one, one]),
        difference(conserved(apply(dFirst(alpha), v), one), conserved(v, one)),
        difference(conserved(apply(gFirst(alpha), v), neg(one)), conserved(v, neg(one))),
        // complex eigenvalues on the unit circle exactly where the trace 2 − α² is between −2 and 2
        difference(trace(dFirst(alpha)), sub(two, square(alpha))),
        // a Jordan block at α = 2: (M + I)² = 0, M + I ≠ 0, and (1, −1) only changes sign
        difference(times(shear, shear), [[zero, zero], [zero, zero]]),
        failsUnless(difference(shear, [[zero, zero], [zero, zero]]) > 0),
        difference(apply(dFirst(two), [one, neg(one)]), [neg(one), one]),
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
    error: ({ A }, { alpha }) => {
      const M = A(alpha), a = square(alpha), radius = add(sub(one, a), square(a));
      return Math.max(
        difference(characteristic(M, { re: sub(one, a), im: alpha }), gaussianRationals.zero),
        difference([trace(M), determinant(M)], [mul(rational(2), sub(one, a)), radius]),
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
      alpha: index < 2 ? rational(index) : random.rational(),
      lambda: { re: random.rational(), im: random.rational() },
      share: random.uniform(0.05, 0.999),
    }),
    error: ({ M }, { alpha, lambda, share }) => {
      const { mul, sub, add } = gaussianRationals;
      const quadratic = (sign: Rational) => {
        const i = { re: zero, im: rationals.mul(sign, alpha) };
        return add(sub(mul(lambda, lambda), mul(add(gaussianRationals.one, add(i, i)), lambda)), i);
      };
      const radius = (alpha: number) => spectralRadius(M(rational(alpha)).map((row) => row.map(Number)));
      return Math.max(
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
      const M = A(alpha), next = apply(M, v), [slopeD, slopeG] = valueGradient(rationals, next);
      return Math.max(
        // the gradient is taken where the step ends
        difference(next, [add(v[0], mul(alpha, slopeD)), sub(v[1], mul(alpha, slopeG))]),
        difference(scale(add(one, square(alpha)), times(transpose(M), M)), identity(2)),
      );
    },
    identity: degree(6),
    mutants: mutants["4.3.h"],
  }),
  define("4.3.i", {
    statement:
      "With the penalty $-\\tfrac{\\gamma}{2} d^2$, $\\gamma < 2$, the eigenvalues are complex with $\\rho^2 = 1 - \\alpha\\gamma + \\alpha^2$: stable exactly for $0 < \\alpha < \\gamma$",
    evidence: "exact",
    further: true,
    subject: { A: (alpha: Rational, gamma: Rational) => updateMatrixOver(rationals, "r1", alpha, gamma) },
    instance: (random, index) => ({ ...state(random, index), gamma: index === 3 ? zero : random.rational() }),
    error: ({ A }, { alpha, gamma, v }) => {
      const M = A(alpha, gamma), [slopeD, slopeG] = valueGradient(rationals, v);
      const penalised = [add(v[0], mul(alpha, sub(slopeD, mul(gamma, v[0])))), sub(v[1], mul(alpha, slopeG))];
      const discriminant = sub(square(trace(M)), mul(rational(4), determinant(M)));
      return Math.max(
        difference(apply(M, v), penalised),
        difference(determinant(M), add(sub(one, mul(alpha, gamma)), square(alpha))),
        // t² − 4D = α² (γ² − 4): negative exactly for γ < 2; ρ² − 1 = α (α − γ)
        difference(discriminant, mul(square(alpha), sub(square(gamma), rational(4)))),
        difference(sub(determinant(M), one), mul(alpha, sub(alpha, gamma))),
      );
    },
    identity: degree(4),
    mutants: mutants["4.3.i"],
  }),
);

function power(M: RationalMatrix, k: number): RationalMatrix {
  return k === 0 ? identity(2) : times(M, power(M, k - 1));
}

/** The flow's slope by the definition: (∂V/∂d, −∂V/∂g) with V = d g. */
const slope = ([d, g]: Vector): Vector => [g, -d];
const move = (v: Vector, h: number, by: Vector): Vector => v.map((x, i) => x + h * by[i]);

function euler(start: Vector, t: number, steps: number): Vector {
  let v = start;
  for (let k = 0; k < steps; k++) v = move(v, t / steps, slope(v));
  return v;
}

/** The classical method of fourth order: a witness that knows the equation, not its solution. */
function rungeKutta(start: Vector, t: number, steps: number): Vector {
  const h = t / steps;
  let v = start;
  for (let k = 0; k < steps; k++) {
    const a = slope(v), b = slope(move(v, h / 2, a)), c = slope(move(v, h / 2, b)), d = slope(move(v, h, c));
    v = v.map((x, i) => x + h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
  }
  return v;
}
