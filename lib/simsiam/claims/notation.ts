import type { Random } from "../../math/random.ts";
import { notation } from "../../proof/notation.ts";
import { rationals } from "../../math/exact.ts";
import { expectationsOver } from "../expectation.ts";
import { draw, exactData, M, symmetric } from "./points.ts";

/** The names of question 5 as formulas use them, and values for them over the rationals. */

const size = { W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" };
const moments = { F1: "n2 x n2", F2: "n2 x n2", F12: "n2 x n2" };

/** Everything by its definition: F₁ = F₂ = W C Wᵀ with C = X + X′, F₁₂ = W X Wᵀ, and J of them. */
export const simsiam = notation({
  symbols: { ...size, ...moments, f1: "n2", f2: "n2", B: "n2 x n2", C: "n1 x n1" },
  definitions: {
    ...{ F1: "W C W'", F2: "W C W'", F12: "W X W'" },
    ...{ B: "Wp' Wp", C: "X + Xprime" },
    J: "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
  },
});

/** The moments of the features as they come: F₁ symmetric, F₁₂ any matrix; and four constants of the trace rules. */
export const free = notation({
  symbols: {
    ...size,
    F1: "n2 x n2 symmetric",
    F2: "n2 x n2 symmetric",
    F12: "n2 x n2",
    K: "n1 x n1",
    f1: "n2",
    f2: "n2",
  },
});

/** n₁ and n₂: one number each, then unequal either way, up to 4 × 3; each tried equally often. */
const SIZES = [[1, 1], [2, 3], [3, 2], [4, 3]] as const;

/** Values for all names, with n₁ and n₂ by turns. */
export function values(random: Random, index: number) {
  const [n1, n2] = SIZES[index % SIZES.length];
  const vector = () => draw(random, 1, n2)[0];
  return {
    ...{ W: draw(random, n2, n1), Wp: draw(random, n2, n2), K: draw(random, n1, n1) },
    ...{ X: symmetric(draw(random, n1, n1)), Xprime: symmetric(draw(random, n1, n1)) },
    ...{ f1: vector(), f2: vector() },
  };
}

/** The same with moments of the features that no network need have. */
export function freeValues(random: Random, index: number) {
  const at = values(random, index), n2 = at.Wp.length;
  const square = () => draw(random, n2, n2);
  return { ...at, F1: symmetric(square()), F2: symmetric(square()), F12: square() };
}

/** Two data points with two views each, drawn independently: every pair with its weight, and X and X′ of them. */
export function viewValues(random: Random, index: number) {
  const [n1, n2] = SIZES[index % SIZES.length], { moments, pairs } = expectationsOver(rationals);
  const data = exactData(random, n1), W = draw(random, n2, n1);
  const features = pairs(data).map(({ x1, x2, weight }) => ({
    weight,
    f1: M.apply(W, x1),
    f2: M.apply(W, x2),
  }));
  return { W, Wp: draw(random, n2, n2), ...moments(data), E: { "f1, f2": features } };
}
