import type { VectorFlow } from "../../flow.ts";
import {
  bestNormal,
  meanLogDensity,
  planeLogDensity,
  planeMass,
  type RealNvp,
  realNvpFlow,
} from "../../flow/training.ts";
import type { Point } from "../../flow/points.ts";
import { failsUnless } from "../../math/difference.ts";
import { claim } from "../../notebook/claim.ts";
import type { Verdict } from "../../notebook/verdict.ts";
import { trainedMutants } from "../../zoo/flow.ts";

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
  const flow = realNvpFlow(trained), normal = meanLogDensity(bestNormal(train), test);
  const learned = meanLogDensity(planeLogDensity(flow), test);
  return claim(id, {
    statement: `The learned flow is a density: its mass is 1. Held-out points get ${
      words(learned)
    } nats on average, from the best normal ${words(normal)}`,
    evidence: "quadrature",
    bound: MASS,
    cases: [flow],
    subject: { logDensity: planeLogDensity as (flow: VectorFlow) => (x: Point) => number },
    error: ({ logDensity }, flow) =>
      Math.max(
        Math.abs(planeMass((x) => logDensity(flow)([x[0], x[1]]), reach) - 1),
        failsUnless(meanLogDensity((x) => logDensity(flow)([x[0], x[1]]), test) > normal),
      ),
    mutants: trainedMutants,
  });
}
