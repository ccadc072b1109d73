import type { Kernels } from "./kernels/mod.ts";
import type { Width } from "./kernels/gemm.ts";
import { activationKernels } from "./kernels/mod.ts";
import { blockOf, overTiles, pack, startOf } from "./panel.ts";
import type { Program } from "./programs.ts";

/**
 * Convolution (stride 1, NHWC × HWIO) as matrix products on shifted views, without patches.
 *
 * An image is copied once between zero guards: g columns to its right (which are also the next row's left
 * guard) and rows above and below. There the pixels under kernel row k_y, k_x … k_x + t are t·C consecutive
 * numbers, and moving by one output pixel moves them by C: each live segment of a kernel row is a matrix
 * product with rows that overlap in memory. Taps that a mask kills are never touched, nor zeros at the ends of a segment.
 *
 * Numbers of a job (`a`): addresses, sizes, then `segments` triples (k_y, k_x, taps).
 */
export const geometry = {
  x: 0,
  kernel: 1,
  bias: 2,
  y: 3,
  height: 4,
  width: 5,
  channels: 6,
  outHeight: 7,
  outWidth: 8,
  outChannels: 9,
  kernelWidth: 10,
  padTop: 11,
  padLeft: 12,
  padBottom: 13,
  guard: 14,
  scratch: 15,
  scratchSize: 16,
  panelWidth: 17,
  images: 18,
  groups: 19,
  kernelHeight: 20,
  segments: 21,
  /** What follows the convolution: an index of `activationKernels`. */
  activation: 22,
  /** 1: by the native library. */
  native: 23,
  list: 24,
} as const;

/** Floats of one guarded image: g, then (top + height + bottom) rows of width + g pixels, then g more. */
export const guardedSize = (height: number, width: number, channels: number, guard: number) =>
  (height * (width + guard) + 2 * guard + 8) * channels;

/** Whether the images can be read where they lie: no guards around them. */
const needsNoGuard = (a: ArrayLike<number>) =>
  a[geometry.guard] === 0 && a[geometry.padTop] + a[geometry.padBottom] === 0;

/** This thread's guarded image, all zeros. */
function clearGuards(k: Kernels, a: ArrayLike<number>) {
  const g = geometry, rows = a[g.padTop] + a[g.height] + a[g.padBottom];
  if (needsNoGuard(a)) return;
  const floats = guardedSize(rows, a[g.width], a[g.channels], a[g.guard]);
  k.fill(a[g.scratch] + k.thread * a[g.scratchSize], floats, 0);
}

/**
 * The same products by the native library, which refuses rows that overlap: of t taps in a row every t-th pixel is
 * one product, so there are t of them. The result's rows are as far apart as the image's.
 */
function convolveNatively(
  k: Kernels,
  a: ArrayLike<number>,
  origin: number,
  end: number,
  edge: number,
  y: number,
) {
  const g = geometry, across = a[g.width] + a[g.guard], channels = a[g.channels], out = a[g.outChannels];
  const direct = across === a[g.outWidth], pixels = (a[g.outHeight] - 1) * across + a[g.outWidth];
  const c = direct ? y : edge, cEnd = c + 4 * a[g.outHeight] * across * out;
  const kernelEnd = a[g.kernel] + 4 * a[g.kernelHeight] * a[g.kernelWidth] * channels * out;
  if (a[g.bias] > 0) k.copyRows(a[g.bias], 0, c, 4 * out, out, pixels);
  for (let s = 0; s < a[g.segments]; s++) {
    const [ky, kx, taps] = [0, 1, 2].map((i) => a[g.list + 3 * s + i]), depth = taps * channels;
    const weights = a[g.kernel] + 4 * (ky * a[g.kernelWidth] + kx) * channels * out;
    for (let f = 0; f < Math.min(taps, pixels); f++) {
      const rows = Math.ceil((pixels - f) / taps), at = origin + 4 * (ky * across + kx + f) * channels;
      k.sgemm(
        { at, end, ld: depth, rows, columns: depth },
        { at: weights, end: kernelEnd, ld: out, rows: depth, columns: out },
        { at: c + 4 * f * out, end: cEnd, ld: taps * out, rows, columns: out },
        s > 0 || a[g.bias] > 0 ? 1 : 0,
      );
    }
  }
  if (!direct) {
    k.copyRows(c, 4 * across * out, y, 4 * a[g.outWidth] * out, a[g.outWidth] * out, a[g.outHeight]);
  }
}

