import assert from "node:assert/strict";
import fc from "fast-check";
import { setThreads, tf } from "lib/tensor/mod.ts";
import { setPanelWidth, share } from "../../lib/tensor/dispatch.ts";
import { mapBuilders, type MapName, maps } from "../../lib/tensor/kernels/elementwise.ts";
import { rowBuilders } from "../../lib/tensor/kernels/rows.ts";
import { pages, stageOf } from "../../lib/tensor/layout.ts";
import { assemble } from "../../lib/math/wasm.ts";
import { agree, type Data, data, toTensor } from "./engines.ts";

/** One operation in float32, two roundings at most. */
const tRounding = 4e-7;
/** Sums of products: error grows with the number of terms, values of size 1. */
const tSums = 2e-5;

const seeded = (seed: number) => (i: number) => {
  const s = Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 43758.5453;
  return 4 * (s - Math.floor(s)) - 2;
};
const special = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-40,
  -1e-40,
  1e-45,
  88.6,
  89.5,
  -87.5,
  -95,
  -103.5,
  -110,
  3e38,
  -3e38,
];
const odd = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33];

const unary: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  neg: tf.neg,
  exp: tf.exp,
  log: tf.log,
  log1p: tf.log1p,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  reciprocal: tf.reciprocal,
  square: tf.square,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  relu: tf.relu,
  relu6: tf.relu6,
  step: (x) => tf.step(x, 0.25),
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
};
const binary: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};

for (const [name, f] of Object.entries(unary)) {
  Deno.test(`second engine: ${name} on special values and odd sizes`, () => {
    agree(name, f, [data([special.length], (i) => special[i])], tRounding);
    for (const n of [0, ...odd, 1000]) agree(name, f, [data([n], (i) => 5 * seeded(n)(i))], tRounding);
  });
}

Deno.test("second engine: softplus on finite values", () => {
  // tfjs-cpu switches to x beyond a threshold and gives NaN at −Infinity for none: finite values are compared.
  const finite = special.filter((x) => Number.isFinite(x) && Math.abs(x) < 1e30);
  agree("softplus", tf.softplus, [data([finite.length], (i) => finite[i])], tRounding);
});

const dearNames = (Object.keys(maps) as MapName[]).filter((name) => maps[name].dear);

for (const name of [...dearNames, "crossEntropyRows"] as const) {
  Deno.test(`law: ${name} gives the same bits over the stage and without it, and writes nothing else`, () => {
    const memory = new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum, shared: true });
    const build = name === "crossEntropyRows" ? rowBuilders[name] : mapBuilders[name];
    const [straight, overStage] = [0, stageOf(1)].map((stage) => {
      const module = new WebAssembly.Module(assemble([build(stage)], pages));
      return new WebAssembly.Instance(module, { env: { memory } }).exports[name] as (...a: number[]) => void;
    });
    // a sum keeps nothing of its terms beside NaN or ∞
    const rare = name === "crossEntropyRows" ? [0, -0, 88.6, -95, 1e-40] : special;
    const floats = new Float32Array(memory.buffer), words = new Uint32Array(memory.buffer);
    const x = 1 << 17, y = 1 << 18, labels = 1 << 19, value = seeded(7);
    for (const n of [...odd, 119, 120, 121, 127, 128, 129, 248, 255, 256, 257, 263, 391, 784]) {
      for (let i = 0; i < 3 * n + 16; i++) {
        floats[x / 4 + i] = i % 5 === 4 ? rare[(i + n) % rare.length] : 20 * value(i);
        floats[labels / 4 + i] = i % 2;
      }
      const results = [straight, overStage].map((kernel) => {
        floats.fill(7.5, y / 4 - 64, y / 4 + 1024);
        if (name === "crossEntropyRows") kernel(labels, x, n, 3, y);
        else kernel(x, y, n);
        return words.slice(y / 4 - 64, y / 4 + 1024);
      });
      assert.deepEqual(results[1], results[0], `${n}`);
    }
  });
}

