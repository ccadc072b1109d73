import { inWords } from "../course/words.ts";
import type { Variant } from "../course/year.ts";
import type { Random } from "../math/random.ts";
import { mask, type MaskKind, pictureOf, pixelName, pixelsOf, receptiveField } from "./mod.ts";
import { setting, targetName } from "./setting.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them: solutions too, so it never ships. */

const { grid, kernel, target: [row, column] } = setting, reach = kernel >> 1;
const field = (first: MaskKind, second: MaskKind) => receptiveField({ ...setting, masks: [first, second] });
const size = (...masks: [MaskKind, MaskKind]) => inWords(pixelsOf(field(...masks)).length);
const picture = (...masks: [MaskKind, MaskKind]) =>
  `[\n${pictureOf(field(...masks)).map((line) => `  "${line}",`).join("\n")}\n]`;
const matrix = (kind: MaskKind) => mask(kind, kernel).map((line) => line.join(" & ")).join(" \\\\ ");

/** "third" for 2: places are counted from 0. */
const order = (place: number) =>
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ")[place] ??
    `${place + 1}th`;

/** What stands in the slots this year. */
export const values: Readonly<Record<string, string>> = {
  grid: String(grid),
  side: inWords(grid),
  Side: inWords(grid).replace(/^./, (letter) => letter.toUpperCase()),
  zeros: "0".repeat(grid),
  rowOrder: order(row),
  columnOrder: order(column),
  pixels: String(grid ** 2),
  kernel: String(kernel),
  border: `${inWords(reach)} ${reach === 1 ? "pixel" : "pixels"}`,
  target: targetName,
  row: String(row + 1),
  column: String(column + 1),
  inCode: `[${row}, ${column}]`,
  left: pixelName([row, column - 1]),
  right: pixelName([row - 1, column + reach]),
  maskA: matrix("A"),
  maskB: matrix("B"),
  AA: picture("A", "A"),
  AB: picture("A", "B"),
  BA: picture("B", "A"),
  BB: picture("B", "B"),
  sizeAA: size("A", "A"),
  sizeAB: size("A", "B"),
};

/** Numbers for another year, or for one student: a target that has neighbours on all sides. */
export const draw = (random: Random): Variant["2"] => {
  const grid = 5 + random.integer(3), inner = () => 2 + random.integer(grid - 4);
  return { grid, kernel: 3, target: [inner(), inner()] };
};
