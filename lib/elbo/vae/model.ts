import { normalWeights } from "../../course/weights.ts";
import * as check from "../../math/check.ts";
import { random } from "../../math/random.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { dense, tf } from "../../tensor/mod.ts";

/** Images of `pixels` zeros and ones: one after the other in a flat list (as in `digits().images`), or as rows. */
export type BinaryImages = ArrayLike<number> | Matrix;

type Tensor2D = tf.Tensor2D;
type MatrixWeights = tf.Variable<tf.Rank.R2>;
type VectorWeights = tf.Variable<tf.Rank.R1>;

/** A layer x W + b: W inputs × outputs, b outputs. */
interface Layer {
  readonly W: MatrixWeights;
  readonly b: VectorWeights;
}

/** A variational autoencoder: its shape, and tensors that `disposeVae` frees. */
export interface Vae {
  readonly pixels: number;
  readonly hidden: number;
  readonly latents: number;
  /** pixels → hidden (tanh) → latents, twice: mean and logVar. */
  readonly encoder: { readonly hidden: Layer; readonly mean: Layer; readonly logVar: Layer };
  /** latents → hidden (tanh) → pixels: logits. */
  readonly decoder: { readonly hidden: Layer; readonly logits: Layer };
}

interface VaeOptions {
  /** Pixels of an image, 64 by default. */
  readonly pixels?: number;
  /** Units of both hidden layers, 1 … 1024; 128 by default. */
  readonly hidden?: number;
  /** Dimensions of z, 1 … 64; 2 by default. */
  readonly latents?: number;
  /** Probability of ink, pixel by pixel, that the decoder starts from; ½ by default. */
  readonly frequencies?: Vector;
  /** Of the initial weights, a whole number; 1 by default. */
  readonly seed?: number;
}

/**
 * p(z) = N(0, I), p(x | z) = Π Bernoulli(xᵢ; σ(lᵢ(z))), q(z | x) = N(mean(x), diag e^{logVar(x)}): untrained.
 *
 * The heads of both networks start near 0: the encoder at the prior, the decoder at `frequencies`, whatever z is.
 *
 * @throws RangeError, TypeError for bad options
 */
export function buildVae(options: VaeOptions = {}): Vae {
  const doing = "build a VAE", given = check.object(doing, "options", options);
  const pixels = check.integer(doing, "pixels", given.pixels ?? 64, { from: 1, to: 4096 });
  const hidden = check.integer(doing, "hidden", given.hidden ?? 128, { from: 1, to: 1024 });
  const latents = check.integer(doing, "latents", given.latents ?? 2, { from: 1, to: 64 });
  const half = new Array<number>(pixels).fill(0.5);
  const ink = check.finiteVector(doing, "frequencies", given.frequencies ?? half, pixels);
  const start = ink.map((p, i) => {
    if (p > 0 && p < 1) return Math.log(p / (1 - p));
    throw new RangeError(`Cannot ${doing}: expected frequencies[${i}] between 0 and 1, got ${p}`);
  });
  const chance = random(check.integer(doing, "seed", given.seed ?? 1));
  const layer = (inputs: number, outputs: number, scale: number, bias?: readonly number[]): Layer => ({
    W: normalWeights<tf.Rank.R2>([inputs, outputs], scale / Math.sqrt(inputs), chance),
    b: tf.tidy(() => tf.variable(tf.tensor1d([...bias ?? new Array<number>(outputs).fill(0)]))),
  });
  return {
    pixels,
    hidden,
    latents,
    encoder: {
      hidden: layer(pixels, hidden, 1),
      mean: layer(hidden, latents, 0.1),
      logVar: layer(hidden, latents, 0.1),
    },
    decoder: { hidden: layer(latents, hidden, 1), logits: layer(hidden, pixels, 0.1, start) },
  };
}

/** The trainable tensors of a model's encoder, of its decoder, and all. */
export const encoderWeights = ({ encoder: { hidden, mean, logVar } }: Vae): tf.Variable[] =>
  [hidden, mean, logVar].flatMap(({ W, b }) => [W, b]);
export const decoderWeights = ({ decoder: { hidden, logits } }: Vae): tf.Variable[] =>
  [hidden, logits].flatMap(({ W, b }) => [W, b]);
export const weightsOf = (model: Vae): tf.Variable[] => [...encoderWeights(model), ...decoderWeights(model)];

/**
 * `other` with an encoder widened to the hidden units of `model`: the same q(z | x) and p(x | z) as `other` gives, since
 * no head listens to the new units yet. Takes over `model`, whose shapes must agree and whose encoder is no narrower.
 */
export function widened(model: Vae, other: Vae): Vae {
  const doing = "widen an encoder";
  assertVae(doing, other);
  const shape = ({ pixels, latents, hidden }: Vae) => `${pixels} pixels, ${latents} latents, ${hidden} units`;
  if (other.pixels !== model.pixels || other.latents !== model.latents || other.hidden > model.hidden) {
    throw new RangeError(`Cannot ${doing}: expected at most ${shape(model)}, got ${shape(other)}`);
  }
  const { hidden, mean, logVar } = model.encoder, more = model.hidden - other.hidden;
  const copy = ({ W, b }: Layer): Layer => tf.tidy(() => ({ W: tf.variable(W), b: tf.variable(b) }));
  tf.tidy(() => {
    const units = tf.slice(hidden.W, [0, other.hidden], [model.pixels, more]);
    hidden.W.assign(tf.concat([other.encoder.hidden.W as tf.Tensor2D, units as tf.Tensor2D], 1));
    hidden.b.assign(tf.concat([other.encoder.hidden.b as tf.Tensor1D, tf.zeros<tf.Rank.R1>([more])]));
    for (const [head, old] of [[mean, other.encoder.mean], [logVar, other.encoder.logVar]]) {
      head.W.assign(tf.concat([old.W as tf.Tensor2D, tf.zeros<tf.Rank.R2>([more, model.latents])], 0));
      head.b.assign(old.b);
    }
  });
  tf.dispose(decoderWeights(model));
  return {
    ...model,
    decoder: { hidden: copy(other.decoder.hidden), logits: copy(other.decoder.logits) },
  };
}

