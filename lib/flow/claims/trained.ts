import { bestNormal, meanLogDensity, planeMass, type RealNvp, realNvpToBase } from "../training.ts";
import type { Point } from "../points.ts";
import { failsUnless } from "../../math/difference.ts";
import type { Vector } from "../../math/types.ts";
import { claim } from "../../proof/claim.ts";
import type { Verdict } from "../../proof/verdict.ts";

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
  const toBase = realNvpToBase(trained), normal = meanLogDensity(bestNormal(train), test);
  const density = (count: Count) => (x: Vector) => {
    const { u, logAbsDet } = toBase([x[0], x[1]]);
    return count(-Math.log(2 * Math.PI) - 0.5 * (u[0] ** 2 + u[1] ** 2), logAbsDet);
  };
  const right: Count = (logPu, logAbsDetInverse) => logPu + logAbsDetInverse;
  return claim(id, {
    statement: `The learned flow is a density: its mass is 1. Held-out points get ${
      words(meanLogDensity(density(right), test))
    } nats on average, from the best normal ${words(normal)}`,
    evidence: "quadrature",
    bound: MASS,
    cases: [test],
    subject: { logDensity: right },
    error: ({ logDensity }, points) =>
      Math.max(
        Math.abs(planeMass(density(logDensity), reach) - 1),
        failsUnless(meanLogDensity(density(logDensity), points) > normal),
      ),
    mutants: {
      "no log-det": { logDensity: (logPu) => logPu },
      "the log-det with the wrong sign": { logDensity: (logPu, logAbsDet) => logPu - logAbsDet },
      "half the log-det": { logDensity: (logPu, logAbsDet) => logPu + logAbsDet / 2 },
    },
  });
}

type Count = (logPu: number, logAbsDetInverse: number) => number;
