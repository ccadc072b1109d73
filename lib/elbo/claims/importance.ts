import { iwae, iwaeBound, type IwaeSetting } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { duals, exp, log } from "../../math/dual.ts";
import type { Random } from "../../math/random.ts";
import type { Vector } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { lineModel, onLine } from "./instances.ts";
import { logWeight, sampleBound } from "./witnesses.ts";

/** A tighter bound by importance weights: 1.4. */

const settingOf = (random: Random): IwaeSetting => ({
  w: random.uniform(-1.2, 1.2),
  sigma2: random.uniform(0.7, 2),
  x: random.normal(),
  qMean: random.normal(0, 0.5),
  qSd: random.uniform(0.6, 1.2),
});
const modelOf = (at: IwaeSetting) => lineModel(at, 0);
const evidenceOf = (at: IwaeSetting) => modelOf(at).logMarginal([at.x]);
const posteriorOf = (at: IwaeSetting) => {
  const { mean: [mean], cov: [[variance]] } = modelOf(at).posterior([at.x]);
  return { mean, variance };
};
/** The same model and x with the posterior as q. */
const matched = (at: IwaeSetting): IwaeSetting => {
  const { mean, variance } = posteriorOf(at);
  return { ...at, qMean: mean, qSd: Math.sqrt(variance) };
};

/**
 * Var(w / p(x)) = E_q (p(z | x) / q(z))² − 1 for p(z | x) = N(μ, v), q = N(m, s²), 2s² > v:
 * s² / √(v (2s² − v)) · exp((μ − m)² / (2s² − v)) − 1
 */
function spreadOfWeights(at: IwaeSetting): number {
  const { mean, variance: v } = posteriorOf(at), s2 = at.qSd ** 2, room = 2 * s2 - v;
  return s2 / Math.sqrt(v * room) * Math.exp((mean - at.qMean) ** 2 / room) - 1;
}

const sum = (list: Vector) => list.reduce((total, x) => total + x, 0);

/** L_k for p(x, z) = joint[z] and q the posterior cut to the first z: a sum over all draws of k = 1 or 2. */
function cutBound(joint: Vector, kept: number, k: number): number {
  const q = joint.slice(0, kept).map((p) => p / sum(joint.slice(0, kept)));
  const draws = q.flatMap((p, z) =>
    k === 1 ? [{ p, zs: [z] }] : q.map((other, y) => ({ p: p * other, zs: [z, y] }))
  );
  return sum(draws.map(({ p, zs }) => p * Math.log(sum(zs.map((z) => joint[z] / q[z])) / k)));
}

/** Σ w̃ⱼ ∂log wⱼ with the normalised weights w̃ held fixed. */
const weighedSlope = (logWeights: Vector, slopes: Vector): number => {
  const weights = logWeights.map(Math.exp), all = sum(weights);
  return sum(weights.map((w, j) => w / all * slopes[j]));
};
/** ∂ log (1/k) Σ wⱼ by dual numbers. */
const slopeOfLogMean = (logWeights: Vector, slopes: Vector): number =>
  log(
    logWeights.map((value, j) => exp({ value, slope: slopes[j] })).reduce(duals.add, duals.zero),
  ).slope;
/** Log weights at two, three and five draws, and their slopes by w: ∂ log N(x; w z, σ²)/∂w = (x − w z) z / σ². */
const drawsOf = (at: IwaeSetting) =>
  [2, 3, 5].map((k) => [-1, 2, 0.3, -0.6, 1.1].slice(0, k)).map((draws) => ({
    logWeights: draws.map((e) => logWeight(at, e)),
    slopes: draws.map((e) => at.qMean + at.qSd * e).map((z) => (at.x - at.w * z) * z / at.sigma2),
  }));