/** y = f(x ∗ kernel + bias) for one image; the guards around this thread's copy of it are zeros. */
function convolveImage(k: Kernels, a: ArrayLike<number>, x: number, y: number) {
  const g = geometry;
  const channels = a[g.channels], outChannels = a[g.outChannels];
  const [outHeight, outWidth] = [a[g.outHeight], a[g.outWidth]];
  const rowPixels = a[g.width] + a[g.guard], pixel = 4 * channels;
  const rows = a[g.padTop] + a[g.height] + a[g.padBottom];
  const guarded = a[g.scratch] + k.thread * a[g.scratchSize];
  const guardedFloats = guardedSize(rows, a[g.width], channels, a[g.guard]);
  const edge = guarded + 4 * Math.ceil(guardedFloats / 16) * 16;
  const plain = needsNoGuard(a);
  if (!plain) {
    const inside = guarded + (a[g.padTop] * rowPixels + a[g.guard]) * pixel;
    k.copyRows(x, a[g.width] * pixel, inside, rowPixels * pixel, a[g.width] * channels, a[g.height]);
  }
  const origin = plain ? x : guarded + (a[g.guard] - a[g.padLeft]) * pixel;
  if (a[g.native] === 1) {
    const end = plain ? x + a[g.height] * a[g.width] * pixel : guarded + a[g.scratchSize];
    convolveNatively(k, a, origin, end, edge, y);
  } else convolveByPanels(k, a, origin, edge, y);
  const activation = activationKernels[a[g.activation]];
  if (activation !== undefined) k[activation.forward](y, y, outHeight * outWidth * outChannels);
}

function convolveByPanels(k: Kernels, a: ArrayLike<number>, origin: number, edge: number, y: number) {
  const g = geometry, panel = k.panel(a[g.panelWidth] as Width), width = panel.width;
  const channels = a[g.channels], outChannels = a[g.outChannels], pixel = 4 * channels;
  const [outHeight, outWidth] = [a[g.outHeight], a[g.outWidth]], rowPixels = a[g.width] + a[g.guard];
  for (let j = 0; j < outChannels; j += width) {
    const n = Math.min(width, outChannels - j);
    const c = n === width ? y + 4 * j : edge, ldc = 4 * (n === width ? outChannels : width);
    const bias = startOf(k, a[g.bias], j, n, width), run = ldc * outWidth;
    let first = true;
    for (let s = 0; s < a[g.segments]; s++) {
      const ky = a[g.list + 3 * s], kx = a[g.list + 3 * s + 1];
      const depth = a[g.list + 3 * s + 2] * channels;
      for (let d = 0; d < depth;) {
        const size = blockOf(depth - d);
        const b = a[g.kernel] + 4 * (((ky * a[g.kernelWidth] + kx) * channels + d) * outChannels + j);
        pack(panel, b, 4 * outChannels, false, size, n);
        const at = origin + (ky * rowPixels + kx) * pixel + 4 * d, tiles = panel.tiles(size, false);
        const aRun = rowPixels * pixel;
        if (first) overTiles(tiles, outWidth, outHeight, at, pixel, pixel, aRun, bias, 0, 0, c, ldc, run);
        else overTiles(tiles, outWidth, outHeight, at, pixel, pixel, aRun, c, ldc, run, c, ldc, run);
        first = false;
        d += size;
      }
    }
    if (first) k.copyRows(bias, 0, c, ldc, width, outHeight * outWidth);
    if (n < width) k.copyRows(c, ldc, y + 4 * j, 4 * outChannels, n, outHeight * outWidth);
  }
}

/** The job without the taps at the ends of its segments whose weights are all 0, as under a mask: 0 x = 0 for finite x. */
function withoutDeadTaps(k: Kernels, a: ArrayLike<number>, from: number, to: number): ArrayLike<number> {
  const g = geometry, size = a[g.channels] * a[g.outChannels], live: number[] = [];
  const dead = (tap: number) => k.floats(a[g.kernel] + 4 * tap * size, size).every((w) => w === 0);
  for (let s = 0; s < a[g.segments]; s++) {
    const [ky, kx, taps] = [0, 1, 2].map((i) => a[g.list + 3 * s + i]), first = ky * a[g.kernelWidth] + kx;
    let [start, end] = [0, taps];
    while (start < end && dead(first + start)) start++;
    while (start < end && dead(first + end - 1)) end--;
    if (start < end) live.push(ky, kx + start, end - start);
  }
  const before = Array.from(a).slice(g.list, g.list + 3 * a[g.segments]);
  if (live.length === before.length && live.every((x, i) => x === before[i])) return a;
  const image = a[g.height] * a[g.width] * a[g.channels];
  const pixels = k.floats(a[g.x] + 4 * from * image, (to - from) * image);
  for (let i = 0; i < pixels.length; i++) if (!Number.isFinite(pixels[i])) return a;
  const job = [...Array.from(a).slice(0, g.list), ...live];
  job[g.segments] = live.length / 3;
  if (live.length === 0) job[g.native] = 0;
  return job;
}

