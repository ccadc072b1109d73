import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { adam, compile, dense, maskedConv, setThreads, tf, useNativeProducts } from "lib/tensor/mod.ts";
import { type Block, forbidden, openProducts, products, setProducts } from "lib/math/native.ts";
import { product, productWithTranspose, transposeTimes } from "lib/math/dense.ts";
import { random } from "lib/math/random.ts";
import { heap, share } from "../../lib/tensor/dispatch.ts";
import { libraryFile, tryLibrary } from "../../lib/tensor/native.ts";
import { fakeBlas, type Span } from "./fake_blas.ts";
import { trained } from "./random_training.ts";

/** The real library where set-up was asked for it; every law holds for the one in TypeScript too. */
const library: string | undefined = await Deno.readTextFile(libraryFile()).then(
  (text) => JSON.parse(text).library,
  () => undefined,
);

const drawn = (shape: number[], seed: number): tf.Tensor =>
  tf.tensor(Float32Array.from(random(seed).normals(shape.reduce((n, d) => n * d, 1))), shape);

/** Blocks that are handed out while `use` runs, and all that calls of the library touch. */
function watched<T>(use: (touched: Span[], blocks: Map<number, number>) => T): T {
  const { allocate, release } = heap, blocks = new Map<number, number>(), touched: Span[] = [];
  Object.assign(heap, {
    allocate(bytes: number) {
      const at = allocate(bytes);
      blocks.set(at, at + bytes);
      return at;
    },
    release(at: number, bytes: number) {
      blocks.delete(at);
      release(at, bytes);
    },
  });
  const inside = ([from, to]: Span) => [...blocks].some(([start, end]) => start <= from && to <= end);
  const seen = (spans: readonly Span[]) => {
    touched.push(...spans);
    for (const span of spans) assert(inside(span), `${span} is in no block`);
  };
  setThreads(1);
  setProducts(openProducts("fake", fakeBlas(heap.memory, { seen }).open));
  try {
    return use(touched, blocks);
  } finally {
    setProducts(undefined);
    setThreads(2);
    Object.assign(heap, { allocate, release });
  }
}

/** Largest difference over the largest number. */
const apart = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) /
  a.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-30);

