import { random } from "../../math/random.ts";
import * as check from "../../math/check.ts";
import { heard } from "../../course/listening.ts";
import { assertModel, logits, type PixelCnn } from "./model.ts";
import { tf } from "../tf.ts";

/** What to draw. */
interface SampleOptions {
  /** Pictures, 1 … 256; 16 by default. */
  readonly count?: number;
  /** Rows and columns of a picture, 8 by default. */
  readonly side?: number;
  /** Whole number, 1 by default. */
  readonly seed?: number;
  /** Called after every pixel, and awaited, with how many of the side² pixels are there. */
  readonly onProgress?: (pixels: number) => unknown;
  /** Ends the drawing; pixels not drawn stay 0. */
  readonly signal?: AbortSignal;
}

/**
 * xᵢ ~ p(· | x₁ … xᵢ₋₁), i = 1, 2, …: pictures drawn pixel by pixel in raster order, one pass of the network a pixel.
 *
 * A pixel that is not yet drawn is 0. A causal network cannot tell; one that sees its own pixel reads that 0.
 *
 * @returns count pictures, each `side` rows of levels
 * @throws RangeError, TypeError for bad options
 */
export async function sample(model: PixelCnn, options: SampleOptions = {}): Promise<number[][][]> {
  const action = "draw pictures";
  assertModel(action, model);
  check.object(action, "options { count, … }", options);
  const { count = 16, side = 8, seed = 1, onProgress, signal } = options;
  check.integer(action, "number of pictures", count, { from: 1, to: 256 });
  check.integer(action, "side of the pictures", side, { from: 1, to: 64 });
  check.callback(action, "onProgress", onProgress);
  check.signal(action, signal);
  const chance = random(seed), size = side * side;
  const pictures = Array.from({ length: count }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size && !signal?.aborted; i++) {
    const odds = tf.tidy(() => {
      const scores = logits(model, tf.tensor4d(pictures.flat(), [count, side, side, 1]));
      const here = tf.slice4d(scores, [0, Math.floor(i / side), i % side, 0], [count, 1, 1, model.levels]);
      return tf.softmax(here).dataSync();
    });
    if (!odds.every(Number.isFinite)) {
      throw new RangeError(
        `Cannot ${action}: expected finite probabilities, got ${odds.find((p) => !Number.isFinite(p))}`,
      );
    }
    pictures.forEach((picture, n) => {
      picture[i] = drawn(odds.subarray(n * model.levels, (n + 1) * model.levels), chance.uniform());
    });
    await heard(signal, () => onProgress?.(i + 1));
    await new Promise((resume) => setTimeout(resume));
  }
  return pictures.map((picture) =>
    Array.from({ length: side }, (_, row) => picture.slice(row * side, (row + 1) * side))
  );
}

/** min{v : p₀ + … + pᵥ > u}: the level that a uniform draw u picks. */
function drawn(probabilities: ArrayLike<number>, u: number): number {
  let sum = 0;
  for (let v = 0; v < probabilities.length - 1; v++) {
    sum += probabilities[v];
    if (u < sum) return v;
  }
  return probabilities.length - 1;
}
