import { difference, excess, failsUnless } from "../../math/difference.ts";
import { klNormal } from "../../math/normal.ts";
import { define } from "../../proof/claim.ts";
import { erratum } from "../../proof/erratum.ts";
import { type Gain, lineModel, lineSetting, onLine } from "./instances.ts";

/** How far the maximiser of the ECLL is from that of the evidence, and what puts it there: 1.1.f to 1.1.j. */

type Setting = ReturnType<typeof lineSetting>;

/** ∂/∂θ of the ECLL and of log p(x) in x | z ~ N(w z + θ, σ²), and KL(N(m, s²) ‖ p(z | x)). */
const ecllSlope = (at: Gain, theta: number, x: number, m: number, s2: number) =>
  lineModel(at, theta).gradTheta([x], onLine(m, s2)).b[0];
const evidenceSlope = (at: Gain, theta: number, x: number) => lineModel(at, theta).gradLogMarginal([x]).b[0];
const klAt = (at: Gain, theta: number, x: number, m: number, s2: number) =>
  lineModel(at, theta).klPosterior([x], onLine(m, s2));

/** Where a slope that falls along a straight line is 0, from its values at 0 and 1. */
const topOf = (slope: (theta: number) => number) => slope(0) / (slope(0) - slope(1));
const ecllTop = ({ x, m, s2, ...at }: Setting) => topOf((theta) => ecllSlope(at, theta, x, m, s2));
const evidenceTop = ({ x, ...at }: Setting) => topOf((theta) => evidenceSlope(at, theta, x));

/** With q = the posterior at θ held fixed, the θ that maximises the ECLL. */
const emStep = (at: Gain, x: number, theta: number) => {
  const { mean: [m], cov: [[s2]] } = lineModel(at, theta).posterior([x]);
  return topOf((t) => ecllSlope(at, t, x, m, s2));
};

/** The shifted model, x = 1, and a q: what the source's sentence is tried on. */
const example = (m: number, s2: number): Setting => ({ x: 1, theta: 0, w: 1, sigma2: 1, m, s2 });

/** Whether f is nowhere higher than at its alleged maximiser: a fine grid around it, and far away. */
const highest = (f: (theta: number) => number, at: number) =>
  excess(Math.max(...[1e-4, 1e-2, 0.1, 0.5, 1, 2, 5].flatMap((d) => [f(at - d), f(at + d)])), f(at));

