import { type Desk, numberOf, orderOf, type Part, type Reproduction } from "../../course/reproduction.ts";
import { plus, product, productWithTranspose, transposeTimes } from "../../math/dense.ts";
import { identity, symmetricEigen } from "../../math/linalg.ts";
import { frobenius, scale } from "../../math/matrix.ts";
import { symmetricPart } from "../arguments.ts";
import { solveOde } from "../../math/ode.ts";
import { random } from "../../math/random.ts";
import type { Matrix } from "../../math/types.ts";
import { gradientFlow } from "../solution/dynamics.ts";
import { digitMoments, neighbourAccuracy } from "../solution/digits.ts";
import { gradW, modes } from "../solution.ts";

// The paper's setting: X = I, X′ = σ² I, linear W and W_p, α_p = 1, weight decay η on both.

const SIGMA2 = 0.3, WIDTH = 5, DECAY = 0.05;

interface Found {
  /** Rate at which ‖W Wᵀ − W_pᵀ W_p‖ falls. */
  readonly balance: number;
  /** ‖[F, W_p]‖/(‖F‖ ‖W_p‖) at the start and at the end. */
  readonly turned: readonly number[];
  /** The largest eigenvalue of W_p at the end. */
  readonly top: number;
  /** Largest singular value of W at the end: without stop-gradient, without predictor, and above the decay's threshold. */
  readonly left: {
    readonly plain: number;
    readonly noStop: number;
    readonly noPredictor: number;
    readonly heavy: number;
  };
  /** Accuracy of neighbours on the digits: DirectPred, a predictor trained by gradients, and the start. */
  readonly accuracy: { readonly direct: number; readonly trained: number; readonly start: number };
  /** Times until the mode of a slow target, and of none, is nine tenths up. */
  readonly times: { readonly slow: number; readonly none: number };
}

/** A random W and a random symmetric, positive W_p of one size. */
function start(seed: number) {
  const chance = random(seed), n = WIDTH;
  const W = scale(0.6, chance.normalMatrix(n, n)), B = chance.normalMatrix(n, n);
  return { W, Wp: plus(scale(0.3 / n, productWithTranspose(B, B)), identity(n), 0.7) };
}

/**
 * W ← W + r (−∂J/∂W − η W) with DirectPred: at each step W_p = U diag(√s + ε max s) Uᵀ of the eigenvalues s of F = W C Wᵀ, ε = 0.1
 * (the paper's Section 4, with the statistics exact).
 */
function directPred(
  of: { W: Matrix; X: Matrix; Xprime: Matrix; steps: number; rate: number; decay: number },
): number[][] {
  const { X, Xprime, steps, rate, decay } = of, C = plus(X, Xprime);
  let W = of.W.map((row) => [...row]);
  for (let k = 0; k < steps; k++) {
    const { values, vectors } = symmetricEigen(symmetricPart(productWithTranspose(product(W, C), W)));
    const top = values[values.length - 1], p = values.map((s) => Math.sqrt(Math.max(0, s)) + 0.1 * top);
    const Wp = productWithTranspose(vectors.map((row) => row.map((x, j) => x * p[j])), vectors);
    const slope = gradW({ W, Wp, X, Xprime, stopGradient: true });
    W = W.map((row, i) => row.map((x, j) => x - rate * (slope[i][j] + decay * x)));
  }
  return W;
}

/** The time at which s reaches nine tenths of its end, with a target that follows at this rate (Infinity: at once). */
function timeToRise(follow: number): number {
  const eta = 0.02, c = 1 + SIGMA2;
  // w and its target a: ẇ = p (a − c p w) − η w, ṗ = (a − c p w) w − η p, ȧ = follow (w − a)
  const slope = (_: number, [w, p, a]: readonly number[]) => {
    const target = follow === Infinity ? w : a, force = target - c * p * w;
    return [p * force - eta * w, force * w - eta * p, follow === Infinity ? 0 : follow * (w - a)];
  };
  const times = Array.from({ length: 2001 }, (_, i) => i * 0.1);
  const path = solveOde(slope, [0.3, 0.3, 0.3], times).map(([w]) => w), end = path[path.length - 1];
  return times[path.findIndex((w) => w >= 0.9 * end)];
}

