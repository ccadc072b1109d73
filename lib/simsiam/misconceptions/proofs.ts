import { floats } from "../../math/field.ts";
import { expectationsOver, type PairOf } from "../expectation.ts";
import {
  apply,
  dot,
  F,
  middle,
  mul,
  plusI,
  type Point,
  right,
  square,
  tilde,
  trace,
  transpose,
  vec,
} from "./algebra.ts";

/** Gaps of broken proofs, wrong bounds and wrong predictions of question 5, by the answer's name. */

type Proof51 = Point & { pairs: readonly PairOf<number>[] };
type Proof53 = Point & { lambda0: number };
interface Bound {
  lambda0: number;
  norm0: number;
}
const w = (p: Point) => vec(p.W);
/** wᵀ H w. */
const form = (p: Point, v = w(p)) => dot(v, apply(right.curvature(p), v));

export const steps = {
  proof51: [
    {
      name: "one half of the square",
      says: "The factor in front of the expectation got lost on the way.",
      answer: (p: Proof51) => right.objective(p),
    },
    {
      name: "one mixed term",
      says: "One of the two mixed terms is missing, or is counted twice.",
      answer: (p: Proof51) => middle(p) / 2,
    },
    {
      name: "target dropped",
      says: "The term of the target alone is missing, or is counted twice.",
      answer: (p: Proof51) => trace(right.F1(p)) / 2,
    },
    {
      name: "sign of the mixed terms",
      says: "The mixed terms have the wrong sign: look at the square of a difference again.",
      answer: (p: Proof51) => 2 * middle(p),
    },
    {
      name: "trace of each factor",
      says: "The trace of a product is not the product of the traces.",
      answer: (p: Proof51) => {
        const { F1 } = expectationsOver(floats).features(p.pairs, p.W);
        return (trace(mul(square(p.Wp), F1)) - trace(square(p.Wp)) * trace(F1)) / 2;
      },
    },
    {
      name: "views without spread",
      says: "In $F_1$ the spread of the views around their mean is missing.",
      answer: (p: Proof51) => trace(mul(square(p.Wp), F(p.W, p.Xprime))) / 2,
    },
  ],
  normBound: [
    {
      name: "squared norm",
      says: "This is the rate of the squared norm.",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(-2 * lambda0 * t) * norm0,
    },
    {
      name: "growing",
      says: "This bound grows with time. Which sign does $-w^\\top H w$ have?",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(lambda0 * t) * norm0,
    },
    {
      name: "one Euler step",
      says: "This is the tangent at time 0, one step of Euler's method; the bound must hold for all times.",
      answer: (t: number, { lambda0, norm0 }: Bound) => (1 - lambda0 * t) * norm0,
    },
    {
      name: "start forgotten",
      says: "The bound must scale with the start: twice the start, twice the bound.",
      answer: (t: number, { lambda0 }: Bound) => Math.exp(-lambda0 * t),
    },
    {
      name: "no decay",
      says: "This bound needs only $H \\succeq 0$: it does not use the gap $\\lambda_0$.",
      answer: (_: number, { norm0 }: Bound) => norm0,
    },
    {
      name: "half the rate",
      says: "This holds, but it is not the smallest bound: half of the rate is given away.",
      answer: (t: number, { lambda0, norm0 }: Bound) => Math.exp(-lambda0 * t / 2) * norm0,
    },
    {
      name: "algebraic decay",
      says:
        "This holds, but it is not the smallest bound: what decays in proportion to itself decays faster.",
      answer: (t: number, { lambda0, norm0 }: Bound) => norm0 / (1 + lambda0 * t),
    },
  ],
  proof53: [
    {
      name: "equality for inequality",
      says:
        "This step is no equality: $\\lambda_0$ only bounds how weakly $H$ can pull. Which relation holds?",
      answer: (p: Proof53) => form(p) - p.lambda0 * dot(w(p), w(p)),
    },
    {
      name: "row-major vec",
      says: "Here $w$ stacks the rows of $W$, while the Kronecker form of $H$ is made for stacked columns.",
      answer: (p: Proof53) => form(p) - form(p, p.W.flat()),
    },
    {
      name: "factor two",
      says: "A factor 2 is off: the derivative of the square against half of it.",
      answer: (p: Proof53) => form(p),
    },
    {
      name: "sign",
      says: "A sign is lost: the update goes against the gradient.",
      answer: (p: Proof53) => 2 * form(p),
    },
    {
      name: "second term forgotten",
      says: "The part of $H$ that belongs to $X$ is missing: it may be dropped with “≤”, not with “=”.",
      answer: ({ W, Wp, X }: Proof53) => trace(mul(transpose(W), square(tilde(Wp)), W, X)),
    },
    {
      name: "X′ forgotten",
      says: "The part of $H$ that belongs to $X'$ is missing. What would then keep $H$ away from 0?",
      answer: ({ W, Wp, Xprime }: Proof53) => trace(mul(transpose(W), plusI(square(Wp)), W, Xprime)),
    },
  ],
  // four yes or no: a name for a wrong one would tell the right one by elimination
  survives: [],
} as const;
