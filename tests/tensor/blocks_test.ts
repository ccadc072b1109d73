import assert from "node:assert/strict";
import { adam, tf } from "lib/tensor/mod.ts";

/** float32 steps of an optimizer against its formula in float64. */
const tStep = 2e-6;

Deno.test("edge: arrays that are no block of numbers are refused, wherever tfjs takes one", () => {
  const wrong: [unknown, RegExp][] = [
    [[Array(100).fill(1), [2]], /expected an array of 100 at \[1\], got an array of 1/],
    [[[1, 2], [3], [4, 5, 6]], /expected an array of 2 at \[1\], got an array of 1/],
    [[[1, 2], 3], /expected an array of 2 at \[1\], got 3/],
    [[1, [2, 3]], /expected a number, a boolean or a string at \[1\], got an array of 2/],
    [[[[1], [2]], [[3], [4, 5]]], /expected an array of 1 at \[1\]\[1\], got an array of 2/],
    [[new Float32Array(2), new Float32Array(3)], /expected an array of 2 at \[1\], got an array of 3/],
    [[1n, 2n], /at \[0\], got the BigInt 1n/],
    [[1, 2n], /at \[1\], got the BigInt 2n/],
    [[tf.scalar(1), tf.scalar(2)], /at \[0\], got a Tensor/],
    [[1, { length: 2 }], /at \[1\], got a Object/],
    [[1, undefined], /at \[1\], got undefined/],
    [[Promise.resolve(1)], /got a Promise/],
  ];
  for (const [values, message] of wrong) {
    assert.throws(() => tf.tensor(values as number[]), message);
    assert.throws(() => tf.scalar(1).add(values as number[]), message);
    assert.throws(() => tf.concat([values as number[], [1]]), message);
  }
  assert.throws(
    () => tf.tensor([new Float64Array(2), new Float64Array(2)] as never),
    /expected 2 values, got 4/,
  );
  assert.throws(() => tf.zeros([2, -1]), /whole|positive/);
  tf.tidy(() => {
    assert.deepEqual(tf.tensor([[1, 2], [3, 4]]).arraySync(), [[1, 2], [3, 4]]);
    assert.deepEqual(tf.tensor([new Float32Array([1, 2]), new Float32Array([3, 4])]).shape, [2, 2]);
    assert.deepEqual(tf.tensor([[], []]).shape, [2, 0]);
    assert.deepEqual(tf.tensor(["a", "bcd"]).arraySync(), ["a", "bcd"] as never);
    assert.deepEqual(tf.tensor([[true], [false]]).arraySync(), [[1], [0]]);
    const changed = tf.ones([2, 2]);
    changed.shape[0] = 100;
    assert.throws(() => changed.sum(), /expected its 4 numbers to fill it/);
  });
});

