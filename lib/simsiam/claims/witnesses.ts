import { difference, failsUnless } from "../../math/difference.ts";
import { floats } from "../../math/field.ts";
import { add, identity, matmul, scale, subtract, transpose } from "../../math/linalg.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { expectationsOver } from "../expectation.ts";
import { type Batch, type Slopes, slopesByDuals } from "../slopes.ts";
import { slopesByTensors } from "../witnesses.ts";
import { gradW, gradWp } from "../solution.ts";
import { sizes } from "./points.ts";

/** The gradients of question 5 against two machines that know no formula, the target stopped and not. */

interface Seen extends Batch {
  readonly X: Matrix;
  readonly Xprime: Matrix;
}
/** tfjs computes in float32: about seven digits, of which a sum of products loses one or two. */
const FLOAT32 = 1e-5;
/** The identities are proved exactly elsewhere; here two machines are asked whether they say the same. */
const SEEN = 60;

/** Small data sets, every pair of views enumerated; `bare`: without predictor. */
const seen = (bare: boolean) => (random: Random, index: number): Seen => {
  const [n1, n2] = sizes(index), { pairs, moments } = expectationsOver(floats);
  const data = random.simplex(2).map((weight) => ({ weight, views: random.normalMatrix(2, n1) }));
  const Wp = bare ? identity(n2) : random.normalMatrix(n2, n2);
  return { W: random.normalMatrix(n2, n1), Wp, pairs: pairs(data), ...moments(data) };
};
/** How far a formula is from dual numbers in float64, provided that tfjs agrees as far as its digits go. */
const gap = (formula: Matrix, at: Seen, stopped: boolean, by: keyof Slopes) =>
  Math.max(
    difference(slopesByDuals(at, stopped)[by], formula),
    failsUnless(difference(slopesByTensors(at, stopped)[by], formula) < FLOAT32),
  );

type Formula = (at: Seen) => Matrix;
const formula = (gradient: Formula) => ({ gradient });
const C = ({ X, Xprime }: Seen) => add(X, Xprime);
const stopped = (at: Seen) => gradW({ ...at, stopGradient: true });
const free = (at: Seen) => gradW({ ...at, stopGradient: false });

export const witnesses = [
  define("5.2.c", {
    statement:
      "Dual numbers in float64 and tfjs in float32 differentiate the loss and find $W_p F_1 - F_{12}^\\top$ for $W_p$, with the target stopped and not",
    evidence: "closed form",
    subject: { gradient: gradWp as Formula },
    instances: SEEN,
    aside: true,
    instance: seen(false),
    error: ({ gradient }, at) =>
      Math.max(...[true, false].map((stopped) => gap(gradient(at), at, stopped, "Wp"))),
    mutants: {
      "the predictor's transpose": formula((at) => gradWp({ ...at, Wp: transpose(at.Wp) })),
      "$C$ for $X$": formula((at) => gradWp({ ...at, F12: matmul(at.W, matmul(C(at), transpose(at.W))) })),
      "uphill for downhill": formula((at) => scale(-1, gradWp(at))),
    },
  }),
  define("5.3.f", {
    statement:
      "Nothing stopped: both find $(B + I) W X' + \\tilde W_p^\\top \\tilde W_p W X$ for $W$, which moves both branches",
    evidence: "closed form",
    subject: { gradient: ((at) => gradW({ ...at, stopGradient: false })) as Formula },
    instances: SEEN,
    aside: true,
    instance: seen(false),
    error: ({ gradient }, at) => gap(gradient(at), at, false, "W"),
    mutants: {
      "the stop-gradient kept": formula(stopped),
      "lost one half": formula((at) => scale(2, free(at))),
      "$W_p$ taken to be symmetric": formula((at) => {
        const B = matmul(transpose(at.Wp), at.Wp),
          own = add(matmul(matmul(B, at.W), C(at)), matmul(at.W, C(at)));
        return subtract(own, scale(2, matmul(matmul(at.Wp, at.W), at.X)));
      }),
    },
  }),
  define("5.3.r", {
    statement:
      "The target stopped: both find $W_p^\\top (W_p W C - W X)$, the part of the online branch alone",
    evidence: "closed form",
    subject: { gradient: ((at) => gradW({ ...at, stopGradient: true })) as Formula },
    instances: SEEN,
    aside: true,
    instance: seen(false),
    error: ({ gradient }, at) => gap(gradient(at), at, true, "W"),
    mutants: {
      "no stop-gradient": formula(free),
      "the stop-gradient on the wrong branch": formula((at) => subtract(free(at), stopped(at))),
    },
  }),
  define("5.4.b", {
    statement: "$W_p = I$, nothing stopped: dual numbers and tfjs find $2 W X'$",
    evidence: "closed form",
    subject: { gradient: (({ W, Xprime }) => scale(2, matmul(W, Xprime))) as Formula },
    instances: SEEN,
    aside: true,
    instance: seen(true),
    error: ({ gradient }, at) => gap(gradient(at), at, false, "W"),
    mutants: {
      "the stop-gradient kept": formula(({ W, Xprime }) => matmul(W, Xprime)),
      "$C$ for $X'$": formula((at) => scale(2, matmul(at.W, C(at)))),
    },
  }),
  define("5.4.e", {
    statement: "$W_p = I$, the target stopped: both find $W X'$, half of it",
    evidence: "closed form",
    subject: { gradient: (({ W, Xprime }) => matmul(W, Xprime)) as Formula },
    instances: SEEN,
    aside: true,
    instance: seen(true),
    error: ({ gradient }, at) => gap(gradient(at), at, true, "W"),
    mutants: {
      "both branches moving": formula(({ W, Xprime }) => scale(2, matmul(W, Xprime))),
      "no pull at all": formula(({ W }) => scale(0, W)),
    },
  }),
];
