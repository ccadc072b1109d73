import type { Tensor, Tensor1D, Tensor4D, TensorInfo } from "@tensorflow/tfjs-core";
import { type Fresh, provide, size } from "../backend.ts";
import { map } from "../dispatch.ts";
import type { Segment, Shape } from "../convolution.ts";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { convolution, inputGradient, kernelGradient } from "../ops/convolution.ts";
import { activationGradient } from "./activation.ts";
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
    throw new RangeError(
      `Cannot ${doing}: expected a square kernel of odd size up to 47, got ${height} × ${width}`,
    );
  }
  if (bias !== undefined) {
    expectTensor(doing, "bias", bias, 1);
    expectFit(doing, bias.shape[0] === kernel.shape[3], ["bias", bias], ["kernel", kernel]);
  }
  return runKernel("MaskedConv", bias === undefined ? { x, kernel } : { x, kernel, bias }, {
    kind,
    activation,
  });
}

/** Live taps of a mask: whole rows above the centre, the centre's row up to it. */
function liveTaps(kind: MaskKind, n: number): Segment[] {
  const middle = (n - 1) / 2;
  const rows = Array.from({ length: middle }, (_, row) => ({ row, from: 0, taps: n }));
  const centre = { row: middle, from: 0, taps: middle + (kind === "B" ? 1 : 0) };
  return centre.taps > 0 ? [...rows, centre] : rows;
}

function shapeOf(x: readonly number[], kernel: readonly number[], kind: MaskKind): Shape {
  const [images, height, width, channels] = x, n = kernel[0], middle = (n - 1) / 2;
  return {
    ...{ images, height, width, channels, outChannels: kernel[3], kernelHeight: n, kernelWidth: n },
    pad: { top: middle, bottom: middle, left: middle, right: middle },
    segments: liveTaps(kind, n),
  };
}

const clear = ({ shape, address }: Fresh) => map("fill", size(shape), address, 0);

interface Attrs {
  readonly kind: MaskKind;
  readonly activation: Activation;
  /** Shapes of the images and of the kernel. */
  readonly x: number[];
  readonly kernel: number[];
}

/** Registers the kernel and its gradient: slopes δ = dy f′(y), then the convolution's own two gradients. */
export function registerMaskedConv() {
  provide<{ x: TensorInfo; kernel: TensorInfo; bias?: TensorInfo }, Attrs>(
    "MaskedConv",
    ({ x, kernel, bias }, { kind, activation }, backend) => {
      const y = backend.reserve([...x.shape.slice(0, 3), kernel.shape[3]]);
      if (y.shape.includes(0)) return y;
      const [from, weights] = [x, kernel].map((t) => backend.address(t));
      const atBias = bias === undefined ? 0 : backend.address(bias);
      convolution(shapeOf(x.shape, kernel.shape, kind), from, weights, atBias, y.address, activation);
      return y;
    },
  );
  provide<{ dy: TensorInfo; kernel: TensorInfo }, Attrs>(
    "MaskedConvInput",
    ({ dy, kernel }, attrs, backend) => {
      const dx = backend.reserve(attrs.x), shape = shapeOf(attrs.x, kernel.shape, attrs.kind);
      if (dy.shape.includes(0)) clear(dx);
      else inputGradient(shape, backend.address(dy), backend.address(kernel), dx.address);
      return dx;
    },
  );
  provide<{ x: TensorInfo; dy: TensorInfo }, Attrs>("MaskedConvKernel", ({ x, dy }, attrs, backend) => {
    const dK = backend.reserve(attrs.kernel), shape = shapeOf(x.shape, attrs.kernel, attrs.kind);
    if ([...x.shape, ...dy.shape].includes(0)) clear(dK);
    else kernelGradient(shape, backend.address(x), backend.address(dy), dK.address);
    return dK;
  });
  differentiate<Attrs>(
    "MaskedConv",
    { inputs: ["x", "kernel"], outputs: [true] },
    ([dy], [x, kernel, y], { kind, activation }) => {
      const slope = activationGradient(activation, dy, y);
      const attrs = { kind, x: x.shape, kernel: kernel.shape };
      return {
        x: () => runKernel<Tensor>("MaskedConvInput", { dy: slope, kernel }, attrs),
        kernel: () => runKernel<Tensor>("MaskedConvKernel", { x, dy: slope }, attrs),
        bias: () => runKernel<Tensor>("Sum", { x: slope }, { axis: [0, 1, 2], keepDims: false }),
      };
    },
  );
}
