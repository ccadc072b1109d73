import assert from "node:assert/strict";
import { ownParts } from "lib/tensor/install.ts";
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

Deno.test("edge: another tfjs keeps its private parts, and that is said", () => {
  const { warn } = console, said: string[] = [];
  console.warn = (text: string) => void said.push(text);
  try {
    assert.equal(ownParts("4.23.0"), false);
  } finally {
    console.warn = warn;
  }
  assert.match(said.join(), /made for tfjs 4\.22\.0, this is 4\.23\.0/);
  assert.equal(tf.version_core, "4.22.0");
});