type Make = () => tf.Tensor[];
const batched = [[[5, 40, 33], [5, 33, 41]], [[2, 1, 40, 40], [3, 40, 40]], [[64, 64], [4, 64, 64]]];
const kernels = [[3, 8, 9], [5, 4, 4], [1, 16, 8], [7, 4, 12], [3, 32, 32]];
const makers: Record<string, Make> = {
  products: () =>
    [[1, 300, 400], [300, 1, 400], [400, 300, 1], [31, 33, 65], [128, 400, 20], [200, 90, 784], [
      257,
      129,
      100,
    ]]
      .flatMap(([m, n, k]) =>
        [[false, false], [true, false], [false, true], [true, true]].map(([turnA, turnB]) =>
          tf.matMul(drawn(turnA ? [k, m] : [m, k], 1), drawn(turnB ? [n, k] : [k, n], 2), turnA, turnB)
        )
      ),
  batches: () => batched.map(([a, b]) => tf.matMul(drawn(a, 1), drawn(b, 2))),
  "nothing to add": () => [
    tf.matMul(tf.zeros([300, 0]), tf.zeros([0, 400])),
    tf.matMul(tf.zeros([0, 5]), tf.zeros([5, 400])),
  ],
  "layers with a bias": () =>
    [[64, 50, 70], [3, 200, 300]].map(([m, k, n]) =>
      dense(
        drawn([m, k], 1) as tf.Tensor2D,
        drawn([k, n], 2) as tf.Tensor2D,
        drawn([n], 3) as tf.Tensor1D,
        "tanh",
      )
    ),
  convolutions: () =>
    kernels.flatMap(([n, from, to]) =>
      (["same", "valid", 1] as const).flatMap((pad) => {
        if (pad === 1 && n < 3) return [];
        const x = drawn([3, 9, 8, from], 1), K = drawn([n, n, from, to], 2);
        const { value, grads } = tf.valueAndGrads((x: tf.Tensor, K: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, K as tf.Tensor4D, 1, pad).square().sum()
        )([x, K]);
        return [value, ...grads];
      })
    ),
  "masked convolutions": () =>
    [3, 5, 7].flatMap((n) =>
      (["A", "B"] as const).flatMap((kind) => {
        const all = [drawn([2, 6, 7, 8], 1), drawn([n, n, 8, 12], 2), drawn([12], 3)];
        const { value, grads } = tf.valueAndGrads((x: tf.Tensor, K: tf.Tensor, bias: tf.Tensor) =>
          maskedConv(x as tf.Tensor4D, K as tf.Tensor4D, kind, {
            bias: bias as tf.Tensor1D,
            activation: "sigmoid",
          })
            .square().sum()
        )(all);
        return [value, ...grads];
      })
    ),
};
const values = (make: Make) => tf.tidy(() => make().map((t) => t.dataSync<"float32">()));

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`second engine: ${name} by a library are WebAssembly's, and every address is in its block`, () => {
    setThreads(1);
    const own = values(make);
    const [found, calls] = watched((touched) => [values(make), touched.length]);
    own.forEach((a, i) => assert(apart(a, found[i]) < 2e-5, `${name} ${i}: ${apart(a, found[i])}`));
    assert(name === "nothing to add" ? calls === 0 : calls > 0);
    assert.deepEqual(values(make), own, "afterwards WebAssembly's bits again");
    setThreads(2);
  });

  Deno.test({
    name: `second engine: ${name} by OpenBLAS are WebAssembly's, the same bits with one thread and two`,
    ignore: library === undefined,
    async fn() {
      const own = values(make);
      assert.equal((await useNativeProducts()).native, true);
      try {
        const two = values(make);
        setThreads(1);
        assert.deepEqual(values(make), two);
        own.forEach((a, i) => assert(apart(a, two[i]) < 2e-5, `${name} ${i}: ${apart(a, two[i])}`));
      } finally {
        setProducts(undefined);
        setThreads(2);
      }
      assert.deepEqual(values(make), own, "afterwards WebAssembly's bits again");
    },
  });
}

const nets = Deno.env.get("LONG") === "1" ? 500 : 25;

Deno.test("law: a compiled step cuts the products of a library at the same rows, and every address is in its block", () => {
  for (const how of ["everything", "what pays"] as const) {
    let all = 0;
    share(how);
    try {
      for (let seed = 1; seed <= nets; seed++) {
        const [compiled, calls] = watched((touched) => [trained(seed, true), touched.length]);
        assert.deepEqual(compiled, watched(() => trained(seed, false)), `seed ${seed}`);
        all += calls;
      }
      assert(all > 0);
    } finally {
      share("what pays");
    }
  }
});

Deno.test("law: a compiled step waits with a library's product for all that it reads", () => {
  const steps: Record<string, (y: tf.Tensor2D, W: tf.Tensor2D) => tf.Tensor> = {
    "A turned": (y, W) => tf.matMul(y, W, true).relu(),
    "B": (y) => tf.matMul(y, y).sum(1),
    "B transposed": (y) => tf.matMul(y, y, false, true).sum(1),
    "a bias": (y, W) => tf.fused.matMul({ a: y, b: W, bias: y.sum(1) }).relu(),
    "few rows": (y) => tf.matMul(y.slice([0, 0], [8, 64]), y).relu(),
  };
  for (const [name, f] of Object.entries(steps)) {
    watched((touched) => {
      const W = drawn([64, 64], 1) as tf.Tensor2D;
      const written = (x: tf.Tensor2D) => f(x.matMul<tf.Tensor2D>(W).relu(), W), step = compile(written);
      for (let k = 0; k < 6; k++) {
        const [expected, found] = [written, step].map((g) =>
          tf.tidy(() => g(drawn([64, 64], 2 + k) as tf.Tensor2D).dataSync().slice())
        );
        assert.deepEqual(found, expected, name);
      }
      assert(touched.length > 0);
      step.dispose();
      W.dispose();
    });
  }
});

