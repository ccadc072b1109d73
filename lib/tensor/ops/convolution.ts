import { backend_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { jobOf, panelColumns, type Places, type Shape, sizesOf } from "../convolution.ts";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { borrow, kernels, map, panelWidth, sumColumns, threads, transpose } from "../dispatch.ts";
import { areFloat, type FastBackend, type Fresh, provide, size } from "../backend.ts";
import { index } from "../programs.ts";
import { products } from "../../math/native.ts";
import { expectPaddings } from "../refusals.ts";
import { activate, isFast } from "./matmul.ts";

/** Runs one of the convolution's two programs: of scratch memory each thread has an image and `beside` floats. */
function run(
  program: "convolve" | "filterGradient",
  shape: Shape,
  at: Pick<Places, "x" | "kernel" | "bias" | "y"> & Partial<Places>,
  beside: number,
  [total, grain]: readonly [total: number, grain: number],
) {
  const bytes = 64 * Math.ceil((sizesOf(shape).floats + beside + 16) / 16);
  const wide = Math.min(shape.channels, shape.outChannels) >= 4 && shape.segments.length > 0;
  const how = { groups: 1, activation: 0, native: wide && products() !== undefined ? 1 : 0 };
  borrow(2 * bytes, (scratch) => {
    const job = jobOf(shape, { ...how, panelWidth: panelWidth(), scratch, bytes, ...at });
    threads.run(index[program], job, total, grain);
  });
}

/** y = f(x ∗ kernel + bias): addresses of x (NHWC), kernel (HWIO), bias (0: none), y. */
export function convolution(
  shape: Shape,
  x: number,
  kernel: number,
  bias: number,
  y: number,
  f: Activation = "linear",
) {
  const { images, outChannels } = shape, { outHeight, outWidth, across } = sizesOf(shape);
  const outSize = outHeight * outWidth * outChannels;
  // f runs on each image by itself where that ends after whole vectors
  const activation = outSize % 8 === 0 ? activations.indexOf(f) : 0;
  const edge = outHeight * Math.max(outWidth * panelWidth(), across * outChannels);
  const grain = Math.max(1, Math.ceil(images / 16));
  run("convolve", shape, { x, kernel, bias, y, activation }, edge, [images, grain]);
  if (f !== "linear" && activation === 0) map(f, images * outSize, y, y);
}

/** The convolution that gives dx from dy: padding and live taps are mirrored. */
function turnedShape(shape: Shape): Shape {
  const { kernelHeight: h, kernelWidth: w, pad: { top, bottom, left, right } } = shape;
  const { outHeight: height, outWidth: width } = sizesOf(shape);
  return {
    ...shape,
    ...{ height, width, channels: shape.outChannels, outChannels: shape.channels },
    pad: { top: h - 1 - top, bottom: h - 1 - bottom, left: w - 1 - left, right: w - 1 - right },
    segments: shape.segments.map(({ row, from, taps }) => ({
      row: h - 1 - row,
      from: w - from - taps,
      taps,
    })),
  };
}

/** dx = dy ∗ (kernel turned by 180°, its channels transposed): again a convolution; dead taps stay unread. */
export function inputGradient(shape: Shape, dy: number, kernel: number, dx: number) {
  const { kernelHeight: h, kernelWidth: w, channels, outChannels } = shape, tap = 4 * channels * outChannels;
  borrow(h * w * tap, (turned) => {
    for (const { row, from, taps } of shape.segments) {
      for (let column = from; column < from + taps; column++) {
        const opposite = (h - 1 - row) * w + (w - 1 - column);
        transpose(kernel + (row * w + column) * tap, turned + opposite * tap, channels, outChannels);
      }
    }
    convolution(turnedShape(shape), dy, turned, 0, dx);
  });
}

/** dKernel (HWIO): the partial gradients of some groups, then their sum; masked taps get 0. */
export function kernelGradient(shape: Shape, x: number, dy: number, dKernel: number) {
  const { images, kernelHeight, kernelWidth, channels, outChannels } = shape;
  // the same groups for any thread count
  const groups = Math.min(images, 8), columns = panelColumns(outChannels, panelWidth());
  const rows = kernelHeight * kernelWidth * channels, total = 4 * rows * columns;
  const { outHeight, across } = sizesOf(shape), beside = outHeight * across * outChannels + 16;
  borrow((groups + 1) * total, (partial) => {
    const sum = partial + groups * total;
    run("filterGradient", shape, { x, kernel: partial, bias: 0, y: dy, groups }, beside, [groups, 1]);
    sumColumns(partial, groups, rows * columns, sum);
    kernels.copyRows(sum, 4 * columns, dKernel, 4 * outChannels, outChannels, rows);
  });
}

type Info = backend_util.Conv2DInfo;

/** The convolution our kernels take: NHWC, stride 1, no dilation, padding inside the kernel, nothing empty. */
function shapeOf(info: Info): Shape | undefined {
  const { padInfo: pad, filterHeight, filterWidth } = info;
  const plain = info.dataFormat === "channelsLast" && info.strideHeight === 1 && info.strideWidth === 1 &&
    info.dilationHeight === 1 && info.dilationWidth === 1;
  const inside = pad.top < filterHeight && pad.bottom < filterHeight && pad.left < filterWidth &&
    pad.right < filterWidth && filterHeight <= 48;
  if (!plain || !inside || size(info.inShape) * size(info.outShape) * size(info.filterShape) === 0) {
    return undefined;
  }
  const { batchSize: images, inHeight: height, inWidth: width, inChannels: channels, outChannels } = info;
  const shape = {
    ...{ images, height, width, channels, outChannels, kernelHeight: filterHeight, kernelWidth: filterWidth },
    pad,
    segments: Array.from({ length: filterHeight }, (_, row) => ({ row, from: 0, taps: filterWidth })),
  };
  // With a number as padding tfjs takes a kernel's height for its width too: such outputs are left to it.
  const { outHeight, outWidth } = sizesOf(shape);
  return outHeight === info.outHeight && outWidth === info.outWidth ? shape : undefined;
}

interface Attrs {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * @throws RangeError where the kernel, with its dilation, does not fit into the padded image, and for strides,
 * dilations and paddings that are no whole numbers
 */
function infoOf(attrs: Attrs, inShape: number[], filterShape: number[]): Info {
  for (const [name, steps] of Object.entries({ strides: attrs.strides, dilations: attrs.dilations ?? 1 })) {
    if ([steps].flat().every((step) => Number.isInteger(step) && step > 0)) continue;
    throw new RangeError(`Cannot convolve: expected ${name} that are whole and positive, got ${steps}`);
  }
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(attrs.dataFormat),
  );
  const { top, bottom, left, right } = info.padInfo;
  expectPaddings("convolve", [[top, bottom], [left, right]]);
  if (info.outHeight >= 0 && info.outWidth >= 0) return info;
  throw new RangeError(
    `Cannot convolve: expected a kernel that fits into the padded image, got one of ${info.effectiveFilterHeight} × ` +
      `${info.effectiveFilterWidth} pixels (with its dilation) for ${info.inHeight} × ${info.inWidth}`,
  );
}

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
}

