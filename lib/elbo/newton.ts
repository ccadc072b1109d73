import type { Matrix, Vector } from "../math/types.ts";

/** A value with its first two derivatives at a point. */
export interface Expansion {
  readonly value: number;
  readonly gradient: Vector;
  readonly hessian: Matrix;
}

/** What lies beyond every ceiling. */
export const nowhere: Expansion = { value: Infinity, gradient: [], hessian: [] };

/**
 * A local minimum of f near `start`: Newton steps −(H + λ D)⁻¹ g with D = diag(|H| + 1), λ raised until the step
 * descends and lowered when it does (Levenberg, Marquardt). Own code: the registries' optimisers take no Hessian,
 * and to 1e-9 in the minimiser only second derivatives reach from float64 values.
 *
 * @param f value, gradient and Hessian; it may answer `nowhere` for a p at which it is sure to exceed `ceiling`
 * @param start n components, with f finite
 */
export function minimise(
  f: (p: Vector, ceiling: number) => Expansion,
  start: Vector,
): { point: number[]; value: number } {
  let point = [...start], here = f(point, Infinity), damping = 1e-3;
  for (let step = 0; step < 200; step++) {
    const move = dampedStep(here, damping);
    const promised = move === null ? 0 : -dot(here.gradient, move) / 2;
    // Below the rounding of f the step is right but f can no longer tell: take it undamped and stop.
    if (move !== null && promised <= 1e-14 * (1 + Math.abs(here.value))) {
      const last = dampedStep(here, 0) ?? move;
      const limit = here.value + 1e-12 * (1 + Math.abs(here.value));
      const end = point.map((x, i) => x + last[i]), there = f(end, limit);
      return there.value <= limit ? { point: end, value: there.value } : { point, value: here.value };
    }
    const next = move === null ? null : point.map((x, i) => x + move[i]);
    const there = next === null ? null : f(next, here.value);
    if (next !== null && there !== null && there.value < here.value) {
      [point, here] = [next, there];
      damping = damping < 1e-12 ? 0 : damping / 10;
    } else {
      damping = damping === 0 ? 1e-9 : damping * 4;
      if (damping > 1e12) break;
    }
  }
  return { point, value: here.value };
}

/** −(H + λ D)⁻¹ g by elimination, or null unless H + λ D is positive definite. */
function dampedStep({ gradient, hessian }: Expansion, damping: number): number[] | null {
  const n = gradient.length, step = gradient.map((g) => -g);
  const A = hessian.map((row, i) => row.map((h, j) => i === j ? h + damping * (Math.abs(h) + 1) : h));
  for (let k = 0; k < n; k++) {
    if (!(A[k][k] > 1e-14 * (Math.abs(hessian[k][k]) + 1))) return null;
    for (let i = k + 1; i < n; i++) {
      const factor = A[i][k] / A[k][k];
      for (let j = k; j < n; j++) A[i][j] -= factor * A[k][j];
      step[i] -= factor * step[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) step[k] -= A[k][j] * step[j];
    step[k] /= A[k][k];
  }
  return step.every(Number.isFinite) ? step : null;
}

const dot = (a: Vector, b: Vector) => a.reduce((sum, x, i) => sum + x * b[i], 0);
