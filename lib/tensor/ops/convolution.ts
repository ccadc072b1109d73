import { backend_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { geometry, guardedSize, panelColumns } from "../convolution.ts";
import { activationKernels } from "../kernels/mod.ts";
import { borrow, kernels, map, panelWidth, sumColumns, threads, transpose } from "../dispatch.ts";
import { areFloat, type FastBackend, type Fresh, override } from "../backend.ts";
import { index } from "../programs.ts";
import { products } from "../../math/native.ts";
import { expectPaddings } from "../refusals.ts";
import { activate, isFast } from "./matmul.ts";

/** Taps [from, from + taps) of kernel row `row`: those that are not masked. */
export interface Segment {
  readonly row: number;
  readonly from: number;
  readonly taps: number;
}

/** A convolution of stride 1: images × height × width × channels by a kernel, padded. */
export interface Shape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly pad: { top: number; bottom: number; left: number; right: number };
  readonly segments: readonly Segment[];
}

/** The taps of a kernel without a mask. */
export const allTaps = (kernelHeight: number, kernelWidth: number): Segment[] =>
  Array.from({ length: kernelHeight }, (_, row) => ({ row, from: 0, taps: kernelWidth }));

const outHeight = ({ height, pad, kernelHeight }: Shape) => height + pad.top + pad.bottom - kernelHeight + 1;
const outWidth = ({ width, pad, kernelWidth }: Shape) => width + pad.left + pad.right - kernelWidth + 1;

/** The numbers of a job (convolution.ts); addresses filled in by the caller. */
function jobOf(shape: Shape, x: number, kernel: number, bias: number, y: number): number[] {
  const g = geometry, job: number[] = new Array(g.list + 3 * shape.segments.length).fill(0);
  [job[g.x], job[g.kernel], job[g.bias], job[g.y]] = [x, kernel, bias, y];
  [job[g.height], job[g.width], job[g.channels]] = [shape.height, shape.width, shape.channels];
  [job[g.outHeight], job[g.outWidth], job[g.outChannels]] = [
    outHeight(shape),
    outWidth(shape),
    shape.outChannels,
  ];
  [job[g.kernelHeight], job[g.kernelWidth]] = [shape.kernelHeight, shape.kernelWidth];
  [job[g.padTop], job[g.padLeft], job[g.padBottom]] = [shape.pad.top, shape.pad.left, shape.pad.bottom];
  job[g.guard] = Math.max(shape.pad.left, shape.pad.right);
  [job[g.panelWidth], job[g.images], job[g.segments]] = [panelWidth(), shape.images, shape.segments.length];
  const wide = Math.min(shape.channels, shape.outChannels) >= 4 && shape.segments.length > 0;
  job[g.native] = wide && products() !== undefined ? 1 : 0;
  shape.segments.forEach(({ row, from, taps }, i) => job.splice(g.list + 3 * i, 3, row, from, taps));
  return job;
}

const round16 = (n: number) => 16 * Math.ceil(n / 16);

/** Floats of the guarded copy of one image. */
const guardedFloats = (shape: Shape) =>
  round16(guardedSize(
    shape.pad.top + shape.height + shape.pad.bottom,
    shape.width,
    shape.channels,
    Math.max(shape.pad.left, shape.pad.right),
  ));

function withScratch(job: number[], floats: number, run: () => void) {
  const bytes = 4 * round16(floats + 16);
  borrow(2 * bytes, (scratch) => {
    job[geometry.scratch] = scratch;
    job[geometry.scratchSize] = bytes;
    run();
  });
}

/** Floats of one image of the result. */
const outSize = (shape: Shape) => outHeight(shape) * outWidth(shape) * shape.outChannels;

/** Whether f may run on each image by itself: vector kernels end after a multiple of 8. */
const endsEven = (shape: Shape) => outSize(shape) % 8 === 0;

/**
 * y = f(x ∗ kernel + bias): addresses of x (NHWC), kernel (HWIO), bias (0: none), y.
 *
 * @param activation f, by its number in `activationKernels`
 */
