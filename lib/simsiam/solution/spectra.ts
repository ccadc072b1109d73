import { modes } from "../solution.ts";
import type { Matrix } from "../../math/types.ts";

/** Two settings with stop-gradient and predictor in which single directions live or die. */

/** Modes that do not touch each other: X = diag(x), X′ = x′ I, W(0) = w I, W_p(0) = p I. */
export const aligned = { x: [1, 0.6, 0.3], xPrime: 0.25, w: 0.3, p: 0.7 } as const;

/** No two of these matrices commute; W Wᵀ − W_pᵀ W_p has the eigenvalues −1.554, −0.325, 0.299. */
export const crossed = {
  X: [[0.92, -0.15, -1.33, 0.17], [-0.15, 1.59, 0.41, -0.04], [-1.33, 0.41, 2.66, -0.02], [
    0.17,
    -0.04,
    -0.02,
    0.5,
  ]],
  Xprime: [[0.11, 0, 0.04, 0.06], [0, 0.08, -0.13, 0.01], [0.04, -0.13, 0.55, -0.1], [
    0.06,
    0.01,
    -0.1,
    0.22,
  ]],
  W: [[0.4, 0, -0.3, -0.3], [-0.2, -0.5, -0.2, 0], [0.1, -0.1, -0.8, 0]],
  Wp: [[0.7, 0.3, 0.2], [-0.2, 0.4, 0.6], [0.2, 0.5, 1.2]],
} as const satisfies Readonly<Record<string, Matrix>>;

/** What one mode is, and where it starts. */
export interface ModeStart {
  readonly x: number;
  readonly xPrime: number;
  readonly w: number;
  readonly p: number;
}

/**
 * lim |w(t)| of one mode without decay, w ≠ 0: √(a² + c) with a = x / (x + x′) and c = w² − p², which does not change;
 * 0 where c < −a², or p < 0 and c ≤ 0, because w = 0 is then met first. A mode with w = 0 stays there.
 */
export function frozenLimit({ x, xPrime, w, p }: ModeStart): number {
  const a = x / (x + xPrime), c = w * w - p * p;
  return w === 0 || c < -a * a || p < 0 && c <= 0 ? 0 : Math.sqrt(a * a + c);
}

/**
 * Where a mode of `aligned` ends: p₊ below the threshold and 0 beyond, for η = 0 what its start leaves of it. Its start
 * lies in the basin of p₊ up to 0.9 of the threshold; between that and the threshold it may end at 0.
 */
export function alignedLimit(x: number, weightDecay: number): number {
  const { xPrime, w, p } = aligned;
  return weightDecay === 0 ? frozenLimit({ x, xPrime, w, p }) : modes({ x, xPrime, weightDecay }).pPlus ?? 0;
}