Deno.test({
  name:
    `law: ${nets} random trainings by OpenBLAS give the same bits compiled and as written, with one thread and two`,
  ignore: library === undefined,
  async fn() {
    assert.equal((await useNativeProducts()).native, true);
    try {
      for (let seed = 1; seed <= nets; seed++) {
        setThreads(1);
        const written = trained(seed, false);
        for (const how of ["everything", "what pays"] as const) {
          share(how);
          for (const count of [1, 2]) {
            setThreads(count);
            assert.deepEqual(trained(seed, true), written, `seed ${seed}, ${count}, ${how}`);
          }
        }
        share("what pays");
      }
    } finally {
      setProducts(undefined);
      share("what pays");
      setThreads(2);
    }
  },
});

Deno.test("edge: 0 · ∞ and NaN come out as in tfjs", async () => {
  const special = () =>
    tf.tidy(() => {
      const a = drawn([40, 50], 1).arraySync() as number[][],
        b = tf.zeros([50, 60]).arraySync() as number[][];
      [a[3][7], a[5][1], a[39][49]] = [Infinity, NaN, -Infinity];
      return [...tf.matMul(a as unknown as tf.Tensor, b as unknown as tf.Tensor).dataSync()].map((x) =>
        Number.isNaN(x)
      );
    });
  const own = special();
  assert(own.some((x) => x) && own.some((x) => !x));
  assert.deepEqual(watched(special), own);
  if (library === undefined) return;
  await useNativeProducts();
  assert.deepEqual(special(), own);
  setProducts(undefined);
});

Deno.test("law: float64 products of lib/math are the same to rounding, in all three forms", async () => {
  const matrix = (m: number, n: number, seed: number) =>
    Array.from({ length: m }, (_, i) => random(seed + i).normals(n).map(Number));
  const [A, B, C] = [matrix(20, 30, 1), matrix(30, 25, 100), matrix(20, 25, 200)];
  const all = () =>
    [product(A, B), productWithTranspose(A, matrix(25, 30, 300)), transposeTimes(A, C)].flat(2);
  const own = all(), close = (x: number[]) => x.every((v, i) => Math.abs(v - own[i]) < 1e-12);
  setProducts(openProducts("fake", fakeBlas(heap.memory).open));
  assert(close(all()));
  setProducts(undefined);
  if (library === undefined) return;
  await useNativeProducts();
  assert(close(all()));
  setProducts(undefined);
});

Deno.test("edge: a block that does not hold its matrix is refused before the call", () => {
  let calls = 0;
  const sgemm = openProducts("fake", fakeBlas(heap.memory, { seen: () => void calls++ }).open).over(
    heap.memory,
  );
  const at = heap.allocate(4096), end = at + 4096;
  const block = (change: Partial<Block> = {}): Block => ({ at, end, ld: 8, rows: 8, columns: 8, ...change });
  sgemm(block(), block(), block({ at: at + 1024 }), 0);
  assert.equal(calls, 1);
  const bad: Partial<Block>[] = [
    { end: at + 252 },
    { ld: 1000 },
    { ld: 7 },
    { rows: 2 ** 31 },
    { at: 0 },
    { at: -4 },
    { at: at + 2 },
    { at: end },
    { ld: NaN },
    { columns: 8.5 },
    { end: heap.memory.buffer.byteLength + 4 },
    { rows: 0 },
  ];
  for (const change of bad) {
    for (const k of [0, 1, 2]) {
      const [a, b, c] = [0, 1, 2].map((i) => block(i === k ? change : {}));
      assert.throws(
        () => sgemm(a, b, c, 0),
        /Cannot multiply by the native library: expected [ABC] inside its block/,
      );
    }
  }
  assert.throws(() => sgemm(block({ columns: 7 }), block(), block(), 0), /shapes that fit/);
  assert.equal(calls, 1);
  heap.release(at, 4096);
});