export function convolution(
  shape: Shape,
  x: number,
  kernel: number,
  bias: number,
  y: number,
  activation = 0,
) {
  const f = activationKernels[activation], within = endsEven(shape);
  const job = jobOf(shape, x, kernel, bias, y);
  job[geometry.activation] = within ? activation : 0;
  const across = shape.width + job[geometry.guard];
  const edge = outHeight(shape) * Math.max(outWidth(shape) * panelWidth(), across * shape.outChannels);
  withScratch(job, guardedFloats(shape) + edge, () => {
    threads.run(index.convolve, job, shape.images, Math.max(1, Math.ceil(shape.images / 16)));
  });
  if (f !== undefined && !within) {
    map(f.forward, shape.images * outSize(shape), y, y);
  }
}

/** The convolution that gives dx from dy: padding and live taps are mirrored. */
function turnedShape(shape: Shape): Shape {
  const { kernelHeight: h, kernelWidth: w, pad } = shape;
  return {
    ...shape,
    height: outHeight(shape),
    width: outWidth(shape),
    channels: shape.outChannels,
    outChannels: shape.channels,
    pad: {
      top: h - 1 - pad.top,
      bottom: h - 1 - pad.bottom,
      left: w - 1 - pad.left,
      right: w - 1 - pad.right,
    },
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

/** Groups of images whose kernel gradients are summed apart, then together: the same for any thread count. */
const groupsOf = (images: number) => Math.min(images, 8);

const rowsOfKernel = (shape: Shape) => shape.kernelHeight * shape.kernelWidth * shape.channels;

/** Floats of a thread's scratch for the kernel's gradient. */
const filterScratch = (shape: Shape) =>
  guardedFloats(shape) +
  outHeight(shape) * (shape.width + Math.max(shape.pad.left, shape.pad.right)) * shape.outChannels + 16;

/** dKernel (HWIO): the groups' partial gradients, then their sum; masked taps get 0. */
export function kernelGradient(shape: Shape, x: number, dy: number, dKernel: number) {
  const groups = groupsOf(shape.images), columns = panelColumns(shape.outChannels, panelWidth());
  const rows = rowsOfKernel(shape), total = 4 * rows * columns, bytes = groups * total;
  borrow(bytes + total, (partial) => {
    const job = jobOf(shape, x, partial, 0, dy), sum = partial + bytes;
    job[geometry.groups] = groups;
    withScratch(job, filterScratch(shape), () => threads.run(index.filterGradient, job, groups, 1));
    sumColumns(partial, groups, rows * columns, sum);
    kernels.copyRows(sum, 4 * columns, dKernel, 4 * shape.outChannels, shape.outChannels, rows);
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
  const shape = {
    images: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outChannels: info.outChannels,
    kernelHeight: filterHeight,
    kernelWidth: filterWidth,
    pad,
    segments: allTaps(filterHeight, filterWidth),
  };
  // With a number as padding tfjs takes a kernel's height for its width too: such outputs are left to it.
  return outHeight(shape) === info.outHeight && outWidth(shape) === info.outWidth ? shape : undefined;
}

const size = (shape: readonly number[]) => util.sizeFromShape(shape as number[]);

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
  const y = backend.reserve(info.outShape);
  convolution(
    shape,
    backend.address(x),
    backend.address(filter),
    hasBias ? backend.address(bias) : 0,
    y.address,
  );
  activate(attrs.activation, y);
  return y;
}

/** Whether dy has the shape that the convolution gives (a transposed convolution may bring another). */
const isOutputOf = (shape: Shape, dy: TensorInfo) =>
  util.arraysEqual(dy.shape, [shape.images, outHeight(shape), outWidth(shape), shape.outChannels]);

/** Puts the convolutions in place. */
export function overrideConvolutions() {
  override<Inputs, Attrs>("Conv2D", forward);
  override<Inputs, Attrs & { activation?: string }>("FusedConv2D", forward);
  override<{ dy: TensorInfo; filter: TensorInfo }, Attrs & { inputShape: number[] }>(
    "Conv2DBackpropInput",
    ({ dy, filter }, attrs, backend) => {
      const shape = shapeOf(infoOf({ ...attrs, dilations: 1 }, attrs.inputShape, filter.shape));
      if (!areFloat(dy, filter) || shape === undefined || !isOutputOf(shape, dy)) return undefined;
      const dx = backend.reserve(attrs.inputShape);
      inputGradient(shape, backend.address(dy), backend.address(filter), dx.address);
      return dx;
    },
  );
  override<{ x: TensorInfo; dy: TensorInfo }, Attrs & { filterShape: number[] }>(
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
