import {
  type Density,
  divergence,
  type DivergenceName,
  DIVERGENCES,
  entropy,
  expectation,
  normal1d,
  pushforward,
  wasserstein1,
} from "../../math/divergence.ts";
import { affine1d, type ScalarFlow } from "../mod.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import { integrate } from "../../math/quadrature.ts";
import { softplus } from "../../math/stable.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { type Both, both, otherVolumes, type PlanePlan, planePlan, volumeOf } from "./both.ts";

/** 3.1.g, i, k and l: what a change of coordinates leaves as it is, and what it changes. */

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

type Measure = (name: DivergenceName, p: Density, q: Density) => number;

const { exp } = Math;
/** What each divergence integrates, from the two log densities. */
const integrands: Readonly<Record<DivergenceName, (a: number, b: number) => number>> = {
  kl: (a, b) => exp(a) * (a - b),
  jensenShannon: (a, b) =>
    (exp(a) * (Math.LN2 - softplus(b - a)) + exp(b) * (Math.LN2 - softplus(a - b))) / 2,
  totalVariation: (a, b) => Math.abs(exp(a) - exp(b)) / 2,
  chiSquare: (a, b) => exp(2 * a - b) - 2 * exp(a) + exp(b),
  hellingerSquared: (a, b) => (exp(a) + exp(b)) / 2 - exp((a + b) / 2),
};
/** How far a number is from a divergence of two normals by its definition: a sum by equal steps, rough at a kink. */
function offDefinition(value: number, name: DivergenceName, P: Density, Q: Density): number {
  const step = 0.25, all = Array.from({ length: 961 }, (_, k) => (k - 480) * step);
  const sum = all.reduce((sum, x) => sum + step * integrands[name](P.logDensity(x), Q.logDensity(x)), 0);
  return name === "totalVariation" ? failsUnless(Math.abs(value - sum) < 5e-3) : difference(value, sum);
}
type Push = (p: Density, flow: ScalarFlow, which: "p" | "q") => Density;

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

/** Divergences of smooth densities in the plane, as E over the second law of f(ratio). */
const SMOOTH = {
  kl: (ratio: number) => ratio * Math.log(ratio),
  chiSquare: (ratio: number) => (ratio - 1) ** 2,
  hellingerSquared: (ratio: number) => 1 - Math.sqrt(ratio),
} as const;

/** D_f of two laws of the plane, pulled back through a flow, with the ratio as a change of variables gives it. */
function pulledDivergence(
  [p, q]: readonly PlanePlan[],
  name: keyof typeof SMOOTH,
  volume: (J: Matrix, which: "p" | "q") => number,
): { over: "x" | "u"; value: number }[] {
  const [P, Q] = [both(p), both(q)], { F, J, overX, overU } = P;
  const log = (law: Both, which: "p" | "q") => (u: Vector) => law.logPx(F(u)) + Math.log(volume(J(u), which));
  const [a, b] = [log(P, "p"), log(Q, "q")], f = SMOOTH[name];
  return [
    { over: "x", value: overX(Q.logPx, (x) => f(Math.exp(P.logPx(x) - Q.logPx(x)))) },
    { over: "u", value: overU(b, (u) => f(Math.exp(a(u) - b(u)))) },
  ];
}

/** Two laws of the plane behind one flow. */
function planePair(random: Random): PlanePlan[] {
  const plan = planePlan(random);
  return [plan, { ...plan, mean: [random.uniform(-0.3, 0.3), random.uniform(-0.3, 0.3)], sd: [0.9, 1.1] }];
}

const gapSquared: Measure = (_, p, q) =>
  integrate((x) => (Math.exp(p.logDensity(x)) - Math.exp(q.logDensity(x))) ** 2, ...p.support, {
    breakpoints: [...p.breakpoints ?? [], ...q.breakpoints ?? []],
    scale: 1e-3,
    tolerance: 1e-6,
  });

