import { backend_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { jobOf, maskBy, panelColumns, type Places, type Shape, sizesOf } from "../convolution.ts";
import { type Activation, activations } from "../kernels/elementwise.ts";
import { borrow, copyRows, panelWidth, sumColumns, threads, transpose } from "../dispatch.ts";
import { type FastBackend, type Named, provide, size } from "../backend.ts";
import { index } from "../programs.ts";
import { noteMaskable } from "../recording.ts";
import { products } from "../../math/native.ts";
import { expectPaddings, refusal } from "../refusals.ts";
import { activate, isFast } from "./matmul.ts";

/** Runs one of the convolution's two programs: of scratch memory each thread has an image and `beside` floats. */
function run(
  program: "convolve" | "filterGradient",
  shape: Shape,
  at: Pick<Places, "x" | "kernel" | "y"> & Partial<Places>,
  beside: number,
  [total, grain]: readonly [total: number, grain: number],
): number[] {
  const bytes = 64 * Math.ceil((sizesOf(shape).floats + beside + 16) / 16);
  const wide = Math.min(shape.channels, shape.outChannels) >= 4 && shape.firstTap < shape.endTap;
  const how = { bias: 0, groups: 1, activation: 0, mask: 0, maskSize: 0, panelWidth: panelWidth(), bytes };
  return borrow(2 * bytes, (scratch) => {
    const native = wide && products() !== undefined ? 1 : 0;
    const job = jobOf({ ...shape, ...how, native, scratch, ...at });
    threads.run(index[program], job, total, grain);
    return job;
  });
}

/** y = f(x ∗ kernel + bias): addresses of x (NHWC), kernel (HWIO), bias (0: none), y. */
function convolution(shape: Shape, x: number, kernel: number, bias: number, y: number, f: Activation) {
  const { images, outChannels } = shape, { outHeight, outWidth, across } = sizesOf(shape);
  const outSize = outHeight * outWidth * outChannels;
  // f runs on each image by itself where that ends after whole vectors
  const byImage = outSize % 8 === 0, activation = byImage ? activations.indexOf(f) : 0;
  const edge = outHeight * Math.max(outWidth * panelWidth(), across * outChannels);
  const grain = Math.max(1, Math.ceil(images / 16));
  run("convolve", shape, { x, kernel, bias, y, activation }, edge, [images, grain]);
  if (!byImage) activate(f, images * outSize, y);
}

/** The convolution that gives dx from dy: padding and live taps are mirrored. */
function turnedShape(shape: Shape): Shape {
  const { kernelHeight: h, kernelWidth: w, top, bottom, left, right, firstTap, endTap } = shape;
  const { outHeight: height, outWidth: width } = sizesOf(shape);
  return {
    ...shape,
    ...{ height, width, channels: shape.outChannels, outChannels: shape.channels },
    ...{ top: h - 1 - top, bottom: h - 1 - bottom, left: w - 1 - left, right: w - 1 - right },
    ...{ firstTap: h * w - endTap, endTap: h * w - firstTap },
  };
}

/** dx = dy ∗ (kernel turned by 180°, its channels transposed): again a convolution; dead taps stay unread. */
function inputGradient(shape: Shape, dy: number, kernel: number, dx: number) {
  const { kernelHeight, kernelWidth, channels, outChannels } = shape, taps = kernelHeight * kernelWidth;
  const bytes = 4 * channels * outChannels;
  borrow(taps * bytes, (turned) => {
    for (let tap = shape.firstTap; tap < shape.endTap; tap++) {
      transpose(kernel + tap * bytes, turned + (taps - 1 - tap) * bytes, channels, outChannels);
    }
    convolution(turnedShape(shape), dy, turned, 0, dx, "linear");
  });
}

/** dKernel (HWIO): the partial gradients of some groups, then their sum; dead taps get 0. The job of the first. */
function kernelGradient(shape: Shape, x: number, dy: number, dKernel: number): number[] {
  const { images, kernelHeight, kernelWidth, channels, outChannels } = shape;
  // the same groups for any thread count
  const groups = Math.min(images, 8), columns = panelColumns(outChannels, panelWidth());
  const rows = kernelHeight * kernelWidth * channels, total = 4 * rows * columns;
  const { outHeight, across } = sizesOf(shape), beside = outHeight * across * outChannels + 16;
  return borrow((groups + 1) * total, (partial) => {
    const sum = partial + groups * total;
    const job = run("filterGradient", shape, { x, kernel: partial, y: dy, groups }, beside, [groups, 1]);
    sumColumns(partial, groups, rows * columns, sum);
    copyRows(sum, 4 * columns, dKernel, 4 * outChannels, outChannels, rows);
    return job;
  });
}

type Four = [number, number, number, number];

/** What the three are given: some of these each. */
type Inputs = Named<"x" | "dy" | "filter"> & { readonly bias?: TensorInfo };

interface Attrs {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat: "NHWC" | "NCHW";
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  /** How many taps are live, in raster order; all, where it is left out. */
  readonly live?: number;
  readonly activation?: string;
  readonly inputShape: number[];
  readonly filterShape: number[];
}

/**
 * The convolution our kernels take: NHWC, stride 1, no dilation, padding inside the kernel; `dy` of the shape that it
 * gives (a transposed convolution may bring another).
 */
function shapeOf(attrs: Attrs, inShape: number[], filterShape: number[], dy?: TensorInfo): Shape | undefined {
  const info = infoOf(attrs, inShape as Four, filterShape as Four), { padInfo } = info;
  const { batchSize: images, inHeight: height, inWidth: width, inChannels: channels, outChannels } = info;
  const { filterHeight: kernelHeight, filterWidth: kernelWidth } = info,
    { top, bottom, left, right } = padInfo;
  const plain = info.dataFormat === "channelsLast" && info.strideHeight === 1 && info.strideWidth === 1 &&
    info.dilationHeight === 1 && info.dilationWidth === 1;
  const inside = Math.max(top, bottom) < kernelHeight && Math.max(left, right) < kernelWidth;
  const shape = {
    ...{ images, height, width, channels, outChannels, kernelHeight, kernelWidth, top, bottom, left, right },
    ...{ firstTap: 0, endTap: attrs.live ?? kernelHeight * kernelWidth },
  };
  // With a number as padding tfjs takes a kernel's height for its width too: such outputs are left to it.
  const { outHeight, outWidth } = sizesOf(shape);
  const fits = outHeight === info.outHeight && outWidth === info.outWidth &&
    (dy === undefined || util.arraysEqual(dy.shape, outShapeOf(shape)));
  return plain && inside && fits ? shape : undefined;
}

/**
 * @throws RangeError where the kernel, with its dilation, does not fit into the padded image, and for strides,
 * dilations and paddings that are no whole numbers
 */
function infoOf(attrs: Attrs, x: Four, filter: Four) {
  const { strides, dilations = 1, pad, dimRoundingMode: mode } = attrs;
  for (const [name, steps] of Object.entries({ strides, dilations })) {
    if ([steps].flat().every((step) => Number.isInteger(step) && step > 0)) continue;
    throw refusal("convolve", `${name} that are whole and positive`, `${steps}`);
  }
  const format = backend_util.convertConv2DDataFormat(attrs.dataFormat);
  const info = backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, mode, false, format);
  const { top, bottom, left, right } = info.padInfo;
  expectPaddings("convolve", [[top, bottom], [left, right]]);
  if (info.outHeight >= 0 && info.outWidth >= 0) return info;
  const pixels = `${info.effectiveFilterHeight} × ${info.effectiveFilterWidth} pixels (with its dilation)`;
  const got = `one of ${pixels} for ${info.inHeight} × ${info.inWidth}`;
  throw refusal("convolve", "a kernel that fits into the padded image", got);
}

