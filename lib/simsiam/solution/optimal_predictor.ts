import { product, productWithTranspose } from "../../math/dense.ts";
import { inverse } from "../../math/linalg.ts";
import type { Matrix } from "../../math/types.ts";

/** A row is dependent on those above it where no more than this of it is left. */
const DEPENDENT = 1e-13;

/**
 * W_p = F₁₂ᵀ F₁⁻¹ = R (Q X Qᵀ) (Q C Qᵀ)⁻¹ R⁻¹ with W = R Q, R lower triangular, Q Qᵀ = I.
 *
 * F₁ = W C Wᵀ is not formed: its condition is that of W squared, and W's rows turn alike as they collapse.
 *
 * @param W n2 × n1
 * @param X n1 × n1, symmetric
 * @param C X + X′
 * @throws RangeError when F₁ is singular: W without full row rank, or C singular on its rows
 */
export function optimalPredictor(doing: string, W: Matrix, X: Matrix, C: Matrix): number[][] {
  const factors = lowerTimesOrthonormal(W);
  if (factors === null) throw singular(doing, "rows of W that depend on each other");
  const { R, Q } = factors;
  const within = (S: Matrix) => productWithTranspose(product(Q, S), Q);
  try {
    return product(product(R, product(within(X), inverse(within(C)))), inverse(R));
  } catch (cause) {
    if (cause instanceof RangeError) throw singular(doing, "X + X′ singular on the rows of W");
    throw cause;
  }
}

function singular(doing: string, got: string): RangeError {
  return new RangeError(
    `Cannot ${doing}: expected an invertible F1 for the optimal predictor, got a singular one, with ${got}`,
  );
}

/** W = R Q by Gram–Schmidt, each row orthogonalised twice; null where a row depends on those above it. */
function lowerTimesOrthonormal(W: Matrix): { R: number[][]; Q: number[][] } | null {
  const R = W.map(() => W.map(() => 0)), Q: number[][] = [];
  for (const [k, row] of W.entries()) {
    const size = Math.hypot(...row);
    let rest = [...row];
    for (let pass = 0; pass < 2; pass++) {
      Q.forEach((q, j) => {
        const along = q.reduce((sum, x, i) => sum + x * rest[i], 0);
        R[k][j] += along;
        rest = rest.map((x, i) => x - along * q[i]);
      });
    }
    R[k][k] = Math.hypot(...rest);
    if (!(R[k][k] > DEPENDENT * size)) return null;
    Q.push(rest.map((x) => x / R[k][k]));
  }
  return { R, Q };
}
