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
 * product with rows that overlap in memory. Taps that a mask kills are never touched.
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
  list: 23,
} as const;

/** Floats of one guarded image: g, then (top + height + bottom) rows of width + g pixels, then g more. */
export const guardedSize = (height: number, width: number, channels: number, guard: number) =>
  (height * (width + guard) + 2 * guard + 8) * channels;

/** y = f(x ∗ kernel + bias), cross-correlation, for images [from, to); f runs while an image is in the cache. */
export const convolve: Program = (k, a, from, to) => {
  const g = geometry;
  const panel = k.panel(a[g.panelWidth] as Width), width = panel.width;
  const channels = a[g.channels], outChannels = a[g.outChannels];
  const [outHeight, outWidth] = [a[g.outHeight], a[g.outWidth]];
  const rowPixels = a[g.width] + a[g.guard], pixel = 4 * channels;
  const rows = a[g.padTop] + a[g.height] + a[g.padBottom];
  const guarded = a[g.scratch] + k.thread * a[g.scratchSize];
  const guardedFloats = guardedSize(rows, a[g.width], channels, a[g.guard]);
  const edge = guarded + 4 * Math.ceil(guardedFloats / 16) * 16;
  const plain = a[g.guard] === 0 && rows === a[g.height];
  if (!plain) k.fill(guarded, guardedFloats, 0);
  for (let image = from; image < to; image++) {
    const x = a[g.x] + image * a[g.height] * a[g.width] * pixel;
    const inside = guarded + (a[g.padTop] * rowPixels + a[g.guard]) * pixel;
    if (!plain) {
      k.copyRows(x, a[g.width] * pixel, inside, rowPixels * pixel, a[g.width] * channels, a[g.height]);
    }
    const origin = plain ? x : guarded + (a[g.guard] - a[g.padLeft]) * pixel;
    const y = a[g.y] + image * outHeight * outWidth * outChannels * 4;
    for (let j = 0; j < outChannels; j += width) {
      const n = Math.min(width, outChannels - j);
      const c = n === width ? y + 4 * j : edge, ldc = 4 * (n === width ? outChannels : width);
      const bias = { at: startOf(k, a[g.bias], j, n, width), stride: 0, run: 0 };
      let first = true;
      for (let s = 0; s < a[g.segments]; s++) {
        const ky = a[g.list + 3 * s], kx = a[g.list + 3 * s + 1];
        const depth = a[g.list + 3 * s + 2] * channels;
        for (let d = 0; d < depth;) {
          const size = blockOf(depth - d);
          const b = a[g.kernel] + 4 * (((ky * a[g.kernelWidth] + kx) * channels + d) * outChannels + j);
          pack(panel, b, 4 * outChannels, false, size, n);
          const target = { at: c, stride: ldc, run: ldc * outWidth };
          const start = first ? bias : target;
          const at = origin + (ky * rowPixels + kx) * pixel + 4 * d;
          const source = { at, stride: pixel, run: rowPixels * pixel };
          overTiles(panel.blocks[size], outWidth, outHeight, source, start, target);
          first = false;
          d += size;
        }
      }
      if (first) k.copyRows(bias.at, 0, c, ldc, width, outHeight * outWidth);
      if (n < width) k.copyRows(c, ldc, y + 4 * j, 4 * outChannels, n, outHeight * outWidth);
    }
    const activation = activationKernels[a[g.activation]];
    if (activation !== undefined) k[activation.forward](y, y, outHeight * outWidth * outChannels);
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

/**
 * Partial gradients of the kernel, ∂/∂K[k_y, k_x, i, o] = Σ x[r + k_y, c + k_x, i] dy[r, c, o], of image
 * groups [from, to): each group sums its own images, so the result does not depend on who ran it. `y` is dy,
 * `kernel` the partial gradients (groups × taps × channels × panel columns).
 */
export const filterGradient: Program = (k, a, from, to) => {
  const g = geometry;
  const panel = k.panel(a[g.panelWidth] as Width), width = panel.width;
  const channels = a[g.channels], outChannels = a[g.outChannels];
  const rowPixels = a[g.width] + a[g.guard];
  const rows = a[g.padTop] + a[g.height] + a[g.padBottom];
  const pixels = rows * rowPixels + 2 * a[g.guard] + 8, ld = 4 * pixels;
  const guarded = a[g.scratch] + k.thread * a[g.scratchSize];
  const dyGuarded = guarded + 4 * Math.ceil(pixels * channels / 16) * 16;
  const depth = a[g.outHeight] * rowPixels;
  const columns = panelColumns(outChannels, width), ldc = 4 * columns;
  const partialSize = 4 * a[g.kernelHeight] * a[g.kernelWidth] * channels * columns;
  k.fill(guarded, pixels * channels, 0);
  k.fill(dyGuarded, depth * outChannels, 0);
  for (let group = from; group < to; group++) {
    const partial = a[g.kernel] + group * partialSize;
    k.fill(partial, partialSize / 4, 0);
    const firstImage = Math.floor(group * a[g.images] / a[g.groups]);
    const endImage = Math.floor((group + 1) * a[g.images] / a[g.groups]);
    for (let image = firstImage; image < endImage; image++) {
      const inside = guarded + 4 * (a[g.padTop] * rowPixels + a[g.guard]);
      transposeImage(k, a, a[g.x] + 4 * image * a[g.height] * a[g.width] * channels, inside, ld);
      const outRow = a[g.outWidth] * outChannels;
      k.copyRows(
        a[g.y] + 4 * image * a[g.outHeight] * outRow,
        4 * outRow,
        dyGuarded,
        4 * rowPixels * outChannels,
        outRow,
        a[g.outHeight],
      );
      for (let d = 0; d < depth;) {
        const size = blockOf(depth - d), tiles = panel.blocks[size];
        for (let j = 0; j < outChannels; j += width) {
          const n = Math.min(width, outChannels - j), b = dyGuarded + 4 * (d * outChannels + j);
          pack(panel, b, 4 * outChannels, false, size, n);
          for (let s = 0; s < a[g.segments]; s++) {
            const ky = a[g.list + 3 * s], kx = a[g.list + 3 * s + 1], live = a[g.list + 3 * s + 2];
            const at = guarded + 4 * (ky * rowPixels + kx + a[g.guard] - a[g.padLeft] + d);
            const c = partial + (ky * a[g.kernelWidth] + kx) * channels * ldc + 4 * j;
            const rowsOf = (address: number, stride: number) => ({ at: address, stride, run: 0 });
            if (channels === 1) {
              overTiles(tiles, live, 1, rowsOf(at, 4), rowsOf(c, ldc), rowsOf(c, ldc));
              continue;
            }
            for (let t = 0; t < live; t++) {
              const target = rowsOf(c + t * channels * ldc, ldc);
              overTiles(tiles, channels, 1, rowsOf(at + 4 * t, ld), target, target);
            }
          }
        }
        d += size;
      }
    }
  }
};
