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
interface Scheme {
  readonly sequence: readonly number[];
  readonly power: 1 | 2;
  /** y(t + h) − y(t) by n substeps; null when a linear system is singular. */
  increment(state: State, h: number, n: number): number[] | null;
  /** Whether f jumps on the way to y(t + h) = `to` by n substeps, the last that were taken, and more than is allowed. */
  jumped(state: State, h: number, n: number, to: Vector, errors: Errors): boolean;
}

/** What a step of extrapolation came to. */
export interface Attempt {
  readonly y: number[];
  /** In units of what is allowed: at most 1 may be accepted. */
  readonly error: number;
  /** The size of the step, times this, would have an error of about a half. */
  readonly growth: number;
}

/** The errors of y(t + h) = `to`, by differences, component by component, in units of what is allowed. */
export type Errors = (from: Vector, to: Vector) => (difference: Vector) => number[];

export const largest = (v: Vector) => v.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/** a + c b. A loop: `map` makes its list for small integers, and once more for what is in it. */
function plus(a: Vector, b: Vector, c = 1): number[] {
  const out = new Array<number>(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] + c * b[i];
  return out;
}

/**
 * The explicit midpoint rule on n (even) substeps, smoothed: ½(z_n + z_{n−1} + s f(t + h, z_n)), expansion in
 * h². The smoothing brings in the end point: a jump of f just before it would go unseen otherwise.
 */
export function explicitMidpoint(rate: Rate): Scheme {
  let seen: State[] = [];
  const look = (t: number, y: number[]) => {
    const slope = rate(t, y);
    seen.push({ t, y, slope });
    return slope;
  };
  return {
    sequence: [2, 4, 6, 8, 10, 12, 14],
    power: 2,
    increment(state, h, n) {
      const { t, y, slope } = state, s = h / n;
      seen = [state];
      let before = y.map(() => 0), now = slope.map((k) => s * k);
      for (let m = 1; m < n; m++) {
        const k = look(t + m * s, plus(y, now));
        [before, now] = [now, plus(before, k, 2 * s)];
      }
      const k = look(t + h, plus(y, now));
      return now.map((x, i) => (x + before[i] + s * k[i]) / 2);
    },
    jumped({ y }, h, _, to, errors) {
      const inUnits = errors(y, to);
      return jumpsAlong(rate, seen, [], (a, b) => inUnits(b.map((x, i) => h * (x - a[i]))));
    },
  };
}

/**
 * (I − sJ) Δ = s f(t + s, y): expansion in h whatever J is, so that differences are good enough for it.
 *
 * A jump of f within the first substep, or the last, leaves the expansion in h as it is, and so goes unseen: there
 * it is looked for.
 */
export function implicitEuler(rate: Rate): Scheme {
  let at: State | undefined, J: number[][] = [], seen: State[] = [];
  const factored = (s: number) => luFactor(J.map((row, i) => row.map((x, j) => (i === j ? 1 : 0) - s * x)));
  return {
    sequence: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    power: 1,
    increment(state, h, n) {
      const s = h / n;
      if (at !== state) [at, J] = [state, jacobian(rate, state, h)];
      const factors = factored(s);
      if (factors === null) return null;
      seen = [state];
      let now = state.y.map(() => 0);
      for (let m = 1; m <= n; m++) {
        const t = state.t + m * s, y = plus(state.y, now), slope = rate(t, y);
        seen.push({ t, y, slope });
        const step = luSolve(factors, slope.map((x) => s * x));
        now = plus(now, step);
      }
      return now;
    },
    jumped({ t, y }, h, n, to, errors) {
      const s = h / n,
        factors = factored(s),
        inUnits = errors(y, to),
        path = [...seen, { t: t + h, y: [...to], slope: rate(t + h, to) }];
      // What a substep with the one slope in place of the other changes.
      return factors === null ||
        jumpsAlong(
          rate,
          path,
          [0, 1, n - 1, n],
          (a, b) => inUnits(luSolve(factors, b.map((x, i) => s * (x - a[i])))),
        );
    },
  };
}

/** What a change of slope amounts to, component by component, in units of what is allowed. */
type Apart = (a: Vector, b: Vector) => number[];

