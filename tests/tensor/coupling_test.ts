import assert from "node:assert/strict";
import { adam, affineCoupling, type DenseLayer, setThreads, tf } from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";
import { backendName } from "../../lib/tensor/backend.ts";
import { heap, share, threads } from "../../lib/tensor/dispatch.ts";
import { type Data, distance, toTensor } from "./engines.ts";

/** float32 forms of one formula: sums of up to a hundred terms, three layers deep. */
const tForm = 1e-4;
/** Central differences in float32: step 1e-2, a third derivative of size 1. */
const tDifference = 5e-3;

const draw = (shape: number[], seed: number, scale = 1): Data => ({
  shape,
  values: random(seed).normals(shape.reduce((n, d) => n * d, 1)).map((x) => scale * x),
});
const read = (t: tf.Tensor): Data => ({ shape: t.shape, values: [...t.dataSync()] });

type Activation = NonNullable<DenseLayer["activation"]>;
interface Net {
  readonly moves: "last" | "first";
  readonly activations: readonly Activation[];
}
type Op = (net: Net, x: tf.Tensor, ...weights: tf.Tensor[]) => tf.Tensor;

const sum = (y: tf.Tensor, log: tf.Tensor) =>
  tf.add(y.mul(toTensor(draw(y.shape, 5))).sum(), log.mul(toTensor(draw(log.shape, 6))).sum());

/** The coupling with its network as one kernel; weights are W₀, b₀, W₁, b₁, … */
const fused: Op = ({ moves, activations }, x, ...weights) => {
  const layers = activations.map((activation, i) => ({
    W: weights[2 * i] as tf.Tensor2D,
    b: weights[2 * i + 1] as tf.Tensor1D,
    activation,
  }));
  const { y, logAbsDet } = affineCoupling(x as tf.Tensor2D, layers, moves);
  return sum(y, logAbsDet);
};

/** h ← f(h W + b) layer by layer, (s | t) = h, y = (kept, moved eˢ + t), log |det J| = Σ s, in plain tfjs. */
const textbook: Op = ({ moves, activations }, x, ...weights) => {
  const D = x.shape[1] as number, through = weights[0].shape[0], d = D - through;
  const kept = tf.slice(x, [0, moves === "last" ? 0 : d], [-1, through]);
  const moved = tf.slice(x, [0, moves === "last" ? through : 0], [-1, d]);
  const out = activations.reduce((h: tf.Tensor, activation, i) => {
    const z = tf.add(tf.matMul(h, weights[2 * i]), weights[2 * i + 1]);
    return activation === "linear" ? z : tf[activation](z);
  }, kept);
  const [s, t] = tf.split(out, 2, 1), y = moved.mul(tf.exp(s)).add(t);
  return sum(tf.concat(moves === "last" ? [kept, y] : [y, kept], 1), s.sum(1));
};

/** x, W₀, b₀, …: batch × D, d of them moved, hidden layers of these sizes. */
function inputsOf(batch: number, D: number, d: number, hidden: readonly number[]): Data[] {
  const sizes = [D - d, ...hidden, 2 * d];
  const weights = sizes.slice(1).flatMap((outputs, i) => [
    draw([sizes[i], outputs], 10 + i, 1 / Math.sqrt(sizes[i])),
    draw([outputs], 20 + i, 0.3),
  ]);
  return [draw([batch, D], 1), ...weights];
}

function differentiated(op: Op, net: Net, inputs: readonly Data[], backend: string): Data[] {
  void tf.setBackend(backend);
  Object.assign(tf.backend(), { firstUse: false });
  try {
    let results: Data[] = [];
    tf.tidy(() => {
      const tensors = inputs.map(toTensor), f = (...all: tf.Tensor[]) => op(net, all[0], ...all.slice(1));
      const { value, grads } = tf.valueAndGrads((...all) => f(...all) as tf.Scalar)(tensors);
      results = [value, ...grads].map(read);
    });
    return results;
  } finally {
    void tf.setBackend(backendName);
  }
}

