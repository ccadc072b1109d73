import * as check from "../math/check.ts";
import { outer } from "../math/matrix.ts";
import { plus, product, productWithTranspose } from "../math/dense.ts";
import type { Matrix } from "../math/types.ts";
import { symmetricPart } from "./arguments.ts";
import type { PairOf } from "./expectation.ts";

export type ViewPair = PairOf<number>;

/** What the views' joint law says about the objective. */
interface ViewMoments {
  /** ½ E[x₁x₂ᵀ + x₂x₁ᵀ], n1 × n1. */
  readonly X: number[][];
  /** E[x₁x₁ᵀ] − X; positive semidefinite when (x₁, x₂) is exchangeable. */
  readonly Xprime: number[][];
  /** E f₁f₂ᵀ = W E[x₁x₂ᵀ] Wᵀ, n2 × n2. */
  F12of(W: Matrix): number[][];
  /** E f₂f₂ᵀ = W E[x₂x₂ᵀ] Wᵀ, n2 × n2. */
  F2of(W: Matrix): number[][];
}

/**
 * X = ½ E[x₁x₂ᵀ + x₂x₁ᵀ], X′ = E[x₁x₁ᵀ] − X, exactly, from all pairs of views that can occur.
 *
 * The views need not be exchangeable; where they are not, `F12of` and `F2of` are what the objective needs.
 *
 * @param pairs x1 and x2 of n1 components, weights that sum to 1
 * @throws RangeError for no pairs, views of different sizes, negative weights or a sum other than 1
 */
export function viewMoments(pairs: readonly ViewPair[]): ViewMoments {
  const doing = "take the moments of the views";
  const all = check.list(doing, "pairs", pairs).map((pair, i) =>
    check.object(doing, `pairs[${i}]`, pair as ViewPair)
  );
  const weights = check.probabilities(doing, "weights", all.map(({ weight }) => weight));
  const n1 = check.finiteVector(doing, "pairs[0].x1", all[0].x1).length;
  const views = all.map(({ x1, x2 }, i) => [
    check.finiteVector(doing, `pairs[${i}].x1`, x1, n1),
    check.finiteVector(doing, `pairs[${i}].x2`, x2, n1),
  ]);
  const expectation = (a: number, b: number) =>
    views.map((pair, i) => outer(pair[a].map((x) => weights[i] * x), pair[b])).reduce((S, T) => plus(S, T));
  const E11 = expectation(0, 0), E12 = expectation(0, 1), E22 = expectation(1, 1);
  // The symmetric part of E₁₁ too: (w a) b and (w b) a round differently.
  const X = symmetricPart(E12);

  const carried = (E: Matrix) => (W: Matrix) => {
    const A = check.matrix("carry the moments to the representation", "W", W, { columns: n1 });
    return productWithTranspose(product(A, E), A);
  };
  return { X, Xprime: plus(symmetricPart(E11), X, -1), F12of: carried(E12), F2of: carried(E22) };
}
