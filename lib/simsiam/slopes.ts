import { floats } from "../math/field.ts";
import type { Matrix } from "../math/types.ts";
import { expectationsOver, type PairOf } from "./expectation.ts";
import { held, heldPairs, matrixGradient } from "./matrix_slope.ts";

/** A network, a predictor, and every pair of views that can occur. */
export interface Batch {
  /** n2 × n1. */
  readonly W: Matrix;
  /** n2 × n2. */
  readonly Wp: Matrix;
  readonly pairs: readonly PairOf<number>[];
}

export interface Slopes {
  readonly W: number[][];
  readonly Wp: number[][];
}

/** ∂/∂W and ∂/∂W_p of ½ E ‖W_p W x₁ − W x₂‖² by dual numbers over floats; stopped: the W of the target is a constant. */
export function slopesByDuals({ W, Wp, pairs }: Batch, stopped: boolean): Slopes {
  const views = heldPairs(floats, pairs), [network, predictor] = [W, Wp].map((A) => held(floats, A));
  return {
    W: matrixGradient(
      floats,
      (F, A) => expectationsOver(F).loss(views, A, predictor, stopped ? network : A),
      W,
    ),
    Wp: matrixGradient(floats, (F, A) => expectationsOver(F).loss(views, network, A), Wp),
  };
}
