import {
  type DiscreteModelOver,
  discreteModelOver,
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
import { identity as formulas } from "../../proof/identity.ts";
import {
  best,
  diagonalOf,
  encoder,
  encoders,
  marginalFactors,
  ownOptima,
  poorestFactors,
} from "./defects.ts";
import { inThePlane, setting, tableSetting, type Theta, theta, trainingSet } from "./instances.ts";

/** What a recognition model loses, by family and by amortisation: 1.2. */

const { mul, div, of, one } = rationals;
type Table = DiscreteModelOver<Rational>;

const elbo = (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).elbo(x, q);
const approximation = (theta: Theta, x: Vector, q: Normal) =>
  linearGaussian(theta).logMarginal(x) - elbo(theta, x, q);
const amortisation = (theta: Theta, x: Vector, own: Normal, encoded: Normal) =>
  elbo(theta, x, own) - elbo(theta, x, encoded);

/** Two bits that the posterior wants equal: two local maxima of the mean field, one better. */
const twoBits = { prior: [0.54, 0.02, 0.02, 0.42], likelihood: [[1], [1], [1], [1]] };

export const gaps = [
  formulas("1.2.a", {
    ...inThePlane,
    sides: ["log(evidence) - elbo", "KL"],
    aside: true,
  }),
  define("1.2.b", {
    statement:
      "Every $q_\\phi(\\cdot \\mid x_i)$ lies in $\\mathcal{Q}$ by definition, as $\\pi_\\phi(x_i) \\in \\mathcal{P}$; what a finite recognition model explains is only that it may not reach all of $\\mathcal{Q}$",
    evidence: "editorial",
    aside: true,
    printed: {
      where: "1.2, the answer",
      fault: "ambiguous",
      text:
        "The distributions that $q_\\phi$ can represent are a subset of $\\mathcal{Q}$ “due to the finiteness of the recognition model”. They are a subset by definition; what finiteness may explain is that the subset is smaller. An encoder with an entry for each training point is finite, and reaches every member of $\\mathcal{Q}$ there.",
    },
  }),
  define("1.2.c", {
    statement:
      "$\\log p - \\mathcal{L}[q_{\\phi^\\star}] = (\\log p - \\mathcal{L}[q_i^\\star]) + (\\mathcal{L}[q_i^\\star] - \\mathcal{L}[q_{\\phi^\\star}])$, for any two densities in these places",
    evidence: "exact",
    aside: true,
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
    mutants: {
      "the first gap measured at the encoder's $q$": {
        approximation: (model, x, _own, encoded) =>
          div(model.expMarginal(x, encoded), model.expElbo(x, encoded)),
      },
      "the second gap the other way round": {
        amortisation: (model, x, own, encoded) => div(model.expElbo(x, encoded), model.expElbo(x, own)),
      },
      "the second gap as the KL between the two": {
        amortisation: (_model, _x, own, encoded) =>
          own.reduce(
            (product, n, z) =>
              Array.from({ length: n }).reduce<Rational>(
                (power) => mul(power, div(of(n), of(encoded[z]))),
                product,
              ),
            one,
          ),
      },
    },
  }),
  define("1.2.d", {
    statement: "Neither the approximation gap nor the amortisation gap is ever negative",
    evidence: "closed form",
    subject: { best, encoder },
    instance: trainingSet,
    error: ({ best, encoder }, { theta, xs }) => {
      const encode = encoder(theta, xs, xs.length % 2 === 0 ? "constant" : "linear");
      return Math.max(...xs.map((x) => {
        const own = best(theta, x), shared = encode(x);
        const gaps = [approximation(theta, x, own), amortisation(theta, x, own, shared)];
        // rounding is of the size of what they are differences of
        const size = 1 + Math.abs(elbo(theta, x, shared));
        return excess([0, 0], gaps.map((gap) => gap / size));
      }));
    },
    mutants: ownOptima,
  }),
  define("1.2.j", {
    statement: "The approximation gap is 0 exactly when the posterior is in $\\mathcal{Q}$",
    evidence: "closed form",
    aside: true,
    subject: {
      best,
      /** Whether the posterior is one of the normals without correlations. */
      inside: (cov: Matrix) => cov.every((row, i) => row.every((v, j) => i === j || Math.abs(v) < 1e-5)),
    },
    instance: trainingSet,
    error: ({ best, inside }, { theta, xs }) => {
      const { cov } = linearGaussian(theta).posterior(xs[0]);
      return Math.max(...xs.map((x) => {
        const gap = approximation(theta, x, best(theta, x));
        return inside(cov) ? difference(gap, 0) : failsUnless(gap > 1e-12);
      }));
    },
    mutants: {
      "measured at the prior's mean": ownOptima["the prior's mean"],
      "never 0": { inside: () => false },
      "always 0": { inside: () => true },
      "0 for a single latent only": { inside: (cov) => cov.length === 1 },
      "0 as soon as the first latent is uncorrelated": {
        inside: ([row]) => row.every((v, j) => j === 0 || Math.abs(v) < 1e-5),
      },
      "0 as soon as neighbours are uncorrelated": {
        inside: (cov) => cov.every((row, i) => i === 0 || Math.abs(row[i - 1]) < 1e-5),
      },
      "0 unless all latents are correlated": {
        inside: (cov) => cov.some((row, i) => row.every((v, j) => i === j || Math.abs(v) < 1e-5)),
      },
    },
  }),
  define("1.2.k", {
    statement:
      "The amortisation gap at $x_i$ is 0 exactly when $q_{\\phi^\\star}(\\cdot \\mid x_i)$ is itself a maximiser over $\\mathcal{Q}$ for $x_i$, as for an encoder that is rich enough",
    evidence: "closed form",
    aside: true,
    subject: {
      best,
      encoder,
      reached: (own: Normal, encoded: Normal) => difference(encoded.mean, own.mean) < 1e-5,
    },
    instance: trainingSet,
    error: ({ best, encoder, reached }, { theta, xs }) => {
      const constant = encoder(theta, xs, "constant"), affine = encoder(theta, xs, "affine");
      return Math.max(
        difference(constant(xs[0]).mean, constant(xs[1]).mean),
        ...xs.map((x) => {
          const own = best(theta, x), loss = amortisation(theta, x, own, constant(x));
          return Math.max(
            reached(own, constant(x)) ? difference(loss, 0) : failsUnless(loss > 1e-12),
            // an affine mean reaches every point's own maximiser
            difference(amortisation(theta, x, own, affine(x)), 0),
          );
        }),
      );
    },
    mutants: {
      ...ownOptima,
      ...encoders,
      "always more than 0": { reached: () => false },
      "0 as soon as the first latent's mean is reached": {
        reached: (own, encoded) => Math.abs(own.mean[0] - encoded.mean[0]) < 1e-5,
      },
      "0 as soon as one latent's mean is reached": {
        reached: (own, encoded) => own.mean.some((m, k) => Math.abs(m - encoded.mean[k]) < 0.1),
      },
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
      return Math.max(
        difference(kl(q, post), kl(own, post) + amortisation(theta, x, own, q)),
        // a constant would cancel: it is the divergence, which is 0 for the posterior itself
        difference([kl(post, post), kl(own, post)], [0, approximation(theta, x, own)]),
      );
    },
    mutants: {
      "the KL the other way round": { kl: (q, p) => klNormal(p, q) },
      "another measure, a nat above the KL": { kl: (q, p) => klNormal(q, p) + 1 },
      "the KL averaged over the latents": { kl: (q, p) => klNormal(q, p) / q.mean.length },
      "the correlations of $q$ lost": {
        kl: (q, p) => klNormal(diagonalNormal({ mean: q.mean, variance: diagonalOf(q.cov) }), p),
      },
      "the second gap as $\\mathrm{KL}(q_\\phi \\Vert q_i)$": {
        amortisation: (_theta, _x, own, encoded) => klNormal(encoded, own),
      },
      "the second gap as $\\mathrm{KL}(q_i \\Vert q_\\phi)$": {
        amortisation: (_theta, _x, own, encoded) => klNormal(own, encoded),
      },
      "the second gap the other way round": {
        amortisation: (theta, x, own, encoded) => elbo(theta, x, encoded) - elbo(theta, x, own),
      },
    },
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
      // members hardly off it, in each mean and each variance
      const near = own.mean.flatMap((_, k) =>
        [1e-4, -1e-4].flatMap((by) => [
          { ...own, mean: own.mean.with(k, own.mean[k] + by) },
          { ...own, cov: own.cov.with(k, own.cov[k].with(k, own.cov[k][k] * (1 + by))) },
        ])
      );
      return Math.max(
        ...near.map((q) => excess(model.klPosterior(x, own), model.klPosterior(x, q))),
        // both maximisers are members of their families
        difference(own.cov, diagonal(own.cov.map((row, k) => row[k]))),
        difference(kl, klBits(q1.flatMap((p1) => q2.map((p2) => p1 * p2)), prior)),
        excess(model.klPosterior(x, own), model.klPosterior(x, encoded)),
        ...others.map((other) => excess(kl, other)),
      );
    },
    mutants: {
      ...ownOptima,
      "a member a thousandth off the maximiser": {
        best: (theta, x) => {
          const { mean, cov } = best(theta, x);
          return { mean: mean.map((m) => m + 1e-3), cov };
        },
      },
      "a local maximum of the mean field": { factors: poorestFactors },
      "the posterior itself, outside of $\\mathcal{Q}$": {
        best: (theta, x) => linearGaussian(theta).posterior(x),
      },
      "a divergence that no factors have": {
        factors: (prior) => ({ ...marginalFactors(prior), kl: 0 }),
      },
      "the posterior's marginals as factors": { factors: marginalFactors },
    },
  }),
];

/** KL(q ‖ p) = Σ q log (q/p), all p > 0. */
function klBits(q: Vector, p: Vector): number {
  return q.reduce((sum, weight, z) => weight === 0 ? sum : sum + weight * Math.log(weight / p[z]), 0);
}
