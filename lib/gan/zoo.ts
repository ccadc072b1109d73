import { type Method, updateMatrixOver } from "./dynamics.ts";
import type { Rational } from "../math/exact.ts";
import { rational, rationals } from "../math/exact.ts";
import type { ComplexOver } from "../math/field.ts";

/** Broken variants of the GAN claims, and the wrong answers that feedback names. */

type RationalMatrix = Rational[][];
const { zero, one, neg, add, sub, mul } = rationals;
const method = (name: Method) => (alpha: Rational): RationalMatrix =>
  updateMatrixOver(rationals, name, alpha);

const bothClimb = (alpha: Rational): RationalMatrix => [[one, alpha], [alpha, one]];
const swapped = (alpha: Rational): RationalMatrix => [[one, neg(alpha)], [alpha, one]];
const changeOnly = (alpha: Rational): RationalMatrix => [[zero, alpha], [neg(alpha), zero]];

/** Wrong matrices of one update, by name: mutants of every claim about A. */
export const matrices: Readonly<Record<string, { A: (alpha: Rational) => RationalMatrix }>> = {
  "g already uses the new d": { A: method("alternating-d-first") },
  "d already uses the new g": { A: method("alternating-g-first") },
  "both players climb": { A: bothClimb },
  "the change without the old state": { A: changeOnly },
};

const minusA = (alpha: Rational) => neg(alpha);

export const mutants = {
  "4.1": { ...matrices, "the players' roles swapped": { A: swapped } },
  "4.2.a": {
    "a point on the axis": { stationary: [one, zero] as Rational[] },
    "a point of the diagonal": { stationary: [one, one] as Rational[] },
    "d repeats itself": { A: (alpha: Rational): RationalMatrix => [[one, zero], [neg(alpha), one]] },
  },
  "4.3.a": {
    "real eigenvalues $1 \\pm \\alpha$": pair((alpha) => ({ re: add(one, alpha), im: zero }), (alpha) => ({
      re: sub(one, alpha),
      im: zero,
    })),
    "the 1 lost: $\\pm i\\alpha$": pair(
      (alpha) => ({ re: zero, im: alpha }),
      (alpha) => ({ re: zero, im: minusA(alpha) }),
    ),
    "one eigenvalue twice": pair((alpha) => ({ re: one, im: alpha }), (alpha) => ({ re: one, im: alpha })),
    "the alternating matrix": { A: method("alternating-d-first") },
  },
  "4.3.b": {
    "the factor $1 + \\alpha$": { factor: (alpha: Rational) => add(one, alpha) },
    "the factor $1 - \\alpha^2$, a lost sign": { factor: (alpha: Rational) => sub(one, mul(alpha, alpha)) },
    ...matrices,
  },
  "4.3.c": matrices,
  "4.3.e": {
    "the simultaneous matrix": { dFirst: method("simultaneous") },
    "the cross term with the other sign": {
      dFirst: method("alternating-g-first"),
      gFirst: method("alternating-d-first"),
    },
    "d first, run backwards": {
      dFirst: (alpha: Rational): RationalMatrix => [[sub(one, mul(alpha, alpha)), neg(alpha)], [alpha, one]],
    },
    "nobody moves": { gFirst: (): RationalMatrix => [[one, zero], [zero, one]] },
  },
  "4.3.f": {
    "one simultaneous step": { A: method("simultaneous") },
    "the trial gradient kept": {
      A: (alpha: Rational): RationalMatrix => {
        const square = mul(alpha, alpha);
        return [[add(one, square), alpha], [neg(alpha), add(one, square)]];
      },
    },
    "the players' roles swapped": {
      A: (alpha: Rational): RationalMatrix => updateMatrixOver(rationals, "extragradient", neg(alpha)),
    },
  },
  "4.3.g": {
    "a step without the memory": {
      M: (alpha: Rational): RationalMatrix => {
        const rule = updateMatrixOver(rationals, "simultaneous", alpha);
        return [[...rule[0], zero, zero], [...rule[1], zero, zero], [one, zero, zero, zero], [
          zero,
          one,
          zero,
          zero,
        ]];
      },
    },
    "the last change counted with the wrong sign": {
      M: (alpha: Rational): RationalMatrix =>
        updateMatrixOver(rationals, "optimistic", alpha).map((row, i) =>
          i < 2 ? [row[0], row[1], neg(row[2]), neg(row[3])] : row
        ),
    },
    "the players' roles swapped": {
      M: (alpha: Rational): RationalMatrix => updateMatrixOver(rationals, "optimistic", neg(alpha)),
    },
  },
  "4.3.h": {
    "the explicit step": { A: method("simultaneous") },
    "the implicit step the other way round": {
      A: (alpha: Rational): RationalMatrix => updateMatrixOver(rationals, "simultaneous", neg(alpha)),
    },
  },
  "4.3.i": {
    "no penalty": { A: (alpha: Rational) => updateMatrixOver(rationals, "simultaneous", alpha) },
    "the penalty with a lost ½": {
      A: (alpha: Rational, gamma: Rational) =>
        updateMatrixOver(rationals, "r1", alpha, mul(rational(2), gamma)),
    },
    "the penalty on g": {
      A: (alpha: Rational, gamma: Rational): RationalMatrix => [
        [one, mul(alpha, sub(one, gamma))],
        [neg(alpha), one],
      ],
    },
  },
} as const;

type Pair = (alpha: Rational) => ComplexOver<Rational>;
function pair(first: Pair, second: Pair) {
  return { eigenvalues: (alpha: Rational) => [first(alpha), second(alpha)] };
}

