import { oneOf } from "../math/check.ts";
import type { Random } from "../math/random.ts";

// MNIST as it was published: idx files, a header of big-endian numbers and then one byte a pixel. The bytes stay
// bytes; only the pixels of one batch ever become floats.

/** Numbers of an idx file: a view of its bytes. */
interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * The array in an idx file of unsigned bytes: 0, 0, 8, rank, the sizes as four bytes each, then the numbers.
 *
 * @param name of the file, for the error
 * @returns a view: nothing is copied
 * @throws RangeError for another magic number, a file that ends early or is too long
 */
export function readIdx(bytes: Uint8Array, name: string): Idx {
  const doing = `Cannot read ${name}`;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8) {
    const magic = Array.from(bytes.subarray(0, 4)).join(" ");
    throw new RangeError(
      `${doing}: expected an idx file of bytes, which begins 0 0 8, got ${magic || "nothing"}`,
    );
  }
  const rank = bytes[3], header = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header) {
    throw new RangeError(`${doing}: expected a header of ${header} bytes, got ${bytes.length} bytes in all`);
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((n, d) => n * d, 1);
  if (bytes.length !== header + size) {
    throw new RangeError(
      `${doing}: expected ${header + size} bytes for ${shape.join(" × ")} numbers, got ${bytes.length}`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/** Grey images 0 … 255 with their classes; both are views. */
export interface GreyImages {
  readonly count: number;
  /** Rows and columns of an image. */
  readonly side: number;
  /** count × side × side. */
  readonly pixels: Uint8Array;
  /** count classes 0 … 9. */
  readonly labels: Uint8Array;
}

/** @throws RangeError unless there is a label for every square image */
export function greyImages(images: Idx, labels: Idx): GreyImages {
  const [count, side, columns] = images.shape;
  if (
    images.shape.length !== 3 || side !== columns || labels.shape.length !== 1 || labels.shape[0] !== count
  ) {
    throw new RangeError(
      `Cannot take the images: expected n × s × s pixels and n labels, got ${images.shape.join(" × ")} and ${
        labels.shape.join(" × ")
      }`,
    );
  }
  return { count, side, pixels: images.data, labels: labels.data };
}

/**
 * Larochelle's split: "train" the first 50,000 of the 60,000 training images, "validation" the other 10,000, "test"
 * the 10,000 test images. (His binarised files fix one draw of every pixel; `binarise` with one seed does the same.)
 */
const splits = ["train", "validation", "test"] as const;
export type Split = typeof splits[number];

/** A part of the data, as views: see `splits`. */
export function splitOf(all: { train: GreyImages; test: GreyImages }, split: Split): GreyImages {
  oneOf("take a part of MNIST", "split", split, splits);
  if (split === "test") return all.test;
  const { count, side, pixels, labels } = all.train, at = Math.floor(count * 5 / 6);
  const [from, to] = split === "train" ? [0, at] : [at, count], size = side * side;
  return {
    count: to - from,
    side,
    pixels: pixels.subarray(from * size, to * size),
    labels: labels.subarray(from, to),
  };
}

/**
 * xᵢ ~ Bernoulli(greyᵢ/255), pixel by pixel: the binarisation of Salakhutdinov and Murray (2008). Drawn anew for every
 * batch of a training it is called dynamic; drawn once from one seed it is a fixed test set.
 *
 * @param chosen which images
 * @returns chosen.length × side², zeros and ones
 */
export function binarise(
  { pixels, side }: GreyImages,
  chosen: readonly number[],
  chance: Random,
): Float32Array {
  const size = side * side, x = new Float32Array(chosen.length * size);
  chosen.forEach((image, row) => {
    for (let i = 0; i < size; i++) {
      const grey = pixels[image * size + i];
      // no draw is spent on the many pixels that are certain
      x[row * size + i] = grey === 0 ? 0 : grey === 255 ? 1 : chance.uniform() * 255 < grey ? 1 : 0;
    }
  });
  return x;
}

/** grey/255 of the chosen images: chosen.length × side² numbers in [0, 1]. */
export function unitScale({ pixels, side }: GreyImages, chosen: readonly number[]): Float32Array {
  const size = side * side, x = new Float32Array(chosen.length * size);
  chosen.forEach((image, row) => {
    for (let i = 0; i < size; i++) x[row * size + i] = pixels[image * size + i] / 255;
  });
  return x;
}
