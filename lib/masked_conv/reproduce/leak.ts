import { tf } from "../../tensor/mod.ts";

/** The largest change of a logit at or before a pixel that is moved by ½, whichever it is: 0, or it is no model. */
export function leakOf(logits: (pixels: number[]) => tf.Tensor, x: readonly number[]): number {
  const at = (pixels: readonly number[]) => tf.tidy(() => logits([...pixels]).dataSync());
  const before = at(x);
  return Math.max(...x.map((pixel, e) => {
    const after = at(x.with(e, pixel + 0.5));
    return Math.max(...x.slice(0, e + 1).map((_, d) => Math.abs(after[d] - before[d])));
  }));
}
