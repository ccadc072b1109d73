import * as check from "../../math/check.ts";
import { tf } from "../tf.ts";
import { assertModel, logits, loss, type PixelCnn } from "./model.ts";
import { assertPictures, type Pictures } from "./pictures.ts";

/**
 * −(1/(n D)) Σ log₂ p(x): what the model needs to write down the pictures.
 *
 * @returns bits per pixel
 * @throws RangeError, TypeError for what are no pictures of the model's levels
 */
export function bitsPerPixel(model: PixelCnn, pictures: Pictures): number {
  assertModel("measure the pictures", model);
  const { count, side, images } = assertPictures("measure the pictures", pictures, model.levels);
  const size = side * side, most = 128;
  let total = 0;
  for (let start = 0; start < count; start += most) {
    const batch = Math.min(most, count - start);
    const levels = Array.from({ length: batch * size }, (_, i) => images[start * size + i]);
    total += batch * meanBits(model, levels, [batch, side, side, 1]);
  }
  return total / count;
}

function meanBits(model: PixelCnn, levels: number[], shape: [number, number, number, number]): number {
  return tf.tidy(() => loss(model, tf.tensor4d(levels, shape)).dataSync()[0]);
}

/**
 * Σ over all pictures x of Π p(xᵢ | …): 1 for a model of pictures, by enumeration. A network whose pixels see
 * themselves gives more: its "probabilities" are none.
 *
 * @param rows, columns size of the pictures, small: levels^(rows · columns) ≤ 65536
 * @throws RangeError for more pictures than that
 */
export function totalProbability(model: PixelCnn, rows: number, columns: number): number {
  const action = "add up the probabilities";
  assertModel(action, model);
  check.integer(action, "number of rows", rows, { from: 1, to: 16 });
  check.integer(action, "number of columns", columns, { from: 1, to: 16 });
  const size = rows * columns, count = model.levels ** size;
  if (count > 65536) {
    throw new RangeError(`Cannot ${action}: expected at most 65536 pictures, got ${count}`);
  }
  const level = (picture: number, i: number) => Math.floor(picture / model.levels ** i) % model.levels;
  let sum = 0;
  for (let start = 0; start < count; start += 1024) {
    const batch = Math.min(1024, count - start);
    const pixels = Array.from(
      { length: batch * size },
      (_, i) => level(start + Math.floor(i / size), i % size),
    );
    const odds = tf.tidy(() => logits(model, tf.tensor4d(pixels, [batch, rows, columns, 1])).dataSync());
    for (let picture = 0; picture < batch; picture++) {
      let logP = 0;
      for (let i = picture * size; i < (picture + 1) * size; i++) {
        logP += logSoftmaxAt(odds.subarray(i * model.levels, (i + 1) * model.levels), pixels[i]);
      }
      sum += Math.exp(logP);
    }
  }
  return sum;
}

/** log(exp aᵥ / Σ exp a), in float64: the sum over v of its exponentials is then 1 to the last digits. */
function logSoftmaxAt(a: ArrayLike<number>, v: number): number {
  const values = Array.from(a), top = Math.max(...values);
  return a[v] - top - Math.log(values.reduce((sum, x) => sum + Math.exp(x - top), 0));
}