export const invariance = [
  define("3.1.g", {
    statement:
      "Every $f$-divergence $D_f$ is invariant under a bi-measurable bijection $T$, smooth or not: $D_f(T(P), T(Q)) = D_f(P, Q)$. Integrated for KL both ways, Jensen–Shannon, $\\chi^2$, Hellinger$^2$ and total variation on the line, for three of them in the plane, and exact for permutations",
    evidence: "quadrature",
    subject: {
      measure: divergence as Measure,
      push: ((p, flow) => pushforward(p, flow)) as Push,
      volume: volumeOf as (J: Matrix, which: "p" | "q") => number,
      permute: <T>(list: readonly T[], order: readonly number[], _which: "p" | "q") =>
        order.map((i) => list[i]),
    },
    instances: 120,
    instance: (random, index) => ({
      ...pair(random, index),
      plane: index % 40 === 0 ? planePair(random) : null,
      smooth: (["kl", "chiSquare", "hellingerSquared"] as const)[Math.floor(index / 40)],
    }),
    error: (
      { measure, push, permute, volume },
      { plan, measure: name, p, q, weights, order, plane, smooth },
    ) => {
      const { flow } = scene(plan), P = normal1d(p.mean, p.sd), Q = normal1d(q.mean, q.sd);
      const [A, B] = [push(P, flow, "p"), push(Q, flow, "q")], at = p.mean;
      const [before, after] = name === "reverse kl"
        ? [measure("kl", Q, P), measure("kl", B, A)]
        : [measure(name, P, Q), measure(name, A, B)];
      const [v, w] = weights.map(shares);
      const [inX, inU] = plane ? pulledDivergence(plane, smooth, volume) : [];
      return Math.max(
        difference(before, after),
        // moved by this map: what a piece of mass weighs there
        difference(A.logDensity(flow.forward(at)) + flow.logAbsDet(at), P.logDensity(at)),
        // it is the divergence that is measured, not anything that stays
        name === "reverse kl" ? offDefinition(before, "kl", Q, P) : offDefinition(before, name, P, Q),
        difference(chiSquareExactly(permute(v, order, "p"), permute(w, order, "q")), chiSquareExactly(v, w)),
        plane ? difference(inX.value, inU.value) : 0,
      );
    },
    mutants: {
      ...otherVolumes,
      "in the plane only one law gets its determinant": {
        volume: (J, which) => which === "p" ? volumeOf(J) : 1,
      },
      "no law moved": { push: (p) => p },
      "only one law moved": { push: (p, flow, which) => which === "p" ? pushforward(p, flow) : p },
      "each law moved by its own map": {
        push: (p, flow, which) =>
          pushforward(which === "p" ? p : pushforward(p, affine1d({ scale: 1.1, shift: 0 })), flow),
      },
      "half of the divergence, invariant as well": { measure: (name, p, q) => divergence(name, p, q) / 2 },
      "KL in the place of all": { measure: (_, p, q) => divergence("kl", p, q) },
      "half of total variation": {
        measure: (name, p, q) => divergence(name, p, q) / (name === "totalVariation" ? 2 : 1),
      },
      "the Wasserstein distance": { measure: (_, p, q) => wasserstein1(p, q) },
      "the squared distance of the densities": { measure: gapSquared },
      "the difference of the entropies": { measure: (_, p, q) => entropy(p) - entropy(q) },
      "only one vector permuted": {
        permute: (list, order, which) => which === "p" ? order.map((i) => list[i]) : [...list],
      },
    },
  }),
  define("3.1.i", {
    statement:
      "Entropy is not invariant: it shifts, $h(F(U)) = h(U) + \\mathbb{E} \\log\\lvert\\det J_F(U)\\rvert$",
    evidence: "quadrature",
    further: true,
    subject: { shift: (meanLogAbsDet: number) => meanLogAbsDet },
    instance: scenePlan,
    error: ({ shift }, plan) => {
      const { flow, base } = scene(plan);
      const shifted = entropy(base) + shift(expectation(base, (u) => flow.logAbsDet(u), flow.kinks));
      return difference(entropy(pushforward(base, flow)), shifted);
    },
    mutants: {
      "entropy called constant": { shift: () => 0 },
      "the entropy's shift with the wrong sign": { shift: (meanLogAbsDet) => -meanLogAbsDet },
    },
  }),
  define("3.1.k", {
    aside: true,
    statement:
      "Continuously differentiable and one-to-one is not enough for line 2: let $F'$ be the distance to a Cantor set of measure $m$ in $[0, 1]$, and $U$ uniform there. The formula's density of $F(U)$ has mass $1 - m$; the rest sits on a set of length 0",
    evidence: "quadrature",
    further: true,
    subject: { mass: (measure: number) => 1 - measure },
    instances: 60,
    instance: (random, index) => ({ share: random.uniform(0.2, 1.8), levels: 1 + index % 20 }),
    error: ({ mass }, { share, levels }) => {
      // level n takes 2^{n − 1} gaps of length share · 4^{−n} out of the interval: share/2 in all
      const gaps = Array.from({ length: levels }, (_, n) => 2 ** n * massOverGap(share * 4 ** -(n + 1)));
      const later = share * 2 ** -(levels + 1);
      return difference(gaps.reduce((a, b) => a + b, 0) + later, mass(1 - share / 2));
    },
    mutants: {
      "no mass is lost": { mass: () => 1 },
      "the mass of the Cantor set itself": { mass: (measure) => measure },
    },
  }),
  define("3.1.l", {
    statement:
      "Not invariant are distances that know the units of $x$: under $x \\mapsto c\\,x$ the Wasserstein distance $W_1$ grows by $\\lvert c \\rvert$, and $\\int (p - q)^2$ by $1 / \\lvert c \\rvert$",
    evidence: "quadrature",
    further: true,
    subject: { factors: (scale: number) => [Math.abs(scale), 1 / Math.abs(scale)] },
    instances: 60,
    instance: (random) => ({
      p: random.normal(),
      q: random.normal(),
      scale: random.pick([-1, 1]) * random.pick([random.uniform(0.3, 0.8), random.uniform(1.3, 3)]),
    }),
    error: ({ factors }, { p, q, scale }) => {
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
    mutants: {
      "distances called invariant": { factors: () => [1, 1] },
      "both grow alike": { factors: (scale) => [Math.abs(scale), Math.abs(scale)] },
    },
  }),
];

/**
 * What the change of variables says of the mass over the image of a gap of this length, where F′ is the distance to
 * the gap's nearer end: F(u) = u²/2 up to the middle, and as much again behind it.
 */
const massOverGap = (length: number) =>
  2 * integrate((x) => 1 / Math.sqrt(2 * x), 0, length ** 2 / 8, { tolerance: 1e-12 });
