import assert from "node:assert/strict";
import { adam, type Argument, compile, randomNormal, type Result, setThreads, tf } from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";
import { heap, share } from "../../lib/tensor/dispatch.ts";

// Twenty and more steps of kinds that students write. LONG=1: 2,000 calls of each, as in a training.
const calls = Deno.env.get("LONG") === "1" ? 2000 : 80;

const drawn = (shape: number[], seed: number, spread = 1): tf.Tensor =>
  tf.tensor(
    Float32Array.from(random(seed).normals(shape.reduce((n, d) => n * d, 1)), (z) => spread * z),
    shape,
  );
const weight = (shape: number[], seed: number) => tf.tidy(() => tf.variable(drawn(shape, seed, 0.3)));

/** A step, what it is called with, what happens before call k, and what is disposed of at the end. */
interface Closure {
  readonly step: (...x: never[]) => Result;
  readonly args?: (k: number) => Argument[];
  readonly before?: (k: number) => unknown;
  /** Why it runs as it is written, where it does. */
  readonly says?: RegExp;
  readonly own: () => (tf.Tensor | tf.Optimizer | { dispose(): unknown } | undefined)[];
}

const tensorsOf = (result: Result): tf.Tensor[] =>
  result instanceof tf.Tensor ? [result] : Object.values(result ?? {}) as tf.Tensor[];

function run(make: () => Closure, compiled: boolean) {
  const { step, args = (k: number) => [drawn([8, 6], k % 50)], before, own, says } = make();
  const said: string[] = [];
  const plain = step as unknown as (...x: Argument[]) => Result, fast = compile(plain);
  const numbers: number[] = [], warn = console.warn;
  console.warn = (text: string) => void said.push(text);
  try {
    for (let k = 0; k < calls; k++) {
      before?.(k);
      const given = args(k);
      const made = compiled ? fast(...given) : tf.tidy(() => plain(...given) as tf.Tensor);
      for (const t of tensorsOf(made)) numbers.push(...t.dataSync());
      tf.dispose([...tensorsOf(made), ...given.filter((x) => x instanceof tf.Tensor)]);
    }
    for (const one of own()) if (one instanceof tf.Tensor && !one.isDisposed) numbers.push(...one.dataSync());
  } finally {
    console.warn = warn;
    fast.dispose();
    for (const one of own()) if (!(one instanceof tf.Tensor && one.isDisposed)) one?.dispose();
  }
  return { numbers, said, says };
}

const scalarOf = (x: tf.Tensor) => x.asScalar();

/** A step whose loss is a function of x and the weights. */
function trained(
  shapes: number[][],
  loss: (x: tf.Tensor, ...w: tf.Tensor[]) => tf.Tensor,
  optimizer: tf.Optimizer = adam(0.01),
): Closure {
  const own = shapes.map((shape, i) => weight(shape, i + 1));
  const step = (x: tf.Tensor) => optimizer.minimize(() => scalarOf(loss(x, ...own)), true, own) as tf.Scalar;
  return { step, own: () => [...own, optimizer] };
}

