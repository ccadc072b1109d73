import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";
import { backendName } from "../../lib/tensor/backend.ts";
import { type Data, distance, toTensor } from "./engines.ts";

/** float32 forms of one formula, sums of up to a hundred terms. */
export const tForm = 2e-5;
/** Central differences in float32: step 1e-2, a third derivative of size 1. */
export const tDifference = 5e-3;

export const draw = (shape: number[], seed: number): Data => {
  const source = random(seed);
  return { shape, values: source.normals(shape.reduce((n, d) => n * d, 1)) };
};

export type Op = (...x: tf.Tensor[]) => tf.Tensor;
export const read = (t: tf.Tensor): Data => ({ shape: t.shape, values: [...t.dataSync()] });

/** f's value and gradients on one backend. */
function differentiated(f: Op, inputs: readonly Data[], backend: string): Data[] {
  void tf.setBackend(backend);
  Object.assign(tf.backend(), { firstUse: false });
  try {
    let results: Data[] = [];
    tf.tidy(() => {
      const scalar = (...x: tf.Tensor[]) => f(...x).sum() as tf.Scalar;
      const tensors = inputs.map(toTensor);
      results = [f(...tensors), ...tf.grads(scalar)(tensors)].map(read);
    });
    return results;
  } finally {
    void tf.setBackend(backendName);
  }
}

/** The fused operation gives what the textbook's formula gives on tfjs-cpu, gradients included. */
export function same(name: string, fused: Op, textbook: Op, inputs: readonly Data[], tolerance = tForm) {
  const ours = differentiated(fused, inputs, backendName), cpu = differentiated(textbook, inputs, "cpu");
  cpu.forEach((expected, i) => {
    const what = i === 0 ? "value" : `gradient ${i}`, error = distance(ours[i], expected);
    assert(error <= tolerance, `${name}: ${what} off by ${error}`);
  });
}

/** The gradient is the slope of the function itself, by central differences. */
export function sloped(name: string, f: Op, inputs: readonly Data[]) {
  const step = 1e-2, gradients = differentiated(f, inputs, backendName).slice(1);
  const value = (changed: readonly Data[]) => tf.tidy(() => f(...changed.map(toTensor)).sum().dataSync()[0]);
  inputs.forEach((input, k) => {
    for (let i = 0; i < input.values.length; i += Math.max(1, Math.floor(input.values.length / 7))) {
      const moved = (by: number) =>
        inputs.map((d, j) =>
          j === k ? { shape: d.shape, values: d.values.map((x, at) => at === i ? x + by : x) } : d
        );
      const slope = (value(moved(step)) - value(moved(-step))) / (2 * step);
      const error = Math.abs(slope - gradients[k].values[i]) / Math.max(1, Math.abs(slope));
      assert(
        error < tDifference,
        `${name}: ∂/∂input ${k} [${i}] is ${gradients[k].values[i]}, slope ${slope}`,
      );
    }
  });
}

export const weighed = (t: tf.Tensor, seed: number) => t.mul(toTensor(draw(t.shape, seed)));
