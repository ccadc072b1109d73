import { random } from "./random.ts";
import { symmetricSpectrum } from "./spectrum.ts";

type Column = readonly number[];

/** A symmetric operator and what is known of its inverse. */
export interface SymmetricOperator {
  readonly size: number;
  /** H v. */
  apply(v: Column): number[];
  /** About H⁻¹ v. */
  precondition(v: Column): number[];
  /** Largest residual ‖H v − θ v‖ of the answer, ‖v‖ = 1: some eigenvalue lies that near to it. */
  readonly tolerance: number;
}

/** Vectors the iteration starts from, and those it keeps when the basis is full. */
const START = 4, KEPT = 16, FULL = 64;
const MOST_ROUNDS = 1000;

/**
 * min vᵀ H v / vᵀ v, by Davidson's method: the smallest Ritz value of H on a basis that grows by the
 * preconditioned residuals of the two smallest Ritz vectors.
 *
 * It starts from random vectors (of a fixed seed), as a structured start may lie in a subspace that H maps
 * into itself; following two vectors, it does not stop at a neighbour of the smallest.
 *
 * @throws RangeError where the residual does not come down to the tolerance
 */
export function smallestEigenvalue({ size, apply, precondition, tolerance }: SymmetricOperator): number {
  const draw = random(1), start = draw.list(START, () => precondition(draw.normals(size)));
  let basis: Column[] = [], images: Column[] = [], theta = NaN;
  let fresh: Column[] = start;
  const gram: number[][] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const v of fresh) {
      const q = orthonormal(v, basis);
      if (q === null) continue;
      const image = apply(q);
      basis.push(q);
      images.push(image);
      gram.push(basis.map((other) => dot(other, image)));
    }
    const full = gram.map((row, i) => gram.map((_, j) => j <= i ? row[j] : gram[j][i]));
    const { values, vectors } = symmetricSpectrum(full);
    theta = values[0];
    const ritz = (k: number, of: Column[]) => combination(of, vectors.map((row) => row[k]));
    const residuals = [0, 1].map((k) => {
      const u = ritz(k, basis);
      return ritz(k, images).map((x, i) => x - values[k] * u[i]);
    });
    if (Math.sqrt(dot(residuals[0], residuals[0])) <= tolerance) return theta;
    if (basis.length + 2 > FULL) {
      const kept = Array.from({ length: KEPT }, (_, k) => k);
      [basis, images] = [kept.map((k) => ritz(k, basis)), kept.map((k) => ritz(k, images))];
      gram.splice(
        0,
        gram.length,
        ...kept.map((k) => kept.slice(0, k + 1).map((j) => j === k ? values[k] : 0)),
      );
    }
    fresh = residuals.map(precondition);
  }
  throw new RangeError(
    `Cannot find the smallest eigenvalue: expected a residual of ${tolerance} within ${MOST_ROUNDS} rounds, got no such near ${theta}`,
  );
}

/** v without its part in the span of the orthonormal `basis`, to length 1; null where nothing is left. */
function orthonormal(v: Column, basis: readonly Column[]): number[] | null {
  let rest = normalised(v);
  for (let pass = 0; rest !== null && pass < 3; pass++) {
    const along = basis.map((q) => dot(q, rest as Column));
    const next = [...rest];
    basis.forEach((q, k) => {
      for (let i = 0; i < next.length; i++) next[i] -= along[k] * q[i];
    });
    rest = normalised(next);
  }
  return rest;
}

function normalised(v: Column): number[] | null {
  const length = Math.sqrt(dot(v, v));
  return length > 0 && Number.isFinite(length) ? v.map((x) => x / length) : null;
}

function combination(columns: readonly Column[], weights: readonly number[]): number[] {
  const out = new Array<number>(columns[0].length).fill(0);
  columns.forEach((column, k) => {
    const weight = weights[k];
    for (let i = 0; i < out.length; i++) out[i] += weight * column[i];
  });
  return out;
}

function dot(a: Column, b: Column): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
