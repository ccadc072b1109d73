import assert from "node:assert/strict";
import {
  adam,
  binaryCrossEntropy,
  dense,
  maskedConv,
  type MaskKind,
  randomNormal,
  tf,
} from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";
import { draw, type Op, read, same, sloped, tForm, weighed } from "./gradients.ts";
import { agree, type Data, distance, toTensor } from "./engines.ts";

for (const activation of ["linear", "relu", "sigmoid", "tanh"] as const) {
  Deno.test(`second engine: dense with ${activation}, and its gradients`, () => {
    for (const [batch, inputs, outputs] of [[5, 7, 9], [1, 1, 1], [3, 65, 2], [64, 3, 40]]) {
      const args = [draw([batch, inputs], 1), draw([inputs, outputs], 2), draw([outputs], 3)];
      const fused: Op = (x, W, b) =>
        weighed(dense(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D, activation), 4);
      const textbook: Op = (x, W, b) => {
        const z = tf.add(tf.matMul(x, W), b);
        return weighed(activation === "linear" ? z : tf[activation](z), 4);
      };
      same("dense", fused, textbook, args, 1e-4);
      if (activation !== "relu") {
        sloped(
          "dense",
          fused,
          args.map((d) => ({ ...d, values: d.values.map((v) => v / 4) })),
        );
      }
    }
  });
}

Deno.test("second engine: binaryCrossEntropy and its gradients", () => {
  const fused: Op = (x, l) => weighed(binaryCrossEntropy(x, l), 4);
  const textbook: Op = (x, l) => {
    const p = tf.sigmoid(l), one = tf.scalar(1);
    return weighed(tf.neg(x.mul(tf.log(p)).add(one.sub(x).mul(tf.log(one.sub(p))))).sum(1), 4);
  };
  const x = { shape: [5, 9], values: draw([5, 9], 1).values.map((v) => 1 / (1 + Math.exp(-v))) };
  same("binaryCrossEntropy", fused, textbook, [x, draw([5, 9], 2)]);
  sloped("binaryCrossEntropy", fused, [x, draw([5, 9], 2)]);
});

Deno.test("edge: binaryCrossEntropy is finite where the textbook's form is not", () => {
  tf.tidy(() => {
    const cost = binaryCrossEntropy(tf.tensor2d([[0, 1, 1, 0]]), tf.tensor2d([[200, -200, 200, -200]]));
    assert.deepEqual([...cost.dataSync()], [400]);
    assert(Number.isNaN(binaryCrossEntropy(tf.tensor2d([[1]]), tf.tensor2d([[NaN]])).dataSync()[0]));
  });
});

Deno.test("second engine: logSumExp and its gradient", () => {
  const textbook: Op = (x) => weighed(tf.log(tf.exp(x).sum(-1)), 5);
  for (const shape of [[5], [3, 7], [2, 3, 4], [4, 1], [1, 33]]) {
    same("logSumExp", (x) => weighed(tf.logSumExp(x, -1), 5), textbook, [draw(shape, 1)]);
  }
});

Deno.test("law: ∇ ‖∇ logSumExp‖² = 2 p ⊙ (p − ‖p‖²), p the softmax", () => {
  tf.tidy(() => {
    const { values } = draw([9], 2), total = values.reduce((s, v) => s + Math.exp(v), 0);
    const p = values.map((v) => Math.exp(v) / total), square = p.reduce((s, q) => s + q * q, 0);
    const slope: Op = (x) => tf.grad((u: tf.Tensor) => tf.logSumExp(u))(x).square().sum();
    const got = read(tf.grad(slope)(tf.tensor1d(values)));
    assert(distance(got, { shape: [9], values: p.map((q) => 2 * q * (q - square)) }) < tForm);
  });
});

Deno.test("edge: logSumExp of large, small and infinite numbers", () => {
  tf.tidy(() => {
    const rows = [[1000, 1000], [-1000, -1000], [-Infinity, -Infinity], [Infinity, 1], [NaN, 0], [
      -Infinity,
      3,
    ]];
    const got = [...tf.logSumExp(tf.tensor2d(rows), 1).dataSync()];
    const expected = [1000 + Math.LN2, -1000 + Math.LN2, -Infinity, Infinity, NaN, 3];
    assert.deepEqual(got, expected.map(Math.fround));
    for (const row of [[-Infinity, -Infinity], [-Infinity, 0], [1, 2]]) {
      const p = tf.grad((x: tf.Tensor) => x.logSumExp())(tf.tensor1d(row)).dataSync();
      const largest = Math.max(...row), total = row.reduce((sum, x) => sum + Math.exp(x - largest), 0);
      row.forEach((x, i) => {
        const expected = largest === -Infinity ? 0 : Math.exp(x - largest) / total;
        assert(Math.abs(p[i] - expected) < tForm, `${row}: ${p}`);
      });
    }
  });
});

