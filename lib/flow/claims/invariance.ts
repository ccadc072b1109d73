import {
  chiSquare,
  type Density,
  divergence,
  type DivergenceName,
  DIVERGENCES,
  entropy,
  expectation,
  kl,
  normal1d,
  pushforward,
  totalVariation,
  wasserstein1,
} from "../../math/divergence.ts";
import { affine1d, type ScalarFlow } from "../mod.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo.ts";

/** 3.1.g–i: what a change of coordinates leaves as it is, what it may lessen, and what it changes. */

/** Two normals whose χ² is finite, and a flow. */
const pair = (random: Random, index: number) => ({
  plan: scenePlan(random, index),
  // six measures against eleven flows: every pair of them comes up
  measure: ([...DIVERGENCES, "reverse kl"] as const)[index % 6],
  p: { mean: random.uniform(-0.6, 0.6), sd: random.uniform(0.85, 1.2) },
  q: { mean: random.uniform(-0.6, 0.6), sd: random.uniform(0.85, 1.2) },
  weights: random.list(2, () => random.list(5, () => 1 + random.integer(30))),
  order: random.permutation(5),
});

export type Measure = (name: DivergenceName, p: Density, q: Density) => number;
export type Push = (p: Density, flow: ScalarFlow, which: "p" | "q") => Density;

/** Σ (p − q)²/q over rationals: exact. */
const chiSquareExactly = (p: readonly Rational[], q: readonly Rational[]) =>
  p.reduce((sum, x, i) => {
    const gap = rationals.sub(x, q[i]);
    return rationals.add(sum, rationals.div(rationals.mul(gap, gap), q[i]));
  }, rationals.zero);
const shares = (counts: readonly number[]) => {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((k) => rational(k, total));
};

type MeanSd = readonly [number, number];
/** Pairs whose ratio is even about 0, twice: with one mean, and with two of one mean/sd²; then two that are not. */
const NORMALS: readonly (readonly [MeanSd, MeanSd])[] = [
  [[0, 1], [0, 2]],
  [[0.5, 1], [2, 2]],
  [[0.7, 1], [0.7, 2]],
  [[-0.4, 1.5], [0, 1]],
];

/** KL(p ‖ q) of |X|: both branches of the fold add up. */
const foldedKl = (fold: (right: number, left: number) => number, p: Density, q: Density) => {
  const folded = (r: Density, y: number) => fold(r.logDensity(y), r.logDensity(-y));
  return integrate(
    (y) => {
      const a = folded(p, y), weight = Math.exp(a);
      return weight === 0 ? 0 : weight * (a - folded(q, y));
    },
    0,
    Infinity,
    { breakpoints: [1, 3, 8], scale: 1 },
  );
};
const addLogs = (a: number, b: number) =>
  Math.max(a, b) + Math.log1p(Math.exp(Math.min(a, b) - Math.max(a, b)));

/** P(X in each bucket) for buckets that end at `cuts`. */
const buckets = (p: Density, cuts: readonly number[]) => {
  const ends = [-Infinity, ...cuts, Infinity];
  return ends.slice(1).map((to, i) =>
    integrate((x) => Math.exp(p.logDensity(x)), ends[i], to, { breakpoints: p.breakpoints })
  );
};

/** W₁ of N(0, 1) and N(1, 1), both stretched by `scale`, to six digits. */
function transport(scale: number): number {
  const flow = affine1d({ scale, shift: 0 }), [p, q] = [normal1d(0, 1), normal1d(1, 1)];
  return Number(wasserstein1(pushforward(p, flow), pushforward(q, flow)).toFixed(6));
}

