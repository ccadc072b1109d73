import * as check from "../math/check.ts";
import { asImage, asPixel } from "./check.ts";
import { assertTensor } from "./conv.ts";
import type { Pixel } from "./mask.ts";
import { type Tensor4D, tf } from "./tf.ts";

const action = "differentiate the network";

/** An output of a network: a pixel and one of its channels (0 by default). */
interface Output {
  readonly pixel: Readonly<Pixel>;
  readonly channel?: number;
}

/**
 * ∂y[pixel, channel]/∂x for each of `outputs`: one row of the Jacobian each, all rows in one batch.
 *
 * @param network maps b × rows × columns × 1 to b × rows × columns × channels, image by image
 * @param image rows of numbers, the point at which it is differentiated
 * @returns as many images as outputs
 * @throws RangeError, TypeError for outputs the network lacks; RangeError where a derivative is not finite
 */
export function inputGradients(
  network: (x: Tensor4D) => Tensor4D,
  image: readonly (readonly number[])[],
  outputs: readonly Output[],
): number[][][] {
  check.callable(action, "network", network);
  if (!Array.isArray(outputs) || outputs.length === 0) {
    throw new TypeError(
      `Cannot ${action}: expected outputs as a list, not empty, got ${check.describe(outputs)}`,
    );
  }
  const point = asImage(action, image), rows = point.length, columns = point[0].length;
  const slopes = tf.tidy(() => {
    const x = tf.tile(tf.tensor4d(point.flat(), [1, rows, columns, 1]), [outputs.length, 1, 1, 1]);
    return tf.grad((batch) => {
      const y = network(batch as Tensor4D);
      assertTensor(action, "the network's output", y);
      if (y.rank !== 4 || y.shape[0] !== outputs.length) {
        throw new RangeError(
          `Cannot ${action}: expected an output of shape [${outputs.length},rows,columns,channels], got [${y.shape}]`,
        );
      }
      return tf.sum(tf.mul(y, oneHots(y.shape, outputs)));
    })(x).dataSync();
  });
  const wrong = slopes.find((slope) => !Number.isFinite(slope));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot ${action}: expected finite derivatives, got ${wrong}`);
  }
  return outputs.map((_, i) =>
    point.map((line, row) => line.map((_, column) => slopes[(i * rows + row) * columns + column]))
  );
}

/** 1 at each output's pixel and channel in its own image of the batch, 0 elsewhere. */
function oneHots(shape: Tensor4D["shape"], outputs: readonly Output[]): Tensor4D {
  const [, rows, columns, channels] = shape, seed = tf.buffer<tf.Rank.R4>(shape);
  outputs.forEach((output, i) => {
    check.object(action, "outputs { pixel, channel }", output);
    const { pixel, channel = 0 } = output;
    const [row, column] = asPixel(action, pixel, [rows, columns]);
    check.integer(action, "channel of an output", channel, { from: 0, to: channels - 1 });
    seed.set(1, i, row, column, channel);
  });
  return seed.toTensor();
}