const closures: Record<string, () => Closure> = {
  "a GAN: two players, two optimizers, one step"() {
    const [G, g, D, d] = [weight([6, 6], 1), weight([6], 2), weight([6, 1], 3), weight([1], 4)];
    const [ofG, ofD] = [adam(0.01), adam(0.01, 0.5)];
    const fake = (z: tf.Tensor) => z.matMul(G).add(g), judge = (x: tf.Tensor) => x.matMul(D).add(d);
    const step = (x: tf.Tensor, z: tf.Tensor) => {
      const lossD = ofD.minimize(
        () => scalarOf(judge(x).neg().softplus().mean().add(judge(fake(z)).softplus().mean())),
        true,
        [D, d],
      ) as tf.Scalar;
      const lossG = ofG.minimize(() => scalarOf(judge(fake(z)).neg().softplus().mean()), true, [G, g]);
      return [lossD, lossG as tf.Scalar];
    };
    return {
      step,
      args: (k) => [drawn([8, 6], k % 50), drawn([8, 6], 100 + k % 50)],
      own: () => [G, g, D, d, ofG, ofD],
    };
  },
  "gradients by hand, clipped by their norm"() {
    const W = weight([6, 6], 1), b = weight([6], 2), optimizer = tf.train.sgd(0.1);
    const step = (x: tf.Tensor) => {
      const { value, grads } = tf.variableGrads(
        () => scalarOf(x.matMul(W).add(b).tanh().sub(x).square().mean()),
        [W, b],
      );
      const norm = tf.addN(Object.values(grads).map((g) => g.square().sum())).sqrt();
      const factor = tf.minimum(1, tf.div(0.05, norm));
      optimizer.applyGradients(Object.fromEntries(Object.entries(grads).map(([n, g]) => [n, g.mul(factor)])));
      return { loss: value, norm };
    };
    return { step, own: () => [W, b, optimizer] };
  },
  "gradient descent written with assign"() {
    const W = weight([6, 6], 1), v = tf.variable(tf.zeros([6, 6]));
    const loss = (x: tf.Tensor) => (w: tf.Tensor) => x.matMul(w).sub(x).square().mean();
    const step = (x: tf.Tensor) => {
      const slope = tf.grad(loss(x))(W);
      v.assign(v.mul(0.9).add(slope));
      W.assign(W.sub(v.mul(0.1)));
      return loss(x)(W);
    };
    return { step, own: () => [W, v] };
  },
  "a target network that follows by an exponential mean"() {
    const W = weight([6, 6], 1), target = tf.tidy(() => tf.variable(W.mul(1))), optimizer = adam(0.01);
    const step = (x: tf.Tensor) => {
      const cost = optimizer.minimize(
        () => scalarOf(x.matMul(W).sub(x.matMul(target).reverse(0)).square().mean()),
        true,
        [W],
      );
      target.assign(target.mul(0.99).add(W.mul(0.01)));
      return cost as tf.Scalar;
    };
    return { step, own: () => [W, target, optimizer] };
  },
  "layers with batch normalisation, whose means move"() {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 8, inputShape: [6], kernelInitializer: "ones" }),
        tf.layers.batchNormalization(),
        tf.layers.activation({ activation: "relu" }),
        tf.layers.dense({ units: 1, kernelInitializer: "ones" }),
      ],
    });
    const optimizer = tf.train.adam(0.01), read = model.weights.map((w) => w.read() as tf.Variable);
    const learned = model.trainableWeights.map((w) => w.read() as tf.Variable);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(
        () => scalarOf((model.apply(x, { training: true }) as tf.Tensor).sub(1).square().mean()),
        true,
        learned,
      ) as tf.Scalar;
    return { step, own: () => [...read, optimizer], says: /assigns to a variable that has a clone/ };
  },
  "whole numbers as labels, one-hot, softmax cross-entropy"() {
    const W = weight([6, 4], 1), b = weight([4], 2), optimizer = tf.train.adam(0.02);
    const step = (x: tf.Tensor, labels: tf.Tensor1D) => {
      const logits = () => x.matMul(W).add(b);
      const cost = optimizer.minimize(
        () => scalarOf(tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 4), logits())),
        true,
        [W, b],
      ) as tf.Scalar;
      return { cost, right: logits().argMax(1).equal(labels).mean() };
    };
    const args = (k: number) => [drawn([5, 6], k % 50), tf.tensor1d([0, 1, 2, 3, k % 4], "int32")];
    return { step, args, own: () => [W, b, optimizer] };
  },
  "a recurrent network over time, its states in a list": () =>
    trained([[6, 8], [8, 8], [8, 1]], (x, U, V, w) => {
      let h = tf.zeros([1, 8]);
      const all: tf.Tensor[] = [];
      for (const row of tf.unstack(x)) all.push(h = row.expandDims(0).matMul(U).add(h.matMul(V)).tanh());
      return tf.concat(all).matMul(w).square().mean();
    }, tf.train.rmsprop(0.01)),
  "an attention block with layer normalisation": () =>
    trained([[6, 6], [6, 6], [6, 6]], (x, Q, K, V) => {
      const scores = x.matMul(Q).matMul(x.matMul(K), false, true).div(Math.sqrt(6));
      const mask = tf.linalg.bandPart(tf.ones([8, 8]) as tf.Tensor2D, -1, 0);
      const y = tf.where(mask.greater(0), scores, tf.fill([8, 8], -1e9)).softmax().matMul(x.matMul(V)).add(x);
      const { mean, variance } = tf.moments(y, 1, true);
      return y.sub(mean).div(variance.add(1e-5).sqrt()).slice([0, 0], [8, 3]).square().mean();
    }),
  "penalties: |w|, clipped values, a power": () =>
    trained(
      [[6, 6], [6]],
      (x, W, b) =>
        x.matMul(W).add(b).clipByValue(-1, 1).sub(x).abs().pow(1.5).mean().add(W.abs().sum().mul(0.001)),
    ),
  "a gradient penalty: a gradient of a gradient": () =>
    trained([[6, 6], [6, 1]], (x, W, v) => {
      const critic = (u: tf.Tensor) => u.matMul(W).tanh().matMul(v).sum();
      return critic(x).div(8).add(tf.grad(critic)(x).square().sum(1).sqrt().sub(1).square().mean());
    }),
  "convolutions, pooling, a dense end"() {
    const all = trained([[3, 3, 1, 4], [16, 2]], (x, K, W) => {
      const h = tf.maxPool(
        tf.conv2d(x as tf.Tensor4D, K as tf.Tensor4D, 1, "same").relu() as tf.Tensor4D,
        2,
        2,
        "valid",
      );
      return tf.avgPool(h as tf.Tensor4D, 1, 1, "same").reshape([-1, 16]).matMul(W).square().mean();
    });
    return { ...all, args: (k) => [drawn([3, 4, 4, 1], k % 50)] };
  },
  "a decoder of transposed convolutions"() {
    const all = trained(
      [[3, 3, 2, 1]],
      (x, K) =>
        tf.conv2dTranspose(x as tf.Tensor4D, K as tf.Tensor4D, [2, 8, 8, 2], 2, "same").square().mean(),
    );
    return { ...all, args: (k) => [drawn([2, 4, 4, 1], k % 50)] };
  },
  "embeddings, sums over segments, top k": () => {
    const E = weight([10, 6], 1), optimizer = tf.train.adagrad(0.1);
    const step = (i: tf.Tensor1D) =>
      optimizer.minimize(
        () => {
          const rows = tf.gather(E, i),
            groups = tf.unsortedSegmentSum(rows, tf.tensor1d([0, 1, 0, 2], "int32"), 3);
          const largest = tf.topk(tf.tensor(rows.shape).concat(tf.mul(0, [1])), 2).indices.toFloat();
          return scalarOf(groups.square().mean().add(largest.mean()));
        },
        true,
        [E],
      ) as tf.Scalar;
    return {
      step,
      args: (k) => [tf.tensor1d([k % 10, 3, 7 * k % 10, 1], "int32")],
      own: () => [E, optimizer],
    };
  },
  "chance inside: a reparametrised draw, and dropout"() {
    const W = weight([6, 6], 1), optimizer = adam(0.01), chance = random(3);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(
        () => {
          const z = x.matMul(W).add(randomNormal([8, 6], chance).mul(0.1));
          return scalarOf(tf.dropout(z, 0, undefined, 1).square().mean());
        },
        true,
        [W],
      ) as tf.Scalar;
    return { step, own: () => [W, optimizer] };
  },
  "weights and a mask that are made at the first call"() {
    let W: tf.Variable | undefined, mask: tf.Tensor | undefined;
    const optimizer = adam(0.01);
    const step = (x: tf.Tensor) => {
      W ??= tf.keep(weight([6, 6], 1)) as tf.Variable;
      mask ??= tf.keep(tf.linalg.bandPart(tf.ones([6, 6]) as tf.Tensor2D, -1, 0));
      return optimizer.minimize(() => scalarOf(x.matMul(W!.mul(mask!)).sub(x).square().mean()), true, [
        W,
      ]) as tf.Scalar;
    };
    return { step, own: () => [W, mask, optimizer] };
  },
  "all trainable variables, none named, one frozen"() {
    const W = weight([6, 6], 1),
      frozen = tf.tidy(() => tf.variable(drawn([6], 2), false)),
      optimizer = adam(0.01);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(() => scalarOf(x.matMul(W).add(frozen).square().mean()), true) as tf.Scalar;
    return { step, own: () => [W, frozen, optimizer] };
  },
  "tidies, disposals and a counter inside"() {
    const W = weight([6, 6], 1), optimizer = adam(0.01);
    let count = 0;
    const step = (x: tf.Tensor) => {
      count++;
      const scaled = tf.tidy(() => {
        const double = x.mul(2), once = double.sub(x);
        double.dispose();
        return once.add(tf.scalar(0));
      });
      const cost = optimizer.minimize(() => scalarOf(scaled.matMul(W).square().mean()), true, [W]);
      scaled.dispose();
      return cost as tf.Scalar;
    };
    return { step, own: () => (assert(count !== 0 || optimizer.iterations === 0), [W, optimizer]) };
  },
  "batches of matrices, stacks, padding, tiles": () =>
    trained([[6, 3], [2, 3, 4]], (x, W, B) => {
      const h = x.matMul(W), stacked = tf.stack([h, h.neg()]);
      const y = stacked.matMul(B).pad([[0, 0], [0, 0], [1, 1]]).reverse(2);
      return y.add(tf.tile(tf.linspace(0, 1, 6).reshape([1, 1, 6]), [2, 8, 1])).squaredDifference(1).mean();
    }),
  "whole numbers and truth values on the way": () =>
    trained([[6, 6]], (x, W) => {
      const places = tf.range(0, 8, 1, "int32").mod(tf.scalar(3, "int32")).equal(tf.scalar(0, "int32"));
      const kept = places.cast("float32").expandDims(1), sign = x.greater(0).logicalAnd(x.less(1)).toFloat();
      return x.matMul(W).mul(kept).add(sign).square().sum().div(kept.sum());
    }),
  "a rate that falls, as a tensor among the arguments"() {
    const W = weight([6, 6], 1);
    const step = (x: tf.Tensor, rate: tf.Tensor) => {
      const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => x.matMul(w).square().mean())(W);
      W.assign(W.sub(grad.mul(rate)));
      return value;
    };
    return { step, args: (k) => [drawn([8, 6], k % 50), tf.scalar(0.1 / (1 + k / 100))], own: () => [W] };
  },
  "a rate that is set on the optimizer between calls"() {
    const all = trained([[6, 6]], (x, W) => x.matMul(W).square().mean(), tf.train.momentum(0.01, 0.9));
    const optimizer = all.own()[1] as tf.MomentumOptimizer;
    return { ...all, before: (k) => k % 30 === 29 && optimizer.setLearningRate(0.02 / (1 + k / 30)) };
  },
  "weights that are pruned between calls"() {
    const all = trained([[6, 6]], (x, W) => x.matMul(W).sub(x).square().mean()),
      W = all.own()[0] as tf.Variable;
    return {
      ...all,
      before: (k) => k % 25 === 24 && tf.tidy(() => W.assign(W.mul(W.abs().greater(0.01).toFloat()))),
    };
  },
  "a batch that is shorter at the end of each epoch, and empty once": () => ({
    ...trained([[6, 6]], (x, W) => x.matMul(W).square().sum()),
    args: (k) => [drawn([k === 40 ? 0 : k % 8 === 7 ? 3 : 8, 6], k % 50)],
  }),
  "another backend for a moment"() {
    const W = weight([6, 6], 1), c = drawn([6], 9), optimizer = adam(0.01), name = tf.getBackend();
    const step = (x: tf.Tensor) =>
      optimizer.minimize(() => scalarOf(x.matMul(W).add(c).square().mean()), true, [W]) as tf.Scalar;
    const before = (k: number) => {
      if (k !== 19 && k !== 39) return;
      tf.setBackend("cpu");
      tf.tidy(() => void c.add(1).add(W.sum()).dataSync());
      tf.setBackend(name);
      // What has moved away and come back lies elsewhere.
      if (k === 39) tf.tidy(() => void drawn([36], 1).reshape([6, 6]).add(c.add(1)).add(W).dataSync());
    };
    return { step, before, own: () => [W, c, optimizer] };
  },
  "a captured tensor that is replaced by another"() {
    const W = weight([6, 6], 1), optimizer = adam(0.01);
    let goal = drawn([8, 6], 5);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(() => scalarOf(x.matMul(W).sub(goal).square().mean()), true, [W]) as tf.Scalar;
    const before = (k: number) => {
      if (k !== 29 && k !== 59) return;
      goal.dispose();
      goal = drawn([8, 6], k);
    };
    return { step, before, own: () => [W, goal, optimizer] };
  },
  "Nesterov's momentum": () =>
    trained([[6, 6]], (x, W) => x.matMul(W).sub(x).square().mean(), tf.train.momentum(0.01, 0.9, true)),
};

for (const [name, make] of Object.entries(closures)) {
  Deno.test(`law: ${name}: compiled as written, bit by bit`, () => {
    const plain = run(make, false), before = [tf.memory().numTensors, heap.inUse()];
    assert.deepEqual(run(make, false).numbers, plain.numbers, "the step itself is not decided by its seeds");
    const left = [tf.memory().numTensors, heap.inUse()].map((x, i) => x - before[i]);
    for (const count of [1, 2]) {
      setThreads(count);
      if (count === 2) share("everything");
      const start = [tf.memory().numTensors, heap.inUse()], compiled = run(make, true);
      share("what pays");
      assert.deepEqual(compiled.numbers, plain.numbers);
      assert.equal(compiled.said.length, compiled.says === undefined ? 0 : 1, compiled.said.join());
      assert.match(compiled.said.join(), compiled.says ?? /^$/);
      const rest = [tf.memory().numTensors, heap.inUse()].map((x, i) => x - start[i]);
      assert.deepEqual(rest, left);
    }
  });
}
