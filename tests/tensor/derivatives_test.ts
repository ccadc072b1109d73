import assert from "node:assert/strict";
import { adam, binaryCrossEntropy, dense, maskedConv, tf } from "lib/tensor/mod.ts";
import { heap } from "../../lib/tensor/dispatch.ts";
import { draw, type Op, same, sloped } from "./gradients.ts";

Deno.test("law: a second derivative that does not exist is refused, never wrong in silence", () => {
  const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]), K = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  const slope = (u: tf.Tensor) =>
    tf.grad((v) => maskedConv(v as tf.Tensor4D, K, "B", { activation: "tanh" }).square().sum())(u);
  assert.throws(
    () => tf.tidy(() => tf.grad((u) => slope(u).sum())(x)),
    /gradient function not found for MaskedConvInput/,
  );
  tf.dispose([x, K]);
});

const slopeOf = (f: Op): Op => (...inputs) =>
  tf.grad((u) => f(u, ...inputs.slice(1)).square().sum())(inputs[0]).square();
const denseWith = (activation: "linear" | "relu" | "sigmoid" | "tanh"): Op => (x, W, b) =>
  dense(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D, activation);

Deno.test("second engine: second derivatives through linear and relu layers are tfjs's", () => {
  for (const activation of ["linear", "relu"] as const) {
    const textbook: Op = (x, W, b) => {
      const z = tf.add(tf.matMul(x, W), b);
      return activation === "linear" ? z : tf.relu(z);
    };
    const inputs = [draw([3, 4], 1), draw([4, 5], 2), draw([5], 3)];
    same(activation, slopeOf(denseWith(activation)), slopeOf(textbook), inputs, 2e-4);
  }
});

Deno.test("second engine: second derivatives of the cross-entropy are the textbook's", () => {
  const textbook: Op = (x, l) => l.softplus().sub(l.mul(x)).sum(1);
  const inputs = [draw([3, 4], 1), draw([3, 4], 2)];
  same("binaryCrossEntropy", slopeOf(binaryCrossEntropy), slopeOf(textbook), inputs, 2e-4);
  same(
    "by the logits",
    slopeOf((l, x) => binaryCrossEntropy(x, l)),
    slopeOf((l, x) => textbook(x, l)),
    inputs,
    2e-4,
  );
});

Deno.test("law: second derivatives through curved layers are slopes of the first", () => {
  // Stock tfjs is no witness: it records a saved output before the operation that makes it, and so loses f″.
  for (const activation of ["sigmoid", "tanh"] as const) {
    const small = [draw([3, 4], 1), draw([4, 5], 2), draw([5], 3)].map((d) => ({
      ...d,
      values: d.values.map((v) => v / 4),
    }));
    sloped(activation, slopeOf(denseWith(activation)), small);
    sloped(`tf.${activation}`, slopeOf((x) => tf[activation](x)), small.slice(0, 1));
  }
});

Deno.test("edge: the mean of a dead weight ends as 0 and not as a denormal; NaN stays", () => {
  const theta = tf.variable(tf.tensor1d([1, 2, 3])), optimizer = adam(0.1);
  const slopes = (k: number) => tf.tensor1d([k === 0 ? 1 : 0, k === 0 ? 1e-31 : 0, k === 0 ? NaN : 0]);
  for (let k = 0; k < 700; k++) {
    tf.tidy(() => optimizer.applyGradients([{ name: theta.name, tensor: slopes(k) }]));
  }
  const state = optimizer as unknown as { accumulatedFirstMoment: { variable: tf.Variable }[] };
  const mean = [...state.accumulatedFirstMoment[0].variable.dataSync()];
  assert.deepEqual(mean, [0, 0, NaN]);
  assert(Number.isNaN(theta.dataSync()[2]) && theta.dataSync()[1] === 2);
  optimizer.dispose();
  theta.dispose();
});

Deno.test("law: a gradient that is not asked for leaves nothing behind", () => {
  const x = tf.ones<tf.Rank.R4>([2, 3, 3, 1]),
    K = tf.ones<tf.Rank.R4>([3, 3, 1, 2]),
    b = tf.ones<tf.Rank.R1>([2]);
  const m = tf.ones<tf.Rank.R2>([2, 3]), W = tf.ones<tf.Rank.R2>([3, 4]), v = tf.ones<tf.Rank.R1>([4]);
  const left = () => [tf.memory().numTensors, tf.memory().numBytes, heap.inUse()];
  const conv = (k: tf.Tensor, bias: tf.Tensor): tf.Scalar =>
    maskedConv(x, k as tf.Tensor4D, "B", { bias: bias as tf.Tensor1D, activation: "relu" }).sum();
  const before = left();
  for (
    const f of [
      () => tf.grad((k) => conv(k, b))(K),
      () => tf.grad((bias) => conv(K, bias))(b),
      () => tf.grad((u) => maskedConv(u as tf.Tensor4D, K, "A").sum())(x),
      () => tf.grad((w) => dense(m, w as tf.Tensor2D, v, "tanh").sum())(W),
      () => tf.grad((u) => dense(u as tf.Tensor2D, W, v, "relu").sum())(m),
      () => tf.grad((l) => binaryCrossEntropy(m, l).sum())(m),
    ]
  ) {
    f().dispose();
    assert.deepEqual(left(), before);
  }
  tf.dispose([x, K, b, m, W, v]);
});
