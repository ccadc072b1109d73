import { planar } from "../mod.ts";
import type { BaseToData, DataToBase } from "../grants.ts";
import { ruled, type RuledPlan, ruledPlan } from "../nodes.ts";
import { forwardKlObjective, reverseKlObjective } from "../solution.ts";
import { scene, scenePlan } from "../scene.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { pushforward } from "../../math/divergence.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import { define } from "../../proof/claim.ts";
import { LOG_2PI } from "../../math/stable.ts";

/** 3.2.e–m, o: what each objective asks for, and what the other direction would cost. */

const HALF_LOG_2PI = LOG_2PI / 2;
const sumOf = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0);

/** What the best classifier says of a point, shown e^logRatio data for each draw of the model. */
const logit = (logPx: number, logModel: number, logRatio: number) => logPx - logModel + logRatio;
const shown = (random: Random, index: number) => ({
  plan: ruledPlan(random, 1 + index),
  at: random.normal(),
  logRatio: index % 4 === 0 ? 0 : random.uniform(-1, 1),
});

export const scenarios = [
  define("3.2.e", {
    statement:
      "Density without samples: the reverse divergence; samples without density: the forward one. As written in 3.2.b and 3.2.c each asks for what its scenario grants and for nothing else of the data",
    evidence: "exact",
    subject: {
      forward: forwardKlObjective as (
        data: Granted,
        flow: DataToBase<number>,
        us: readonly number[],
      ) => number,
      reverse: reverseKlObjective as (
        data: Granted,
        flow: BaseToData<number>,
        us: readonly number[],
      ) => number,
      choice: { densityOnly: "reverse", samplesOnly: "forward" } as Record<Scenario, Direction>,
    },
    instance: (random, index) => ({
      plan: scenePlan(random, index),
      xs: random.list(8, () => random.uniform(0.1, 2)),
      us: random.normals(8),
    }),
    error: (subject, { plan, xs, us }) => {
      const { logPu, inverse, F, logAbsDetF, logAbsDetInverse, logPx, flow: map, base } = scene(plan);
      const flow = { logPu, inverse, logAbsDetInverse, forward: F, logAbsDet: logAbsDetF };
      const model = pushforward(base, map), average = (list: readonly number[]) => sumOf(list) / list.length;
      // from the model's density, which knows of no objective
      const wanted = {
        forward: average(xs.map((x) => -model.logDensity(x))),
        reverse: average(us.map((u) => model.logDensity(F(u)) - logPx(F(u)))),
      };
      const asked = (direction: Direction) => {
        const names = new Set<string>();
        const watched = {
          get samples() {
            return names.add("samples") && xs;
          },
          get logPx() {
            return names.add("logPx") && logPx;
          },
        };
        const value = subject[direction](watched, flow, us);
        return Math.abs(value - wanted[direction]) < 1e-9 * (1 + Math.abs(value)) ? [...names] : [];
      };
      const { densityOnly, samplesOnly } = subject.choice;
      return Math.max(
        failsUnless(asked(densityOnly).join() === "logPx"),
        failsUnless(asked(samplesOnly).join() === "samples"),
      );
    },
    mutants: {
      "forward and reverse swapped": { choice: { densityOnly: "forward", samplesOnly: "reverse" } },
      "forward in both": { choice: { densityOnly: "forward", samplesOnly: "forward" } },
      "reverse in both": { choice: { densityOnly: "reverse", samplesOnly: "reverse" } },
      "a forward objective without the log-determinant": {
        forward: ({ samples }, { logPu, inverse, ...flow }) =>
          forwardKlObjective({ samples }, { ...flow, logPu, inverse, logAbsDetInverse: () => 0 }),
      },
      "a reverse objective that forgets the model's entropy": {
        reverse: ({ logPx }, { forward }, us) => -sumOf(us.map((u) => logPx(forward(u)))) / us.length,
      },
      "a forward objective that asks for the data's entropy": {
        forward: ({ samples, logPx }) => samples.reduce((sum, x) => sum + logPx(x), 0),
      },
    },
  }),
  define("3.2.f", {
    aside: true,
    statement:
      "A planar map taken from data to base trains by forward KL without one inversion: its forward pass is $F^{-1}$. Taken from base to data it must be inverted, numerically, at every data point",
    evidence: "quadrature",
    subject: {
      toBase: dataToBase,
      asked: (toBase: number, fromBase: number) => toBase === 0 && fromBase > 0,
    },
    instance: planarPlan,
    error: ({ toBase, asked }, { c, w, b }) => {
      const map = planarOnLine(c / w, w, b), other = planarOnLine(c / w, w, b);
      const mass = massOf(toBase(map), -b / w);
      forwardKlObjective({ samples: [0.5] }, { logPu: logNormal, ...baseToData(other) });
      return Math.max(difference(mass, 1), failsUnless(asked(map.inversions(), other.inversions())));
    },
    mutants: {
      "the planar map from base to data": { toBase: baseToData },
      "both directions are free": { asked: (toBase, fromBase) => toBase === 0 && fromBase === 0 },
      "the log-det with the wrong sign": {
        toBase: ({ forward, logAbsDet }) => ({
          inverse: forward,
          logAbsDetInverse: (x: number) => -logAbsDet(x),
        }),
      },
    },
  }),
  define("3.2.k", {
    statement:
      "With a density alone the forward divergence is not out of reach: draws of a model that reaches all data, weighted by $w = \\tilde p_X / p_{F(U)}$ and divided by the sum of the weights, give $\\mathbb{E}_{p_X}$ of anything. The price is the spread of the weights",
    evidence: "quadrature",
    further: true,
    subject: {
      logWeight: (logPx: number, logModel: number) => logPx - logModel,
      share: (sum: number, weights: number) => sum / weights,
    },
    instance: (random, index) => ({ plan: ruledPlan(random, 1 + index), factor: random.uniform(-2, 2) }),
    error: ({ logWeight, share }, { plan, factor }) => {
      const { F, pU, pX, pF, det, overX, overU } = sums(plan);
      const logModel = (u: number) => Math.log(pU(u) / det(u));
      // a density known up to the factor e^factor, asked where the model draws
      const w = (u: number) => pU(u) * Math.exp(logWeight(Math.log(pX(F(u))) + factor, logModel(u)));
      const wanted = overX((x) => -pX(x) * Math.log(pF(x)));
      return difference(share(overU((u) => -w(u) * logModel(u)), overU(w)), wanted);
    },
    mutants: {
      "the weights not divided by their sum": { share: (sum) => sum },
      "the density alone as weight": { logWeight: (logPx) => logPx },
    },
  }),
  define("3.2.l", {
    statement:
      "With samples alone the reverse divergence is not out of reach either: a classifier that tells data from draws of the model, shown $r$ of the one for each of the other, has at its best the logit $s = \\log (p_X / p_{F(U)}) + \\log r$",
    evidence: "quadrature",
    further: true,
    subject: { logit },
    instance: shown,
    error: ({ logit }, { plan, at, logRatio }) => {
      const { F, Finv, pU, pX, pF, overX, overU } = sums(plan), r = Math.exp(logRatio);
      const truth = (x: number) => 1 / (1 + Math.exp(-logit(Math.log(pX(x)), Math.log(pF(x)), logRatio)));
      // the slope of r E log σ(s) over data + E log σ(−s) over draws, in the direction h: 0 at the best s
      const h = (x: number) => Math.cos(Finv(x) - at);
      const slope = overX((x) => r * pX(x) * (1 - truth(x)) * h(x)) -
        overU((u) => pU(u) * truth(F(u)) * h(F(u)));
      return Math.abs(slope);
    },
    mutants: {
      "as if as many of either were shown": { logit: (logPx, logModel) => logPx - logModel },
      "the logit upside down": { logit: (logPx, logModel) => logModel - logPx },
      "the data's density alone": { logit: (logPx) => logPx },
    },
  }),
  define("3.2.o", {
    aside: true,
    statement:
      "From that logit $\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\log r - \\mathbb{E}\\, s(F(U))$. The price is a second model",
    evidence: "quadrature",
    further: true,
    subject: { reverse: (meanLogit: number, logRatio: number) => logRatio - meanLogit },
    instance: shown,
    error: ({ reverse }, { plan, logRatio }) => {
      const { F, pU, pX, pF, overX, overU } = sums(plan);
      const meanLogit = overU((u) => pU(u) * logit(Math.log(pX(F(u))), Math.log(pF(F(u))), logRatio));
      return difference(
        reverse(meanLogit, logRatio),
        overX((x) => pF(x) * Math.log(pF(x) / pX(x))),
      );
    },
    mutants: {
      "the shares left in the divergence": { reverse: (meanLogit) => -meanLogit },
      "the shares counted twice": { reverse: (meanLogit, logRatio) => 2 * logRatio - meanLogit },
      "the mean logit itself": { reverse: (meanLogit) => meanLogit },
    },
  }),
  define("3.2.m", {
    aside: true,
    statement:
      "A planar map that folds gives a “density” of mass above 1: $p_U(F(x)) \\lvert\\det J_F(x)\\rvert$ counts a point of the base once for every $x$ that reaches it",
    evidence: "quadrature",
    further: true,
    subject: { tooMuch: (product: number) => product < -1 },
    instances: 100,
    instance: (random, index) => ({
      ...planarPlan(random),
      c: index < 4 ? -0.999 : index % 2 === 0 ? -1 - 10 ** random.uniform(-3, 0.5) : random.uniform(-1, 2),
    }),
    error: ({ tooMuch }, { c, w, b }) => {
      const mass = massOf(dataToBase(planarOnLine(c / w, w, b)), -b / w);
      return tooMuch(c) ? failsUnless(mass > 1 + 1e-6) : difference(mass, 1);
    },
    mutants: {
      "the mass is 1 whatever the map": { tooMuch: () => false },
      "only where it folds by more than a two-hundredth": { tooMuch: (product) => product < -1.005 },
      "too much from a hundredth earlier on": { tooMuch: (product) => product < -0.99 },
      "too much as soon as it squeezes": { tooMuch: (product) => product < 0 },
    },
  }),
];

