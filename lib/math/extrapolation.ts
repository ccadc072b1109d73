import { luFactor, luSolve } from "./lu.ts";
import type { Vector } from "./types.ts";

/** y′ at (t, y). */
export type Rate = (t: number, y: Vector) => number[];

/** Where a solution stands: slope is f(t, y). */
export interface State {
  readonly t: number;
  readonly y: number[];
  readonly slope: number[];
}

/**
 * A simple method whose error has an expansion in powers of h^power: one result for each number of substeps
 * of `sequence`; extrapolation to substeps of size 0 removes a power with every further column.
 */
export interface Scheme {
  readonly sequence: readonly number[];
  readonly power: 1 | 2;
  /** y(t + h) − y(t) by n substeps; null when a linear system is singular. */
  increment(state: State, h: number, n: number): number[] | null;
}

/** What a step of extrapolation came to. */
export interface Attempt {
  readonly y: number[];
  /** In units of what is allowed: at most 1 may be accepted. */
  readonly error: number;
  /** The size of the step, times this, would have an error of about a half. */
  readonly growth: number;
}

/** The error of y(t + h) = `to`, by `difference`, in units of what is allowed. */
export type ErrorNorm = (from: Vector, to: Vector, difference: Vector) => number;

export const largest = (v: Vector) => v.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/**
 * The explicit midpoint rule on n (even) substeps, smoothed: ½(z_n + z_{n−1} + s f(t + h, z_n)), expansion in
 * h². The smoothing brings in the end point: a jump of f just before it would go unseen otherwise.
 */
export function explicitMidpoint(rate: Rate): Scheme {
  return {
    sequence: [2, 4, 6, 8, 10, 12, 14],
    power: 2,
    increment({ t, y, slope }, h, n) {
      const s = h / n;
      let before = y.map(() => 0), now = slope.map((k) => s * k);
      for (let m = 1; m < n; m++) {
        const k = rate(t + m * s, y.map((x, i) => x + now[i]));
        [before, now] = [now, before.map((x, i) => x + 2 * s * k[i])];
      }
      const k = rate(t + h, y.map((x, i) => x + now[i]));
      return now.map((x, i) => (x + before[i] + s * k[i]) / 2);
    },
  };
}

/** (I − sJ) Δ = s f(t + s, y): expansion in h whatever J is, so that differences are good enough for it. */
export function implicitEuler(rate: Rate): Scheme {
  let at: State | undefined, J: number[][] = [];
  return {
    sequence: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    power: 1,
    increment(state, h, n) {
      const { t, y } = state, s = h / n;
      if (at !== state) [at, J] = [state, jacobian(rate, state, h)];
      const factors = luFactor(J.map((row, i) => row.map((x, j) => (i === j ? 1 : 0) - s * x)));
      if (factors === null) return null;
      let now = y.map(() => 0);
      for (let m = 1; m <= n; m++) {
        const k = rate(t + m * s, y.map((x, i) => x + now[i]));
        const step = luSolve(factors, k.map((x) => s * x));
        now = now.map((x, i) => x + step[i]);
      }
      return now;
    },
  };
}

/** ∂fᵢ/∂yⱼ by forward differences. */
function jacobian(rate: Rate, { t, y, slope }: State, h: number): number[][] {
  const floor = 1e-3 * (largest(y) || Math.abs(h) * largest(slope) || 1);
  const columns = y.map((x, j) => {
    const moved = x + Math.sqrt(Number.EPSILON) * Math.max(Math.abs(x), floor, 1e-200);
    return rate(t, y.map((z, i) => i === j ? moved : z)).map((k, i) => (k - slope[i]) / (moved - x));
  });
  return y.map((_, i) => columns.map((column) => column[i]));
}

/**
 * One step of size h: columns of the Aitken–Neville table are added until the last two agree, or there are no
 * more.
 */
export function extrapolate(
  { sequence, power, increment }: Scheme,
  norm: ErrorNorm,
  state: State,
  h: number,
): Attempt {
  const failed: Attempt = { y: state.y, error: Infinity, growth: 0.25 };
  let row: number[][] = [], result = failed;
  for (let j = 0; j < sequence.length && result.error > 1; j++) {
    const first = increment(state, h, sequence[j]);
    if (first === null || !first.every(Number.isFinite)) return failed;
    const next = [first];
    for (let k = 1; k <= j; k++) {
      const weight = 1 / ((sequence[j] / sequence[j - k]) ** power - 1);
      next.push(next[k - 1].map((x, i) => x + (x - row[k - 1][i]) * weight));
    }
    row = next;
    if (j < 2) continue;
    const y = state.y.map((x, i) => x + next[j][i]);
    const error = norm(state.y, y, next[j].map((x, i) => x - next[j - 1][i]));
    if (!Number.isFinite(error)) return failed;
    const aimed = 0.9 * Math.min(1e10, 0.5 / error) ** (1 / (power * j + 1));
    const early = j < sequence.length - 2;
    result = { y, error, growth: error > 1 ? clamp(aimed, 0.1, 0.7) : clamp(aimed, early ? 2 : 0.5, 4) };
  }
  return result;
}

const clamp = (x: number, from: number, to: number) => Math.max(from, Math.min(to, x));
