import { divergence, normal1d, pushforward } from "../../math/divergence.ts";
import { affine1d, exponential, type ScalarFlow } from "../mod.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";
import { massBetween, massOfFold, massUnderExp } from "./uncovered.ts";

/** 3.1.a–f: the five lines, each on its own. */

/** A scene's plan and two points of the base space, a piece of which is followed. */
const piece = (random: Random, index: number) => {
  const ends = [random.uniform(-2, 2), random.uniform(-2, 2)].sort((a, b) => a - b);
  return { plan: scenePlan(random, index), ends };
};

/** ∫ f over the interval between a and b, whichever comes first, with the kink 0 kept in mind. */
const between = (f: (t: number) => number, [a, b]: readonly number[]) =>
  Math.abs(integrate(f, Math.min(a, b), Math.max(a, b), { breakpoints: [0] }));

const gaussians = (random: Random) => ({
  mean: random.normal(),
  sd: random.uniform(0.4, 2),
  scale: random.pick([-1, 1]) * random.uniform(0.4, 2),
  shift: random.normal(),
});

export const changeOfVariables = [
  define("3.1.a", {
    statement:
      "Line 1 is the definition, for $P_X \\ll P_{F(U)}$ with densities: $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\int p_X \\log (p_X / p_{F(U)})\\, dx$, and $+\\infty$ where the flow does not reach all data",
    evidence: "quadrature",
    subject: { kl: (p: Parameters<typeof divergence>[1], q: typeof p) => divergence("kl", p, q) },
    instance: gaussians,
    error: ({ kl }, { mean, sd, scale, shift }) => {
      const data = normal1d(mean, sd), base = normal1d(0, 1), affine = affine1d({ scale, shift });
      // under an affine map of N(0, 1) both laws are normal: the closed form
      const s = Math.abs(scale);
      const expected = Math.log(s / sd) + (sd ** 2 + (mean - shift) ** 2) / (2 * s ** 2) - 0.5;
      return Math.max(
        difference(kl(data, pushforward(base, affine)), expected),
        failsUnless(kl(data, pushforward(base, exponential())) === Infinity),
      );
    },
    mutants: mutants["3.1.a"],
  }),
  define("3.1.b", {
    statement:
      "Line 2: $p_{F(U)}(x) = p_U(F^{-1}(x)) \\lvert\\det J_{F^{-1}}(x)\\rvert$, for bijections that are continuously differentiable but at a few points: leaky ReLU has a kink, the cube a zero derivative",
    evidence: "quadrature",
    subject: { logPushed: (logPu: number, logAbsDetInverse: number) => logPu + logAbsDetInverse },
    instance: piece,
    error: ({ logPushed }, { plan, ends }) => {
      const { F, inverse, logPu, logAbsDetInverse } = scene(plan);
      const density = (x: number) => Math.exp(logPushed(logPu(inverse(x)), logAbsDetInverse(x)));
      // P(F(U) in the image of a piece) = P(U in the piece)
      return difference(between(density, ends.map(F)), between((u) => Math.exp(logPu(u)), ends));
    },
    mutants: mutants["3.1.b"],
  }),
  define("3.1.c", {
    statement:
      "Line 3: $x = F(u)$ makes $dx = \\lvert\\det J_F(u)\\rvert\\, du$ and $\\lvert\\det J_{F^{-1}}(F(u))\\rvert = 1 / \\lvert\\det J_F(u)\\rvert$, over the domain $F^{-1}(\\mathcal X)$",
    evidence: "quadrature",
    subject: {
      stretch: (flow: ScalarFlow, u: number) => Math.exp(flow.logAbsDet(u)),
    },
    instance: piece,
    error: ({ stretch }, { plan, ends }) => {
      const { F, flow, logPx, logAbsDetInverse } = scene(plan);
      const inX = between((x) => Math.exp(logPx(x)), ends.map(F));
      const inU = between((u) => Math.exp(logPx(F(u))) * stretch(flow, u), ends);
      const product = ends.map((u) => Math.exp(logAbsDetInverse(F(u))) * stretch(flow, u));
      return Math.max(difference(inX, inU), difference(product, [1, 1]));
    },
    mutants: mutants["3.1.c"],
  }),
  define("3.1.d", {
    statement:
      "Line 4: $p_{F^{-1}(X)}(u) = p_X(F(u)) \\lvert\\det J_F(u)\\rvert$, whose mass is $P(X \\in F(\\mathcal U))$ for a one-to-one $F$, and more where $F$ folds",
    evidence: "quadrature",
    subject: { logPulled: (logPx: number, logAbsDet: number) => logPx + logAbsDet },
    instance: (random, index) => ({ plan: scenePlan(random, index), first: index === 0 }),
    error: ({ logPulled }, { plan, first }) => {
      const { F, inverse, logPx, logAbsDetF, overX, overU } = scene(plan);
      // the mean of any g(F⁻¹(X)), taken over u and over x
      const g = (u: number) => Math.tanh(u) + Math.cos(u);
      const pulled = (u: number) => logPulled(logPx(F(u)), logAbsDetF(u));
      const means = difference(
        [overU(pulled, () => 1), overU(pulled, g)],
        [1, overX(logPx, (x) => g(inverse(x)))],
      );
      if (!first) return means;
      return Math.max(
        means,
        difference(massUnderExp(logPulled), massBetween(0, Infinity)),
        failsUnless(massOfFold(logPulled) > 1),
      );
    },
    mutants: mutants["3.1.d"],
  }),
  define("3.1.e", {
    statement:
      "Line 5: $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\mathrm{KL}(P_{F^{-1}(X)} \\,\\|\\, P_U)$, in nats, integrated over $x$ and over $u$",
    evidence: "quadrature",
    subject: {
      logPulled: (logPx: (x: number) => number, F: (u: number) => number, logAbsDet: number, u: number) =>
        logPx(F(u)) + logAbsDet,
    },
    instance: scenePlan,
    error: ({ logPulled }, plan) => {
      const { F, inverse, logPx, logPu, logAbsDetF, logAbsDetInverse, overX, overU } = scene(plan);
      const pulled = (u: number) => logPulled(logPx, F, logAbsDetF(u), u);
      const inX = overX(logPx, (x) => logPx(x) - logPu(inverse(x)) - logAbsDetInverse(x));
      const inU = overU(pulled, (u) => pulled(u) - logPu(u));
      return difference(inX, inU);
    },
    mutants: mutants["3.1.e"],
  }),
  define("3.1.f", {
    statement:
      "The reverse direction as well: $\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\mathrm{KL}(P_U \\,\\|\\, P_{F^{-1}(X)})$",
    evidence: "quadrature",
    subject: { logPulled: (logPx: number, logAbsDet: number) => logPx + logAbsDet },
    instance: scenePlan,
    error: ({ logPulled }, plan) => {
      const { F, inverse, logPx, logPu, logAbsDetF, logAbsDetInverse, overX, overU } = scene(plan);
      const pushed = (x: number) => logPu(inverse(x)) + logAbsDetInverse(x);
      const inX = overX(pushed, (x) => pushed(x) - logPx(x));
      const inU = overU(logPu, (u) => logPu(u) - logPulled(logPx(F(u)), logAbsDetF(u)));
      return difference(inX, inU);
    },
    mutants: mutants["3.1.f"],
  }),
];

export const wording = define("3.1.j", {
  statement:
    "“Forward KL of the data is the reverse KL of the base”: in $u$ the approximation is $P_{F^{-1}(X)}$ and the target $P_U$, so that the same number reads $\\mathrm{KL}(\\text{approximation} \\,\\|\\, \\text{target})$",
  evidence: "editorial",
});