for (const [name, f] of Object.entries(binary)) {
  Deno.test(`second engine: ${name} on special pairs and every way of broadcasting`, () => {
    const n = special.length;
    agree(
      name,
      f,
      [data([n, n], (i) => special[i % n]), data([n, n], (i) => special[Math.floor(i / n)])],
      tRounding,
    );
    const shapes: [number[], number[]][] = [
      [[0], [0]],
      [[3, 0], [1, 0]],
      [[], []],
      [[5], []],
      [[], [7]],
      [[3, 5], [5]],
      [[5], [3, 5]],
      [[3, 5], [3, 1]],
      [[3, 1], [3, 5]],
      [[3, 1], [1, 5]],
      [[2, 3, 4], [3, 4]],
      [[2, 3, 4], [2, 1, 1]],
      [[2, 3, 4], [1, 3, 1]],
      [[700, 3], [3]],
      [[700, 3], [700, 1]],
      [[3, 3000], [3000]],
      [[1, 1, 5], [2, 1, 5]],
      [[2, 1, 2], [2, 2, 1]],
    ];
    for (const [a, b] of shapes) agree(name, f, [data(a, seeded(1)), data(b, seeded(2))], tRounding);
  });
}

const product = (transposeA: boolean, transposeB: boolean) => (a: tf.Tensor, b: tf.Tensor) =>
  tf.matMul(a, b, transposeA, transposeB);

function matrices(m: number, k: number, n: number, ta: boolean, tb: boolean): [Data, Data] {
  return [data(ta ? [k, m] : [m, k], seeded(m + k)), data(tb ? [n, k] : [k, n], seeded(n + 3 * k))];
}

Deno.test("law: a product's columns are the same bits, however many there are", () => {
  const size = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 3, max: 40 }),
      fc.boolean(),
      fc.boolean(),
      (m, k, n, ta, tb) => {
        tf.tidy(() => {
          const [a, b] = matrices(m, k, n, ta, tb).map(toTensor) as tf.Tensor2D[];
          const bias = tf.tensor1d(Array.from({ length: n }, (_, i) => seeded(5)(i)));
          const all = tf.fused.matMul({ a, b, transposeA: ta, transposeB: tb, bias }) as tf.Tensor2D;
          for (const few of [1, 2]) {
            const narrow = tb ? tf.slice(b, 0, [few, k]) : tf.slice(b, 0, [k, few]);
            const some = tf.fused.matMul({
              ...{ a, b: narrow, transposeA: ta, transposeB: tb, bias: tf.slice(bias, 0, few) },
            });
            assert.deepEqual(some.dataSync(), tf.slice(all, 0, [m, few]).dataSync());
          }
        });
      },
    ),
  );
});

Deno.test("second engine: matMul of any size, all four transposes, both widths, both thread counts", () => {
  const size = fc.constantFrom(0, ...odd, 64, 65, 130);
  const property = fc.property(
    size,
    size,
    size,
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom(8 as const, 16 as const),
    fc.constantFrom(1, 2),
    (m, k, n, ta, tb, width, threads) => {
      setPanelWidth(width);
      setThreads(threads);
      agree("matMul", product(ta, tb), matrices(m, k, n, ta, tb), tSums);
    },
  );
  share("everything");
  fc.assert(property, { seed: 5, numRuns: 150 });
  share("what pays");
  setThreads(2);
});

Deno.test("second engine: matMul of huge and thin shapes, and batches", () => {
  for (
    const [m, k, n] of [[1, 3000, 5], [1, 5, 3000], [3000, 5, 1], [2, 40, 700], [5000, 1, 3], [1, 1, 20000], [
      300,
      300,
      1,
    ]]
  ) {
    for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]]) {
      agree("matMul", product(ta, tb), matrices(m, k, n, ta, tb), 1e-4);
    }
  }
  agree("batch", product(false, false), [data([3, 4, 5], seeded(1)), data([3, 5, 6], seeded(2))], tSums);
  agree(
    "broadcast batch",
    product(false, true),
    [data([1, 4, 5], seeded(1)), data([3, 6, 5], seeded(2))],
    tSums,
  );
});

Deno.test("second engine: NaN and Infinity pass through matMul as in tfjs", () => {
  const a = data([5, 9], (i) => i === 7 ? NaN : i === 20 ? Infinity : 0), b = data([9, 11], (i) => i % 3);
  agree("matMul", product(false, false), [a, b], 0);
});

Deno.test("second engine: reductions over any neighbouring or scattered axes", () => {
  for (
    const shape of [[7], [1], [0, 3], [3, 0], [5, 9], [33, 2], [4, 5, 6], [2, 3, 4, 5], [2500, 3], [3, 5000]]
  ) {
    const axes = [
      undefined,
      ...shape.map((_, i) => [i]),
      ...(shape.length > 2 ? [[0, 1], [1, 2], [0, 2]] : []),
    ];
    for (const axis of axes) {
      for (const keep of [true, false]) {
        const x = data(shape, seeded(shape.length));
        agree("sum", (t) => tf.sum(t, axis, keep), [x], tSums);
        if (!shape.includes(0)) agree("mean", (t) => tf.mean(t, axis, keep), [x], tSums);
        if (!shape.includes(0)) agree("max", (t) => tf.max(t, axis, keep), [x], 0);
      }
    }
  }
  agree("max with NaN", (t) => tf.max(t, 1), [data([2, 5], (i) => i === 3 ? NaN : i)], 0);
});

