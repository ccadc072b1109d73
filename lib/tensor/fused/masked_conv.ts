import type { Tensor1D, Tensor4D, TensorInfo } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { map } from "../dispatch.ts";
import { convolution, convolutionGradients, type Segment, type Shape } from "../ops/convolution.ts";
import { type Activation, activations } from "./activation.ts";
import { expectFit, expectOneOf, expectTensor } from "./kernel.ts";
import { type Gradients, type Keep, runRecorded } from "./record.ts";

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
  const shape = shapeOf(x.shape, kernel.shape, kind), f = activations.indexOf(activation);
  const [y] = runRecorded("MaskedConv", bias === undefined ? { x, kernel } : { x, kernel, bias }, {
    forward: (backend) => ({ results: [forward(shape, f, { x, kernel, bias }, backend)] }),
    backward: ([dy], { results: [values] }, backend, keep) =>
      gradients(shape, f, { x, kernel, dy, y: values }, backend, keep),
  });
  return y as Tensor4D;
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

const isEmpty = (shape: readonly number[]) => shape.some((d) => d === 0);

function forward(
  shape: Shape,
  activation: number,
  { x, kernel, bias }: { x: TensorInfo; kernel: TensorInfo; bias: TensorInfo | undefined },
  backend: FastBackend,
): TensorInfo {
  const y = backend.reserve([...x.shape.slice(0, 3), kernel.shape[3]]);
  if (isEmpty(y.shape)) return y;
  const atBias = bias === undefined ? 0 : backend.address(bias);
  convolution(shape, backend.address(x), backend.address(kernel), atBias, y.address, activation);
  return y;
}

/** One pass for all of them; dx only where it is asked for, that is, first. */
function gradients(
  shape: Shape,
  activation: number,
  { x, kernel, dy, y }: Record<"x" | "kernel" | "dy" | "y", TensorInfo>,
  backend: FastBackend,
  keep: Keep,
): Gradients {
  let found: { dKernel: TensorInfo; dBias: TensorInfo } | undefined;
  const pass = (dx: number) => {
    const dKernel = keep(backend.reserve(kernel.shape)), dBias = keep(backend.reserve([kernel.shape[3]]));
    found = { dKernel, dBias };
    if (isEmpty(x.shape) || isEmpty(dy.shape)) {
      for (const { address, shape } of [dKernel, dBias]) {
        map(
          "fill",
          shape.reduce((n, d) => n * d, 1),
          address,
          0,
        );
      }
      return found;
    }
    const [atX, atKernel, atY, atDy] = [x, kernel, y, dy].map((info) => backend.address(info));
    const at = { x: atX, kernel: atKernel, y: atY, dy: atDy, dx };
    convolutionGradients(shape, activation, { ...at, dKernel: dKernel.address, dBias: dBias.address });
    return found;
  };
  return {
    x() {
      const dx = backend.reserve(x.shape);
      if (isEmpty(dy.shape)) map("fill", x.shape.reduce((n, d) => n * d, 1), dx.address, 0);
      pass(dx.address);
      return dx;
    },
    kernel: () => (found ?? pass(0)).dKernel,
    bias: () => (found ?? pass(0)).dBias,
  };
}
