import { type Tensor, type Tensor1D, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { borrow, crossEntropy, heap, kernels, map } from "../dispatch.ts";
import { asRows, expectFit, expectTensor } from "./kernel.ts";
import { perform } from "../recording.ts";
import { runRecorded } from "./record.ts";

/**
 * −log p(x | l) = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}), one number an example.
 *
 * Textbook form: −Σᵢ xᵢ ln σ(lᵢ) + (1 − xᵢ) ln(1 − σ(lᵢ)). It takes ln 0 as soon as σ rounds to 0 or 1
 * (|l| > 17 in float32); the form above does not.
 *
 * @param x batch × …, probabilities of a one (usually 0 or 1)
 * @param logits the same shape, ln(p / (1 − p))
 * @returns batch, nats; differentiable once in both
 * @throws TypeError, RangeError where the shapes differ
 */
export function binaryCrossEntropy(x: Tensor, logits: Tensor): Tensor1D {
  const doing = "take the binary cross-entropy";
  expectTensor(doing, "x", x);
  expectTensor(doing, "logits", logits);
  expectFit(doing, x.rank > 0 && util.arraysEqual(x.shape, logits.shape), ["x", x], ["logits", logits]);
  const [terms] = runRecorded("BinaryCrossEntropy", { x, logits }, {
    forward: (backend) => ({ results: [forward(x, logits, backend)] }),
    backward: ([dy], _, backend) => ({
      x: () => inputGradient({ x, logits, dy }, backend),
      logits: () => gradient({ x, logits, dy }, backend),
    }),
  });
  return terms as Tensor1D;
}

function forward(x: TensorInfo, logits: TensorInfo, backend: FastBackend): TensorInfo {
  const { rows, length } = asRows(x), y = backend.reserve([rows]);
  crossEntropy(backend.address(x), backend.address(logits), rows, length, y.address);
  return y;
}

type Inputs = Record<"x" | "logits" | "dy", TensorInfo>;

/** dx = −dy l, row by row. */
function inputGradient({ x, logits, dy }: Inputs, backend: FastBackend): TensorInfo {
  const { rows, length } = asRows(x), d = backend.reserve(x.shape), l = backend.address(logits);
  const slopes = backend.address(dy) / 4;
  borrow(32, (factor) =>
    perform("bce dx", [l, d.address, slopes, factor, rows, length], () => {
      const floats = heap.floats();
      for (let r = 0; r < rows; r++) {
        const at = 4 * r * length;
        floats.fill(-floats[slopes + r], factor / 4, factor / 4 + 8);
        kernels.mul(l + at, 32, factor, 0, d.address + at, length);
      }
    }));
  return d;
}

/** d logits = dy (σ(l) − x), row by row, or at once where every dy is the same (as under a mean). */
function gradient({ x, logits, dy }: Inputs, backend: FastBackend): TensorInfo {
  const { rows, length } = asRows(x), d = backend.reserve(x.shape);
  const [from, l, up] = [x, logits, dy].map((t) => backend.address(t));
  perform("bce dl", [from, l, up, d.address, rows, length], () => {
    const slopes = heap.floats().subarray(up / 4, up / 4 + rows);
    if (slopes.every((s) => s === slopes[0])) {
      map("bceGrad", rows * length, from, l, d.address, slopes[0] ?? 0);
      return;
    }
    for (let r = 0; r < rows; r++) {
      const at = 4 * r * length;
      kernels.bceGrad(from + at, l + at, d.address + at, length, slopes[r]);
    }
  });
  return d;
}
