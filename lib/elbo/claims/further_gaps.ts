import { linearGaussian } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { apply, diagonal, dot, inverse, logDet, subtract } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { bestDiagonal, diagonalNormal, klNormal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { diagonalOf } from "./defects.ts";
import { cases } from "./encoder_cases.ts";
import { fullNormal, type Theta, theta } from "./instances.ts";

/** How large the gaps are: 1.2.g to 1.2.i. */

export const furtherGaps = [
  define("1.2.g", {
    statement:
      "Of all diagonal normals the closest to $N(\\mu, \\Sigma)$ in $\\mathrm{KL}(q \\,\\Vert\\, p)$ is $N(\\mu, \\mathrm{diag}(1/\\Lambda_{jj}))$, $\\Lambda = \\Sigma^{-1}$; what it leaves is $\\tfrac12 (\\sum_j \\log \\Lambda_{jj} - \\log\\det\\Lambda)$",
    evidence: "closed form",
    further: true,
    subject: { best: bestDiagonal },
    instance: (random, index) => {
      const K = 1 + index % 4;
      return {
        p: fullNormal(random, K),
        by: random.normals(K),
        factor: random.list(K, () => random.normal()),
      };
    },
    error: ({ best }, { p, by, factor }) => {
      const { mean, variance, gap } = best(p), precision = inverse(p.cov);
      const logs = precision.reduce((sum, row, j) => sum + Math.log(row[j]), 0);
      const from = (size: number) =>
        klNormal(
          diagonalNormal({
            mean: mean.map((m, j) => m + size * by[j]),
            variance: variance.map((v, j) => v * Math.exp(size * factor[j])),
          }),
          p,
        );
      return Math.max(
        difference(gap, (logs - logDet(precision)) / 2),
        difference(gap, from(0)),
        // any other diagonal normal, near or far, is worse
        excess([gap, gap, gap], [from(1e-3), from(-0.1), from(1)]),
        failsUnless(from(1e-3) > gap && from(-1e-3) > gap),
      );
    },
    mutants: {
      "the variances $\\Sigma_{jj}$ of the other KL": {
        best: (p) => ({ ...bestDiagonal(p), variance: diagonalOf(p.cov) }),
      },
      "the gap $\\tfrac12 (\\sum \\log \\Sigma_{jj} - \\log\\det\\Sigma)$ of the other KL": {
        best: (p) => {
          const logs = p.cov.reduce((sum, row, j) => sum + Math.log(row[j]), 0);
          return { ...bestDiagonal(p), gap: (logs - logDet(p.cov)) / 2 };
        },
      },
      "the half lost": { best: (p) => ({ ...bestDiagonal(p), gap: 2 * bestDiagonal(p).gap }) },
      "standard deviations for variances": {
        best: (p) => ({ ...bestDiagonal(p), variance: bestDiagonal(p).variance.map(Math.sqrt) }),
      },
    },
  }),
  define("1.2.h", {
    statement:
      "In the linear Gaussian model an encoder $N(m_\\phi(x), \\mathrm{diag}(1/\\Lambda_{jj}))$ has the amortisation gap $\\tfrac12 (m_\\phi(x) - \\mu)^\\top \\Lambda\\, (m_\\phi(x) - \\mu)$, and its variances are best whatever $m_\\phi$ is",
    evidence: "closed form",
    aside: true,
    further: true,
    subject: {
      gap: (precision: Matrix, offset: Vector) => dot(offset, apply(precision, offset)) / 2,
      variance: (theta: Theta, x: Vector): Vector =>
        linearGaussian(theta).fitPosterior(x).cov.map((row, j) => row[j]),
    },
    instance: (random, index) => {
      const model = theta(random, index);
      return { theta: model, x: random.normals(model.b.length), m: random.normals(model.W[0].length) };
    },
    error: ({ gap, variance }, { theta, x, m }) => {
      const model = linearGaussian(theta),
        { mean: mu, cov } = model.posterior(x),
        shared = variance(theta, x);
      const at = (mean: Vector) => model.klPosterior(x, diagonalNormal({ mean, variance: shared }));
      const offset = subtract([m], [mu])[0];
      return Math.max(
        difference(at(m) - at(mu), gap(inverse(cov), offset)),
        difference(model.gradElbo(x, { mean: m, logVar: shared.map(Math.log) }).logVar, m.map(() => 0)),
      );
    },
    mutants: {
      "the half lost": { gap: (precision, offset) => dot(offset, apply(precision, offset)) },
      "the distance without a metric": { gap: (_precision, offset) => dot(offset, offset) / 2 },
      "only the diagonal of $\\Lambda$": {
        gap: (precision, offset) => dot(offset, apply(diagonal(diagonalOf(precision)), offset)) / 2,
      },
      "the covariance for the precision": {
        gap: (precision, offset) => dot(offset, apply(inverse(precision), offset)) / 2,
      },
      "the variances $\\Sigma_{jj}$": {
        variance: (theta, x) => diagonalOf(linearGaussian(theta).posterior(x).cov),
      },
    },
  }),
  define("1.2.i", {
    statement:
      "Of nested families of encoders the richer, at its best, never has the larger total amortisation gap, though the gap of a single point may grow (seen on fits that no small change inside the family betters)",
    evidence: "optimiser",
    further: true,
    subject: {
      total: (gaps: Vector) => gaps.reduce((sum, gap) => sum + gap, 0),
      fromPoorToRich: <T>(families: readonly T[]): readonly T[] => families,
      /** How far every encoder stands from its optimum, along the first direction of its family. */
      short: 0,
    },
    cases,
    error: ({ total, fromPoorToRich, short }, study) => {
      const { name, own, families } = study(short), fits = fromPoorToRich(families);
      const byFamily = fits.map(({ bounds }) => bounds.map((bound, i) => own[i] - bound));
      const totals = byFamily.map(total), sum = (list: Vector) => list.reduce((a, b) => a + b, 0);
      return Math.max(
        // the total is what the two sums of bounds differ by
        difference(totals, fits.map(({ bounds }) => sum(own) - sum(bounds))),
        // nothing inside the family is left to gain, in nats
        ...fits.map(({ left }) => left),
        ...totals.map((sum, k) => Math.max(excess(0, sum), k === 0 ? 0 : excess(sum, totals[k - 1]))),
        // a log-sd that may depend on x helps the six points together, and hurts the first
        name.startsWith("tanh") ? failsUnless(byFamily[2][0] > byFamily[1][0] + 0.02) : 0,
      );
    },
    mutants: {
      "one point instead of all": { total: (gaps) => gaps[0] },
      "the largest gap instead of all": { total: (gaps) => Math.max(...gaps) },
      "the richest family first": { fromPoorToRich: (families) => families.toReversed() },
      "the gap with the wrong sign": { total: (gaps) => -gaps.reduce((sum, gap) => sum + gap, 0) },
      "an optimiser that stops short, in every family": { short: 0.05 },
    },
  }),
];
