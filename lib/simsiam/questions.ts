import { difference } from "../math/difference.ts";
import { floats } from "../math/field.ts";
import { solveOde } from "../math/ode.ts";
import type { Random } from "../math/random.ts";
import { symmetricSpectrum } from "../math/spectrum.ts";
import type { Matrix } from "../math/types.ts";
import { questions } from "../proof/questions.ts";
import { readBoolean, readRecord } from "../proof/reading.ts";
import type { Relation } from "../proof/verdict.ts";
import { expectationsOver, type PairOf } from "./expectation.ts";
import { misconceptions } from "./misconceptions.ts";
import { slips } from "./slips.ts";
import { curvatureOf, downhill, lossOf, type World, world } from "./questions/world.ts";
import { alive, variants } from "./questions/training.ts";
import { writing51, writing53 } from "./questions/writing.ts";

/**
 * The questions on linear SimSiam. Every check follows from the definitions alone: the loss is summed over all
 * pairs of views that can occur, and differentiated by dual numbers.
 */

type Point = Pick<World, "W" | "Wp" | "X" | "Xprime">;
const pointOf = ({ W, Wp, X, Xprime }: World): Point => ({ W, Wp, X, Xprime });
const short = (x: number) => Number(x.toPrecision(4));
const shapeOf = (A: Matrix) => `${A.length} × ${A[0].length}`;

/** Where a matrix is wrong: how many entries, on which shapes. */
function wrongEntries(given: Matrix, expected: Matrix, what: string): string {
  const wrong = given.flatMap((row, i) => row.filter((x, j) => Math.abs(x - expected[i][j]) > 1e-9)).length;
  const size = given.length * given[0].length;
  return `${wrong} of ${size} entries differ from ${what}, for a ${shapeOf(given)} result.`;
}

/** How many entries of a step differ from minus the slope of the loss, and what to do about it. */
const wrongStep = (of: "W" | "Wp", advice: string) => (at: World, given: Matrix) =>
  `${wrongEntries(given, downhill(at)[of], "minus the slope of the loss")} ${advice}`;

