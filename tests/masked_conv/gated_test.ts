import assert from "node:assert/strict";
import { average } from "lib/math/average.ts";
import { receptiveField } from "lib/masked_conv/solution/field.ts";
import { fitStacks, oneStack, stackBits, type Stacks, twoStacks } from "lib/masked_conv/solution/gated.ts";
import { tf } from "lib/masked_conv/tf.ts";
import { twoStackField } from "lib/masked_conv/solution/two_stack.ts";
import { random } from "lib/math/random.ts";

const grid = 7, target: [number, number] = [4, 3];

/** The pixels whose change changes the logit at the target: the field of the real network. */
function sees(stacks: Stacks): number[][] {
  const chance = random(9), x = Float32Array.from({ length: grid * grid }, () => chance.uniform());
  const at = (pixels: Float32Array) =>
    tf.tidy(() =>
      stacks.logits(tf.tensor4d(pixels, [1, grid, grid, 1])).arraySync()[0][target[0]][target[1]][0]
    );
  const before = at(x);
  return Array.from({ length: grid }, (_, i) =>
    Array.from({ length: grid }, (_, j) => {
      const moved = x.slice();
      moved[i * grid + j] += 1;
      return at(moved) === before ? 0 : 1;
    }));
}

Deno.test("second engine: the gated networks see what the fields say, at two depths", () => {
  for (const layers of [2, 3]) {
    const [one, two] = [oneStack, twoStacks].map((make) => make({ layers, channels: 4, seed: 2 }));
    const masks = Array.from({ length: layers }, (_, l) => l === 0 ? "A" as const : "B" as const);
    assert.deepEqual(sees(one), receptiveField({ masks, grid, target }), `one stack, ${layers} layers`);
    assert.deepEqual(sees(two), twoStackField({ layers, grid, target }), `two stacks, ${layers} layers`);
    tf.dispose([...one.weights, ...two.weights]);
  }
});

Deno.test("law: training lowers the bits, an interrupt keeps what was learned, nothing leaks", async () => {
  const before = tf.memory().numTensors, side = 4, count = 12;
  const images = Array.from({ length: count * side * side }, (_, i) => i % side < 2 ? 1 : 0);
  const stacks = twoStacks({ layers: 2, channels: 4, seed: 1 });
  const bits = () => average(stackBits(stacks, { count, side, images })).mean, start = bits();
  await fitStacks(stacks, { count, side, images }, { steps: 40, batch: 6, learningRate: 0.02 });
  const learned = bits();
  assert.ok(learned < start / 2, `${start} → ${learned}`);
  const stop = new AbortController();
  const onProgress = (step: number) => step === 3 && stop.abort();
  await fitStacks(stacks, { count, side, images }, { steps: 40, batch: 6, signal: stop.signal, onProgress });
  assert.ok(bits() < start / 2);
  await assert.rejects(fitStacks(stacks, { count, side, images: [...images.slice(1), 2] }), RangeError);
  tf.dispose([...stacks.weights]);
  assert.equal(tf.memory().numTensors, before);
});
