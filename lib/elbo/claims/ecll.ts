import { discreteModelOver, linearGaussian, type ThetaGradient } from "../mod.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { type Rational, rationals } from "../../math/exact.ts";
import type { DiscreteModelOver } from "../mod.ts";
import type { Vector } from "../../math/types.ts";
import { entropyNormal, type Normal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { mutants } from "../zoo/mutants.ts";
import { onLine, setting, shifted, shiftedSetting, shown, tableSetting, type Theta } from "./instances.ts";
import { expectedLogRatio, flat, slopesOfEvidenceLessKl } from "./witnesses.ts";

/** The expected complete data log likelihood and what maximising it reaches: 1.1. */

/** The same model at five values of θ. */
const along = (theta: Theta): Theta[] =>
  [-2, -1, 0, 1, 2].map((t) => ({
    W: theta.W.map((row) => row.map((w) => w * (1 + t / 4))),
    b: theta.b.map((b) => b + t),
    sigma2: theta.sigma2 * 2 ** (t / 2),
  }));

const model = (theta: number) => linearGaussian(shifted(theta));
/** ∂/∂θ of the ECLL and of log p(x) in the shifted model. */
const ecllSlope = (theta: number, x: number, q: Normal) => model(theta).gradTheta([x], q).b[0];
const evidenceSlope = (theta: number, x: number) => model(theta).gradLogMarginal([x]).b[0];
/** Both are parabolas in θ, of curvature −1 and −½: one Newton step from anywhere is at the top. */
const ecllTop = (x: number, q: Normal, from = 0) => from + ecllSlope(from, x, q);
const evidenceTop = (x: number, from = 0) => from + 2 * evidenceSlope(from, x);
const klAt = (theta: number, x: number, q: Normal) => model(theta).klPosterior([x], q);
/** With q = the posterior at θ held fixed, the θ that maximises the ECLL. */
const emStep = (x: number, theta: number) => ecllTop(x, model(theta).posterior([x]), theta);

export const ecll = [
  define("1.1.a", {
    statement:
      "For a $q$ that does not depend on $\\theta$, $E_q \\log \\{ \\tfrac{p_\\theta(x \\mid z) p(z)}{p_\\theta(z \\mid x)} \\cdot \\tfrac{p_\\theta(z \\mid x)}{q(z)} \\}$ exceeds $E_q \\log p_\\theta(x \\mid z) p(z)$ by $H(q)$ at every $\\theta$: same maximiser, other value",
    evidence: "closed form",
    subject: {
      q: (_theta: Theta, _x: Vector, q: Normal) => q,
      first: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).ecll(x, q),
      second: (theta: Theta, x: Vector, q: Normal) =>
        linearGaussian(theta).logMarginal(x) - linearGaussian(theta).klPosterior(x, q),
    },
    instance: setting,
    error: ({ q, first, second }, { theta, x, q: given }) =>
      Math.max(
        ...along(theta).map((at) => {
          const used = q(at, x, given);
          return difference(second(at, x, used), first(at, x, used) + entropyNormal(given));
        }),
      ),
    mutants: mutants["1.1.a"],
    printed: {
      text:
        "The two lines are equal, since the factor inserted is $1 = p_\\theta(z \\mid x) / p_\\theta(z \\mid x)$.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$",
        "$x$": 1,
        "$q$": "$N(0, 1)$",
        "line 1 at $\\theta = 0, 1, 2$": [0, 1, 2].map((t) => shown(model(t).ecll([1], onLine(0, 1)))),
        "line 2 at $\\theta = 0, 1, 2$": [0, 1, 2].map((t) => shown(model(t).elbo([1], onLine(0, 1)))),
        "$H(q)$": shown(entropyNormal(onLine(0, 1))),
      },
      error: () => difference(model(0).ecll([1], onLine(0, 1)), model(0).elbo([1], onLine(0, 1))),
    },
  }),
  define("1.1.b", {
    statement: "$p_\\theta(x \\mid z) p(z) / p_\\theta(z \\mid x) = p_\\theta(x)$, whichever $z$ is put in",
    evidence: "exact",
    subject: { posterior: (model: DiscreteModelOver<Rational>, x: number) => model.posterior(x) },
    instance: tableSetting,
    error: ({ posterior }, { table: { prior, likelihood }, x }) => {
      const { add, mul, div, zero, one } = rationals;
      const post = posterior(discreteModelOver(rationals, { prior, likelihood }), x);
      const evidence = prior.reduce((sum, p, z) => add(sum, mul(likelihood[z][x], p)), zero);
      return Math.max(
        difference(post.reduce(add, zero), one),
        ...post.map((p, z) => difference(div(mul(likelihood[z][x], prior[z]), p), evidence)),
      );
    },
    mutants: mutants["1.1.b"],
  }),
  define("1.1.c", {
    statement:
      "$E_q \\log \\{ p_\\theta(x) \\cdot p_\\theta(z \\mid x) / q(z) \\} = \\log p_\\theta(x) - \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$",
    evidence: "closed form",
    subject: { kl: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).klPosterior(x, q) },
    instance: setting,
    // the left side from the densities alone: the logarithm is a quadratic in z, so a few points average it exactly
    error: ({ kl }, { theta, x, q }) =>
      difference(expectedLogRatio(theta, x, q), linearGaussian(theta).logMarginal(x) - kl(theta, x, q)),
    mutants: mutants["1.1.c"],
  }),
  define("1.1.d", {
    statement:
      "$\\log p_\\theta(x) - \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x)) = E_q \\log p_\\theta(x, z) + H(q)$; without $H(q)$ the two sides differ by just that",
    evidence: "closed form",
    subject: {
      ecll: (theta: Theta, x: Vector, q: Normal) => linearGaussian(theta).ecll(x, q),
      entropy: entropyNormal,
    },
    instance: setting,
    error: ({ ecll, entropy }, { theta, x, q }) => {
      const model = linearGaussian(theta), left = model.logMarginal(x) - model.klPosterior(x, q);
      const naive = ecll(theta, x, q);
      return Math.max(
        difference(left, naive + entropy(q)),
        failsUnless(Math.abs(entropy(q)) < 1e-6 || difference(left, naive) > 0),
      );
    },
    mutants: mutants["1.1.d"],
  }),
  define("1.1.e", {
    statement:
      "For fixed $q$, $\\nabla_\\theta E_q \\log p_\\theta(x, z) = \\nabla_\\theta \\mathcal{L} = \\nabla_\\theta [\\log p_\\theta(x) - \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))]$, here in $\\theta = (W, b, \\log \\sigma^2)$",
    evidence: "closed form",
    subject: {
      gradTheta: (theta: Theta, x: Vector, q: Normal): ThetaGradient => linearGaussian(theta).gradTheta(x, q),
    },
    instance: setting,
    // the right side by dual numbers, which differentiate through the posterior as well
    error: ({ gradTheta }, { theta, x, q }) =>
      difference(flat(gradTheta(theta, x, q)), slopesOfEvidenceLessKl(theta, x, q)),
    mutants: mutants["1.1.e"],
  }),
  define("1.1.f", {
    statement:
      "Where the maximisers of $E_q \\log p_\\theta(x, z)$ and $\\log p_\\theta(x)$ coincide, $\\nabla_\\theta \\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$ is 0, but $\\mathrm{KL}$ itself need not be: in $x \\mid z \\sim N(z + \\theta, 1)$ they are $x - m$ and $x$, the same for $m = 0$ and any $s^2$",
    evidence: "closed form",
    subject: {
      ofEcll: (x: number, m: number) => x - m,
      ofEvidence: (x: number) => x,
    },
    instance: shiftedSetting,
    error: ({ ofEcll, ofEvidence }, { x, m, s2 }) => {
      const q = onLine(m, s2), a = ofEcll(x, m), b = ofEvidence(x);
      const klSlope = evidenceSlope(b, x) - ecllSlope(b, x, q);
      return Math.max(
        difference([ecllSlope(a, x, q), evidenceSlope(b, x)], [0, 0]),
        // they are as far apart as KL is steep: together exactly where its slope is 0, which m = 0 makes it
        difference(b - a, klSlope),
        failsUnless(m !== 0 || s2 === 0.5 || klAt(b, x, q) > 0),
      );
    },
    mutants: mutants["1.1.f"],
    printed: {
      text: "The maximisers coincide only if $q$ matches $p_\\theta(z \\mid x)$ perfectly.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$",
        "$x$": 1,
        "$q$": "$N(0, 2)$",
        "maximiser of $E_q \\log p_\\theta(x, z)$": ecllTop(1, onLine(0, 2)),
        "maximiser of $\\log p_\\theta(x)$": evidenceTop(1),
        "$\\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$ there": shown(klAt(1, 1, onLine(0, 2))),
      },
      // the same maximiser, and a KL that should then be 0
      error: () => ecllTop(1, onLine(0, 2)) === evidenceTop(1) ? klAt(1, 1, onLine(0, 2)) : 0,
    },
  }),
  define("1.1.g", {
    statement:
      "With $q$ the posterior at the current $\\theta$ the maximiser of $E_q \\log p_\\theta(x, z)$ is one EM step: in $x \\mid z \\sim N(z + \\theta, 1)$ it is $(x + \\theta)/2$, so the error halves; it is $\\theta_{\\mathrm{MLE}} = x$ only if $\\theta$ was",
    evidence: "closed form",
    subject: { step: emStep },
    instance: shiftedSetting,
    error: ({ step }, { x, theta }) => {
      const q = model(theta).posterior([x]), next = step(x, theta);
      const iterates = [theta];
      for (let k = 0; k < 10; k++) iterates.push(step(x, iterates[k]));
      return Math.max(
        difference(next, (x + theta) / 2),
        difference(ecllSlope(next, x, q), 0),
        difference(iterates.map((t) => t - x), iterates.map((_, k) => (theta - x) / 2 ** k)),
        // the fixed point is the maximiser of the evidence
        difference(step(x, x), x),
      );
    },
    mutants: mutants["1.1.g"],
    printed: {
      text: "Read backwards, the same sentence says: if $q$ matches the posterior, the maximisers coincide.",
      counterexample: {
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$",
        "$x$, the maximiser of $\\log p_\\theta(x)$": 2,
        "maximisers of $E_q \\log p_\\theta(x, z)$, $q$ the posterior at the one before": emIterates(2, 0, 4),
      },
      error: () => Math.abs(emStep(2, 0) - evidenceTop(2)),
    },
  }),
  define("1.1.h", {
    statement:
      "The estimate of $\\theta$ is displaced by the slope $\\nabla_\\theta \\mathrm{KL}$, not by the size of $\\mathrm{KL}$: in $x \\mid z \\sim N(z + \\theta, 1)$ its bias is $-m$, for every $s^2$",
    evidence: "closed form",
    subject: { bias: (m: number, _s2: number, _x: number) => -m },
    instance: shiftedSetting,
    error: ({ bias }, { x, m, s2 }) => {
      const narrow = onLine(m, s2), wide = onLine(m, s2 + 1), best = evidenceTop(x);
      return Math.max(
        difference(bias(m, s2, x), ecllTop(x, narrow) - best),
        // another width: another KL, the same bias
        difference(bias(m, s2 + 1, x), ecllTop(x, wide) - best),
        difference(ecllTop(x, narrow), ecllTop(x, wide)),
        failsUnless(klAt(x, x, narrow) !== klAt(x, x, wide)),
      );
    },
    mutants: mutants["1.1.h"],
    printed: {
      text: "The gap causes the bias: the larger $\\mathrm{KL}$, the larger the bias of the estimate.",
      counterexample: {
        "$x$": 1,
        "$q$": "$N(0, 5)$ and $N(\\tfrac12, \\tfrac12)$",
        "$\\mathrm{KL}$": [klAt(1, 1, onLine(0, 5)), klAt(1, 1, onLine(0.5, 0.5))].map(shown),
        "the bias": [ecllTop(1, onLine(0, 5)) - 1, ecllTop(1, onLine(0.5, 0.5)) - 1],
      },
      // the larger gap has the smaller bias: by how much
      error: () =>
        klAt(1, 1, onLine(0, 5)) > klAt(1, 1, onLine(0.5, 0.5))
          ? Math.abs(ecllTop(1, onLine(0.5, 0.5)) - 1) - Math.abs(ecllTop(1, onLine(0, 5)) - 1)
          : 0,
    },
  }),
];

function emIterates(x: number, theta: number, steps: number): number[] {
  return steps === 0 ? [theta] : [theta, ...emIterates(x, emStep(x, theta), steps - 1)];
}
