import assert from "node:assert/strict";
import {
  blindFraction,
  blindSpot,
  dividePast,
  inputGradient,
  inputGradientsOfAll,
  jacobianField,
  mask,
  maskedConv2d,
  minkowskiField,
  offsets,
  pathCounts,
  pathThrough,
  pictureOf,
  pixelName,
  pixelNamed,
  propagatedField,
  receptiveField,
  twoStackField,
} from "lib/masked_conv/mod.ts";
import { inputGradients } from "lib/masked_conv/jacobian.ts";
import { type MaskKind } from "lib/masked_conv/mask.ts";
import { oddity } from "lib/masked_conv/oddity.ts";
import { type Tensor4D, tf } from "lib/masked_conv/tf.ts";

/** Values of every wrong type, as a program without types may pass them. */
const alien = [
  undefined,
  null,
  NaN,
  Infinity,
  "",
  "x",
  {},
  [],
  () => 1,
  Symbol("s"),
  3n,
  true,
  new Date(NaN),
];

/** Calls f with arguments the types forbid; what it throws must be ours. */
function refuses(f: unknown, args: unknown[], words: RegExp = /got/): void {
  assert.throws(() => Reflect.apply(f as (...all: unknown[]) => unknown, undefined, args), (error) => {
    assert(error instanceof RangeError || error instanceof TypeError, String(error));
    assert.match(error.message, /^Cannot [a-z].*: expected .*, got .*[^.]$/s);
    assert.match(error.message, words);
    return true;
  });
}

const routes = {
  receptiveField,
  propagatedField,
  minkowskiField,
  jacobianField,
  inputGradient,
  pathCounts,
  blindSpot,
  dividePast,
};
const good = { masks: ["A", "B"], grid: 5, target: [2, 2] };

