import { maskedConv2d } from "./conv.ts";
import { inputGradients } from "./jacobian.ts";
import type { MaskKind } from "./mask.ts";
import { oddity } from "./oddity.ts";
import { wrongPixels } from "./picture.ts";
import { inWords } from "../course/words.ts";
import { setting, targetName } from "./setting.ts";
import { tf } from "./tf.ts";
import { questions } from "../proof/questions.ts";
import { formOf, Misread } from "../proof/reading.ts";
import { misconceptions } from "./misconceptions.ts";

/**
 * The questions on masked convolutions. A picture is held against a real network: two masked convolutions are
 * differentiated, and a pixel belongs to the field of the target where the derivative of the target's output by it is not zero.
 */

const { grid, kernel, target } = setting, side = inWords(grid);

/** ∂y[target]/∂x of two masked layers, all weights 1, so that no two paths can cancel. */
function slopes(first: MaskKind, second: MaskKind): number[][] {
  const image = Array.from({ length: grid }, () => new Array<number>(grid).fill(1));
  const ones = () => tf.ones<tf.Rank.R4>([kernel, kernel, 1, 1]);
  const network = (x: tf.Tensor4D) => maskedConv2d(maskedConv2d(x, ones(), first), ones(), second);
  return inputGradients(network, image, [{ pixel: [...target] }])[0];
}

const form = `${side} rows of ${side} characters such as "${"01".padEnd(grid, "0")}"`;

/** A square of zeros and ones, row by row: strings, or lists of numbers, booleans or characters; blanks do not count. */
function readPicture(raw: unknown): number[][] {
  const rows = typeof raw === "string" ? raw.trim().split(/\s*\n\s*/) : raw;
  if (!Array.isArray(rows) || rows.length !== grid) {
    throw new Misread(`Expected ${form}, got ${formOf(raw)}.`);
  }
  return rows.map((row: unknown, i) => {
    const marks = typeof row === "string" ? [...row.replace(/\s/g, "")] : row;
    if (!Array.isArray(marks) || marks.length !== grid) {
      throw new Misread(`Expected ${form}, but row ${i + 1} is ${formOf(row)}.`);
    }
    return marks.map((mark: unknown) => {
      if (mark === 0 || mark === false || mark === "0") return 0;
      if (mark === 1 || mark === true || mark === "1") return 1;
      throw new Misread(`Expected 0 or 1 for every pixel, but row ${i + 1} holds ${formOf(mark)}.`);
    });
  });
}

function field(first: MaskKind, second: MaskKind) {
  return {
    ask:
      `Shade the field in the cell above: \`field${first}${second}\` is ${side} strings of ${side} characters, 1 inside, 0 outside.`,
    holds:
      `Output ${targetName} of a real network with masks ${first} and ${second} depends on these pixels and on no other.`,
    evidence: "exact" as const,
    read: readPicture,
    // right or not: a count would give the picture away, pixel by pixel
    error: (given: number[][]) => {
      const { missing, extra } = wrongPixels(given, slopes(first, second));
      return missing + extra > 0 ? 1 : 0;
    },
    hint: (_: unknown, given: number[][]) => {
      if (given.flat().every((mark) => mark === 0)) {
        return `No pixel is shaded yet. Start at output ${targetName}: which pixels of the layer below does mask ${second} let it see?`;
      }
      const way = first === second
        ? `twice through mask ${first}`
        : `through mask ${second}, then through mask ${first}`;
      return `Not yet the field, and no mistake that is known here. Go back from ${targetName} one layer at a time, ${way}: write down where one move leads, then where a second one does.`;
    },
    // of one pixel alone: a sentence that came and went with two would find them one by one
    near: (given: number[][]) => {
      const { missing, extra } = wrongPixels(given, slopes(first, second));
      if (missing + extra !== 1) return oddity(given, setting);
      const says =
        "Nearly: one pixel is not as the network has it. For each pixel at the edge of your field count the moves of a path.";
      return { name: "one pixel", says };
    },
  };
}

/** `answer("fieldAA", () => fieldAA)`: the verdict on one answer of question 2. */
export const answer = questions({ misconceptions }, {
  fieldAA: field("A", "A"),
  fieldAB: field("A", "B"),
  fieldBA: field("B", "A"),
  fieldBB: field("B", "B"),
});
