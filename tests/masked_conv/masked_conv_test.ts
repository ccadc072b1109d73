import assert from "node:assert/strict";
import fc from "fast-check";
import reference from "../../data/masked_conv.json" with { type: "json" };
import {
  allPixels,
  blindFraction,
  blindFractionFormula,
  blindSpot,
  dividePast,
  type FieldOptions,
  inputGradient,
  inputGradientsOfAll,
  isPast,
  jacobianField,
  type LayerKind,
  mask,
  maskedConv2d,
  type MaskKind,
  minkowskiField,
  pathCounts,
  pathThrough,
  pictureOf,
  type Pixel,
  pixelName,
  pixelNamed,
  pixelsOf,
  propagatedField,
  receptiveField,
  twoStackBlindSpot,
  twoStackField,
} from "lib/masked_conv/mod.ts";
import { correlate } from "lib/masked_conv/conv.ts";
import { inputGradients } from "lib/masked_conv/jacobian.ts";
import { type Tensor4D, tf } from "lib/masked_conv/tf.ts";
import { random } from "lib/math/random.ts";

/** float32 against float64 or another order of summation: a few hundred terms of size about 1. */
const float32 = 1e-4;

const stacksOf = (kinds: readonly LayerKind[], depth: number): LayerKind[][] =>
  depth === 0 ? [[]] : stacksOf(kinds, depth - 1).flatMap((stack) => kinds.map((kind) => [...stack, kind]));
const upTo = (depth: number, kinds: readonly LayerKind[] = ["A", "B"]) =>
  Array.from({ length: depth + 1 }, (_, d) => stacksOf(kinds, d)).flat();
const names = (pixels: Pixel[]) => pixels.map(pixelName).join(" ");
const at = (name: string) => pixelNamed(name);
const field = (masks: string, target = "33", more: Partial<FieldOptions> = {}) =>
  receptiveField({ masks: [...masks] as MaskKind[], grid: 5, target: at(target), ...more });
const seen = (...args: Parameters<typeof field>) => names(pixelsOf(field(...args)));
const support = (grid: number[][]) => grid.map((line) => line.map((x) => x === 0 ? 0 : 1));
const flat = (picture: number[][]) => pictureOf(picture).join("");

Deno.test("reference: the four answers, path by path", () => {
  for (const [masks, counts] of Object.entries(reference.paths33)) {
    const options = { masks: [...masks] as MaskKind[], grid: 5, target: at("33") };
    assert.deepEqual(pathCounts(options), counts);
    assert.deepEqual(inputGradient(options), counts);
  }
  assert.deepEqual(pictureOf(field("AA")), ["11111", "11100", "10000", "00000", "00000"]);
  for (const masks of ["AB", "BA"]) {
    assert.deepEqual(pictureOf(field(masks)), ["11111", "11110", "11000", "00000", "00000"]);
  }
  assert.deepEqual(pictureOf(field("BB")), ["11111", "11110", "11100", "00000", "00000"]);
});

Deno.test("reference: 25 targets × 30 stacks × kernels 3 and 5, by three routes", () => {
  for (const [kernel, byStack] of Object.entries(reference.fields)) {
    for (const [masks, pictures] of Object.entries(byStack)) {
      const stack = { masks: [...masks] as MaskKind[], grid: 5, kernel: Number(kernel) };
      const slopes = inputGradientsOfAll(stack);
      allPixels(5).forEach((target, i) => {
        assert.equal(flat(minkowskiField({ ...stack, target })), pictures[i]);
        assert.equal(flat(propagatedField({ ...stack, target })), pictures[i]);
        assert.equal(flat(slopes[i]), pictures[i]);
      });
    }
  }
});

