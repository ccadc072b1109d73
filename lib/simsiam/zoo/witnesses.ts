import type { Matrix } from "../../math/types.ts";
import { add, C, minus, mul, type Point, right, scale, sub, transpose, transposed } from "./algebra.ts";

/** Wrong gradients that automatic differentiation must reject, by claim. */

type Formula = (at: Point) => Matrix;
const gradient = (formula: Formula) => ({ gradient: formula });
/** The part of ∂J/∂W that comes through the target. */
const ofTarget: Formula = (at) => sub(mul(at.W, C(at)), mul(at.Wp, at.W, at.X));

export const byTensors = {
  "5.2.c": {
    "the predictor's transpose": gradient((at) => right.gradWp(transposed(at))),
    "$C$ for $X$": gradient((at) => right.gradWp({ ...at, X: C(at) })),
    "uphill for downhill": gradient((at) => minus(right.gradWp(at))),
  },
  "5.3.f": {
    "the stop-gradient kept": gradient((at) => right.gradW(at, true)),
    "lost one half": gradient((at) => scale(2, right.gradW(at, false))),
    "$W_p$ taken to be symmetric": gradient((at) =>
      add(sub(mul(transpose(at.Wp), at.Wp, at.W, C(at)), scale(2, mul(at.Wp, at.W, at.X))), mul(at.W, C(at)))
    ),
  },
  "5.3.r": {
    "no stop-gradient": gradient((at) => right.gradW(at, false)),
    "the stop-gradient on the wrong branch": gradient(ofTarget),
  },
  "5.4.b": {
    "the stop-gradient kept": gradient(({ W, Xprime }) => mul(W, Xprime)),
    "$C$ for $X'$": gradient((at) => scale(2, mul(at.W, C(at)))),
  },
  "5.4.e": {
    "both branches moving": gradient(({ W, Xprime }) => scale(2, mul(W, Xprime))),
    "no pull at all": gradient(({ W }) => scale(0, W)),
  },
};
