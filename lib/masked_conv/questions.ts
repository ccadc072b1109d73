import { maskedConv2d } from "./conv.ts";
import { inputGradients } from "./jacobian.ts";
import type { MaskKind } from "./mask.ts";
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

/** What no field of masked layers looks like, whatever their types. */
function oddity(given: number[][]): { name: string; says: string } | undefined {
  const marks = given.map((row) => row.join("")), past = target[0] * grid + target[1];
  if (given.flat().some((mark, k) => mark === 1 && k > past)) {
    const says =
      `A pixel is shaded that comes after ${targetName} in raster order: does any mask let a layer see ahead?`;
    return { name: "pixels ahead", says };
  }
  if (marks.some((row) => /10+1/.test(row))) {
    const says = "A row has a hole: windows that overlap leave none.";
    return { name: "a hole", says };
  }
  const top = target[0] - 2 * (kernel >> 1);
  if (given.some((row, i) => i > Math.max(0, top) && row.some((mark, j) => mark > given[i - 1][j]))) {
    const says = "A pixel is shaded and the one above it is not: a window's rows above its centre are whole.";
    return { name: "narrower above", says };
  }
  const shaded = marks.map((row) => row.includes("1")), first = shaded.indexOf(true);
  if (first >= 0 && shaded.slice(first, target[0] + 1).includes(false)) {
    const says = `A row is empty between the highest pixels and ${targetName}: must every move go up?`;
    return { name: "an empty row", says };
  }
  const lefts = marks.filter((row) => row.includes("1")).map((row) => row.indexOf("1"));
  if (lefts.some((left) => left !== lefts[0])) {
    const says =
      "The field's left edge is not straight: does a path to the left lead less far in one row than in another?";
    return { name: "a bent edge", says };
  }
  if (marks[target[0] - 1].lastIndexOf("1") > target[1] + (kernel >> 1)) {
    const says = "A pixel is shaded that takes two moves to the right: can such a move stay in its row?";
    return { name: "a move to the right in its row", says };
  }
  return undefined;
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
      if (missing + extra !== 1) return oddity(given);
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
