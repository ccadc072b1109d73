import { activations } from "./kernels/elementwise.ts";
import type { Kernels } from "./kernels/mod.ts";
import type { Width } from "./kernels/gemm.ts";
import { blockOf, overTiles, pack, startOf } from "./panel.ts";
import type { Numbers, Program } from "./programs.ts";

/**
 * Convolution (stride 1, NHWC × HWIO) as matrix products on shifted views, without patches.
 *
 * An image is copied once between zero guards: g columns to its right (which are also the next row's left
 * guard) and rows above and below. There the pixels under kernel row k_y, k_x … k_x + t are t·C consecutive
 * numbers, and moving by one output pixel moves them by C: each live segment of a kernel row is a matrix
 * product with rows that overlap in memory. Dead taps at the ends of a segment are not run.
 */

/** Taps [from, from + taps) of kernel row `row`. */
interface Segment {
  readonly row: number;
  readonly from: number;
  readonly taps: number;
}

/** Sizes of images and kernel, padding, and which taps are live, in raster order: [firstTap, endTap). */
const sizes = [
  ...["images", "height", "width", "channels", "outChannels", "kernelHeight", "kernelWidth"] as const,
  ...["top", "bottom", "left", "right", "firstTap", "endTap"] as const,
] as const;

/** A convolution of stride 1: images × height × width × channels by a kernel, padded. */
export type Shape = Readonly<Record<typeof sizes[number], number>>;

/**
 * Where a job's numbers lie (0: none), and how it is done: scratch memory and a thread's bytes of it; the groups in
 * which images are summed in the kernel's gradient; what follows the convolution (an index of `activations`);
 * 1: by the native library; a mask that the kernel's gradient is multiplied by, and its numbers a tap.
 */
const places = [
  ...["x", "kernel", "bias", "y", "scratch", "bytes", "panelWidth"] as const,
  ...["groups", "activation", "native", "mask", "maskSize"] as const,
] as const;
export type Places = Readonly<Record<typeof places[number], number>>;

/** Sizes that follow: of the result, of an image with its guards (rows, pixels from row to row, floats). */
export function sizesOf(shape: Shape) {
  const { height, width, channels, kernelHeight, kernelWidth, top, bottom, left, right } = shape;
  const guard = Math.max(left, right), rows = top + height + bottom, across = width + guard;
  return {
    ...{ guard, rows, across },
    outHeight: rows - kernelHeight + 1,
    outWidth: width + left + right - kernelWidth + 1,
    // g, then the rows of width + g pixels, then g more
    floats: 16 * Math.ceil((rows * across + 2 * guard + 8) * channels / 16),
  };
}

const names = [...places, ...sizes];

/** The numbers of a job, in the order in which `read` takes them. */
export const jobOf = (job: Shape & Places): number[] => names.map((name) => job[name]);

/** From now on the job leaves out the taps of the kernel's gradient that this mask makes 0; 0: none. */
export function maskBy(job: number[], mask: number, maskSize: number) {
  job[names.indexOf("mask")] = mask;
  job[names.indexOf("maskSize")] = maskSize;
}

/** The live taps of each kernel row, without those that are dead at its ends. */
function segmentsOf({ kernelHeight, kernelWidth }: Shape, isLive: (tap: number) => boolean): Segment[] {
  const segments: Segment[] = [];
  for (let row = 0; row < kernelHeight; row++) {
    let from = 0, end = kernelWidth;
    while (from < end && !isLive(row * kernelWidth + from)) from++;
    while (from < end && !isLive(row * kernelWidth + end - 1)) end--;
    if (from < end) segments.push({ row, from, taps: end - from });
  }
  return segments;
}

type Job = ReturnType<typeof read>;

/** A job as this thread sees it: what it was made of, its sizes, and where things are in this thread's scratch. */
function read(k: Kernels, a: Numbers) {
  const job = {} as Record<keyof (Shape & Places), number>;
  for (let i = 0; i < names.length; i++) job[names[i]] = a[i];
  const { top, left, firstTap, endTap, height, width, outChannels } = job, sizes = sizesOf(job);
  const pixel = 4 * job.channels, image = job.scratch + k.thread * job.bytes;
  return {
    ...{ ...job, ...sizes, pixel, image },
    panel: k.panel(job.panelWidth as Width),
    /** Where an image begins between its guards, and what follows them: the edge of C, or a dy. */
    inside: image + (top * sizes.across + sizes.guard) * pixel,
    beside: image + 4 * sizes.floats,
    end: image + job.bytes,
    /** Bytes to the first tap of the first pixel. */
    origin: (sizes.guard - left) * pixel,
    /** Whether the images can be read where they lie: no guards around them. */
    plain: sizes.guard + top + job.bottom === 0,
    segments: segmentsOf(job, (tap) => firstTap <= tap && tap < endTap),
    /** Bytes of an image and of its result. */
    xSize: height * width * pixel,
    ySize: 4 * sizes.outHeight * sizes.outWidth * outChannels,
  };
}

