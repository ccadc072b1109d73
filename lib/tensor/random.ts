import { type Rank, type ShapeMap, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { random as source, type Random } from "../math/random.ts";

/**
 * Independent draws from N(0, 1), from the project's one source of chance.
 *
 * @param shape sizes, whole and not negative
 * @param random a seed (whole number), or a source that has been drawn from before
 * @throws RangeError for a size that is no such number; TypeError for a seed that is not whole
 */
export function randomNormal<R extends Rank>(shape: ShapeMap[R], random: Random | number): Tensor<R> {
  if (!Array.isArray(shape) || shape.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new RangeError(`Cannot draw a tensor: expected whole sizes, not negative, got [${String(shape)}]`);
  }
  const from = typeof random === "object" && random !== null ? random : source(random);
  const length = (shape as number[]).reduce((n, d) => n * d, 1);
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = from.normal();
  return tensor(values, shape, "float32");
}
