import { add, type Estimate, nothing, panel } from "./kronrod.ts";
import { allowed, inside, refine, type Sweep } from "./sweep.ts";

/** From `start` towards a finite `end`, where f may be singular: panels of ½, ¼, ⅛, … of the distance. */
export function toEnd(end: number, start: number, sweep: Sweep): Estimate {
  const distance = start - end;
  // At 2⁻⁴⁰ |end| a node still knows its distance from the end to four digits.
  const deepest = Math.floor(Math.log2(Math.abs(distance) / Math.max(Math.abs(end) * 2 ** -40, 1e-300)));
  if (deepest < 4) return inside([panel(sweep.f, start, end)], sweep);
  // A peak at the end, too narrow for the nodes, shows as growth faster than 1/distance; it may be of width 1 at 1e300.
  let least = 0, height = Math.abs(sweep.f(start));
  const seen = Math.min(deepest, Math.max(40, 20 + Math.log2(Math.abs(distance))));
  for (let j = 1; 3 * j < seen; j++) {
    const inner = Math.abs(sweep.f(end + distance * 8 ** -j));
    // x^−1.04 and faster: of slower growth the nodes see enough, even from 1e300
    if (inner > 8.5 * height) least = 3 * j;
    height = inner;
  }
  const [far, nearer, near] = [1, 2, 3].map((third) =>
    Math.abs(sweep.f(end + distance * 2 ** -(third / 3 * Math.min(deepest, 36))))
  );
  const unbounded = near > 1.1 * nearer && nearer > 1.1 * far;
  return series((k) => end + distance * 2 ** -k, {
    least,
    deepest,
    extrapolated: unbounded ? least : Infinity,
    end,
    pieces: 1,
  }, sweep);
}

/**
 * From `start` to infinity: a panel at `start`, as long as the stretch before it but no longer than 1, then panels
 * that double. Narrow peaks before `start` have tails beyond it; nothing is settled before a distance of 1,000.
 */
export function toInfinity(start: number, direction: 1 | -1, sweep: Sweep, before = 1): Estimate[] {
  const unit = direction * Math.max(Math.min(1, before), Math.abs(start) * 2 ** -30);
  const deepest = Math.floor(900 - Math.log2(Math.abs(unit))); // beyond, 1/x underflows
  const least = 10 + Math.ceil(Math.max(0, -Math.log2(Math.abs(unit))));
  return [
    toEnd(start, start + unit, sweep),
    series((k) => start + unit * 2 ** k, { least, deepest, extrapolated: least + 10, pieces: 2 }, sweep),
  ];
}

interface Approach {
  /** Panels to visit before the sequence may be taken for settled. */
  readonly least: number;
  readonly deepest: number;
  /** Panels to visit before their sum may be extrapolated: never where f stays bounded, as halving serves there. */
  readonly extrapolated: number;
  /** The finite end, if any: then the rest up to it may turn out to be smooth. */
  readonly end?: number;
  /** Equal parts each panel starts as. */
  readonly pieces: number;
}

/** What is known after some panels of a sequence: all partial sums, all ∫|f|, and what the sums seemed to tend to. */
interface Progress {
  readonly sums: number[];
  readonly sizes: number[];
  /** Panels in a row, the last included, smaller than the one before. */
  decaying: number;
  limit: number;
}

/** The mean factor from panel to panel over the last `steps` of them. */
const growth = (sizes: readonly number[], steps: number) =>
  (sizes[sizes.length - 1] / sizes[sizes.length - 1 - steps]) ** (1 / steps);