/** max |x| of n numbers; NaN where one is. */
function largest(k: Kernels, x: number, n: number): number {
  k.rowLargest(x, n, 1, k.edge);
  return k.floats(k.edge, 1)[0];
}

/** The job without the taps whose `size` numbers at `at` are all 0. */
function withoutDeadTaps(k: Kernels, job: Job, at: number, size: number): Job {
  const { firstTap, endTap } = job, count = (of: Segment[]) => of.reduce((n, { taps }) => n + taps, 0);
  const isLive = (tap: number) =>
    firstTap <= tap && tap < endTap && largest(k, at + 4 * tap * size, size) !== 0;
  const segments = segmentsOf(job, isLive);
  return count(segments) === count(job.segments) ? job : { ...job, segments };
}

/** An image, copied between the guards. */
function guarded(k: Kernels, { width, height, channels, across, pixel, inside }: Job, x: number) {
  k.copyRows(x, width * pixel, inside, across * pixel, width * channels, height);
}

/**
 * The same products by the native library, which refuses rows that overlap: of t taps in a row every t-th pixel is
 * one product, so there are t of them. The result's rows are as far apart as the image's.
 */
function convolveNatively(k: Kernels, job: Job, origin: number, end: number, y: number) {
  const { across, channels, outChannels: out, outHeight, outWidth, kernel, kernelWidth, bias, pixel } = job;
  const direct = across === outWidth, pixels = (outHeight - 1) * across + outWidth;
  const c = direct ? y : job.beside, cEnd = c + 4 * outHeight * across * out;
  const kernelEnd = kernel + 4 * job.kernelHeight * kernelWidth * channels * out;
  if (bias > 0) k.copyRows(bias, 0, c, 4 * out, out, pixels);
  for (const [s, { row, from, taps }] of job.segments.entries()) {
    const depth = taps * channels, weights = kernel + (row * kernelWidth + from) * pixel * out;
    for (let f = 0; f < Math.min(taps, pixels); f++) {
      const rows = Math.ceil((pixels - f) / taps), at = origin + (row * across + from + f) * pixel;
      k.sgemm(
        { at, end, ld: depth, rows, columns: depth },
        { at: weights, end: kernelEnd, ld: out, rows: depth, columns: out },
        { at: c + 4 * f * out, end: cEnd, ld: taps * out, rows, columns: out },
        s > 0 || bias > 0 ? 1 : 0,
      );
    }
  }
  if (!direct) k.copyRows(c, 4 * across * out, y, 4 * outWidth * out, outWidth * out, outHeight);
}

function convolveByPanels(k: Kernels, job: Job, origin: number, y: number) {
  const { panel, panel: { width }, outHeight, outWidth, outChannels, kernel, bias, pixel } = job;
  const aRun = job.across * pixel;
  for (let j = 0; j < outChannels; j += width) {
    const n = Math.min(width, outChannels - j);
    const c = n === width ? y + 4 * j : job.beside, ldc = 4 * (n === width ? outChannels : width);
    const run = ldc * outWidth;
    let start = startOf(k, bias, j, n, width);
    for (const { row, from, taps } of job.segments) {
      const weights = kernel + (row * job.kernelWidth + from) * pixel * outChannels + 4 * j;
      const at = origin + (row * job.across + from) * pixel, depth = taps * job.channels;
      for (let d = 0, size = 0; d < depth; d += size) {
        size = blockOf(depth - d);
        pack(panel, weights + 4 * d * outChannels, 4 * outChannels, false, size, n);
        const tiles = panel.tiles(size, false), a = at + 4 * d;
        overTiles(tiles, outWidth, outHeight, a, pixel, pixel, aRun, start, c, ldc, run);
        start = c;
      }
    }
    if (start !== c) k.copyRows(start, 0, c, ldc, width, outHeight * outWidth);
    if (n < width) k.copyRows(c, ldc, y + 4 * j, 4 * outChannels, n, outHeight * outWidth);
  }
}

/**
 * y = f(x ∗ kernel + bias), cross-correlation, for images [from, to); f runs while an image is in the cache. Taps whose
 * weights are all 0, as under a mask, are left out for an image without ∞ and NaN: 0 x = 0.
 */
