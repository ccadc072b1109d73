import { type DiscreteModelOver, discreteModelOver, linearGaussian } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { duals, gradient, log } from "../../math/dual.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import { diagonal, identity, matmul, scale, subtract, transpose } from "../../math/linalg.ts";
import type { Vector } from "../../math/types.ts";
import type { Normal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { klNormal } from "../../math/normal.ts";
import { bounds, diagonalOf } from "./defects.ts";
import {
  diagonalSetting,
  lineModel,
  lineSetting,
  onLine,
  setting,
  tableSetting,
  type Theta,
} from "./instances.ts";
import { expectedLogRatio } from "./witnesses.ts";

/** The bound itself: 1.0. */

const { mul, div } = rationals;
const minusIdentity = (K: number) => scale(-1, identity(K));

/**
 * KL(N(m, diag s²) ‖ p(z | x)) up to a constant, over dual numbers, from Λ = I + WᵀW/σ² and the posterior's mean:
 * ½ [(m − μ)ᵀ Λ (m − μ) + Σ (Λⱼⱼ sⱼ² − log sⱼ²)], the arguments m₁ … m_K, s₁² … s_K²
 */
function klSlopes({ W, sigma2 }: Theta, mu: Vector, m: Vector, variance: Vector): number[] {
  const K = m.length, { of, add, sub, mul } = duals;
  const precision = subtract(scale(1 / sigma2, matmul(transpose(W), W)), minusIdentity(K));
  return gradient((v) => {
    let twice = duals.zero;
    for (let i = 0; i < K; i++) {
      twice = add(twice, sub(mul(of(precision[i][i]), v[K + i]), log(v[K + i])));
      for (let j = 0; j < K; j++) {
        const offset = mul(sub(v[i], of(mu[i])), sub(v[j], of(mu[j])));
        twice = add(twice, mul(of(precision[i][j]), offset));
      }
    }
    return mul(of(0.5), twice);
  }, [...m, ...variance]);
}

export const bound = [
  define("1.0.a", {
    statement:
      "$\\mathcal{L}[q] = E_q \\log p_\\theta(x \\mid z) - \\mathrm{KL}(q \\,\\Vert\\, p(z))$ is also $E_q \\log p_\\theta(x, z) + H(q)$ and $\\log p_\\theta(x) - \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$: three routes to one number",
    evidence: "exact",
    aside: true,
    // e^{N L[q]} for q = counts / N: a rational number, in which sums of logarithms are products
    subject: {
      elbo: (model: DiscreteModelOver<Rational>, x: number, counts: number[]) => model.expElbo(x, counts),
    },
    instance: tableSetting,
    error: ({ elbo }, { table, x, counts }) => {
      const model = discreteModelOver(rationals, table), L = elbo(model, x, counts);
      return Math.max(
        difference(mul(L, model.expKlPrior(counts)), model.expReconstruction(x, counts)),
        difference(L, mul(model.expEcll(x, counts), model.expEntropy(counts))),
        difference(mul(L, model.expKlPosterior(x, counts)), model.expMarginal(x, counts)),
      );
    },
    mutants: {
      "the KL to the prior dropped": { elbo: (model, x, counts) => model.expReconstruction(x, counts) },
      "the KL with the wrong sign": {
        elbo: (model, x, counts) => mul(model.expReconstruction(x, counts), model.expKlPrior(counts)),
      },
      "the entropy of $q$ dropped": { elbo: (model, x, counts) => model.expEcll(x, counts) },
      "the entropy of $q$ subtracted": {
        elbo: (model, x, counts) => div(model.expEcll(x, counts), model.expEntropy(counts)),
      },
    },
  }),
  define("1.0.b", {
    statement:
      "$\\mathcal{L}[q] \\le \\log p_\\theta(x)$ for every $q$, and the two are equal exactly when $q$ is the posterior $p_\\theta(z \\mid x)$",
    evidence: "closed form",
    subject: {
      elbo: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).elbo(x, q),
      tight: (q: Normal, posterior: Normal) =>
        difference([...q.mean, q.cov], [...posterior.mean, posterior.cov]) < 1e-9,
    },
    instance: setting,
    error: ({ elbo, tight }, { theta, x, q }) => {
      const model = linearGaussian(theta), evidence = model.logMarginal(x), posterior = model.posterior(x);
      // any q, q with the posterior's mean, its covariance, or all but its correlations alone, and the posterior
      const loose = { ...posterior, cov: diagonal(diagonalOf(posterior.cov)) };
      // and two hardly off the posterior
      const aside = { ...posterior, mean: posterior.mean.map((m) => m + 1e-4) };
      const wider = { ...posterior, cov: scale(1.0001, posterior.cov) };
      const tried = [
        ...[q, { ...q, mean: posterior.mean }, { ...q, cov: posterior.cov }],
        ...[loose, aside, wider, posterior],
      ];
      return Math.max(...tried.map((q) => {
        const L = elbo(theta, x, q);
        return Math.max(
          // it is the bound, by its definition from the densities
          difference(L, expectedLogRatio(theta, x, q)),
          excess(L, evidence),
          tight(q, posterior) ? difference(L, evidence) : failsUnless(L < evidence),
        );
      }));
    },
    mutants: {
      ...bounds,
      "another bound, the evidence less the KL the other way round": {
        elbo: (theta, x, q) => {
          const model = linearGaussian(theta);
          return model.logMarginal(x) - klNormal(model.posterior(x), q);
        },
      },
      "tight as soon as the means agree": {
        tight: (q, posterior) => difference(q.mean, posterior.mean) < 1e-9,
      },
      "tight as soon as the covariances agree": {
        tight: (q, posterior) => difference(q.cov, posterior.cov) < 1e-9,
      },
      "tight whatever the correlations are": {
        tight: (q, posterior) =>
          difference([...q.mean, ...diagonalOf(q.cov)], [...posterior.mean, ...diagonalOf(posterior.cov)]) <
            1e-9,
      },
      "tight for whatever comes close": {
        tight: (q, posterior) => difference([...q.mean, q.cov], [...posterior.mean, posterior.cov]) < 1e-3,
      },
      "never tight": { tight: () => false },
    },
  }),
  define("1.0.c", {
    statement:
      "With $\\theta$ held fixed, climbing $\\mathcal{L}$ in $\\phi$ is descending $\\mathrm{KL}(q_\\phi \\,\\Vert\\, p_\\theta(z \\mid x))$: $\\nabla_\\phi \\mathcal{L} = -\\nabla_\\phi \\mathrm{KL}$",
    evidence: "closed form",
    subject: {
      slopes: (theta: Theta, x: Vector, q: { mean: Vector; logVar: Vector }) =>
        linearGaussian(theta).gradElbo(x, q),
    },
    instance: diagonalSetting,
    error: ({ slopes }, { theta, x, mean, logVar }) => {
      const L = slopes(theta, x, { mean, logVar }), variance = logVar.map(Math.exp), K = mean.length;
      const kl = klSlopes(theta, linearGaussian(theta).posterior(x).mean, mean, variance);
      return Math.max(
        difference(L.mean, kl.slice(0, K).map((slope) => -slope)),
        difference(L.logVar, kl.slice(K).map((slope, j) => -slope * variance[j])),
      );
    },
    mutants: {
      "climbing both": { slopes: (theta, x, q) => changed(theta, x, q, (m) => -m, (v) => -v) },
      "the prior's pull on the mean dropped": {
        slopes: (theta, x, q) => changed(theta, x, q, (m, j) => m + q.mean[j]),
      },
      "the slope by $\\log s$ for that by $\\log s^2$": {
        slopes: (theta, x, q) => changed(theta, x, q, (m) => m, (v) => 2 * v),
      },
      "the slope by $s^2$ for that by $\\log s^2$": {
        slopes: (theta, x, q) => changed(theta, x, q, (m) => m, (v, j) => v / Math.exp(q.logVar[j])),
      },
      "the entropy of $q$ dropped": {
        slopes: (theta, x, q) => changed(theta, x, q, (m) => m, (v) => v - 0.5),
      },
    },
  }),
  define("1.0.d", {
    statement:
      "A small step in $\\theta$ that climbs $\\mathcal{L}$ need not climb $\\log p_\\theta(x)$: in $x \\mid z \\sim N(z + \\theta, 1)$, $\\theta \\neq x$, it lowers it exactly where $x - \\theta - m$ and $x - \\theta$ have opposite signs",
    evidence: "closed form",
    aside: true,
    subject: {
      lowersEvidence: (x: number, theta: number, m: number) => (x - theta - m) * (x - theta) < 0,
    },
    instance: (random, index) => {
      const at = { ...lineSetting(random, index), w: 1, sigma2: 1 }, off = at.x - at.theta;
      // now and then on the edge where nothing moves, or hardly off one of the two edges, on either side
      if (index % 10 === 7) return { ...at, theta: 0, m: at.x };
      if (index % 10 === 8) return { ...at, m: off * random.pick([0.999, 1.001]) };
      if (index % 10 === 9) return { ...at, theta: at.x + random.pick([-1e-3, 1e-3]) };
      return at;
    },
    error: ({ lowersEvidence }, { x, theta, m, s2 }) => {
      const q = onLine(m, s2), at = (t: number) => lineModel({ w: 1, sigma2: 1 }, t);
      const step = 1e-4 * at(theta).gradTheta([x], q).b[0], next = at(theta + step), here = at(theta);
      return Math.max(
        excess(here.elbo([x], q), next.elbo([x], q)),
        failsUnless(lowersEvidence(x, theta, m) === next.logMarginal([x]) < here.logMarginal([x])),
      );
    },
    mutants: {
      "never": { lowersEvidence: () => false },
      "wherever the signs are not the same": {
        lowersEvidence: (x, theta, m) => (x - theta - m) * (x - theta) <= 0,
      },
      "whenever $q$ is not the posterior": { lowersEvidence: (x, theta, m) => m !== (x - theta) / 2 },
      "as soon as $m$ exceeds $x - \\theta$ by a twentieth": {
        lowersEvidence: (x, theta, m) => (1.05 * (x - theta) - m) * (x - theta) < 0,
      },
      "where $m$ is beyond the posterior's mean": {
        lowersEvidence: (x, theta, m) => Math.abs(m) > Math.abs(x - theta) / 2,
      },
    },
  }),
  define("1.0.e", {
    statement:
      "With the divergence weighed by $\\beta < 1$, $E_q \\log p_\\theta(x \\mid z) - \\beta\\, \\mathrm{KL}(q \\,\\Vert\\, p(z))$ is no bound: at the posterior it lies above $\\log p_\\theta(x)$ by $(1 - \\beta)\\, \\mathrm{KL}(p_\\theta(z \\mid x) \\,\\Vert\\, p(z))$",
    evidence: "closed form",
    further: true,
    subject: { above: (beta: number, kl: number) => (1 - beta) * kl },
    instance: (random, index) => ({ ...setting(random, index + 1), beta: random.uniform(0, 2) }),
    error: ({ above }, { theta, x, beta }) => {
      const model = linearGaussian(theta), posterior = model.posterior(x);
      const prior = { mean: posterior.mean.map(() => 0), cov: identity(posterior.mean.length) };
      const kl = klNormal(posterior, prior), weighed = model.reconstruction(x, posterior) - beta * kl;
      return Math.max(
        difference(weighed, model.logMarginal(x) + above(beta, kl)),
        failsUnless(beta >= 1 || weighed > model.logMarginal(x)),
      );
    },
    mutants: {
      "a bound for every $\\beta$": { above: () => 0 },
      "above by $\\beta\\, \\mathrm{KL}$": { above: (beta, kl) => beta * kl },
      "above by $(1 - \\beta)$": { above: (beta) => 1 - beta },
    },
  }),
  define("1.0.f", {
    statement:
      "Posterior collapse can be the best there is: with $x \\mid z \\sim N(w z, \\sigma^2)$ and data of mean square $S$ the evidence is highest at $w^2 = \\max(0, S - \\sigma^2)$; for $\\sigma^2 \\ge S$ the decoder ignores $z$ and the posterior is the prior",
    evidence: "closed form",
    further: true,
    subject: { bestSquare: (S: number, sigma2: number) => Math.max(0, S - sigma2) },
    instance: (random) => ({ xs: random.normals(5), sigma2: Math.exp(random.uniform(-2, 2)) }),
    error: ({ bestSquare }, { xs, sigma2 }) => {
      const S = xs.reduce((sum, x) => sum + x * x, 0) / xs.length, best = Math.sqrt(bestSquare(S, sigma2));
      const model = (w: number) => lineModel({ w, sigma2 }, 0);
      const evidence = (w: number) => xs.reduce((sum, x) => sum + model(w).logMarginal([x]), 0);
      const others = [1e-3, 0.1, 0.5, 1, 3].flatMap((d) => [best - d, best + d]).map(evidence);
      const collapsed = xs.every((x) => klNormal(model(best).posterior([x]), onLine(0, 1)) < 1e-12);
      return Math.max(excess(Math.max(...others), evidence(best)), failsUnless(collapsed === sigma2 >= S));
    },
    mutants: {
      "never for the evidence itself": { bestSquare: (S) => S },
      "always": { bestSquare: () => 0 },
      "the noise not squared away": { bestSquare: (S, sigma2) => Math.max(0, S - Math.sqrt(sigma2)) },
    },
  }),
];

/** The slopes of the bound, changed one by one. */
function changed(
  theta: Theta,
  x: Vector,
  q: { mean: Vector; logVar: Vector },
  byMean: (slope: number, j: number) => number,
  byLogVar: (slope: number, j: number) => number = (slope) => slope,
) {
  const { mean, logVar } = linearGaussian(theta).gradElbo(x, q);
  return { mean: mean.map(byMean), logVar: logVar.map(byLogVar) };
}
