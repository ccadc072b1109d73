import { discreteModel } from "./discrete.ts";
import { linearGaussian } from "./linear_gaussian.ts";
import { difference } from "../math/difference.ts";
import type { Random } from "../math/random.ts";
import type { Vector } from "../math/types.ts";
import { questions } from "../proof/questions.ts";
import { Misread, readChoice, readNumber, readRecord } from "../proof/reading.ts";
import { misconceptions } from "./misconceptions.ts";
import { slips } from "./slips.ts";
import { variant } from "../course/year.ts";
import { writing11 } from "./questions/writing.ts";
import type { ProofInstance } from "./letters.ts";

/**
 * The questions on variational inference. Every check follows from definitions: finite tables are summed, gaps are
 * measured in models whose posterior is known, operations are counted one by one.
 */

const { states, values } = variant("1");

/** A random table with K states and M values of x. */
function table(random: Random, K: number, M = values) {
  return { prior: random.simplex(K), likelihood: random.list(K, () => random.simplex(M)) };
}

interface GapInstance {
  q: Vector;
  /** log p(x) − KL(q ‖ posterior), and the ECLL, in a random model. */
  wanted: number;
  ecll: number;
}

const gapTerm = {
  ask:
    "Define `gapTerm(q)` in the cell above: a number, for a probability vector `q` that may contain zeros.",
  holds: "Added to the ECLL it gives $\\log p(x) - KL(q \\,\\Vert\\, p(z \\mid x))$ in 200 random tables.",
  instance: (random: Random, index: number): GapInstance => {
    const K = 2 + random.integer(states - 1), model = discreteModel(table(random, K));
    const some = random.simplex(K), zero = index % 4 === 1 ? random.integer(K) : -1;
    const mass = some.reduce((sum, w, z) => z === zero ? sum : sum + w, 0);
    const q = some.map((w, z) => z === zero ? 0 : w / mass);
    return { q, wanted: model.logMarginal(0) - model.klPosterior(0, q), ecll: model.ecll(0, q) };
  },
  arguments: ({ q }: GapInstance) => [q],
  read: (raw: unknown, { q }: GapInstance) => {
    if (typeof raw === "number" && Number.isNaN(raw) && q.includes(0)) {
      throw new Misread(
        "For a `q` with an entry 0 the result is NaN: what should $0 \\log 0$ count as?",
        "0 log 0",
      );
    }
    return readNumber(raw);
  },
  error: (given: number, { wanted, ecll }: GapInstance) => difference(ecll + given, wanted),
  hint: ({ q }: GapInstance, given: number) =>
    `For $q = (${q.map((w) => w.toFixed(3)).join(", ")})$ you add ${
      given.toPrecision(3)
    }, and the two sides still differ. Write $p(x \\mid z)\\,p(z)$ as $p(x)\\,p(z \\mid x)$ and compare term by term.`,
};

const expect = (q: Vector, f: (z: number) => number) => q.reduce((sum, w, z) => sum + w * f(z), 0);

const proof11 = {
  ask:
    "Fill `proof11` in the cell above: an array of lines `[line, reason, relation]`, from the ECLL to $\\log p_\\theta(x) - \\mathrm{KL}$.",
  holds:
    "Every line follows from the one above, in 200 tables and in 20 models with a normal z, and the ends are those of the question.",
  relations: ["=", "equal up to a constant"] as const,
  tellsRepeats: true,
  instance: (random: Random): ProofInstance => {
    const K = 2 + random.integer(3), { prior } = table(random, K);
    return {
      q: random.simplex(K),
      grid: random.list(5, () => {
        const theta = { ...table(random, K), prior }, model = discreteModel(theta);
        return {
          prior,
          likelihood: theta.likelihood.map((row) => row[0]),
          posterior: model.posterior(0),
          logMarginal: model.logMarginal(0),
        };
      }),
    };
  },
  writing: writing11,
  first: ({ q, grid }: ProofInstance) =>
    grid.map(({ prior, likelihood }) => expect(q, (z) => Math.log(likelihood[z] * prior[z]))),
  last: ({ q, grid }: ProofInstance) =>
    grid.map(({ posterior, logMarginal }) => logMarginal - expect(q, (z) => Math.log(q[z] / posterior[z]))),
};

interface GapsInstance {
  logPx: number;
  elboInstance: number;
  elboAmortised: number;
  /** KL to the posterior of both approximations, summed over states. */
  instance: number;
  amortised: number;
}

