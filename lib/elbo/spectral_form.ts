import { Matrix as Dense, SingularValueDecomposition } from "ml-matrix";
import type { Matrix, Vector } from "../math/types.ts";

/** One direction of the latent space and where W maps it: W v = s u. */
interface Direction {
  /** u, D components. */
  readonly left: Vector;
  /** v, K components. */
  readonly right: Vector;
  /** s² + σ², the variance of x along u. */
  readonly variance: number;
  /** s / (s² + σ²), from x − b along u to the posterior's mean along v. */
  readonly gain: number;
}

/**
 * W = Σ sₖ uₖ vₖᵀ in min(D, K) terms, and (I + WᵀW/σ²)⁻¹ = I − Σ vₖ vₖᵀ + Σ σ²/(sₖ² + σ²) vₖ vₖᵀ
 *
 * Where D ≥ K the sum I − Σ vₖ vₖᵀ is 0 and left out: then nothing cancels, however small σ² is, which the inverse of
 * I + WᵀW/σ² could not say.
 *
 * @param W D × K
 * @param sigma2 σ² > 0
 */
export function spectralForm(
  W: Matrix,
  sigma2: number,
): { directions: Direction[]; posteriorCov: number[][] } {
  const D = W.length, K = W[0].length, unit = powerOfTwo(W);
  const { diagonal, leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(
    new Dense(W.map((row) => row.map((value) => value / unit))),
    { autoTranspose: true },
  );
  const directions = diagonal.slice(0, Math.min(D, K)).map((ratio, k) => {
    const s = ratio * unit, variance = s * s + sigma2;
    const left = leftSingularVectors.getColumn(k), right = rightSingularVectors.getColumn(k);
    return { left, right, variance, gain: s / variance };
  });
  const unseen = K > D ? 1 : 0;
  const posteriorCov = W[0].map((_, i) =>
    W[0].map((_, j) => {
      const start = i === j ? unseen : 0;
      return directions.reduce(
        (sum, { right, variance }) => sum + (sigma2 / variance - unseen) * (right[i] * right[j]),
        start,
      );
    })
  );
  return { directions, posteriorCov };
}

/** The power of two at or below the largest |entry|, so that no square overflows; 1 for the zero matrix. */
function powerOfTwo(W: Matrix): number {
  const largest = W.reduce((m, row) => row.reduce((n, value) => Math.max(n, Math.abs(value)), m), 0);
  return largest === 0 ? 1 : 2 ** Math.max(-1022, Math.floor(Math.log2(largest)));
}