const cases: [number, number, number, number[]][] = [
  [5, 2, 1, [7]],
  [4, 7, 3, []],
  [1, 9, 8, [3, 5]],
  [70, 3, 1, [20, 9]],
  [200, 2, 1, [64, 64]],
  [0, 3, 1, [4]],
];

for (const moves of ["last", "first"] as const) {
  for (const activation of ["relu", "sigmoid", "tanh"] as const) {
    Deno.test(`second engine: a coupling with its ${activation} network moving the ${moves} columns`, () => {
      for (const [batch, D, d, hidden] of cases) {
        const net: Net = { moves, activations: [...hidden.map(() => activation), "linear"] };
        const inputs = inputsOf(batch, D, d, hidden);
        const ours = differentiated(fused, net, inputs, backendName);
        differentiated(textbook, net, inputs, "cpu").forEach((expected, i) => {
          const error = distance(ours[i], expected, Math.max(1, Math.sqrt(batch)));
          assert(
            error <= tForm,
            `batch ${batch}, D ${D}, d ${d}: ${i === 0 ? "value" : `gradient ${i - 1}`} off by ${error}`,
          );
        });
      }
    });
  }
}

Deno.test("law: its gradients are the slopes of its value, by central differences", () => {
  const net: Net = { moves: "last", activations: ["tanh", "linear"] }, inputs = inputsOf(4, 3, 1, [5]);
  const gradients = differentiated(fused, net, inputs, backendName).slice(1), step = 1e-2;
  inputs.forEach((input, k) => {
    for (let i = 0; i < input.values.length; i += Math.max(1, input.values.length >> 2)) {
      const at = (by: number) => {
        const moved = inputs.map((data, j) =>
          j === k ? { ...data, values: data.values.map((x, n) => n === i ? x + by : x) } : data
        );
        return tf.tidy(() => fused(net, toTensor(moved[0]), ...moved.slice(1).map(toTensor)).dataSync()[0]);
      };
      const slope = (at(step) - at(-step)) / (2 * step), found = gradients[k].values[i];
      assert(
        Math.abs(slope - found) < tDifference * Math.max(1, Math.abs(slope)),
        `∂/∂input ${k} [${i}] is ${found}, slope ${slope}`,
      );
    }
  });
});

Deno.test({
  name: "law: one and two threads give the same bits through a network",
  ignore: (navigator.hardwareConcurrency ?? 1) < 2,
  async fn() {
    const net: Net = { moves: "first", activations: ["relu", "tanh", "linear"] };
    const inputs = inputsOf(300, 4, 2, [33, 20]);
    const results: string[] = [];
    share("everything");
    for (const count of [1, 2]) {
      setThreads(count);
      for (let k = 0; k < 400 && count === 2 && threads.count() < 2; k++) {
        differentiated(fused, net, inputs, backendName);
        await new Promise((done) => setTimeout(done, 5));
      }
      assert.equal(threads.count(), count);
      for (let k = 0; k < 20; k++) {
        results.push(JSON.stringify(differentiated(fused, net, inputs, backendName)));
      }
    }
    share("what pays");
    assert.equal(new Set(results).size, 1);
  },
});

Deno.test("law: NaN in one row stays in that row, and reaches its y and log |det J|", () => {
  tf.tidy(() => {
    const [x, W, b] = inputsOf(3, 2, 1, []).map(toTensor);
    const rows = x.arraySync() as number[][];
    rows[1][0] = NaN;
    const { y, logAbsDet } = affineCoupling(tf.tensor2d(rows), [{
      W: W as tf.Tensor2D,
      b: b as tf.Tensor1D,
    }]);
    assert.deepEqual((y.arraySync() as number[][]).map((row) => row.map(Number.isNaN)), [
      [false, false],
      [true, true],
      [false, false],
    ]);
    assert.deepEqual([...logAbsDet.dataSync()].map(Number.isNaN), [false, true, false]);
  });
});