/** The shape of what the convolution gives. */
function outShapeOf(shape: Shape): number[] {
  const { outHeight, outWidth } = sizesOf(shape);
  return [shape.images, outHeight, outWidth, shape.outChannels];
}

function forward({ x, filter, bias }: Inputs, attrs: Attrs, backend: FastBackend) {
  const activation = attrs.activation ?? "linear";
  if (!isFast(activation)) return undefined;
  const shape = shapeOf(attrs, x.shape, filter.shape);
  const odd = bias && (size(bias.shape) !== shape?.outChannels || bias.shape.length > 1);
  if (shape === undefined || odd) return undefined;
  const y = backend.reserve(outShapeOf(shape)), [from, kernel] = [x, filter].map((t) => backend.address(t));
  convolution(shape, from, kernel, bias ? backend.address(bias) : 0, y.address, activation);
  return y;
}

function towardsInput({ dy, filter }: Inputs, attrs: Attrs, backend: FastBackend) {
  const shape = shapeOf(attrs, attrs.inputShape, filter.shape, dy);
  if (shape === undefined) return undefined;
  const dx = backend.reserve(attrs.inputShape);
  inputGradient(shape, backend.address(dy), backend.address(filter), dx.address);
  return dx;
}

function towardsKernel({ x, dy }: Inputs, attrs: Attrs, backend: FastBackend) {
  const shape = shapeOf(attrs, x.shape, attrs.filterShape, dy);
  if (shape === undefined) return undefined;
  const dKernel = backend.reserve(attrs.filterShape);
  const job = kernelGradient(shape, backend.address(x), backend.address(dy), dKernel.address);
  noteMaskable(dKernel, (mask) => {
    const [h, w, ...others] = mask?.shape ?? [], ofTaps = h === shape.kernelHeight && w === shape.kernelWidth;
    if (mask === undefined || mask.dtype !== "float32" || !ofTaps || others.length !== 2) maskBy(job, 0, 0);
    else maskBy(job, backend.address(mask), size(others));
  });
  return dKernel;
}

/** Puts the convolutions in place, and our masked one, which has no second derivative, beside them. */
export function provideConvolutions() {
  for (const name of ["Conv2D", "FusedConv2D", "MaskedConv"]) provide(name, forward);
  for (const name of ["Conv2DBackpropInput", "MaskedConvInput"]) provide(name, towardsInput);
  for (const name of ["Conv2DBackpropFilter", "MaskedConvKernel"]) provide(name, towardsKernel);
}