export const importance = [
  define("1.4", {
    statement:
      "$\\mathcal{L}_k = E \\log \\tfrac{1}{k} \\sum_j w_j$, $w_j = p_\\theta(x, z_j)/q(z_j)$, climbs with $k$ from $\\mathcal{L}_1 = \\mathcal{L}$ and stays below $\\log p_\\theta(x)$, for every $q$ of finite $\\mathcal{L}$ that leaves nothing of the posterior out and is not the posterior itself (followed to $k = 32$)",
    evidence: "quadrature",
    further: true,
    subject: { bound: iwaeBound },
    instances: 100,
    instance: (random, index) => {
      const setting = settingOf(random);
      // summed over all samples: two everywhere, three once, which takes as long as all the rest
      const ks = index === 0 ? [2, 3] : [2];
      return {
        setting,
        ks,
        between: index < 6 ? [4, 5, 8, 9, 16] : [],
        summed: ks.map((k) => sampleBound(setting, k)),
      };
    },
    error: ({ bound }, { setting, ks, between, summed }) => {
      const L = [1, ...ks, ...between, 32].map((k) => bound(setting, k)), evidence = evidenceOf(setting);
      return Math.max(
        difference(L[0], modelOf(setting).elbo([setting.x], onLine(setting.qMean, setting.qSd ** 2))),
        difference(L.slice(1, 1 + summed.length), summed),
        failsUnless(L.every((bound, i) => bound < (L[i + 1] ?? evidence))),
      );
    },
    mutants: {
      "the mean of the logarithms": { bound: (setting) => iwaeBound(setting, 1) },
      "one sample more than said": { bound: (setting, k) => iwaeBound(setting, k > 2 ? k + 1 : k) },
      "the sum of the weights, not divided by $k$": {
        bound: (setting, k) => iwaeBound(setting, k) + Math.log(k),
      },
      "the variance taken for the standard deviation": {
        bound: (setting, k) => iwaeBound({ ...setting, qSd: setting.qSd ** 2 }, k),
      },
      "no gain after two samples": { bound: (setting, k) => iwaeBound(setting, Math.min(k, 2)) },
      "no gain after eight samples": { bound: (setting, k) => iwaeBound(setting, Math.min(k, 8)) },
      "of an odd number of samples one is lost": {
        bound: (setting, k) => iwaeBound(setting, k > 3 ? k - k % 2 : k),
      },
    },
  }),
  define("1.4.a", {
    statement:
      "$\\mathcal{L}_k$ reaches $\\log p_\\theta(x)$ in the limit where $q$ leaves nothing of the posterior out: for bounded weights and a finite $\\mathcal{L}$, $\\log p_\\theta(x) - \\mathcal{L}_k$ is $\\mathrm{Var}(w)/(2 k\\, p_\\theta(x)^2)$ up to terms in $1/k^2$",
    evidence: "quadrature",
    further: true,
    subject: { bound: iwaeBound, spread: spreadOfWeights },
    instances: 100,
    // proposals wider than the posterior, so that its weights have all moments used here
    instance: (random) => {
      const at = settingOf(random), { mean, variance } = posteriorOf(at);
      return {
        ...at,
        qMean: mean + 0.5 * random.normal(),
        qSd: Math.sqrt(variance) * random.uniform(1, 1.5),
      };
    },
    error: ({ bound, spread }, at) => {
      const half = spread(at) / 2, left = (k: number) => k * (evidenceOf(at) - bound(at, k));
      // of k and 2k samples: what falls like 1/k cancels, what is left is of the order 1/k²
      return excess(Math.abs(2 * left(8000) - left(4000) - half), 1e-4 * half + 1e-9);
    },
    mutants: {
      "a limit below $\\log p_\\theta(x)$: no gain after 32 samples": {
        bound: (setting, k) => iwaeBound(setting, Math.min(k, 32)),
      },
      "a limit below $\\log p_\\theta(x)$ by a ten-thousandth of a nat": {
        bound: (setting, k) => iwaeBound(setting, k) - 1e-4 * (1 - 1 / k),
      },
      "the half lost": { spread: (at) => 2 * spreadOfWeights(at) },
      "a thousandth more": { spread: (at) => 1.001 * spreadOfWeights(at) },
      "at the rate $1/k^2$": { bound: (setting, k) => iwaeBound(setting, k * k) },
    },
  }),
  define("1.4.b", {
    statement:
      "$\\mathcal{L}_k$ is the same for every $k$ exactly when all weights are equal: then $q$ is the posterior, or the posterior cut to a part of its $z$, and $\\log p_\\theta(x) - \\mathcal{L}_k = -\\log P(z \\text{ in that part} \\mid x)$",
    evidence: "quadrature",
    aside: true,
    further: true,
    subject: {
      constant: (q: { mean: number; sd: number }, p: { mean: number; sd: number }) =>
        Math.hypot(q.mean - p.mean, q.sd - p.sd) < 1e-6,
      /** log p − L_k for the posterior cut to a part of this probability. */
      short: (kept: number) => -Math.log(kept),
    },
    instance: (random, index) => {
      const at = settingOf(random), same = matched(at), states = 2 + index % 3;
      return {
        // the posterior itself, with one of its two numbers wrong, and hardly off it
        at: [
          ...[at, same, { ...same, qMean: same.qMean + 0.3 }, { ...same, qSd: 1.3 * same.qSd }],
          ...[{ ...same, qMean: same.qMean + 0.003 }, { ...same, qSd: 1.003 * same.qSd }],
        ][index % 6],
        // p(x, z) of a table, and how many of its z are kept, from one to all
        joint: random.simplex(states).map((p) => 0.9 * p),
        kept: 1 + random.integer(states),
      };
    },
    error: ({ constant, short }, { at, joint, kept }) => {
      const { mean, variance } = posteriorOf(at);
      const L = [1, 3].map((k) => iwaeBound(at, k));
      return Math.max(
        constant({ mean: at.qMean, sd: at.qSd }, { mean, sd: Math.sqrt(variance) })
          ? difference(L, [evidenceOf(at), evidenceOf(at)])
          : failsUnless(L[1] > L[0] + 1e-9),
        ...[1, 2].map((k) =>
          difference(
            Math.log(sum(joint)) - cutBound(joint, kept, k),
            short(sum(joint.slice(0, kept)) / sum(joint)),
          )
        ),
      );
    },
    mutants: {
      "then $q$ is the posterior, and the bound is reached": { short: () => 0 },
      "never": { constant: () => false },
      "for whatever comes close to the posterior": {
        constant: (q, p) => Math.hypot(q.mean - p.mean, q.sd - p.sd) < 0.05,
      },
      "as soon as the means agree": { constant: (q, p) => Math.abs(q.mean - p.mean) < 1e-6 },
      "as soon as the widths agree": { constant: (q, p) => Math.abs(q.sd - p.sd) < 1e-6 },
    },
  }),
  define("1.4.c", {
    statement: "A single estimate $\\log \\tfrac{1}{k} \\sum_j w_j$ may lie above $\\log p_\\theta(x)$",
    evidence: "closed form",
    aside: true,
    further: true,
    subject: { estimate: iwae },
    instance: settingOf,
    error: ({ estimate }, at) => {
      const single = [-4, -2, -1, 0, 1, 2, 4].map((e) => estimate([logWeight(at, e)]));
      return Math.max(
        ...drawsOf(at).map(({ logWeights }) =>
          difference(estimate(logWeights), Math.log(sum(logWeights.map(Math.exp)) / logWeights.length))
        ),
        failsUnless(Math.max(...single) > evidenceOf(at)),
      );
    },
    mutants: {
      "the logarithms averaged with normalised weights": {
        estimate: (logWeights) => weighedSlope(logWeights, logWeights),
      },
      "the mean of the logarithms": {
        estimate: (logWeights) => logWeights.reduce((sum, l) => sum + l, 0) / logWeights.length,
      },
      "not divided by $k$": { estimate: (logWeights) => iwae(logWeights) + Math.log(logWeights.length) },
      "divided by 2, however many there are": {
        estimate: (logWeights) => iwae(logWeights) + Math.log(logWeights.length / 2),
      },
    },
  }),
  define("1.4.d", {
    statement:
      "The slope of $\\log \\tfrac{1}{k} \\sum_j w_j$ is the mean of the slopes of $\\log w_j$, weighed by $w_j / \\sum_i w_i$ held fixed",
    evidence: "closed form",
    aside: true,
    further: true,
    subject: { slope: weighedSlope },
    instance: settingOf,
    error: ({ slope }, at) =>
      Math.max(
        ...drawsOf(at).map(({ logWeights, slopes }) =>
          difference(slope(logWeights, slopes), slopeOfLogMean(logWeights, slopes))
        ),
      ),
    mutants: {
      "the weights not held fixed": {
        // the product rule over Σ w̃ log w: the weights' own slopes come in
        slope: (logWeights, slopes) => {
          const mean = weighedSlope(logWeights, slopes);
          return weighedSlope(logWeights, slopes.map((s, j) => s + (s - mean) * logWeights[j]));
        },
      },
      "every sample's slope counted alike": {
        slope: (_logWeights, slopes) => slopes.reduce((sum, s) => sum + s, 0) / slopes.length,
      },
      "the first two samples alone": {
        slope: (logWeights, slopes) => weighedSlope(logWeights.slice(0, 2), slopes.slice(0, 2)),
      },
      "the heaviest sample's slope alone": {
        slope: (logWeights, slopes) => slopes[logWeights.indexOf(Math.max(...logWeights))],
      },
    },
  }),
];
