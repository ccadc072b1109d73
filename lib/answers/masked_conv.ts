import { maskedConv2d } from "../masked_conv/conv.ts";
import { inputGradients } from "../masked_conv/jacobian.ts";
import type { MaskKind } from "../masked_conv/mask.ts";
import { wrongPixels, wrongPixelsWords } from "../masked_conv/picture.ts";
import { tf } from "../masked_conv/tf.ts";
import { answers } from "../notebook/answer.ts";
import { formOf, Misread } from "../notebook/reading.ts";
import { misconceptions } from "../zoo/masked_conv.ts";
import { worth } from "./course.ts";

/**
 * The questions on masked convolutions. A picture is held against a real network: two masked convolutions are
 * differentiated, and a pixel belongs to the field of 33 where the derivative of output 33 by it is not zero.
 */

/** ∂y[33]/∂x of two masked layers, all weights 1, so that no two paths can cancel. */
function slopes(first: MaskKind, second: MaskKind): number[][] {
  const image = Array.from({ length: 5 }, () => new Array<number>(5).fill(1));
  const ones = () => tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  const network = (x: tf.Tensor4D) => maskedConv2d(maskedConv2d(x, ones(), first), ones(), second);
  return inputGradients(network, image, [{ pixel: [2, 2] }])[0];
}

const form = 'five rows of five characters such as "01000"';

/** Five rows of zeros and ones: strings, or lists of numbers, booleans or characters; blanks do not count. */
function readPicture(raw: unknown): number[][] {
  const rows = typeof raw === "string" ? raw.trim().split(/\s*\n\s*/) : raw;
  if (!Array.isArray(rows) || rows.length !== 5) {
    throw new Misread(`Expected ${form}, got ${formOf(raw)}.`);
  }
  return rows.map((row: unknown, i) => {
    const marks = typeof row === "string" ? [...row.replace(/\s/g, "")] : row;
    if (!Array.isArray(marks) || marks.length !== 5) {
      throw new Misread(`Expected ${form}, but row ${i + 1} is ${formOf(row)}.`);
    }
    return marks.map((mark: unknown) => {
      if (mark === 0 || mark === false || mark === "0") return 0;
      if (mark === 1 || mark === true || mark === "1") return 1;
      throw new Misread(`Expected 0 or 1 for every pixel, but row ${i + 1} holds ${formOf(mark)}.`);
    });
  });
}

function field(name: keyof typeof misconceptions, first: MaskKind, second: MaskKind) {
  return {
    ...worth(name),
    ask:
      `Shade the field in the cell above: \`${name}\` is five strings of five characters, 1 inside, 0 outside.`,
    holds:
      `Output 33 of a real network with masks ${first} and ${second} depends on these pixels and on no other.`,
    evidence: "exact" as const,
    read: readPicture,
    error: (given: number[][]) => {
      const { missing, extra } = wrongPixels(given, slopes(first, second));
      return missing + extra;
    },
    hint: (_: unknown, given: number[][]) => {
      if (given.flat().every((mark) => mark === 0)) {
        return `No pixel is shaded yet. Start at output 33: which pixels of the layer below does mask ${second} let it see?`;
      }
      const count = wrongPixelsWords(wrongPixels(given, slopes(first, second)));
      const way = first === second
        ? `twice through mask ${first}`
        : `through mask ${second}, then through mask ${first}`;
      return `${count} Go back from 33 one layer at a time, ${way}.`;
    },
    misconceptions: misconceptions[name],
  };
}

/** `answer("fieldAA", () => fieldAA)`: the verdict on one answer of question 2. */
export const answer = answers(
  field("fieldAA", "A", "A"),
  field("fieldAB", "A", "B"),
  field("fieldBA", "B", "A"),
  field("fieldBB", "B", "B"),
);
