import * as core from "@tensorflow/tfjs-core";
import { backend, engine, type Rank, type ShapeMap, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../math/random.ts";
import { type FastBackend, size } from "./backend.ts";
import { heap } from "./dispatch.ts";
import { perform, recording, refuse } from "./recording.ts";
import { isCount, refusal } from "./refusals.ts";

/** A tensor of draws; where a step is recorded, each replay draws anew. */
export function drawn<R extends Rank>(shape: readonly number[], draw: () => Float32Array): Tensor<R> {
  if (recording() === undefined) return tensor(draw(), [...shape] as ShapeMap[R], "float32");
  const own = backend() as FastBackend, y = own.reserve(shape);
  const spans = [{ at: y.address, bytes: 4 * size(y.shape), writes: true }];
  perform("draw", shape, () => heap.floats().set(draw(), y.address / 4), { spans, ordered: true });
  return engine().makeTensorFromTensorInfo(y, own) as Tensor<R>;
}

/** tfjs's source of draws, whose first argument is a shape. */
function redrawn<F>(source: F): F {
  const stock = source as unknown as (...args: readonly unknown[]) => Tensor;
  const again = (...args: readonly unknown[]): Tensor => {
    if (recording() === undefined) return stock(...args);
    if (args.some((x) => x === "int32" || x === "bool")) {
      refuse("it draws integers");
      return stock(...args);
    }
    return drawn(args[0] as number[], () => {
      const draws = stock(...args), values = draws.dataSync() as Float32Array;
      draws.dispose();
      return values;
    });
  };
  return again as unknown as F;
}

export const randomUniform = redrawn(core.randomUniform);
/** tfjs's, of which every replay of a compiled step draws anew. */
export const tfRandomNormal = redrawn(core.randomNormal);
export const truncatedNormal = redrawn(core.truncatedNormal);
export const randomStandardNormal = redrawn(core.randomStandardNormal);
export const randomGamma = redrawn(core.randomGamma);

/** x ⊙ mask / (1 − rate), each of the mask's numbers 1 with probability 1 − rate: tfjs's, drawn anew likewise. */
export function dropout(
  x: Tensor | core.TensorLike,
  rate: number,
  noiseShape?: number[],
  seed?: number | string,
): Tensor {
  if (recording() === undefined || !(x instanceof core.Tensor && rate >= 0 && rate < 1)) {
    return core.dropout(x, rate, noiseShape, seed);
  }
  if (rate === 0) return x.clone();
  const draws = randomUniform(noiseShape ?? x.shape, 0, 1, "float32", seed);
  return x.mul(draws.add(1 - rate).floor().div(1 - rate));
}

/**
 * Independent draws from N(0, 1), from the project's one source of chance: the same seed, the same tensor.
 *
 * @param shape sizes, whole and not negative
 * @param source where the draws come from: `random(seed)` of lib/math/random.ts
 * @throws RangeError for a size that is no such number; TypeError for what is no source
 */
export function randomNormal<R extends Rank>(shape: ShapeMap[R], source: Pick<Random, "normal">): Tensor<R> {
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw refusal("draw a tensor", "whole sizes, not negative", `[${String(shape)}]`);
  }
  if (typeof source?.normal !== "function") {
    throw refusal("draw a tensor", "a source of chance such as random(1)", String(source), TypeError);
  }
  const draws = { length: size(shape) };
  return drawn(shape, () => Float32Array.from(draws, () => source.normal()));
}