export const convolve: Program = (k, a, from, to) => {
  const whole = read(k, a), { plain, image, xSize, ySize } = whole;
  const live = withoutDeadTaps(k, whole, whole.kernel, whole.channels * whole.outChannels);
  const activation = activations[whole.activation];
  if (!plain) k.fill(image, whole.floats, 0);
  for (let i = from; i < to; i++) {
    const x = whole.x + i * xSize, y = whole.y + i * ySize, origin = plain ? x : image + whole.origin;
    const job = live !== whole && largest(k, x, xSize / 4) < Infinity ? live : whole;
    if (!plain) guarded(k, job, x);
    if (job.native && job.segments.length > 0) {
      convolveNatively(k, job, origin, plain ? x + xSize : job.end, y);
    } else convolveByPanels(k, job, origin, y);
    if (activation !== "linear") k[activation](y, y, ySize / 4);
  }
};

/** Columns of a group's partial kernel gradient: whole panels. */
export const panelColumns = (outChannels: number, width: number) => Math.ceil(outChannels / width) * width;

/**
 * partial += ∂/∂K of the image between the guards and the dy beside it, in K-blocks of pixels: of a pixel all numbers
 * under a row of taps are neighbours, so that one product of the image, read down its columns, gives the row.
 */
function filterByPanels(job: Job, partial: number, ldc: number) {
  const { panel, panel: { width }, across, channels, outChannels, pixel } = job,
    depth = job.outHeight * across;
  for (let d = 0, size = 0; d < depth; d += size) {
    size = blockOf(depth - d);
    for (let j = 0; j < outChannels; j += width) {
      const n = Math.min(width, outChannels - j);
      pack(panel, job.beside + 4 * (d * outChannels + j), 4 * outChannels, false, size, n);
      for (const { row, from, taps } of job.segments) {
        const at = job.image + job.origin + (row * across + from + d) * pixel;
        const c = partial + (row * job.kernelWidth + from) * channels * ldc + 4 * j;
        overTiles(panel.tiles(size, true), taps * channels, 1, at, pixel, 4, 0, c, c, ldc, 0);
      }
    }
  }
}

/** The same by the native library: one product a tap. */
function filterNatively(k: Kernels, job: Job, partial: number, partialEnd: number, ld: number) {
  const { across, channels, outChannels: out, beside } = job,
    rows = (job.outHeight - 1) * across + job.outWidth;
  for (const { row, from, taps } of job.segments) {
    for (let t = from; t < from + taps; t++) {
      const at = job.image + job.origin + (row * across + t) * job.pixel;
      const to = partial + 4 * (row * job.kernelWidth + t) * channels * ld;
      k.sgemm(
        { at, end: beside, ld: channels, rows, columns: channels, turned: true },
        { at: beside, end: job.end, ld: out, rows, columns: out },
        { at: to, end: partialEnd, ld, rows: channels, columns: out },
        1,
      );
    }
  }
}

/** What the sum of a group stays below, so that all of them stay finite. */
const safe = 1e37;

/**
 * Partial gradients of the kernel, ∂/∂K[k_y, k_x, i, o] = Σ x[r + k_y, c + k_x, i] dy[r, c, o], of image
 * groups [from, to): each group sums its own images, so the result does not depend on who ran it. `y` is dy,
 * `kernel` the partial gradients (groups × taps × channels × panel columns). Where they would be finite, those that a
 * mask makes 0 afterwards are 0 at once.
 */
export const filterGradient: Program = (k, a, from, to) => {
  const whole = read(k, a), { images, groups, outHeight, outWidth, outChannels, across, beside } = whole;
  const { x, y, xSize, ySize } = whole;
  const live = whole.mask === 0 ? whole : withoutDeadTaps(k, whole, whole.mask, whole.maskSize);
  const ld = panelColumns(outChannels, whole.panel.width), outRow = outWidth * outChannels;
  const size = whole.kernelHeight * whole.kernelWidth * whole.channels * ld;
  k.fill(whole.image, whole.floats, 0);
  k.fill(beside, outHeight * across * outChannels, 0);
  for (let group = from; group < to; group++) {
    const partial = whole.kernel + 4 * group * size, first = Math.floor(group * images / groups);
    const end = Math.floor((group + 1) * images / groups), count = end - first;
    const most = (at: number, bytes: number) => largest(k, at + first * bytes, count * bytes / 4);
    const finite = live !== whole && count * outHeight * outWidth * most(x, xSize) * most(y, ySize) < safe;
    const job = finite ? live : whole;
    k.fill(partial, size, 0);
    for (let i = first; i < end; i++) {
      k.copyRows(y + i * ySize, 4 * outRow, beside, 4 * across * outChannels, outRow, outHeight);
      guarded(k, job, x + i * xSize);
      if (job.native) filterNatively(k, job, partial, partial + 4 * size, ld);
      else filterByPanels(job, partial, 4 * ld);
    }
  }
};
