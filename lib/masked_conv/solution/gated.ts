import { binarise, type GreyImages } from "../../course/mnist.ts";
import { random } from "../../math/random.ts";
import type { Listening } from "../../course/listening.ts";
import { train } from "../../course/train.ts";
import { constantWeights, normalWeights } from "../../course/weights.ts";
import { binaryCrossEntropy, maskedConv, tf } from "../tf.ts";
import { assertPictures, type Pictures } from "../pixel_cnn/pictures.ts";

// Gated PixelCNNs of one stack and of two, layer by layer as alike as can be: a gate tanh(f) ⊙ σ(g) after each
// convolution, a 1 × 1 convolution on the way back into the residual stream, 3 × 3 kernels (of the two stacks their
// halves: two rows of three pixels above, two pixels to the left).

type Tensor4D = tf.Tensor4D;
type Kernel = tf.Variable<tf.Rank.R4>;
type Bias = tf.Variable<tf.Rank.R1>;

export interface Stacks {
  readonly weights: readonly tf.Variable[];
  /** Logits of ink, n × side × side × 1, of zeros and ones. */
  logits(x: Tensor4D): Tensor4D;
}

/** A source of weights by the seed; all that it has given stand in `all`. */
function source(seed: number) {
  const chance = random(seed), all: tf.Variable[] = [];
  return {
    all,
    kernel(shape: [number, number, number, number], taps = shape[0] * shape[1]): Kernel {
      const made = normalWeights<tf.Rank.R4>(shape, 1 / Math.sqrt(taps * shape[2]), chance);
      all.push(made);
      return made;
    },
    bias(channels: number): Bias {
      const made = constantWeights<tf.Rank.R1>([channels]);
      all.push(made);
      return made;
    },
  };
}

const gated = (both: Tensor4D): Tensor4D => {
  const [f, g] = tf.split(both, 2, 3) as [Tensor4D, Tensor4D];
  return tf.mul(tf.tanh(f), tf.sigmoid(g));
};

/** A 1 × 1 convolution: a B mask hides nothing of it. */
const pointwise = (x: Tensor4D, kernel: Kernel, bias: Bias) => maskedConv(x, kernel, "B", { bias });

/** What both have at their end: relu, 1 × 1, relu, 1 × 1 to one logit. */
function ending(make: ReturnType<typeof source>, channels: number) {
  const [W1, b1] = [make.kernel([1, 1, channels, 32]), make.bias(32)];
  const [W2, b2] = [make.kernel([1, 1, 32, 1]), make.bias(1)];
  return (h: Tensor4D) =>
    pointwise(maskedConv(tf.relu(h), W1, "B", { bias: b1, activation: "relu" }), W2, b2);
}

/** h_l = h_{l−1} + P γ(M ⋆ h_{l−1}), the first with an A mask and without the sum. */
export function oneStack(
  { layers, channels, seed }: { layers: number; channels: number; seed: number },
): Stacks {
  const make = source(seed);
  const all = Array.from({ length: layers }, (_, l) => ({
    W: make.kernel([3, 3, l === 0 ? 1 : channels, 2 * channels], l === 0 ? 4 : 5),
    b: make.bias(2 * channels),
    P: make.kernel([1, 1, channels, channels]),
    p: make.bias(channels),
  }));
  const end = ending(make, channels);
  return {
    weights: make.all,
    logits: (x) =>
      end(all.reduce((h, { W, b, P, p }, l) => {
        const change = pointwise(gated(maskedConv(h, W, l === 0 ? "A" : "B", { bias: b })), P, p);
        return l === 0 ? change : tf.add<Tensor4D>(h, change);
      }, centred(x))),
  };
}

/** Black and white as −1 and 1: the padding's 0 is neither. */
const centred = (x: Tensor4D) => tf.sub<Tensor4D>(tf.mul(x, 2), 1);

/** x ∗ kernel with this many rows of zeros above and columns of zeros on either side: the size stays. */
const convolved = (x: Tensor4D, kernel: Tensor4D, top: number, left: number, right: number): Tensor4D =>
  tf.conv2d(x, kernel, 1, [[0, 0], [top, 0], [left, right], [0, 0]]);

/** The kernel with a tap of zeros behind its last, along an axis: it then sees the pixel before and not its own. */
const blindToItself = (kernel: Kernel, axis: 0 | 1): Tensor4D =>
  tf.concat<Tensor4D>([kernel as Tensor4D, tf.zerosLike<Tensor4D>(kernel as Tensor4D)], axis);

/**
 * v_l = γ(V ⋆ v_{l−1}) over the pixel's row and the one above; h_l = h_{l−1} + P γ(H ⋆ h_{l−1} + U v_l[one row above]):
 * `lib/masked_conv/two_stack.ts` traces what these see, and nothing is blind.
 */
