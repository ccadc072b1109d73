import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { activationGradient } from "./activation.ts";
import { refusal } from "../refusals.ts";
import { differentiate, expectFit, expectOneOf, expectTensor, runKernel } from "./kernel.ts";

/** "A" hides the centre of the kernel, "B" does not; both hide what comes after it in raster order. */
export type MaskKind = "A" | "B";

/** What may follow the convolution in the same kernel. */
export interface MaskedConvOptions {
  /** One number an output channel. */
  readonly bias?: Tensor1D;
  readonly activation?: Activation;
}

/**
 * y[r, c, o] = f(b[o] + Σ x[r + i − h, c + j − h, k] M[i, j] K[i, j, k, o]), M the raster-order mask, h = ⌊n/2⌋:
 * cross-correlation with zero padding that keeps the size.
 *
 * Textbook form: conv2d(x, K ⊙ M). Here only the live taps are run (4 or 5 of 9, 24 or 25 of 49), so a masked
 * weight has no influence even where it is NaN, and its gradient is exactly 0.
 *
 * @param x NHWC
 * @param kernel HWIO, n × n with n odd
 * @param kind "A" or "B"
 * @param options bias and activation
 * @returns NHWC; differentiable in x, kernel and bias
 * @throws TypeError, RangeError for other ranks, even kernels, other kinds, channels that do not fit
 */
export function maskedConv(
  x: Tensor4D,
  kernel: Tensor4D,
  kind: MaskKind,
  { bias, activation = "linear" }: MaskedConvOptions = {},
): Tensor4D {
  const doing = "apply a masked convolution";
  expectTensor(doing, "x", x, 4);
  expectTensor(doing, "kernel", kernel, 4);
  expectOneOf(doing, "kind", kind, ["A", "B"]);
  expectOneOf(doing, "activation", activation, activations);
  expectFit(doing, x.shape[3] === kernel.shape[2], ["x", x], ["kernel", kernel]);
  const [height, width] = kernel.shape;
  if (height !== width || height % 2 === 0 || height > 47) {
    throw refusal(doing, "a square kernel of odd size up to 47", `${height} × ${width}`);
  }
  if (bias !== undefined) {
    expectTensor(doing, "bias", bias, 1);
    expectFit(doing, bias.shape[0] === kernel.shape[3], ["bias", bias], ["kernel", kernel]);
  }
  const live = (height * width - 1) / 2 + (kind === "B" ? 1 : 0);
  const attrs = { live, activation, strides: 1, pad: "same", dataFormat: "NHWC" };
  return runKernel("MaskedConv", { x, filter: kernel, ...bias && { bias } }, attrs);
}

/** Registers the gradient: slopes δ = dy f′(y), then the convolution's own two gradients. */
export function registerMaskedConv() {
  differentiate<{ activation: Activation }>(
    "MaskedConv",
    { inputs: ["x", "filter"], outputs: [true] },
    ([dy], [x, filter, y], given) => {
      const slope = activationGradient(given.activation, dy, y);
      const attrs = { ...given, inputShape: x.shape, filterShape: filter.shape };
      return {
        x: () => runKernel("MaskedConvInput", { dy: slope, filter }, attrs),
        filter: () => runKernel("MaskedConvKernel", { x, dy: slope }, attrs),
        bias: () => slope.sum([0, 1, 2]),
      };
    },
  );
}
