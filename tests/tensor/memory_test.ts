import assert from "node:assert/strict";
import fc from "fast-check";
import { adam, binaryCrossEntropy, dense, setMemoryLimit, tf } from "lib/tensor/mod.ts";
import { heap } from "../../lib/tensor/dispatch.ts";
import { Arena } from "../../lib/tensor/arena.ts";
import { makeHeap } from "../../lib/tensor/heap.ts";

const GiB = 2 ** 30;

Deno.test("law: 2,000 training steps leave 0 tensors and 0 bytes behind, fused and plain", () => {
  const [pixels, hidden, latent, batch] = [20, 16, 4, 8];
  const layer = (i: number, o: number, name: string) => ({
    W: tf.variable(tf.fill<tf.Rank.R2>([i, o], 0.01), true, `leak ${name} W`),
    b: tf.variable(tf.zeros<tf.Rank.R1>([o]), true, `leak ${name} b`),
  });
  const layers = [layer(pixels, hidden, "1"), layer(hidden, 2 * latent, "2"), layer(latent, pixels, "3")];
  const x = tf.ones<tf.Rank.R2>([batch, pixels]), noise = tf.ones<tf.Rank.R2>([batch, latent]);
  const fused = (): tf.Scalar => {
    const [l1, l2, l3] = layers;
    const [mean, logVar] = tf.split(dense(dense(x, l1.W, l1.b, "relu"), l2.W, l2.b), 2, 1) as tf.Tensor2D[];
    const z = mean.add<tf.Tensor2D>(logVar.exp().mul(noise));
    return binaryCrossEntropy(x, dense(z, l3.W, l3.b)).mean();
  };
  const plain = (): tf.Scalar => {
    const [l1, l2, l3] = layers;
    const h = x.matMul(l1.W).add(l1.b).relu().matMul(l2.W).add(l2.b);
    const [mean, logVar] = tf.split(h, 2, 1);
    const logits = mean.add(logVar.exp().mul(noise)).matMul(l3.W).add(l3.b);
    return tf.losses.sigmoidCrossEntropy(x, logits);
  };
  for (const loss of [fused, plain]) {
    const optimizer = adam(1e-3);
    optimizer.minimize(loss);
    const { numTensors, numBytes } = tf.memory(), bytes = heap.inUse();
    for (let k = 0; k < 1000; k++) optimizer.minimize(loss);
    assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes, heap.inUse()], [
      numTensors,
      numBytes,
      bytes,
    ]);
    optimizer.dispose();
  }
  tf.dispose([x, noise, ...layers.flatMap(({ W, b }) => [W, b])]);
});

Deno.test("edge: where memory ends the error says so, and the session lives on", () => {
  const before = [tf.memory().numTensors, heap.inUse()];
  setMemoryLimit(heap.inUse() + 20_000_000);
  try {
    const kept = tf.tidy(() => tf.ones([1000, 1000]));
    for (let k = 0; k < 5; k++) {
      assert.throws(
        () => tf.tidy(() => tf.ones([3000, 3000])),
        /Cannot allocate a tensor: expected at most \d+ free bytes, got/,
      );
      assert.throws(() => tf.tidy(() => tf.matMul(tf.ones([1000, 1]), tf.ones([1, 4000]))), RangeError);
      const half = tf.tidy(() => kept.mul(2).sum().dataSync()[0]);
      assert.equal(half, 2_000_000);
    }
    kept.dispose();
  } finally {
    setMemoryLimit(4 * GiB);
  }
  assert.deepEqual([tf.memory().numTensors, heap.inUse()], before);
  assert.throws(() => setMemoryLimit(NaN), /finite/);
});

Deno.test("law: the heap's blocks never overlap, and what is freed is found again", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000_000 }), fc.nat()), { maxLength: 120 }),
      (wishes) => {
        const own = makeHeap();
        own.limit(60_000_000);
        const live: { at: number; bytes: number }[] = [];
        for (const [bytes, pick] of wishes) {
          if (pick % 3 === 0 && live.length > 0) {
            const [gone] = live.splice(pick % live.length, 1);
            own.release(gone.at, gone.bytes);
            continue;
          }
          try {
            live.push({ at: own.allocate(bytes), bytes });
          } catch (error) {
            assert(error instanceof RangeError);
          }
          const sorted = [...live].sort((a, b) => a.at - b.at);
          sorted.forEach((block, i) => {
            const end = i + 1 < sorted.length ? sorted[i + 1].at : own.floats().byteLength;
            assert(block.at % 64 === 0 && block.at + block.bytes + 32 <= end);
          });
        }
        for (const { at, bytes } of live) own.release(at, bytes);
        assert.equal(own.inUse(), 0);
        own.release(own.allocate(50_000_000), 50_000_000);
      },
    ),
    { seed: 8, numRuns: 25 },
  );
});

Deno.test("law: an arena gives a recording the blocks of the first, unless it keeps one longer or asks for another size", () => {
  const own = makeHeap(), arena = new Arena(own), both: number[][] = [];
  const recording = (use: () => void) => {
    arena.begin();
    arena.serve(use);
    arena.seal();
    assert.equal(arena.survivors(), 0);
  };
  const inTurn = () => {
    const seen: number[] = [];
    for (let k = 0; k < 3; k++) {
      seen.push(own.allocate(100));
      own.release(seen[k], 100);
    }
    both.push(seen);
  };
  recording(inTurn);
  recording(inTurn);
  assert.deepEqual(both[0], both[1]);
  recording(() => {
    const [a, b] = [own.allocate(100), own.allocate(100)];
    assert.notEqual(a, b);
    for (const block of [a, b]) own.release(block, 100);
  });
  recording(() => own.release(own.allocate(5000), 5000));
  arena.dispose();
  assert.equal(own.inUse(), 0);
});
