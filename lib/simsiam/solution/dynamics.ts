import * as check from "../../math/check.ts";
import { plus, product, productWithTranspose, times, transposeTimes } from "../../math/dense.ts";
import { frobenius, identity } from "../../math/matrix.ts";
import { solveOde } from "../../math/ode.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import { type Moments, moments, network, predictor as predictorOf } from "../arguments.ts";
import { optimalPredictor } from "./optimal_predictor.ts";

/** A start, the data, and which devices are in place. */
export interface Dynamics extends Moments {
  /** Start of the online and target network, n2 × n1. */
  readonly W: Matrix;
  /** Start of the predictor, n2 × n2; used with `predictor: true` only. */
  readonly Wp?: Matrix;
  /** Whether the target branch is held fixed in ∂J/∂W. */
  readonly stopGradient: boolean;
  /** true: learned; false: W_p = I throughout; "optimal": W_p = F₁₂ᵀ F₁⁻¹ at each time. */
  readonly predictor: true | false | "optimal";
  /** η ≥ 0 (default 0), of W and of a learned W_p. */
  readonly weightDecay?: number;
  /** α_p ≥ 0 (default 1): speed of a learned W_p beside W. */
  readonly alphaP?: number;
}

/** Plain gradient descent beside the flow. */
export interface DescentOptions extends Dynamics {
  /** Step size > 0, in units of the flow's time. */
  readonly learningRate: number;
  /** Number of steps, whole, ≥ 0. */
  readonly steps: number;
}

/** The weights at a time. */
interface FlowState {
  readonly t: number;
  readonly W: number[][];
  readonly Wp: number[][];
}

interface Weights {
  readonly W: number[][];
  readonly Wp: number[][];
}

interface System {
  readonly start: Weights;
  /** What the predictor is while the network is W: Wp itself where it is learned. */
  predictorAt(weights: Weights): number[][];
  /** Ẇ, and Ẇ_p where the predictor is learned (else null). */
  velocity(weights: Weights): { dW: number[][]; dWp: number[][] | null };
  readonly learned: boolean;
}

/**
 * Ẇ = −∂J/∂W − η W, Ẇ_p = −α_p ∂J/∂W_p − η W_p, solved to 1e-10 of ‖W‖ and of ‖W_p‖, each on its own scale:
 * a W on its way to 0 keeps its digits.
 *
 * @param times ascending or descending; the first is the initial time
 * @throws RangeError where F₁ is singular for the optimal predictor, where the flow leaves every bound
 * (backward in time), and for wrong arguments
 */
export function gradientFlow(dynamics: Dynamics, times: Vector): FlowState[] {
  const { start, predictorAt, velocity, learned } = system("follow the gradient flow", dynamics);
  const rows = start.W.length, columns = start.W[0].length, split = rows * columns;
  const fold = (y: Vector): Weights => ({
    W: start.W.map((_, i) => y.slice(i * columns, (i + 1) * columns)),
    Wp: learned ? start.Wp.map((_, i) => y.slice(split + i * rows, split + (i + 1) * rows)) : start.Wp,
  });
  const magnitude = (y: Vector) => {
    let ofW = 0, ofWp = 0;
    for (let i = 0; i < y.length; i++) {
      if (i < split) ofW = Math.max(ofW, Math.abs(y[i]));
      else ofWp = Math.max(ofWp, Math.abs(y[i]));
    }
    return y.map((_, i) => i < split ? ofW : ofWp);
  };
  const rate = (_: number, y: Vector) => {
    const { dW, dWp } = velocity(fold(y));
    return flat(dWp === null ? dW : [...dW, ...dWp]);
  };
  const from = flat(learned ? [...start.W, ...start.Wp] : start.W);
  return solveOde(rate, from, times, { magnitude }).map((y, k) => {
    const weights = fold(y);
    return { t: times[k], W: weights.W, Wp: copy(predictorAt(weights)) };
  });
}

/**
 * W ← W + r Ẇ, W_p ← W_p + r Ẇ_p, both from the old weights: Euler's method with step r for `gradientFlow`.
 *
 * @returns the last weights, and norms[k] = ‖W_k‖_F for k = 0 … steps
 * @throws RangeError where a step is too long and the weights overflow, and for wrong arguments
 */
export function gradientDescent(options: DescentOptions): Weights & { norms: number[] } {
  const doing = "descend the gradient";
  const { start, predictorAt, velocity } = system(doing, options);
  const rate = check.positive(doing, "learningRate", options.learningRate);
  const steps = check.integer(doing, "steps", options.steps, { from: 0 });
  let weights = start;
  const norms = [frobenius(start.W)];
  for (let k = 0; k < steps; k++) {
    const { dW, dWp } = velocity(weights);
    weights = {
      W: check.finiteResult(doing, plus(weights.W, dW, rate)),
      Wp: dWp === null ? weights.Wp : check.finiteResult(doing, plus(weights.Wp, dWp, rate)),
    };
    norms.push(frobenius(weights.W));
  }
  return { W: weights.W, Wp: copy(predictorAt(weights)), norms };
}

/** The right-hand side, once every argument is known to be good. */
function system(doing: string, dynamics: Dynamics): System {
  const data = check.object(doing, "dynamics", dynamics);
  const { X, Xprime } = moments(doing, data), W = network(doing, data.W, X);
  const stopGradient = check.boolean(doing, "stopGradient", data.stopGradient);
  const kind = check.oneOf(doing, "predictor", data.predictor, [true, false, "optimal"] as const);
  const eta = check.nonNegative(doing, "weightDecay", data.weightDecay ?? 0);
  const learned = kind === true, C = plus(X, Xprime);
  const alphaP = learned ? check.nonNegative(doing, "alphaP", data.alphaP ?? 1) : 0;
  const Wp = learned ? predictorOf(doing, data.Wp, W) : identity(W.length);

  const predictorAt = (weights: Weights) =>
    kind === "optimal" ? optimalPredictor(doing, weights.W, X, C) : weights.Wp;
  const velocity = (weights: Weights) => {
    const { W } = weights, Wp = predictorAt(weights), WX = product(W, X), WC = product(W, C);
    // ∂J/∂W with the target held fixed is −W_pᵀ R, R = W X − W_p W C; without, W C − W_pW X is added to it.
    const R = plus(WX, product(Wp, WC), -1);
    const pull = transposeTimes(Wp, R);
    const descent = stopGradient ? pull : plus(plus(pull, WC, -1), product(Wp, WX));
    const dW = plus(descent, W, -eta);
    if (!learned) return { dW, dWp: null };
    // Ẇ_p = α_p (F₁₂ᵀ − W_p F₁) − η W_p = α_p R Wᵀ − η W_p: F₁₂ is symmetric here.
    return { dW, dWp: plus(times(alphaP, productWithTranspose(R, W)), Wp, -eta) };
  };
  return { start: { W, Wp }, predictorAt, velocity, learned };
}

/** One row behind the other; `A.flat()` takes twice as long. */
function flat(A: number[][]): number[] {
  const out: number[] = [];
  for (const row of A) {
    for (let j = 0; j < row.length; j++) out.push(row[j]);
  }
  return out;
}

const copy = (A: number[][]) => A.map((row) => [...row]);