/** Σₖ ∫ over [edge(k), edge(k + 1)]: summed, extrapolated, or found to diverge. */
function series(edge: (k: number) => number, approach: Approach, sweep: Sweep): Estimate {
  const { least, deepest, extrapolated, end, pieces } = approach, { f } = sweep;
  const progress: Progress = { sums: [], sizes: [], decaying: 0, limit: NaN }, { sums, sizes } = progress;
  let sum = nothing, last = nothing;
  for (let k = 0; k < deepest; k++) {
    if (end !== undefined && k >= least) {
      const rest = panel(f, edge(k), end);
      if (rest.size < Infinity && rest.error <= allowed(sweep, rest)) return add(sum, rest);
    }
    const a = edge(k), b = edge(k + 1), at = (i: number) => a + (b - a) * i / pieces;
    last = refine(Array.from({ length: pieces }, (_, i) => panel(f, at(i), at(i + 1))), sweep);
    if (last.size === Infinity) break;
    sum = add(sum, last);
    sums.push(sum.value);
    sizes.push(last.size);
    progress.decaying = growth(sizes, 1) < 1 - 1e-4 ? progress.decaying + 1 : 0;
    if (k < least) continue;
    if (last.size === 0) return sum;
    const settled = progress.decaying < 3 ? undefined : settle(sum, progress, k >= extrapolated, sweep);
    if (settled !== undefined) return settled;
    // Far beyond every scale, and short of where x² overflows.
    if (end === undefined && k >= 256 && growth(sizes, 32) >= 1 - 1e-9) break;
  }
  return diverged(last, sizes) ?? unsettled(sum, end ?? edge(sizes.length), sweep);
}

/** The sum to infinity, when what is left is negligible or (where allowed) can be extrapolated. */
function settle(
  sum: Estimate,
  progress: Progress,
  mayExtrapolate: boolean,
  sweep: Sweep,
): Estimate | undefined {
  const { sums, sizes, decaying } = progress, { tolerance, scale } = sweep;
  const ratio = Math.max(growth(sizes, 1), growth(sizes, 2), growth(sizes, 3));
  const left = sizes[sizes.length - 1] * ratio / (1 - ratio);
  if (left <= tolerance * scale / 64) return add(sum, { ...nothing, error: left });
  if (!mayExtrapolate) return undefined;
  const previous = progress.limit, limit = extrapolate(sums.slice(-Math.min(16, decaying + 1)));
  progress.limit = limit.value;
  const rounding = Number.EPSILON * sum.size / (1 - ratio) ** 2;
  const error = 4 * (limit.error + Math.abs(limit.value - previous)) + rounding;
  const remainder = Math.abs(limit.value - sum.value);
  const enough = error <= tolerance * Math.max(scale, Math.abs(limit.value)) / 8;
  if (!enough || remainder > 2 * left) return undefined;
  return { value: limit.value, size: sum.size + remainder, error: sum.error + error };
}

/** ±Infinity, when the panels do not shrink towards the end and keep one sign. */
function diverged(last: Estimate, sizes: readonly number[]): Estimate | undefined {
  const grows = last.size === Infinity
    ? !(sizes.length > 1 && growth(sizes, 1) < 1)
    : [4, 8, 16].every((steps) => growth(sizes, steps) >= 1 - 1e-5);
  if (!grows || !(Math.abs(last.value) >= last.size / 2)) return undefined;
  return { value: Math.sign(last.value) * Infinity, size: Infinity, error: 0 };
}

function unsettled(sum: Estimate, at: number, sweep: Sweep): Estimate {
  sweep.worst = { error: Infinity, at };
  return { ...sum, error: Infinity };
}

/** The limit of a sequence by Wynn's ε-algorithm: the steadiest even column, and how much it still moves. */
function extrapolate(sequence: readonly number[]): { value: number; error: number } {
  let best = { value: NaN, error: Infinity };
  let before: readonly number[] = sequence.map(() => 0), column = sequence;
  for (let order = 0; column.length >= 3; order++) {
    const [a, b, c] = column.slice(-3), error = Math.abs(c - b) + Math.abs(b - a);
    if (order % 2 === 0 && error < best.error) best = { value: c, error };
    const next = column.slice(1).map((s, i) => before[i + 1] + 1 / (s - column[i]));
    [before, column] = [column, next];
  }
  return best;
}
