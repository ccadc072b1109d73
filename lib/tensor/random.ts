import { type Rank, type ShapeMap, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../math/random.ts";

/**
 * Independent draws from N(0, 1), from the project's one source of chance: the same seed, the same tensor.
 *
 * @param shape sizes, whole and not negative
 * @param source where the draws come from: `random(seed)` of lib/math/random.ts
 * @throws RangeError for a size that is no such number; TypeError for what is no source
 */
export function randomNormal<R extends Rank>(shape: ShapeMap[R], source: Pick<Random, "normal">): Tensor<R> {
  if (!Array.isArray(shape) || shape.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new RangeError(`Cannot draw a tensor: expected whole sizes, not negative, got [${String(shape)}]`);
  }
  if (typeof source?.normal !== "function") {
    throw new TypeError(
      `Cannot draw a tensor: expected a source of chance such as random(1), got ${String(source)}`,
    );
  }
  const values = Float32Array.from(
    { length: (shape as number[]).reduce((n, d) => n * d, 1) },
    () => source.normal(),
  );
  return tensor(values, shape, "float32");
}
