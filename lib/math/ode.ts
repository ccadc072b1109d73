import * as check from "./check.ts";
import {
  type Attempt,
  type Errors,
  explicitMidpoint,
  extrapolate,
  implicitEuler,
  largest,
  type Rate,
  type State,
} from "./extrapolation.ts";
import type { Vector } from "./types.ts";

/** Options of `solveOde`. */
interface OdeOptions {
  /** Error aimed at, relative to `magnitude`: at least 1e-13, by default 1e-10. */
  readonly tolerance?: number;
  /**
   * What each component's error is measured against, as a function of the state. By default the component's
   * own size, but no less than 1e-3 of the largest component's.
   */
  readonly magnitude?: (y: Vector) => Vector;
}

/** Below this no relative accuracy is asked for: floats lose their digits on the way to 5e-324. */
const NOTHING = 1e-280;
/** No step aims at less: what is left of a float after extrapolation's own rounding. */
const FINEST = 1e-13;
const MOST_STEPS = 100_000;
/** So many steps in a row, each below 1e-7 of the way, are a solution that f turns back again and again. */
const MOST_SMALL_STEPS = 5000;
/** An implicit step is worth its linear algebra where it goes this many times further. */
const WORTHWHILE = 16;

/**
 * y(t) for y′ = f(t, y), y(times[0]) = y0, at every one of `times`.
 *
 * Extrapolated explicit midpoint steps (order up to 14), their size chosen by the error estimate. Every so
 * often one linearly implicit step of 16 times the size is tried: where that succeeds the problem is stiff,
 * and the solver goes on implicitly until explicit steps do as well again. What neither can reach within the
 * tolerance is an error, never a wrong number. Where f jumps, the steps shrink until the jump no longer counts; what
 * f does between two times at which it is asked, some hundredths of the whole way apart, cannot be seen.
 *
 * @param f slope at (t, y), of y's length; it gets copies
 * @param y0 state at times[0]
 * @param times ascending or descending; the first is the initial time
 * @returns one state for each time, the first is y0
 * @throws RangeError for values that are not finite, a tolerance below 1e-13, times out of order, and where
 * the solution ends (a pole), is sent back by a jump of f again and again, or more than 100000 steps were needed
 * @source Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I (II.9) and II (IV.9)
 */
export function solveOde(
  f: (t: number, y: Vector) => Vector,
  y0: Vector,
  times: Vector,
  options: OdeOptions = {},
): number[][] {
  const doing = "solve the ODE";
  check.callable(doing, "f", f);
  const start = check.finiteVector(doing, "y0", y0);
  const at = orderedTimes(doing, times);
  const { tolerance = 1e-10, magnitude = ownSize } = check.object(doing, "options", options);
  if (check.positive(doing, "tolerance", tolerance) < FINEST) {
    throw new RangeError(`Cannot ${doing}: expected a tolerance of at least ${FINEST}, got ${tolerance}`);
  }
  check.finiteVector(
    doing,
    "magnitude(y0)",
    check.callable(doing, "magnitude", magnitude)(start),
    start.length,
  );
  const rate = checkedRate(f, start.length);
  // Local errors add up: a tenth leaves room for them, and costs a fifth more steps at these orders.
  const errors = relativeTo(Math.max(tolerance / 10, FINEST), magnitude);

  const slope = rate(at[0], start);
  check.finiteVector(doing, "f(times[0], y0)", slope);
  const walk = walker(rate, errors, Math.abs(at[at.length - 1] - at[0]), { t: at[0], y: start, slope });
  return at.map((t) => [...walk(t)]);
}

/** Finite times, none turning back. */
function orderedTimes(doing: string, times: unknown): number[] {
  const t = check.finiteVector(doing, "times", times);
  const direction = Math.sign(t[t.length - 1] - t[0]);
  const turn = t.findIndex((x, i) => i > 0 && (x - t[i - 1]) * (direction || 1) < 0);
  if (turn < 0) return t;
  throw new RangeError(
    `Cannot ${doing}: expected ascending or descending times, got ${t[turn - 1]} and then ${t[turn]}`,
  );
}

/** f with its answer's type and length checked; what is not finite is left to the step-size control. */
function checkedRate(f: (t: number, y: Vector) => Vector, n: number): Rate {
  return (t, y) => {
    const slope: unknown = f(t, [...y]);
    if (!check.isList(slope) || slope.length !== n) {
      throw new TypeError(
        `Cannot solve the ODE: expected f to return an array of ${n} numbers, got ${check.describe(slope)}`,
      );
    }
    const copy = new Array<number>(n);
    for (let i = 0; i < n; i++) {
      const x: unknown = slope[i];
      if (typeof x !== "number") {
        throw new TypeError(
          `Cannot solve the ODE: expected f to return finite numbers, got ${check.describe(x)}`,
        );
      }
      copy[i] = x;
    }
    return copy;
  };
}

function ownSize(y: Vector): number[] {
  const floor = 1e-3 * largest(y);
  return y.map((x) => Math.max(Math.abs(x), floor));
}

