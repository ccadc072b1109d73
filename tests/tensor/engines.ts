import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { backendName } from "../../lib/tensor/backend.ts";

/** A tensor as plain data. */
export interface Data {
  readonly shape: number[];
  readonly values: number[];
}

export const data = (shape: number[], at: (i: number) => number): Data => ({
  shape,
  values: Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => at(i)),
});

export const toTensor = ({ shape, values }: Data): tf.Tensor => tf.tensor(values, shape, "float32");

/** What f gives on tfjs-cpu and on ours, from the same data; several outputs one after the other. */
export function onBoth(f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[], inputs: readonly Data[]) {
  const run = (backend: string): Data[] => {
    void tf.setBackend(backend);
    Object.assign(tf.backend(), { firstUse: false });
    try {
      return tf.tidy(() =>
        [f(...inputs.map(toTensor))].flat().map((t) => ({ shape: t.shape, values: [...t.dataSync()] }))
      );
    } finally {
      void tf.setBackend(backendName);
    }
  };
  return { cpu: run("cpu"), ours: run(backendName) };
}

/** Largest |a − b| / max(1, |b|, scale); Infinity where exactly one is NaN or infinite, or shapes differ. */
export function distance(a: Data, b: Data, scale = 1): number {
  if (JSON.stringify(a.shape) !== JSON.stringify(b.shape)) return Infinity;
  return a.values.reduce((worst, x, i) => {
    const y = b.values[i];
    if (Object.is(x, y) || x === y || Number.isNaN(x) && Number.isNaN(y)) return worst;
    const error = Math.abs(x - y) / Math.max(scale, Math.abs(y));
    return Number.isFinite(error) ? Math.max(worst, error) : Infinity;
  }, 0);
}

/** Both engines agree on every output to `tolerance`. */
export function agree(
  name: string,
  f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputs: readonly Data[],
  tolerance: number,
) {
  const { cpu, ours } = onBoth(f, inputs);
  assert.equal(ours.length, cpu.length, name);
  cpu.forEach((expected, i) => {
    const error = distance(ours[i], expected);
    assert(
      error <= tolerance,
      `${name}, output ${i}: off by ${error} at shapes ${JSON.stringify(inputs.map((d) => d.shape))}`,
    );
  });
}