Deno.test("edge: sizes, places and indices that no tensor has are refused, and nothing else is read or written", () => {
  const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]), wide = tf.ones([1, 100]), picture = tf.ones([1, 4, 4, 1]);
  const kernel = tf.ones([2, 2, 1, 1]), at = (...rows: number[][]) => tf.tensor2d(rows, undefined, "int32");
  const conv = (pad: unknown, strides: unknown = 1) =>
    tf.conv2d(
      picture as tf.Tensor4D,
      kernel as tf.Tensor4D,
      strides as 1,
      pad as 1,
      "NHWC",
      1,
      pad === "valid" ? undefined : "floor",
    );
  const batch = (...sizes: number[]) => {
    const [mean, variance, offset = variance, scale = variance] = sizes.map((n) => tf.ones([n]));
    return tf.batchNorm(tf.ones([2, 4]), mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale);
  };
  const wrong: [() => unknown, RegExp][] = [
    [
      () => tf.pad(wide, [[0, 0], [200, -100]]),
      /paddings that are whole and not negative, got \[200, -100\]/,
    ],
    [() => tf.pad(wide, [[0, 0], [-100, 200]]), /got \[-100, 200\]/],
    [() => tf.pad1d([1, 2], [0.25, 0.75]), /got \[0\.25, 0\.75\]/],
    [() => tf.pad(x.toInt(), [[-1, 1], [0, 0]]), /got \[-1, 1\]/],
    [() => tf.mirrorPad(x, [[0, 0], [0.5, 0.5]], "reflect"), /got \[0\.5, 0\.5\]/],
    [() => tf.slice(x, [0.5, 0], [1, 3]), /whole places to begin at, got \[0\.5, 0\]/],
    [() => tf.slice(x.toInt(), [0, 1.5], [1, 1]), /got \[0, 1\.5\]/],
    [() => tf.transpose(x, [1, 1]), /shape \[2, 3\]: expected each axis once, got \[1, 1\]/],
    [() => tf.transpose(x.toInt(), [0, 0]), /each axis once, got \[0, 0\]/],
    [() => tf.reshape(x, [1.5, 4]), /sizes that are whole and not negative, got \[1\.5, 4\]/],
    [() => tf.fill(new Array(2) as number[], 3), /sizes that are whole and not negative, got shape \[, \]/],
    [() => tf.zeros(new Array(2) as [number, number]), /not negative, got shape \[, \]/],
    [() => conv(-1), /convolve: expected paddings that are whole and not negative, got \[-1, -1\]/],
    [() => conv([[0, 0], [0, 0], [-1, 2], [0, 0]]), /got \[-1, 2\]/],
    [() => conv("valid", 1.5), /strides that are whole and positive, got 1\.5/],
    [() => tf.gatherND(x, at([0, 4])), /a place in shape \[2, 3\], got \[0, 4\]/],
    [() => tf.gatherND(x, at([0, 0], [1, -1])), /got \[1, -1\]/],
    [() => tf.scatterND(at([0, 4]), tf.ones([1]), [2, 3]), /got \[0, 4\]/],
    [() => tf.scatterND(at([2]), tf.ones([1, 3]), [2, 3]), /got \[2\]/],
    [() => tf.tensorScatterUpdate(x, at([0, 4]), tf.ones([1])), /got \[0, 4\]/],
    [() => tf.sparseToDense(at([0, 4]), [1], [2, 3]), /got \[0, 4\]/],
    [() => tf.buffer([2, 2]).set(1, 0, 3), /a place in shape \[2, 2\], got \[0, 3\]/],
    [() => batch(2, 4), /shape \[1, 1, 2, 4\]: expected a mean that fits, got shape \[2\]/],
    [() => batch(4, 3), /a variance that fits, got shape \[3\]/],
    [() => batch(4, 4, 5), /an? offset that fits, got shape \[5\]/],
    [() => batch(4, 4, 4, 8), /a scale that fits, got shape \[8\]/],
  ];
  const bystanders = Array.from({ length: 30 }, (_, i) => tf.fill([1 + 9 * i], i));
  for (const [f, message] of wrong) assert.throws(() => tf.tidy(() => void f()), message);
  bystanders.forEach((t, i) => assert(t.dataSync().every((v) => v === i)));
  // and what is right still works
  tf.tidy(() => {
    assert.deepEqual(tf.pad(x, [[0, 0], [1, 0]]).arraySync(), [[0, 1, 2, 3], [0, 4, 5, 6]]);
    assert.deepEqual(tf.reshape(x, [3, -1]).arraySync(), [[1, 2], [3, 4], [5, 6]]);
    assert.deepEqual(tf.transpose(x, [1, 0]).arraySync(), [[1, 4], [2, 5], [3, 6]]);
    assert.deepEqual(tf.gatherND(x, at([1, 2], [0, 0])).arraySync(), [6, 1]);
    assert.deepEqual(tf.gatherND(x, at([1])).arraySync(), [[4, 5, 6]]);
    assert.deepEqual(tf.scatterND(at([1], [1]), tf.ones([2, 3]), [2, 3]).arraySync(), [[0, 0, 0], [2, 2, 2]]);
    assert.deepEqual(tf.sparseToDense([3, 0], [7, 8], [4]).arraySync(), [8, 0, 0, 7]);
    for (const sizes of [[4, 4], [1, 1], [4, 1, 4, 1]]) {
      assert(batch(...sizes).dataSync().every((y) => Math.abs(y - 1) < 1e-6), `${sizes}`);
    }
  });
  tf.dispose([x, wide, picture, kernel, ...bystanders]);
});

