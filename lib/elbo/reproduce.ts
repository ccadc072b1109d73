import type { Reproduction } from "../course/reproduction.ts";
import { boundsOnMnist } from "./reproduce/bounds_on_mnist.ts";
import { inferenceGaps } from "./reproduce/inference_gaps.ts";
import { linearVae } from "./reproduce/linear_vae.ts";
import { signalToNoise } from "./reproduce/signal_to_noise.ts";

/** What papers report of this subject, run here: `deno task reproduce`. */
export const reproductions: readonly Reproduction[] = [
  signalToNoise,
  linearVae,
  inferenceGaps,
  boundsOnMnist,
];
