import { peakMemory, timed, timedEpochs, timedRuns } from "./timing.ts";

/**
 * Times one case of ours in this process: arguments are the case and the variant (fused or plain, compiled or
 * not, one or two threads, native products or not, stock tfjs); prints a Report as JSON.
 */
const stockWasm = "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
const [name, variant] = Deno.args;
const style = { fused: variant.includes("fused"), compiled: variant.includes("compiled") };
const large = { pixels: 784, hidden: 400, latent: 20, batch: 128 };

/** @throws Error where the library is asked for and not there: the row is then printed as one that does not run */
async function native() {
  if (!variant.includes("native")) return;
  const { native, found } = await (await import("lib/tensor/mod.ts")).useNativeProducts();
  if (!native) throw new Error(`Cannot use native products: ${found}`);
}

async function tensorStep(): Promise<(() => number) | undefined> {
  if (variant === "stock-wasm") await import(stockWasm);
  const { setThreads, tf } = await import("lib/tensor/mod.ts");
  await native();
  if (variant.includes("one")) setThreads(1);
  if (variant === "stock-wasm") await tf.setBackend("wasm");
  if (variant === "stock-cpu") {
    await tf.setBackend("cpu");
    Object.assign(tf.backend(), { firstUse: false });
  }
  if (name === "realnvp") return (await import("./cases/realnvp.ts")).realNvpStep(style);
  if (name === "pixelcnn") return (await import("./cases/pixelcnn.ts")).pixelCnnStep(style);
  const { vaeStep, iwaeStep } = await import("./cases/vae.ts");
  if (name === "vae-784") return vaeStep(large, style);
  if (name === "vae-144") return vaeStep({ pixels: 144, hidden: 64, latent: 8, batch: 64 }, style);
  if (name === "iwae-5000") return iwaeStep(large, 5000, style);
}

async function floatStep(): Promise<(() => number) | undefined> {
  await native();
  const float64 = await import("./cases/float64.ts"), optional = await import("./cases/optional.ts");
  if (name === "gan-scalar") return float64.ganScalar();
  if (name === "gan-vector") return float64.ganVector();
  if (name === "simsiam-rk4") return float64.simsiamRk4();
  if (name === "lambda-min") return float64.lambdaMinCase();
  if (name === "expm32") return float64.expmCase();
  if (name === "planar") return optional.planarCase();
  if (name === "rf-jacobian") return optional.receptiveFieldCase();
}

/** What the machine can do: a product of 512 × 512 × 512, or 64 MB copied. */
async function machineStep(): Promise<(() => number) | undefined> {
  const { tf } = await import("lib/tensor/mod.ts");
  await native();
  if (variant === "copy") {
    const [from, to] = [1, 0].map((x) => new Float32Array(2 ** 24).fill(x));
    return () => (to.set(from), to[0]);
  }
  const a = tf.ones([512, 512]);
  return () => tf.tidy(() => (tf.matMul(a, a), 512));
}

async function mnistEpoch() {
  const { setThreads } = await import("lib/tensor/mod.ts"),
    { mnistBatches, vaeStep } = await import("./cases/vae.ts");
  await native();
  if (variant.includes("one")) setThreads(1);
  const batches = await mnistBatches(Deno.env.get("MNIST_IMAGES") ?? "", large.batch);
  return timedEpochs(vaeStep(large, style, batches), batches.length);
}

async function coldGradient(): Promise<number> {
  const { tf } = await import("lib/tensor/mod.ts");
  return tf.grad((x) => x.add(1).mul(x).sum())(tf.tensor1d([1, 2, 3])).dataSync()[2];
}

if (name === "cold") {
  console.log(JSON.stringify({ best: 0, median: 0, check: await coldGradient(), peak: peakMemory() }));
} else if (variant === "notebook") {
  const cell = (await import("./cases/notebooks.ts")).notebookCells[name];
  console.log(JSON.stringify({ ...await timedRuns(cell), peak: peakMemory() }));
} else if (name === "mnist") {
  console.log(JSON.stringify({ ...await mnistEpoch(), peak: peakMemory() }));
} else {
  const step = name === "machine"
    ? await machineStep()
    : variant.startsWith("float64")
    ? await floatStep()
    : await tensorStep();
  if (step === undefined) throw new RangeError(`Cannot run a case: expected a known name, got "${name}"`);
  console.log(JSON.stringify({ ...timed(step), peak: peakMemory() }));
}
