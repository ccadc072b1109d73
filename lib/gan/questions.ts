import { valueGradient } from "./dynamics.ts";
import { difference } from "../math/difference.ts";
import { floats } from "../math/field.ts";
import type { Random } from "../math/random.ts";
import type { Complex, Matrix, Vector } from "../math/types.ts";
import { questions } from "../proof/questions.ts";
import { Misread, readChoice, readComplexes, readNumber, readRecord, readVector } from "../proof/reading.ts";
import { misconceptions } from "./misconceptions.ts";
import { slips } from "./slips.ts";
import { variant } from "../course/year.ts";

/**
 * The questions on GAN dynamics. Every check follows from the definitions alone: V is differentiated, a step is
 * taken, and the answer is held against where it leads.
 */

/** One simultaneous step of size alpha along the gradient of V: d up, g down. */
function step(alpha: number, v: Vector): Vector {
  const [slopeD, slopeG] = valueGradient(floats, v);
  return [v[0] + alpha * slopeD, v[1] - alpha * slopeG];
}

/** The matrix of the step: its columns are where (1, 0) and (0, 1) go. */
function stepMatrix(alpha: number): Matrix {
  const first = step(alpha, [1, 0]), second = step(alpha, [0, 1]);
  return [[first[0], second[0]], [first[1], second[1]]];
}

interface Instance {
  alpha: number;
  v: Vector;
}

/** NaN is what a real square root makes of a negative number: said with the learning rate at which it happens. */
function refuseNaN(raw: unknown, { alpha }: Instance): void {
  if (!scalarsOf(raw).some((x) => typeof x === "number" && Number.isNaN(x))) return;
  throw new Misread(
    `For $\\alpha = ${alpha}$ it gives NaN. Learning rates of either sign are tried: is a root taken of a negative number, or something computed with what is no number?`,
  );
}

/** Everything in lists and records, in order. */
const scalarsOf = (raw: unknown): unknown[] =>
  typeof raw === "object" && raw !== null ? Object.values(raw).flatMap(scalarsOf) : [raw];

const { alpha: firstAlpha, largestAlpha } = variant("4");

const instance = (random: Random, index: number): Instance => ({
  alpha: index === 0 ? firstAlpha : Number(random.uniform(-largestAlpha, largestAlpha).toFixed(3)),
  v: [random.normal(), random.normal()],
});

/** What is asked of a learning rate. */
const ofAlpha = { instance, arguments: ({ alpha }: Instance) => [alpha] };

/** What an answer may be written with, where it is written as a formula. */
const written = { notation: { symbols: { alpha: "scalar" } }, names: ["alpha"] };

const A = {
  ask: "Define `A(alpha)` in the cell above: an array of two rows.",
  holds: "Agrees with one simultaneous gradient step of $V$ for 200 learning rates of either sign.",
  ...ofAlpha,
  reference: ({ alpha }: Instance) => stepMatrix(alpha),
  hint: ({ alpha }: Instance) =>
    `For $\\alpha = ${alpha}$ one gradient step leads elsewhere. What is the derivative of $V$ by the variable that moves, and which way does its player want to go?`,
  written,
};

const stationaryPoint = {
  ask: "Define `stationaryPoint` in the cell above: the two numbers $[d, g]$.",
  holds: "The gradient of $V$ vanishes there, and one step leads nowhere.",
  read: (raw: unknown) => readVector(raw, 2, "the two numbers [d, g]"),
  error: (given: Vector) => Math.max(...valueGradient(floats, given).map(Math.abs)),
  canonical: ([d, g]: Vector) => {
    const size = Math.max(Math.abs(d), Math.abs(g)) || 1;
    return d < 0 || d === 0 && g < 0 ? [-d / size, -g / size] : [d / size, g / size];
  },
  hint: (_: unknown, given: Vector) => {
    const moving = valueGradient(floats, given).map((slope, i) => slope === 0 ? "" : i === 0 ? "$d$" : "$g$");
    return `At this point ${
      moving.filter((x) => x).join(" and ")
    } would still move: the gradient of $V$ is not zero.`;
  },
};

