import assert from "node:assert/strict";
import { compile, setThreads, tf } from "../../lib/tensor/mod.ts";
import { heap, share } from "../../lib/tensor/dispatch.ts";
import { trained } from "./random_training.ts";

const nets = Deno.env.get("LONG") === "1" ? 1500 : 60;

for (const count of [1, 2]) {
  for (const how of ["everything", "what pays"] as const) {
    Deno.test(`law: ${nets} random trainings by blocks of rows give the bits of the step as written (${count}, ${how})`, () => {
      setThreads(count);
      share(how);
      try {
        for (let seed = 1; seed <= nets; seed++) {
          const written = trained(seed, false), compiled = trained(seed, true);
          assert.deepEqual(compiled, written, `seed ${seed}`);
        }
      } finally {
        share("what pays");
        setThreads(2);
      }
    });
  }
}

Deno.test("edge: where there is no memory for its plan a step runs as it is written, says so, and leaves nothing behind", () => {
  const { allocate } = heap, { warn } = console, said: string[] = [], W = tf.variable(tf.ones([64, 64]));
  const x = tf.ones([512, 64]), step = compile((x: tf.Tensor) => x.matMul(W).tanh().matMul(W).sum());
  const value = () => tf.tidy(() => step(x).dataSync()[0]), before = heap.inUse(), first = value();
  console.warn = (text: string) => said.push(text);
  try {
    // Recorded once: what is asked of the heap in the next call is the plan's.
    assert.equal(value(), first);
    Object.assign(heap, {
      allocate(bytes: number) {
        if (bytes > 1000 && said.length === 0) throw new RangeError("Cannot allocate a tensor: no memory");
        return allocate(bytes);
      },
    });
    for (let k = 0; k < 4; k++) assert.equal(value(), first);
  } finally {
    console.warn = warn;
    Object.assign(heap, { allocate });
  }
  assert.match(said.join(), /^A compiled step runs as it is written: Cannot allocate a tensor: no memory$/);
  assert.equal(heap.inUse(), before);
  tf.dispose([x, W]);
  step.dispose();
});
