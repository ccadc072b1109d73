import { difference, failsUnless } from "../../math/difference.ts";
import { floats } from "../../math/field.ts";
import {
  diagonal,
  eigenvalues,
  identity,
  matmul,
  scale,
  singularValues,
  subtract,
  transpose,
} from "../../math/linalg.ts";
import { symmetricSpectrum } from "../../math/spectrum.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import { aligned, alignedLimit, crossed, frozenLimit, type ModeStart } from "../solution/spectra.ts";
import { simsiamOver } from "../solution/formulas.ts";
import { modes } from "../solution.ts";

/** What decides, with both devices, which directions of a representation live: weight decay, and the start. */

const BOTH = { stopGradient: true, predictor: true } as const;
/** A limit, watched at a finite time. */
const LATE = 900;
/** Singular values of what lives are above 0.6 at time 100, of what dies below 1e-5. */
const SEEN = 100, ALIVE = 1e-3;

const { gradW, gradWp } = simsiamOver(floats);
/** (ẇ, ẇ_p) of one mode. */
const velocity = (x: number, xPrime: number, eta: number, w: number, p: number) => {
  const at = { W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[xPrime]] };
  return [-gradW(at, true)[0][0] - eta * w, -gradWp(at)[0][0] - eta * p];
};
/** Its slopes: cubics in each variable, so that the differences at distances 1 and 2 have no error but rounding. */
const slopes = (f: (z: number) => number[], z: number) =>
  f(z).map((_, i) => (8 * (f(z + 1)[i] - f(z - 1)[i]) - (f(z + 2)[i] - f(z - 2)[i])) / 12);

/** η at which a mode of the aligned data loses its p₊. */
const thresholdOf = (x: number) => x * x / (4 * (x + aligned.xPrime));

/** One mode without decay, by turns: one that dies from p < 0, lives, dies from p > 0, lives from p < 0; w of either sign. */
const frozenMode = (random: Random, index: number): ModeStart & { t: number } => {
  const x = random.uniform(0.6, 1.5), xPrime = random.uniform(0.1, 0.6), size = random.uniform(0.2, 0.8);
  const a = x / (x + xPrime), kind = index % 4, w = index % 8 < 4 ? size : -size;
  const [from, to] = [[-0.8, -0.3], [-0.9, 0.1], [-1.7, -1.1], [0.02, 0.3]][kind];
  const c = Math.min(a * a * random.uniform(from, to), w * w * 0.9),
    p = Math.sqrt(w * w - c) * (kind % 3 === 0 ? -1 : 1);
  // How fast its end is neared: w where it dies, p where it lives; and from p < 0 to a life it passes w near √c.
  const end = Math.sqrt(Math.abs(c)), lives = kind % 2 === 1;
  const rate = lives ? a * a + c : end * (kind === 0 ? end + a : end - a),
    passage = kind === 3 ? 8 / (end * a) : 0;
  return { x, xPrime, w, p, t: (20 / rate + passage) / (x + xPrime) };
};

const single = (x: number, xPrime: number, w: number, p: number) => ({
  ...{ W: [[w]], Wp: [[p]], X: [[x]], Xprime: [[xPrime]] },
});

