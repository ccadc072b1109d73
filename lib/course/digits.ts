import { inflateSync } from "fflate";
import packed from "../../data/digits.json" with { type: "json" };

/** n handwritten digits, 8 × 8 pixels each. */
interface Digits {
  readonly count: number;
  /** Rows and columns of an image. */
  readonly side: 8;
  /** n × 8 × 8 values, image by image, row by row: ready for `tf.tensor4d(images, [count, 8, 8, 1])`. */
  readonly images: Float32Array;
  /** n classes 0 … 9. */
  readonly labels: Uint8Array;
}

const parts = ["train", "test", "all"] as const;
const scalings = {
  /** 0, 1, …, 16: how many of the 4 × 4 scanned pixels below were inked. */
  levels: (level: number) => level,
  /** level / 16 in [0, 1]. */
  unit: (level: number) => level / 16,
  /** 1 where at least half is inked (level ≥ 8), else 0. */
  binary: (level: number) => level >= 8 ? 1 : 0,
};

export type DigitPart = typeof parts[number];
export type DigitScaling = keyof typeof scalings;

/**
 * The 1797 handwritten digits of the UCI repository (data/README.md), in the order of the source. The split
 * is fixed and stratified: of each class every fifth image is for the test (355), the others (1442) to train.
 *
 * @param part "train" (default), "test" or "all"
 * @param options.scaling "unit" (default: level / 16), "levels" (0 … 16) or "binary" (level ≥ 8)
 * @returns fresh arrays, the caller's to change
 * @throws RangeError for another part or scaling
 */
export function digits(part: DigitPart = "train", options: { scaling?: DigitScaling } = {}): Digits {
  const scaling = options.scaling ?? "unit";
  const oneOf = (what: string, allowed: readonly string[], got: unknown) => {
    if (!allowed.includes(got as string)) {
      throw new RangeError(
        `Cannot load the digits: expected ${what} ${allowed.join(" | ")}, got ${String(got)}`,
      );
    }
  };
  oneOf("part", parts, part);
  oneOf("scaling", Object.keys(scalings), scaling);
  const { count, stream } = unpacked();
  const size = packed.side ** 2;
  const label = (image: number) => stream[size * count + image];

  const seen = new Array<number>(10).fill(0);
  const chosen: number[] = [];
  for (let image = 0; image < count; image++) {
    const forTest = ++seen[label(image)] % 5 === 0;
    if (part === "all" || forTest === (part === "test")) chosen.push(image);
  }
  const scale = scalings[scaling];
  const images = new Float32Array(chosen.length * size);
  chosen.forEach((image, row) => {
    for (let pixel = 0; pixel < size; pixel++) {
      images[row * size + pixel] = scale(stream[pixel * count + image]);
    }
  });
  return { count: chosen.length, side: 8, images, labels: Uint8Array.from(chosen, label) };
}

/** The same images as rows of 64 numbers in [0, 1]. */
export function digitRows(part: DigitPart): number[][] {
  const { images, count } = digits(part);
  return Array.from({ length: count }, (_, n) => {
    const row = new Array<number>(64);
    for (let pixel = 0; pixel < 64; pixel++) row[pixel] = images[64 * n + pixel];
    return row;
  });
}

let kept: Uint8Array | undefined;

/** Bytes as packed by data/digits.py: pixel 0 of every image, …, pixel 63 of every image, then the labels. */
function unpacked(): { count: number; stream: Uint8Array } {
  kept ??= inflateSync(Uint8Array.from(atob(packed.bytes), (c) => c.charCodeAt(0)));
  return { count: packed.count, stream: kept };
}
