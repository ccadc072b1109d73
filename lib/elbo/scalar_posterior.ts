import { integrate } from "../math/quadrature.ts";

/** What quadrature needs to know of p(z | x) ∝ exp(logJoint(z)) for a scalar z. */
export interface ScalarPosterior {
  /** log ∫ exp(logJoint). */
  readonly logEvidence: number;
  /** Its maxima, at most 60 nats below the highest, left to right, with the distance at which ½ nat is lost. */
  readonly peaks: readonly { at: number; width: number; height: number }[];
  /** Peaks, and eight widths to each side of them: where an integrand is steep. */
  readonly breakpoints: readonly number[];
}

const CELLS = 4000;

/**
 * The evidence ∫ exp(ℓ(z)) dz of a log joint density ℓ(z) = −½ z² − (something ≥ 0) + constant
 *
 * Mass lies only where −½ z² is within 60 nats of the best ℓ found; that interval is scanned in 4000 cells, every
 * maximum of the scan is refined, and quadrature breaks at the peaks. A peak that no three neighbouring scan points
 * show as a rise is not found.
 *
 * @param logJoint ℓ without its constant: at most −½ z²; −Infinity allowed
 * @throws RangeError where ℓ is −Infinity at all points of the scan
 */
export function scalarPosterior(logJoint: (z: number) => number): ScalarPosterior {
  let reach = 8, best = -Infinity;
  for (;;) {
    for (let k = 0; k <= 64; k++) best = Math.max(best, logJoint(reach * (k / 32 - 1)));
    const enough = Math.sqrt(2 * (60 - best));
    if (best > -Infinity && enough <= reach) break;
    if (best === -Infinity && reach > 1e8) {
      throw new RangeError(
        "Cannot find the posterior: expected a finite log joint density somewhere, got -Infinity throughout",
      );
    }
    reach = best === -Infinity ? 4 * reach : enough;
  }
  const at = (k: number) => reach * (2 * k / CELLS - 1);
  const scan = Array.from({ length: CELLS + 1 }, (_, k) => logJoint(at(k)));
  const found: { at: number; height: number }[] = [];
  for (let k = 1; k < CELLS; k++) {
    if (scan[k] > scan[k - 1] && scan[k] >= scan[k + 1]) {
      found.push(summit(logJoint, at(k - 1), at(k), at(k + 1)));
    }
  }
  const height = found.reduce((top, peak) => Math.max(top, peak.height), -Infinity);
  const peaks = found.filter((peak) => peak.height > height - 60)
    .map((peak) => ({ ...peak, width: halfWidth(logJoint, peak, reach) }));
  const breakpoints = peaks.flatMap(({ at, width }) => [at - 8 * width, at, at + 8 * width]);
  const mass = integrate((z) => Math.exp(logJoint(z) - height), -reach, reach, {
    breakpoints,
    tolerance: 1e-13,
  });
  return { logEvidence: height + Math.log(mass), peaks, breakpoints };
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
