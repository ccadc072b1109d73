/** tfjs with the fast backend set and ready, and the fused operations on it. README.md explains the design. */
import { install } from "./install.ts";
import { heap, threads } from "./dispatch.ts";

install();

export * as tf from "./namespace.ts";
export type { Activation } from "./kernels/elementwise.ts";
export { compile, type Compiled } from "./compile.ts";
export type { Argument, Result } from "./plan.ts";
export { adam } from "./fused/adam.ts";
export { binaryCrossEntropy } from "./fused/bernoulli.ts";
export { dense } from "./fused/dense.ts";
export { maskedConv, type MaskedConvOptions, type MaskKind } from "./fused/masked_conv.ts";
export { type NativeProducts, useNativeProducts } from "./native.ts";
export { randomNormal } from "./random.ts";

/** Allows one thread or two (default: two where the machine has them); results do not depend on it. */
export const setThreads = (count: number): void => threads.allow(count);

/** Bytes that float32 tensors may take from now on, up to 4 GiB: beyond it an allocation throws a RangeError. */
export const setMemoryLimit = (bytes: number): void => heap.limit(bytes);
