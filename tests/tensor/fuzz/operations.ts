import { binaryCrossEntropy, dense, maskedConv, tf } from "lib/tensor/mod.ts";
import type { Chance } from "./chance.ts";

/** One operation of a program: what it takes, what it does, and (where that is another) its textbook's form. */
export interface Step {
  readonly name: string;
  readonly inputs: readonly tf.Tensor[];
  readonly run: (...x: tf.Tensor[]) => tf.Tensor[];
  readonly textbook?: (...x: tf.Tensor[]) => tf.Tensor[];
  /** Size of the largest sum of absolute terms in it: rounding errors are a share of that. */
  readonly size?: number;
}

/** Where an operation finds tensors: any of the program's, or new ones of a shape. */
export interface Pool {
  any(): tf.Tensor;
  fresh(shape: readonly number[]): tf.Tensor;
}

type Operation = (c: Chance, pool: Pool) => Step;
type F = (x: tf.Tensor) => tf.Tensor;

const unaries: Record<string, F> = {
  abs: tf.abs,
  neg: tf.neg,
  exp: tf.exp,
  log: (x) => tf.log(x.abs().add(0.1)),
  log1p: (x) => tf.log1p(x.abs()),
  sqrt: (x) => tf.sqrt(x.abs()),
  rsqrt: (x) => tf.rsqrt(x.abs().add(0.1)),
  reciprocal: (x) => tf.reciprocal(x.abs().add(0.1)),
  square: tf.square,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  softplus: tf.softplus,
  relu: tf.relu,
  relu6: tf.relu6,
  step: (x) => tf.step(x, 0.5),
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  elu: tf.elu,
  sin: tf.sin,
  floor: tf.floor,
  clone: tf.clone,
  flatten: (x) => x.flatten(),
  cast: (x) => x.toInt().toFloat(),
  reverse: (x) => tf.reverse(x),
  positive: (x) => tf.where(x.greater(0), x, x.mul(2)),
};
const binaries: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: (a, b) => tf.div(a, b.abs().add(0.1)),
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
  greater: (a, b) => tf.greater(a, b).toFloat(),
};
const reductions: Record<string, (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  logSumExp: tf.logSumExp,
  prod: (x, axes, keep) => tf.prod(x.mul(0.5), axes, keep),
  variance: (x, axes, keep) => tf.moments(x, axes, keep).variance,
};
const smooth: F[] = [tf.tanh, tf.sigmoid, tf.softplus, tf.square, (x) => x.mul(0.5).exp(), tf.sin, tf.elu];

const one = (f: F) => (...[x]: tf.Tensor[]) => [f(x)];
const draw = (c: Chance, most: number) => 1 + c.below(most);
/** Sizes around the kernels' blocks of 4, 8, 16 and 64. */
const length = (c: Chance) => c.often(0.7) ? draw(c, 9) : c.pick([15, 16, 17, 31, 32, 33, 63, 64, 65, 70]);

const unary: Operation = (c, pool) => {
  const name = c.pick(Object.keys(unaries));
  return { name, inputs: [pool.any()], run: one(unaries[name]), size: 30 };
};

const binary: Operation = (c, pool) => {
  const name = c.pick(Object.keys(binaries)), a = pool.any();
  const repeated = a.shape.map((d) => c.often(0.4) ? 1 : d).slice(c.often(0.3) ? c.below(a.rank + 1) : 0);
  const inputs = [a, pool.fresh(repeated)];
  if (c.often(0.5)) inputs.reverse();
  return { name, inputs, run: (x, y) => [binaries[name](x, y)], size: 60 };
};

const reduction: Operation = (c, pool) => {
  const name = c.pick(Object.keys(reductions)), x = pool.any(), keep = c.often(0.5);
  const axes = [...x.shape.keys()].filter(() => c.often(0.6));
  if (x.rank > 0 && axes.length === 0) axes.push(c.below(x.rank));
  return { name, inputs: [x], run: one((t) => reductions[name](t, axes, keep)), size: 4 * x.size + 10 };
};