const excess = {
  ask:
    'Define `excess({ logPx, elboInstance, elboAmortised })` in the cell above: `{ larger: "amortised" | "instance", by }`.',
  holds: "Agrees with both divergences, measured in 200 models whose posterior is known.",
  // a difference of differences of float64 sums
  bound: 1e-10,
  instance: (random: Random, index: number): GapsInstance => {
    const K = 2 + random.integer(3), model = discreteModel(table(random, K));
    const a = random.simplex(K), b = index === 1 ? a : random.simplex(K);
    const [best, other] = model.elbo(0, a) >= model.elbo(0, b) ? [a, b] : [b, a];
    return {
      logPx: model.logMarginal(0),
      elboInstance: model.elbo(0, best),
      elboAmortised: model.elbo(0, other),
      instance: model.klPosterior(0, best),
      amortised: model.klPosterior(0, other),
    };
  },
  arguments: (
    { logPx, elboInstance, elboAmortised }: GapsInstance,
  ) => [{ logPx, elboInstance, elboAmortised }],
  read: (raw: unknown) => {
    const { larger, by } = readRecord(raw, ["larger", "by"]);
    return [readChoice(larger, ["amortised", "instance"]), readNumber(by, "a number `by`")];
  },
  // where both are equal, either may be called the larger one
  canonical: (given: [larger: string, by: number], { instance, amortised }: GapsInstance) =>
    Math.abs(amortised - instance) < 1e-12 ? [] : given,
  error: ([larger, by]: [larger: string, by: number], { instance, amortised }: GapsInstance) => {
    const gap = amortised - instance;
    return Math.max(
      difference(by, Math.abs(gap)),
      Math.abs(gap) < 1e-12 || larger === (gap > 0 ? "amortised" : "instance") ? 0 : Infinity,
    );
  },
  hint: ({ logPx, elboInstance, elboAmortised }: GapsInstance) =>
    `For $\\log p(x) = ${logPx.toFixed(3)}$ and bounds ${elboInstance.toFixed(3)} and ${
      elboAmortised.toFixed(3)
    } this is not what a sum over the states gives. What is $\\log p(x)$ minus a bound?`,
};

interface BiasInstance {
  logPx: number;
  elbo: number;
  divergence: number;
}

const bias = {
  ask: "Define `bias({ logPx, elbo })` in the cell above: a number in nats.",
  holds: "Agrees with minus the divergence to the posterior, measured in 200 models.",
  bound: 1e-10,
  instance: (random: Random, index: number): BiasInstance => {
    const K = 2 + random.integer(3), model = discreteModel(table(random, K));
    const q = index === 1 ? model.posterior(0) : random.simplex(K);
    return { logPx: model.logMarginal(0), elbo: model.elbo(0, q), divergence: model.klPosterior(0, q) };
  },
  arguments: ({ logPx, elbo }: BiasInstance) => [{ logPx, elbo }],
  reference: ({ divergence }: BiasInstance) => -divergence,
  hint: ({ logPx, elbo }: BiasInstance, given: number) =>
    `The estimate is ${elbo.toFixed(3)}, the truth ${
      logPx.toFixed(3)
    }: by how much, and to which side, is it off? You say ${given.toPrecision(3)}.`,
  written: {
    notation: {
      symbols: { logPx: "scalar", elbo: "scalar" },
      tex: { logPx: "\\log p(x)", elbo: "\\mathcal{L}" },
    },
    names: [null],
  },
};

interface Work {
  n: number;
  steps: number;
  /** A model of one latent, and n points. */
  theta: { W: number[][]; b: number[]; sigma2: number };
  xs: number[][];
}

/**
 * Both kinds of inference on the same points, run until each point's q is at its optimum, every call counted. The
 * optimiser needs `steps` steps: each goes an equal part of the way.
 */
function callsOf({ theta, xs, steps }: Work): number[] {
  const model = linearGaussian(theta), encode = model.fitEncoder([[-1], [0], [1]], "affine");
  let optimiserSteps = 0, encoderPasses = 0;
  for (const x of xs) {
    const best = model.fitPosterior(x), precision = 1 / best.cov[0][0], logVar = [Math.log(best.cov[0][0])];
    const off = (m: number) => Math.abs(m - best.mean[0]) > 1e-9;
    let m = best.mean[0] + 1;
    for (let left = steps; off(m); left--) {
      m += model.gradElbo(x, { mean: [m], logVar }).mean[0] / (precision * left);
      optimiserSteps++;
    }
    let encoded: number | undefined;
    while (encoded === undefined || off(encoded)) {
      encoded = encode(x).mean[0];
      encoderPasses++;
    }
  }
  return [optimiserSteps, encoderPasses];
}

