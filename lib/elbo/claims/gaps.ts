import {
  type DiscreteModelOver,
  discreteModelOver,
  type EncoderFamily,
  linearGaussian,
  meanField,
  meanFieldOptima,
} from "../mod.ts";
import { difference, excess, failsUnless } from "../../math/difference.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import { diagonal } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { diagonalNormal, klNormal, type Normal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo/mutants.ts";
import {
  onLine,
  setting,
  shifted,
  shown,
  tableSetting,
  type Theta,
  theta,
  trainingSet,
} from "./instances.ts";

/** What a recognition model loses, by family and by amortisation: 1.2. */

const { mul, div } = rationals;
type Table = DiscreteModelOver<Rational>;

const elbo = (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).elbo(x, q);
const best = (theta: Theta, x: Vector): Normal => linearGaussian(theta).fitPosterior(x);
const encoder = (theta: Theta, xs: Matrix, family: EncoderFamily) =>
  linearGaussian(theta).fitEncoder(xs, family);
const approximation = (theta: Theta, x: Vector, q: Normal) =>
  linearGaussian(theta).logMarginal(x) - elbo(theta, x, q);
const amortisation = (theta: Theta, x: Vector, own: Normal, encoded: Normal) =>
  elbo(theta, x, own) - elbo(theta, x, encoded);

/** Two bits that the posterior wants equal: two local maxima of the mean field, one better. */
const twoBits = { prior: [0.54, 0.02, 0.02, 0.42], likelihood: [[1], [1], [1], [1]] };
const local = meanFieldOptima(twoBits, 0);

