import { Matrix as Dense, pseudoInverse } from "ml-matrix";
import * as check from "../math/check.ts";
import { cholesky, spectralNorm } from "../math/linalg.ts";
import type { Matrix, Vector } from "../math/types.ts";

const families = ["constant", "gain", "linear", "affine"] as const;

/** How the mean of an encoder may depend on x: a | g · gain(x) | A x | A x + a. */
export type EncoderFamily = typeof families[number];

/**
 * argmin over m in the family of Σᵢ ½ (m(xᵢ) − μᵢ)ᵀ Λ (m(xᵢ) − μᵢ): weighted least squares, of least norm where
 * the points leave a choice
 *
 * @param data.points n × D, the xᵢ
 * @param data.targets n × K, the μᵢ
 * @param data.metric Λ, K × K, positive definite
 * @param data.gain the one direction of the family "gain", x ↦ K components
 */
export function linearEncoder(
  { points, targets, metric, gain }: {
    points: Matrix;
    targets: Matrix;
    metric: Matrix;
    gain: (x: Vector) => Vector;
  },
  family: EncoderFamily,
): (x: Vector) => number[] {
  check.oneOf("fit an encoder", "family", family, families);
  const K = metric.length;
  const features = (x: Vector): Vector => family === "constant" ? [1] : family === "linear" ? x : [...x, 1];
  /** Columns of the K × P matrix B(x) with m(x) = B(x) a. */
  const basis = (x: Vector): Vector[] =>
    family === "gain"
      ? [gain(x)]
      : features(x).flatMap((f) =>
        Array.from({ length: K }, (_, k) => Array.from({ length: K }, (_, j) => j === k ? f : 0))
      );
  const L = cholesky(metric);
  /** Lᵀ v: the coordinates in which Λ is the identity. */
  const whiten = (v: Vector) => v.map((_, k) => v.reduce((sum, x, j) => sum + L[j][k] * x, 0));

  const columns = points.map((x) => basis(x).map(whiten));
  const design = columns.flatMap((column) => column[0].map((_, k) => column.map((v) => v[k])));
  const right = targets.flatMap((mu) => whiten(mu).map((v) => [v]));
  // Singular values below 1e-12 of the largest are directions that the points do not determine.
  const threshold = 1e-12 * spectralNorm(design);
  const coefficients = pseudoInverse(new Dense(design), threshold).mmul(new Dense(right)).to1DArray();
  return (x) => {
    const B = basis(x);
    return Array.from(
      { length: K },
      (_, k) => B.reduce((sum, column, p) => sum + column[k] * coefficients[p], 0),
    );
  };
}
