import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import reference from "../../data/digits.json" with { type: "json" };
import { type DigitPart, digits, type DigitScaling } from "lib/course/digits.ts";

Deno.test("reference: every level and class is the one data/digits.py read from scikit-learn", () => {
  const { count, images, labels } = digits("all", { scaling: "levels" });
  const stream = new Uint8Array(count * 65);
  for (let i = 0; i < count; i++) for (let k = 0; k < 64; k++) stream[k * count + i] = images[i * 64 + k];
  stream.set(labels, 64 * count);
  assert.equal(createHash("sha256").update(stream).digest("hex"), reference.sha256);
  assert.equal(count, 1797);
  assert.equal(images.reduce((sum, level) => sum + level, 0), reference.pixelSum);
});

Deno.test("reference: the fourth image is a 3", () => {
  // sklearn.datasets.load_digits().images[3], rows 0, 1 and 7
  const { images, labels } = digits("all", { scaling: "levels" });
  const row = (r: number) => Array.from(images.slice(3 * 64 + 8 * r, 3 * 64 + 8 * r + 8));
  assert.equal(labels[3], 3);
  assert.deepEqual(row(0), [0, 0, 7, 15, 13, 1, 0, 0]);
  assert.deepEqual(row(1), [0, 8, 13, 6, 15, 4, 0, 0]);
  assert.deepEqual(row(7), [0, 0, 7, 13, 13, 9, 0, 0]);
});

Deno.test("law: train and test part every class four to one and together are all", () => {
  const train = digits("train"), test = digits("test"), all = digits("all");
  assert.deepEqual([train.count, test.count, all.count], [1442, 355, 1797]);
  for (let c = 0; c < 10; c++) {
    const of = (labels: Uint8Array) => labels.filter((l) => l === c).length;
    assert.equal(of(all.labels), reference.classCounts[c]);
    assert.equal(of(test.labels), Math.floor(reference.classCounts[c] / 5));
    assert.equal(of(train.labels) + of(test.labels), of(all.labels));
  }
  const sum = (x: Float32Array) => x.reduce((a, b) => a + b, 0);
  assert.equal(sum(train.images) + sum(test.images), sum(all.images));
});

Deno.test("law: the scalings are level / 16 and level ≥ 8, and each call gives fresh arrays", () => {
  const levels = digits("test", { scaling: "levels" }).images;
  const binary = digits("test", { scaling: "binary" }).images;
  assert.deepEqual(digits("test").images, levels.map((v) => v / 16));
  assert.deepEqual(binary, levels.map((v) => v < 8 ? 0 : 1));
  digits("test").images.fill(7);
  assert.equal(digits("test").images.some((v) => v > 1), false);
});

Deno.test("edge: an unknown part or scaling is refused and the allowed ones are named", () => {
  assert.throws(() => digits("valid" as DigitPart), {
    name: "RangeError",
    message: /train \| test \| all, got valid/,
  });
  assert.throws(() => digits("all", { scaling: "255" as DigitScaling }), {
    name: "RangeError",
    message: /levels \| unit \| binary, got 255/,
  });
});
