/** Paths of a flow in the plane, for drawing: evenly fast along the path, however slow the flow is. */

export type Point = readonly [number, number];
export type Field = (point: Point) => Point;

/** Length of a step, and the speed below which a path slows down, so that it comes to rest and does not overshoot. */
const STEP = 0.02, SLOW = 0.08;
/** A path ends after so many steps, or where it has left the picture. */
const MOST = 2500;

/**
 * The path from a point along v / (|v| + 0.08), by Runge and Kutta's fourth-order rule with step 0.02.
 *
 * @param inside where it goes on
 */
export function streamline(v: Field, from: Point, inside: (point: Point) => boolean): Point[] {
  const unit: Field = (at) => {
    const [a, b] = v(at), size = Math.hypot(a, b) + SLOW;
    return [a / size, b / size];
  };
  const along = ([a, b]: Point, [c, d]: Point, step: number): Point => [a + step * c, b + step * d];
  const path = [from];
  for (let at = from; path.length < MOST && inside(at); path.push(at)) {
    const k1 = unit(at), k2 = unit(along(at, k1, STEP / 2));
    const k3 = unit(along(at, k2, STEP / 2)), k4 = unit(along(at, k3, STEP));
    const mean = (i: 0 | 1) => (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6;
    const velocity: Point = [mean(0), mean(1)];
    if (Math.hypot(...velocity) < 1e-5) break;
    at = along(at, velocity, STEP);
  }
  return path;
}

/** The same path with fewer points, none of those left out further than `tolerance` from it (Douglas and Peucker). */
export function simplified(path: readonly Point[], tolerance: number): Point[] {
  const first = path[0], last = path[path.length - 1];
  if (path.length < 3) return [...path];
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]], length = Math.hypot(dx, dy);
  const offset = ([x, y]: Point) =>
    length === 0
      ? Math.hypot(x - first[0], y - first[1])
      : Math.abs(dx * (y - first[1]) - dy * (x - first[0])) / length;
  const offsets = path.map(offset), furthest = Math.max(...offsets), k = offsets.indexOf(furthest);
  if (furthest <= tolerance) return [first, last];
  return [
    ...simplified(path.slice(0, k + 1), tolerance).slice(0, -1),
    ...simplified(path.slice(k), tolerance),
  ];
}

/** Where a path has come half its way. */
export function middleOf(path: readonly Point[]): number {
  const steps = path.slice(1).map(([x, y], k) => Math.hypot(x - path[k][0], y - path[k][1]));
  const half = steps.reduce((sum, step) => sum + step, 0) / 2;
  let come = 0;
  return 1 + steps.findIndex((step) => (come += step) >= half);
}
