import { type EncoderFamily, iwae, iwaeBound, type IwaeSetting, linearGaussian } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { duals, exp, log } from "../../math/dual.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo/mutants.ts";
import { onLine, shifted, shown, type Theta, trainingSet } from "./instances.ts";
import { logWeight, sampleBound } from "./witnesses.ts";

/** What amortisation costs and saves, and a tighter bound: 1.3 and 1.4. */

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Both kinds of inference on `points` points, run with every call counted. */
function countedRun(points: number, T: number): { steps: number; passes: number; trainings: number } {
  const calls = { steps: 0, passes: 0, trainings: 0 };
  const counted =
    <A extends unknown[], R>(kind: keyof typeof calls, f: (...args: A) => R) => (...args: A): R => {
      calls[kind]++;
      return f(...args);
    };
  const model = linearGaussian(shifted(0)), xs = range(1, points).map((i) => [i / 4]);
  const slopes = counted("steps", model.gradElbo), train = counted("trainings", model.fitEncoder);
  const encode = counted("passes", train([[0], [1]], "affine"));
  for (const x of xs) {
    let q = { mean: [0], logVar: [0] };
    for (let t = 0; t < T; t++) {
      const { mean, logVar } = slopes(x, q);
      q = { mean: [q.mean[0] + 0.1 * mean[0]], logVar: [q.logVar[0] + 0.1 * logVar[0]] };
    }
    encode(x);
  }
  return calls;
}

/** The numbers kept: a mean and a log-variance a point, or the weights of an affine map from D to 2K numbers. */
const tableOf = (n: number, K: number) => range(1, n).map(() => new Array<number>(2 * K).fill(0));
const weightsOf = (D: number, K: number) => range(1, 2 * K).map(() => new Array<number>(D + 1).fill(0));
const numbersIn = (rows: Matrix) => rows.flat().length;

/** The slope of the ECLL of the shifted model at θ = 0, x = 1 is how far its maximiser is from 0. */
const estimate = (m: number) => linearGaussian(shifted(0)).gradTheta([1], onLine(m, 0.5)).b[0];
const klAtZero = (m: number) => linearGaussian(shifted(0)).klPosterior([1], onLine(m, 0.5));

/** Σ w̃ⱼ ∂log wⱼ with the normalised weights w̃ held fixed. */
const weighedSlope = (logWeights: Vector, slopes: Vector): number => {
  const weights = logWeights.map(Math.exp), sum = weights.reduce((total, w) => total + w, 0);
  return weights.reduce((total, w, j) => total + w / sum * slopes[j], 0);
};
/** ∂ log (1/k) Σ wⱼ by dual numbers. */
const slopeOfLogMean = (logWeights: Vector, slopes: Vector): number =>
  log(
    logWeights.map((value, j) => exp({ value, slope: slopes[j] })).reduce(duals.add, duals.zero),
  ).slope;