/** y = f(x ∗ kernel + bias), cross-correlation, for images [from, to); f runs while an image is in the cache. */
export const convolve: Program = (k, whole, from, to) => {
  const g = geometry, a = withoutDeadTaps(k, whole, from, to);
  const xSize = 4 * a[g.height] * a[g.width] * a[g.channels];
  const ySize = 4 * a[g.outHeight] * a[g.outWidth] * a[g.outChannels];
  clearGuards(k, a);
  for (let image = from; image < to; image++) {
    convolveImage(k, a, a[g.x] + image * xSize, a[g.y] + image * ySize);
  }
};

/** Columns of a group's partial kernel gradient: whole panels. */
export const panelColumns = (outChannels: number, width: number) => Math.ceil(outChannels / width) * width;

/** Puts one image, transposed to C × pixels, between its guards. */
function transposeImage(k: Kernels, a: ArrayLike<number>, x: number, inside: number, ld: number) {
  const g = geometry, columns = a[g.width], channels = a[g.channels], pixel = 4 * channels;
  const rowPixels = columns + a[g.guard];
  if (channels === 1) {
    k.copyRows(x, 4 * columns, inside, 4 * rowPixels, columns, a[g.height]);
    return;
  }
  const wide = columns & ~3, deep = channels & ~3;
  for (let r = 0; r < a[g.height]; r++) {
    const from = x + r * columns * pixel, to = inside + 4 * r * rowPixels;
    k.transpose4(from, pixel, to, ld, columns, channels);
    if (wide < columns) {
      k.scatterRows(from + wide * pixel, pixel, to + 4 * wide, 4, ld, columns - wide, channels);
    }
    if (deep < channels) k.scatterRows(from + 4 * deep, pixel, to + deep * ld, 4, ld, wide, channels - deep);
  }
}

/** Where a thread keeps an image and a dy between guards for the kernel's gradient. */
function filterScratch(k: Kernels, a: ArrayLike<number>) {
  const g = geometry, rowPixels = a[g.width] + a[g.guard];
  const rows = a[g.padTop] + a[g.height] + a[g.padBottom];
  const pixels = rows * rowPixels + 2 * a[g.guard] + 8, depth = a[g.outHeight] * rowPixels;
  const image = a[g.scratch] + k.thread * a[g.scratchSize];
  return {
    image,
    dy: image + 4 * Math.ceil(pixels * a[g.channels] / 16) * 16,
    ld: 4 * pixels,
    rowPixels,
    depth,
  };
}

/** The guards of both, all zeros. */
function clearFilterScratch(k: Kernels, a: ArrayLike<number>) {
  const { image, dy, ld, depth } = filterScratch(k, a);
  k.fill(image, ld / 4 * a[geometry.channels], 0);
  k.fill(dy, depth * a[geometry.outChannels], 0);
}