const cost = {
  ask: "Define `cost({ n, steps })` in the cell above: `{ instance, amortised }`, two counts.",
  holds:
    "Agrees with the calls counted while both approaches bring every point to its optimum: 200 runs, up to 12 points and 21 steps.",
  evidence: "exact" as const,
  instance: (random: Random, index: number): Work => {
    const [n, steps] = index === 1 ? [1, 1] : [1 + random.integer(12), 2 + random.integer(20)];
    const theta = { W: [[random.uniform(0.3, 2)]], b: [random.normal()], sigma2: random.uniform(0.3, 2) };
    return { n, steps, theta, xs: random.normals(n).map((x) => [x]) };
  },
  arguments: ({ n, steps }: Work) => [{ n, steps }],
  read: (raw: unknown) => {
    const { instance, amortised } = readRecord(raw, ["instance", "amortised"]);
    return [readNumber(instance, "a number `instance`"), readNumber(amortised, "a number `amortised`")];
  },
  reference: callsOf,
  hint: ({ n, steps }: Work, [instance, amortised]: Vector) =>
    `For ${n === 1 ? "1 point" : `${n} points`} and ${
      steps === 1 ? "1 step" : `${steps} steps`
    } you count ${instance} and ${amortised}. Write the two loops down and count what happens inside.`,
};

interface Sizes {
  encoderParameters: number;
  perInstance: number;
}

const breakEven = {
  ask: "Define `breakEven({ encoderParameters, perInstance })` in the cell above: a number of points.",
  holds: "At this many points both approaches store equally much, for 200 sizes.",
  instance: (random: Random, index: number): Sizes =>
    index === 1
      ? { encoderParameters: 120, perInstance: 4 }
      : { encoderParameters: 50 + random.integer(5000), perInstance: 3 + random.integer(40) },
  arguments: ({ encoderParameters, perInstance }: Sizes) => [{ encoderParameters, perInstance }],
  read: (raw: unknown) => readNumber(raw),
  error: (given: number, { encoderParameters, perInstance }: Sizes) => {
    const stored = (n: number) => n * perInstance;
    const next = Number.isInteger(given) && stored(given - 1) <= encoderParameters &&
      encoderParameters <= stored(given);
    return next ? 0 : difference(stored(given) / encoderParameters, 1);
  },
  hint: ({ encoderParameters, perInstance }: Sizes, given: number) =>
    `With ${encoderParameters} encoder parameters and ${perInstance} numbers a point, ${
      given.toPrecision(4)
    } points do not balance: compute what a table of all points stores then.`,
  written: {
    notation: { symbols: { encoderParameters: "scalar", perInstance: "scalar" } },
    names: [null],
  },
};

const approaches = ["amortised", "instance"] as const;
/** Right where both approaches were run, on 20 points: see `measuredComparison`. */
const comparison = {
  ask:
    'Define `comparison` in the cell above: `{ largerBias, goesStale, growsWithN }`, each `"amortised"` or `"instance"`.',
  holds: "Agrees with both approaches, run on 20 points while $\\theta$ moves.",
  read: (raw: unknown) => {
    const { largerBias, goesStale, growsWithN } = readRecord(raw, ["largerBias", "goesStale", "growsWithN"]);
    return [largerBias, goesStale, growsWithN].map((entry) => readChoice(entry, approaches));
  },
  error: (given: readonly string[]) => difference(given, measuredComparison()),
  hint: () =>
    "Not all three entries are right. Take two points and a table of two rows: what happens to each row, and to the encoder?",
};

/** Which approach has the larger bias, is left with stale optima after θ has moved, stores more for more points. */
function measuredComparison(): string[] {
  const xs = Array.from({ length: 20 }, (_, i) => [Math.sin(i)]);
  const before = linearGaussian({ W: [[1]], b: [0], sigma2: 1 });
  const after = linearGaussian({ W: [[1]], b: [1], sigma2: 1 });
  const poor = before.fitEncoder(xs, "constant"), rich = after.fitEncoder(xs.slice(0, 2), "affine");
  const table = xs.map(before.fitPosterior);
  const bias = xs.map((x, i) => [before.elbo(x, poor(x)), before.elbo(x, table[i])]);
  const stale = (q: ReturnType<typeof rich>, i: number) => after.klPosterior(xs[i], q) > 1e-9;
  const more = (amortised: number, instance: number) => amortised > instance ? "amortised" : "instance";
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  return [
    more(-sum(bias.map(([shared]) => shared)), -sum(bias.map(([, own]) => own))),
    // two fits after θ moved: of the table's first two rows, or of the encoder
    more(
      xs.filter((x, i) => stale(rich(x), i)).length,
      table.slice(2).filter((q, i) => stale(q, i + 2)).length,
    ),
    // an affine mean has two numbers
    more(2, table.flatMap(({ mean }) => mean).length),
  ];
}

/** `answer("bias", () => bias)`: the verdict on one answer of question 1. */
export const answer = questions({ misconceptions, slips }, {
  gapTerm,
  proof11,
  excess,
  bias,
  cost,
  breakEven,
  comparison,
});
