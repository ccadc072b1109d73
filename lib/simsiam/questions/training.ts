import { downhill } from "./world.ts";
import { floats } from "../../math/field.ts";
import { expectationsOver } from "../expectation.ts";
import { held, matrixGradient } from "../matrix_slope.ts";

/** The four networks of 5.5, by which of the two devices they have. */
export const variants = ["neither", "stopGradientOnly", "predictorOnly", "both"] as const;

const STEPS = 400, RATE = 0.2, DECAY = 0.05;
/** Far between where survivors settle (above 0.5) and where the others are by then (below 0.01). */
const ALIVE = 0.1;

let trained: boolean[] | undefined;

/** Whether w is still there after training, for each of `variants`: one weight, one predictor, views ±1 ± ½. */
export function alive(): boolean[] {
  trained ??= variants.map((name) =>
    Math.abs(train({
      stopped: name === "stopGradientOnly" || name === "both",
      learned: name === "predictorOnly" || name === "both",
    })) > ALIVE
  );
  return trained;
}

function train({ stopped, learned }: { stopped: boolean; learned: boolean }): number {
  const pairs = expectationsOver(floats).pairs([
    { weight: 0.5, views: [[0.5], [1.5]] },
    { weight: 0.5, views: [[-0.5], [-1.5]] },
  ]);
  const views = pairs.map(({ x1, x2, weight }) => ({
    x1: held(floats, [x1])[0],
    x2: held(floats, [x2])[0],
    weight: { value: weight, slope: 0 },
  }));
  let W = [[0.7]], Wp = [[learned ? 0.6 : 1]];
  for (let k = 0; k < STEPS; k++) {
    const free = downhill({ W, Wp, pairs });
    // the target W x₂ is a constant here: only the online branch is differentiated
    const slope = stopped
      ? -matrixGradient(
        floats,
        (F, A) => expectationsOver(F).loss(views, A, held(floats, Wp), held(floats, W)),
        W,
      )[0][0]
      : free.W[0][0];
    const next = W[0][0] + RATE * (slope - DECAY * W[0][0]);
    if (learned) Wp = [[Wp[0][0] + RATE * (free.Wp[0][0] - DECAY * Wp[0][0])]];
    W = [[next]];
  }
  return W[0][0];
}
