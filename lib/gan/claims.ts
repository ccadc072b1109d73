import {
  flowState,
  spectralRadius,
  trajectory,
  updateMatrix,
  updateMatrixOver,
  value,
  valueGradient,
} from "./dynamics.ts";
import { difference, excess, failsUnless } from "../math/difference.ts";
import { gaussianRationals, type Rational, rational, rationalMatrices, rationals } from "../math/exact.ts";
import type { ComplexOver } from "../math/field.ts";
import type { Vector } from "../math/types.ts";
import { define, ledger } from "../proof/claim.ts";
import { mutants } from "./zoo.ts";
import { characteristic, degree, type RationalMatrix, square, state, step } from "./claims/exact.ts";
import { otherRules } from "./claims/other_rules.ts";

/** The ledger of question 4: what is true of gradient descent/ascent on V(d, g) = d g, and how it is checked. */

const { add, sub, mul, neg, one, zero } = rationals;
const { apply, dot, determinant, identity, trace } = rationalMatrices;
const { sub: minus, mul: times, transpose, scale } = rationalMatrices;

const A = (alpha: Rational): RationalMatrix => updateMatrixOver(rationals, "simultaneous", alpha);

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
    subject: {
      flow: flowState as (start: Vector, t: number) => Vector,
      /** By how much log ‖v‖ grows in a unit of time, which is 1/α steps. */
      rate: (alpha: number) => Math.log(spectralRadius(updateMatrix("simultaneous", alpha))) / alpha,
    },
    instances: 200,
    instance: (random) => ({
      start: [random.normal(), random.normal()],
      t: random.uniform(0, 12),
      alpha: Math.exp(random.uniform(-6, 0)),
    }),
    error: ({ flow, rate }, { start, t, alpha }) => {
      const end = flow(start, t), growth = rate(alpha);
      return Math.max(
        difference(end, rungeKutta(start, t, 2000)),
        difference(Math.hypot(...end), Math.hypot(...start)),
        // log(1 + α²) ≤ α²: in a fixed time the norm grows by e^{αt/2} at most
        failsUnless(growth > 0),
        excess(growth, alpha / 2),
      );
    },
    mutants: {
      "Euler's method with 2,000 steps": { flow: (start, t) => euler(start, t, 2000) },
      "the other way round": { flow: (start, t) => flowState(start, -t) },
      "a divergence that does not fade": { rate: () => Math.log(2) / 2 },
    },
  }),
  ...otherRules,
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
