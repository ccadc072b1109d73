import { assertKind, mask, type MaskKind, shown } from "./mask.ts";
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
  assertKind(action, kind);
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
    return tf.conv2d(x, tf.mul<Tensor4D>(kernel, taps), 1, "same");
  });
}

/** @throws TypeError unless `value` is a float32 tensor that has not been disposed. */
export function assertTensor(action: string, name: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof tf.Tensor)) {
    throw new TypeError(`Cannot ${action}: expected a tensor as ${name}, got ${shown(value)}`);
  }
  if (value.isDisposed) {
    throw new TypeError(`Cannot ${action}: expected a live tensor as ${name}, got a disposed one`);
  }
  if (value.dtype !== "float32") {
    throw new TypeError(`Cannot ${action}: expected a float32 tensor as ${name}, got ${value.dtype}`);
  }
}