export const gaps = [
  define("1.2.a", {
    statement: "$\\log p_\\theta(x) - \\mathcal{L}[q] = \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$",
    evidence: "closed form",
    subject: { elbo },
    instance: setting,
    error: ({ elbo }, { theta, x, q }) => {
      const model = linearGaussian(theta);
      return difference(model.logMarginal(x) - elbo(theta, x, q), klNormal(q, model.posterior(x)));
    },
    mutants: mutants["1.2.a"],
  }),
  define("1.2.b", {
    statement:
      "Every $q_\\phi(\\cdot \\mid x_i)$ lies in $\\mathcal{Q}$ by definition, as $\\pi_\\phi(x_i) \\in \\mathcal{P}$; what a finite recognition model explains is only that it may not reach all of $\\mathcal{Q}$",
    evidence: "editorial",
    printed:
      "The $q_\\phi$ are said to be a subset of $\\mathcal{Q}$ because the recognition model is finite; one with an entry per training point is finite too, and reaches every member of $\\mathcal{Q}$ there.",
  }),
  define("1.2.c", {
    statement:
      "$\\log p - \\mathcal{L}[q_{\\phi^\\star}] = (\\log p - \\mathcal{L}[q_i^\\star]) + (\\mathcal{L}[q_i^\\star] - \\mathcal{L}[q_{\\phi^\\star}])$, for any two densities in these places",
    evidence: "exact",
    // again e^{N ·}: sums are products, differences quotients
    subject: {
      approximation: (model: Table, x: number, own: number[], _encoded: number[]) =>
        div(model.expMarginal(x, own), model.expElbo(x, own)),
      amortisation: (model: Table, x: number, own: number[], encoded: number[]) =>
        div(model.expElbo(x, own), model.expElbo(x, encoded)),
    },
    instance: tableSetting,
    error: ({ approximation, amortisation }, { table, x, counts, others }) => {
      const model = discreteModelOver(rationals, table);
      const sum = mul(approximation(model, x, counts, others), amortisation(model, x, counts, others));
      return difference(sum, model.expKlPosterior(x, others));
    },
    mutants: mutants["1.2.c"],
  }),
  define("1.2.d", {
    statement:
      "Both gaps are non-negative: the first is 0 exactly when the posterior is in $\\mathcal{Q}$, the second exactly when $q_{\\phi^\\star}(\\cdot \\mid x_i)$ is itself a maximiser",
    evidence: "closed form",
    subject: { best, encoder },
    instance: trainingSet,
    error: ({ best, encoder }, { theta, xs }) => {
      const model = linearGaussian(theta), constant = encoder(theta, xs, "constant");
      const affine = encoder(theta, xs, "affine");
      const { cov } = model.posterior(xs[0]);
      const correlated = cov.some((row, i) => row.some((v, j) => i !== j && Math.abs(v) > 1e-5));
      return Math.max(
        difference(constant(xs[0]).mean, constant(xs[1]).mean),
        ...xs.map((x) => {
          const own = best(theta, x), gap = approximation(theta, x, own), poor = constant(x);
          const apart = difference(poor.mean, own.mean) > 1e-5, loss = amortisation(theta, x, own, poor);
          return Math.max(
            excess([0, 0], [gap, loss]),
            // all normals contain the posterior; the diagonal ones only where it has no correlations
            difference(approximation(theta, x, model.posterior(x)), 0),
            correlated ? failsUnless(gap > 0) : difference(gap, 0),
            apart ? failsUnless(loss > 0) : difference(loss, 0),
            // an affine mean reaches every point's own maximiser
            difference(amortisation(theta, x, own, affine(x)), 0),
          );
        }),
      );
    },
    mutants: mutants["1.2.d"],
    printed: {
      text: "The loss is split into two terms that are both called positive.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z, 1)$: one latent, so every normal is diagonal",
        "$x_i$": [-1, 0, 2],
        "approximation gaps": zeroGaps().map(([first]) => shown(first)),
        "amortisation gaps of an affine encoder": zeroGaps().map(([, second]) => shown(second)),
      },
      error: () => failsUnless(zeroGaps().flat().some((gap) => gap > 1e-12)),
    },
  }),
  define("1.2.e", {
    statement:
      "$\\mathrm{KL}(q_{\\phi^\\star} \\Vert\\, p_\\theta(z \\mid x)) = \\mathrm{KL}(q_i^\\star \\,\\Vert\\, p_\\theta(z \\mid x)) + (\\mathcal{L}[q_i^\\star] - \\mathcal{L}[q_{\\phi^\\star}])$",
    evidence: "closed form",
    subject: { kl: klNormal, amortisation },
    instance: setting,
    error: ({ kl, amortisation }, { theta, x, q }) => {
      const post = linearGaussian(theta).posterior(x), own = best(theta, x);
      return difference(kl(q, post), kl(own, post) + amortisation(theta, x, own, q));
    },
    mutants: mutants["1.2.e"],
  }),
  define("1.2.f", {
    statement:
      "With $q_i^\\star$ a global maximiser over $\\mathcal{Q}$, $\\mathrm{KL}(q_\\phi(\\cdot \\mid x_i) \\,\\Vert\\, p_i) \\ge \\mathrm{KL}(q_i^\\star \\,\\Vert\\, p_i)$, $p_i = p_\\theta(z \\mid x_i)$, for every $i$ and every $\\phi$, optimal or not",
    evidence: "closed form",
    subject: { best, factors: (prior: Vector) => meanField({ ...twoBits, prior }, 0) },
    instance: (random, index) => {
      const model = theta(random, index, 2), K = model.W[0].length;
      const x = random.normals(2), A = random.normalMatrix(K, 2), own = best(model, x);
      // every third time an encoder that comes close at this x
      const near = index % 3 === 0, noise = () => random.normals(K).map((e) => near ? 0.01 * e : e);
      const a = noise().map((e, k) => near ? e + own.mean[k] - A[k][0] * x[0] - A[k][1] * x[1] : e);
      const logVar = noise().map((e, k) => near ? e + Math.log(own.cov[k][k]) : e);
      return {
        theta: model,
        x,
        phi: { A, a, logVar },
        // every other time two bits that are mostly equal
        prior: index % 2 === 0 ? random.simplex(4) : twoBits.prior,
        bits: [random.uniform(), random.uniform()],
      };
    },
    error: ({ best, factors }, { theta, x, phi: { A, a, logVar }, prior, bits: [r, s] }) => {
      const model = linearGaussian(theta);
      const mean = a.map((start, k) => start + A[k][0] * x[0] + A[k][1] * x[1]);
      const encoded = diagonalNormal({ mean, variance: logVar.map(Math.exp) });
      const product = [r * s, r * (1 - s), (1 - r) * s, (1 - r) * (1 - s)];
      const others = [
        ...meanFieldOptima({ ...twoBits, prior }, 0).map(({ kl }) => kl),
        klBits(product, prior),
      ];
      const own = best(theta, x), { q1, q2, kl } = factors(prior);
      return Math.max(
        // both maximisers are members of their families
        difference(own.cov, diagonal(own.cov.map((row, k) => row[k]))),
        difference(kl, klBits(q1.flatMap((p1) => q2.map((p2) => p1 * p2)), prior)),
        excess(model.klPosterior(x, own), model.klPosterior(x, encoded)),
        ...others.map((other) => excess(kl, other)),
      );
    },
    mutants: mutants["1.2.f"],
    printed: {
      text:
        "The inequality holds for a maximiser $q_i^\\star$ over $\\mathcal{Q}$: it is not said that a local one will not do.",
      counterexample: {
        "$p(z \\mid x)$, $z = 00, 01, 10, 11$": twoBits.prior,
        "$\\mathcal{Q}$": "$q(z_1)\\,q(z_2)$",
        "$q_i^\\star(z_1 = 0)$, a local maximum": shown(local[1].q1[0]),
        "$\\mathrm{KL}$ of $q_i^\\star$": shown(local[1].kl),
        "$q_\\phi(z_1 = 0)$": shown(local[0].q1[0]),
        "$\\mathrm{KL}$ of $q_\\phi$": shown(local[0].kl),
      },
      error: () => excess(local[1].kl, local[0].kl),
    },
  }),
];

/** KL(q ‖ p) = Σ q log (q/p), all p > 0. */
function klBits(q: Vector, p: Vector): number {
  return q.reduce((sum, weight, z) => weight === 0 ? sum : sum + weight * Math.log(weight / p[z]), 0);
}

/** Both gaps at three points of a model with a single latent. */
function zeroGaps(): number[][] {
  const model = linearGaussian(shifted(0)), xs = [[-1], [0], [2]], encode = model.fitEncoder(xs, "affine");
  return xs.map((x) => {
    const own = model.fitPosterior(x);
    const { mean: [m], cov: [[v]] } = own, q = encode(x);
    return [
      klNormal(onLine(m, v), model.posterior(x)),
      klNormal(q, model.posterior(x)) - model.klPosterior(x, own),
    ];
  });
}
