import assert from "node:assert/strict";
import { binaryCrossEntropy, maskedConv, setThreads, tf } from "lib/tensor/mod.ts";
import { setPanelWidth, share, threads } from "../../lib/tensor/dispatch.ts";

const ticks = (ms: number) => new Promise((done) => setTimeout(done, ms));
/** Bit for bit; says where two lists differ first. */
function identical(got: number[], expected: number[]) {
  const at = got.findIndex((x, i) => !Object.is(x, expected[i]));
  assert(got.length === expected.length && at < 0, `differ at ${at}: ${got[at]} and ${expected[at]}`);
}

const canShare = (navigator.hardwareConcurrency ?? 1) > 1;

/** A mix of jobs, as bits. */
function everything(): number[] {
  return tf.tidy(() => {
    const wave = (shape: number[]) =>
      tf.sin(tf.range(0, shape.reduce((n, d) => n * d, 1)).mul(0.37)).reshape(shape);
    const a = wave([130, 70]), b = wave([70, 90]);
    const x = wave([5, 9, 9, 3]) as tf.Tensor4D, K = wave([3, 3, 3, 10]) as tf.Tensor4D;
    const product = tf.softmax(tf.matMul(a, b)), y = maskedConv(x, K, "B", { activation: "tanh" });
    const dK = tf.grad((k) => maskedConv(x, k as tf.Tensor4D, "B").square().sum())(K);
    const bias = wave([10]) as tf.Tensor1D;
    const relu = (u: tf.Tensor, k: tf.Tensor, c: tf.Tensor) =>
      maskedConv(u as tf.Tensor4D, k as tf.Tensor4D, "A", { bias: c as tf.Tensor1D, activation: "relu" });
    const slopes = tf.grads((u, k, c) => relu(u, k, c).square().sum())([x, K, bias]);
    const cost = binaryCrossEntropy(product, tf.matMul(a, b));
    return [...slopes, cost, product, y, dK, tf.sum(product, 0), tf.exp(a).log1p(), tf.transpose(a)].flatMap((
      t,
    ) => [...t.dataSync()]);
  });
}

/** Waits until the worker has reported, giving it jobs to start with. */
async function twoAtWork() {
  setThreads(2);
  share("everything");
  for (let k = 0; k < 400 && threads.count() < 2; k++) {
    everything();
    await ticks(5);
  }
}

Deno.test({
  name: "law: one and two threads, and both panel widths, give the same bits",
  ignore: !canShare,
  async fn() {
    await twoAtWork();
    assert.equal(threads.count(), 2);
    const results: number[][] = [];
    for (const width of [8, 16] as const) {
      setPanelWidth(width);
      for (const count of [1, 2]) {
        setThreads(count);
        for (let k = 0; k < 5; k++) results.push(everything());
      }
    }
    share("what pays");
    for (const result of results) identical(result, results[0]);
  },
});

Deno.test({
  name: "edge: a worker that dies is noticed, work goes on, and another one comes",
  ignore: !canShare,
  async fn() {
    await twoAtWork();
    const expected = everything();
    const killed = threads.kill();
    for (let k = 0; k < 20; k++) identical(everything(), expected);
    await killed;
    identical(everything(), expected);
    await twoAtWork();
    assert.equal(threads.count(), 2);
    identical(everything(), expected);
    share("what pays");
  },
});

Deno.test("edge: an interrupt during work leaves the backend usable", async () => {
  const script = `
    import { tf } from "lib/tensor/mod.ts";
    let stopped = false;
    Deno.addSignalListener("SIGINT", () => { stopped = true; });
    const a = tf.ones([300, 300]);
    console.log("working");
    while (!stopped) { tf.tidy(() => tf.matMul(a, a).relu().sum().dataSync()); await new Promise((r) => setTimeout(r)); }
    console.log(tf.tidy(() => tf.matMul(a, a).sum().dataSync()[0]), tf.memory().numTensors);
    Deno.exit(0);
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, script);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", new URL("../../deno.json", import.meta.url).pathname, file],
    stdout: "piped",
    stderr: "inherit",
    env: { NO_COLOR: "1" },
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = (await reader.read()).value ?? "";
  await ticks(150);
  child.kill("SIGINT");
  for (let part = await reader.read(); !part.done; part = await reader.read()) output += part.value;
  await child.status;
  await Deno.remove(file);
  assert.match(output, /working\s+27000000 1/);
});

Deno.test("law: importing the backend prints nothing and does not keep a program alive", async () => {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-check",
      'const { tf } = await import("lib/tensor/mod.ts"); const a = tf.ones([400, 400]); for (let i = 0; i < 20; i++) tf.tidy(() => tf.matMul(a, a));',
    ],
    cwd: new URL("../../", import.meta.url).pathname,
    env: { NO_COLOR: "1" },
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], [0, "", ""]);
});

Deno.test("edge: other thread counts are refused", () => {
  for (const count of [0, 3, NaN, 1.5]) assert.throws(() => setThreads(count), /expected 1 or 2, got/);
});
