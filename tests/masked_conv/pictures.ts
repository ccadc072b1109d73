import type { IndependentPixels, Pictures, PixelCnn } from "lib/masked_conv/pixel_cnn.ts";

/** ⌊x · levels / 17⌋: the digits' 17 levels of grey as fewer, each as wide as the others. */
export const quantise = ({ count, side, images }: Pictures, levels: number) => ({
  ...{ count, side, images: Array.from(images, (x) => Math.floor(x * levels / 17)) },
});

/** −(1/(n D)) Σ log₂ pᵢ(xᵢ): bits a pixel under independent pixels. */
export const independentBits = ({ side, probabilities }: IndependentPixels, { images }: Pictures) =>
  Array.from(images).reduce((sum, level, i) => sum - Math.log2(probabilities[i % (side * side)][level]), 0) /
  images.length;

/** The masks of a model's layers, as `receptiveField` takes them. */
export const masksOf = ({ layers, firstMask }: PixelCnn) =>
  layers.map((_, layer) => layer === 0 ? firstMask : "B" as const);