/** K ⊙ M as plain tfjs. */
function masked(kernel: tf.Tensor, kind: MaskKind): tf.Tensor {
  const n = kernel.shape[0], live = (n * n - 1) / 2 + (kind === "B" ? 1 : 0);
  const mask = tf.tensor4d(Array.from({ length: n * n }, (_, t) => t < live ? 1 : 0), [n, n, 1, 1]);
  return kernel.mul(mask);
}

for (const kind of ["A", "B"] as const) {
  Deno.test(`second engine: maskedConv of type ${kind}, and its gradients`, () => {
    for (
      const [n, ci, co, h, w] of [[3, 2, 3, 5, 5], [5, 1, 2, 4, 6], [1, 2, 9, 3, 3], [7, 1, 8, 9, 9], [
        3,
        4,
        8,
        5,
        7,
      ]]
    ) {
      const args = [draw([2, h, w, ci], 1), draw([n, n, ci, co], 2), draw([co], 3)];
      const fused: Op = (x, K, bias) =>
        weighed(
          maskedConv(x as tf.Tensor4D, K as tf.Tensor4D, kind, {
            bias: bias as tf.Tensor1D,
            activation: "tanh",
          }),
          4,
        );
      const textbook: Op = (x, K, b) =>
        weighed(tf.tanh(tf.conv2d(x as tf.Tensor4D, masked(K, kind) as tf.Tensor4D, 1, "same").add(b)), 4);
      same("maskedConv", fused, textbook, args, 2e-4);
    }
  });
}

for (const kind of ["A", "B"] as const) {
  Deno.test(`law: a plain convolution of a kernel under mask ${kind} has the bits of the masked one`, () => {
    for (const [n, ci, co, h, w] of [[3, 2, 3, 5, 5], [5, 1, 2, 4, 6], [7, 5, 9, 8, 8], [3, 8, 16, 6, 6]]) {
      tf.tidy(() => {
        const [x, K] = [draw([3, h, w, ci], 1), draw([n, n, ci, co], 2)].map(toTensor) as tf.Tensor4D[];
        const plain: Op = (u) => tf.conv2d(u as tf.Tensor4D, masked(K, kind) as tf.Tensor4D, 1, "same");
        const fused: Op = (u) => maskedConv(u as tf.Tensor4D, K, kind);
        const slope = (f: Op) => tf.grad((u) => weighed(f(u), 4))(x).dataSync();
        assert.deepEqual(plain(x).dataSync(), fused(x).dataSync());
        assert.deepEqual(slope(plain), slope(fused));
      });
    }
  });

  Deno.test(`second engine: under mask ${kind} 0 · ∞ and 0 · NaN are NaN`, () => {
    for (const hot of [Infinity, NaN]) {
      const x = draw([2, 4, 4, 1], 1), K = draw([3, 3, 1, 2], 2);
      x.values[25] = hot;
      const plain: Op = (u, k) => tf.conv2d(u as tf.Tensor4D, masked(k, kind) as tf.Tensor4D, 1, "same");
      agree("conv2d", plain, [x, K], 1e-6);
    }
  });
}

Deno.test("edge: a convolution by zeros is 0, with a bias the bias", () => {
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 8]), filter = tf.zeros<tf.Rank.R4>([3, 3, 8, 8]);
    assert(tf.conv2d(x, filter, 1, "same").dataSync().every((v) => v === 0));
    const biased = tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias: tf.fill([8], 2) });
    assert(biased.dataSync().every((v) => v === 2));
  });
});