export const cost = [
  define("1.3.a", {
    statement:
      "As an estimate of $\\log p_\\theta(x_i)$ the ELBO has the bias $-\\mathrm{KL}$, at least as large in size with an encoder as with each point's own optimum, and as large only where the encoder reaches that optimum",
    evidence: "closed form",
    subject: {
      own: (theta: Theta, x: Vector) => linearGaussian(theta).fitPosterior(x),
      encoder: (theta: Theta, xs: Matrix, family: EncoderFamily) =>
        linearGaussian(theta).fitEncoder(xs, family),
    },
    instance: trainingSet,
    error: ({ own, encoder }, { theta, xs }) => {
      const model = linearGaussian(theta), poor = encoder(theta, xs, "constant");
      const rich = encoder(theta, xs, "affine");
      return Math.max(...xs.map((x) => {
        const bias = (q: Parameters<typeof model.elbo>[1]) => model.elbo(x, q) - model.logMarginal(x);
        const best = own(theta, x), kl = (q: typeof best) => model.klPosterior(x, q);
        return Math.max(
          difference([bias(best), bias(poor(x))], [-kl(best), -kl(poor(x))]),
          excess([bias(best), bias(poor(x))], [0, bias(best)]),
          failsUnless(difference(poor(x).mean, best.mean) < 1e-5 || bias(poor(x)) < bias(best)),
          difference(bias(rich(x)), bias(best)),
        );
      }));
    },
    mutants: mutants["1.3.a"],
    printed: {
      text:
        "Amortisation has the larger bias because of $\\theta$, on which only $E_q \\log p_\\theta(x, z)$ depends: reasoning about the estimate of $\\theta$, where the question is about that of $\\log p_\\theta(x)$.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$, $\\theta = 0$, $x = 1$",
        "$q_i^\\star$ and $q_\\phi$": "$N(\\tfrac12, \\tfrac12)$ and $N(0, \\tfrac12)$",
        "bias of $\\log p_\\theta(x)$": [-klAtZero(0.5), -klAtZero(0)].map(shown),
        "bias of the estimate of $\\theta$": [estimate(0.5) - 1, estimate(0) - 1].map(shown),
      },
      // the encoder's q is worse for log p and better for θ: by how much
      error: () => klAtZero(0) > klAtZero(0.5) ? Math.abs(estimate(0.5) - 1) - Math.abs(estimate(0) - 1) : 0,
    },
  }),
  define("1.3.b", {
    statement:
      "For $n$ new points instance-wise inference takes $n T$ gradient steps, amortised inference $n$ forward passes of an encoder whose training is paid once",
    evidence: "exact",
    subject: {
      steps: (n: number, T: number) => n * T,
      passes: (n: number, _T: number) => n,
      trainings: (_n: number) => 1,
    },
    cases: range(1, 15).flatMap((n) => range(1, 15).map((T) => ({ n, T }))),
    error: ({ steps, passes, trainings }, { n, T }) => {
      const counted = countedRun(n, T);
      return difference(
        [steps(n, T), passes(n, T), trainings(n)],
        [counted.steps, counted.passes, counted.trainings],
      );
    },
    mutants: mutants["1.3.b"],
  }),
  define("1.3.c", {
    statement:
      "Amortised storage $\\lvert\\phi\\rvert$ does not grow with $n$, instance-wise storage is $n \\dim\\pi$: amortisation stores less only from $n > \\lvert\\phi\\rvert / \\dim\\pi$ on, and more below",
    evidence: "exact",
    subject: {
      instanceWise: (n: number, K: number) => n * 2 * K,
      amortised: (D: number, K: number, _n: number) => 2 * K * (D + 1),
      breakEven: (D: number, _K: number) => D + 1,
    },
    cases: range(1, 12).flatMap((n) => range(1, 6).flatMap((D) => range(1, 4).map((K) => ({ n, D, K })))),
    error: ({ instanceWise, amortised, breakEven }, { n, D, K }) => {
      const table = numbersIn(tableOf(n, K)), weights = numbersIn(weightsOf(D, K));
      return Math.max(
        difference([instanceWise(n, K), amortised(D, K, n)], [table, weights]),
        failsUnless(Math.sign(table - weights) === Math.sign(n - breakEven(D, K))),
      );
    },
    mutants: mutants["1.3.c"],
  }),
  define("1.4", {
    statement:
      "$\\mathcal{L}_k = E \\log \\tfrac{1}{k} \\sum_j w_j$, $w_j = p_\\theta(x, z_j)/q(z_j)$, climbs from $\\mathcal{L}_1 = \\mathcal{L}$ towards $\\log p_\\theta(x)$, constant in $k$ exactly when the weights are; a single estimate may lie above $\\log p_\\theta(x)$; its slope is the mean of the slopes of $\\log w_j$, weighed by $w_j / \\sum_i w_i$ held fixed",
    evidence: "quadrature",
    further: true,
    subject: { bound: iwaeBound, estimate: iwae, slope: weighedSlope },
    instance: (random, index) => {
      const setting: IwaeSetting = {
        w: random.uniform(-1.2, 1.2),
        sigma2: random.uniform(0.7, 2),
        x: random.normal(),
        qMean: random.normal(0, 0.5),
        qSd: random.uniform(0.6, 1.2),
      };
      // summed over all samples: two everywhere, three once, which takes as long as all the rest
      const ks = index === 0 ? [2, 3] : [2];
      return { ...setting, summed: ks.map((k) => sampleBound(setting, k)) };
    },
    error: ({ bound, estimate, slope }, { summed, ...setting }) => {
      const { w, sigma2, x, qMean, qSd } = setting, L = [1, 2, 3].map((k) => bound(setting, k));
      const model = linearGaussian({ W: [[w]], b: [0], sigma2 }), evidence = model.logMarginal([x]);
      const post = model.posterior([x]), matched = { qMean: post.mean[0], qSd: Math.sqrt(post.cov[0][0]) };
      const single = [-4, -2, -1, 0, 1, 2, 4].map((e) => estimate([logWeight(setting, e)]));
      const pair = [logWeight(setting, -1), logWeight(setting, 2)];
      // ∂/∂w of log N(x; w z, σ²) at both draws
      const slopes = [-1, 2].map((e) => qMean + qSd * e).map((z) => (x - w * z) * z / sigma2);
      return Math.max(
        difference(L[0], model.elbo([x], onLine(qMean, qSd ** 2))),
        difference(L.slice(1, 1 + summed.length), summed),
        excess(L, [...L.slice(1), evidence]),
        // weights that are all equal
        difference(bound({ ...setting, ...matched }, 3), evidence),
        difference(estimate(pair), Math.log((Math.exp(pair[0]) + Math.exp(pair[1])) / 2)),
        difference(slope(pair, slopes), slopeOfLogMean(pair, slopes)),
        failsUnless(Math.max(...single) > evidence && L[0] < L[1] && L[1] < L[2]),
      );
    },
    mutants: mutants["1.4"],
  }),
];
