import { linearGaussian } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { type Rational, rational, rationals } from "../../math/exact.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import type { Normal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { best, encoder, encoders, ownOptima } from "./defects.ts";
import { type Gain, lineModel, theta, trainingSet } from "./instances.ts";

/** What amortisation costs and saves: 1.3. */

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Gradient steps at rate r that bring q = N(m, 1/Λ) from m = 0 to within ε nats of the optimum, counted. */
function stepsTaken(at: Gain, x: number, rate: number, epsilon: number): number {
  const model = lineModel(at, 0), best = model.fitPosterior([x]), logVar = [Math.log(best.cov[0][0])];
  let m = 0, steps = 0;
  const gap = () => model.elbo([x], best) - model.elbo([x], { ...best, mean: [m] });
  for (; gap() > epsilon; steps++) m += rate * model.gradElbo([x], { mean: [m], logVar }).mean[0];
  return steps;
}

/** Steps from a gap down to ε, where each multiplies it by the square of `share`. */
const stepsFor = (gap: number, epsilon: number, share: number) =>
  Math.max(0, Math.ceil(Math.log(gap / epsilon) / (-2 * Math.log(share))));

/** The rank of a matrix of rationals: its pivots, counted. */
function rank(A: readonly (readonly Rational[])[]): number {
  const { mul, sub, div, equal, zero } = rationals;
  const [first, ...others] = A;
  if (first === undefined || first.length === 0) return 0;
  const row = A.findIndex(([head]) => !equal(head, zero));
  if (row < 0) return rank(A.map((r) => r.slice(1)));
  const pivot = A[row], rest = row === 0 ? others : A.filter((_, i) => i !== row);
  return 1 +
    rank(
      rest.map(([head, ...tail]) =>
        tail.map((value, j) => sub(value, mul(div(head, pivot[0]), pivot[j + 1])))
      ),
    );
}

/** n points of D components in general position, each with a 1 for the biases: on the curve (t, t², … t^D). */
const designOf = (n: number, D: number) =>
  range(1, n).map((t) => range(0, D).map((power) => rational(t ** power)));

const ranks = new Map<string, number>();
/** How many dimensions 2K affine outputs on n points fill: the rank of I ⊗ design, 2K times that of the design. */
function dimensions(n: number, D: number, K: number): number {
  const key = `${n} ${D}`;
  if (!ranks.has(key)) ranks.set(key, rank(designOf(n, D)));
  return 2 * K * ranks.get(key)!;
}

const sizes = range(1, 13).flatMap((n) => range(1, 8).flatMap((D) => range(1, 2).map((K) => ({ n, D, K }))));

/** A linear Gaussian model before and after θ has moved, n points, and how many of them are fitted anew. */
function afterMove(random: Random, index: number) {
  const D = 1 + index % 4, K = 1 + random.integer(2), n = D + 2 + random.integer(4);
  const before = theta(random, 1, D, K), after = { ...theta(random, 1, D, K), b: before.b.map((b) => b + 1) };
  const [old, model] = [before, after].map(linearGaussian), xs = random.normalMatrix(n, D);
  return { old, model, D, n, fits: random.integer(n + 1), xs };
}

/** How many of these densities are not best at their points. */
const staleAmong = (model: ReturnType<typeof linearGaussian>, xs: Matrix, qs: readonly Normal[]) =>
  qs.filter((q, i) => model.elbo(xs[i], model.fitPosterior(xs[i])) - model.elbo(xs[i], q) > 1e-9).length;

