import { ownMemory } from "./programs.ts";
import { type Area, areasOf, type Extent, extentOf, type RowJob, touch } from "./rows.ts";

/** Numbers that nobody outside a chain reads: where they lie in a step's memory, and from which job to which they are needed. */
interface Temporary {
  from: number;
  to: number;
  areas: (Area & { readonly job: number })[];
}

/** What a chain's jobs touch, put together where it overlaps. */
function regionsOf(works: readonly RowJob[], rows: number): Temporary[] {
  const all = works.flatMap((work, job) => areasOf(work, rows).map((area) => ({ ...area, job })));
  const regions: Temporary[] = [];
  for (const area of all.toSorted((a, b) => a.at - b.at)) {
    const { from, to } = extentOf(area, rows), last = regions.at(-1);
    if (last === undefined || from >= last.to) regions.push({ from, to, areas: [area] });
    else {
      last.to = Math.max(last.to, to);
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
export function temporaries(works: readonly RowJob[], rows: number, taken: readonly Extent[]) {
  const own = regionsOf(works, rows).flatMap((region) => {
    const jobs = region.areas.map(({ job }) => job), first = Math.min(...jobs), [{ stride }] = region.areas;
    const fits = region.areas.every((area) =>
      area.stride === stride && area.at - region.from + area.bytes <= stride &&
      (area.job > first || area.writes)
    );
    const isOwn = stride > 0 && fits && !taken.some((other) => touch(other, region));
    return isOwn ? [{ ...region, stride, first, last: Math.max(...jobs) }] : [];
  });
  return (size: number) => {
    const placed: (typeof own[number] & { at: number; end: number })[] = [];
    for (const one of own.toSorted((a, b) => a.first - b.first)) {
      const living = placed.filter(({ last }) => last >= one.first), length = lengthOf(one.stride * size);
      const at = [0, ...living.map(({ end }) => end)].toSorted((a, b) => a - b).find((at) =>
        !living.some((other) => at < other.end && other.at < at + length)
      ) as number;
      placed.push({ ...one, at, end: at + length });
    }
    return {
      bytes: Math.max(0, ...placed.map(({ end }) => end)),
      /** A job's numbers for the block that begins at row `from`. */
      place({ numbers, operands }: RowJob, from: number): readonly number[] {
        let moved = numbers;
        for (const { index, end } of operands) {
          const home = placed.find((one) => one.from <= numbers[index] && numbers[index] < one.to);
          if (home !== undefined) {
            moved = moved.with(index, ownMemory + home.at + numbers[index] - home.from - from * home.stride);
            if (end !== undefined) moved = moved.with(end, ownMemory + home.end);
          }
        }
        return moved;
      },
    };
  };
}
