import { divergence, pushforward } from "../math/divergence.ts";
import { type BaseToData, type DataToBase, type DensityOnly, mean, type Point } from "./grants.ts";
import type { Scene } from "./scene.ts";
import type { Setting } from "./setting.ts";

/** Wrong answers of question 3 by the answer's name; `says` names the mistake and leaves the correction to the reader. */

type Grants = Pick<Setting, "logPx" | "logPu" | "F" | "logAbsDetF">;
type ToBase = DataToBase<Point>;
type ToData = BaseToData<Point> & DensityOnly<Point>;

/** e^w v with 0 · ∞ = 0. */
const weigh = (logWeight: number, value: number) =>
  Math.exp(logWeight) === 0 ? 0 : Math.exp(logWeight) * value;
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
/** What both objectives average, but for the sign: of a sample of the data, and of the base. */
const ofData = ({ logPu, inverse, logAbsDetInverse }: ToBase) => (x: Point) =>
  logPu(inverse(x)) + logAbsDetInverse(x);
const ofBase = ({ logPu, forward, logAbsDet, logPx }: ToData) => (u: Point) =>
  logPu(u) - logAbsDet(u) - logPx(forward(u));

export const misconceptions = {
  integrand: [
    {
      name: "no log-det in the logarithm",
      says:
        "The weight is carried over to $u$, the ratio inside the logarithm is not: at $u$ two densities over the same space must be compared.",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)) + logAbsDetF(u), logPx(F(u)) - logPu(u)),
    },
    {
      name: "no volume element",
      says: "Here $dx$ was replaced by $du$ as it stands. A piece of $u$ and its image are not equally long.",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)), logPx(F(u)) + logAbsDetF(u) - logPu(u)),
    },
    {
      name: "no Jacobian at all",
      says: "The point is carried over, volumes are not: $F$ stretches, and nothing here knows by how much.",
      answer: (u: Point, { logPx, logPu, F }: Grants) => weigh(logPx(F(u)), logPx(F(u)) - logPu(u)),
    },
    {
      name: "sign of the log-det in the logarithm",
      says:
        "Inside the logarithm the Jacobian's determinant stands on the wrong side of the fraction bar. Which map's determinant was it before the substitution?",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)) + logAbsDetF(u), logPx(F(u)) - logAbsDetF(u) - logPu(u)),
    },
    {
      name: "sign of the log-det everywhere",
      says: "Every determinant here is that of the inverse. What is $dx$ for $x = F(u)$?",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)) - logAbsDetF(u), logPx(F(u)) - logAbsDetF(u) - logPu(u)),
    },
    {
      name: "the other direction",
      says: "This belongs to the divergence with both laws swapped: the weight is not the data's.",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPu(u), logPu(u) - logPx(F(u)) - logAbsDetF(u)),
    },
    {
      name: "fraction upside down",
      says: "The weight is right and the fraction in the logarithm stands on its head.",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)) + logAbsDetF(u), logPu(u) - logPx(F(u)) - logAbsDetF(u)),
    },
    {
      name: "data's density at u",
      says: "$p_X$ is a density over $x$, and here it is asked at $u$.",
      answer: (u: Point, { logPx, logPu, logAbsDetF }: Grants) =>
        weigh(logPx(u) + logAbsDetF(u), logPx(u) + logAbsDetF(u) - logPu(u)),
    },
    {
      name: "cross-entropy",
      says: "The data's own density is missing from the logarithm: this integrates to a cross-entropy.",
      answer: (u: Point, { logPx, logPu, F, logAbsDetF }: Grants) =>
        weigh(logPx(F(u)) + logAbsDetF(u), -logPu(u)),
    },
  ],
  proof31: [
    {
      name: "no log-det in the logarithm",
      says:
        "What is missing is exactly the mean of $\\log\\lvert\\det J_F\\rvert$: it got lost inside the logarithm.",
      answer: (s: Scene) => s.overX(s.logPx, (x) => s.logAbsDetF(s.inverse(x))),
    },
    {
      name: "sign of the log-det",
      says:
        "The line is off by exactly twice the mean of $\\log\\lvert\\det J_F\\rvert$: a sign. The inverse's determinant is not the map's.",
      answer: (s: Scene) => 2 * s.overX(s.logPx, (x) => s.logAbsDetF(s.inverse(x))),
    },
    {
      name: "no volume element",
      says: "The variable of integration changed from $x$ to $u$ and $dx$ became $du$ without a factor.",
      answer: (s: Scene) => {
        const ratio = (u: number) => s.logPx(s.F(u)) + s.logAbsDetF(u) - s.logPu(u);
        return s.overU((u) => s.logPx(s.F(u)), ratio) -
          s.overU((u) => s.logPx(s.F(u)) + s.logAbsDetF(u), ratio);
      },
    },
    {
      name: "directions swapped",
      says: "The step exchanges the two laws of the divergence, which is not symmetric.",
      answer: (s: Scene) => {
        const model = pushforward(s.base, s.flow);
        return divergence("kl", s.data, model) - divergence("kl", model, s.data);
      },
    },
    {
      name: "entropy dropped",
      says: "The line lost $\\log p_X$: equal up to a constant in $\\theta$ is not equal.",
      answer: (s: Scene) => s.overX(s.logPx, s.logPx),
    },
    {
      name: "cross-entropy of the base",
      says: "The logarithm kept the base's density and lost that of $F^{-1}(X)$.",
      answer: (s: Scene) => s.overX(s.logPx, (x) => s.logPx(x) - s.logAbsDetInverse(x)),
    },
  ],
  // two words in two places: to name what is wrong would be to say what is right
  choice: [],
  forwardObjective: [
    {
      name: "sign of the log-det",
      says: "The log-determinant enters with the wrong sign: it is that of the inverse already.",
      answer: (xs: readonly Point[], { logPu, inverse, logAbsDetInverse }: ToBase) =>
        -mean(xs.map((x) => logPu(inverse(x)) - logAbsDetInverse(x))),
    },
    {
      name: "no log-det",
      says:
        "Without the log-determinant the objective rewards a flow that shrinks all data into the base's mode.",
      answer: (xs: readonly Point[], { logPu, inverse }: ToBase) => -mean(xs.map((x) => logPu(inverse(x)))),
    },
    {
      name: "a likelihood to climb",
      says: "This grows as the fit gets better. An objective to be minimised must fall.",
      answer: (xs: readonly Point[], flow: ToBase) => mean(xs.map(ofData(flow))),
    },
    {
      name: "sum instead of mean",
      says: "This is a sum over the samples: an expectation is estimated by their mean.",
      answer: (xs: readonly Point[], flow: ToBase) => -sum(xs.map(ofData(flow))),
    },
    {
      name: "no base",
      says:
        "The objective changes with $\\theta$ as if there were no base: $p_U$ is missing, or asked at the data point itself, where $\\theta$ does not reach.",
      answer: (xs: readonly Point[], { logPu, logAbsDetInverse }: ToBase) =>
        -mean(xs.map((x) => logPu(x) + logAbsDetInverse(x))),
    },
    {
      name: "one sample",
      says: "This is the value at one sample: an expectation is estimated by the mean over all of them.",
      answer: ([x]: readonly Point[], flow: ToBase) => -ofData(flow)(x),
    },
    {
      name: "log-det at the wrong point",
      says:
        "The inverse's log-determinant is taken at a point of the base space. Which space does it live on?",
      answer: (xs: readonly Point[], { logPu, inverse, logAbsDetInverse }: ToBase) =>
        -mean(xs.map((x) => logPu(inverse(x)) + logAbsDetInverse(inverse(x)))),
    },
  ],
  reverseObjective: [
    {
      name: "entropy taken as constant",
      says:
        "Without the log-determinant the model's entropy counts as constant in $\\theta$, which it is not: the flow may collapse on the mode.",
      answer: (us: readonly Point[], { logPu, forward, logPx }: ToData) =>
        mean(us.map((u) => logPu(u) - logPx(forward(u)))),
    },
    {
      name: "sign of the log-det",
      says:
        "The log-determinant enters with the wrong sign: where the flow stretches, its density gets thinner.",
      answer: (us: readonly Point[], { logPu, forward, logAbsDet, logPx }: ToData) =>
        mean(us.map((u) => logPu(u) + logAbsDet(u) - logPx(forward(u)))),
    },
    {
      name: "upside down",
      says: "This grows as the fit gets better. A divergence to be minimised must fall.",
      answer: (us: readonly Point[], flow: ToData) => -mean(us.map(ofBase(flow))),
    },
    {
      name: "sum instead of mean",
      says: "This is a sum over the samples: an expectation is estimated by their mean.",
      answer: (us: readonly Point[], flow: ToData) => sum(us.map(ofBase(flow))),
    },
    {
      name: "one sample",
      says: "This is the value at one sample: an expectation is estimated by the mean over all of them.",
      answer: ([u]: readonly Point[], flow: ToData) => ofBase(flow)(u),
    },
    {
      name: "no data",
      says:
        "The objective changes with $\\theta$ as if there were no data: $p_X$ is missing, or asked where $\\theta$ does not reach.",
      answer: (us: readonly Point[], { logPu, logAbsDet }: ToData) =>
        mean(us.map((u) => logPu(u) - logAbsDet(u))),
    },
  ],
} as const;
