import { pauses } from "./listening.ts";
import * as check from "../math/check.ts";
import { batches, type Random, random } from "../math/random.ts";
import { adam, compile, tf } from "../tensor/mod.ts";

/** What is to be learned. */
export interface Training {
  readonly weights: readonly tf.Variable[];
  /** What falls: of the tensors that `inputs` gives, all in the same shapes at every step. */
  readonly loss: (...inputs: tf.Tensor[]) => tf.Scalar;
  /** The loss's tensors at step 0, 1, …: of the batch's indices, with chance of this step's own. */
  readonly inputs: (batch: readonly number[], chance: Random, step: number) => tf.Tensor[];
  /** Examples, and how many of them a step takes. */
  readonly count: number;
  readonly batch: number;
  readonly steps: number;
  /** Adam's, at the start; it falls evenly to a tenth. */
  readonly learningRate: number;
  /** Of the batches and of every step's chance. */
  readonly seed: number;
}

/** Where a training's state is kept, so that it can go on after an interruption. */
export interface Checkpoints {
  load(): Promise<Uint8Array<ArrayBuffer> | null>;
  save(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

export interface Watching {
  /** Called after every step with its number (1, 2, …) and its loss. */
  readonly onProgress?: (step: number, loss: number) => unknown;
  /** Ends the training after the step under way: its state is saved and the signal's reason thrown. */
  readonly signal?: AbortSignal;
  readonly checkpoints?: Checkpoints;
  /** Milliseconds between two checkpoints (20,000). */
  readonly every?: number;
}

/** Checkpoints of another number are not read. */
const VERSION = 1;

/**
 * w ← w − Adam step on loss(batch), `steps` times, in place.
 *
 * Every step's batch and chance follow from the seed and the step's number alone. So a training that was interrupted
 * and goes on from its checkpoint ends with the same bits as one that was not.
 *
 * @returns the losses of all steps
 * @throws what the signal says once it is there; RangeError for a loss that is not finite; Error for a checkpoint of
 *   another training or another version
 */
export async function train(training: Training, watching: Watching = {}): Promise<Float32Array> {
  const doing = "train", { weights, loss, inputs, learningRate } = training;
  const { onProgress, signal, checkpoints, every = 20_000 } = watching;
  const steps = check.integer(doing, "steps", training.steps, { from: 1, to: 1e7 });
  const count = check.integer(doing, "count", training.count, { from: 1 });
  const batch = check.integer(doing, "batch", training.batch, { from: 1, to: count });
  const seed = check.integer(doing, "seed", training.seed);
  check.positive(doing, "learningRate", learningRate);
  const optimizer = adam(learningRate), losses = new Float32Array(steps);
  const update = compile((...given: tf.Tensor[]) =>
    optimizer.minimize(() => loss(...given), true, [...weights]) as tf.Scalar
  );
  const recipe = JSON.stringify([weights.map((w) => w.shape), { steps, count, batch, seed, learningRate }]);
  const nextBatch = batches(count, batch, seed), pause = pauses();
  const save = async (step: number) => {
    if (checkpoints === undefined || step === 0) return;
    const [age, ...moments] = await optimizer.getWeights();
    age.tensor.dispose(); // made for us; the moments are the optimizer's own
    const numbers = moments.map(({ tensor }) => tensor.dataSync<"float32">());
    const all = [...weights.map((w) => w.dataSync<"float32">()), ...numbers, losses.subarray(0, step)];
    await checkpoints.save(written({ version: VERSION, recipe, step }, all));
  };
  try {
    const found = await checkpoints?.load();
    let step = 0, saved = performance.now();
    if (found) step = await restore(found, recipe, weights, optimizer, losses);
    for (let k = 0; k < step; k++) nextBatch();
    while (step < steps) {
      if (signal?.aborted) {
        await save(step);
        throw signal.reason;
      }
      Object.assign(optimizer, { learningRate: learningRate * (1 - 0.9 * step / steps) });
      const value = tf.tidy(() => {
        const chance = random(seed * 1_000_003 + step);
        return update(...inputs(nextBatch(), chance, step)).dataSync()[0];
      });
      losses[step++] = check.finite(doing, `loss of step ${step} (try a smaller learningRate)`, value);
      await onProgress?.(step, value);
      await pause();
      if (performance.now() - saved > every && step < steps) {
        await save(step);
        saved = performance.now();
      }
    }
    await save(step);
    return losses;
  } finally {
    update.dispose();
    optimizer.dispose();
  }
}

interface Header {
  readonly version: number;
  readonly recipe: string;
  readonly step: number;
}

/** The header's length, the header as JSON, then all numbers as float32. */
function written(header: Header, numbers: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const words = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + words.length + numbers.reduce((n, { length }) => n + 4 * length, 0));
  new DataView(bytes.buffer).setUint32(0, words.length);
  bytes.set(words, 4);
  let at = 4 + words.length;
  for (const list of numbers) {
    bytes.set(new Uint8Array(list.buffer, list.byteOffset, list.byteLength), at);
    at += list.byteLength;
  }
  return bytes;
}

/** Puts a checkpoint's numbers back; gives its step. */
async function restore(
  bytes: Uint8Array<ArrayBuffer>,
  recipe: string,
  weights: readonly tf.Variable[],
  optimizer: ReturnType<typeof adam>,
  losses: Float32Array,
): Promise<number> {
  const wrong = (got: string) =>
    new Error(
      `Cannot go on with a training: expected a checkpoint of version ${VERSION} of this very training, got ${got}`,
    );
  let header: Header, from: number;
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    from = 4 + length;
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(4, from)));
  } catch {
    throw wrong("a file that is none");
  }
  if (header.version !== VERSION) throw wrong(`version ${header.version}`);
  if (header.recipe !== recipe) throw wrong("one of another training");
  const size = weights.reduce((n, w) => n + w.size, 0), wanted = from + 4 * (3 * size + header.step);
  if (bytes.length !== wanted) throw wrong(`${bytes.length} bytes instead of ${wanted}`);
  const numbers = new Float32Array(bytes.slice(from).buffer);
  let at = 0;
  const next = (shape: readonly number[], n: number) =>
    tf.tensor(numbers.subarray(at, at += n), [...shape], "float32");
  for (const w of weights) {
    tf.tidy(() => w.assign(next(w.shape, w.size)));
  }
  const named = ["m", "v"].flatMap((letter) =>
    // a name that no variable has: moments then go to the variables in their order
    weights.map((w, i) => ({ name: `checkpoint ${i}/${letter}`, tensor: next(w.shape, w.size) }))
  );
  const age = { name: "iter", tensor: tf.tensor(header.step, [], "int32") };
  await optimizer.setWeights([age, ...named]);
  named.forEach(({ tensor }) => tensor.dispose());
  losses.set(numbers.subarray(at));
  return header.step;
}
