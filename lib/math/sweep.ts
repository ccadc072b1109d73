import { add, type Estimate, type Integrand, nothing, type Panel, panel } from "./kronrod.ts";

/** One sweep over the range. */
export interface Sweep {
  readonly f: Integrand;
  readonly range: string;
  /** Allowed error relative to ∫|f|. */
  readonly tolerance: number;
  /** ∫|f| as far as it is known; a panel may keep an error of tolerance · scale / 64. */
  scale: number;
  /** Whether a panel larger than the scale raises it: the first look may have missed a peak. */
  learns: boolean;
  /** Panels still allowed. */
  panels: number;
  worst: { error: number; at: number };
}

/** Panels that touch no end: an infinite value there is a singularity nobody announced. */
export function inside(panels: readonly Panel[], sweep: Sweep): Estimate {
  const sum = refine(panels, sweep);
  if (sum.size < Infinity) return sum;
  throw new RangeError(
    `Cannot integrate ${sweep.range}: expected a finite integrand, got Infinity near x = ${sweep.worst.at}`,
  );
}

/** What a panel's error may be: a share of the tolerance, or what rounding f and x makes of it. */
export const allowed = ({ tolerance, scale }: Sweep, p: Panel) =>
  Math.max(tolerance * scale / 64, Number.EPSILON * (25 * p.size + 4 * p.steepness));

/** Halves panels until each keeps an allowed error; size Infinity where f or its integral overflows. */
export function refine(panels: readonly Panel[], sweep: Sweep): Estimate {
  const stack = [...panels];
  let sum = nothing;
  for (let p = stack.pop(); p !== undefined; p = stack.pop()) {
    const middle = p.from / 2 + p.to / 2;
    const narrow = p.to - p.from <= 16 * Number.EPSILON * Math.abs(middle);
    const end = p.size === Infinity || p.error <= allowed(sweep, p) || narrow || sweep.panels <= 0;
    if (end && p.error >= sweep.worst.error) sweep.worst = { error: p.error, at: middle };
    if (p.size === Infinity) return { value: p.value, size: Infinity, error: Infinity };
    if (sweep.learns) sweep.scale = Math.max(sweep.scale, p.size);
    if (end) {
      sum = add(sum, p);
      continue;
    }
    sweep.panels -= 2;
    stack.push(panel(sweep.f, p.from, middle), panel(sweep.f, middle, p.to));
  }
  return sum;
}
