import { ownMemory } from "./programs.ts";
import type { Span } from "./recording.ts";
import { type Area, areasOf, type RowJob, spanOf, touch } from "./rows.ts";

/** Numbers that nobody outside a chain reads: where they lie in a step's memory, and from which job to which they are needed. */
interface Temporary {
  readonly at: number;
  bytes: number;
  readonly areas: (Area & { readonly job: number })[];
}

/** What a chain's jobs touch, put together where it overlaps. */
function regionsOf(works: readonly RowJob[], rows: number): Temporary[] {
  const all = works.flatMap((work, job) => areasOf(work, rows).map((area) => ({ ...area, job })));
  const regions: Temporary[] = [];
  for (const area of all.toSorted((a, b) => a.at - b.at)) {
    const { at, bytes } = spanOf(area, rows), last = regions.at(-1);
    if (last === undefined || at >= last.at + last.bytes) regions.push({ at, bytes, areas: [area] });
    else {
      last.bytes = Math.max(last.bytes, at + bytes - last.at);
      last.areas.push(area);
    }
  }
  return regions;
}

/** Whether some of what the jobs read before they write it is written after all. */
export const changes = (works: readonly RowJob[], rows: number): boolean =>
  regionsOf(works, rows).some(({ areas }) => {
    const first = Math.min(...areas.map(({ job }) => job));
    return areas.some(({ writes }) => writes) && areas.some(({ job, writes }) => job === first && !writes);
  });

/** A block's bytes, with what kernels may run over its end. */
const lengthOf = (bytes: number) => 64 * Math.ceil((bytes + 32) / 64);

/**
 * Gives a chain's temporaries places in a thread's own memory, for blocks of `size` rows: they stay in its cache, and the
 * step's memory is never touched. A temporary is written before it is read, lies row by row, and is none of what is `taken`.
 */
export function temporaries(works: readonly RowJob[], rows: number, taken: readonly Span[]) {
  const own = regionsOf(works, rows).flatMap((region) => {
    const jobs = region.areas.map(({ job }) => job), first = Math.min(...jobs), [{ stride }] = region.areas;
    const fits = region.areas.every((area) =>
      area.stride === stride && area.at - region.at + area.bytes <= stride &&
      (area.job > first || area.writes)
    );
    const isOwn = stride > 0 && fits && !taken.some((other) => touch(other, region));
    return isOwn ? [{ ...region, stride, first, last: Math.max(...jobs) }] : [];
  });
  return (size: number) => {
    const placed: (typeof own[number] & { home: number; end: number })[] = [];
    for (const one of own.toSorted((a, b) => a.first - b.first)) {
      const living = placed.filter(({ last }) => last >= one.first), length = lengthOf(one.stride * size);
      const home = [0, ...living.map(({ end }) => end)].toSorted((a, b) => a - b).find((at) =>
        !living.some((other) => at < other.end && other.home < at + length)
      ) as number;
      placed.push({ ...one, home, end: home + length });
    }
    return {
      bytes: Math.max(0, ...placed.map(({ end }) => end)),
      /** A job's numbers for the block that begins at row `from`. */
      place({ numbers, operands }: RowJob, from: number): readonly number[] {
        let moved = numbers;
        for (const { index, end } of operands) {
          const at = numbers[index], one = placed.find((one) => one.at <= at && at < one.at + one.bytes);
          if (one === undefined) continue;
          moved = moved.with(index, ownMemory + one.home + at - one.at - from * one.stride);
          if (end !== undefined) moved = moved.with(end, ownMemory + one.end);
        }
        return moved;
      },
    };
  };
}
