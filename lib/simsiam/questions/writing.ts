import { apply, vec } from "../../math/linalg.ts";
import type { Matrix } from "../../math/types.ts";
import { notation } from "../../proof/notation.ts";
import type { Writing } from "../../proof/question.ts";
import type { World } from "./world.ts";

const names = { Wp: "W_p", Xprime: "X'", f1: "f_1", f2: "f_2", F1: "F_1", F2: "F_2", F12: "F_{12}" };

/** What `proof51` is written in: the features of two views, and their second moments. */
export const writing51: Writing<Pick<World, "W" | "Wp" | "X" | "Xprime" | "pairs">> = {
  notation: notation({
    symbols: {
      ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
      ...{ f1: "n2", f2: "n2", F1: "n2 x n2", F2: "n2 x n2", F12: "n2 x n2" },
    },
    definitions: { F1: "W (X + Xprime) W'", F2: "W (X + Xprime) W'", F12: "W X W'" },
    averages: { "f1 f1'": "F1", "f2 f2'": "F2", "f1 f2'": "F12" },
    tex: names,
  }),
  scope: ({ W, Wp, X, Xprime, pairs }) => ({
    ...{ W, Wp, X, Xprime },
    E: { "f1, f2": pairs.map(({ x1, x2, weight }) => ({ weight, f1: apply(W, x1), f2: apply(W, x2) })) },
  }),
  ends: [
    "1/2 E(f1, f2, norm(Wp f1 - f2)^2)",
    "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
  ],
};

/** What `proof53` is written in: w = vec(W), which follows dw/dt = −H w. */
export const writing53: Writing<{ W: Matrix; H: Matrix; lambda0: number }> = {
  notation: notation({
    symbols: { w: "n", H: "n x n symmetric", lambda0: "scalar", t: "scalar" },
    dynamics: { "d(w, t)": "-H w" },
    bounds: { lambda0: "H" },
    tex: { lambda0: "\\lambda_0" },
  }),
  scope: ({ W, H, lambda0 }) => ({ w: vec(W), H, lambda0, t: 0 }),
  ends: ["1/2 d(w' w, t)", "-lambda0 w' w"],
};
