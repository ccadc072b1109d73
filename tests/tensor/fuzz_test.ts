import assert from "node:assert/strict";
import { heap } from "../../lib/tensor/dispatch.ts";
import { guardHeap } from "./guard.ts";
import { runProgram } from "./fuzz/program.ts";

const check = guardHeap();

Deno.test("mutant: a write behind a block, before it, and a block given back as another are seen", () => {
  const words = (at: number) => new Uint32Array(heap.memory.buffer, at, 1);
  for (const offset of [40 + 32, -4]) {
    const block = heap.allocate(40), [word] = words(block + offset);
    words(block + offset)[0] = 7;
    assert.throws(check, /has been overrun/);
    words(block + offset)[0] = word;
    check();
    heap.release(block, 40);
  }
  const block = heap.allocate(40);
  assert.throws(() => heap.release(block, 44), /given back as/);
  heap.release(block, 40);
  assert(Number.isNaN(new Float32Array(heap.memory.buffer, block, 1)[0]), "freed memory is not poisoned");
});

/** Steps of one program; a long run has a thousand of them. */
const steps = 1000;

Deno.test("second engine: random programs agree with tfjs-cpu and change nothing else", () => {
  for (let seed = 1; seed <= 2; seed++) runProgram(seed, steps, check);
});

Deno.test({
  name: "second engine: a million steps of random programs",
  ignore: Deno.env.get("LONG") !== "1",
  fn() {
    for (let seed = 100; seed < 1100; seed++) runProgram(seed, steps, check);
  },
});
