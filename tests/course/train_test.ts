import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";
import { type Checkpoints, train, type Training } from "lib/course/train.ts";

/** A memory of one checkpoint, which can be told to keep a copy. */
function memory(): Checkpoints & { bytes: Uint8Array<ArrayBuffer> | null } {
  return {
    bytes: null,
    load() {
      return Promise.resolve(this.bytes);
    },
    save(bytes) {
      this.bytes = bytes;
      return Promise.resolve();
    },
  };
}

/** Noisy regression on 20 points, with chance of the step's own. */
function regression(steps = 40, seed = 5): { training: Training; weights: tf.Variable[]; free(): void } {
  const weights = [tf.variable(tf.tensor2d([[0.1], [0.2]])), tf.variable(tf.tensor1d([0]))] as const;
  const points = Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
  return {
    weights: [...weights],
    training: {
      weights,
      loss: (x, y) =>
        tf.mean(
          tf.square(tf.sub(tf.add(tf.matMul(x as tf.Tensor2D, weights[0] as tf.Tensor2D), weights[1]), y)),
        ),
      inputs: (batch, chance) => [
        tf.tensor2d(batch.map((i) => points[i])),
        tf.tensor2d(batch.map((i) => [points[i][0] - 2 * points[i][1] + chance.normal(0, 0.1)])),
      ],
      ...{ count: 20, batch: 6, steps, learningRate: 0.05, seed },
    },
    free: () => tf.dispose([...weights]),
  };
}

const numbers = (weights: readonly tf.Variable[]) => weights.flatMap((w) => Array.from(w.dataSync()));

Deno.test("law: a training that was interrupted and goes on ends with the same bits", async () => {
  const whole = regression(), losses = await train(whole.training);
  assert.ok(losses[39] < losses[0] / 2, "it learns");
  for (const at of [1, 7, 23]) {
    const kept = memory(), stop = new AbortController();
    const first = regression();
    await assert.rejects(
      train(first.training, {
        checkpoints: kept,
        signal: stop.signal,
        onProgress: (step) => step === at && stop.abort(new DOMException("stopped", "AbortError")),
      }),
      { name: "AbortError" },
    );
    first.free();
    const second = regression(); // other variables, other names: as in another process
    assert.deepEqual(
      await train(second.training, { checkpoints: kept }),
      losses,
      `losses from step ${at} on`,
    );
    assert.deepEqual(numbers(second.weights), numbers(whole.weights), `weights from step ${at} on`);
    second.free();
  }
  whole.free();
});

Deno.test("law: the seed decides; what is finished is not done again", async () => {
  const [a, b, c] = [regression(), regression(), regression(40, 6)], kept = memory();
  const [first, second, third] = [
    await train(a.training, { checkpoints: kept }),
    await train(b.training),
    await train(c.training),
  ];
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, third);
  let steps = 0;
  const again = regression();
  assert.deepEqual(await train(again.training, { checkpoints: kept, onProgress: () => steps++ }), first);
  assert.equal(steps, 0);
  for (const one of [a, b, c, again]) one.free();
});

Deno.test("law: nothing leaks, not even where the loss is no number", async () => {
  const { training, free } = regression(), before = tf.memory().numTensors;
  await train(training, { checkpoints: memory(), every: 0 });
  const nowhere = {
    ...training,
    loss: (...given: tf.Tensor[]) => tf.div<tf.Scalar>(training.loss(...given), 0),
  };
  await assert.rejects(
    train(nowhere),
    /Cannot train: expected a finite number loss of step 1 .*, got Infinity/,
  );
  assert.equal(tf.memory().numTensors, before);
  free();
});

Deno.test("edge: a checkpoint of another version, another training, none, half of one", async () => {
  const { training, free } = regression(), kept = memory();
  await train(training, { checkpoints: kept });
  const bytes = kept.bytes!, text = new TextDecoder("latin1").decode(bytes);
  const other = Uint8Array.from(text.replace('"version":1', '"version":2'), (c) => c.charCodeAt(0));
  const refused = (bytes: Uint8Array<ArrayBuffer>, words: RegExp, of = training) =>
    assert.rejects(train(of, { checkpoints: { ...memory(), load: () => Promise.resolve(bytes) } }), words);
  await refused(other, /Cannot go on with a training: expected a checkpoint of version 1 .*, got version 2/);
  await refused(bytes, /got one of another training/, { ...training, steps: 41 });
  await refused(Uint8Array.from([1, 2, 3]), /got a file that is none/);
  await refused(bytes.slice(0, -4), /got \d+ bytes instead of \d+/);
  free();
});
