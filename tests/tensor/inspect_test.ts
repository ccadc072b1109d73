import assert from "node:assert/strict";
import { tf } from "lib/tensor/mod.ts";

Deno.test("law: a tensor that is printed says its shape, its type and its numbers", () => {
  const tensor = tf.tensor2d([[1, 2], [3, 4.5]]), variable = tf.variable(tf.tensor1d([7]));
  const words = Deno.inspect(tensor);
  assert.match(words, /Tensor float32 \[2,2\]/);
  for (const number of ["1", "2", "3", "4.5"]) assert.ok(words.includes(number), words);
  assert.doesNotMatch(words, /dataId|kept|rankType/);
  assert.match(Deno.inspect({ loss: variable }), /Tensor float32 \[1\]\n\s*\[7\]/);
  tensor.dispose();
  assert.equal(Deno.inspect(tensor), "Tensor float32 [2,2], disposed");
  variable.dispose();
});
