import type { Integrand } from "./kronrod.ts";

/** A maximum of |f|, and the distance at which |f| is less than half of it to one of its sides. */
export interface Peak {
  readonly at: number;
  readonly height: number;
  readonly width: number;
}

/** Distances from where a stretch begins: even up to 64, then growing by equal factors to 64 e²⁵. */
const EVEN = 2048, GROWING = 1024;
const distances = (finer: number) =>
  Float64Array.from(
    { length: finer * (EVEN + GROWING) },
    (_, i) => {
      const k = (i + 0.5) / finer;
      return k < EVEN ? k * 64 / EVEN : 64 * Math.exp(25 * (k - EVEN) / GROWING);
    },
  );
const DISTANCES = distances(1);

/**
 * The highest peaks of |f| between two limits, as far as some thousands of points show them: even ones over a finite
 * range, and dense near finite limits and 0, thinner and thinner outwards. Where f is no number there is no peak.
 *
 * @param finer so many times as many points
 * @returns at most so many of them, the highest first, and whether there were more
 */
export function peaksOf(
  f: Integrand,
  from: number,
  to: number,
  { most, finer = 1 }: { most: number; finer?: number },
): { peaks: Peak[]; more: boolean } {
  const size = (x: number) => {
    try {
      const y = Math.abs(f(x));
      return y < Infinity ? y : 0;
    } catch {
      return 0;
    }
  };
  const grid = gridOver(from, to, finer), values = grid.map(size), tops: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] > (values[i - 1] ?? 0) && values[i] >= (values[i + 1] ?? 0)) tops.push(i);
  }
  const peaks = tops.sort((i, j) => values[j] - values[i]).slice(0, most).map((i) => {
    const { at, height } = climb(size, grid[i - 1] ?? from, grid[i], grid[i + 1] ?? to, values[i]);
    return { at, height, width: widthOf(size, at, height) };
  });
  return { peaks, more: tops.length > most };
}

function gridOver(from: number, to: number, finer: number): Float64Array {
  const length = to - from, points: number[] = [], even = 2 * EVEN * finer;
  const outwards = finer === 1 ? DISTANCES : distances(finer);
  // A range as short as this is dense all over; only longer ones have somewhere to be denser.
  if (length < Infinity) {
    for (let k = 0; k < even; k++) points.push(from + length * (k + 0.5) / even);
  }
  for (const start of new Set(length <= 64 ? [] : [from, to, 0])) {
    if (!Number.isFinite(start) || start < from || start > to) continue;
    for (const d of outwards) {
      if (start - d > from) points.push(start - d);
      if (start + d < to) points.push(start + d);
    }
  }
  // A point twice would make each point of a slope a maximum.
  return Float64Array.from(points).sort().filter((x, i, all) => i === 0 || x !== all[i - 1]);
}

/** The maximum between a and b, of which f(top) is larger than f at both, by golden section. */
function climb(f: Integrand, a: number, top: number, b: number, height: number) {
  if (!Number.isFinite(a)) a = 2 * top - b;
  if (!Number.isFinite(b)) b = 2 * top - a;
  for (let step = 0; step < 90; step++) {
    const x = top - a > b - top ? top - 0.381966 * (top - a) : top + 0.381966 * (b - top), y = f(x);
    if (x === top || x === a || x === b) break;
    if (y > height) {
      if (x < top) b = top;
      else a = top;
      [top, height] = [x, y];
    } else if (x < top) a = x;
    else b = x;
  }
  return { at: top, height };
}

function widthOf(f: Integrand, at: number, height: number): number {
  let width = Math.max(1e-300, Math.abs(at) * 2 ** -44);
  while (width < 1e300 && f(at - width) > height / 2 && f(at + width) > height / 2) width *= 2;
  return width;
}
