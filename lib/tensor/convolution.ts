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
 * product with rows that overlap in memory. Taps that a mask kills are never touched, nor zeros at the ends of a segment.
 */

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
  readonly pad: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
  readonly segments: readonly Segment[];
}

/** Sizes that follow: of the result, of an image with its guards (rows, pixels from row to row, floats). */
export function sizesOf(
  { height, width, channels, kernelHeight, kernelWidth, pad }: Omit<Shape, "segments">,
) {
  const guard = Math.max(pad.left, pad.right), rows = pad.top + height + pad.bottom, across = width + guard;
  return {
    ...{ guard, rows, across },
    outHeight: rows - kernelHeight + 1,
    outWidth: width + pad.left + pad.right - kernelWidth + 1,
    // g, then the rows of width + g pixels, then g more
    floats: 16 * Math.ceil((rows * across + 2 * guard + 8) * channels / 16),
  };
}

/** Where a job's numbers lie, and how it is done. */
export interface Places {
  readonly x: number;
  readonly kernel: number;
  /** 0: none. */
  readonly bias: number;
  readonly y: number;
  readonly scratch: number;
  /** Bytes of a thread's share of it. */
  readonly bytes: number;
  readonly panelWidth: number;
  /** Images are summed in so many groups in the kernel's gradient. */
  readonly groups: number;
  /** What follows the convolution: an index of `activations`. */
  readonly activation: number;
  /** 1: by the native library. */
  readonly native: number;
}

/** The numbers of a job, in the order in which `read` takes them. */
export function jobOf(shape: Shape, at: Places): number[] {
  const { images, height, width, channels, outChannels, kernelHeight, kernelWidth, pad } = shape;
  const { x, kernel, bias, y, scratch, bytes, panelWidth, groups, activation, native } = at;
  return [
    ...[x, kernel, bias, y, scratch, bytes, panelWidth, groups, activation, native, images],
    ...[height, width, channels, outChannels, kernelHeight, kernelWidth],
    ...[pad.top, pad.bottom, pad.left, pad.right],
    ...shape.segments.flatMap(({ row, from, taps }) => [row, from, taps]),
  ];
}

type Job = ReturnType<typeof read>;

/** A job as this thread sees it: what it was made of, its sizes, and where things are in this thread's scratch. */
function read(k: Kernels, a: Numbers) {
  const [x, kernel, bias, y, scratch, bytes, panelWidth, groups, activation, native, images, ...sizes] = a;
  const [height, width, channels, outChannels, kernelHeight, kernelWidth, ...edges] = sizes;
  const [top, bottom, left, right, ...list] = edges, pad = { top, bottom, left, right };
  const shape = { images, height, width, channels, outChannels, kernelHeight, kernelWidth, pad };
  const more = sizesOf(shape), pixel = 4 * channels, image = scratch + k.thread * bytes;
  return {
    ...{ ...shape, ...more, x, kernel, bias, y, groups, activation, pixel, image },
    panel: k.panel(panelWidth as Width),
    native: native === 1,
    /** Where an image begins between its guards, and what follows them: the edge of C, or a dy. */
    inside: image + (top * more.across + more.guard) * pixel,
    beside: image + 4 * more.floats,
    end: image + bytes,
    /** Bytes to the first tap of the first pixel. */
    origin: (more.guard - left) * pixel,
    /** Whether the images can be read where they lie: no guards around them. */
    plain: more.guard + top + bottom === 0,
    segments: Array.from(
      { length: list.length / 3 },
      (_, s) => ({ row: list[3 * s], from: list[3 * s + 1], taps: list[3 * s + 2] }),
    ),
    /** Bytes of an image and of its result. */
    xSize: height * width * pixel,
    ySize: 4 * more.outHeight * more.outWidth * outChannels,
  };
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
    const start = startOf(k, bias, j, n, width), run = ldc * outWidth;
    let first = true;
    for (const { row, from, taps } of job.segments) {
      const weights = kernel + (row * job.kernelWidth + from) * pixel * outChannels + 4 * j;
      const at = origin + (row * job.across + from) * pixel, depth = taps * job.channels;
      for (let d = 0, size = 0; d < depth; d += size) {
        size = blockOf(depth - d);
        pack(panel, weights + 4 * d * outChannels, 4 * outChannels, false, size, n);
        const tiles = panel.tiles(size, false), a = at + 4 * d;
        if (first) overTiles(tiles, outWidth, outHeight, a, pixel, pixel, aRun, start, 0, 0, c, ldc, run);
        else overTiles(tiles, outWidth, outHeight, a, pixel, pixel, aRun, c, ldc, run, c, ldc, run);
        first = false;
      }
    }
    if (first) k.copyRows(start, 0, c, ldc, width, outHeight * outWidth);
    if (n < width) k.copyRows(c, ldc, y + 4 * j, 4 * outChannels, n, outHeight * outWidth);
  }
}