Deno.test("reference: flipped kernels, unmasked layers, other sizes", () => {
  for (const [masks, pictures] of Object.entries(reference.flipped)) {
    const stack = { masks: [...masks] as MaskKind[], grid: 5, flip: true };
    allPixels(5).forEach((target, i) => {
      assert.equal(flat(minkowskiField({ ...stack, target })), pictures[i]);
      assert.equal(flat(receptiveField({ ...stack, target })), pictures[i]);
      assert.equal(flat(jacobianField({ ...stack, target })), pictures[i]);
    });
  }
  for (const { masks, grid, kernel, flip, fields } of reference.mixed) {
    const stack = { masks: masks as LayerKind[], grid, kernel, flip };
    const { length } = masks;
    const slopes = kernel ** (2 * length) <= 2 ** 24 ? inputGradientsOfAll(stack) : undefined;
    allPixels(grid).forEach((target, i) => {
      assert.equal(flat(propagatedField({ ...stack, target })), fields[i]);
      if (slopes) assert.equal(flat(slopes[i]), fields[i]);
    });
  }
});

Deno.test("second engine: three routes on grids 1, 2, 3, 5, 7, all stacks of at most 4 layers", () => {
  for (const kernel of [3, 5]) {
    for (const grid of [1, 2, 3, 5, 7]) {
      for (const masks of upTo(4)) {
        const stack = { masks, grid, kernel }, slopes = inputGradientsOfAll(stack);
        allPixels(grid).forEach((target, i) => {
          const counts = pathCounts({ ...stack, target });
          assert.deepEqual(slopes[i], counts);
          const expected = support(counts);
          assert.deepEqual(propagatedField({ ...stack, target }), expected);
          const sum = minkowskiField({ ...stack, target });
          if (grid === 1 || grid > kernel >> 1) assert.deepEqual(sum, expected);
          else assert(sum.flat().every((x, p) => x >= expected.flat()[p]));
        });
      }
    }
  }
});

Deno.test("edge: on fewer columns than ⌊k/2⌋ + 1 the sum of offsets is too large, and so it is beside unmasked layers", () => {
  const narrow: FieldOptions = { masks: ["A", "A"], grid: 2, kernel: 5, target: [1, 0] };
  assert.deepEqual(pictureOf(minkowskiField(narrow)), ["11", "00"]);
  assert.deepEqual(pictureOf(propagatedField(narrow)), ["10", "00"]);
  assert.deepEqual(pictureOf(jacobianField(narrow)), ["10", "00"]);
  const corner: FieldOptions = { masks: ["A", "none"], grid: 5, target: at("15") };
  assert.equal(minkowskiField(corner)[1][4], 1);
  assert.equal(propagatedField(corner)[1][4], 0);
  assert.equal(jacobianField(corner)[1][4], 0);
});

Deno.test("law: random stacks, sizes, kernels 3 and 5: three routes agree, also with positive weights and a gate", () => {
  const cases = fc.record({
    masks: fc.array(fc.constantFrom<MaskKind>("A", "B"), { maxLength: 5 }),
    grid: fc.integer({ min: 3, max: 9 }),
    kernel: fc.constantFrom(3, 5),
    flip: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });
  fc.assert(
    fc.property(cases, ({ seed, ...stack }) => {
      const chance = random(seed), target: Pixel = [chance.integer(stack.grid), chance.integer(stack.grid)];
      const expected = propagatedField({ ...stack, target });
      assert.deepEqual(minkowskiField({ ...stack, target }), expected);
      const generic = {
        weight: () => chance.uniform(0.1, 1) / stack.kernel ** 2,
        pixel: () => chance.uniform(-1, 1),
        activation: (x: Tensor4D) => tf.softplus<Tensor4D>(x),
      };
      assert.deepEqual(jacobianField({ ...stack, target, ...generic }), expected);
    }),
    { numRuns: 200, seed: 33 },
  );
});

Deno.test("law: the order of A and B does not matter, on any grid, with any kernel", () => {
  for (const kernel of [3, 5, 7]) {
    for (const grid of [1, 2, 3, 5, 7]) {
      const byContent = new Map<string, number[][][]>();
      for (const masks of upTo(4)) {
        const fields = allPixels(grid).map((target) => receptiveField({ masks, grid, kernel, target }));
        const content = [...masks].sort().join("");
        assert.deepEqual(fields, byContent.get(content) ?? fields);
        byContent.set(content, fields);
      }
    }
  }
  const corner = { grid: 5, target: at("11") };
  assert.notDeepEqual(
    receptiveField({ ...corner, masks: ["A", "none"] }),
    receptiveField({ ...corner, masks: ["none", "A"] }),
  );
});

