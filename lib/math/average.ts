import * as check from "./check.ts";
import type { Vector } from "./types.ts";

export const sum = (list: Vector): number => list.reduce((total, x) => total + x, 0);

/** NaN for none. */
export const mean = (list: Vector): number => sum(list) / list.length;

/** The mean of n ≥ 2 numbers, and its standard error √(Σ (xᵢ − mean)² / n (n − 1)). */
export function average(list: Vector): { mean: number; error: number } {
  const x = check.finiteVector("take an average", "list", list), n = x.length;
  check.integer("take an average", "number of values", n, { from: 2 });
  const middle = mean(x);
  return { mean: middle, error: Math.sqrt(sum(x.map((value) => (value - middle) ** 2)) / (n * (n - 1))) };
}