export const displaced = [
  define("1.1.f", {
    statement:
      "The maximisers of $E_q \\log p_\\theta(x, z)$ and $\\log p_\\theta(x)$ may coincide although $q$ is not the posterior: in $x \\mid z \\sim N(w z + \\theta, \\sigma^2)$ they are $x - w m$ and $x$, the same for $m = 0$ whatever $s^2$ is",
    evidence: "closed form",
    subject: {
      ofEcll: ({ x, w, m }: Setting) => x - w * m,
      ofEvidence: ({ x }: Setting) => x,
    },
    instance: lineSetting,
    error: ({ ofEcll, ofEvidence }, at) => {
      const { x, w, sigma2, m, s2 } = at, top = ofEcll(at), best = ofEvidence(at);
      const posterior = lineModel({ w, sigma2 }, best).posterior([x]), q = onLine(m, s2);
      return Math.max(
        difference([top, best], [ecllTop(at), evidenceTop(at)]),
        highest((theta) => lineModel({ w, sigma2 }, theta).ecll([x], q), top),
        highest((theta) => lineModel({ w, sigma2 }, theta).logMarginal([x]), best),
        failsUnless(m !== 0 || (top === best && klNormal(q, posterior) > 0)),
      );
    },
    mutants: {
      "the mean of $q$ forgotten": { ofEcll: ({ x }) => x },
      "the mean of $q$ added": { ofEcll: ({ x, w, m }) => x + w * m },
      "the gain forgotten": { ofEcll: ({ x, m }) => x - m },
      "together only where $q$ is the posterior": {
        ofEcll: ({ x, w, m, sigma2, s2 }) => x - w * m - (s2 - sigma2 / (w * w + sigma2)),
      },
      "the posterior's mean instead of the maximiser": { ofEvidence: ({ x }) => x / 2 },
    },
    printed: erratum({
      where: "1.1, the last sentence",
      fault: "ambiguous",
      text:
        "The maximiser of the ECLL coincides with that of the marginal likelihood “only if” $q$ matches the posterior perfectly. (Without a match they need not coincide: that is true. Taken at its word the sentence says more: if they coincide, then there is a match.)",
      supposes: (at: Setting) => difference(ecllTop(at), evidenceTop(at)) < 1e-12,
      sides: {
        "$\\mathrm{KL}(q \\,\\Vert\\, p_\\theta(z \\mid x))$ at both maximisers": (at) =>
          klAt(at, evidenceTop(at), at.x, at.m, at.s2),
        "of a perfect match": () => 0,
      },
      counterexample: example(0, 2),
      example: example(0, 0.5),
      shown: (at) => ({
        "the model": "$z \\sim N(0, 1)$, $x \\mid z \\sim N(z + \\theta, 1)$",
        "$x$": at.x,
        "$q$": "$N(0, 2)$",
        "maximiser of $E_q \\log p_\\theta(x, z)$": ecllTop(at),
        "maximiser of $\\log p_\\theta(x)$": evidenceTop(at),
      }),
    }),
  }),
  define("1.1.g", {
    statement:
      "With $q$ the posterior at the current $\\theta$ the maximiser of $E_q \\log p_\\theta(x, z)$ is one EM step: in $x \\mid z \\sim N(w z + \\theta, \\sigma^2)$ each step multiplies the error $\\theta - x$ by $w^2 / (w^2 + \\sigma^2)$",
    evidence: "closed form",
    aside: true,
    subject: { shrinks: ({ w, sigma2 }: Gain) => w * w / (w * w + sigma2) },
    instance: lineSetting,
    error: ({ shrinks }, { x, theta, ...at }) => {
      const iterates = [theta];
      for (let k = 0; k < 10; k++) iterates.push(emStep(at, x, iterates[k]));
      const evidence = iterates.map((t) => lineModel(at, t).logMarginal([x]));
      return Math.max(
        difference(iterates.map((t) => t - x), iterates.map((_, k) => (theta - x) * shrinks(at) ** k)),
        excess(evidence.slice(0, -1), evidence.slice(1)),
        // the fixed point is the maximiser of the evidence
        difference(emStep(at, x, x), x),
      );
    },
    mutants: {
      "straight to the maximiser of the evidence": { shrinks: () => 0 },
      "it halves in every model": { shrinks: () => 0.5 },
      "the share of the noise": { shrinks: ({ w, sigma2 }) => sigma2 / (w * w + sigma2) },
      "the gain not squared": { shrinks: ({ w, sigma2 }) => Math.abs(w) / (Math.abs(w) + sigma2) },
    },
  }),
  define("1.1.h", {
    statement:
      "How far the maximiser of the ECLL is displaced is no matter of how large $\\mathrm{KL}$ is: in $x \\mid z \\sim N(w z + \\theta, \\sigma^2)$ it is $-\\sigma^2$ times the slope of $\\mathrm{KL}$ at the top of the evidence, for every $s^2$",
    evidence: "closed form",
    subject: {
      displacement: ({ sigma2 }: Setting, klSlope: number, _kl: number) => -sigma2 * klSlope,
    },
    instance: lineSetting,
    error: ({ displacement }, at) =>
      Math.max(
        // another width: another KL, the same displacement
        ...[at, { ...at, s2: at.s2 + 1 }].map((at) => {
          const { x, m, s2 } = at, best = evidenceTop(at);
          const klSlope = evidenceSlope(at, best, x) - ecllSlope(at, best, x, m, s2);
          return difference(displacement(at, klSlope, klAt(at, best, x, m, s2)), ecllTop(at) - best);
        }),
        difference(ecllTop(at), ecllTop({ ...at, s2: at.s2 + 1 })),
      ),
    mutants: {
      "the gap": { displacement: (_at, slope, kl) => -Math.sign(slope) * kl },
      "the root of the gap": { displacement: (_at, slope, kl) => -Math.sign(slope) * Math.sqrt(2 * kl) },
      "the slope itself, as if every curvature were $-1$": { displacement: (_at, slope) => -slope },
      "the other direction": { displacement: ({ sigma2 }, slope) => sigma2 * slope },
      "no displacement": { displacement: () => 0 },
    },
  }),
  define("1.1.i", {
    statement:
      "Where the two maximisers coincide, $\\nabla_\\theta \\mathrm{KL}$ is 0 there; the converse fails: in $x \\mid z \\sim N(z - \\theta^2, 1)$, $x = 0$, $m > 0$, that slope is 0 at the maximiser $\\theta = 0$ of the evidence, while the ECLL peaks at $\\pm\\sqrt{m}$",
    evidence: "closed form",
    aside: true,
    subject: {
      top: (m: number) => Math.sqrt(m),
      /** Whether the maximisers coincide, as told by the slope of KL at the top of the evidence. */
      together: (_klSlope: number, top: number): boolean => top === 0,
    },
    instance: (random, index) => ({
      ...{ m: index % 3 === 0 ? 0 : Math.exp(random.uniform(-1, 1)), s2: Math.exp(random.uniform(-2, 2)) },
    }),
    error: ({ top, together }, { m, s2 }) => {
      const model = (theta: number) => lineModel({ w: 1, sigma2: 1 }, -theta * theta), q = onLine(m, s2);
      const ecll = (theta: number) => model(theta).ecll([0], q);
      const evidence = (theta: number) => model(theta).logMarginal([0]);
      // by the chain rule; the offset −θ² has the slope −2θ, which is 0 at the top θ = 0
      const slope = (theta: number) =>
        -2 * theta * (model(theta).gradLogMarginal([0]).b[0] - model(theta).gradTheta([0], q).b[0]);
      return Math.max(
        highest(ecll, top(m)),
        difference(ecll(top(m)), ecll(-top(m))),
        highest(evidence, 0),
        difference(slope(0), 0),
        failsUnless(together(slope(0), top(m)) === !(ecll(Math.sqrt(m)) > ecll(0))),
      );
    },
    mutants: {
      "the ECLL peaks there too": { top: () => 0 },
      "it peaks at $m$": { top: (m) => m },
      "together wherever the slope of $\\mathrm{KL}$ is 0": { together: (slope) => Math.abs(slope) === 0 },
    },
  }),
  define("1.1.j", {
    statement:
      "Whether the width of $q$ matters depends on where $\\theta$ stands: as a gain, $x \\mid z \\sim N(\\theta z, \\sigma^2)$, the ECLL peaks at $x m / (m^2 + s^2)$, the evidence at $\\pm\\sqrt{x^2 - \\sigma^2}$, or at 0 for $x^2 \\le \\sigma^2$",
    evidence: "closed form",
    aside: true,
    subject: {
      ofEcll: (x: number, m: number, s2: number) => x * m / (m * m + s2),
      ofEvidence: (x: number, sigma2: number) => Math.sqrt(Math.max(0, x * x - sigma2)),
    },
    instance: (random, index) => ({ ...lineSetting(random, index), m: random.normal() }),
    error: ({ ofEcll, ofEvidence }, at) => {
      const { x, sigma2, m, s2 } = at,
        top = ofEcll(x, m, s2),
        best = ofEvidence(x, sigma2),
        q = onLine(m, s2);
      const model = (theta: number) => lineModel({ w: theta, sigma2 }, 0);
      const evidence = (theta: number) => model(theta).logMarginal([x]);
      return Math.max(
        // the slope is 0 there
        difference(model(top).gradTheta([x], q).W[0][0], 0),
        difference(model(best).gradLogMarginal([x]).W[0][0], 0),
        highest((theta) => model(theta).ecll([x], q), top),
        highest(evidence, best),
        difference(evidence(best), evidence(-best)),
      );
    },
    mutants: {
      "the width of $q$ never matters": { ofEcll: (x, m) => x / m },
      "hardly beside it": { ofEcll: (x, m, s2) => x * m / (m * m + s2) + 1e-6 },
      "the width for its square": { ofEcll: (x, m, s2) => x * m / (m * m + Math.sqrt(s2)) },
      "the maximisers coincide": { ofEcll: (x, _m, s2) => Math.sqrt(Math.max(0, x * x - s2)) },
      "the noise not taken off": { ofEvidence: (x) => Math.abs(x) },
    },
  }),
];