/** A setting on the line with its two integrals as sums over nodes. */
function sums(plan: RuledPlan) {
  const setting = ruled(plan), { x, u } = setting.integral;
  const over = (nodes: typeof x) => (f: (at: number) => number) =>
    nodes.reduce((sum, node) => sum + node.weight * f(node.x), 0);
  return { ...setting, overX: over(x), overU: over(u) };
}

type Direction = "forward" | "reverse";
type Scenario = "densityOnly" | "samplesOnly";
interface Granted {
  readonly samples: readonly number[];
  logPx(x: number): number;
}

/** The planar map x + u tanh(w x + b) of the line; it counts how often it was inverted. */
function planarOnLine(u: number, w: number, b: number) {
  const map = planar({ u: [u], w: [w], b });
  let calls = 0;
  const inverse = (x: number) => {
    calls++;
    return map.inverse([x])[0];
  };
  const forward = (x: number) => map.forward([x])[0], logAbsDet = (x: number) => map.logAbsDet([x]);
  return { forward, inverse, logAbsDet, inversions: () => calls };
}

/** A map as the way from data to base. */
function dataToBase({ forward, logAbsDet }: ReturnType<typeof planarOnLine>) {
  return { inverse: forward, logAbsDetInverse: logAbsDet };
}

/** The same map as the way from base to data: F⁻¹ is its inverse. */
function baseToData({ inverse, logAbsDet }: ReturnType<typeof planarOnLine>) {
  return { inverse, logAbsDetInverse: (x: number) => -logAbsDet(inverse(x)) };
}

/** A planar map of the line by w·u and w, one-to-one. */
function planarPlan(random: Random) {
  return {
    c: random.uniform(-0.9, 2),
    w: random.pick([-1, 1]) * random.uniform(0.5, 2),
    b: random.normal(),
  };
}

const logNormal = (u: number) => -HALF_LOG_2PI - u * u / 2;

/** The mass of the density that the forward objective gives to every point, base N(0, 1). */
function massOf(toBase: Pick<DataToBase<number>, "inverse" | "logAbsDetInverse">, crease: number): number {
  const density = (x: number) =>
    Math.exp(-forwardKlObjective({ samples: [x] }, { logPu: logNormal, ...toBase }));
  return integrate(density, -Infinity, Infinity, { breakpoints: [crease, crease - 3, crease + 3, -4, 4] });
}
