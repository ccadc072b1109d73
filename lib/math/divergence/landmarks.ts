import type { Density } from "./density.ts";

const known = new WeakMap<Density, readonly number[]>();

/**
 * The modes of a density that names no breakpoints, and where it has fallen by e⁻⁸ to both sides of each.
 *
 * The log density is looked at on about 1,200 points, dense near 0 and near finite ends and reaching to e⁶⁰;
 * a log density points towards its mode from far away, so that narrow peaks are found too.
 */
export function landmarksOf(
  p: Density,
  logDensity: (x: number) => number,
  support: readonly [number, number],
): readonly number[] {
  const kept = known.get(p);
  if (kept !== undefined) return kept;
  const grid = gridOver(support), values = grid.map(logDensity), found: number[] = [];
  const modes = grid.flatMap((_, i) => {
    const before = i === 0 ? -Infinity : values[i - 1], after = values[i + 1] ?? -Infinity;
    const flat = values[i] === before && values[i] === after;
    // A density that rises up to a finite end has its mode there, and quadrature looks there anyway.
    const atEnd = i === 0 && support[0] > -Infinity || i === grid.length - 1 && support[1] < Infinity;
    return values[i] > -Infinity && values[i] >= before && values[i] >= after && !flat && !atEnd ? [i] : [];
  });
  for (const i of modes.sort((i, j) => values[j] - values[i]).slice(0, 12)) {
    const mode = climb(logDensity, grid[i - 1] ?? grid[i], grid[i + 1] ?? grid[i]);
    found.push(mode, ...flanks(logDensity, mode, support));
  }
  const landmarks = [...new Set(found)].filter(Number.isFinite).sort((a, b) => a - b);
  known.set(p, landmarks);
  return landmarks;
}

/** Points inside the support, ascending. */
function gridOver([from, to]: readonly [number, number]): number[] {
  const powers = Array.from({ length: 600 }, (_, i) => Math.exp(-30 + 0.15 * i));
  const even = Array.from({ length: 601 }, (_, i) => (i + 0.5) / 601);
  let points: number[];
  if (Number.isFinite(from) && Number.isFinite(to)) {
    const near = powers.map((x) => x / 2 ** 87 * (to - from)).filter((d) => d < (to - from) / 2);
    points = [...even.map((t) => from + t * (to - from)), ...near.flatMap((d) => [from + d, to - d])];
  } else if (Number.isFinite(from)) points = powers.map((x) => from + x);
  else if (Number.isFinite(to)) points = powers.map((x) => to - x);
  else points = [...even.map((t) => 128 * t - 64), ...powers.flatMap((x) => [x, -x])];
  return [...new Set(points)].filter((x) => from < x && x < to).sort((a, b) => a - b);
}

/** The maximum between a and b, by golden section. */
function climb(f: (x: number) => number, a: number, b: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let left = b - golden * (b - a), right = a + golden * (b - a), atLeft = f(left), atRight = f(right);
  for (let step = 0; step < 90 && a < left && left < right && right < b; step++) {
    if (atLeft >= atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - golden * (b - a);
      atLeft = f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + golden * (b - a);
      atRight = f(right);
    }
  }
  return atLeft >= atRight ? left : right;
}

/** The nearest points at distance 2ᵏ to the left and right where f is more than 8 below f(mode). */
function flanks(f: (x: number) => number, mode: number, [from, to]: readonly [number, number]): number[] {
  const low = f(mode) - 8;
  return [-1, 1].flatMap((side) => {
    for (let width = Math.max(1e-12, Math.abs(mode) * 2 ** -40); width < 1e300; width *= 2) {
      const x = mode + side * width;
      if (x <= from || x >= to) return [];
      if (f(x) < low) return [x];
    }
    return [];
  });
}