Deno.test("law: nothing leaks exactly when a layer is of type A, else the target alone", () => {
  for (const grid of [1, 2, 3, 5, 7]) {
    for (const masks of upTo(4)) {
      for (const target of allPixels(grid)) {
        const leaks = pixelsOf(receptiveField({ masks, grid, target })).filter((p) => !isPast(p, target));
        assert.deepEqual(leaks, masks.includes("A") ? [] : [target]);
      }
    }
  }
});

Deno.test("law: masks: B = A + centre, (k² ± 1)/2 ones, and a path makes exactly as many moves as there are A", () => {
  assert.deepEqual(mask("A", 3), [[1, 1, 1], [1, 0, 0], [0, 0, 0]]);
  assert.deepEqual(mask("B", 3), [[1, 1, 1], [1, 1, 0], [0, 0, 0]]);
  assert.deepEqual([mask("A", 1), mask("B", 1)], [[[0]], [[1]]]);
  for (const k of [1, 3, 5, 7, 9]) {
    const A = mask("A", k).flat(), B = mask("B", k).flat();
    assert.deepEqual(B.map((x, i) => x - A[i]), A.map((_, i) => i === (k * k - 1) / 2 ? 1 : 0));
    assert.equal(A.reduce((sum, x) => sum + x), (k * k - 1) / 2);
  }
  assert.equal(seen("AAA"), "11 12 13 14 21 22");
  assert.equal(seen("AAAAAAAA"), "");
});

Deno.test("law: blind spot of A B … B: {25} at 33 for every depth; above, ⌊k/2⌋ columns a row", () => {
  for (let depth = 2; depth <= 8; depth++) {
    const masks: MaskKind[] = ["A", ...new Array<MaskKind>(depth - 1).fill("B")];
    assert.equal(names(blindSpot({ masks, grid: 5, target: at("33") })), "25");
  }
  for (const kernel of [3, 5, 7]) {
    const r = kernel >> 1, masks: MaskKind[] = ["A", "B", "B"], grid = 6 * r + 1;
    const spot = blindSpot({ masks, grid, kernel, target: [3 * r, 3 * r] });
    const wedge = allPixels(grid).filter(([i, j]) => i < 3 * r && j - 3 * r > r * (3 * r - i));
    assert.deepEqual(spot, wedge);
  }
  assert.equal(names(blindSpot({ masks: ["A", "A"], grid: 5, target: at("33") })), "24 25 32");
  assert.deepEqual(blindSpot({ masks: [], grid: 5, target: at("33") }), []);
});

Deno.test("reference: the blind fraction tends to a quarter", () => {
  const expected = ["0", "1/12", "1/8", "3/20", "7/36", "15/68"];
  for (const [kernel, fractions] of Object.entries(reference.blindFractions)) {
    Object.entries(fractions).forEach(([depth, fraction], i) => {
      const options = { layers: Number(depth), kernel: Number(kernel) };
      assert.equal(blindFraction(options).toFraction(), fraction);
      assert.equal(blindFractionFormula(options).toFraction(), fraction);
      if (kernel === "3") assert.equal(fraction, expected[i]);
    });
  }
});

Deno.test("law: border targets of AB; too shallow is cured by depth, blind is not", () => {
  assert.equal(seen("AB", "11"), "");
  assert.equal(seen("AB", "13"), "11 12");
  assert.equal(seen("AB", "15"), "13 14");
  assert.equal(seen("AB", "51"), "31 32 33 41 42");
  assert.equal(seen("AB", "55"), "33 34 35 43 44 45 53 54");
  for (const masks of [["A", "B"], ["A", "A"], ["B", "B"]] as MaskKind[][]) {
    for (const target of allPixels(5)) {
      const past = dividePast({ masks, grid: 5, target });
      const deep = [...masks, ...new Array<MaskKind>(12).fill("B")];
      const ever = receptiveField({ masks: deep, grid: 5, target });
      assert.deepEqual(
        [...past.seen, ...past.tooShallow].sort(),
        pixelsOf(ever).filter((p) => isPast(p, target)).sort(),
      );
      assert.equal(past.seen.length + past.tooShallow.length + past.blind.length, 5 * target[0] + target[1]);
    }
  }
  const corner = dividePast({ masks: ["A", "B"], grid: 5, target: at("15") });
  assert.deepEqual([names(corner.tooShallow), names(corner.blind)], ["11 12", ""]);
  assert.equal(names(dividePast({ masks: ["A", "B"], grid: 5, target: at("33") }).blind), "25");
});

