import { batches } from "../../math/random.ts";
import * as check from "../../math/check.ts";
import { type Listening, stepwise } from "../../course/listening.ts";
import { assertPictures, type Pictures } from "./pictures.ts";
import { assertModel, loss, type PixelCnn, weightsOf } from "./model.ts";
import { compile, type Tensor4D, tf } from "../tf.ts";

/** How to train; onProgress hears of each batch's bits per pixel before the update. */
interface TrainOptions extends Listening {
  /** Updates of the weights, 300 by default. */
  readonly steps?: number;
  /** Pictures per update, 16 by default. */
  readonly batch?: number;
  /** Adam's step size, 0.02 by default. */
  readonly learningRate?: number;
  /** Of the order in which pictures are seen, a whole number; 1 by default. */
  readonly seed?: number;
}

/**
 * w ← w − Adam step on −mean log₂ p(batch): trains the model in place, without blocking other work for long.
 *
 * Pictures are seen in random order, each once before any again. The same seed gives the same weights.
 *
 * @returns every update's bits per pixel (of its batch, before the update): fewer than `steps` if aborted
 * @throws RangeError, TypeError for bad options, and RangeError when the loss is no longer finite
 */
export async function train(
  model: PixelCnn,
  pictures: Pictures,
  options: TrainOptions = {},
): Promise<number[]> {
  const action = "train the PixelCNN";
  assertModel(action, model);
  check.object(action, "options { steps, … }", options);
  const { steps = 300, batch = 16, learningRate = 0.02, seed = 1, onProgress, signal } = options;
  const { count, side, images } = assertPictures(action, pictures, model.levels);
  check.callback(action, "onProgress", onProgress);
  check.signal(action, signal);
  check.integer(action, "number of steps", steps, { from: 0, to: 1e6 });
  check.integer(action, "batch size", batch, { from: 1, to: count });
  check.positive(action, "learning rate", learningRate);
  const nextBatch = batches(count, batch, seed), size = side * side;
  const optimizer = tf.train.adam(learningRate), weights = weightsOf(model);
  const update = compile((x: Tensor4D) =>
    optimizer.minimize(() => loss(model, x), true, weights) as tf.Scalar
  );
  try {
    return await stepwise(steps, (step) => {
      const pixels = nextBatch().flatMap((i) => Array.from({ length: size }, (_, j) => images[i * size + j]));
      const bits = tf.tidy(() => {
        const x = tf.tensor4d(pixels, [batch, side, side, 1]);
        return update(x).dataSync()[0];
      });
      if (Number.isFinite(bits)) return bits;
      throw new RangeError(
        `Cannot ${action}: expected a finite loss, got ${bits} at step ${step}; try a smaller learning rate`,
      );
    }, { onProgress, signal });
  } finally {
    update.dispose();
    optimizer.dispose();
  }
}