Deno.test("second engine: softmax and its gradient", () => {
  for (const n of odd) {
    agree("softmax", (t) => tf.softmax(t), [data([3, n], (i) => 20 * seeded(n)(i))], tRounding);
    const weigh = (t: tf.Tensor) => tf.softmax(t).mul(tf.range(0, n)).sum();
    agree("gradient", (t) => tf.grad(weigh)(t), [data([3, n], seeded(n))], tSums);
  }
  agree(
    "overflow",
    (t) => tf.softmax(t),
    [data([2, 3], (i) => [1000, 999, -1000, -1000, -1000, -1001][i])],
    tRounding,
  );
});

Deno.test("second engine: slice, split, concat, pad, transpose, stack", () => {
  const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(shape, fc.nat(), fc.nat(), fc.nat(), (sizes, pick, from, mix) => {
      const axis = pick % sizes.length, begin = sizes.map((_, i) => i === axis ? from % sizes[i] : 0);
      const length = sizes.map((d, i) => d - begin[i]), x = data(sizes, seeded(1));
      const perm = sizes.map((_, i) => i).sort((a, b) => ((a * 7 + mix) % 5) - ((b * 7 + mix) % 5) || a - b);
      agree("slice", (t) => tf.slice(t, begin, length), [x], 0);
      agree("pad", (t) => tf.pad(t, sizes.map((_, i) => i === axis ? [1, 2] : [0, 0]), 0.5), [x], 0);
      agree("concat", (t) => tf.concat([t, tf.neg(t), t], axis), [x], 0);
      agree("split", (t) => tf.split(tf.concat([t, t], axis), 2, axis), [x], 0);
      agree("transpose", (t) => tf.transpose(t, perm), [x], 0);
    }),
    { seed: 6, numRuns: 60 },
  );
  // tf.slice refuses a scalar; the kernel copies it (tfjs-cpu's gives no number at all)
  tf.tidy(() => {
    const whole = { begin: [], size: [] } as unknown as tf.NamedAttrMap;
    assert.deepEqual([
      ...(tf.engine().runKernel("Slice", { x: tf.scalar(3) }, whole) as tf.Tensor).dataSync(),
    ], [3]);
  });
});

Deno.test("second engine: convolutions and both gradients, any size, padding, channels", () => {
  const small = fc.integer({ min: 1, max: 9 }), channels = fc.constantFrom(1, 2, 3, 5, 8, 9);
  const property = fc.property(
    small,
    small,
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    channels,
    channels,
    fc.constantFrom("same" as const, "valid" as const, 1, 0),
    fc.constantFrom(1, 2),
    fc.constantFrom(8 as const, 16 as const),
    (h, w, kh, kw, ci, co, pad, strides, width) => {
      if (pad !== "same" && (h < kh || w < kw)) return;
      setPanelWidth(width);
      const x = data([2, h, w, ci], seeded(1)), kernel = data([kh, kw, ci, co], seeded(2));
      const conv = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
      agree("conv2d", conv, [x, kernel], tSums);
      const weigh = (a: tf.Tensor, b: tf.Tensor) => conv(a, b).square().sum() as tf.Scalar;
      agree("gradients", (a, b) => tf.grads(weigh)([a, b]), [x, kernel], 2e-4);
    },
  );
  fc.assert(property, { seed: 7, numRuns: 60 });
});

Deno.test("law: a tensor used after disposal throws, saying so", () => {
  const x = tf.tensor1d([1, 2]);
  x.dispose();
  assert.throws(() => tf.add(x, 1), /disposed/);
  assert.throws(() => tf.matMul(x.as2D?.(1, 2) ?? x, x), /disposed/);
});

Deno.test("law: what dataSync returns is the reader's own", () => {
  const x = tf.tensor1d([1, 2, 3]), read = x.dataSync();
  read[0] = 99;
  assert.deepEqual([...x.dataSync()], [1, 2, 3]);
  const part = tf.slice(x, [1], [2]);
  x.dispose();
  assert.deepEqual([...part.dataSync()], [2, 3]);
  part.dispose();
});
