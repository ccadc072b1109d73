import assert from "node:assert/strict";
import { binarise, greyImages, readIdx, splitOf, unitScale } from "lib/course/mnist.ts";
import { random } from "lib/math/random.ts";

/** An idx file of bytes. */
function idx(shape: readonly number[], numbers: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((n) => [n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255]);
  return Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...numbers]);
}

const twelve = Array.from({ length: 12 }, (_, i) => 20 * i);
const six = () =>
  greyImages(
    readIdx(idx([6, 1, 1], [0, 10, 128, 200, 255, 7]), "images"),
    readIdx(idx([6], [0, 1, 2, 3, 4, 5]), "labels"),
  );

Deno.test("reference: an idx file gives its shape and a view of its numbers", () => {
  const bytes = idx([3, 2, 2], twelve), { shape, data } = readIdx(bytes, "images");
  assert.deepEqual(shape, [3, 2, 2]);
  assert.deepEqual(Array.from(data), twelve);
  assert.equal(data.buffer, bytes.buffer, "nothing is copied");
  const within = new Uint8Array(bytes.length + 3);
  within.set(bytes, 3);
  assert.deepEqual(readIdx(within.subarray(3), "images").shape, [3, 2, 2], "of a part of a buffer too");
});

Deno.test("edge: truncated, too long, of another kind, empty", () => {
  const whole = idx([3, 2, 2], twelve);
  assert.throws(
    () => readIdx(whole.subarray(0, 20), "x"),
    /Cannot read x: expected 28 bytes for 3 × 2 × 2 numbers, got 20/,
  );
  assert.throws(() => readIdx(Uint8Array.from([...whole, 1]), "x"), /expected 28 bytes .*, got 29/);
  assert.throws(() => readIdx(whole.subarray(0, 9), "x"), /expected a header of 16 bytes, got 9/);
  assert.throws(
    () => readIdx(Uint8Array.from([0, 0, 13, 1, 0, 0, 0, 0]), "x"),
    /which begins 0 0 8, got 0 0 13 1/,
  );
  assert.throws(() => readIdx(Uint8Array.from([31, 139, 8, 0]), "x"), /got 31 139 8 0/);
  assert.throws(() => readIdx(new Uint8Array(), "x"), /got nothing/);
  assert.throws(
    () => greyImages(readIdx(whole, "x"), readIdx(idx([2], [1, 2]), "y")),
    /expected n × s × s pixels and n labels, got 3 × 2 × 2 and 2/,
  );
});

Deno.test("law: Larochelle's split cuts the training images at five sixths, as views", () => {
  const train = six(), test = six(), all = { train, test };
  assert.deepEqual(["train", "validation", "test"].map((s) => splitOf(all, s as "train").count), [5, 1, 6]);
  assert.deepEqual(Array.from(splitOf(all, "validation").labels), [5]);
  assert.equal(splitOf(all, "train").pixels.buffer, train.pixels.buffer);
  assert.throws(() => splitOf(all, "holdout" as "test"), /holdout/);
});

Deno.test("law: binarisation follows the grey value, by the seed", () => {
  const images = six(), chosen = new Array<number>(20_000).fill(2), chance = random(3);
  const share = binarise(images, chosen, chance).reduce((sum, x) => sum + x, 0) / 20_000;
  assert.ok(Math.abs(share - 128 / 255) < 4 * 0.5 / Math.sqrt(20_000), String(share));
  assert.deepEqual(Array.from(binarise(images, [0, 4], random(1))), [0, 1], "black and white are certain");
  const draw = (seed: number) => Array.from(binarise(images, [1, 2, 3, 5, 2, 2, 2, 2, 2, 2], random(seed)));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
  assert.deepEqual(Array.from(unitScale(images, [4, 0])), [1, 0]);
});