/** Frees a model's tensors: it can't be used after that. */
export function disposeVae(model: Vae): void {
  assertVae("dispose of the VAE", model);
  tf.dispose(weightsOf(model));
}

/** @throws TypeError unless `model` is a VAE that has not been disposed of. */
export function assertVae(doing: string, model: unknown): asserts model is Vae {
  const decoder = typeof model === "object" && model !== null && "decoder" in model
    ? model.decoder as Partial<Vae["decoder"]> | undefined
    : undefined;
  const last = decoder?.logits?.b;
  if (!(last instanceof tf.Tensor)) {
    throw new TypeError(`Cannot ${doing}: expected a VAE, got ${check.describe(model)}`);
  }
  if (last.isDisposed) throw new TypeError(`Cannot ${doing}: expected a live VAE, got a disposed one`);
}

/**
 * A fresh flat copy of images, with their number.
 *
 * @throws RangeError unless there are whole images and every pixel is 0 or 1: the Bernoulli likelihood is a
 * probability of nothing else, and log p would not be one of grey pixels
 */
export function asBinary(doing: string, images: BinaryImages, pixels: number) {
  const entries = check.list(doing, "images", images), rows = check.isList(entries[0]);
  const flat = rows
    ? check.matrix(doing, "images", entries, { columns: pixels }).flat()
    : entries as number[];
  if (flat.length % pixels !== 0) {
    throw new RangeError(
      `Cannot ${doing}: expected images of ${pixels} pixels each, got ${flat.length} pixels in all`,
    );
  }
  const wrong = flat.findIndex((x) => x !== 0 && x !== 1);
  if (wrong < 0) return { count: flat.length / pixels, flat: Float32Array.from(flat) };
  check.finite(doing, `images[${wrong}]`, flat[wrong]);
  throw new RangeError(
    `Cannot ${doing}: expected binary images, each pixel 0 or 1, got ${flat[wrong]} at [${wrong}]`,
  );
}

/** (mean, logVar) of q(z | x), each batch × latents, of x: batch × pixels. */
export function encoded({ encoder }: Vae, x: Tensor2D): [Tensor2D, Tensor2D] {
  const h = dense(x, encoder.hidden.W, encoder.hidden.b, "tanh");
  return [dense(h, encoder.mean.W, encoder.mean.b), dense(h, encoder.logVar.W, encoder.logVar.b)];
}

/** Logits of p(x | z), batch × pixels, of z: batch × latents. */
export function decoded({ decoder }: Vae, z: Tensor2D): Tensor2D {
  const h = dense(z, decoder.hidden.W, decoder.hidden.b, "tanh");
  return dense(h, decoder.logits.W, decoder.logits.b);
}

/**
 * z = μ + e^{λ/2} ε and KL(N(μ, diag e^λ) ‖ N(0, I)) = ½ Σ (μ² + e^λ − 1 − λ), nats, one an example.
 *
 * Textbook form: z = μ + σ ε. With λ = ln σ² no logarithm is taken, and σ cannot be negative.
 *
 * @param mean μ, logVar λ and noise ε ~ N(0, I): batch × latents each
 */
export function drawn(mean: Tensor2D, logVar: Tensor2D, noise: Tensor2D): { z: Tensor2D; kl: tf.Tensor1D } {
  const z = tf.add<Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  const terms = tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVar)), 1), logVar);
  return { z, kl: tf.mul<tf.Tensor1D>(tf.sum(terms, 1), 0.5) };
}

/** N(mean, diag e^{logVar}) for each of n images: n × latents both. */
export interface Encoding {
  readonly mean: number[][];
  readonly logVar: number[][];
}

/** q(z | x) = N(mean, diag e^{logVar}), image by image. */
export function encode(model: Vae, images: BinaryImages): Encoding {
  const doing = "encode the images";
  assertVae(doing, model);
  const { count, flat } = asBinary(doing, images, model.pixels);
  return tf.tidy(() => {
    const [mean, logVar] = encoded(model, tf.tensor2d(flat, [count, model.pixels]));
    return { mean: mean.arraySync(), logVar: logVar.arraySync() };
  });
}

/**
 * σ(l(z)): for each z the probability of ink in every pixel.
 *
 * @param z n × latents
 * @returns n × pixels
 */
export function decode(model: Vae, z: Matrix): number[][] {
  const doing = "decode z";
  assertVae(doing, model);
  const rows = check.matrix(doing, "z", z, { columns: model.latents });
  return tf.tidy(() => tf.sigmoid<Tensor2D>(decoded(model, tf.tensor2d(rows))).arraySync());
}

/** decode(mean(x)): what the model makes of each image, n × pixels probabilities. */
export const reconstruct = (model: Vae, images: BinaryImages): number[][] =>
  decode(model, encode(model, images).mean);

/**
 * pᵢ = (#{images with ink in pixel i} + 1) / (n + 2)
 *
 * @returns `pixels` probabilities, none 0 or 1
 */
export function pixelFrequencies(images: BinaryImages, pixels = 64): number[] {
  const { count, flat } = asBinary("count the ink", images, pixels);
  const share = 1 / (count + 2), p = new Array<number>(pixels).fill(share);
  flat.forEach((x, i) => p[i % pixels] += x * share);
  return p;
}
