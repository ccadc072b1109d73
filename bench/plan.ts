/** A way to run a case: the command's arguments after the interpreter, and its environment. */
export interface Runner {
  readonly name: string;
  readonly language: "deno" | "python";
  readonly args: readonly string[];
  /** Fresh processes, where it is fewer than the others'. */
  readonly rounds?: number;
  /** Options of `deno run`. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A row's target from the project's plan: the ratio peer / ours to reach. */
export interface Goal {
  readonly label: string;
  readonly ours: readonly string[];
  readonly peers: readonly string[];
  readonly least: number;
}

export interface Case {
  readonly name: string;
  readonly what: string;
  readonly runners: readonly Runner[];
  readonly goals: readonly Goal[];
  /** What a step can't do without: multiplications and additions, and bytes that go through memory. */
  readonly work?: { readonly flops: number; readonly bytes: number };
}

const revectorize = { DENO_V8_FLAGS: "--experimental-wasm-revectorize" };
const ours = (name: string, variant: string, label = variant, env = {}): Runner => ({
  name: label,
  language: "deno",
  args: ["bench/ours.ts", name, variant],
  env,
});
const torch = (name: string, threads: number, layout = "default"): Runner => ({
  name: `torch ${threads}T${layout === "default" ? "" : ` ${layout}`}`,
  language: "python",
  args: ["bench/peers/torch_peer.py", name, String(threads), layout],
  env: { OMP_WAIT_POLICY: "passive" },
});
const jax = (name: string): Runner => ({
  name: "jax jit",
  language: "python",
  args: ["bench/peers/jax_peer.py", name],
});

/** What a step takes at least: products forward and twice backward, Adam over all weights (7 floats each). */
const training = (macs: number, firstLayer: number, weights: number) => ({
  flops: 2 * (3 * macs - firstLayer),
  bytes: 28 * weights,
});
const vaeWork = (pixels: number, hidden: number, latent: number, batch: number) => {
  const macs = 2 * pixels * hidden + 3 * hidden * latent;
  return training(batch * macs, batch * pixels * hidden, macs + 2 * hidden + 2 * latent + pixels);
};

/**
 * A step, ours fused and plain: as written, compiled, with native products, on one and two threads, with V8's flag
 * (the kernelspec sets it) and compiled without; and the peers.
 *
 * @param goals ratios best peer / ours to reach, compiled with the flag: fused, plain, then both with native products
 */
function tensorCase(
  name: string,
  what: string,
  work: NonNullable<Case["work"]>,
  goals: readonly [number, number, number, number],
): Case {
  // tfjs-wasm is a competitor only, so it stays out of the project's own packages.
  const wasm: Runner = {
    ...ours(name, "stock-wasm", "stock tfjs-wasm"),
    options: ["--node-modules-dir=none", "--no-lock"],
    rounds: 1,
  };
  const stock = [...(name === "vae-144" ? [ours(name, "stock-cpu", "stock tfjs-cpu")] : []), wasm];
  const layouts = name === "pixelcnn"
    ? [torch(name, 1, "channels_last"), torch(name, 2, "channels_last")]
    : [];
  const peers = [torch(name, 1), torch(name, 2), ...layouts, jax(name)];
  const of = (style: string, way: string, native = "") =>
    ["", " 1T"].map((count) =>
      ours(
        name,
        `${way}${style}${count && " one"}${native && " native"}`,
        `${way}${style}${count}${native} +r`,
        revectorize,
      )
    );
  const styles = ["fused", "plain"];
  const written = styles.map((style) => of(style, "").slice(0, 1));
  const bare = styles.map((style) => [ours(name, `compiled ${style}`)]);
  const compiled = styles.map((style) => of(style, "compiled ")),
    blas = styles.map((style) => of(style, "compiled ", " BLAS"));
  const groups = [compiled, blas, written, bare].map((group) => group.flat());
  const most = Math.max(...groups.map((group) => group.length), peers.length);
  const names = (runners: readonly Runner[]) => runners.map((runner) => runner.name);
  const row = (label: string, runners: readonly Runner[], least = 0): Goal => ({
    label,
    ours: names(runners),
    peers: names(peers),
    least,
  });
  return {
    name,
    what,
    work,
    // Ours and theirs in turn, so that a busy minute meets both.
    runners: [
      ...Array.from({ length: most }, (_, i) => [...groups, peers].flatMap((group) => group.slice(i, i + 1)))
        .flat(),
      ...stock,
    ],
    goals: styles.flatMap((style, i) => [
      row(`compiled ${style}, +r`, compiled[i], goals[i]),
      row(`compiled ${style}, +r, BLAS`, blas[i], goals[2 + i]),
      row(`compiled ${style}, no flag`, bare[i]),
      row(`${style} as written, +r`, written[i]),
    ]).concat(stock.map((s) => ({
      label: `plain as written, +r, vs ${s.name}`,
      ours: names(written[1]),
      peers: [s.name],
      least: 1,
    }))),
  };
}

/** MNIST's 60,000 images once through, ours and theirs: 468 updates of the large VAE. */
function epochs(): Case {
  const variants = ["compiled fused", "compiled plain"].flatMap((style) => [
    ours("mnist", style, `${style} +r`, revectorize),
    ours("mnist", `${style} native`, `${style} BLAS +r`, revectorize),
  ]);
  const peers = [torch("mnist", 1), torch("mnist", 2), jax("mnist")].map((runner) => ({
    ...runner,
    rounds: 1,
  }));
  return {
    name: "mnist",
    what: "VAE 784-400-20, an epoch of MNIST: 468 updates on batches of 128",
    runners: variants.flatMap((runner, i) => [runner, ...peers.slice(i, i + 1)]),
    goals: [
      ...variants.map(({ name }) => ({
        label: `an epoch, ${name}`,
        ours: [name],
        peers: peers.map((peer) => peer.name),
        least: name.includes("fused BLAS") ? 1.1 : 0,
      })),
      ...variants.map(({ name }) => ({
        label: `an epoch, ${name}, vs PyTorch`,
        ours: [name],
        peers: peers.map((peer) => peer.name).filter((name) => name.startsWith("torch")),
        least: 0,
      })),
    ],
  };
}

/** `least`: the ratios to reach without native products and, where they matter, with them; 0 where none is set. */
function float64(name: string, what: string, peer: string, ...least: readonly number[]): Case {
  const args = ["bench/peers/float_peer.py", name];
  const single: Runner = { name: `${peer} 1T`, language: "python", args, env: { OMP_NUM_THREADS: "1" } };
  const both: Runner = { name: `${peer} 2T`, language: "python", args, env: { OMP_NUM_THREADS: "2" } };
  const peers = [single.name, both.name], blas = least.slice(1);
  return {
    name,
    what,
    runners: [
      ours(name, "float64", "lib +r", revectorize),
      single,
      ...blas.map(() => ours(name, "float64 native", "lib BLAS +r", revectorize)),
      both,
    ],
    goals: [
      { label: `vs ${peer}, +r`, ours: ["lib +r"], peers, least: least[0] },
      ...blas.map((goal) => ({ label: `vs ${peer}, +r, BLAS`, ours: ["lib BLAS +r"], peers, least: goal })),
    ],
  };
}

/** A notebook's training cells, ours only: no peer runs them. */
const notebook = (name: string, what: string): Case => ({
  name,
  what,
  runners: [{ ...ours(name, "notebook", "lib +r", revectorize), rounds: 1 }],
  goals: [],
});

/** What bounds are taken from: our product, the library's, and memory. */
const machine: Case = {
  name: "machine",
  what: "a product of 512 × 512 × 512 on both threads; 64 MB copied",
  runners: [
    ours("machine", "product", "product +r", revectorize),
    ours("machine", "product native", "product BLAS +r", revectorize),
    ours("machine", "copy"),
  ],
  goals: [],
};

const taps = 24 * 32 + 4 * 5 * 32 * 32 + 32, pixels = 28 * 28 * 32;

export const cases: readonly Case[] = [
  machine,
  tensorCase("vae-784", "VAE 784-400-20, batch 128, a training step with Adam", vaeWork(784, 400, 20, 128), [
    0.85,
    0.75,
    1.2,
    1.1,
  ]),
  tensorCase("vae-144", "VAE 144-64-8, batch 64, a training step with Adam", vaeWork(144, 64, 8, 64), [
    2.1,
    1.8,
    2.3,
    2.3,
  ]),
  tensorCase(
    "realnvp",
    "RealNVP, 8 couplings, hidden 64, batch 512, a training step with Adam",
    training(8 * 512 * (64 + 64 * 64 + 128), 512 * 64, 8 * (64 + 64 * 64 + 128 + 130)),
    [1.9, 1.4, 2.8, 2],
  ),
  tensorCase(
    "pixelcnn",
    "PixelCNN 28 × 28, 7A + 4 × 3B, 32 channels, batch 32, a training step",
    training(pixels * taps, pixels * 24 * 32, taps + 161),
    [1.3, 1.2, 2.1, 1.6],
  ),
  tensorCase(
    "iwae-5000",
    "importance-weighted bound of one image, 5,000 draws, forward",
    { flops: 2 * 5000 * (20 * 400 + 400 * 784), bytes: 0 },
    [0.6, 0.55, 1.05, 1],
  ),
  epochs(),
  notebook("notebook 01", "the VAE of question 1: 2,000 updates, 64-64-2"),
  notebook("notebook 02", "the PixelCNNs of question 2: 200 and 100 updates, 3 layers of 8 channels"),
  notebook("notebook 03", "the flows of question 3: 500 updates of 6 couplings, 300 of 8 planar maps"),
  notebook("notebook 05", "the digits of question 5: SimSiam's variants in float64"),
  float64("planar", "a point through 16 planar maps, with log |det|", "PyTorch", 15),
  float64("rf-jacobian", "∂y/∂x of pixel 33, stack A B, and where it is not 0", "PyTorch", 30),
  float64("gan-scalar", "10⁶ GDA steps on two floats", "Python floats", 20),
  float64("gan-vector", "10⁴ GDA steps on vectors of 64", "NumPy", 2),
  float64("simsiam-rk4", "ten Runge–Kutta steps of SimSiam's flow, 32 × 32", "NumPy", 1.2, 1.7),
  float64("lambda-min", "λ_min of a 1024 × 1024 Kronecker sum", "SciPy", 12),
  float64("expm32", "e^A, 32 × 32", "SciPy", 1.2, 1.6),
];

/** A fresh process up to its first gradient. */
export const cold: readonly Runner[] = [
  ours("cold", "fused", "lib/tensor"),
  { name: "torch", language: "python", args: ["bench/peers/cold_peer.py"] },
];