const eigenvaluesOfA = {
  ask: "Define `eigenvaluesOfA(alpha)` in the cell above: two complex numbers $\\{re, im\\}$ in any order.",
  holds:
    "Their sum is the trace of the step's matrix and their product its determinant, for 200 learning rates.",
  ...ofAlpha,
  read: (raw: unknown, instance: Instance) => {
    refuseNaN(raw, instance);
    return readComplexes(raw, 2);
  },
  error: (given: Complex[], { alpha }: Instance) => Math.max(...offBy(given, alpha)),
  near: (given: Complex[], { alpha }: Instance) => {
    const [sum, product] = offBy(given, alpha).map((off) => off > 1e-9);
    if (sum === product) return undefined;
    return sum
      ? { name: "the trace", says: "Their product is the determinant of $A$, their sum is not its trace." }
      : {
        name: "the determinant",
        says: "Their sum is the trace of $A$, their product is not its determinant.",
      };
  },
  hint: ({ alpha }: Instance, [x, y]: Complex[]) => {
    const what = difference(x, y) < 1e-9
      ? "One number stands here twice, and a matrix with complex eigenvalues has two."
      : x.im === 0 && y.im === 0
      ? "They are real numbers: is a state only stretched, and never turned?"
      : Math.abs(x.im + y.im) > 1e-9
      ? "They are no conjugate pair, and a real matrix has its complex eigenvalues in pairs."
      : "They are a conjugate pair, as they should be. What does the trace of $A$ say, what its determinant?";
    return `For $\\alpha = ${alpha}$ their sum is ${Number((x.re + y.re).toPrecision(4))}. ${what}`;
  },
};

/** By how much the sum of two numbers misses the trace of the step's matrix, and their product its determinant. */
function offBy([x, y]: Complex[], alpha: number): [sum: number, product: number] {
  const [[a, b], [c, d]] = stepMatrix(alpha);
  const product = [x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re];
  return [
    difference([x.re + y.re, x.im + y.im], [a + d, 0]),
    difference(product, [a * d - b * c, 0]),
  ];
}

const growth = {
  ask: "Define `growth(alpha)` in the cell above: the factor by which one step multiplies the norm.",
  holds: "Agrees with the measured norm before and after a step, from 200 random states.",
  ...ofAlpha,
  read: (raw: unknown, instance: Instance) => {
    refuseNaN(raw, instance);
    return readNumber(raw);
  },
  reference: ({ alpha, v }: Instance) => Math.hypot(...step(alpha, v)) / Math.hypot(...v),
  hint: ({ alpha }: Instance, given: number) =>
    `For $\\alpha = ${alpha}$ you say ${
      Number(given.toPrecision(4))
    }. Take a state of norm 1, do one step with your $A$, and measure.`,
  written,
};

type Fate = readonly [kind: string, turn: number, factor: number];
/** What a linear map can do to a state for ever, in the words of the question. */
const fates = ["spiral outwards", "circle", "spiral inwards", "rest"] as const;

/** What one step does to a state, measured: which fate it begins, the angle it turns by, the factor of its norm. */
function fateOf(alpha: number, v: Vector): Fate {
  const next = step(alpha, v),
    turn = Math.atan2(v[0] * next[1] - v[1] * next[0], v[0] * next[0] + v[1] * next[1]);
  const factor = Math.hypot(...next) / Math.hypot(...v), off = factor - 1;
  const kind = Math.abs(off) < 1e-12
    ? (Math.abs(turn) < 1e-12 ? "rest" : "circle")
    : `spiral ${off > 0 ? "out" : "in"}wards` as const;
  return [kind, Math.abs(turn), factor];
}

const fate = {
  ask:
    "Define `fate(alpha)` in the cell above: an object `{ kind, turn, factor }`, its kind one of the four in the question.",
  holds:
    "Agrees with a step that is taken and measured, for 200 learning rates of either sign and for 0: its angle, its factor, and what follows from them.",
  ...ofAlpha,
  instance: (random: Random, index: number): Instance =>
    index === 1 ? { alpha: 0, v: [1, 2] } : instance(random, index),
  read: (raw: unknown, instance: Instance) => {
    refuseNaN(raw, instance);
    const { kind, turn, factor } = readRecord(raw, ["kind", "turn", "factor"]);
    // clockwise or not: the question asks how far
    return [
      readChoice(kind, fates),
      Math.abs(readNumber(turn, "a number of radians as turn")),
      readNumber(factor, "a number as factor"),
    ];
  },
  reference: ({ alpha, v }: Instance) => fateOf(alpha, v),
  // a slip is known by what it says of steps that move something
  canonical: (given: Fate, { alpha }: Instance) => alpha === 0 ? [] : [...given],
  hint: ({ alpha }: Instance, given: Fate) => {
    const right = fateOf(alpha, [1, 2]);
    const wrong = ["kind", "turn", "factor"].find((_, i) => difference(given[i], right[i]) > 1e-12);
    return `For $\\alpha = ${alpha}$ the \`${wrong}\` is not what one measured step says. Take any state, do the step, and compare angle and length.`;
  },
};

/** `answer("growth", () => growth)`: the verdict on one answer of question 4. */
export const answer = questions({ misconceptions, slips }, {
  A,
  stationaryPoint,
  eigenvaluesOfA,
  growth,
  fate,
});