function part(desk: Desk, seed: number): Part<Found> {
  return {
    key: `seed${seed}`,
    async run(report) {
      const X = identity(WIDTH), Xprime = scale(SIGMA2, X), { W, Wp } = start(seed);
      const base = { W, Wp, X, Xprime, stopGradient: true, predictor: true as const, weightDecay: DECAY };
      const late = desk.tiny ? 10 : 200, flow = gradientFlow(base, [0, 2, 6, late]);
      const unbalanced = (at: number) =>
        frobenius(
          plus(productWithTranspose(flow[at].W, flow[at].W), transposeTimes(flow[at].Wp, flow[at].Wp), -1),
        );
      const turned = ({ W, Wp }: { W: Matrix; Wp: Matrix }) => {
        const F = scale(1 + SIGMA2, productWithTranspose(W, W));
        return frobenius(plus(product(F, Wp), product(Wp, F), -1)) / frobenius(F) / frobenius(Wp);
      };
      await report(0.2);
      const end = flow[3];
      const size = (dynamics: Parameters<typeof gradientFlow>[0]) =>
        frobenius(gradientFlow(dynamics, [0, late])[1].W) / frobenius(W);
      const left = {
        plain: frobenius(end.W) / frobenius(W),
        noStop: size({ ...base, stopGradient: false }),
        noPredictor: size({ ...base, predictor: false }),
        heavy: size({
          ...base,
          weightDecay: 1.1 * modes({ x: 1, xPrime: SIGMA2, weightDecay: 0 }).threshold,
        }),
      };
      await report(0.5);
      const digits = digitMoments({ seed }), chance = random(seed + 100), n1 = digits.X.length;
      const first = scale(0.3 / Math.sqrt(n1), chance.normalMatrix(8, n1)), steps = desk.tiny ? 3 : 1_500;
      const moments = { X: digits.X, Xprime: digits.Xprime };
      const direct = directPred({ W: first, ...moments, steps, rate: 0.1, decay: 0.02 });
      await report(0.8);
      const trained = gradientFlow(
        { W: first, Wp: identity(8), ...moments, stopGradient: true, predictor: true, weightDecay: 0.02 },
        [0, steps * 0.1],
      )[1].W;
      const accuracy = (W: Matrix) => neighbourAccuracy(W, digits.projection);
      return {
        balance: Math.log(unbalanced(1) / unbalanced(2)) / 4,
        turned: [turned(flow[0]), turned(end)],
        top: Math.max(...symmetricEigen(symmetricPart(end.Wp)).values),
        left,
        accuracy: { direct: accuracy(direct), trained: accuracy(trained), start: accuracy(first) },
        times: { slow: timeToRise(0.2), none: timeToRise(Infinity) },
      };
    },
  };
}

export const eigenspaces: Reproduction = {
  name: "eigenspaces",
  title: "Why SimSiam does not collapse",
  paper:
    "Tian, Chen and Ganguli 2021, Understanding Self-Supervised Learning Dynamics without Contrastive Pairs",
  link: "https://arxiv.org/abs/2102.06810",
  what:
    "The paper's linear setting, X = I and X′ = 0.3 I, five units, $\\alpha_p = 1$, decay 0.05, W and a symmetric $W_p$ by chance: the " +
    "flow by a solver good to 1e-10. DirectPred beside a predictor trained by gradients on the moments of the 8 × 8 digits; the " +
    "paper compares them on STL-10 and ImageNet.",
  chance: true,
  mnist: false,
  minutes: 3,
  async run(desk) {
    const found = await desk.parts(desk.seeds.map((seed) => part(desk, seed)));
    const each = (f: (one: Found) => number) => found.map(f);
    const { pPlus } = modes({ x: 1, xPrime: SIGMA2, weightDecay: DECAY });
    return {
      comparisons: [
        numberOf({
          statement: "Decay balances: $W W^\\top - \\alpha_p^{-1} W_p^\\top W_p$ falls like $e^{-2 \\eta t}$",
          where: "Theorem 1",
          published: 2 * DECAY,
          within: 1e-6,
          ours: each(({ balance }) => balance),
          unit: "(rate)",
        }),
        numberOf({
          statement: "Without the stop-gradient W dies",
          where: "Theorem 2",
          published: 0,
          within: 0.01,
          ours: each(({ left }) => left.noStop),
          unit: "of ‖W(0)‖",
        }),
        numberOf({
          statement: "Without a predictor W dies",
          where: "Section 2, after Theorem 2",
          published: 0,
          within: 0.01,
          ours: each(({ left }) => left.noPredictor),
          unit: "of ‖W(0)‖",
        }),
        orderOf({
          statement: "With both it stays",
          where: "Section 3",
          published: "W does not vanish",
          ours: each(({ left }) => left.plain - 0.1),
          unit: "of the start, above 10 %",
        }),
        numberOf({
          statement: "The eigenspaces of $W_p$ and of F align: their commutator vanishes",
          where: "Theorem 3",
          published: 0,
          within: 1e-3,
          ours: each(({ turned }) => turned[1]),
          unit: "of $\\lVert F \\rVert \\lVert W_p \\rVert$",
        }),
        numberOf({
          statement:
            "An aligned mode ends at $p_+ = (1 + \\sqrt{1 - 4 \\eta (1 + \\sigma^2)})/2(1 + \\sigma^2)$",
          where: "Section 3.2",
          published: pPlus ?? 0,
          within: 1e-3,
          ours: each(({ top }) => top),
          unit: "(largest eigenvalue)",
        }),
        numberOf({
          statement: "Decay above $1/4(1 + \\sigma^2)$ kills every mode",
          where: "Section 3.2",
          published: 0,
          within: 0.01,
          ours: each(({ left }) => left.heavy),
          unit: "of ‖W(0)‖",
        }),
        orderOf({
          statement: "A slow target (EMA) makes a mode rise more slowly",
          where: "Section 3.2",
          published: "EMA slows learning",
          ours: each(({ times }) => times.slow - times.none),
          unit: "later (flow's time)",
        }),
        orderOf({
          statement:
            "DirectPred, whose predictor is set and not trained, beats a linear one trained by gradients",
          where: "Abstract",
          published: "+2.5 % (ImageNet, 300 epochs)",
          ours: each(({ accuracy }) => accuracy.direct - accuracy.trained),
          unit: "of accuracy",
        }),
      ],
      series: {
        turned: found.map(({ turned }) => turned),
        accuracy: found.map(({ accuracy }) => [accuracy.start, accuracy.trained, accuracy.direct]),
        left: found.map(({ left }) => Object.values(left)),
      },
    };
  },
};