Deno.test("edge: E19 an unknown mask kind names the kinds there are, and never falls through to B", () => {
  for (const kind of ["C", "a", "", "b", "AB", "none"]) refuses(mask, [kind, 3], /"A" \| "B", got "/);
  for (const kind of alien.filter((x) => typeof x !== "string")) refuses(mask, [kind, 3], /"A" \| "B"/);
  for (const route of Object.values(routes)) {
    for (const kind of ["C", "a", "", undefined, null, 1]) {
      refuses(route, [{ ...good, masks: ["A", kind] }], /"A" \| "B" \| "none"/);
    }
  }
  const x = tf.ones([1, 3, 3, 1]), K = tf.ones([3, 3, 1, 1]);
  for (const kind of ["C", "a", "", undefined, "none"]) refuses(maskedConv2d, [x, K, kind], /"A" \| "B"/);
  tf.dispose([x, K]);
});

Deno.test("edge: E20 kernels without a centre are refused", () => {
  const faults: [unknown, RegExp][] = [
    [2, /odd/],
    [0, /in 1 … 1023/],
    [-3, /negative.*-3/],
    [2.5, /whole.*2\.5/],
    [NaN, /finite.*NaN/],
    [Infinity, /finite.*Infinity/],
    ["3", /whole number.*"3"/],
    [[3, 5], /whole number.*array of 2/],
    [null, /null/],
  ];
  for (const [kernel, words] of faults) {
    refuses(mask, ["A", kernel], words);
    refuses(offsets, ["B", kernel], words);
    // A stack takes a list, one size a layer: each of them is checked.
    if (!Array.isArray(kernel)) {
      for (const route of Object.values(routes)) {
        refuses(route, [{ ...good, kernel }], words);
        refuses(route, [{ ...good, kernel: good.masks.map(() => kernel) }], words);
      }
    }
    refuses(twoStackField, [{ layers: 2, grid: 5, target: [2, 2], kernel }], words);
    refuses(blindFraction, [{ layers: 2, kernel }], words);
  }
  const x = tf.ones([1, 4, 4, 1]);
  for (const [rows, columns] of [[2, 2], [3, 5], [0, 0], [4, 4]]) {
    const K = tf.ones([rows, columns, 1, 1]);
    refuses(maskedConv2d, [x, K, "A"], new RegExp(`square.*1,4,4,1.*${rows},${columns},1,1`));
    K.dispose();
  }
  x.dispose();
});

Deno.test("edge: E21 targets off the grid are refused, and no index wraps", () => {
  const targets: [unknown, RegExp][] = [
    [[-1, 0], /negative.*row index.*-1/],
    [[0, -1], /negative.*column index.*-1/],
    [[5, 0], /5 × 5 grid.*got 5/],
    [[0, 5], /column index.*got 5/],
    [[1.5, 0], /whole.*1\.5/],
    [[NaN, 0], /finite.*NaN/],
    [["2", 2], /"2"/],
    [[2], /\[row, column\]/],
    [[2, 2, 2], /\[row, column\]/],
    ["33", /\[row, column\].*"33"/],
    [undefined, /\[row, column\].*undefined/],
    [12, /\[row, column\].*12/],
  ];
  for (const [target, words] of targets) {
    for (const route of Object.values(routes)) refuses(route, [{ ...good, target }], words);
    refuses(twoStackField, [{ layers: 2, grid: 5, target }], words);
    refuses(pathThrough, [{ ...good, from: target }], words);
  }
});

Deno.test("edge: no layers: the output is the input, and the field its own pixel", () => {
  const options = { masks: [], grid: 3, target: [1, 2] as [number, number] };
  for (const route of [receptiveField, minkowskiField, propagatedField, jacobianField, pathCounts]) {
    assert.deepEqual(pictureOf(route(options)), ["000", "001", "000"]);
  }
  assert.deepEqual(pathThrough({ ...options, from: [1, 2] }), [[1, 2]]);
  assert.deepEqual(blindSpot(options), []);
});

Deno.test("edge: grids, lists and options of other types are refused by name", () => {
  for (const route of Object.values(routes)) {
    for (const options of [undefined, null, 3, "AB", []]) refuses(route, [options], /options/);
    for (const grid of [0, -1, 2.5, NaN, Infinity, "5", undefined, 1e9]) {
      refuses(route, [{ ...good, grid }], /grid/);
    }
    for (const masks of [undefined, "AB", null, 2, {}]) {
      refuses(route, [{ ...good, masks }], /masks as a list/);
    }
    refuses(route, [{ ...good, flip: "yes" }], /flip/);
  }
  refuses(inputGradientsOfAll, [{ masks: ["A"], grid: 0 }], /grid/);
  for (const layers of [0, -1, 1.5, NaN, "2", undefined]) {
    refuses(twoStackField, [{ layers, grid: 5, target: [2, 2] }], /layers/);
    refuses(blindFraction, [{ layers }], /layers/);
  }
  refuses(twoStackField, [undefined], /options/);
  for (const name of ["weight", "pixel", "activation"]) {
    refuses(inputGradient, [{ ...good, [name]: 3 }], /function/);
  }
  refuses(inputGradient, [{ ...good, weight: () => NaN }], /finite number weight.*NaN/);
  refuses(inputGradient, [{ ...good, masks: new Array(12).fill("B") }], /2²⁴ paths/);
  refuses(pathCounts, [{ ...good, masks: new Array(40).fill("B") }], /2⁵³/);
});

Deno.test("edge: typed arrays are read, arguments are not changed", () => {
  const masks = Object.freeze(["A", "B"] as const), target = Int32Array.of(2, 2);
  const options = Object.freeze({ masks, grid: 5, target: target as unknown as [number, number] });
  assert.deepEqual(receptiveField(options), receptiveField({ masks, grid: 5, target: [2, 2] }));
  assert.deepEqual([...target], [2, 2]);
});

Deno.test("edge: names of pixels", () => {
  assert.deepEqual([pixelName([2, 2]), pixelName([0, 8]), pixelName([9, 0])], ["33", "19", "10,1"]);
  for (const pixel of [[0, 0], [8, 8], [9, 9], [0, 31]] as [number, number][]) {
    assert.deepEqual(pixelNamed(pixelName(pixel)), pixel);
  }
  for (const pixel of [[-1, 0], [0, 1.5], [NaN, 0], "33", 33, undefined, [1]]) refuses(pixelName, [pixel]);
  for (const name of ["", "3", "03", "333", "0,1", 33, undefined]) refuses(pixelNamed, [name], /name/);
});

Deno.test("edge: tensors of other ranks, types and channels are refused with both shapes; a batch of 0 passes", () => {
  const x = tf.ones([2, 5, 5, 3]), K = tf.ones([3, 3, 3, 4]), before = tf.memory().numTensors;
  const wrong = [tf.ones([5, 5, 3]), tf.ones([5, 5]), tf.scalar(1), tf.ones([2, 5, 5, 2])];
  for (const t of wrong) {
    refuses(maskedConv2d, [t, K, "A"], new RegExp(`shape \\[${t.shape}\\].*shape \\[3,3,3,4\\]`));
  }
  refuses(maskedConv2d, [x, wrong[0], "A"], /shape \[2,5,5,3\].*shape \[5,5,3\]/);
  for (const value of [...alien, [[1]], new Float32Array(9)]) {
    refuses(maskedConv2d, [value, K, "A"], /a tensor as images/);
    refuses(maskedConv2d, [x, value, "A"], /a tensor as kernel/);
  }
  const whole = tf.ones([2, 5, 5, 3], "int32");
  refuses(maskedConv2d, [whole, K, "A"], /float32.*int32/);
  tf.dispose([...wrong, whole]);
  refuses(maskedConv2d, [wrong[0], K, "A"], /disposed/);
  const none = tf.zeros([0, 5, 5, 3]), y = maskedConv2d(none as Tensor4D, K as Tensor4D, "A");
  assert.deepEqual(y.shape, [0, 5, 5, 4]);
  tf.dispose([none, y]);
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([x, K]);
});

Deno.test("edge: a network to differentiate must be one, with the outputs asked for", () => {
  const same = (x: Tensor4D) => tf.mul<Tensor4D>(x, 2), image = [[1, 2], [3, 4]], one = [{ pixel: [0, 1] }];
  assert.deepEqual(inputGradients(same, image, [{ pixel: [0, 1] }]), [[[0, 2], [0, 0]]]);
  for (const network of [undefined, 3, {}]) {
    refuses(inputGradients, [network, image, one], /function network/);
  }
  for (const wrong of [undefined, 3, [], [1, 2], [[1], [2, 3]], [[1, NaN]], [["1"]]]) {
    refuses(inputGradients, [same, wrong, one], /rows/);
  }
  for (const outputs of [undefined, [], [undefined], [{ pixel: [2, 0] }], [{ pixel: [0, 0], channel: 1 }]]) {
    refuses(inputGradients, [same, image, outputs], /output|grid/);
  }
  refuses(inputGradients, [(x: Tensor4D) => tf.sum(x), image, one], /\[1,rows,columns,channels\], got \[\]/);
});

Deno.test("law: no field of any setting that may be asked about is odd", () => {
  for (const kernel of [3, 5, 7]) {
    for (let grid = 3; grid <= 9; grid++) {
      for (let row = 1; row < grid; row++) {
        for (let column = 1; column < grid - (kernel >> 1); column++) {
          const setting = { grid, kernel, target: [row, column] as const };
          for (const [first, second] of ["AA", "AB", "BA", "BB"]) {
            const field = receptiveField({
              ...setting,
              masks: [first, second] as MaskKind[],
              target: [row, column],
            });
            assert.equal(oddity(field, setting), undefined, JSON.stringify([setting, first + second]));
          }
        }
      }
    }
  }
});
