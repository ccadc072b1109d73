import { inWords } from "../course/words.ts";
import type { Variant } from "../course/year.ts";
import type { Random } from "../math/random.ts";
import { mask, type MaskKind, pictureOf, pixelName, pixelsOf, receptiveField } from "./mod.ts";
import { setting, targetName } from "./setting.ts";

/** This year's numbers (data/course.json, "variant") as the notebook says them: solutions too, so it never ships. */

const { grid, kernel, target: [row, column] } = setting, reach = kernel >> 1;
const field = (first: MaskKind, second: MaskKind) => receptiveField({ ...setting, masks: [first, second] });
const size = (...masks: [MaskKind, MaskKind]) => inWords(pixelsOf(field(...masks)).length);
const rowsOf = (...masks: [MaskKind, MaskKind]) =>
  pictureOf(field(...masks)).map((line) => `  "${line}",`).join("\n");
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
  AA: rowsOf("A", "A"),
  AB: rowsOf("A", "B"),
  BA: rowsOf("B", "A"),
  BB: rowsOf("B", "B"),
  sizeAA: size("A", "A"),
  sizeAB: size("A", "B"),
};

const picture = (name: string) => ({
  cell: `answer-${name}`,
  text: `${name} = [\n{${name.slice("field".length)}}\n];`,
});

/** Every place of the notebook that names a number of the variant, by cell, with {slots} for the numbers. */
export const phrases: readonly { cell: string; text: string }[] = [
  { cell: "q2-title", text: "$k$ is {kernel} unless said otherwise" },
  {
    cell: "q2-title",
    text: "an output pixel: {target} is row {row}, column {column}, in code `{inCode}`,",
  },
  { cell: "q2-setting", text: "${kernel} \\times {kernel}$ kernels, a border of zeros {border} wide" },
  {
    cell: "q2-setting",
    text: "so that a ${grid} \\times {grid}$ feature map stays ${grid} \\times {grid}$.",
  },
  { cell: "q2-setting", text: "M^A = \\begin{pmatrix} {maskA} \\end{pmatrix}" },
  { cell: "q2-setting", text: "M^B = \\begin{pmatrix} {maskB} \\end{pmatrix}" },
  { cell: "q2-1-question", text: "in the receptive field of output pixel {target}?" },
  { cell: "q2-1-question", text: "Shade the grid: {side} strings of {side} characters" },
  { cell: "q2-1-question", text: 'A picture is an array of {side} texts, `["{zeros}", …]`, the first' },
  {
    cell: "q2-1-question",
    text:
      'pixel {target} is the {columnOrder} letter of the {rowOrder} text. `"0".repeat({grid})` is a row of zeros.',
  },
  ...["q2-2-question", "q2-3-question", "q2-4-question"].map((cell) => ({
    cell,
    text:
      'At hand</summary>\n\n{Side} texts of {side} letters, as in 2.1: `["{zeros}", …]`, `"0".repeat({grid})`.',
  })),
  ...["fieldAA", "fieldAB", "fieldBA", "fieldBB"].map(picture),
  { cell: "q2-1-solution", text: "each of the {pixels} targets" },
  { cell: "q2-1-derivation", text: "const grid = {grid}, kernel = {kernel}, " },
  { cell: "q2-1-see", text: "by mistake: {left} and {right} are direct neighbours of what {target} sees" },
  { cell: "q2-4-see", text: "a network whose output {target} depends on input {target} does not" },
  { cell: "q2-summary", text: "A, A: {sizeAA} pixels, those at" },
  { cell: "q2-summary", text: "two moves. Neither {left} nor {right}." },
  { cell: "q2-summary", text: "the same {sizeAB} pixels. A layer" },
  { cell: "q2-summary", text: "B, B: these {sizeAB} and {target} itself" },
];

/** Numbers for another year, or for one student: a target that has neighbours on all sides. */
export const draw = (random: Random): Variant["2"] => {
  const grid = 5 + random.integer(3), inner = () => 2 + random.integer(grid - 4);
  return { grid, kernel: 3, target: [inner(), inner()] };
};
