import { divergence, normal1d, pushforward } from "../../math/divergence.ts";
import { affine1d, exponential } from "../mod.ts";
import { volumeStretch } from "../stretch.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { type Both, both, bothPlan, isPlane, otherVolumes, volumeOf } from "./both.ts";
import { massBetween, massOfFold, massUnderExp } from "./uncovered.ts";

/** 3.1.a–f: the five lines, each on its own, on the line and in the plane. */

/** A setting, the ends of a piece of the line, and a point of the plane. */
const piece = (random: Random, index: number) => ({
  plan: bothPlan(random, index),
  ends: [random.uniform(-2, 2), random.uniform(-2, 2)].sort((a, b) => a - b),
  point: [random.normal(), random.normal()],
});

/** ∫ f over the interval between a and b, whichever comes first, with the kink 0 kept in mind. */
const between = (f: (t: number) => number, [a, b]: readonly number[]) =>
  Math.abs(integrate(f, Math.min(a, b), Math.max(a, b), { breakpoints: [0] }));

const gaussians = (random: Random, index: number) => ({
  missed: index < 5,
  mean: random.normal(),
  sd: random.uniform(0.4, 2),
  scale: random.pick([-1, 1]) * random.uniform(0.4, 2),
  shift: random.normal(),
});

type Laws = Parameters<typeof divergence>[1];
type Log = (at: Vector) => number;

/** log p_{F⁻¹(X)}(u) in each of its wrong readings; the first is right. */
const pulled = (setting: Both, volume: (J: Matrix) => number): Log => (u) =>
  setting.logPx(setting.F(u)) + Math.log(volume(setting.J(u)));
const without: Pull = (setting) => (u) => setting.logPx(setting.F(u));
const turned: Pull = (setting) => (u) => setting.logPx(setting.F(u)) - Math.log(volumeOf(setting.J(u)));
const halved: Pull = (setting) => (u) => setting.logPx(setting.F(u)) + Math.log(volumeOf(setting.J(u))) / 2;
type Pull = (setting: Both, volume: (J: Matrix) => number) => Log;
const wrongPulls = {
  ...otherVolumes,
  "the log-det with the wrong sign": { pulled: turned },
  "no log-det": { pulled: without },
  "half the log-det": { pulled: halved },
};