export function twoStacks(
  { layers, channels, seed }: { layers: number; channels: number; seed: number },
): Stacks {
  const make = source(seed);
  const all = Array.from({ length: layers }, (_, l) => {
    const inputs = l === 0 ? 1 : channels;
    return {
      V: make.kernel([2, 3, inputs, 2 * channels]),
      v: make.bias(2 * channels),
      H: make.kernel([1, l === 0 ? 1 : 2, inputs, 2 * channels]),
      U: make.kernel([1, 1, channels, 2 * channels]),
      b: make.bias(2 * channels),
      P: make.kernel([1, 1, channels, channels]),
      p: make.bias(channels),
    };
  });
  const end = ending(make, channels);
  return {
    weights: make.all,
    logits: (x) => {
      let vertical = centred(x), horizontal = vertical;
      all.forEach(({ V, v, H, U, b, P, p }, l) => {
        vertical = gated(tf.add<Tensor4D>(convolved(vertical, V as Tensor4D, 1, 1, 1), v));
        const left = convolved(horizontal, l === 0 ? blindToItself(H, 1) : H as Tensor4D, 0, 1, 0);
        const both = tf.add<Tensor4D>(tf.add(left, convolved(vertical, blindToItself(U, 0), 1, 0, 0)), b);
        const change = pointwise(gated(both), P, p);
        horizontal = l === 0 ? change : tf.add<Tensor4D>(horizontal, change);
      });
      return end(horizontal);
    },
  };
}

/** −log₂ p of each image, over its pixels. */
function bitsOf(stacks: Stacks, x: Tensor4D): tf.Tensor1D {
  const [n, rows, columns] = x.shape, size = rows * columns;
  const flat = (t: Tensor4D) => tf.reshape<tf.Rank.R2>(t, [n, size]);
  return tf.div(binaryCrossEntropy(flat(x), flat(stacks.logits(x))), Math.LN2 * size);
}

/** Mean of −log₂ p over pixels and images. */
export const bitsLoss = (stacks: Stacks, x: Tensor4D): tf.Scalar => tf.mean(bitsOf(stacks, x));

/** Pictures of zeros and ones as a batch. */
function batchOf({ side, images }: Pictures, chosen: readonly number[]): Tensor4D {
  const size = side * side;
  const pixels = Float32Array.from({ length: chosen.length * size }, (_, i) => {
    return images[chosen[Math.floor(i / size)] * size + i % size];
  });
  return tf.tensor4d(pixels, [chosen.length, side, side, 1]);
}

/**
 * Trains the network on pictures of two levels, in place.
 *
 * @param options signal: ends the training, and what has been learned by then stays; onProgress: called with each
 *   step's number and bits
 */
export async function fitStacks(
  stacks: Stacks,
  pictures: Pictures,
  { steps = 300, batch = 16, learningRate = 0.01, seed = 1, signal, onProgress }: Listening & {
    steps?: number;
    batch?: number;
    learningRate?: number;
    seed?: number;
  } = {},
): Promise<void> {
  const { count } = assertPictures("train the stacks", pictures, 2);
  try {
    await train({
      weights: stacks.weights,
      loss: (x) => bitsLoss(stacks, x as Tensor4D),
      inputs: (chosen) => [batchOf(pictures, chosen)],
      ...{ count, batch, steps, learningRate, seed },
    }, { signal, onProgress });
  } catch (cause) {
    if (!signal?.aborted) throw cause;
  }
}

/** Bits a pixel on each of the pictures, of two levels. */
export function stackBits(stacks: Stacks, pictures: Pictures): number[] {
  const { count } = assertPictures("measure the stacks", pictures, 2);
  const all = Array.from({ length: count }, (_, i) => i);
  return tf.tidy(() => Array.from(bitsOf(stacks, batchOf(pictures, all)).dataSync()));
}

/** Bits a pixel on the first `count` images, binarised by a fixed seed. */
export function bitsOn(stacks: Stacks, images: GreyImages, count: number): number {
  const chance = random(2016), most = 50;
  let total = 0;
  for (let from = 0; from < count; from += most) {
    const n = Math.min(most, count - from), chosen = Array.from({ length: n }, (_, i) => from + i);
    total += n *
      tf.tidy(() =>
        bitsLoss(stacks, tf.tensor4d(binarise(images, chosen, chance), [n, images.side, images.side, 1]))
          .dataSync()[0]
      );
  }
  return total / count;
}

/** The lower halves of images drawn pixel by pixel after their upper halves: each row as a number of `side` bits. */
export async function completions(
  stacks: Stacks,
  images: GreyImages,
  chosen: readonly number[],
  { seed, report }: { seed: number; report: (share: number) => unknown },
): Promise<number[][]> {
  const chance = random(seed), { side } = images, size = side * side;
  const pixels = binarise(images, chosen, random(2016));
  for (let at = size / 2; at < size; at++) {
    const p = tf.tidy(() => {
      const odds = stacks.logits(tf.tensor4d(pixels, [chosen.length, side, side, 1]));
      return tf.sigmoid(tf.slice4d(odds, [0, Math.floor(at / side), at % side, 0], [-1, 1, 1, 1])).dataSync<
        "float32"
      >();
    });
    await report(2 * at / size - 1);
    chosen.forEach((_, n) => pixels[n * size + at] = chance.uniform() < p[n] ? 1 : 0);
  }
  return chosen.map((_, n) =>
    Array.from({ length: side }, (_, row) => {
      const from = n * size + row * side;
      return pixels.subarray(from, from + side).reduce((bits, on) => 2 * bits + on, 0);
    })
  );
}
