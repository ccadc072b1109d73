import { type Tensor1D, type Tensor2D, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { borrow, heap, kernels, map, sumRows } from "../dispatch.ts";
import { asRows, expectFit, expectTensor } from "./kernel.ts";
import { perform } from "../recording.ts";
import { runRecorded } from "./record.ts";

/**
 * z = μ + e^{λ/2} ε and KL(N(μ, e^λ) ‖ N(0, 1)) = ½ Σ (μ² + e^λ − 1 − λ), one number an example: a
 * reparameterised draw and what it costs, as one kernel and one tape node.
 *
 * Textbook form: z = μ + σ ε, KL = ½ Σ (μ² + σ² − 1 − ln σ²). With λ = ln σ² no logarithm is taken and σ
 * cannot be negative.
 *
 * @param mean μ, batch × latent
 * @param logVar λ = ln σ², the same shape
 * @param noise ε, the same shape, draws from N(0, 1)
 * @returns z (batch × latent) and kl (batch, nats); differentiable once in μ, λ and ε
 * @throws TypeError, RangeError where the shapes differ
 */
export function gaussianSample(
  mean: Tensor2D,
  logVar: Tensor2D,
  noise: Tensor2D,
): { z: Tensor2D; kl: Tensor1D } {
  const doing = "draw from a Gaussian";
  expectTensor(doing, "mean", mean, 2);
  expectTensor(doing, "logVar", logVar, 2);
  expectTensor(doing, "noise", noise, 2);
  expectFit(doing, util.arraysEqual(mean.shape, logVar.shape), ["mean", mean], ["logVar", logVar]);
  expectFit(doing, util.arraysEqual(mean.shape, noise.shape), ["mean", mean], ["noise", noise]);
  const [z, kl] = runRecorded("GaussianSample", { mean, logVar, noise }, {
    forward: (backend) => ({ results: forward({ mean, logVar, noise }, backend) }),
    backward([dz, dkl], _, backend, keep) {
      let found: TensorInfo[] | undefined;
      const all = () => found ??= backward({ dz, dkl, mean, logVar, noise }, backend).map(keep);
      return {
        mean: () => all()[0],
        logVar: () => all()[1],
        noise: () => noiseGradient(dz, logVar, backend),
      };
    },
  });
  return { z: z as Tensor2D, kl: kl as Tensor1D };
}

type Inputs = Record<"mean" | "logVar" | "noise", TensorInfo>;

function forward({ mean, logVar, noise }: Inputs, backend: FastBackend): TensorInfo[] {
  const { rows, length } = asRows(mean), bytes = 4 * rows * length;
  const z = backend.reserve(mean.shape), kl = backend.reserve([rows]);
  const from = [mean, logVar, noise].map((t) => backend.address(t));
  borrow(bytes, (terms) => {
    map("gaussian", rows * length, ...from, z.address, terms);
    sumRows(terms, rows, length, kl.address);
  });
  return [z, kl];
}

/** dμ = dz + dkl μ, dλ = ½ (dz ε e^{λ/2} + dkl (e^λ − 1)) */
function backward(
  { dz, dkl, mean, logVar, noise }: Inputs & { dz: TensorInfo; dkl: TensorInfo },
  backend: FastBackend,
): TensorInfo[] {
  const { rows, length } = asRows(mean);
  const dMean = backend.reserve(mean.shape), dLogVar = backend.reserve(mean.shape);
  const from = [dz, mean, logVar, noise, dkl].map((t) => backend.address(t));
  perform("gaussian gradient", [...from, dMean.address, dLogVar.address, rows, length], () => {
    const [a, b, c, d, slopes] = from, floats = heap.floats();
    for (let r = 0; r < rows; r++) {
      const at = 4 * r * length, to = [dMean.address + at, dLogVar.address + at];
      kernels.gaussianGrad(a + at, b + at, c + at, d + at, to[0], to[1], length, floats[slopes / 4 + r]);
    }
  });
  return [dMean, dLogVar];
}

/** dε = dz e^{λ/2} */
function noiseGradient(dz: TensorInfo, logVar: TensorInfo, backend: FastBackend): TensorInfo {
  const { rows, length } = asRows(dz), n = rows * length, d = backend.reserve(dz.shape);
  const [up, l] = [backend.address(dz), backend.address(logVar)];
  borrow(64, (half) => {
    kernels.fill(half, 8, 0.5);
    map("mul", n, l, 32, half, 0, d.address);
  });
  map("exp", n, d.address, d.address);
  map("mul", n, d.address, 32, up, 32, d.address);
  return d;
}