export const changeOfVariables = [
  define("3.1.a", {
    aside: true,
    statement:
      "Line 1 is the definition, for $P_X \\ll P_{F(U)}$ with densities: $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\int p_X \\log (p_X / p_{F(U)})\\, dx$, and $+\\infty$ where the flow does not reach all data",
    evidence: "quadrature",
    subject: { kl: (p: Laws, q: Laws) => divergence("kl", p, q) },
    instance: gaussians,
    error: ({ kl }, { mean, sd, scale, shift, missed }) => {
      const data = normal1d(mean, sd), base = normal1d(0, 1), affine = affine1d({ scale, shift });
      // under an affine map of N(0, 1) both laws are normal: the closed form
      const s = Math.abs(scale);
      const expected = Math.log(s / sd) + (sd ** 2 + (mean - shift) ** 2) / (2 * s ** 2) - 0.5;
      return Math.max(
        difference(kl(data, pushforward(base, affine)), expected),
        failsUnless(!missed || kl(data, pushforward(base, exponential())) === Infinity),
      );
    },
    mutants: {
      "directions swapped": { kl: (p, q) => divergence("kl", q, p) },
      "Jensen–Shannon": { kl: (p, q) => divergence("jensenShannon", p, q) },
      "finite whatever the support": { kl: (p, q) => Math.min(divergence("kl", p, q), 1e3) },
    },
  }),
  define("3.1.b", {
    statement:
      "Line 2: $p_{F(U)}(x) = p_U(F^{-1}(x)) \\lvert\\det J_{F^{-1}}(x)\\rvert$, for a bijection that is a diffeomorphism but at finitely many points: leaky ReLU has a kink, the cube a zero derivative",
    evidence: "quadrature",
    subject: {
      volume: volumeOf,
      logPushed: (logPu: number, volumeOfInverse: number) => logPu + Math.log(volumeOfInverse),
    },
    instance: piece,
    error: ({ volume, logPushed }, { plan, ends, point }) => {
      const { F, inverse, logPu, Jinverse } = both(plan);
      const density = (x: Vector) => Math.exp(logPushed(logPu(inverse(x)), volume(Jinverse(x))));
      // the mass of a piece is the mass of its image: of an interval, and in the plane of a small volume
      if (isPlane(plan)) {
        return difference(density(F(point)) * volumeStretch(F, point), Math.exp(logPu(point)));
      }
      const image = ends.map((u) => F([u])[0]);
      return difference(between((x) => density([x]), image), between((u) => Math.exp(logPu([u])), ends));
    },
    mutants: {
      ...otherVolumes,
      "the inverse's determinant upside down": { logPushed: (logPu, volume) => logPu - Math.log(volume) },
      "no determinant": { logPushed: (logPu) => logPu },
    },
  }),
  define("3.1.c", {
    aside: true,
    statement:
      "Line 3: $x = F(u)$ makes $dx = \\lvert\\det J_F(u)\\rvert\\, du$ and $\\lvert\\det J_{F^{-1}}(F(u))\\rvert = 1 / \\lvert\\det J_F(u)\\rvert$, over the domain $F^{-1}(\\mathcal X)$",
    evidence: "quadrature",
    subject: {
      volume: volumeOf,
      stretch: ({ J }: Both, u: Vector, volume: (J: Matrix) => number) => volume(J(u)),
    },
    instance: piece,
    error: ({ volume, stretch }, { plan, ends, point }) => {
      const setting = both(plan), { F, logPx, Jinverse } = setting;
      const product = (u: Vector) => volumeOf(Jinverse(F(u))) * stretch(setting, u, volume);
      if (isPlane(plan)) {
        return Math.max(
          difference(stretch(setting, point, volume), volumeStretch(F, point)),
          difference(product(point), 1),
        );
      }
      const inX = between((x) => Math.exp(logPx([x])), ends.map((u) => F([u])[0]));
      const inU = between((u) => Math.exp(logPx(F([u]))) * stretch(setting, [u], volume), ends);
      return Math.max(difference(inX, inU), difference(ends.map((u) => product([u])), [1, 1]));
    },
    mutants: {
      ...otherVolumes,
      "dx = du": { stretch: () => 1 },
      "the inverse's stretch": { stretch: ({ J }, u) => 1 / volumeOf(J(u)) },
      "the stretch at the image point": { stretch: ({ J, F }, u) => volumeOf(J(F(u))) },
    },
  }),
  define("3.1.d", {
    aside: true,
    statement:
      "Line 4: $p_{F^{-1}(X)}(u) = p_X(F(u)) \\lvert\\det J_F(u)\\rvert$, whose mass is $P(X \\in F(\\mathcal U))$ for a one-to-one $F$, and more where $F$ folds",
    evidence: "quadrature",
    subject: {
      volume: volumeOf,
      pulled,
      massUnder: (reached: number) => reached,
      folded: (mass: number) => mass > 1 + 1e-9,
    },
    instances: 120,
    instance: (random, index) => ({ plan: bothPlan(random, index), first: index === 0 }),
    error: ({ volume, pulled, massUnder, folded }, { plan, first }) => {
      const setting = both(plan), { inverse, logPx, overX, overU } = setting;
      // the mean of any g(F⁻¹(X)), taken over u and over x
      const g = (u: Vector) => Math.tanh(u[0]) + Math.cos(u.at(-1)!), density = pulled(setting, volume);
      const means = difference(
        [overU(density, () => 1), overU(density, g)],
        [1, overX(logPx, (x) => g(inverse(x)))],
      );
      if (!first) return means;
      return Math.max(
        means,
        ...[-1, 0, 1].map((shift) =>
          difference(massUnderExp(shift), massUnder(massBetween(-shift, Infinity)))
        ),
        // folds of every depth, from hardly one on
        ...[1.02, 1.2, 2, 4].map((c) => failsUnless(folded(massOfFold(c)))),
        // the same map when it does not fold
        ...[-2, 0, 0.9].map((c) => failsUnless(!folded(massOfFold(c)))),
      );
    },
    mutants: {
      ...wrongPulls,
      "all the mass is there, whatever the flow reaches": { massUnder: () => 1 },
      "the same part of it for all data": { massUnder: () => massBetween(0, Infinity) },
      "more only where it folds deeply": { folded: (mass) => mass > 1.05 },
      "more whatever the map": { folded: () => true },
      "a flow that folds keeps the mass 1": { folded: (mass) => Math.abs(mass - 1) < 1e-9 },
    },
  }),
  define("3.1.e", {
    statement:
      "Line 5: $\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\mathrm{KL}(P_{F^{-1}(X)} \\,\\|\\, P_U)$, in nats, integrated over $x$ and over $u$",
    evidence: "quadrature",
    subject: { volume: volumeOf, pulled },
    instances: 120,
    instance: bothPlan,
    error: ({ volume, pulled }, plan) => {
      const setting = both(plan), { inverse, logPx, logPu, Jinverse, overX, overU } = setting;
      const density = pulled(setting, volume);
      const inX = overX(logPx, (x) => logPx(x) - logPu(inverse(x)) - Math.log(volumeOf(Jinverse(x))));
      return difference(inX, overU(density, (u) => density(u) - logPu(u)));
    },
    mutants: {
      ...wrongPulls,
      "a map that folds the line": {
        pulled: ({ logPx, F, J }) => (u) => logPx(F(u.map(Math.abs))) + Math.log(volumeOf(J(u))),
      },
      "the data's density at u": { pulled: ({ logPx, J }) => (u) => logPx(u) + Math.log(volumeOf(J(u))) },
    },
  }),
  define("3.1.f", {
    aside: true,
    statement:
      "The reverse direction as well: $\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\mathrm{KL}(P_U \\,\\|\\, P_{F^{-1}(X)})$",
    evidence: "quadrature",
    subject: { volume: volumeOf, pulled },
    instances: 120,
    instance: bothPlan,
    error: ({ volume, pulled }, plan) => {
      const setting = both(plan), { inverse, logPx, logPu, Jinverse, overX, overU } = setting;
      const pushed = (x: Vector) => logPu(inverse(x)) + Math.log(volumeOf(Jinverse(x)));
      const density = pulled(setting, volume);
      return difference(
        overX(pushed, (x) => pushed(x) - logPx(x)),
        overU(logPu, (u) => logPu(u) - density(u)),
      );
    },
    mutants: wrongPulls,
  }),
];

export const wording = define("3.1.j", {
  aside: true,
  statement:
    "“Forward KL of the data is the reverse KL of the base”: in $u$ the approximation is $P_{F^{-1}(X)}$ and the target $P_U$, so that the same number reads $\\mathrm{KL}(\\text{approximation} \\,\\|\\, \\text{target})$",
  evidence: "editorial",
});
