import { type EncoderFamily, iwae, iwaeBound, type IwaeSetting, linearGaussian } from "../mod.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import { apply, diagonal, dot, identity, inverse, logDet, scale } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { bestDiagonal, entropyNormal, klNormal, type Normal } from "../../math/normal.ts";
import {
  atTheOrigin,
  bounds,
  diagonalOf,
  divergences,
  likelihoodOf,
  marginalFactors,
  marginals,
  poorestFactors,
  priorOf,
  type Table,
  type Theta,
} from "./defects.ts";

/** Broken variants of the claims about the evidence lower bound, by claim. */

const { mul, div, add, zero } = rationals;
type Q = { mean: Vector; logVar: Vector };
const slopes = (theta: Theta, x: Vector, q: Q) => linearGaussian(theta).gradElbo(x, q);
const gradTheta = (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).gradTheta(x, q);
const elbo = (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).elbo(x, q);
const encoderOf =
  (family: (wanted: EncoderFamily) => EncoderFamily, points: (xs: Matrix) => Matrix = (xs) => xs) =>
  (theta: Theta, xs: Matrix, wanted: EncoderFamily) =>
    linearGaussian(theta).fitEncoder(points(xs), family(wanted));
const ownOptima = {
  "the posterior's variances, correlations dropped": marginals,
  "the prior's mean": atTheOrigin,
};
/** KL(N(m, s²) ‖ N(0, ½)): the gap at the maximum of the evidence in the shifted model. */
const gapAtTop = (m: number, s2: number) => (2 * s2 + 2 * m * m - 1 - Math.log(2 * s2)) / 2;
const encoders = {
  "one gain for all latents, no offset": { encoder: encoderOf((f) => f === "affine" ? "gain" : f) },
  "an encoder without biases": { encoder: encoderOf((f) => f === "affine" ? "linear" : f) },
  "trained on the first point alone": { encoder: encoderOf((f) => f, (xs) => xs.slice(0, 1)) },
};

