/** This year's numbers (data/course.json, "variant") as the notebooks say them. */
import { mask, type MaskKind, pictureOf, pixelName, pixelsOf, receptiveField } from "lib/masked_conv/mod.ts";
import { inWords, setting, targetName } from "lib/masked_conv/setting.ts";

/** A sentence of a cell with {slots} where a number of the variant stands. */
export interface Phrase {
  cell: string;
  text: string;
}

const { grid, kernel, target: [row, column] } = setting, reach = kernel >> 1;
const field = (first: MaskKind, second: MaskKind) => receptiveField({ ...setting, masks: [first, second] });
const size = (...masks: [MaskKind, MaskKind]) => inWords(pixelsOf(field(...masks)).length);
const rowsOf = (...masks: [MaskKind, MaskKind]) =>
  pictureOf(field(...masks)).map((line) => `  "${line}",`).join("\n");
const matrix = (kind: MaskKind) => mask(kind, kernel).map((line) => line.join(" & ")).join(" \\\\ ");

/** What stands in the slots this year. */
const values: Readonly<Record<string, string>> = {
  grid: String(grid),
  side: inWords(grid),
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

/** Every place of a notebook that names a number of the variant. */
export const phrases: Readonly<Record<string, readonly Phrase[]>> = {
  "02_masked_conv": [
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
    ...["fieldAA", "fieldAB", "fieldBA", "fieldBB"].map(picture),
    { cell: "q2-1-solution", text: "each of the {pixels} targets" },
    { cell: "q2-1-derivation", text: "const grid = {grid}, kernel = {kernel}, " },
    { cell: "q2-1-see", text: "by mistake: {left} and {right} are direct neighbours of what {target} sees" },
    { cell: "q2-4-see", text: "a network whose output {target} depends on input {target} does not" },
    { cell: "q2-summary", text: "A, A: {sizeAA} pixels, those at" },
    { cell: "q2-summary", text: "two moves. Neither {left} nor {right}." },
    { cell: "q2-summary", text: "the same {sizeAB} pixels. A layer" },
    { cell: "q2-summary", text: "B, B: these {sizeAB} and {target} itself" },
  ],
};

const slot = /\{(\w+)\}/;

/** A phrase as a pattern that any year's numbers fit; a space of the phrase is any white space. */
function patternOf(text: string): RegExp {
  const parts = text.split(new RegExp(slot, "g")).map((part, i) =>
    i % 2 === 1 && part in values
      ? "[\\s\\S]+?"
      : (i % 2 === 1 ? `{${part}}` : part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+")
  );
  return new RegExp(parts.join(""), "g");
}

const filled = (text: string) =>
  text.replace(new RegExp(slot, "g"), (whole, name: string) => values[name] ?? whole);

/**
 * A cell with this year's numbers in its sentences.
 *
 * @param notebook the notebook's name, "02_masked_conv"
 * @returns the new source, and the phrase that is not there (exactly once), if one is
 */
export function withVariant(
  notebook: string,
  { id, source }: { id: string; source: string },
): { source: string; fault?: string } {
  let changed = source;
  for (const { text } of phrases[notebook]?.filter(({ cell }) => cell === id) ?? []) {
    const pattern = patternOf(text), found = [...changed.matchAll(pattern)].length;
    if (found !== 1) {
      const fault = `expected “${text}” once, for the numbers of data/course.json, got it ${found} times`;
      return { source, fault };
    }
    changed = changed.replace(pattern, () => filled(text));
  }
  return { source: changed };
}
