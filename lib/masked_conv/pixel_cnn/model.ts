import { random } from "../../math/random.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";
import * as check from "../../math/check.ts";
import { kernelOf, kindOf } from "../check.ts";
import { assertTensor } from "../conv.ts";
import { type MaskKind, offsets } from "../mask.ts";
import { asPrior, type IndependentPixels } from "./pictures.ts";
import { maskedConv, type Tensor4D, tf, type Weights } from "../tf.ts";

/** A PixelCNN to be built. */
interface PixelCnnOptions {
  /** Mask of the first layer: "A" for a model, "B" to see what a leak does. All later layers are of type B. */
  readonly firstMask: MaskKind;
  /** Masked layers, 1 … 16; 3 by default. */
  readonly layers?: number;
  /** Channels of every layer's output, 1 … 128; 8 by default. */
  readonly channels?: number;
  /** Rows and columns of the kernels, odd; 3 by default. */
  readonly kernel?: number;
  /** Levels of grey, 2 … 256; 2 by default. */
  readonly levels?: number;
  /** Where to start from: each pixel's own distribution (of side 1: one for all). Without one, uniform. */
  readonly prior?: IndependentPixels;
  /** Of the initial weights, a whole number; 1 by default. */
  readonly seed?: number;
}

/** A PixelCNN: its shape, and tensors that `dispose` frees. */
export interface PixelCnn {
  readonly firstMask: MaskKind;
  readonly kernel: number;
  readonly levels: number;
  /** Kernels k × k × in × out and biases 1 × 1 × 1 × out, layer by layer. */
  readonly layers: readonly { readonly kernel: Weights; readonly bias: Weights }[];
  /** 1 × 1 × channels × levels: the logits' own convolution. */
  readonly head: Weights;
  /** 1 × side × side × levels log-probabilities, or 1 × 1 × 1 × levels zeros: not trained. */
  readonly prior: Tensor4D;
}

/**
 * p(x) = Π p(xᵢ | x₁ … xᵢ₋₁), log p(xᵢ = v | …) = log prior(v) + f(x)ᵢᵥ + constant: a stack of masked convolutions
 * f that says how the pixels before i change the odds. f starts at 0, hence the model at its prior.
 *
 * h₁ = elu(M ⋆ x + b), h_l = h_{l−1} + elu(Mᴮ ⋆ h_{l−1} + b), f = a 1 × 1 convolution of h_L; elu never has slope 0, so
 * a dead unit cannot hide a dependence. Levels enter scaled to [−1, 1]: black differs from the padding's 0.
 *
 * @throws RangeError, TypeError for bad options
 */
export function build(options: PixelCnnOptions): PixelCnn {
  const action = "build a PixelCNN";
  check.object(action, "options { firstMask, … }", options);
  const { firstMask, layers = 3, channels = 8, kernel = 3, levels = 2, prior, seed = 1 } = options;
  kindOf(action, firstMask);
  check.integer(action, "number of layers", layers, { from: 1, to: 16 });
  check.integer(action, "number of channels", channels, { from: 1, to: 128 });
  kernelOf(action, kernel);
  check.integer(action, "number of levels", levels, { from: 2, to: 256 });
  const frequencies = prior === undefined ? undefined : asPrior(action, prior, levels);
  const chance = random(seed);
  return {
    firstMask,
    kernel,
    levels,
    layers: Array.from({ length: layers }, (_, layer) => {
      const inputs = layer === 0 ? 1 : channels;
      const taps = Math.max(1, offsets(layer === 0 ? firstMask : "B", kernel).length);
      return {
        kernel: normalWeights<tf.Rank.R4>(
          [kernel, kernel, inputs, channels],
          1 / Math.sqrt(taps * inputs),
          chance,
        ),
        bias: constantWeights<tf.Rank.R4>([1, 1, 1, channels]),
      };
    }),
    head: constantWeights<tf.Rank.R4>([1, 1, channels, levels]),
    prior: frequencies === undefined
      ? tf.zeros([1, 1, 1, levels])
      : tf.tensor4d(frequencies.probabilities.flat().map(Math.log), [
        1,
        frequencies.side,
        frequencies.side,
        levels,
      ]),
  };
}

/** The model's trainable tensors. */
export function weightsOf(model: PixelCnn): Weights[] {
  assertModel("list the weights", model);
  return [...model.layers.flatMap(({ kernel, bias }) => [kernel, bias]), model.head];
}

/** Frees a model's tensors. */
export function dispose(model: PixelCnn): void {
  tf.dispose([...weightsOf(model), model.prior]);
}

/** @throws TypeError unless `model` is a PixelCNN that has not been disposed. */
export function assertModel(action: string, model: unknown): asserts model is PixelCnn {
  const head = typeof model === "object" && model !== null && "head" in model ? model.head : undefined;
  if (!(head instanceof tf.Tensor)) {
    throw new TypeError(`Cannot ${action}: expected a PixelCNN, got ${check.describe(model)}`);
  }
  if (head.isDisposed) throw new TypeError(`Cannot ${action}: expected a live PixelCNN, got a disposed one`);
}

/**
 * log p(xᵢ = v | pixels before i) + constant, for all pixels at once.
 *
 * @param x batch × rows × columns × 1 levels as float32, at most as large as the prior's pictures
 * @returns batch × rows × columns × levels, one new tensor, differentiable in x and the weights
 * @throws RangeError for pictures larger than the prior's
 */
export function logits(model: PixelCnn, x: Tensor4D): Tensor4D {
  assertModel("evaluate the PixelCNN", model);
  assertTensor("evaluate the PixelCNN", "pictures", x);
  const [, rows, columns] = x.shape, [, most, across, levels] = model.prior.shape;
  if (most > 1 && (rows > most || columns > across)) {
    throw new RangeError(
      `Cannot evaluate the PixelCNN: expected at most ${most} × ${across} pixels, got ${rows} × ${columns}`,
    );
  }
  return tf.tidy(() => {
    const centred = tf.sub<Tensor4D>(tf.mul(x, 2 / (levels - 1)), 1);
    const h = model.layers.reduce((below, { kernel, bias }, layer) => {
      const kind = layer === 0 ? model.firstMask : "B";
      const change = tf.elu<Tensor4D>(maskedConv(below, kernel, kind, { bias: tf.reshape(bias, [-1]) }));
      return layer === 0 ? change : tf.add<Tensor4D>(below, change);
    }, centred);
    const prior = most === 1
      ? model.prior
      : tf.slice4d(model.prior, [0, 0, 0, 0], [1, rows, columns, levels]);
    return tf.add(maskedConv(h, model.head, "B"), prior);
  });
}

/** −mean log₂ p(xᵢ | …) over pixels and pictures, a scalar tensor: `bitsPerPixel`, to be differentiated. */
export function loss(model: PixelCnn, x: Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const chosen = tf.oneHot(tf.cast(tf.squeeze(x, [3]), "int32"), model.levels);
    const logP = tf.sum(tf.mul(tf.logSoftmax(logits(model, x)), chosen));
    return tf.div<tf.Scalar>(logP, -Math.LN2 * x.size);
  });
}