Deno.test("law: 500 training steps of a flow leave 0 tensors and 0 bytes behind, and a call without a tape one result each", () => {
  const layers = [0, 1].map(() =>
    inputsOf(8, 2, 1, [6]).slice(1).map((data) => {
      const first = toTensor(data), made = tf.variable(first);
      first.dispose();
      return made;
    })
  );
  const x = toTensor(draw([8, 2], 3)) as tf.Tensor2D;
  const network = ([W0, b0, W1, b1]: tf.Tensor[]): DenseLayer[] => [
    { W: W0 as tf.Tensor2D, b: b0 as tf.Tensor1D, activation: "tanh" },
    { W: W1 as tf.Tensor2D, b: b1 as tf.Tensor1D },
  ];
  const loss = (): tf.Scalar => {
    const first = affineCoupling(x, network(layers[0]), "last");
    const second = affineCoupling(first.y, network(layers[1]), "first");
    return tf.sub(tf.square(second.y).sum(1).mul(0.5), first.logAbsDet.add(second.logAbsDet)).mean();
  };
  const optimizer = adam(1e-3);
  const start = optimizer.minimize(loss, true)?.dataSync()[0] as number;
  const left = () => [tf.memory().numTensors, tf.memory().numBytes, heap.inUse()];
  const before = left();
  for (let k = 0; k < 500; k++) optimizer.minimize(loss);
  assert.deepEqual(left(), before);
  const { y, logAbsDet } = affineCoupling(x, network(layers[0]));
  assert.equal(tf.memory().numTensors, before[0] + 2);
  tf.dispose([y, logAbsDet]);
  assert.deepEqual(left(), before);
  assert(tf.tidy(() => loss().dataSync()[0]) < start);
  optimizer.dispose();
  tf.dispose([x, ...layers.flat()]);
});

Deno.test("edge: a second derivative through it is refused, never wrong in silence", () => {
  const inputs = inputsOf(3, 2, 1, [4]), net: Net = { moves: "last", activations: ["tanh", "linear"] };
  tf.tidy(() => {
    const [x, ...weights] = inputs.map(toTensor);
    const slope = (u: tf.Tensor) => tf.grad((v) => fused(net, v, ...weights))(u).sum();
    assert.throws(() => tf.grad(slope)(x), /gradient function not found for CouplingNetworkGrad/);
  });
});

Deno.test("edge: layers that do not fit are named, with both shapes", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R2>([4, 3]);
    const layer = (inputs: number, outputs: number) => ({
      W: tf.zeros<tf.Rank.R2>([inputs, outputs]),
      b: tf.zeros<tf.Rank.R1>([outputs]),
    });
    assert.throws(() => affineCoupling(x, []), /expected 1 … 64 layers, got 0/);
    assert.throws(() => affineCoupling(x, [layer(2, 4)]), /got x \[4, 3\] and W of layer 0 \[2, 4\]/);
    assert.throws(() => affineCoupling(x, [layer(1, 6)]), /got x \[4, 3\] and W of layer 0 \[1, 6\]/);
    assert.throws(() => affineCoupling(x, [layer(1, 3)]), /got x \[4, 3\] and W of layer 0 \[1, 3\]/);
    assert.throws(
      () => affineCoupling(x, [layer(2, 5), layer(4, 2)]),
      /got W of layer 0 \[2, 5\] and W of layer 1 \[4, 2\]/,
    );
    const wrong = { ...layer(2, 2), b: tf.zeros<tf.Rank.R1>([3]) };
    assert.throws(() => affineCoupling(x, [wrong]), /got W of layer 0 \[2, 2\] and b of layer 0 \[3\]/);
    assert.throws(
      () => affineCoupling(x, [{ ...layer(2, 2), activation: "elu" as Activation }]),
      /activation of layer 0 to be one of "linear", .* got "elu"/,
    );
    assert.throws(
      () => affineCoupling(x, [undefined as unknown as DenseLayer]),
      /expected layer 0 to have W and b, got undefined/,
    );
  });
});
