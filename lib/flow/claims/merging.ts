import { chiSquare, type Density, divergence, kl, normal1d, totalVariation } from "../../math/divergence.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";

/** 3.1.h and m: what a map that merges points may lose. */

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

/** (p₁ + p₂, p₃) of three shares: two of them bucketed. */
const bucketed = ([a, b, c]: Vector) => [a + b, c];

/** A pair of three shares with KL = ∞ before and after the first two are merged, and one with a constant ratio there. */
const INFINITE = [[0.5, 0.25, 0.25], [0.5, 0.5, 0]];
const CONSTANT = [[0.2, 0.4, 0.4], [0.25, 0.5, 0.25]];

export const merging = [
  define("3.1.h", {
    statement:
      "A map that is not one-to-one never increases an $f$-divergence. Where $D_f$ is finite and $f$ strictly convex, it keeps it exactly when $p/q$ is constant on the points it merges: $\\lvert x \\rvert$ keeps KL of $N(0, 1)$ and $N(0, 4)$",
    evidence: "quadrature",
    further: true,
    subject: {
      fold: addLogs,
      loses: (p: MeanSd, q: MeanSd) => Math.abs(p[0] / p[1] ** 2 - q[0] / q[1] ** 2) > 1e-12,
      /** Whether merging the first two of three shares must lose something of the KL. */
      losesBucket: (p: Vector, q: Vector) => kl(p, q) < Infinity && p[0] * q[1] !== p[1] * q[0],
    },
    instance: (random, index) => {
      const draw = (): MeanSd => [random.uniform(-1, 1), random.uniform(0.7, 1.6)];
      return {
        folds: index < 4 || index % 2 === 0,
        normals: NORMALS[index] ?? [draw(), draw()],
        cuts: [random.uniform(-1, 0), random.uniform(0.1, 1)],
        // first a pair of infinite KL, then one with a constant ratio
        shares: index % 3 === 0
          ? INFINITE
          : index % 3 === 1
          ? CONSTANT
          : [random.simplex(3), random.simplex(3)],
      };
    },
    error: ({ fold, loses, losesBucket }, { folds, normals: [p, q], cuts, shares: [v, w] }) => {
      const P = normal1d(...p), Q = normal1d(...q), whole = divergence("kl", P, Q);
      const left = kl(bucketed(v), bucketed(w)), before = kl(v, w);
      const merged = failsUnless(
        losesBucket(v, w) ? left < before - 1e-12 : !(Math.abs(left - before) > 1e-12),
      );
      if (folds) {
        const lost = whole - foldedKl(fold, P, Q);
        return Math.max(
          merged,
          loses(p, q) ? excess(0, lost) : Math.abs(lost),
          failsUnless(!loses(p, q) || lost > 1e-9),
        );
      }
      return Math.max(merged, excess(kl(buckets(P, cuts), buckets(Q, cuts)), whole));
    },
    mutants: {
      "one branch of the fold counted twice": { fold: (right) => right + Math.LN2 },
      "the fold always loses": { loses: () => true },
      "the fold never loses": { loses: () => false },
      "the fold loses where the means differ": { loses: (p, q) => p[0] !== q[0] },
      "an infinite divergence is lessened as well": { losesBucket: (p, q) => p[0] * q[1] !== p[1] * q[0] },
      "merging always loses": { losesBucket: (p, q) => kl(p, q) < Infinity },
    },
  }),
  define("3.1.m", {
    aside: true,
    statement:
      "Total variation, whose $f$ is not strictly convex, may survive more: two buckets cut where two normals of equal width cross keep all of it, while $\\chi^2$ falls",
    evidence: "quadrature",
    further: true,
    subject: { cut: (gap: number) => gap / 2 },
    instance: (random) => random.uniform(0.2, 2),
    error: ({ cut }, gap) => {
      const R = normal1d(0, 1), S = normal1d(gap, 1), [r, s] = [R, S].map((p) => buckets(p, [cut(gap)]));
      return Math.max(
        difference(totalVariation(r, s), divergence("totalVariation", R, S)),
        failsUnless(chiSquare(r, s) < divergence("chiSquare", R, S) - 1e-9),
      );
    },
    mutants: {
      "cut at the first mean": { cut: () => 0 },
      "cut a hundredth beside the crossing": { cut: (gap) => 0.51 * gap },
    },
  }),
];