export const cost = [
  define("1.3.a", {
    statement:
      "As an estimate of $\\log p_\\theta(x_i)$ the ELBO has the bias $-\\mathrm{KL}$, at least as large in size with an encoder as with each point's own optimum, and as large only where the encoder reaches that optimum",
    evidence: "closed form",
    subject: { best, encoder },
    instance: trainingSet,
    error: ({ best, encoder }, { theta, xs }) => {
      const model = linearGaussian(theta), poor = encoder(theta, xs, "constant");
      const rich = encoder(theta, xs, "affine");
      return Math.max(...xs.map((x) => {
        const bias = (q: Normal) => model.elbo(x, q) - model.logMarginal(x);
        const own = best(theta, x), kl = (q: Normal) => model.klPosterior(x, q);
        return Math.max(
          difference([bias(own), bias(poor(x))], [-kl(own), -kl(poor(x))]),
          excess([bias(own), bias(poor(x))], [0, bias(own)]),
          failsUnless(difference(poor(x).mean, own.mean) < 1e-5 || bias(poor(x)) < bias(own)),
          difference(bias(rich(x)), bias(own)),
        );
      }));
    },
    mutants: { ...ownOptima, ...encoders },
  }),
  define("1.3.b", {
    statement:
      "A table of own optima goes stale point by point: when $\\theta$ has moved, $m$ new fits leave $n - m$ of $n$ entries where they were",
    evidence: "closed form",
    subject: { staleEntries: (n: number, fits: number) => n - fits },
    instance: afterMove,
    error: ({ staleEntries }, { old, model, n, fits, xs }) => {
      const table = xs.map((x, i) => (i < fits ? model : old).fitPosterior(x));
      return difference(staleAmong(model, xs, table), staleEntries(n, fits));
    },
    mutants: {
      "own optima keep up with $\\theta$": { staleEntries: () => 0 },
      "a few fits mend all entries": { staleEntries: (n, fits) => fits === 0 ? n : 0 },
      "no fit mends any": { staleEntries: (n) => n },
    },
  }),
  define("1.3.f", {
    statement:
      "In the linear Gaussian model an encoder with an affine mean, refitted on $D + 1$ points in general position, is right at all others too; on $D$ of them it is not (tried for $D \\le 4$)",
    evidence: "closed form",
    aside: true,
    subject: {
      /** How many points an encoder has to be refitted on. */
      enough: (D: number) => D + 1,
      stalePoints: (_n: number, _D: number): number => 0,
    },
    instance: afterMove,
    error: ({ enough, stalePoints }, { model, D, n, xs }) => {
      const stale = (points: number) =>
        staleAmong(model, xs, xs.map(model.fitEncoder(xs.slice(0, points), "affine")));
      return Math.max(
        difference(stale(enough(D)), stalePoints(n, D)),
        // one fewer, and the encoder is stale somewhere
        failsUnless(enough(D) < 2 || stale(enough(D) - 1) > 0),
      );
    },
    mutants: {
      "a point fewer is enough": { enough: (D) => D },
      "a point more is needed": { enough: (D) => D + 2 },
      "four points are enough for every $D$": { enough: (D) => Math.min(4, D + 1) },
      "twice as many for each component more": { enough: (D) => 2 ** D },
      "an encoder has to be refitted on every point": { stalePoints: (n, D) => n - D - 1 },
    },
  }),
  define("1.3.d", {
    statement:
      "In the linear Gaussian model with one latent of posterior precision $\\Lambda$, a fit of the mean by gradient steps of rate $0 < r < 2/\\Lambda$, $r \\neq 1/\\Lambda$, from a gap $g > \\varepsilon$ down to $\\varepsilon$ takes $\\lceil \\log(g/\\varepsilon) / (-2 \\log\\lvert 1 - r\\Lambda\\rvert) \\rceil$ of them, and each point its own",
    evidence: "closed form",
    aside: true,
    subject: {
      steps: (gap: number, epsilon: number, rate: number, precision: number) =>
        stepsFor(gap, epsilon, Math.abs(1 - rate * precision)),
      /** Of the steps by point. */
      together: (steps: Vector) => steps.reduce((sum, T) => sum + T, 0),
    },
    instance: (random, index) => {
      const at = { w: random.uniform(0.3, 2), sigma2: random.uniform(0.3, 2) };
      return {
        at,
        xs: random.normals(1 + index % 4),
        // short of the top of each point's parabola, or beyond it
        rate: (index % 3 === 0 ? random.uniform(1.2, 1.9) : random.uniform(0.05, 0.8)) /
          (1 + at.w ** 2 / at.sigma2),
        epsilon: 10 ** -random.uniform(2, 8),
      };
    },
    error: ({ steps, together }, { at, xs, rate, epsilon }) => {
      const precision = 1 + at.w ** 2 / at.sigma2;
      const claimed = xs.map((x) => {
        const [mu] = lineModel(at, 0).posterior([x]).mean;
        return steps(precision * mu ** 2 / 2, epsilon, rate, precision);
      });
      const counted = xs.map((x) => stepsTaken(at, x, rate, epsilon));
      return difference([...claimed, together(claimed)], [...counted, counted.reduce((a, b) => a + b)]);
    },
    mutants: {
      "one run for all points": { together: (steps) => Math.max(...steps) },
      "a single step": { steps: () => 1 },
      "a longer step counted as the longest that does not pass the top": {
        steps: (gap, epsilon, rate, precision) =>
          stepsFor(gap, epsilon, Math.max(1e-9, 1 - rate * precision)),
      },
      "the gap shrinks like the error of the mean": {
        steps: (gap, epsilon, rate, precision) =>
          stepsFor(gap, epsilon, Math.sqrt(Math.abs(1 - rate * precision))),
      },
      "steps in proportion to the accuracy": {
        steps: (gap, epsilon, rate, precision) =>
          Math.ceil(Math.sqrt(gap / epsilon) / (2 * rate * precision)),
      },
    },
  }),
  define("1.3.c", {
    statement:
      "A table of $n$ points stores $2Kn$ numbers, which grows with $n$; an encoder with affine mean and log-variance stores $2K(D + 1)$, which does not: it stores less exactly from $n = D + 2$ on (all $n \\le 13$, $D \\le 8$, $K \\le 2$)",
    evidence: "exact",
    subject: {
      table: (n: number, _D: number, K: number) => 2 * K * n,
      encoder: (_n: number, D: number, K: number) => 2 * K * (D + 1),
      lessFrom: (D: number, _K: number) => D + 2,
    },
    cases: sizes,
    error: ({ table, encoder, lessFrom }, { n, D, K }) => {
      // an encoder's numbers that matter: the rank on more points than it can tell apart
      const free = 2 * K * n, useful = dimensions(D + 2, D, K);
      return Math.max(
        difference([table(n, D, K), encoder(n, D, K)], [free, useful]),
        failsUnless(useful < free === n >= lessFrom(D, K)),
      );
    },
    mutants: {
      "an encoder that grows with $n$": { encoder: (n, D, K) => 2 * K * n * (D + 1) },
      "the encoder's biases not counted": { encoder: (_n, D, K) => 2 * K * D },
      "the variances not stored": { table: (n, _D, K) => n * K },
      "amortisation always stores less": { lessFrom: () => 1 },
      "less where both store equally many": { lessFrom: (D) => D + 1 },
      "less from $\\lvert\\phi\\rvert$ points on": { lessFrom: (D, K) => 2 * K * (D + 1) },
    },
  }),
  define("1.3.e", {
    statement:
      "What is saved is paid for: of the $2Kn$ dimensions of a table, on points in general position, such an encoder reaches $2K \\min(n, D + 1)$, all of them only up to $n = D + 1$ (the same $n$, $D$, $K$)",
    evidence: "exact",
    aside: true,
    subject: { reached: (n: number, D: number, K: number) => 2 * K * Math.min(n, D + 1) },
    cases: sizes,
    error: ({ reached }, { n, D, K }) => difference(reached(n, D, K), dimensions(n, D, K)),
    mutants: {
      "an encoder reaches every table": { reached: (n, _D, K) => 2 * K * n },
      "an encoder reaches no table, however small": { reached: (_n, D, K) => 2 * K * (D + 1) },
      "a point fewer": { reached: (n, D, K) => 2 * K * Math.min(n, D) },
    },
  }),
];