/** partial += ∂/∂K of one image: K-blocks of pixels, one product a tap (all taps of a row for one channel). */
function filterImage(k: Kernels, a: ArrayLike<number>, partial: number, x: number, dy: number) {
  const g = geometry;
  const panel = k.panel(a[g.panelWidth] as Width), width = panel.width;
  const channels = a[g.channels], outChannels = a[g.outChannels], outRow = a[g.outWidth] * outChannels;
  const { image, dy: dyGuarded, ld, rowPixels, depth } = filterScratch(k, a);
  const ldc = 4 * panelColumns(outChannels, width);
  k.copyRows(dy, 4 * outRow, dyGuarded, 4 * rowPixels * outChannels, outRow, a[g.outHeight]);
  if (a[g.native] === 1) return filterNatively(k, a, partial, x);
  transposeImage(k, a, x, image + 4 * (a[g.padTop] * rowPixels + a[g.guard]), ld);
  for (let d = 0; d < depth;) {
    const size = blockOf(depth - d), tiles = panel.tiles(size, false);
    for (let j = 0; j < outChannels; j += width) {
      const n = Math.min(width, outChannels - j), b = dyGuarded + 4 * (d * outChannels + j);
      pack(panel, b, 4 * outChannels, false, size, n);
      for (let s = 0; s < a[g.segments]; s++) {
        const ky = a[g.list + 3 * s], kx = a[g.list + 3 * s + 1], live = a[g.list + 3 * s + 2];
        const at = image + 4 * (ky * rowPixels + kx + a[g.guard] - a[g.padLeft] + d);
        const c = partial + (ky * a[g.kernelWidth] + kx) * channels * ldc + 4 * j;
        if (channels === 1) {
          overTiles(tiles, live, 1, at, 4, 4, 0, c, ldc, 0, c, ldc, 0);
          continue;
        }
        for (let t = 0; t < live; t++) {
          const target = c + t * channels * ldc;
          overTiles(tiles, channels, 1, at + 4 * t, ld, ld, 0, target, ldc, 0, target, ldc, 0);
        }
      }
    }
    d += size;
  }
}

/** The same by the native library: one product a tap, of the image between guards and not transposed. */
function filterNatively(k: Kernels, a: ArrayLike<number>, partial: number, x: number) {
  const g = geometry, channels = a[g.channels], out = a[g.outChannels], pixel = 4 * channels;
  const { image, dy, rowPixels } = filterScratch(k, a),
    end = a[g.scratch] + (k.thread + 1) * a[g.scratchSize];
  const inside = image + (a[g.padTop] * rowPixels + a[g.guard]) * pixel, columns = a[g.width] * channels;
  k.copyRows(x, 4 * columns, inside, rowPixels * pixel, columns, a[g.height]);
  const rows = (a[g.outHeight] - 1) * rowPixels + a[g.outWidth], ld = panelColumns(out, a[g.panelWidth]);
  for (let s = 0; s < a[g.segments]; s++) {
    const [ky, kx, taps] = [0, 1, 2].map((i) => a[g.list + 3 * s + i]);
    for (let t = kx; t < kx + taps; t++) {
      k.sgemm(
        {
          at: image + (ky * rowPixels + t + a[g.guard] - a[g.padLeft]) * pixel,
          end: dy,
          ld: channels,
          rows,
          columns: channels,
          turned: true,
        },
        { at: dy, end, ld: out, rows, columns: out },
        {
          at: partial + 4 * (ky * a[g.kernelWidth] + t) * channels * ld,
          end: partial + 4 * partialSize(a),
          ld,
          rows: channels,
          columns: out,
        },
        1,
      );
    }
  }
}

/** A group's partial gradient of the kernel, in floats. */
export const partialSize = (a: ArrayLike<number>) => {
  const g = geometry, columns = panelColumns(a[g.outChannels], a[g.panelWidth]);
  return a[g.kernelHeight] * a[g.kernelWidth] * a[g.channels] * columns;
};

/** Images [first, end) of a group. */
const imagesOf = (a: ArrayLike<number>, group: number) => {
  const images = a[geometry.images], groups = a[geometry.groups];
  return { first: Math.floor(group * images / groups), end: Math.floor((group + 1) * images / groups) };
};

/**
 * Partial gradients of the kernel, ∂/∂K[k_y, k_x, i, o] = Σ x[r + k_y, c + k_x, i] dy[r, c, o], of image
 * groups [from, to): each group sums its own images, so the result does not depend on who ran it. `y` is dy,
 * `kernel` the partial gradients (groups × taps × channels × panel columns).
 */
export const filterGradient: Program = (k, a, from, to) => {
  const g = geometry, size = partialSize(a), xSize = 4 * a[g.height] * a[g.width] * a[g.channels];
  const ySize = 4 * a[g.outHeight] * a[g.outWidth] * a[g.outChannels];
  clearFilterScratch(k, a);
  for (let group = from; group < to; group++) {
    const partial = a[g.kernel] + 4 * group * size, { first, end } = imagesOf(a, group);
    k.fill(partial, size, 0);
    for (let image = first; image < end; image++) {
      filterImage(k, a, partial, a[g.x] + image * xSize, a[g.y] + image * ySize);
    }
  }
};