Deno.test("law: a flipped kernel shows the field's point reflection: no pixel of the past", () => {
  for (const masks of upTo(3)) {
    for (const target of allPixels(5)) {
      const straight = receptiveField({ masks, grid: 5, target: [4 - target[0], 4 - target[1]] });
      const flipped = receptiveField({ masks, grid: 5, target, flip: true });
      assert.deepEqual(flipped, [...straight].reverse().map((line) => [...line].reverse()));
      assert(pixelsOf(flipped).every((p) => !isPast(p, target)));
    }
  }
  assert.equal(pictureOf(field("BB", "33", { flip: true }))[2], "00111");
});

Deno.test("law: at 33 of the 5 × 5 grid a third B changes none of the answers, a third A or an unmasked one does", () => {
  for (const [first, second] of ["AA", "AB", "BA", "BB"]) {
    const two: LayerKind[] = [first as MaskKind, second as MaskKind];
    const third = (kind: LayerKind, grid = 5) =>
      receptiveField({ masks: [...two, kind], grid, target: [grid >> 1, grid >> 1] });
    const answer = receptiveField({ masks: two, grid: 5, target: at("33") });
    assert.deepEqual(third("B"), answer);
    assert.notDeepEqual(third("A"), answer);
    assert.notDeepEqual(third("none"), answer);
    assert.notDeepEqual(third("B", 7), receptiveField({ masks: two, grid: 7, target: [3, 3] }));
  }
});

Deno.test("law: a path goes through the layers by moves the masks allow, and exists exactly inside the field", () => {
  for (const masks of upTo(4, ["A", "B"])) {
    for (const flip of [false, true]) {
      const options = { masks, grid: 4, target: [2, 1] as Pixel, flip };
      const inside = receptiveField(options);
      for (const from of allPixels(4)) {
        const path = pathThrough({ ...options, from });
        assert.equal(path !== null, inside[from[0]][from[1]] === 1);
        if (path === null) continue;
        assert.deepEqual([path[0], path.at(-1), path.length], [from, options.target, masks.length + 1]);
        masks.forEach((kind, l) => {
          const [down, right] = [0, 1].map((axis) => (path[l][axis] - path[l + 1][axis]) * (flip ? -1 : 1));
          assert.equal(mask(kind as MaskKind, 3)[1 + down][1 + right], 1);
        });
      }
    }
  }
});

Deno.test("law: two stacks see the whole past of their box, at every depth, from every target", () => {
  for (const kernel of [1, 3, 5]) {
    for (const grid of [1, 2, 5, 8]) {
      for (const layers of [1, 2, 3, 5, 9, 20]) {
        const reach = layers * (kernel >> 1);
        for (const target of allPixels(grid)) {
          const options = { layers, grid, kernel, target };
          const box = allPixels(grid).filter(([i, j]) =>
            i < target[0] && target[0] - i <= reach + 1 && Math.abs(j - target[1]) <= reach ||
            i === target[0] && j < target[1] && target[1] - j <= reach
          );
          assert.deepEqual(pixelsOf(twoStackField(options)), box);
          assert.deepEqual(twoStackBlindSpot(options), []);
        }
      }
    }
  }
});

Deno.test("reference: two stacks, against impulses pushed forward", () => {
  for (const [key, pictures] of Object.entries(reference.twoStack)) {
    const [kernel, layers] = key.split(",").map(Number);
    allPixels(6).forEach((target, i) => {
      const options = { layers, grid: 6, kernel, target };
      assert.equal(flat(twoStackField(options)), pictures[i]);
    });
  }
});

Deno.test("reference: maskedConv2d on whole numbers, exactly", () => {
  const { images, kernel, ...convolved } = reference.convolution;
  for (const kind of ["A", "B"] as const) {
    const y = tf.tidy(() =>
      maskedConv2d(tf.tensor4d(images), tf.tensor4d(kernel), kind).transpose([0, 3, 1, 2]).arraySync()
    );
    assert.deepEqual(y, convolved[kind]);
  }
});