function forward(
  { x, filter, bias }: Inputs,
  attrs: Attrs & { activation?: string },
  backend: FastBackend,
): Fresh | undefined {
  const hasBias = bias !== undefined && bias !== null;
  if (!areFloat(x, filter, bias) || !isFast(attrs.activation)) return undefined;
  const info = infoOf(attrs, x.shape, filter.shape), shape = shapeOf(info);
  if (shape === undefined || hasBias && (size(bias.shape) !== shape.outChannels || bias.shape.length > 1)) {
    return undefined;
  }
  const y = backend.reserve(info.outShape), [from, kernel] = [x, filter].map((t) => backend.address(t));
  convolution(shape, from, kernel, hasBias ? backend.address(bias) : 0, y.address);
  activate(attrs.activation, y);
  return y;
}

/** Whether dy has the shape that the convolution gives (a transposed convolution may bring another). */
function isOutputOf(shape: Shape, dy: TensorInfo): boolean {
  const { outHeight, outWidth } = sizesOf(shape);
  return util.arraysEqual(dy.shape, [shape.images, outHeight, outWidth, shape.outChannels]);
}

/** Puts the convolutions in place. */
export function provideConvolutions() {
  provide<Inputs, Attrs>("Conv2D", forward);
  provide<Inputs, Attrs & { activation?: string }>("FusedConv2D", forward);
  provide<{ dy: TensorInfo; filter: TensorInfo }, Attrs & { inputShape: number[] }>(
    "Conv2DBackpropInput",
    ({ dy, filter }, attrs, backend) => {
      const shape = shapeOf(infoOf({ ...attrs, dilations: 1 }, attrs.inputShape, filter.shape));
      if (!areFloat(dy, filter) || shape === undefined || !isOutputOf(shape, dy)) return undefined;
      const dx = backend.reserve(attrs.inputShape);
      inputGradient(shape, backend.address(dy), backend.address(filter), dx.address);
      return dx;
    },
  );
  provide<{ x: TensorInfo; dy: TensorInfo }, Attrs & { filterShape: number[] }>(
    "Conv2DBackpropFilter",
    ({ x, dy }, attrs, backend) => {
      const shape = shapeOf(infoOf({ ...attrs, dilations: 1 }, x.shape, attrs.filterShape));
      if (!areFloat(x, dy) || shape === undefined || !isOutputOf(shape, dy)) return undefined;
      const dKernel = backend.reserve(attrs.filterShape);
      kernelGradient(shape, backend.address(x), backend.address(dy), dKernel.address);
      return dKernel;
    },
  );
}
