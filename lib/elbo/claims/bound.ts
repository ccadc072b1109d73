import { type DiscreteModelOver, discreteModelOver, linearGaussian } from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { duals, gradient, log } from "../../math/dual.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import { identity, matmul, scale, subtract, transpose } from "../../math/linalg.ts";
import type { Vector } from "../../math/types.ts";
import type { Normal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo/mutants.ts";
import { onLine, setting, shifted, tableSetting, type Theta, theta } from "./instances.ts";
import { expectedLogRatio } from "./witnesses.ts";

/** The bound itself: 1.0. */

const { mul } = rationals;
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
    mutants: mutants["1.0.a"],
  }),
  define("1.0.b", {
    statement:
      "$\\mathcal{L}[q] \\le \\log p_\\theta(x)$ for every $q$, and the two are equal exactly when $q$ is the posterior $p_\\theta(z \\mid x)$",
    evidence: "closed form",
    subject: { elbo: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).elbo(x, q) },
    instance: setting,
    error: ({ elbo }, { theta, x, q }) => {
      const model = linearGaussian(theta), evidence = model.logMarginal(x);
      return Math.max(
        // it is the bound, by its definition from the densities
        difference(elbo(theta, x, q), expectedLogRatio(theta, x, q)),
        excess(elbo(theta, x, q), evidence),
        // a random q is not the posterior
        failsUnless(elbo(theta, x, q) < evidence),
        difference(elbo(theta, x, model.posterior(x)), evidence),
      );
    },
    mutants: mutants["1.0.b"],
  }),
  define("1.0.c", {
    statement:
      "With $\\theta$ held fixed, climbing $\\mathcal{L}$ in $\\phi$ is descending $\\mathrm{KL}(q_\\phi \\,\\Vert\\, p_\\theta(z \\mid x))$; a step in $\\theta$ also climbs $\\log p_\\theta(x)$ and moves the posterior",
    evidence: "closed form",
    subject: {
      slopes: (theta: Theta, x: Vector, q: { mean: Vector; logVar: Vector }) =>
        linearGaussian(theta).gradElbo(x, q),
    },
    instance: (random, index) => {
      const model = theta(random, index), K = model.W[0].length;
      const logVar = random.list(K, () => random.uniform(-2, 1));
      return { theta: model, x: random.normals(model.b.length), mean: random.normals(K), logVar };
    },
    error: ({ slopes }, { theta, x, mean, logVar }) => {
      const model = linearGaussian(theta), L = slopes(theta, x, { mean, logVar });
      const variance = logVar.map(Math.exp), K = mean.length;
      const kl = klSlopes(theta, model.posterior(x).mean, mean, variance);
      return Math.max(
        difference(L.mean, kl.slice(0, K).map((slope) => -slope)),
        difference(L.logVar, kl.slice(K).map((slope, j) => -slope * variance[j])),
        // by θ the slopes of L and −KL are apart by that of log p, which is not 0
        failsUnless(difference(model.gradLogMarginal(x).b, x.map(() => 0)) > 0),
      );
    },
    mutants: mutants["1.0.c"],
    printed: {
      text: "Maximising the ELBO trains $q$ to match the posterior: it is not said that $\\theta$ is held.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$",
        "$x$": 2,
        "$\\theta$": 0,
        "$q$, the posterior itself": "$N(1, \\tfrac12)$",
        "$\\partial \\mathcal{L} / \\partial \\theta$": shiftedSlope(),
        "$\\partial\\,\\mathrm{KL} / \\partial \\theta$": 0,
      },
      // KL is at its minimum 0 and has slope 0, yet L still climbs: away from the match
      error: () => Math.abs(shiftedSlope()),
    },
  }),
];

/** ∂L/∂θ of the shifted model at x = 2, θ = 0, q = the posterior. */
function shiftedSlope(): number {
  return linearGaussian(shifted(0)).gradTheta([2], onLine(1, 0.5)).b[0];
}