export const invariance = [
  define("3.1.g", {
    statement:
      "Every $f$-divergence $D_f$ is invariant under a bi-measurable bijection $T$: $D_f(T(P), T(Q)) = D_f(P, Q)$, smooth or not; for KL both ways, Jensen–Shannon, $\\chi^2$, Hellinger$^2$ and total variation, and for permutations exactly",
    evidence: "quadrature",
    subject: {
      measure: divergence as Measure,
      push: ((p, flow) => pushforward(p, flow)) as Push,
      permute: <T>(list: readonly T[], order: readonly number[], _which: "p" | "q") =>
        order.map((i) => list[i]),
    },
    instance: pair,
    error: ({ measure, push, permute }, { plan, measure: name, p, q, weights, order }) => {
      const { flow } = scene(plan), P = normal1d(p.mean, p.sd), Q = normal1d(q.mean, q.sd);
      const [A, B] = [push(P, flow, "p"), push(Q, flow, "q")];
      const [before, after] = name === "reverse kl"
        ? [measure("kl", Q, P), measure("kl", B, A)]
        : [measure(name, P, Q), measure(name, A, B)];
      const [v, w] = weights.map(shares);
      return Math.max(
        difference(before, after),
        difference(chiSquareExactly(permute(v, order, "p"), permute(w, order, "q")), chiSquareExactly(v, w)),
      );
    },
    mutants: mutants["3.1.g"],
    printed: {
      text:
        "“f-divergences are invariable”, with $f$ also the name of the map, and only KL written out: not every way to compare two laws is one.",
      counterexample: {
        "$W_1(N(0, 1), N(1, 1))$": transport(1),
        "$W_1$ after $x = 3u$": transport(3),
      },
      error: () => Math.abs(transport(3) - transport(1)),
    },
  }),
  define("3.1.h", {
    statement:
      "A map that is not one-to-one never increases an $f$-divergence; for strictly convex $f$ it keeps it exactly when $p/q$ is constant on the points it merges: $\\lvert x \\rvert$ keeps KL of $N(0, 1)$ and $N(0, 4)$, and two buckets cut where equal-width normals cross keep total variation",
    evidence: "quadrature",
    further: true,
    subject: {
      fold: addLogs,
      loses: (p: MeanSd, q: MeanSd) => Math.abs(p[0] / p[1] ** 2 - q[0] / q[1] ** 2) > 1e-12,
    },
    instance: (random, index) => {
      const draw = (): MeanSd => [random.uniform(-1, 1), random.uniform(0.7, 1.6)];
      return {
        folds: index < 4 || index % 2 === 0,
        normals: NORMALS[index] ?? [draw(), draw()],
        cuts: [random.uniform(-1, 0), random.uniform(0.1, 1)],
        gap: random.uniform(0.2, 2),
      };
    },
    error: ({ fold, loses }, { folds, normals: [p, q], cuts, gap }) => {
      const P = normal1d(...p), Q = normal1d(...q), whole = divergence("kl", P, Q);
      if (folds) {
        const lost = whole - foldedKl(fold, P, Q);
        return Math.max(
          loses(p, q) ? excess(0, lost) : Math.abs(lost),
          failsUnless(!loses(p, q) || lost > 1e-9),
        );
      }
      const R = normal1d(0, 1), S = normal1d(gap, 1), cut = [gap / 2];
      return Math.max(
        excess(kl(buckets(P, cuts), buckets(Q, cuts)), whole),
        difference(totalVariation(buckets(R, cut), buckets(S, cut)), divergence("totalVariation", R, S)),
        // bucketing pays in every strictly convex one
        failsUnless(chiSquare(buckets(R, cut), buckets(S, cut)) < divergence("chiSquare", R, S) - 1e-9),
      );
    },
    mutants: mutants["3.1.h"],
  }),
  define("3.1.i", {
    statement:
      "Not invariant: $W_1$ and the $L^2$ distance of densities follow the units of $x$, and entropy shifts, $h(F(U)) = h(U) + \\mathbb{E} \\log\\lvert\\det J_F(U)\\rvert$",
    evidence: "quadrature",
    further: true,
    subject: {
      shift: (meanLogAbsDet: number) => meanLogAbsDet,
      /** What a change of units by `scale` multiplies W₁ and ∫(p − q)² by. */
      factors: (scale: number) => [Math.abs(scale), 1 / Math.abs(scale)],
    },
    instance: (random, index) => ({
      inUnits: index % 2 === 1,
      plan: scenePlan(random, index),
      p: random.normal(),
      q: random.normal(),
      scale: random.pick([-1, 1]) * random.pick([random.uniform(0.3, 0.8), random.uniform(1.3, 3)]),
    }),
    error: ({ shift, factors }, { inUnits, plan, p, q, scale }) => {
      if (!inUnits) {
        const { flow, base } = scene(plan), before = entropy(base);
        const shifted = before + shift(expectation(base, (u) => flow.logAbsDet(u), flow.kinks));
        return difference(entropy(pushforward(base, flow)), shifted);
      }
      // two normals of equal width: W₁ is the distance of their means, and ∫(p − q)² has a closed form
      const P = normal1d(p, 1), Q = normal1d(q, 1), map = affine1d({ scale, shift: 0 });
      const [A, B] = [pushforward(P, map), pushforward(Q, map)];
      const squares = (f: Density, g: Density) =>
        integrate((x) => (Math.exp(f.logDensity(x)) - Math.exp(g.logDensity(x))) ** 2, -Infinity, Infinity, {
          breakpoints: [...f.breakpoints ?? [], ...g.breakpoints ?? []],
        });
      const closed = (1 - Math.exp(-((p - q) ** 2) / 4)) / Math.sqrt(Math.PI);
      return difference(
        [wasserstein1(A, B), squares(A, B)],
        [Math.abs(p - q) * factors(scale)[0], closed * factors(scale)[1]],
      );
    },
    mutants: mutants["3.1.i"],
  }),
];
