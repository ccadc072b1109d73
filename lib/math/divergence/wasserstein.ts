import { integrate } from "../quadrature.ts";
import { checkDensity, type Density } from "./density.ts";
import { checkMass } from "./continuous.ts";

/**
 * W₁(p, q) = ∫ |P(x) − Q(x)| dx, in units of x; P and Q are the distribution functions
 *
 * Between two neighbouring zeros r, s of P − Q the integral is |∫ (x − r)(p(x) − q(x)) dx| (by parts), and
 * P − Q is monotone between the points where the densities cross: a few one-dimensional quadratures give
 * W₁ without one inside the other.
 *
 * @param p density on an interval, mass 1
 * @param q likewise
 * @returns Infinity where the tails are too heavy
 * @throws RangeError for a density whose mass is not 1 (within 1e-6)
 */
export function wasserstein1(p: Density, q: Density): number {
  const doing = "take the Wasserstein distance";
  const P = checkDensity(doing, "p", p), Q = checkDensity(doing, "q", q);
  checkMass(doing, "p", p);
  checkMass(doing, "q", q);
  const ends = [...P.support, ...Q.support], from = Math.min(...ends), to = Math.max(...ends);
  const breakpoints = [...P.breakpoints, ...Q.breakpoints, ...ends.filter(Number.isFinite)];
  const excess = (x: number) => Math.exp(P.logDensity(x)) - Math.exp(Q.logDensity(x));
  const between = (a: number, b: number) => integrate(excess, a, b, { scale: 1, breakpoints });
  const crossings = crossingsOf((x) => P.logDensity(x) - Q.logDensity(x), breakpoints, from, to);
  const zeros = zerosOf(between, crossings, from, to);
  const first = Math.min(...breakpoints), width = Math.max(...breakpoints) - first || 1;
  // a lever from far away would cancel
  const middle = breakpoints.length > 0 ? first + width / 2 : 0;
  const cuts = [from, ...zeros, to];
  let total = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [a, b] = [cuts[i], cuts[i + 1]], origin = Number.isFinite(a) ? a : Number.isFinite(b) ? b : middle;
    const lever = (x: number) => (x - origin) * excess(x);
    total += Math.abs(integrate(lever, a, b, { scale: width, breakpoints }));
  }
  return total;
}

/** Where log p − log q changes its sign, looked for around and between the breakpoints. */
function crossingsOf(f: (x: number) => number, breakpoints: number[], from: number, to: number): number[] {
  const marks = [...new Set(breakpoints)].sort((a, b) => a - b),
    width = marks[marks.length - 1] - marks[0] || 1;
  const grid = marks.slice(1).flatMap((b, i) =>
    Array.from({ length: 64 }, (_, k) => marks[i] + (b - marks[i]) * k / 64)
  );
  const outward = Array.from({ length: 240 }, (_, k) => width * 2 ** (k / 4 - 24));
  grid.push(...outward.flatMap((d) => [marks[0] - d, marks[marks.length - 1] + d]), ...marks);
  const points = grid.filter((x) => from < x && x < to).sort((a, b) => a - b), crossings: number[] = [];
  let last: { x: number; sign: number } | undefined;
  for (const x of points) {
    const value = f(x), sign = Math.abs(value) > 1e-12 ? Math.sign(value) : 0;
    if (Number.isNaN(value) || sign === 0) continue;
    if (last !== undefined && sign !== last.sign) crossings.push(bisect((t) => f(t) * sign > 0, last.x, x));
    last = { x, sign };
  }
  return crossings;
}

/** The zeros of P − Q: at most one between two neighbouring crossings of the densities. */
function zerosOf(
  between: (a: number, b: number) => number,
  crossings: readonly number[],
  from: number,
  to: number,
): number[] {
  const zeros: number[] = [];
  let a = from, atA = 0;
  for (const [i, b] of crossings.entries()) {
    const atB = i + 1 === crossings.length ? 0 - between(b, to) : atA + between(a, b);
    if (i > 0 && atA * atB < 0) zeros.push(zero((x) => atA + between(a, x), { a, b, atA, atB }));
    [a, atA] = [b, atB];
  }
  return zeros;
}

/** The x in [a, b] from which on `after` holds, to the last bit but a few. */
function bisect(after: (x: number) => boolean, a: number, b: number): number {
  for (let step = 0; step < 60; step++) {
    const middle = a / 2 + b / 2;
    if (middle <= a || middle >= b) break;
    if (after(middle)) b = middle;
    else a = middle;
  }
  return a / 2 + b / 2;
}

/** The zero of f between a and b, where it has values of opposite sign: false position, Illinois variant. */
function zero(f: (x: number) => number, ends: { a: number; b: number; atA: number; atB: number }): number {
  let { a, b, atA, atB } = ends, x = a;
  for (let step = 0; step < 100; step++) {
    const next = b - atB * (b - a) / (atB - atA);
    if (!(Math.abs(next - x) > 2 * Number.EPSILON * Math.abs(next)) || next === a || next === b) return next;
    x = next;
    const value = f(x);
    if (value === 0) return x;
    if (value * atB < 0) [a, atA] = [b, atB];
    else atA /= 2;
    [b, atB] = [x, value];
  }
  return x;
}
