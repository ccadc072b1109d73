import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { draw, type Op, sloped, weighed } from "./gradients.ts";
import type { Data } from "./engines.ts";

/** f and its gradient, each against its own slopes. */
function twice(name: string, f: Op, inputs: readonly Data[]) {
  sloped(name, (...x) => weighed(f(...x), 3), inputs);
  sloped(
    `gradient of ${name}`,
    (...x) => weighed(tf.grads((...u) => f(...u).square().sum())(x)[0], 4),
    inputs,
  );
}

const at: Data = { shape: [3, 3], values: [0.3, -0.7, 1.1, 0.9, 0.2, -0.4, -1.2, 0.6, 0.55] };

Deno.test("law: gradients and second gradients that tfjs lacks are slopes", () => {
  const ops: Record<string, Op> = {
    "where x > 0": (x) => tf.where(x.greater(0), x.square(), x.mul(3)),
    "where a ≤ x < b or x ≠ c": (x) =>
      tf.where(
        x.lessEqual(0.5).logicalAnd(x.less(0.8).logicalNot().logicalNot()).logicalOr(x.equal(5)),
        x.square(),
        x.mul(tf.scalar(2)),
      ),
    "a comparison as a factor": (x) => x.notEqual(0.25).toFloat().mul(x).mul(x.greater(0).any().toFloat()),
    elu: tf.elu,
    leakyRelu: (x) => tf.leakyRelu(x, 0.2),
    selu: tf.selu,
    logSumExp: (x) => tf.logSumExp(x, 0),
    logSoftmax: (x) => tf.logSoftmax(x),
  };
  for (const [stride, pad] of [[1, "same"], [1, "valid"], [2, "same"]] as const) {
    ops[`conv2d ${stride} ${pad}`] = (x) =>
      tf.conv2d(
        x.reshape([1, 3, 3, 1]) as tf.Tensor4D,
        x.slice([0, 0], [2, 2]).tanh().reshape([2, 2, 1, 1]) as tf.Tensor4D,
        stride,
        pad,
      );
  }
  for (const axis of [0, 1, -1]) {
    ops[`cumsum ${axis}`] = (x) => tf.cumsum(x, axis, axis === 1, axis === -1);
  }
  for (const [name, f] of Object.entries(ops)) twice(name, f, [at]);
});

Deno.test("law: a matMul whose batch is repeated has gradients for both operands", () => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      for (const [batchA, batchB] of [[[2], []], [[], [2]], [[2, 1], [3]], [[1], [3]], [[2], [2]]]) {
        const a = draw([...batchA, ...(transposeA ? [4, 3] : [3, 4])], 1);
        const b = draw([...batchB, ...(transposeB ? [5, 4] : [4, 5])], 2);
        twice(`matMul ${batchA} ${batchB}`, (x, y) => tf.matMul(x, y, transposeA, transposeB).mul(0.3), [
          a,
          b,
        ]);
      }
    }
  }
});

Deno.test("edge: a kernel that does not fit into its image is refused, not given a negative size", () => {
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R4>([1, 3, 3, 1]), k = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
    assert.throws(
      () => tf.conv2d(x, k, 1, "valid", "NHWC", 2),
      /fits into the padded image, got one of 5 × 5/,
    );
    assert.throws(
      () => tf.depthwiseConv2d(x, k, 1, "valid", "NHWC", 2),
      /not negative, got shape \[1, -1, -1, 1\]/,
    );
    assert.throws(() => tf.maxPool(x, 5, 1, "valid"), /got shape \[1,-1,-1,1\]/);
    assert.equal(tf.conv2d(x, k, 1, "valid").size, 1);
  });
});

Deno.test("edge: truth values have no gradient of their own", () => {
  const x = tf.tensor1d([true, false], "bool");
  assert.throws(
    () => tf.grad((a: tf.Tensor) => a.logicalAnd(x))(x),
    /encloses all operations that lead from x to y/,
  );
  x.dispose();
});