/** Whether f jumps between two states of the path, where it is suspect or the first of the two is listed. */
function jumpsAlong(rate: Rate, path: readonly State[], listed: readonly number[], apart: Apart): boolean {
  const zero = path[0].y.map(() => 0);
  const changes = path.slice(1).map(({ slope }, m) => apart(path[m].slope, slope));
  const suspect = unusual(changes, path.map(({ slope }) => apart(zero, slope)));
  return [...new Set([...listed, ...suspect])].some((m) => {
    const [a, b] = [path[m], path[m + 1]];
    return jumps(
      (share) => rate(a.t + share * (b.t - a.t), a.y.map((x, i) => x + share * (b.y[i] - x))),
      apart,
    );
  });
}

/** A substep's change of slope is looked into where it is this many times the median, or a fourth of the slope. */
const UNUSUAL = 4;

/** The substeps, three at most, over which a component's slope changes unlike over the others. */
function unusual(changes: readonly Vector[], sizes: readonly Vector[]): number[] {
  const found = changes[0].flatMap((_, i) => {
    const all = changes.map((change) => change[i]), most = Math.max(...all);
    if (!(most > 1)) return [];
    const usual = all.toSorted((a, b) => a - b)[all.length >> 1];
    const least = Math.min(UNUSUAL * usual, Math.max(...sizes.map((size) => size[i])) / UNUSUAL);
    return most > Math.max(1, least) ? [{ m: all.indexOf(most), ratio: most / least }] : [];
  });
  return [...new Set(found.sort((a, b) => b.ratio - a.ratio).map(({ m }) => m))].slice(0, 3);
}

/**
 * Whether a component's change of slope from 0 to 1 stays in one half, and in one half of that, …: it jumps. What
 * amounts to no more than 1 is nothing.
 */
function jumps(f: (share: number) => Vector, apart: Apart): boolean {
  const ends: [Vector, Vector] = [f(0), f(1)], middle = f(0.5), all = apart(...ends);
  const [left, right] = [apart(ends[0], middle), apart(middle, ends[1])], most = largest(all);
  return all.some((change, i) => {
    if (!(change > 1)) return Number.isNaN(change);
    // Half of a smooth change falls to each half: only the largest is followed although it does so.
    if (change < most && Math.max(left[i], right[i]) < 0.75 * change) return false;
    let [a, b] = [0, 1], [atA, atB] = ends, size = change, smooth = 0;
    for (let halved = 0; halved < 48 && smooth < 8; halved++) {
      if (size <= 1) return false;
      const half = a / 2 + b / 2, at = f(half), first = apart(atA, at)[i], second = apart(at, atB)[i];
      smooth = Math.max(first, second) < 0.6 * size ? smooth + 1 : 0;
      if (first > second) [b, atB, size] = [half, at, first];
      else [a, atA, size] = [half, at, second];
    }
    return smooth < 8;
  });
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
 * more; and f must not jump on the way, or the agreement may be an accident.
 */
export function extrapolate(
  scheme: Scheme,
  errors: Errors,
  state: State,
  h: number,
): Attempt {
  const { sequence, power } = scheme;
  const failed: Attempt = { y: state.y, error: Infinity, growth: 0.25 };
  let row: number[][] = [], result = failed;
  for (let j = 0; j < sequence.length && result.error > 1; j++) {
    const first = scheme.increment(state, h, sequence[j]);
    if (first === null || !first.every(Number.isFinite)) return failed;
    const next = [first];
    for (let k = 1; k <= j; k++) {
      const weight = 1 / ((sequence[j] / sequence[j - k]) ** power - 1);
      next.push(next[k - 1].map((x, i) => x + (x - row[k - 1][i]) * weight));
    }
    const before = row;
    row = next;
    if (j < 2) continue;
    const y = plus(state.y, next[j]);
    // The last column alone changes too little where the steps are at the end of their stability: there most of a
    // column's change is one that all columns share.
    const share = Math.min(5, (sequence[j] / sequence[0]) ** power);
    const error = largest(errors(state.y, y)(next[j].map((x, i) => (x - before[j - 1][i]) / share)));
    if (!Number.isFinite(error)) return failed;
    if (error <= 1 && scheme.jumped(state, h, sequence[j], y, errors)) return failed;
    const aimed = 0.9 * Math.min(1e10, 0.5 / error) ** (1 / (power * j + 1));
    const early = j < sequence.length - 2;
    result = { y, error, growth: error > 1 ? clamp(aimed, 0.1, 0.7) : clamp(aimed, early ? 2 : 0.5, 4) };
  }
  return result;
}

const clamp = (x: number, from: number, to: number) => Math.max(from, Math.min(to, x));