Deno.test("second engine: maskedConv2d and both gradients, against tfjs's own conv2d", () => {
  const largest = (a: tf.Tensor, b: tf.Tensor) =>
    a.size === 0 ? 0 : tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
  const shapes: [number, number, number, number][] = [[2, 5, 4, 3], [1, 1, 1, 1], [3, 2, 7, 2], [0, 5, 5, 2]];
  for (const [index, shape] of shapes.entries()) {
    for (const k of [1, 3, 5]) {
      for (const kind of ["A", "B"] as const) {
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", index + 1);
          const K = tf.randomNormal<tf.Rank.R4>([k, k, shape[3], 2], 0, 1, "float32", index + 7);
          const taps = tf.tensor4d(mask(kind, k).flat(), [k, k, 1, 1]);
          const ours = (u: tf.Tensor, v: tf.Tensor) => maskedConv2d(u as Tensor4D, v as Tensor4D, kind);
          const theirs = (u: tf.Tensor, v: tf.Tensor) =>
            tf.conv2d(u as Tensor4D, tf.mul<Tensor4D>(v, taps), 1, "same");
          assert(largest(ours(x, K), theirs(x, K)) <= float32);
          const slopes = [ours, theirs].map((f) => tf.grads((u, v) => tf.sum(tf.sin(f(u, v))))([x, K]));
          slopes[0].forEach((slope, i) => assert(largest(slope, slopes[1][i]) <= float32));
          const curved = [ours, theirs].map((f) => {
            const slope = tf.grad((u: tf.Tensor) => tf.sum(tf.sin(f(u, K))));
            return tf.grad((u) => tf.sum(tf.square(slope(u))))(x);
          });
          assert(largest(curved[0], curved[1]) <= 10 * float32);
        });
      }
    }
  }
});

Deno.test("law: maskedConv2d gives one new tensor, keeps its inputs, and its gradient leaks nothing", () => {
  const x = tf.ones<tf.Rank.R4>([2, 5, 5, 3]), K = tf.ones<tf.Rank.R4>([3, 3, 3, 4]);
  const before = tf.memory().numTensors;
  const y = maskedConv2d(x, K, "A");
  assert.equal(tf.memory().numTensors, before + 1);
  assert.deepEqual(y.shape, [2, 5, 5, 4]);
  y.dispose();
  const slopes = tf.grads((u, v) => tf.sum(maskedConv2d(u as Tensor4D, v as Tensor4D, "A")))([x, K]);
  assert.equal(tf.memory().numTensors, before + 2);
  assert.deepEqual(
    tf.tidy(() => tf.sum(tf.notEqual(slopes[1], 0), [2, 3]).arraySync()),
    mask("A", 3).map((line) => line.map((tap) => 12 * tap)),
  );
  tf.dispose([x, K, ...slopes]);
  assert.equal(tf.memory().numTensors, before - 2);
});

Deno.test("law: the routes through tensors leave no tensor behind, also when they throw", () => {
  const before = tf.memory().numTensors;
  inputGradientsOfAll({ masks: ["A", "B"], grid: 5 });
  assert.throws(
    () => inputGradient({ masks: ["B", "B"], grid: 3, target: [1, 1], weight: () => 1e30 }),
    /finite/,
  );
  assert.equal(tf.memory().numTensors, before);
});

/** The field of a stack of arbitrary kernels of zeros and ones, by differentiation. */
function fieldOfKernels(kernels: number[][][], grid: number, target: Pixel): number[][] {
  const image = new Array(grid).fill(new Array(grid).fill(1));
  const network = (x: Tensor4D) =>
    kernels.reduce((h, K) => correlate(h, tf.tensor4d(K.flat(), [K.length, K.length, 1, 1])), x);
  return support(inputGradients(network, image, [{ pixel: target }])[0]);
}