Deno.test("law: masked weights have no influence, not even as NaN, and gradient 0", () => {
  tf.tidy(() => {
    const K = tf.tensor4d([1, 2, 3, 4, NaN, NaN, NaN, NaN, NaN], [3, 3, 1, 1]);
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
    assert(maskedConv(x, K, "A").dataSync().every(Number.isFinite));
    const dK = tf.grad((k) => maskedConv(x, k as tf.Tensor4D, "A").sum())(K).dataSync();
    assert.deepEqual([...dK].map((v) => v !== 0), [
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

Deno.test("second engine: one-pass Adam takes tfjs's steps, and leaves clones alone", () => {
  const start = draw([7, 5], 1);
  const path = (optimizer: tf.Optimizer) => {
    const theta = tf.variable(toTensor(start)), before = theta.clone();
    const states: Data[] = [];
    for (let k = 0; k < 20; k++) {
      optimizer.minimize(() => theta.square().mul(0.5).add(theta.sin()).sum() as tf.Scalar);
      states.push(read(theta));
    }
    assert.deepEqual(read(before).values, start.values.map(Math.fround));
    tf.dispose([theta, before]);
    optimizer.dispose();
    return states;
  };
  const ours = path(adam(0.05, 0.8, 0.95, 1e-6)), theirs = path(new tf.AdamOptimizer(0.05, 0.8, 0.95, 1e-6));
  ours.forEach((state, k) => {
    const error = distance(state, theirs[k]);
    assert(error < tForm, `after step ${k + 1}: off by ${error}`);
  });
  assert(tf.train.adam(0.1) instanceof tf.AdamOptimizer);
  assert.throws(() => adam(NaN), /learningRate finite and not negative, got NaN/);
});

Deno.test("law: randomNormal repeats by seed and has mean 0 and variance 1", () => {
  tf.tidy(() => {
    const x = randomNormal<tf.Rank.R2>([100, 100], random(3));
    assert.deepEqual(read(x), read(randomNormal<tf.Rank.R2>([100, 100], random(3))));
    const { mean, variance } = tf.moments(x);
    // n = 10⁴: standard errors 0.01 and 0.014; |z| < 4.
    assert(Math.abs(mean.dataSync()[0]) < 0.04 && Math.abs(variance.dataSync()[0] - 1) < 0.057);
    assert.throws(() => randomNormal([2, -1], random(1)), /whole sizes/);
    assert.throws(
      () => randomNormal([2], undefined as unknown as ReturnType<typeof random>),
      /source of chance/,
    );
  });
});

Deno.test("edge: wrong arguments are named, with both shapes", () => {
  tf.tidy(() => {
    const m = tf.zeros<tf.Rank.R2>([2, 3]),
      v = tf.zeros<tf.Rank.R1>([4]),
      K = tf.zeros<tf.Rank.R4>([3, 3, 1, 1]);
    const x = tf.zeros<tf.Rank.R4>([1, 5, 5, 2]), even = tf.zeros<tf.Rank.R4>([2, 2, 2, 1]);
    assert.throws(() => dense(m, m, v), /expected shapes that fit, got x \[2, 3\] and W \[2, 3\]/);
    assert.throws(() => dense(v as unknown as tf.Tensor2D, m, v), /expected x of rank 2, got shape \[4\]/);
    assert.throws(
      () => dense(m, tf.zeros([3, 4]), v, "elu" as "relu"),
      /one of "linear", "relu", .* got "elu"/,
    );
    assert.throws(() => dense([[1]] as unknown as tf.Tensor2D, m, v), /expected x to be a tensor, got 1/);
    assert.throws(() => dense(m.toInt() as tf.Tensor2D, m, v), /expected x to be float32, got int32/);
    assert.throws(() => binaryCrossEntropy(m, v), /got x \[2, 3\] and logits \[4\]/);
    assert.throws(() => maskedConv(x, K, "A"), /got x \[1, 5, 5, 2\] and kernel \[3, 3, 1, 1\]/);
    assert.throws(() => maskedConv(x, even, "A"), /odd size up to 47, got 2 × 2/);
    for (const kind of ["C", "a", "", undefined]) {
      assert.throws(
        () => maskedConv(x, tf.zeros([3, 3, 2, 1]), kind as "A"),
        /kind to be one of "A", "B", got/,
      );
    }
    const gone = tf.zeros<tf.Rank.R2>([2, 3]);
    gone.dispose();
    assert.throws(() => dense(gone, m, v), /disposed/);
  });
});

Deno.test("law: no operation leaves a tensor behind", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R2>([2, 3]), W = tf.ones<tf.Rank.R2>([3, 4]), b = tf.ones<tf.Rank.R1>([4]);
    const inside = tf.memory().numTensors;
    const y = dense(x, W, b, "tanh");
    assert.equal(tf.memory().numTensors, inside + 1);
    y.dispose();
    const image = tf.ones<tf.Rank.R4>([1, 3, 3, 1]), kernel = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    const held = tf.memory().numTensors;
    maskedConv(image, kernel, "A");
    assert.equal(tf.memory().numTensors, held + 1);
  });
  assert.equal(tf.memory().numTensors, before);
});