export const mutants = {
  "1.0.a": {
    "the KL to the prior dropped": {
      elbo: (model: Table, x: number, counts: number[]) => model.expReconstruction(x, counts),
    },
    "the KL with the wrong sign": {
      elbo: (model: Table, x: number, counts: number[]) =>
        mul(model.expReconstruction(x, counts), model.expKlPrior(counts)),
    },
    "the entropy of $q$ dropped": {
      elbo: (model: Table, x: number, counts: number[]) => model.expEcll(x, counts),
    },
    "the entropy of $q$ subtracted": {
      elbo: (model: Table, x: number, counts: number[]) =>
        div(model.expEcll(x, counts), model.expEntropy(counts)),
    },
  },
  "1.0.b": {
    ...bounds,
    "another bound, the evidence less the KL the other way round": {
      elbo: (theta: Theta, x: Vector, q: Normal) => {
        const model = linearGaussian(theta);
        return model.logMarginal(x) - klNormal(model.posterior(x), q);
      },
    },
  },
  "1.0.c": {
    "the prior's pull on the mean dropped": {
      slopes: (theta: Theta, x: Vector, q: Q) => {
        const { mean, logVar } = slopes(theta, x, q);
        return { logVar, mean: mean.map((slope, j) => slope + q.mean[j]) };
      },
    },
    "the slope by $\\log s$ for that by $\\log s^2$": {
      slopes: (theta: Theta, x: Vector, q: Q) => {
        const { mean, logVar } = slopes(theta, x, q);
        return { mean, logVar: logVar.map((slope) => 2 * slope) };
      },
    },
    "the slope by $s^2$ for that by $\\log s^2$": {
      slopes: (theta: Theta, x: Vector, q: Q) => {
        const { mean, logVar } = slopes(theta, x, q);
        return { mean, logVar: logVar.map((slope, j) => slope / Math.exp(q.logVar[j])) };
      },
    },
    "the entropy of $q$ dropped": {
      slopes: (theta: Theta, x: Vector, q: Q) => {
        const { mean, logVar } = slopes(theta, x, q);
        return { mean, logVar: logVar.map((slope) => slope - 0.5) };
      },
    },
  },
  "1.1.a": {
    "$q$ follows $\\theta$": {
      q: (theta: Theta, x: Vector): Normal => linearGaussian(theta).posterior(x),
    },
    "the factor $1/q$ left out": {
      second: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).ecll(x, q),
    },
    "the second factor left out": {
      second: (theta: Theta, x: Vector) => linearGaussian(theta).logMarginal(x),
    },
    "the prior left out": {
      first: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).reconstruction(x, q),
    },
  },
  "1.1.b": {
    "the joint probability, not divided by its sum": {
      posterior: (model: Table, x: number) => model.joint(x),
    },
    "the likelihood divided by its sum: the prior dropped": {
      posterior: (model: Table, x: number): Rational[] => {
        const rows = likelihoodOf(model, x), sum = rows.reduce(add, zero);
        return rows.map((p) => div(p, sum));
      },
    },
    "the prior": { posterior: priorOf },
  },
  "1.1.c": divergences,
  "1.1.d": {
    "the entropy dropped": { entropy: () => 0 },
    "the entropy subtracted": { entropy: (q: Normal) => -entropyNormal(q) },
    "the entropy in bits": { entropy: (q: Normal) => entropyNormal(q) / Math.LN2 },
    "$\\tfrac12 \\log\\det S$ alone": { entropy: (q: Normal) => logDet(q.cov) / 2 },
    "the entropy averaged over the latents": { entropy: (q: Normal) => entropyNormal(q) / q.mean.length },
    "the prior dropped": {
      ecll: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).reconstruction(x, q),
    },
  },
  "1.1.e": {
    "the gradient stopped at the posterior": {
      gradTheta: (theta: Theta, x: Vector) => linearGaussian(theta).gradLogMarginal(x),
    },
    "the mean of $q$ for all of $q$": {
      gradTheta: (theta: Theta, x: Vector, q: Normal) =>
        gradTheta(theta, x, { mean: q.mean, cov: scale(1e-9, identity(q.mean.length)) }),
    },
    "the slope by $\\sigma^2$ for that by $\\log \\sigma^2$": {
      gradTheta: (theta: Theta, x: Vector, q: Normal) => {
        const slope = gradTheta(theta, x, q);
        return { ...slope, logSigma2: slope.logSigma2 / theta.sigma2 };
      },
    },
    "$q$ replaced by the prior": {
      gradTheta: (theta: Theta, x: Vector, { mean }: Normal) =>
        gradTheta(theta, x, { mean: mean.map(() => 0), cov: identity(mean.length) }),
    },
  },
  "1.1.f": {
    "the mean of $q$ forgotten": { ofEcll: (x: number) => x },
    "the mean of $q$ added": { ofEcll: (x: number, m: number) => x + m },
    "the posterior's mean instead of the maximiser": { ofEvidence: (x: number) => x / 2 },
  },
  "1.1.g": {
    "straight to the maximiser of the evidence": { step: (x: number, _theta: number) => x },
    "the posterior at $\\theta = 0$": { step: (x: number, _theta: number) => x / 2 },
    "a quarter of the way": { step: (x: number, theta: number) => theta + (x - theta) / 4 },
    "the change without the old $\\theta$": { step: (x: number, theta: number) => (x - theta) / 2 },
  },
  "1.1.h": {
    "the bias is the gap": { bias: (m: number, s2: number, _x: number) => -gapAtTop(m, s2) },
    "the bias is the root of the gap": {
      bias: (m: number, s2: number, _x: number) => -Math.sign(m) * Math.sqrt(Math.max(0, gapAtTop(m, s2))),
    },
    "the other direction": { bias: (m: number, _s2: number, _x: number) => m },
    "no bias": { bias: () => 0 },
  },
  "1.2.a": bounds,
  "1.2.c": {
    "the first gap measured at the encoder's $q$": {
      approximation: (model: Table, x: number, _own: number[], encoded: number[]) =>
        div(model.expMarginal(x, encoded), model.expElbo(x, encoded)),
    },
    "the second gap the other way round": {
      amortisation: (model: Table, x: number, own: number[], encoded: number[]) =>
        div(model.expElbo(x, encoded), model.expElbo(x, own)),
    },
    "the second gap as the KL between the two": {
      amortisation: (_model: Table, _x: number, own: number[], encoded: number[]) =>
        own.reduce(
          (product, n, z) =>
            Array.from({ length: n }).reduce<Rational>(
              (power) => mul(power, div(rationals.of(n), rationals.of(encoded[z]))),
              product,
            ),
          rationals.one,
        ),
    },
  },
  "1.2.d": {
    ...Object.fromEntries(Object.entries(ownOptima).map(([name, best]) => [name, { best }])),
    ...encoders,
  },
  "1.2.e": {
    "the KL the other way round": { kl: (q: Normal, p: Normal) => klNormal(p, q) },
    "the second gap as $\\mathrm{KL}(q_\\phi \\Vert q_i)$": {
      amortisation: (_theta: Theta, _x: Vector, own: Normal, encoded: Normal) => klNormal(encoded, own),
    },
    "the second gap as $\\mathrm{KL}(q_i \\Vert q_\\phi)$": {
      amortisation: (_theta: Theta, _x: Vector, own: Normal, encoded: Normal) => klNormal(own, encoded),
    },
    "the second gap the other way round": {
      amortisation: (theta: Theta, x: Vector, own: Normal, encoded: Normal) =>
        elbo(theta, x, encoded) - elbo(theta, x, own),
    },
  },
  "1.2.f": {
    ...Object.fromEntries(Object.entries(ownOptima).map(([name, best]) => [name, { best }])),
    "a local maximum of the mean field": { factors: poorestFactors },
    "the posterior itself, outside of $\\mathcal{Q}$": {
      best: (theta: Theta, x: Vector) => linearGaussian(theta).posterior(x),
    },
    "a divergence that no factors have": {
      factors: (prior: Vector) => ({ ...marginalFactors(prior), kl: 0 }),
    },
    "the posterior's marginals as factors": { factors: marginalFactors },
  },
  "1.2.g": {
    "the variances $\\Sigma_{jj}$ of the other KL": {
      best: (p: Normal) => ({ ...bestDiagonal(p), variance: diagonalOf(p.cov) }),
    },
    "the gap $\\tfrac12 (\\sum \\log \\Sigma_{jj} - \\log\\det\\Sigma)$ of the other KL": {
      best: (p: Normal) => {
        const logs = p.cov.reduce((sum, row, j) => sum + Math.log(row[j]), 0);
        return { ...bestDiagonal(p), gap: (logs - logDet(p.cov)) / 2 };
      },
    },
    "the half lost": { best: (p: Normal) => ({ ...bestDiagonal(p), gap: 2 * bestDiagonal(p).gap }) },
    "standard deviations for variances": {
      best: (p: Normal) => ({ ...bestDiagonal(p), variance: bestDiagonal(p).variance.map(Math.sqrt) }),
    },
  },
  "1.2.h": {
    "the half lost": { gap: (precision: Matrix, offset: Vector) => dot(offset, apply(precision, offset)) },
    "the distance without a metric": { gap: (_precision: Matrix, offset: Vector) => dot(offset, offset) / 2 },
    "only the diagonal of $\\Lambda$": {
      gap: (precision: Matrix, offset: Vector) =>
        dot(offset, apply(diagonal(diagonalOf(precision)), offset)) / 2,
    },
    "the covariance for the precision": {
      gap: (precision: Matrix, offset: Vector) => dot(offset, apply(inverse(precision), offset)) / 2,
    },
    "the variances $\\Sigma_{jj}$": {
      variance: (theta: Theta, x: Vector) => diagonalOf(linearGaussian(theta).posterior(x).cov),
    },
  },
  "1.2.i": {
    "one point instead of all": { total: (gaps: Vector) => gaps[0] },
    "the largest gap instead of all": { total: (gaps: Vector) => Math.max(...gaps) },
    "the richest family first": { fromPoorToRich: (shared: Matrix) => shared.toReversed() },
    "the gap with the wrong sign": { total: (gaps: Vector) => -gaps.reduce((sum, gap) => sum + gap, 0) },
  },
  "1.3.a": {
    ...Object.fromEntries(Object.entries(ownOptima).map(([name, own]) => [name, { own }])),
    ...encoders,
  },
  "1.3.b": {
    "instance-wise steps shared by the points": { steps: (_n: number, T: number) => T },
    "steps and points added": { steps: (n: number, T: number) => n + T },
    "a forward pass for every step": { passes: (n: number, T: number) => n * T },
    "one forward pass for all points": { passes: () => 1 },
    "an encoder trained for each point": { trainings: (n: number) => n },
  },
  "1.3.c": {
    "storage of the encoder that grows with $n$": {
      amortised: (D: number, K: number, n: number) => n * 2 * K * (D + 1),
    },
    "the encoder's biases not counted": { amortised: (D: number, K: number, _n: number) => 2 * K * D },
    "the variances not stored": { instanceWise: (n: number, K: number) => n * K },
    "amortisation always stores less": { breakEven: () => 0 },
    "break-even at $\\lvert\\phi\\rvert$": { breakEven: (D: number, K: number) => 2 * K * (D + 1) },
  },
  "1.4": {
    "the mean of the logarithms": { bound: (setting: IwaeSetting, _k: number) => iwaeBound(setting, 1) },
    "one sample more than said": {
      bound: (setting: IwaeSetting, k: number) => iwaeBound(setting, k > 2 ? k + 1 : k),
    },
    "the sum of the weights, not divided by $k$": {
      bound: (setting: IwaeSetting, k: number) => iwaeBound(setting, k) + Math.log(k),
    },
    "the variance taken for the standard deviation": {
      bound: (setting: IwaeSetting, k: number) => iwaeBound({ ...setting, qSd: setting.qSd ** 2 }, k),
    },
    "the logarithms averaged with normalised weights": {
      estimate: (logWeights: Vector) => {
        const top = Math.max(...logWeights), weights = logWeights.map((l) => Math.exp(l - top));
        const sum = weights.reduce((total, w) => total + w, 0);
        return logWeights.reduce((total, l, j) => total + weights[j] / sum * l, 0);
      },
    },
    "the weights not held fixed in the gradient": {
      slope: (logWeights: Vector, slopes: Vector) => {
        const weights = logWeights.map(Math.exp), sum = weights.reduce((total, w) => total + w, 0);
        const mean = weights.reduce((total, w, j) => total + w / sum * slopes[j], 0);
        // the product rule over Σ w̃ log w: the weights' own slopes come in
        return weights.reduce(
          (total, w, j) => total + w / sum * (slopes[j] + (slopes[j] - mean) * logWeights[j]),
          0,
        );
      },
    },
    "every sample's slope counted alike": {
      slope: (_logWeights: Vector, slopes: Vector) => slopes.reduce((sum, s) => sum + s, 0) / slopes.length,
    },
    "an estimate that is the mean of the logarithms": {
      estimate: (logWeights: Vector) => logWeights.reduce((sum, l) => sum + l, 0) / logWeights.length,
    },
    "an estimate not divided by $k$": {
      estimate: (logWeights: Vector) => iwae(logWeights) + Math.log(logWeights.length),
    },
  },
};