Deno.test("mutant: broken masks are told from the field at some target", () => {
  const A = mask("A", 3), B = mask("B", 3);
  const isField = (first: number[][], second: number[][]) =>
    allPixels(5).every((target) =>
      JSON.stringify(fieldOfKernels([first, second], 5, target)) ===
        JSON.stringify(receptiveField({ masks: ["A", "B"], grid: 5, target }))
    );
  assert(isField(A, B));
  assert(!isField(A, [[1, 1, 1], [1, 1, 0], [1, 1, 1]]), "B that zeroes in the centre row only");
  assert(!isField([[0, 0, 0], [1, 0, 0], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 0]]), "first row cut");
  assert(!isField([[0, 0, 0], [0, 0, 1], [1, 1, 1]], [[0, 0, 0], [0, 1, 1], [1, 1, 1]]), "order reversed");
  assert(!isField(B, B), "B first");
});

Deno.test("mutant: weights of both signs with ReLU lose pixels of the field", () => {
  const n = 100;
  const lost = Array.from({ length: n }, (_, seed) => {
    const chance = random(seed);
    const options: FieldOptions = { masks: ["A", "B"], grid: 5, target: at("33") };
    const alive = jacobianField({
      ...options,
      weight: () => chance.normal(),
      activation: (x: Tensor4D) => tf.relu<Tensor4D>(x),
    });
    return pixelsOf(receptiveField(options)).filter(([i, j]) => alive[i][j] === 0).length;
  });
  // The target's own unit is dead for about every second set of weights; four standard errors below that.
  assert(lost.filter((pixels) => pixels > 0).length > n / 2 - 4 * Math.sqrt(n) / 2);
});

Deno.test("law: a kernel for each layer: three routes agree, and one size for all is the same list", () => {
  const chance = random(7);
  for (let i = 0; i < 60; i++) {
    const depth = 1 + chance.integer(4), masks = chance.list(depth, () => chance.pick(["A", "B"] as const));
    const kernel = chance.list(depth, () => chance.pick([1, 3, 5, 7])), grid = 7 + chance.integer(4);
    const target: Pixel = [chance.integer(grid), chance.integer(grid)],
      options = { masks, grid, kernel, target };
    const right = receptiveField(options);
    // The one sum knows nothing of borders: it may be too large there, and is the field far from them.
    minkowskiField(options).forEach((row, r) => row.forEach((x, c) => assert.ok(x >= right[r][c])));
    const inside = { ...options, grid: 25, target: [12, 12] as const };
    assert.deepEqual(minkowskiField(inside), receptiveField(inside));
    assert.deepEqual(pathCounts(options).map((row) => row.map((x) => x > 0 ? 1 : 0)), right);
    const drawn = jacobianField({ ...options, weight: () => chance.uniform(0.5, 1) });
    assert.deepEqual(drawn.map((row) => row.map((x) => x > 0 ? 1 : 0)), right);
    const [size] = kernel, same = masks.map(() => size);
    assert.deepEqual(
      receptiveField({ ...options, kernel: same }),
      receptiveField({ ...options, kernel: size }),
    );
    const unmasked = receptiveField({ ...options, masks: masks.map(() => "none" as const) });
    const blind = pixelsOf(unmasked).filter((p) => isPast(p, target) && right[p[0]][p[1]] === 0);
    assert.deepEqual(blindSpot(options), blind);
    assert.equal(dividePast(options).blind.every(([r, c]) => right[r][c] === 0), true);
  }
});

Deno.test("edge: the notebook's own 7A and 3B, and a list that does not fit the layers", () => {
  const options = { masks: ["A", "B", "B"] as const, grid: 8, kernel: [7, 3, 3], target: [4, 4] as const };
  // 7A sees three rows up and three columns to each side, each 3B one more of both; to the right never in its own row.
  assert.deepEqual(pictureOf(receptiveField(options))[4], "11110000");
  assert.deepEqual(pictureOf(receptiveField({ ...options, grid: 13, target: [6, 6] })), [
    ...["0000000000000", "0111111111110", "0111111111110", "0111111111110", "0111111111100", "0111111111000"],
    ...["0111110000000", ...Array(6).fill("0000000000000")],
  ]);
  assert.throws(() => receptiveField({ ...options, kernel: [7, 3] }), /one for each of 3 layers, got 2/);
  assert.throws(() => receptiveField({ ...options, kernel: [7, 3, 4] }), /odd kernel size.*got 4/);
  assert.throws(() => blindSpot({ ...options, kernel: [] }), /one for each of 3 layers, got 0/);
});
