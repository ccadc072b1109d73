import {
  bestNormal,
  meanLogDensity,
  type PlanarStack,
  planarStackFlow,
  planeIntegral,
  planeMass,
  type RealNvp,
  realNvpToBase,
  ringEnergy,
} from "../solution/training.ts";
import type { Point } from "../points.ts";
import { average } from "../../math/average.ts";
import { failsUnless } from "../../math/difference.ts";
import { once } from "../../math/once.ts";
import type { Vector } from "../../math/types.ts";
import { claim } from "../../proof/claim.ts";
import type { Verdict } from "../../proof/verdict.ts";
import { LOG_2PI } from "../../math/stable.ts";

/** What the midpoint rule leaves of 1 on a learned density, which may be steep: measured 1e-5 at most. */
const MASS = 1e-4;

const words = (x: number) => x.toFixed(3).replace("-", "−");

/**
 * A learned flow is a density, and a better one than the best normal: its mass by quadrature, its log-likelihood on
 * points that were held out.
 *
 * @param id e.g. "3.2.moons"
 * @param reach half width of the square that holds all of the mass
 */
export function learnedDensity(
  id: string,
  trained: RealNvp,
  { train, test, reach }: { train: readonly Point[]; test: readonly Point[]; reach: number },
): Verdict {
  const toBase = realNvpToBase(trained), normal = bestNormal(train);
  // The broken variants are weighed on the same grid.
  const column = once((a: number) => once((b: number) => toBase([a, b])));
  const density = (count: Count) => (x: Vector) => {
    const { u, logAbsDet } = column(x[0])(x[1]);
    return count(-LOG_2PI - 0.5 * (u[0] ** 2 + u[1] ** 2), logAbsDet);
  };
  const right: Count = (logPu, logAbsDetInverse) => logPu + logAbsDetInverse;
  const gainOver = (logDensity: (x: Vector) => number, points: readonly Point[]) =>
    average(points.map((x) => logDensity([x[0], x[1]]) - normal([x[0], x[1]])));
  const { mean, error } = gainOver(density(right), test);
  return claim(id, {
    statement:
      `The learned flow is a density, its mass is 1; and a better one than the best normal: held-out points get ${
        words(mean)
      } ± ${words(error)} nats more on average, ${words(meanLogDensity(density(right), test))} for ${
        words(meanLogDensity(normal, test))
      }`,
    evidence: "quadrature",
    bound: MASS,
    cases: [test],
    subject: { logDensity: right },
    error: ({ logDensity }, points) => {
      const gain = gainOver(density(logDensity), points);
      return Math.max(
        Math.abs(planeMass(density(logDensity), reach) - 1),
        // four standard errors of the mean over the held-out points
        failsUnless(gain.mean > 4 * gain.error),
      );
    },
    mutants: {
      "no log-det": { logDensity: (logPu) => logPu },
      "the log-det with the wrong sign": { logDensity: (logPu, logAbsDet) => logPu - logAbsDet },
      "half the log-det": { logDensity: (logPu, logAbsDet) => logPu + logAbsDet / 2 },
    },
  });
}

/** How far the plane is weighed: base and target have no mass beyond. */
const WHOLE = 5;

/**
 * What a flow without an inverse has learned of e^{−E}/Z: its objective on fresh draws is the reverse divergence but
 * for log Z, which in the plane a grid can give; and so can it give the divergence itself.
 *
 * @param samples draws of the base that no training has seen
 */
export function learnedSampler(id: string, stack: PlanarStack, samples: readonly Point[]): Verdict {
  const { forward, logAbsDet } = planarStackFlow(stack);
  const logPu = (u: Vector) => -LOG_2PI - 0.5 * (u[0] ** 2 + u[1] ** 2);
  const inside = (count: Count) => (u: Vector) => count(logPu(u), -logAbsDet(u)) + ringEnergy(forward(u));
  const right: Count = (logPu, minusLogAbsDet) => logPu + minusLogAbsDet;
  const logZ = Math.log(planeMass((x) => -ringEnergy(x), WHOLE));
  const onGrid = planeIntegral((u) => Math.exp(logPu(u)) * inside(right)(u), WHOLE) + logZ;
  const drawn = average(samples.map((u) => inside(right)(u)));
  return claim(id, {
    statement: `The objective is the divergence but for $\\log Z$. On ${samples.length} fresh draws it is ${
      words(drawn.mean)
    } ± ${words(drawn.error)} nats; a grid of the plane gives $\\log Z = ${
      words(logZ)
    }$ and $\\mathrm{KL} = ${words(onGrid)}$`,
    evidence: "monte carlo",
    cases: [samples],
    subject: { inside: right, logZ },
    error: ({ inside: count, logZ }, draws) => {
      const terms = draws.map((u) => inside(count)(u));
      const objective = average(terms), weights = average(terms.map((t) => Math.exp(-t)));
      // in standard errors: from the divergence that the grid gives, and of the importance weights from their mean Z
      return Math.max(
        onGrid > 0 ? Math.abs(objective.mean + logZ - onGrid) / objective.error : Infinity,
        Math.abs(weights.mean - Math.exp(logZ)) / weights.error,
      );
    },
    mutants: {
      "the log-det with the wrong sign": { inside: (logPu, minusLogAbsDet) => logPu - minusLogAbsDet },
      "no log-det": { inside: (logPu) => logPu },
      "the energy taken for normalised": { logZ: 0 },
    },
  });
}

type Count = (logPu: number, logAbsDetInverse: number) => number;