/** |differenceᵢ| / (tolerance · magnitudeᵢ): at most 1 where a step may be accepted. */
function relativeTo(tolerance: number, magnitude: (y: Vector) => Vector): Errors {
  return (from, to) => {
    const a = magnitude(from), b = magnitude(to);
    // Over `from`, a plain array: a typed array of magnitudes would round what is allowed to its own type.
    const allowed = from.map((_, i) => Math.max(tolerance * Math.max(a[i], b[i]), NOTHING));
    return (difference) => difference.map((d, i) => Math.abs(d) / allowed[i]);
  };
}

/** @returns a function that carries the state on to the time it is given, and remembers where it was left. */
function walker(rate: Rate, errors: Errors, span: number, start: State): (to: number) => number[] {
  const longest = span / 16;
  const explicit = explicitMidpoint(rate), implicit = implicitEuler(rate);
  // How often the other scheme is tried; rarer where its linear algebra would be what takes the time.
  const patience = Math.max(64, start.y.length ** 1.5 / 16);
  let state = start, scheme = explicit, sinceTrial = 0, small = 0, leapt = NaN;
  let size = Math.min(longest, 0.1 * largest(start.y) / largest(start.slope) || longest);

  /** Takes the step if its error allows, its slope is finite, and says whether it did. */
  const accept = (tried: Attempt, t: number) => {
    if (tried.error > 1) return false;
    const slope = rate(t, tried.y);
    if (!slope.every(Number.isFinite)) return false;
    small = Math.abs(t - state.t) < 1e-7 * span ? small + 1 : 0;
    state = { t, y: tried.y, slope };
    return true;
  };
  /** Tries the other scheme on a step that would make the change worth while; keeps to it if that succeeds. */
  const trial = (to: number) => {
    const length = (scheme === explicit ? WORTHWHILE : 1) * size;
    if (length > Math.min(longest, Math.abs(to - state.t))) return false;
    sinceTrial = 0;
    const other = scheme === explicit ? implicit : explicit;
    const t = state.t + Math.sign(to - state.t) * length;
    if (!accept(extrapolate(other, errors, state, t - state.t), t)) return false;
    [scheme, size] = [other, length];
    return true;
  };
  const step = (to: number) => {
    const left = Math.abs(to - state.t);
    // The last stretch is shared between two steps rather than left with a splinter.
    const length = size >= left ? left : 2 * size > left ? left / 2 : size;
    const t = length === left ? to : state.t + Math.sign(to - state.t) * length;
    if (length < left && length <= 8 * Number.EPSILON * Math.abs(state.t)) return leap(to, length);
    const tried = extrapolate(scheme, errors, state, t - state.t), proposed = length * tried.growth;
    if (!accept(tried, t)) size = Math.min(proposed, 0.7 * length);
    else size = Math.min(longest, length < size ? Math.max(size, proposed) : proposed);
  };

  /**
   * Over a jump that even the shortest step cannot cross within the tolerance, as beside a state of size 0: to the
   * float that follows it, with the slope before it, so that only the rounding of t is lost. A second one at the same
   * place is no jump, but a pole, or a solution that f sends back where it came from; nor is it one where the slope
   * grows and grows on the way there, of which even so short a stretch is worth digits.
   */
  const leap = (to: number, length: number) => {
    const { t, y, slope } = state, reach = 64 * Number.EPSILON * Math.abs(t);
    const tooShort = () => stuck(state, to, `a step down to ${length}`);
    if (Math.abs(t - leapt) <= 64 * reach) throw tooShort();
    const at = (time: number) => {
      const there = y.map((x, i) => x + (time - t) * slope[i]);
      return { t: time, y: there, slope: rate(time, there) };
    };
    const far = (a: Vector, b: Vector) => largest(a.map((x, i) => x - b[i]));
    let before = state, after = at(Math.abs(to - t) < reach ? to : t + Math.sign(to - t) * reach);
    for (;;) {
      const middle = before.t / 2 + after.t / 2;
      if (middle === before.t || middle === after.t) break;
      const here = at(middle);
      if (far(here.slope, before.slope) > far(after.slope, here.slope)) after = here;
      else before = here;
    }
    const isSteep = (side: State, away: number) => {
      const further = side.t +
        (Math.abs(away - side.t) < 1024 * reach ? away - side.t : Math.sign(away - side.t) * 1024 * reach);
      return largest(side.slope) > 2 * largest(rate(further, side.y));
    };
    if (!after.slope.every(Number.isFinite)) throw tooShort();
    if (isSteep(state, start.t) || isSteep(after, to)) throw tooShort();
    [state, leapt, scheme, size] = [after, after.t, explicit, 4 * reach];
  };

  return (to) => {
    for (let steps = 0; state.t !== to; steps++) {
      if (steps === MOST_STEPS) throw stuck(state, to, `no further than ${MOST_STEPS} steps`);
      if (small > MOST_SMALL_STEPS) throw stuck(state, to, `a step down to ${size} for ${small} steps`);
      if (++sinceTrial <= patience || !trial(to)) step(to);
    }
    return state.y;
  };
}

function stuck({ t, y }: State, to: number, got: string): RangeError {
  return new RangeError(
    `Cannot solve the ODE: expected a finite, smooth enough solution up to t = ${to}, got ${got} at t = ${t}, where the largest component is ${
      largest(y)
    }`,
  );
}