const shaping: Operation = (c, pool) => {
  const x = pool.any(), axis = c.below(Math.max(1, x.rank));
  if (x.rank === 0) return { name: "expandDims", inputs: [x], run: one((t) => t.expandDims(0)) };
  const n = x.shape[axis],
    from = c.below(n),
    sizes = x.shape.map((d, i) => i === axis ? draw(c, n - from) : d);
  const perm = [...x.shape.keys()].sort(() => c.uniform() - 0.5);
  const begin = x.shape.map((_, i) => i === axis ? from : 0);
  const index = tf.util.createShuffledIndices(n).map((i) => i % n);
  const forms: Record<string, (t: tf.Tensor) => tf.Tensor[]> = {
    slice: (t) => [tf.slice(t, begin, sizes)],
    transpose: (t) => [tf.transpose(t, perm)],
    pad: (
      t,
    ) => [tf.pad(t, x.shape.map((_, i): [number, number] => i === axis ? [from % 3, n % 4] : [0, 0]), 0.5)],
    split: (t) => tf.split(t, [from, n - from], axis),
    concat: (t) => [tf.concat([t, t, tf.slice(t, begin, sizes)], axis)],
    stack: (t) => [tf.stack([t, t], axis)],
    unstack: (t) => tf.unstack(t, axis),
    gather: (t) => [tf.gather(t, tf.tensor1d([...index].map(() => from), "int32"), axis)],
    tile: (t) => [tf.tile(t, x.shape.map((_, i) => i === axis ? 2 : 1))],
    reshape: (t) => [tf.reshape(t, [x.size / n, n])],
    cumsum: (t) => [tf.cumsum(t, axis, from % 2 === 1)],
    softmax: (t) => [tf.softmax(t)],
    logSoftmax: (t) => [tf.logSoftmax(t)],
  };
  const name = c.pick(Object.keys(forms));
  return { name, inputs: [x], run: forms[name], size: 4 * n + 10 };
};

const product: Operation = (c, pool) => {
  const [m, k, n] = [length(c), length(c), length(c)], [tA, tB] = [c.often(0.5), c.often(0.5)];
  const batches = c.pick([[[], []], [[], []], [[2], []], [[3], [1]], [[2, 1], [3]]]);
  const a = pool.fresh([...batches[0], ...(tA ? [k, m] : [m, k])]);
  const b = pool.fresh([...batches[1], ...(tB ? [n, k] : [k, n])]);
  return {
    name: "matMul",
    inputs: [a, b],
    run: (x, y) => [tf.matMul(x, y, tA, tB)],
    textbook: batched(tA, tB),
    size: 4 * k,
  };
};

/** tfjs-cpu knows no batches of which both repeat. */
const batched = (tA: boolean, tB: boolean) => (a: tf.Tensor, b: tf.Tensor) => {
  if (a.rank < 4) return [tf.matMul(a, b, tA, tB)];
  const tiled = b.expandDims(0).tile([2, 1, 1, 1]), repeated = a.tile([1, 3, 1, 1]);
  return [tf.matMul(repeated, tiled, tA, tB)];
};

/** Σ of smooth functions of products and broadcasts: value and all gradients. */
const gradient: Operation = (c, pool) => {
  const [m, k, n] = [length(c), length(c), length(c)].map((d) => Math.min(d, 33));
  const [f, g] = [c.pick(smooth), c.pick(smooth)], form = c.below(4);
  const x = pool.fresh([m, k]), W = pool.fresh([k, n]), b = pool.fresh([n]);
  const loss = (...[x, W, b]: tf.Tensor[]): tf.Tensor => {
    const h = f(tf.matMul(x, W).div(k).add(b));
    if (form === 0) return g(h.mean(0)).mean();
    if (form === 1) return tf.logSumExp(g(h), 1).mean();
    if (form === 2) return tf.concat([g(h), h], 1).slice([0, 0], [m, n]).mul(h).mean();
    return g(tf.softmax(h)).mul(h.transpose().sum(0).expandDims(1)).mean();
  };
  const run = (...x: tf.Tensor[]) => {
    const { value, grads } = tf.valueAndGrads((...t: tf.Tensor[]) => loss(...t).asScalar())(x);
    return [value, ...grads];
  };
  return { name: `gradient ${form}`, inputs: [x, W, b], run, size: 2000 };
};

const convolution: Operation = (c, pool) => {
  const [h, w] = [draw(c, 7), draw(c, 7)], [ci, co] = [c.pick([1, 2, 3, 4, 8]), c.pick([1, 2, 5, 8, 9, 16])];
  const [kh, kw] = [draw(c, Math.min(h, 3)), draw(c, Math.min(w, 3))],
    padding = c.pick(["same", "valid"] as const);
  const stride = c.often(0.8) ? 1 : 2;
  const x = pool.fresh([draw(c, 3), h, w, ci]), K = pool.fresh([kh, kw, ci, co]);
  const f = (x: tf.Tensor, K: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, K as tf.Tensor4D, stride, padding);
  const run = (...t: tf.Tensor[]) => {
    const { value, grads } = tf.valueAndGrads((x, K) => f(x, K).mul(0.1).tanh().sum().asScalar())(t);
    return [value, ...grads, f(t[0], t[1])];
  };
  return { name: "conv2d", inputs: [x, K], run, size: 36 * ci * 20 };
};

