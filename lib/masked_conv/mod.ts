/**
 * Masked convolutions: which input pixels an output pixel can see, and how masks keep the order of the pixels.
 *
 * | file                      | holds                                                                  |
 * | ------------------------- | ---------------------------------------------------------------------- |
 * | masked_conv/mask.ts       | masks A and B, the moves they allow, names of pixels                   |
 * | masked_conv/conv.ts       | the convolution itself, on tensors                                     |
 * | masked_conv/field.ts      | receptive fields by offsets and by propagation; paths                  |
 * | masked_conv/jacobian.ts   | receptive fields by differentiating a network                          |
 * | masked_conv/picture.ts    | by how many pixels two pictures differ                                 |
 * | masked_conv/blind_spot.ts | what a stack never sees, and what it must not                          |
 * | masked_conv/two_stack.ts  | the network without a blind spot                                       |
 * | masked_conv/pixel_cnn.ts  | a trained model of handwritten digits (imported on its own)            |
 */
export { mask, offsets, pixelName, pixelNamed } from "./mask.ts";
export type { LayerKind, MaskKind, Pixel } from "./mask.ts";
export { gridOf, isPast, pictureOf, pixelsOf } from "./stack.ts";
export type { FieldOptions, StackOptions } from "./stack.ts";
export { wrongPixels } from "./picture.ts";
export { maskedConv2d } from "./conv.ts";
export { inputGradient, inputGradientsOfAll, jacobianField } from "./jacobian.ts";
export { minkowskiField, pathCounts, pathThrough, propagatedField, receptiveField } from "./field.ts";
export type { DepthOptions } from "./blind_spot.ts";
export { blindFraction, blindFractionFormula, blindSpot, dividePast } from "./blind_spot.ts";
export type { TwoStackOptions } from "./two_stack.ts";
export { twoStackBlindSpot, twoStackField } from "./two_stack.ts";
