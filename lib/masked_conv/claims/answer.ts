import {
  allPixels,
  gridOf,
  inputGradient,
  type LayerKind,
  mask,
  type MaskKind,
  pictureOf,
  type Pixel,
  pixelName,
} from "../mod.ts";
import { setting } from "../setting.ts";
import { difference, failsUnless } from "../../math/difference.ts";

/** What two layers see at this year's target: the four answers of question 2, counted path by path. */

export const countA = (masks: readonly LayerKind[]) => masks.filter((kind) => kind === "A").length;

/** The weight that a layer with mask M gives, for the pixel `to`, to the pixel `from`. */
const tap = (M: number[][], to: Readonly<Pixel>, from: Pixel) =>
  M[from[0] - to[0] + (M.length >> 1)]?.[from[1] - to[1] + (M.length >> 1)] ?? 0;

/**
 * What two layers see, in closed form: of the pixels `up` rows above the target and `right` columns after it those
 * that two moves reach, or one and a rest for each layer of type B.
 */
function answerTo(first: MaskKind, second: MaskKind): Pixel[] {
  const { grid, kernel, target } = setting, r = kernel >> 1, a = countA([first, second]);
  return allPixels(grid).filter(([row, column]) => {
    const up = target[0] - row, right = column - target[1];
    if (up < 0 || up > 2 * r || right < -2 * r) return false;
    if (up === 0) return right <= -a;
    return right <= (up > 1 ? 2 * r : a === 2 ? r - 1 : r);
  });
}

/** The answer for two layers: each pixel of the grid is shaded exactly when a path leads from it to the target. */
export const answer = (first: MaskKind, second: MaskKind) => ({
  evidence: "exact" as const,
  subject: { picture: pictureOf(gridOf(answerTo(first, second), setting.grid)), mask },
  cases: allPixels(setting.grid),
  error: ({ picture, mask }: { picture: readonly string[]; mask: typeof anyMask }, pixel: Pixel) => {
    const { grid, kernel, target } = setting, [row, column] = pixel;
    const M1 = mask(first, kernel), M2 = mask(second, kernel);
    const paths = allPixels(grid).reduce(
      (sum, stop) => sum + tap(M1, stop, pixel) * tap(M2, target, stop),
      0,
    );
    const slope = inputGradient({ masks: [first, second], grid, kernel, target })[row][column];
    return Math.max(
      failsUnless((picture[row][column] === "1") === (paths > 0)),
      // a real network with weights of 1: its derivative counts the paths
      difference(paths, slope),
    );
  },
});
const anyMask: (kind: MaskKind, k: number) => number[][] = mask;

/** "11–15, 21, 22, 23 and 31": the pixels by name, more than three in a row as a range. */
export function listed(list: readonly Pixel[]): string {
  const rows = Object.values(Object.groupBy(list, ([row]) => row)) as Pixel[][];
  const words = rows.flatMap((row) =>
    row.length > 3 ? [`${pixelName(row[0])}–${pixelName(row.at(-1)!)}`] : row.map(pixelName)
  );
  return [words.slice(0, -1).join(", "), words.at(-1)].join(" and ");
}

/** The neighbour to the left and the one above to the right: one move away from the target, and not two. */
export const oneMove = ([row, column] = setting.target) =>
  [[row - 1, column + (setting.kernel >> 1)], [row, column - 1]].map(([i, j]) => pixelName([i, j]));
export const seen = { AA: answerTo("A", "A"), AB: answerTo("A", "B"), BB: answerTo("B", "B") };