/** All gradients of Σ f, after f's own value. */
const withGradients = (f: (...x: tf.Tensor[]) => tf.Tensor) => (...t: tf.Tensor[]): tf.Tensor[] => {
  const { value, grads } = tf.valueAndGrads((...x: tf.Tensor[]) => f(...x).sum().asScalar())(t);
  return [value, ...grads];
};

const mask = (n: number, kind: "A" | "B") =>
  tf.tensor4d(
    Array.from({ length: n * n }, (_, i) => i < (n * n - 1) / 2 + (kind === "B" ? 1 : 0) ? 1 : 0),
    [n, n, 1, 1],
  );

const fused: Operation = (c, pool) => {
  const [m, k, n] = [length(c), length(c), length(c)].map((d) => Math.min(d, 33));
  const name = c.pick(["dense", "maskedConv", "binaryCrossEntropy", "fused.matMul"]);
  if (name === "dense" || name === "fused.matMul") {
    const f = name === "dense" && c.often(0.5) ? "tanh" : "sigmoid",
      inputs = [pool.fresh([m, k]), pool.fresh([k, n]), pool.fresh([n])];
    const ours = (...[x, W, b]: tf.Tensor[]) =>
      name === "dense"
        ? dense(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D, f)
        : tf.fused.matMul({ a: x, b: W, bias: b, activation: "sigmoid" });
    const textbook = (...[x, W, b]: tf.Tensor[]) => tf[f](x.matMul(W).add(b));
    return { name, inputs, run: withGradients(ours), textbook: withGradients(textbook), size: 4 * k * m };
  }
  if (name === "maskedConv") {
    const [s, ci, co] = [c.pick([1, 3, 5]), draw(c, 4), draw(c, 9)], kind = c.pick(["A", "B"] as const);
    const inputs = [
      pool.fresh([draw(c, 2), draw(c, 6), draw(c, 6), ci]),
      pool.fresh([s, s, ci, co]),
      pool.fresh([co]),
    ];
    const ours = (...[x, K, b]: tf.Tensor[]) =>
      maskedConv(x as tf.Tensor4D, K as tf.Tensor4D, kind, { bias: b as tf.Tensor1D, activation: "tanh" });
    const textbook = (...[x, K, b]: tf.Tensor[]) =>
      tf.conv2d(x as tf.Tensor4D, K.mul(mask(s, kind)) as tf.Tensor4D, 1, "same").add(b).tanh();
    return { name, inputs, run: withGradients(ours), textbook: withGradients(textbook), size: 25 * ci * 40 };
  }
  const [x, l] = [pool.fresh([m, n]), pool.fresh([m, n])];
  const textbook = (x: tf.Tensor, l: tf.Tensor) => tf.softplus(l).sub(l.mul(x)).sum(1);
  const [ours, plain] = [withGradients(binaryCrossEntropy), withGradients(textbook)];
  return { name, inputs: [x, l], run: ours, textbook: plain, size: 8 * n * m };
};

/** A layer of tfjs, its weights given, against its formula. */
const layer: Operation = (c, pool) => {
  const [m, k, n] = [draw(c, 9), draw(c, 17), draw(c, 17)];
  const run = (...[x, W, b]: tf.Tensor[]) => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: n, inputShape: [k], activation: "tanh" })],
    });
    model.setWeights([W, b]);
    const y = model.predict(x) as tf.Tensor;
    model.dispose();
    return [y];
  };
  const textbook = (...[x, W, b]: tf.Tensor[]) => [x.matMul(W).add(b).tanh()];
  return {
    name: "layers.dense",
    inputs: [pool.fresh([m, k]), pool.fresh([k, n]), pool.fresh([n])],
    run,
    textbook,
    size: 4 * k,
  };
};

/** Operations and how often each kind is drawn. */
const weighted: readonly (readonly [number, Operation])[] = [
  [24, unary],
  [24, binary],
  [14, reduction],
  [18, shaping],
  [8, product],
  [5, gradient],
  [3, convolution],
  [3, fused],
  [1, layer],
];
const urn = weighted.flatMap(([n, operation]) => Array.from({ length: n }, () => operation));

export const nextStep = (c: Chance, pool: Pool): Step => c.pick(urn)(c, pool);