export const settings = [
  define("5.5.D2.a", {
    statement:
      "One mode with weight decay $0 < \\eta < x^2 / 4 (x + x')$ rests at $w = p = p_\\pm$ with $p_\\pm = (x \\pm \\sqrt{x^2 - 4 \\eta (x + x')}) / 2 (x + x')$; the eigenvalues there are $-2 \\eta$ and $\\mp p_\\pm \\sqrt{x^2 - 4 \\eta (x + x')}$: $p_+$ attracts what starts near it, $p_-$ is a saddle",
    evidence: "closed form",
    further: true,
    subject: {
      rest: modes,
      rates: (p: number, root: number, eta: number) => [-2 * eta, -p * root],
    },
    instance: (random) => {
      const x = random.uniform(0.2, 2), xPrime = random.uniform(0, 1.5);
      return { x, xPrime, weightDecay: random.uniform(0.05, 0.95) * x * x / (4 * (x + xPrime)) };
    },
    error: ({ rest, rates }, at) => {
      const { x, xPrime, weightDecay: eta } = at, root = Math.sqrt(x * x - 4 * eta * (x + xPrime));
      const { pPlus, pMinus } = rest(at);
      return Math.max(...[[pPlus, root], [pMinus, -root]].map(([p, side]) => {
        if (p === null || side === null) return Infinity;
        const byW = slopes((w) => velocity(x, xPrime, eta, w, p), p);
        const byP = slopes((z) => velocity(x, xPrime, eta, p, z), p);
        const found = eigenvalues([[byW[0], byP[0]], [byW[1], byP[1]]]).map(({ re }) => re);
        const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
        return Math.max(
          difference(velocity(x, xPrime, eta, p, p), [0, 0]),
          difference(sorted(found), sorted(rates(p, side, eta))),
        );
      }));
    },
    mutants: {
      "the noise forgotten": { rest: (at) => modes({ ...at, xPrime: 0 }) },
      "$\\eta$ doubled": { rest: (at) => modes({ ...at, weightDecay: at.weightDecay / 2 }) },
      "both stable": { rates: (p, root, eta) => [-2 * eta, -p * Math.abs(root)] },
      "$-\\eta$ for $-2 \\eta$": { rates: (p, root, eta) => [-eta, -p * root] },
    },
  }),
  define("5.5.D2.c", {
    aside: true,
    statement:
      "Below the threshold $p_-$ is the edge of the basin on the diagonal: a start $w = p > p_-$ ends at $p_+$, a start $w = p < p_-$ at 0 (tried from a hundredth of $p_-$ off)",
    evidence: "optimiser",
    further: true,
    instances: 60,
    subject: { edge: (pMinus: number, _pPlus: number) => pMinus },
    instance: (random, index) => {
      const x = random.uniform(0.8, 1.6), xPrime = random.uniform(0.1, 0.8);
      const at = { x, xPrime, weightDecay: random.uniform(0.3, 0.8) * x * x / (4 * (x + xPrime)) };
      // a hundredth off the edge or more, on either side
      return { ...at, share: index % 2 ? random.uniform(1.01, 3) : random.uniform(0.3, 0.99) };
    },
    error: ({ edge }, { share, ...at }) => {
      const { pPlus, pMinus } = modes(at), start = share * pMinus!;
      const [, end] = gradientFlow({
        ...single(at.x, at.xPrime, start, start),
        ...BOTH,
        weightDecay: at.weightDecay,
      }, [0, 600]);
      return difference(end.W[0][0], start > edge(pMinus!, pPlus!) ? pPlus! : 0);
    },
    mutants: {
      "every start survives": { edge: () => 0 },
      "the edge a tenth further": { edge: (pMinus) => 1.1 * pMinus },
      "the edge twice as far": { edge: (pMinus) => 2 * pMinus },
      "half of $p_+$": { edge: (_, pPlus) => pPlus / 2 },
    },
  }),
  define("5.5.D2.d", {
    statement:
      "At $\\eta = x^2 / 4 (x + x')$ itself $p_+ = p_-$ attracts from above only: a start $w = p$ below it dies",
    evidence: "optimiser",
    further: true,
    aside: true,
    instances: 24,
    subject: { dies: (share: number) => share < 1 },
    instance: (random, index) => {
      const x = random.uniform(0.8, 1.6), xPrime = random.uniform(0.1, 0.8);
      return { x, xPrime, share: index % 2 ? random.uniform(1.02, 2) : random.uniform(0.4, 0.98) };
    },
    error: ({ dies }, { x, xPrime, share }) => {
      const { threshold } = modes({ x, xPrime, weightDecay: 0 }),
        p = x / (2 * (x + xPrime)),
        start = share * p;
      const [, end] = gradientFlow({ ...single(x, xPrime, start, start), ...BOTH, weightDecay: threshold }, [
        0,
        800,
      ]);
      // the approach from above is slow, like 1/t: it is not below p, and near it
      const left = end.W[0][0];
      return failsUnless(dies(share) ? left < 1e-3 : left >= p && left < 1.2 * p);
    },
    mutants: {
      "attracts from both sides": { dies: () => false },
      "from no side": { dies: () => true },
      "also from a little below": { dies: (share) => share < 0.95 },
    },
  }),
  define("5.5.D2.b", {
    statement: `Weight decay is a spectral filter: with $x = ${
      aligned.x.join(", ")
    }$ and $x' = ${aligned.xPrime}$ each mode, started at $w = ${aligned.w}$, $p = ${aligned.p}$, ends at its own $p_+$ up to nine tenths of its own threshold $x^2 / 4 (x + x')$, and at 0 beyond the threshold`,
    evidence: "optimiser",
    further: true,
    // for each threshold, nine tenths of it and a twentieth beyond
    cases: [0.03, ...aligned.x.flatMap((x) => [0.9, 1.05].map((share) => share * thresholdOf(x)))],
    subject: { limit: alignedLimit },
    error: ({ limit }, eta) => {
      const { x, xPrime, w, p } = aligned, I = identity(3);
      const at = { X: diagonal(x), Xprime: scale(xPrime, I), W: scale(w, I), Wp: scale(p, I) };
      const end = gradientFlow({ ...at, ...BOTH, weightDecay: eta }, [0, LATE])[1].W;
      return difference(end, diagonal(x.map((one) => limit(one, eta))));
    },
    mutants: {
      "nothing dies": { limit: (x) => x / (x + aligned.xPrime) },
      "every threshold a seventh lower": {
        limit: (x, eta) => eta > 0.85 * thresholdOf(x) ? 0 : alignedLimit(x, eta),
      },
      "one threshold for all": {
        limit: (x, eta) => {
          const { xPrime } = aligned, own = thresholdOf(x);
          return eta > 0.2 ? 0 : modes({ x, xPrime, weightDecay: Math.min(eta, own) }).pPlus!;
        },
      },
    },
  }),
  define("5.5.D3.a", {
    statement:
      "Without weight decay $c = w^2 - p^2$ is frozen, and so is the fate of a mode with $w(0) \\neq 0$: with $a = x / (x + x')$ it ends at $\\lvert w \\rvert = \\sqrt{a^2 + c}$, or dies where $c < -a^2$, or $c \\le 0$ with $p(0) < 0$",
    evidence: "optimiser",
    further: true,
    instances: 24,
    subject: { limit: frozenLimit },
    instance: frozenMode,
    error: ({ limit }, { x, xPrime, w, p, t }) => {
      const end = gradientFlow({ ...single(x, xPrime, w, p), ...BOTH }, [0, t])[1].W[0][0];
      return difference(Math.abs(end), limit({ x, xPrime, w, p }));
    },
    mutants: {
      "every mode survives": {
        limit: ({ x, xPrime, w, p }) => Math.sqrt(Math.max(0.01, (x / (x + xPrime)) ** 2 + w * w - p * p)),
      },
      "every start with $p(0) < 0$ dies": { limit: (at) => at.p < 0 ? 0 : frozenLimit(at) },
      "the sign of $p(0)$ forgotten": {
        limit: ({ x, xPrime, w, p }) => Math.sqrt(Math.max(0, (x / (x + xPrime)) ** 2 + w * w - p * p)),
      },
      "dead only beyond $c < -\\tfrac43 a^2$": {
        limit: (at) => {
          const { x, xPrime, w, p } = at, a2 = (x / (x + xPrime)) ** 2, c = w * w - p * p;
          return p > 0 && -4 / 3 * a2 <= c && c < -a2 ? x / (x + xPrime) : frozenLimit(at);
        },
      },
      "the start forgotten": { limit: ({ x, xPrime }) => x / (x + xPrime) },
    },
  }),
  define("5.5.D3.b", {
    aside: true,
    statement:
      "Where no two matrices commute, an observation: of three singular values of $W$ one dies without weight decay ($W W^\\top - W_p^\\top W_p$ has the eigenvalue $-1.554 < -1 \\le -a^2$), none at $\\eta = 0.02$, all at $\\eta = 1$",
    evidence: "optimiser",
    further: true,
    cases: [0, 0.02, 1],
    subject: { alive: (eta: number) => eta === 0 ? 2 : eta < 0.1 ? 3 : 0, least: -1.554 },
    error: ({ alive, least }, eta) => {
      const end = gradientFlow({ ...crossed, ...BOTH, weightDecay: eta }, [0, SEEN])[1].W;
      const { W, Wp } = crossed;
      const frozen = subtract(matmul(W, transpose(W)), matmul(transpose(Wp), Wp));
      return Math.max(
        failsUnless(singularValues(end).filter((value) => value > ALIVE).length === alive(eta)),
        // three decimals of it are printed
        failsUnless(Math.abs(symmetricSpectrum(frozen).values[0] - least) < 5e-4),
      );
    },
    mutants: {
      "another eigenvalue": { least: -1.454 },
      "without decay nothing dies": { alive: (eta) => eta < 0.1 ? 3 : 0 },
      "decay only ever costs directions": { alive: (eta) => eta < 0.1 ? 2 : 0 },
    },
  }),
];