/** The job without the taps at the ends of its segments whose weights are all 0, as under a mask: 0 x = 0 for finite x. */
function withoutDeadTaps(k: Kernels, job: Job, from: number, to: number): Job {
  const { x, xSize, kernel, kernelWidth, channels, outChannels } = job, size = channels * outChannels;
  const dead = (tap: number) => k.floats(kernel + 4 * tap * size, size).every((w) => w === 0);
  const segments = job.segments.map(({ row, from, taps }) => {
    let start = from, end = from + taps;
    while (start < end && dead(row * kernelWidth + start)) start++;
    while (start < end && dead(row * kernelWidth + end - 1)) end--;
    return { row, from: start, taps: end - start };
  });
  if (segments.every(({ taps }, s) => taps === job.segments[s].taps)) return job;
  const pixels = k.floats(x + from * xSize, (to - from) * xSize / 4);
  for (let i = 0; i < pixels.length; i++) if (!Number.isFinite(pixels[i])) return job;
  const live = segments.filter(({ taps }) => taps > 0);
  return { ...job, segments: live, native: job.native && live.length > 0 };
}

/** y = f(x ∗ kernel + bias), cross-correlation, for images [from, to); f runs while an image is in the cache. */
export const convolve: Program = (k, a, from, to) => {
  const job = withoutDeadTaps(k, read(k, a), from, to), { plain, image, xSize, ySize } = job;
  const activation = activations[job.activation];
  if (!plain) k.fill(image, job.floats, 0);
  for (let i = from; i < to; i++) {
    const x = job.x + i * xSize, y = job.y + i * ySize, origin = plain ? x : image + job.origin;
    if (!plain) guarded(k, job, x);
    if (job.native) convolveNatively(k, job, origin, plain ? x + xSize : job.end, y);
    else convolveByPanels(k, job, origin, y);
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
        overTiles(panel.tiles(size, true), taps * channels, 1, at, pixel, 4, 0, c, ldc, 0, c, ldc, 0);
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

/**
 * Partial gradients of the kernel, ∂/∂K[k_y, k_x, i, o] = Σ x[r + k_y, c + k_x, i] dy[r, c, o], of image
 * groups [from, to): each group sums its own images, so the result does not depend on who ran it. `y` is dy,
 * `kernel` the partial gradients (groups × taps × channels × panel columns).
 */
export const filterGradient: Program = (k, a, from, to) => {
  const job = read(k, a), { images, groups, outHeight, outWidth, outChannels, across, beside } = job;
  const ld = panelColumns(outChannels, job.panel.width), outRow = outWidth * outChannels;
  const size = job.kernelHeight * job.kernelWidth * job.channels * ld;
  k.fill(job.image, job.floats, 0);
  k.fill(beside, outHeight * across * outChannels, 0);
  for (let group = from; group < to; group++) {
    const partial = job.kernel + 4 * group * size, end = Math.floor((group + 1) * images / groups);
    k.fill(partial, size, 0);
    for (let i = Math.floor(group * images / groups); i < end; i++) {
      k.copyRows(job.y + i * job.ySize, 4 * outRow, beside, 4 * across * outChannels, outRow, outHeight);
      guarded(k, job, job.x + i * job.xSize);
      if (job.native) filterNatively(k, job, partial, partial + 4 * size, ld);
      else filterByPanels(job, partial, 4 * ld);
    }
  }
};
