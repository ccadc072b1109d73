import { floats } from "../../math/field.ts";
import { expectationsOver } from "../expectation.ts";
import { slopesByDuals } from "../slopes.ts";

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
  let W = [[0.7]], Wp = [[learned ? 0.6 : 1]];
  for (let k = 0; k < STEPS; k++) {
    const slopes = slopesByDuals({ W, Wp, pairs }, stopped);
    const next = ([[x]]: number[][], [[slope]]: number[][]) => [[x + RATE * (-slope - DECAY * x)]];
    [W, Wp] = [next(W, slopes.W), learned ? next(Wp, slopes.Wp) : Wp];
  }
  return W[0][0];
}
