import type { Tensor, Tensor1D, Tensor4D, TensorInfo } from "@tensorflow/tfjs-core";
import { define, type FastBackend } from "../backend.ts";
import { convolution, inputGradient, kernelGradient, type Segment, type Shape } from "../ops/convolution.ts";
import { type Activation, activationGradient, activations } from "./activation.ts";
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
  if (bias === undefined) return runKernel("MaskedConv", { x, kernel }, { kind, activation });
  expectTensor(doing, "bias", bias, 1);
  expectFit(doing, bias.shape[0] === kernel.shape[3], ["bias", bias], ["kernel", kernel]);
  return runKernel("MaskedConv", { x, kernel, bias }, { kind, activation });
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
    images,
    height,
    width,
    channels,
    outChannels: kernel[3],
    kernelHeight: n,
    kernelWidth: n,
    pad: { top: middle, bottom: middle, left: middle, right: middle },
    segments: liveTaps(kind, n),
  };
}

interface Attrs {
  readonly kind: MaskKind;
  readonly activation: Activation;
}

const isEmpty = (shape: readonly number[]) => shape.some((d) => d === 0);

function forward(
  { x, kernel, bias }: { x: TensorInfo; kernel: TensorInfo; bias?: TensorInfo },
  { kind, activation }: Attrs,
  backend: FastBackend,
): TensorInfo {
  const y = backend.reserve([...x.shape.slice(0, 3), kernel.shape[3]]);
  if (isEmpty(y.shape)) return y;
  const shape = shapeOf(x.shape, kernel.shape, kind), atBias = bias === undefined ? 0 : backend.address(bias);
  const f = activations.indexOf(activation);
  convolution(shape, backend.address(x), backend.address(kernel), atBias, y.address, f);
  return y;
}

export function registerMaskedConv() {
  define("MaskedConv", forward);
  define<{ dy: TensorInfo; kernel: TensorInfo }, { kind: MaskKind; shape: number[] }>(
    "MaskedConvInputGrad",
    ({ dy, kernel }, { kind, shape }, backend) => {
      const dx = backend.reserve(shape);
      if (isEmpty(shape) || isEmpty(dy.shape)) return dx;
      inputGradient(
        shapeOf(shape, kernel.shape, kind),
        backend.address(dy),
        backend.address(kernel),
        dx.address,
      );
      return dx;
    },
  );
  define<{ x: TensorInfo; dy: TensorInfo }, { kind: MaskKind; shape: number[] }>(
    "MaskedConvKernelGrad",
    ({ x, dy }, { kind, shape }, backend) => {
      if (isEmpty(x.shape) || isEmpty(dy.shape)) {
        return backend.makeTensorInfo(shape, "float32", new Float32Array(shape.reduce((n, d) => n * d, 1)));
      }
      const dKernel = backend.reserve(shape);
      kernelGradient(shapeOf(x.shape, shape, kind), backend.address(x), backend.address(dy), dKernel.address);
      return dKernel;
    },
  );
  differentiate<Attrs>(
    "MaskedConv",
    { inputs: ["x", "kernel"], outputs: [true] },
    ([dy], [x, kernel, y], { kind, activation }) => {
      const slope = activationGradient(activation, dy, y);
      return {
        x: () => runKernel<Tensor>("MaskedConvInputGrad", { dy: slope, kernel }, { kind, shape: x.shape }),
        kernel: () =>
          runKernel<Tensor>("MaskedConvKernelGrad", { x, dy: slope }, { kind, shape: kernel.shape }),
        bias: () => runKernel<Tensor>("Sum", { x: slope }, { axis: [0, 1, 2], keepDims: false }),
      };
    },
  );
}