type Make = () => tf.Optimizer;
const optimizers: Record<string, Make> = {
  adam: () => adam(0.1),
  "tf.AdamOptimizer": () => new tf.AdamOptimizer(0.1, 0.9, 0.999),
  adamax: () => tf.train.adamax(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.1, 0.9, 0.5),
  "centred rmsprop": () => tf.train.rmsprop(0.1, 0.9, 0.5, undefined, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
};

/** Two players of these sizes take turns; each minimises its distance to a number of its own. */
function game(sizes: readonly [number, number], make: Make, shared: boolean): number[] {
  const [a, b] = sizes.map((n) => tf.tidy(() => tf.variable(tf.zeros([n]))));
  const first = make(), second = shared ? first : make();
  for (let k = 0; k < 7; k++) {
    first.minimize(() => a.sub(1).square().sum() as tf.Scalar, false, [a]);
    second.minimize(() => b.sub(2).square().sum() as tf.Scalar, false, [b]);
  }
  const values = [...a.dataSync(), ...b.dataSync()];
  for (const one of new Set([first, second])) one.dispose();
  tf.dispose([a, b]);
  return values;
}

Deno.test("law: an optimizer that two players share does what two optimizers do, and touches nothing else", () => {
  for (const [name, make] of Object.entries(optimizers)) {
    for (const sizes of [[3, 5], [5, 3], [3, 5000]] as const) {
      const bystanders = Array.from({ length: 40 }, (_, i) => tf.fill([1 + 7 * i], i));
      assert.deepEqual(game(sizes, make, true), game(sizes, make, false), `${name}, ${sizes}`);
      bystanders.forEach((t, i) => assert(t.dataSync().every((x) => x === i), `${name} changed a bystander`));
      tf.dispose(bystanders);
    }
  }
});

Deno.test("reference: the first step of a variable that joins late is as long as any first step", () => {
  const [a, b] = [3, 5].map((n) => tf.tidy(() => tf.variable(tf.zeros([n])))), optimizer = adam(0.1);
  const once = (v: tf.Variable) => optimizer.minimize(() => v.sub(1).square().sum() as tf.Scalar, false, [v]);
  for (let k = 0; k < 5; k++) once(a);
  once(b);
  // m / (1 − β₁) = g and v / (1 − β₂) = g²: the step is lr, whatever g.
  for (const x of b.dataSync()) assert(Math.abs(x - 0.1) < tStep, `${x}`);
  optimizer.dispose();
  tf.dispose([a, b]);
});

Deno.test("edge: gradients and saved moments of another size are refused, a new variable of an old name starts anew", async () => {
  const make = (n: number) => tf.tidy(() => tf.variable(tf.zeros([n]), true, "reborn"));
  for (
    const build of [() => adam(0.1), optimizers.momentum, optimizers["centred rmsprop"], optimizers.adamax]
  ) {
    const before = tf.memory().numTensors, optimizer = build();
    let v = make(3);
    const step = () => optimizer.minimize(() => v.sub(1).square().sum() as tf.Scalar, false, [v]);
    step();
    tf.tidy(() => {
      const apply = (name: string, n: number) => optimizer.applyGradients([{ name, tensor: tf.ones([n]) }]);
      assert.throws(() => apply("reborn", 2), /expected shape \[3\], got \[2\]/);
      assert.throws(() => apply("nobody", 3), /a variable that is alive, got the name "nobody"/);
    });
    v.dispose();
    v = make(5);
    step();
    const [x, ...others] = v.dataSync();
    assert(Number.isFinite(x) && others.every((y) => y === x));
    v.dispose();
    optimizer.dispose();
    // tfjs's momentum never frees its learning rate.
    assert(tf.memory().numTensors - before <= 1);
  }
  const first = adam(0.1), second = adam(0.1), v = make(3), w = tf.tidy(() => tf.variable(tf.zeros([5])));
  first.minimize(() => v.square().sum() as tf.Scalar, false, [v]);
  await second.setWeights(await first.getWeights());
  second.minimize(() => v.square().sum() as tf.Scalar, false, [v]);
  const strange = adam(0.1);
  await strange.setWeights((await first.getWeights()).map(({ tensor }) => ({ name: "elsewhere/m", tensor })));
  assert.throws(
    () => strange.minimize(() => w.square().sum() as tf.Scalar, false, [w]),
    /moments of shape \[5\], got \[3\]/,
  );
  tf.dispose([v, w]);
});

Deno.test("law: many models that share one optimizer leave no moments behind", () => {
  const optimizer = adam(0.1);
  const train = () => {
    const v = tf.tidy(() => tf.variable(tf.ones([50])));
    optimizer.minimize(() => v.square().sum() as tf.Scalar, false, [v]);
    v.dispose();
  };
  train();
  train();
  const { numTensors } = tf.memory();
  for (let k = 0; k < 20; k++) train();
  assert.equal(tf.memory().numTensors, numTensors);
});