Deno.test("edge: another version, more threads and missing symbols are refused; OPENBLAS_CORETYPE is not inherited", () => {
  const coretype = "OPENBLAS_CORETYPE", before = Deno.env.get(coretype);
  Deno.env.set(coretype, "Prescott");
  const good = fakeBlas(heap.memory);
  openProducts("/a folder/with spaces/lib.so", good.open);
  assert(
    good.opened.every(({ env }) => !env.includes(coretype) && JSON.parse(env).OPENBLAS_NUM_THREADS === "1"),
  );
  assert.equal(Deno.env.get(coretype), "Prescott");
  assert.equal(Deno.env.get("OPENBLAS_NUM_THREADS"), undefined);
  if (before === undefined) Deno.env.delete(coretype);
  else Deno.env.set(coretype, before);
  for (const name of ["OpenBLAS 0.3.33 DYNAMIC_ARCH", "OpenBLAS 0.3.34.481.30 x", "ATLAS", ""]) {
    assert.throws(
      () => openProducts("x", fakeBlas(heap.memory, { name }).open),
      /expected OpenBLAS 0\.3\.34\.481\.3, got/,
    );
  }
  assert.throws(
    () => openProducts("x", fakeBlas(heap.memory, { threads: 4 }).open),
    /expected one thread, got 4/,
  );
});

Deno.test("edge: macOS's Accelerate is asked for its products only, with one thread (a fake: never run on macOS)", () => {
  const mac = fakeBlas(heap.memory), path = "/System/Library/Frameworks/Accelerate.framework/Accelerate";
  assert.equal(openProducts(path, mac.open).name, "Accelerate");
  assert.deepEqual(mac.opened.flatMap(({ names }) => names), ["cblas_sgemm", "cblas_dgemm"]);
  assert.equal(JSON.parse(mac.opened[0].env).VECLIB_MAXIMUM_THREADS, "1");
  assert.equal(Deno.env.get("VECLIB_MAXIMUM_THREADS"), undefined);
});

Deno.test("edge: no library, a file that is none, a notebook run for others: WebAssembly, and a reason", async () => {
  const own = values(makers.products), folder = await Deno.makeTempDir({ prefix: "a folder with spaces " });
  await Deno.writeTextFile(`${folder}/lib.so`, "no library");
  // Half a library crashes whoever opens it.
  if (library !== undefined) {
    await Deno.writeFile(`${folder}/half.so`, (await Deno.readFile(library)).subarray(0, 9e6));
  }
  for (const path of [`${folder}/lib.so`, `${folder}/none.so`, `${folder}/half.so`, folder]) {
    const { native, found } = await useNativeProducts(path);
    assert(!native && found.includes(path), found);
    assert.equal(products(), undefined);
  }
  await Deno.remove(folder, { recursive: true });
  Deno.env.set(forbidden, "1");
  assert.deepEqual(await useNativeProducts(library), {
    native: false,
    found: "not where a notebook is run for others",
  });
  Deno.env.delete(forbidden);
  const mod = fileURLToPath(new URL("../../lib/tensor/mod.ts", import.meta.url));
  const code = `const { useNativeProducts } = await import(${
    JSON.stringify(mod)
  }); console.log(JSON.stringify(await useNativeProducts("x")));`;
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", "--ext=ts", code] });
  assert((await command.output()).success);
  assert.deepEqual(values(makers.products), own);
});

Deno.test({
  name:
    "edge: a library that lies in a folder with spaces is used; memory that grows and a compiled step are no obstacle",
  ignore: library === undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "a folder with späces " });
    const copy = `${folder}/${library!.split(/[\\/]/).at(-1)}`;
    await Deno.copyFile(library!, copy);
    assert.equal((await tryLibrary(copy)).native, true);
    await Deno.remove(folder, { recursive: true });
    const play = async (compiled: boolean) => {
      const W = tf.variable(drawn([100, 100], 1)), optimizer = adam(0.01), numbers: number[] = [];
      const plain = (x: tf.Tensor) =>
        optimizer.minimize(() => x.matMul(W).tanh().square().mean().asScalar(), true, [W]) as tf.Scalar;
      const step = compiled ? compile(plain) : plain, held: tf.Tensor[] = [];
      for (let k = 0; k < 30; k++) {
        if (k === 10) await useNativeProducts();
        if (k === 15) held.push(tf.zeros([20_000_000]));
        if (k === 20) setProducts(undefined);
        tf.tidy(() => numbers.push(...step(drawn([50, 100], k)).dataSync()));
      }
      if ("dispose" in step) (step as { dispose(): void }).dispose();
      tf.dispose([W, ...held]);
      optimizer.dispose();
      return numbers;
    };
    share("everything");
    assert.deepEqual(await play(true), await play(false));
    share("what pays");
  },
});
