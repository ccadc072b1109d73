/** A way to run a case: the command's arguments after the interpreter, and its environment. */
export interface Runner {
  readonly name: string;
  readonly language: "deno" | "python";
  readonly args: readonly string[];
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

const fast = ["fused", "fused 1T"], flagged = ["fused +r", "fused 1T +r"];

/** A training step: ours fused and plain, as written and compiled, on one and two threads, with and without V8's flag, and the peers. */
function training(
  name: string,
  what: string,
  goals: readonly [number, number, number, number],
  compiledGoals: readonly [number, number],
): Case {
  // tfjs-wasm is a competitor only, so it stays out of the project's own packages.
  const wasm: Runner = {
    ...ours(name, "stock-wasm", "stock tfjs-wasm"),
    options: ["--node-modules-dir=none", "--no-lock"],
  };
  const stock = [...(name === "vae-144" ? [ours(name, "stock-cpu", "stock tfjs-cpu")] : []), wasm];
  const layouts = name === "pixelcnn"
    ? [torch(name, 1, "channels_last"), torch(name, 2, "channels_last")]
    : [];
  const torches = [torch(name, 1), torch(name, 2), ...layouts], peers = torches.map((t) => t.name);
  const plain = ["plain", "plain 1T"], plainFlagged = ["plain +r", "plain 1T +r"];
  const compiled = ["fused", "plain"].map((style) => [
    ours(name, `compiled ${style}`, `compiled ${style} +r`, revectorize),
    ours(name, `compiled ${style} one`, `compiled ${style} 1T +r`, revectorize),
  ]);
  return {
    name,
    what,
    runners: [
      ours(name, "fused"),
      torches[0],
      ours(name, "fused-one", "fused 1T"),
      torches[1],
      ours(name, "fused", "fused +r", revectorize),
      jax(name),
      ours(name, "fused-one", "fused 1T +r", revectorize),
      ours(name, "plain"),
      ...layouts,
      ours(name, "plain-one", "plain 1T"),
      ours(name, "plain", "plain +r", revectorize),
      ours(name, "plain-one", "plain 1T +r", revectorize),
      ...compiled.flat(),
      ...stock,
    ],
    goals: [
      { label: "vs PyTorch", ours: fast, peers, least: goals[0] },
      { label: "vs PyTorch, +r", ours: flagged, peers, least: goals[1] },
      { label: "vs JAX", ours: fast, peers: ["jax jit"], least: goals[2] },
      { label: "vs JAX, +r", ours: flagged, peers: ["jax jit"], least: goals[3] },
      ...["fused", "plain"].map((style, i) => ({
        label: `compiled ${style} vs the best peer, +r`,
        ours: compiled[i].map((runner) => runner.name),
        peers: [...peers, "jax jit"],
        least: compiledGoals[i],
      })),
      { label: "plain cell vs PyTorch", ours: plain, peers, least: 0.8 },
      { label: "plain cell vs PyTorch, +r", ours: plainFlagged, peers, least: 1 },
      ...stock.map((s) => ({
        label: `plain cell vs ${s.name}`,
        ours: plain,
        peers: [s.name],
        least: 1,
      })),
    ],
  };
}

/** `least`: the ratios to reach without and with V8's flag; 0 where none is set. */
function float64(name: string, what: string, peer: string, least: readonly [number, number]): Case {
  const args = ["bench/peers/float_peer.py", name];
  const single: Runner = { name: `${peer} 1T`, language: "python", args, env: { OMP_NUM_THREADS: "1" } };
  const both: Runner = { name: `${peer} 2T`, language: "python", args, env: { OMP_NUM_THREADS: "2" } };
  const peers = [single.name, both.name];
  return {
    name,
    what,
    runners: [
      ours(name, "float64", "lib"),
      single,
      ours(name, "float64", "lib +r", revectorize),
      both,
    ],
    goals: [
      { label: `vs ${peer}`, ours: ["lib"], peers, least: least[0] },
      { label: `vs ${peer}, +r`, ours: ["lib +r"], peers, least: least[1] },
    ],
  };
}

/** A notebook's training cells, ours only: no peer runs them. */
const notebook = (name: string, what: string): Case => ({
  name,
  what,
  runners: [ours(name, "notebook", "lib"), ours(name, "notebook", "lib +r", revectorize)],
  goals: [],
});

export const cases: readonly Case[] = [
  training("vae-784", "VAE 784-400-20, batch 128, a training step with Adam", [1.3, 2, 0.7, 1], [0.85, 0.75]),
  training("vae-144", "VAE 144-64-8, batch 64, a training step with Adam", [2.4, 2.8, 1, 1], [2.1, 1.8]),
  training("realnvp", "RealNVP, 8 couplings, hidden 64, batch 512, a training step with Adam", [
    1.5,
    2,
    1,
    1,
  ], [1.9, 1.4]),
  training("pixelcnn", "PixelCNN 28 × 28, 7A + 4 × 3B, 32 channels, batch 32, a training step", [
    1.5,
    2.2,
    2,
    1,
  ], [1.3, 1.2]),
  training("iwae-5000", "importance-weighted bound of one image, 5,000 draws, forward", [0.6, 1.1, 0, 0], [
    0.6,
    0.55,
  ]),
  notebook("notebook 01", "the VAE of question 1: 2,000 updates, 64-64-2"),
  notebook("notebook 02", "the PixelCNNs of question 2: 200 and 100 updates, 3 layers of 8 channels"),
  notebook("notebook 03", "the flows of question 3: 500 updates of 6 couplings, 300 of 8 planar maps"),
  notebook("notebook 05", "the digits of question 5: SimSiam's variants in float64"),
  float64("planar", "a point through 16 planar maps, with log |det|", "PyTorch", [15, 0]),
  float64("rf-jacobian", "∂y/∂x of pixel 33, stack A B, and where it is not 0", "PyTorch", [30, 0]),
  float64("gan-scalar", "10⁶ GDA steps on two floats", "Python floats", [20, 0]),
  float64("gan-vector", "10⁴ GDA steps on vectors of 64", "NumPy", [2, 0]),
  float64("simsiam-rk4", "ten Runge–Kutta steps of SimSiam's flow, 32 × 32", "NumPy", [1.4, 2.2]),
  float64("lambda-min", "λ_min of a 1024 × 1024 Kronecker sum", "SciPy", [12, 20]),
  float64("expm32", "e^A, 32 × 32", "SciPy", [1.5, 2]),
];

/** A fresh process up to its first gradient. */
export const cold: readonly Runner[] = [
  ours("cold", "fused", "lib/tensor"),
  { name: "torch", language: "python", args: ["bench/peers/cold_peer.py"] },
];
