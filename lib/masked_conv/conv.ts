import * as check from "../math/check.ts";
import { kindOf } from "./check.ts";
import { mask, type MaskKind } from "./mask.ts";
import { type Tensor, type Tensor4D, tf } from "./tf.ts";

/**
 * yₙᵢⱼ꜀ = Σ over (a, b, d) of (M ⊙ K)ₐᵦ𝒹꜀ · xₙ,ᵢ₊ₐ,ⱼ₊ᵦ,𝒹 (cross-correlation, stride 1, zeros beyond the border).
 *
 * @param x images, NHWC: batch × rows × columns × channels in, float32; a batch of 0 gives a batch of 0
 * @param kernel HWIO: k × k × channels in × channels out, k odd, float32
 * @param kind "A" or "B"
 * @returns batch × rows × columns × channels out: one new tensor, the caller's to dispose; x and kernel stay.
 *   Differentiable in both, zero where the mask is zero. NaN and ±Infinity pass through, also from masked taps
 *   (0 · NaN = NaN).
 * @throws RangeError for another kind or shapes that do not fit (naming both), TypeError for what is no float32 tensor
 */
export function maskedConv2d(x: Tensor4D, kernel: Tensor4D, kind: MaskKind): Tensor4D {
  const action = "apply a masked convolution";
  kindOf(action, kind);
  assertTensor(action, "images", x);
  assertTensor(action, "kernel", kernel);
  const got = `got images of shape [${x.shape}] and a kernel of shape [${kernel.shape}]`;
  if (x.rank !== 4 || kernel.rank !== 4) {
    throw new RangeError(
      `Cannot ${action}: expected rank 4 (batch × rows × columns × channels) and rank 4 (rows × columns × in × out), ${got}`,
    );
  }
  const [rows, columns, channels] = kernel.shape;
  if (rows !== columns || rows % 2 === 0) {
    throw new RangeError(`Cannot ${action}: expected a square kernel of odd size, ${got}`);
  }
  if (channels !== x.shape[3]) {
    throw new RangeError(`Cannot ${action}: expected as many channels in as the images have, ${got}`);
  }
  return tf.tidy(() => {
    const taps = tf.tensor4d(mask(kind, rows).flat(), [rows, rows, 1, 1]);
    return correlate(x, tf.mul<Tensor4D>(kernel, taps));
  });
}

/**
 * yₙᵢⱼ꜀ = Σ Kₐᵦ𝒹꜀ xₙ,ᵢ₊ₐ,ⱼ₊ᵦ,𝒹: `tf.conv2d(x, K, 1, "same")` for an odd square kernel, but quick to differentiate.
 *
 * Both gradients are forward correlations again: x̄ = ȳ ⋆ (K turned by 180°, channels swapped), and K̄ = x ⋆ ȳ with
 * the batch in the place of the channels. tfjs's cpu backend does these some 15 times faster than its own.
 */
export function correlate(x: Tensor4D, kernel: Tensor4D): Tensor4D {
  const radius = kernel.shape[0] >> 1;
  const border: [number, number] = [radius, radius];
  const op = tf.customGrad((images, weights, save) => {
    (save as (kept: Tensor[]) => void)([images as Tensor, weights as Tensor]);
    const gradFunc = (dy: Tensor, kept: Tensor[]) => {
      const [X, K] = kept as Tensor4D[];
      const turned = tf.transpose(tf.reverse4d(K, [0, 1]), [0, 1, 3, 2]);
      const padded = tf.pad4d(X, [[0, 0], border, border, [0, 0]]);
      const dK = tf.conv2d(
        tf.transpose(padded, [3, 1, 2, 0]),
        tf.transpose(dy as Tensor4D, [1, 2, 0, 3]),
        1,
        "valid",
      );
      return [tf.conv2d(dy as Tensor4D, turned, 1, "same"), tf.transpose(dK, [1, 2, 0, 3])];
    };
    return { value: tf.conv2d(images as Tensor4D, weights as Tensor4D, 1, "same"), gradFunc };
  });
  return op(x, kernel) as Tensor4D;
}

/** @throws TypeError unless `value` is a float32 tensor that has not been disposed. */
export function assertTensor(action: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof tf.Tensor)) {
    throw new TypeError(`Cannot ${action}: expected a tensor as ${name}, got ${check.describe(value)}`);
  }
  if (value.isDisposed) {
    throw new TypeError(`Cannot ${action}: expected a live tensor as ${name}, got a disposed one`);
  }
  if (value.dtype !== "float32") {
    throw new TypeError(`Cannot ${action}: expected a float32 tensor as ${name}, got ${value.dtype}`);
  }
}