/** Wrong answers by the answer's name; `says` names the mistake and leaves the correction to the reader. */
export const misconceptions = {
  A: [
    {
      name: "alternating, d first",
      says:
        "This is the alternating update: g already uses the new d. The question updates both from the same old values.",
      answer: (a: number) => [[1, a], [-a, 1 - a * a]],
    },
    {
      name: "alternating, g first",
      says:
        "This is the alternating update: d already uses the new g. The question updates both from the same old values.",
      answer: (a: number) => [[1 - a * a, a], [-a, 1]],
    },
    {
      name: "both climb",
      says: "Here both players climb $V$. Read again which of them wants $V$ small.",
      answer: (a: number) => [[1, a], [a, 1]],
    },
    {
      name: "both descend",
      says: "Here both players go down on $V$. Read again which of them wants $V$ large.",
      answer: (a: number) => [[1, -a], [-a, 1]],
    },
    {
      name: "roles swapped",
      says:
        "Here the two players have swapped roles: check for each of them whether it climbs or descends, and the order of the state $(d, g)$.",
      answer: (a: number) => [[1, -a], [a, 1]],
    },
    {
      name: "change only",
      says:
        "This is how much the state changes in a step. The question asks for the matrix that gives the new state itself.",
      answer: (a: number) => [[0, a], [-a, 0]],
    },
    {
      name: "own derivative",
      says:
        "Each player's gradient is taken with respect to the other player's variable here. Differentiate $V$ by the variable that moves.",
      answer: (a: number) => [[1 + a, 0], [0, 1 - a]],
    },
    {
      name: "exact flow",
      says:
        "This turns the state as continuous time would. The question takes one finite step along the gradient.",
      answer: (a: number) => [[Math.cos(a), Math.sin(a)], [-Math.sin(a), Math.cos(a)]],
    },
  ],
  stationaryPoint: [
    {
      name: "on the d axis",
      says: "$V$ is zero there, but one of its two partial derivatives is not: one player would still move.",
      answer: () => [1, 0],
    },
    {
      name: "on the g axis",
      says: "$V$ is zero there, yet its gradient is not: the discriminator would still move.",
      answer: () => [0, 1],
    },
    {
      name: "on the diagonal",
      says:
        "Both players push with equal strength there, but both still move. Stationary means that neither does.",
      answer: () => [1, 1],
    },
    {
      name: "on the antidiagonal",
      says: "The pushes have equal size there, which is not the same as being zero.",
      answer: () => [1, -1],
    },
  ],
  eigenvaluesOfA: [
    {
      name: "real root",
      says:
        "The square root of a negative number was taken as if it were positive: what kind of number is $\\sqrt{-x^2}$?",
      answer: (a: number) => [{ re: 1 + a, im: 0 }, { re: 1 - a, im: 0 }],
    },
    {
      name: "of the change",
      says: "These belong to the change in one step, $A - I$, not to $A$.",
      answer: (a: number) => [{ re: 0, im: a }, { re: 0, im: -a }],
    },
    {
      name: "the diagonal",
      says: "The diagonal of a matrix holds its eigenvalues only when the matrix is triangular.",
      answer: () => [{ re: 1, im: 0 }, { re: 1, im: 0 }],
    },
    {
      name: "the moduli",
      says: "These are the moduli of the eigenvalues. The question wants the complex numbers themselves.",
      answer: (a: number) => [{ re: Math.hypot(1, a), im: 0 }, { re: Math.hypot(1, a), im: 0 }],
    },
    {
      name: "not conjugate",
      says:
        "One eigenvalue stands here twice. A real matrix with a complex eigenvalue has another one beside it.",
      answer: (a: number) => [{ re: 1, im: Math.abs(a) }, { re: 1, im: Math.abs(a) }],
    },
    {
      name: "one root for both",
      says:
        "Both entries are the same eigenvalue. The other root of the characteristic polynomial is missing.",
      answer: (a: number) => [{ re: 1, im: a }, { re: 1, im: a }],
    },
    {
      name: "the square of the rate",
      says: "The discriminant of the characteristic polynomial still stands under its square root.",
      answer: (a: number) => [{ re: 1, im: a * a }, { re: 1, im: -a * a }],
    },
  ],
  growth: [
    {
      name: "squared norm",
      says: "This is the factor of the squared norm.",
      answer: (a: number) => 1 + a * a,
    },
    {
      name: "lengths added",
      says: "Here the lengths of the old state and of the step are added. They do not point the same way.",
      answer: (a: number) => 1 + Math.abs(a),
    },
    {
      name: "parts added",
      says:
        "The two parts of the eigenvalue are added here. The modulus is a length: which triangle is it in?",
      answer: (a: number) => 1 + a,
    },
    {
      name: "no growth",
      says: "The norm stays the same in continuous time only. What does a finite step along a tangent do?",
      answer: () => 1,
    },
    {
      name: "the inverse",
      says: "This factor belongs to the step backwards.",
      answer: (a: number) => 1 / Math.hypot(1, a),
    },
    {
      name: "sign of i squared",
      says: "A sign was lost: the modulus of a complex number adds the squares of its two parts.",
      answer: (a: number) => Math.sqrt(Math.abs(1 - a * a)),
    },
    {
      name: "largest entry",
      says:
        "This is how strongly the largest entry of the state can grow, not its Euclidean norm over many steps.",
      answer: (a: number) => Math.max(1, Math.abs(a)),
    },
  ],
} as const;
