import { compile, type Tensor, tf } from "../tf.ts";

export interface TrainingOptions {
  /** Couplings (default 6) and hidden units of each (default 16). */
  layers?: number;
  hidden?: number;
  /** Adam steps (default 300), points a step (default 128), step size (default 0.02, falling to a tenth). */
  steps?: number;
  batch?: number;
  learningRate?: number;
  seed?: number;
  /** Steps whose flows are kept; the last one always is. */
  keep?: readonly number[];
  /** Called after every step; what it throws ends the training. */
  report?(step: number, loss: number): Promise<void> | void;
}

export interface Trained<F> {
  readonly kept: readonly { readonly step: number; readonly flow: F }[];
  /** The objective on each step's batch, in nats a point. */
  readonly losses: readonly number[];
}

/** What is trained: a loss of the tensors that `inputs` gives at each step, plus a constant; `flow` reads it out. */
interface Descent<F> {
  readonly weights: readonly tf.Variable[];
  readonly steps: number;
  readonly rate: number;
  loss(...inputs: Tensor[]): tf.Scalar;
  inputs(step: number): Tensor[];
  readonly constant?: number;
  flow(): F;
}

/** Adam, its step size falling evenly to a tenth; frees the weights. */
export async function descend<F>(
  { weights, steps, rate, loss, inputs, constant = 0, flow }: Descent<F>,
  { keep = [], report }: TrainingOptions,
): Promise<Trained<F>> {
  const optimiser = tf.train.adam(rate), losses: number[] = [], kept: { step: number; flow: F }[] = [];
  const update = compile((...given: Tensor[]) => optimiser.minimize(() => loss(...given), true) as tf.Scalar);
  try {
    if (keep.includes(0)) kept.push({ step: 0, flow: flow() });
    for (let step = 1; step <= steps; step++) {
      Object.assign(optimiser, { learningRate: rate * (1 - 0.9 * step / steps) });
      losses.push(constant + tf.tidy(() => update(...inputs(step)).dataSync()[0]));
      if (step === steps || keep.includes(step)) kept.push({ step, flow: flow() });
      await report?.(step, losses[step - 1]);
    }
  } finally {
    update.dispose();
    optimiser.dispose();
    tf.dispose([...weights]);
  }
  return { kept, losses };
}
