import { integrate } from "../math/quadrature.ts";

/** What quadrature needs to know of p(z | x) ∝ exp(logJoint(z)) for a scalar z. */
export interface ScalarPosterior {
  /** log ∫ exp(logJoint). */
  readonly logEvidence: number;
  /** Its maxima, at most 60 nats below the highest, left to right, with the distance at which ½ nat is lost. */
  readonly peaks: readonly { at: number; width: number; height: number }[];
  /** Peaks, and eight widths to each side of them: where an integrand is steep. */
  readonly breakpoints: readonly number[];
  /** Relative error that quadrature can hope for here. */
  readonly tolerance: number;
}

/** Peaks more than this many nats below the highest carry no mass that float64 could add. */
const DEPTH = 60;
const CELLS = 4000;

/**
 * The evidence ∫ exp(ℓ(z)) dz of a log joint density ℓ(z) = −½ z² − (something ≥ 0)
 *
 * Mass lies only where −½ z² is within 60 nats of the best ℓ found; that interval is scanned in 4000 cells, every
 * maximum of the scan is refined, and quadrature breaks at the peaks. A peak narrower than a cell is found only
 * where its slopes show in the scan.
 *
 * @param logJoint ℓ; −Infinity allowed
 * @throws RangeError where ℓ is −Infinity at all points of the scan
 */
export function scalarPosterior(logJoint: (z: number) => number): ScalarPosterior {
  let reach = firstReach(logJoint), summits = scan(logJoint, reach);
  const highest = () => summits.reduce((top, { height }) => Math.max(top, height), -Infinity);
  // Refined peaks lie higher than the scan that found them: look again, closer, as long as that helps.
  for (let near = reachFor(highest()); near < 0.9 * reach; near = reachFor(highest())) {
    reach = near;
    summits = scan(logJoint, reach);
  }
  const height = highest();
  const peaks = summits.filter((peak) => peak.height > height - DEPTH)
    .map((peak) => ({ ...peak, width: halfWidth(logJoint, peak, reach) }));
  const rough = Math.max(...peaks.map((peak) => roughness(logJoint, peak)));
  const tolerance = Math.min(1e-6, Math.max(1e-13, 8 * rough));
  const breakpoints = peaks.flatMap(({ at, width }) => [at - 8 * width, at, at + 8 * width]);
  const mass = integrate((z) => Math.exp(logJoint(z) - height), -reach, reach, { breakpoints, tolerance });
  return { logEvidence: height + Math.log(mass), peaks, breakpoints, tolerance };
}

/** Beyond ±reach even ℓ = −½ z² is 60 nats below `best`. */
const reachFor = (best: number) => Math.sqrt(2 * (DEPTH - best));

/** A reach that is wide enough for the best of 65 points inside it. */
function firstReach(logJoint: (z: number) => number): number {
  for (let reach = 8, best = -Infinity; best > -Infinity || reach < 1e8;) {
    for (let k = -32; k <= 32; k++) best = Math.max(best, logJoint(reach * k / 32));
    const enough = reachFor(best);
    if (enough <= reach) return reach;
    reach = best === -Infinity ? 4 * reach : enough;
  }
  throw new RangeError(
    "Cannot find the posterior: expected a finite log joint density somewhere, got -Infinity throughout",
  );
}

/** The local maxima of f on [−reach, reach] that a scan shows, refined. */
function scan(f: (z: number) => number, reach: number): { at: number; height: number }[] {
  const at = (k: number) => reach * (2 * k / CELLS - 1);
  const heights = Array.from({ length: CELLS + 1 }, (_, k) => f(at(k)));
  const found: { at: number; height: number }[] = [];
  // The highest point may be the last: a narrow peak can lie between it and the one before.
  for (let k = 0; k <= CELLS; k++) {
    if (heights[k] > (heights[k - 1] ?? -Infinity) && heights[k] >= (heights[k + 1] ?? -Infinity)) {
      found.push(summit(f, at(k - 1), at(k), at(k + 1)));
    }
  }
  return found;
}

/** The maximum of f on [low, high] by golden section. */
function summit(f: (z: number) => number, low: number, middle: number, high: number) {
  const golden = (Math.sqrt(5) - 1) / 2;
  let a = low, b = high, left = b - golden * (b - a), right = a + golden * (b - a);
  let fLeft = f(left), fRight = f(right);
  for (let k = 0; k < 80; k++) {
    if (fLeft >= fRight) {
      [b, right, fRight] = [right, left, fLeft];
      left = b - golden * (b - a);
      fLeft = f(left);
    } else {
      [a, left, fLeft] = [left, right, fRight];
      right = a + golden * (b - a);
      fRight = f(right);
    }
  }
  const z = (a + b) / 2;
  return f(z) >= f(middle) ? { at: z, height: f(z) } : { at: middle, height: f(middle) };
}

/** The smaller distance at which f has lost ½, to a factor of 2. */
function halfWidth(f: (z: number) => number, peak: { at: number; height: number }, reach: number): number {
  let width = reach * 2 ** -40;
  while (width < reach && Math.max(f(peak.at - width), f(peak.at + width)) > peak.height - 0.5) width *= 2;
  return width;
}

/**
 * The rounding error of f near a peak: of its values (a third difference over steps too short for f's own curvature,
 * the median of four, since at a kink it would be the kink's) and of the points where it is asked
 */
function roughness(f: (z: number) => number, { at, width }: { at: number; width: number }): number {
  const third = (z: number) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => f(z + k * 1e-5 * width));
    return Math.abs(d - 3 * c + 3 * b - a);
  };
  const sizes = [-1, -0.7, 0.7, 1].map((k) => third(at + k * width)).sort((p, q) => p - q);
  return (sizes[1] + sizes[2]) / 2 + Number.EPSILON * Math.abs(at) / width;
}