/** What an answer may be written with, where it is written as a formula. */
const written = {
  notation: {
    symbols: { W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
    definitions: { F1: "W (X + Xprime) W'", F2: "W (X + Xprime) W'", F12: "W X W'" },
  },
  names: [null],
};

const J = {
  ask: "Define `J({ W, Wp, X, Xprime })` in the cell above: one number.",
  holds: "Agrees with the loss summed over all pairs of views, for 200 small data sets.",
  instance: world,
  arguments: (at: World) => [pointOf(at)],
  reference: lossOf,
  hint: (at: World, given: number) =>
    `For a data set of ${at.pairs.length} pairs of views, $W$ being ${shapeOf(at.W)}, you say ${
      short(given)
    }; summed pair by pair the loss is something else. Which of the four terms would you test first?`,
  written,
};

const dWp = {
  ask: "Define `dWp({ W, Wp, X, Xprime })` in the cell above: an array of rows, shaped like $W_p$.",
  holds: "Agrees with the slope of the summed loss along every entry of $W_p$, for 200 small data sets.",
  instance: world,
  arguments: (at: World) => [pointOf(at)],
  reference: (at: World) => downhill(at).Wp,
  hint: wrongStep("Wp", "Differentiate the terms of $J$ with $W_p$ in them one by one."),
  written,
};

const dW = {
  ask: "Define `dW({ W, Wp, X, Xprime })` in the cell above: an array of rows, shaped like $W$.",
  holds: "Agrees with the slope of the summed loss along every entry of $W$, both branches moving.",
  instance: world,
  arguments: (at: World) => [pointOf(at)],
  reference: (at: World) => downhill(at).W,
  hint: wrongStep("W", "$W$ stands in all four terms of $J$, twice in each."),
  written,
};

const H = {
  ask: "Define `H({ Wp, X, Xprime })` in the cell above: an $n_1 n_2 \\times n_1 n_2$ array of rows.",
  holds: "Agrees with the second derivatives of the summed loss by the stacked columns of $W$.",
  instance: world,
  arguments: ({ Wp, X, Xprime }: World) => [{ Wp, X, Xprime }],
  reference: curvatureOf,
  hint: (at: World, given: Matrix) => {
    const asymmetric = difference(given, given.map((row, i) => row.map((_, j) => given[j][i]))) > 1e-9;
    return `${wrongEntries(given, curvatureOf(at), "the second derivatives of the loss")} ${
      asymmetric
        ? "Yours is not symmetric: can that be a curvature?"
        : "Apply it to the stacked columns of a $W$ with a single 1 in it."
    }`;
  },
  written: {
    notation: {
      symbols: { Wp: "n2 x n2", X: "n1 x n1 symmetric", Xprime: "n1 x n1 symmetric" },
      definitions: { Wt: "Wp - I" },
      tex: { Wt: "\\tilde W_p" },
    },
    names: [null],
  },
};

interface Decay {
  t: number;
  lambda0: number;
  norm0: number;
}

const normBound = {
  ask: "Define `normBound(t, { lambda0, norm0 })` in the cell above: one number.",
  holds: "Agrees with the slowest flow that the hypothesis allows, integrated numerically.",
  evidence: "quadrature" as const,
  instance: (random: Random, index: number): Decay => ({
    t: index === 0 ? 0 : Number(random.uniform(0, 3).toFixed(3)),
    lambda0: Number(random.uniform(0.05, 1.5).toFixed(3)),
    norm0: Number(random.uniform(0.2, 4).toFixed(3)),
  }),
  arguments: ({ t, lambda0, norm0 }: Decay) => [t, { lambda0, norm0 }],
  reference: slowest,
  hint: (at: Decay, given: number) =>
    `With $\\lambda_0 = ${at.lambda0}$ and a start of norm ${at.norm0} you allow ${
      short(given)
    } at time ${at.t}. ${
      given < slowest(at)
        ? "There is a flow that meets the hypothesis and exceeds this."
        : "No flow that meets the hypothesis comes that far."
    }`,
  written: {
    notation: {
      symbols: { t: "scalar", lambda0: "scalar", norm0: "scalar" },
      tex: { norm0: "\\lVert w(0) \\rVert" },
    },
    names: ["t", null],
  },
};

/** ‖w(t)‖ of the flow that is pulled in as weakly as λ_min(H) ≥ λ₀ allows, in every direction. */
function slowest({ t, lambda0, norm0 }: Decay): number {
  if (t === 0) return norm0;
  return solveOde((_, y) => y.map((x) => -lambda0 * x), [norm0], [0, t], { tolerance: 1e-12 })[1][0];
}

const dWwithoutPredictor = {
  ask: "Define `dWwithoutPredictor({ W, Xprime })` in the cell above: an array of rows, shaped like $W$.",
  holds: "Agrees with the slope of $\\tfrac12 E \\lVert W x_1 - W x_2 \\rVert^2$ along every entry of $W$.",
  instance: (random: Random, index: number): World => {
    const at = world(random, index);
    return { ...at, Wp: at.Wp.map((row, i) => row.map((_, j) => i === j ? 1 : 0)) };
  },
  arguments: ({ W, Xprime }: World) => [{ W, Xprime }],
  reference: (at: World) => downhill(at).W,
  hint: wrongStep("W", "Begin with $J$ for $W_p = I$: what is left of its four traces?"),
  written: {
    notation: { symbols: { W: "n2 x n1", Xprime: "n1 x n1 symmetric" } },
    names: [null],
  },
};

const survives = {
  ask: "Define `survives` in the cell above: an object with four booleans.",
  holds: "Agrees with four networks of one weight and one predictor each, trained step by step.",
  read: (raw: unknown) => {
    const record = readRecord(raw, variants);
    return variants.map((name) => readBoolean(record[name]));
  },
  error: (given: readonly boolean[]) => difference(given, alive()),
  hint: () =>
    "Not every one of these four networks ends as you say. Write down $\\dot W$ for each of them with $n_1 = n_2 = 1$, and follow it by hand or by code.",
};

interface Expansion extends Point {
  pairs: readonly PairOf<number>[];
}

const proof51 = {
  ask:
    "Fill `proof51` in the cell above with lines [line, reason], from the expected square to the four traces.",
  holds: "Every line equals the one above it on 60 small data sets, from the expected square to the traces.",
  instances: 60,
  instance: (random: Random, index: number): Expansion => {
    const at = world(random, index);
    return { ...pointOf(at), pairs: at.pairs };
  },
  writing: writing51,
  first: lossOf,
  // what equation (3) is worth: by 5.1 the same number
  last: lossOf,
  atLeast: 4,
};

interface Descent extends Point {
  H: Matrix;
  lambda0: number;
}

const proof53 = {
  ask:
    "Fill `proof53` in the cell above with lines [line, reason, relation], from half the rate of the squared norm to the bound.",
  holds:
    "Every line stands in its relation to the one above, on 60 points: the squared norm falls at least this fast.",
  instances: 60,
  instance: (random: Random, index: number): Descent => {
    const at = world(random, index), H = curvatureOf(at), lowest = symmetricSpectrum(H).values[0];
    return { ...pointOf(at), H, lambda0: Math.max(0, lowest) * random.uniform(0.3, 0.95) };
  },
  writing: writing53,
  /** ½ d/dt ‖W‖² = tr(Wᵀ Ẇ) on the way down: J is a square in W, so its slope along W is 2 J. */
  first: (at: Descent) => -2 * exchangeableLoss(at),
  last: ({ W, lambda0 }: Descent) => -lambda0 * W.flat().reduce((sum, x) => sum + x * x, 0),
  relations: ["=", "≤"] as const satisfies readonly Relation[],
  atLeast: 3,
};

/** The loss of a data set that has these moments: points ± √λ v of X, each with views ± √λ′ v′ of X′ around it. */
function exchangeableLoss({ W, Wp, X, Xprime }: Point): number {
  const { pairs, loss } = expectationsOver(floats), n = X.length;
  const columns = (S: Matrix) => {
    const { values, vectors } = symmetricSpectrum(S);
    return values.map((value, k) => vectors.map((row) => Math.sqrt(n * Math.max(0, value)) * row[k]));
  };
  const spreads = columns(Xprime), signs = [1, -1];
  const data = columns(X).map((centre) => ({
    weight: 1 / n,
    views: spreads.flatMap((s) => signs.map((sign) => centre.map((x, i) => x + sign * s[i]))),
  }));
  return loss(pairs(data), W, Wp);
}

/** `answer("dW", () => dW)`: the verdict on one answer of question 5. */
export const answer = questions({ misconceptions, slips }, {
  J,
  proof51,
  dWp,
  dW,
  H,
  normBound,
  proof53,
  dWwithoutPredictor,
  survives,
});
