import assert from "node:assert/strict";
import { linesOf } from "../../tools/grade/desk_messages.ts";

const streamOf = (chunks: readonly Uint8Array[]) => ReadableStream.from(chunks);

Deno.test("law: lines of a process are whole, wherever its output is cut", async () => {
  const text = "first\n\u0001{“é”: 1}\n\n𝛼 last\nunfinished", bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const count = Math.ceil(bytes.length / size);
    const chunks = Array.from({ length: count }, (_, k) => bytes.slice(k * size, (k + 1) * size));
    assert.deepEqual(await Array.fromAsync(linesOf(streamOf(chunks))), text.split("\n").slice(0, -1));
  }
});

Deno.test("edge: past the most that is read nothing comes but undefined", async () => {
  const chunks = ["one\ntwo", "\nthree\n"].map((text) => new TextEncoder().encode(text));
  assert.deepEqual(await Array.fromAsync(linesOf(streamOf(chunks), 7)), ["one", undefined]);
  assert.deepEqual(await Array.fromAsync(linesOf(streamOf(chunks), 14)), ["one", "two", "three"]);
});
