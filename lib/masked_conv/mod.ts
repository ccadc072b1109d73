/**
 * Masked convolutions: which input pixels an output pixel can see, and how masks keep the order of the pixels.
 *
 * | file                      | holds                                                                  |
 * | ------------------------- | ---------------------------------------------------------------------- |
 * | masked_conv/mask.ts       | masks A and B, the moves they allow, names of pixels                   |
 * | masked_conv/conv.ts       | the convolution itself, on tensors                                     |
 * | masked_conv/jacobian.ts   | derivatives of a network by its input's pixels                         |
 * | masked_conv/picture.ts    | by how many pixels two pictures differ                                 |
 * | masked_conv/solution.ts   | receptive fields by three routes, blind spots, the network without one |
 * | masked_conv/pixel_cnn.ts  | a trained model of handwritten digits (imported on its own)            |
 */
export { mask, offsets, pixelName, pixelNamed } from "./mask.ts";
export type { LayerKind, MaskKind, Pixel } from "./mask.ts";
export { allPixels, firstA, gridOf, isPast, pictureOf, pixelsOf } from "./stack.ts";
export type { FieldOptions, StackOptions } from "./stack.ts";
export { wrongPixels } from "./picture.ts";
export { maskedConv2d } from "./conv.ts";
export * from "./solution.ts";
