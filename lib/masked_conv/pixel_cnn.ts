/**
 * A small PixelCNN: p(x) = Π p(xᵢ | x₁ … xᵢ₋₁) by a stack of masked convolutions, and what to do with it.
 *
 * | file                  | holds                                                      |
 * | --------------------- | ---------------------------------------------------------- |
 * | pixel_cnn/pictures.ts | grey pictures, and the baseline: every pixel on its own     |
 * | pixel_cnn/model.ts    | the network                                                |
 * | pixel_cnn/train.ts    | how it learns                                              |
 * | pixel_cnn/sample.ts   | pictures drawn pixel by pixel                              |
 * | pixel_cnn/measure.ts  | bits per pixel, total probability                          |
 */
export { firstPictures, independentPixels } from "./pixel_cnn/pictures.ts";
export type { IndependentPixels, Pictures } from "./pixel_cnn/pictures.ts";
export { build, dispose, logits, loss, weightsOf } from "./pixel_cnn/model.ts";
export type { PixelCnn } from "./pixel_cnn/model.ts";
export { train } from "./pixel_cnn/train.ts";
export { sample } from "./pixel_cnn/sample.ts";
export { bitsPerPixel, totalProbability } from "./pixel_cnn/measure.ts";
export { average } from "../math/average.ts";
