import { pixelName } from "./mask.ts";
import type { Setting } from "./setting.ts";

/** What no field of two masked layers looks like, whatever their types: known from the picture alone. */
export function oddity(
  given: readonly (readonly number[])[],
  { grid, kernel, target: [row, column] }: Setting,
): { name: string; says: string } | undefined {
  const radius = kernel >> 1, top = Math.max(0, row - 2 * radius), name = pixelName([row, column]);
  const starts = given.map((line) => line.indexOf(1)), ends = given.map((line) => line.lastIndexOf(1));
  const first = starts.findIndex((start) => start >= 0), whole = starts.slice(first, row + 1);
  // so far to the right two moves lead; a type A layer in the target's own row leads two to the left
  const most = Math.min(grid - 1, column + 2 * radius), isRoomy = column >= 2;
  const odd: readonly (readonly [name: string, isSo: boolean, says: string])[] = [
    [
      "pixels ahead",
      given.flat().some((mark, k) => mark === 1 && k > row * grid + column),
      `A pixel is shaded that comes after ${name} in raster order: does any mask let a layer see ahead?`,
    ],
    [
      "a hole",
      given.some((line) => /10+1/.test(line.join(""))),
      "A row has a hole: windows that overlap leave none.",
    ],
    [
      "narrower above",
      given.some((line, i) => i > top && line.some((mark, j) => mark > given[i - 1][j])),
      "A pixel is shaded and the one above it is not: a window's rows above its centre are whole.",
    ],
    [
      "an empty row",
      first >= 0 && isRoomy && whole.includes(-1),
      `A row is empty between the highest pixels and ${name}: must every move go up?`,
    ],
    [
      "nothing to the right",
      first >= 0 && row >= 2 && Math.max(...ends) <= column,
      `Nothing right of ${name} is shaded: a mask keeps the whole of the rows above its centre.`,
    ],
    [
      "a bent edge",
      first >= 0 && isRoomy && whole.some((start) => start !== whole[0]),
      "The field's left edge is not straight: does a path to the left lead less far in one row than in another?",
    ],
    [
      "a move to the right in its row",
      ends[row - 1] > column + radius,
      "A pixel is shaded that takes two moves to the right: can such a move stay in its row?",
    ],
    [
      "a straight end",
      ends.some((end, i) => i > top && end >= 0 && end < most && end === ends[i - 1]),
      "Two rows end in the same column: does one more move up not lead further to the right as well?",
    ],
  ];
  const found = odd.find(([, isSo]) => isSo);
  return found && { name: found[0], says: found[2] };
}
