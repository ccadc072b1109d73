import * as check from "./check.ts";
import type { Vector } from "./types.ts";

/** The mean of n ≥ 2 numbers, and its standard error √(Σ (xᵢ − mean)² / n (n − 1)). */
export function average(list: Vector): { mean: number; error: number } {
  const x = check.finiteVector("take an average", "list", list), n = x.length;
  check.integer("take an average", "number of values", n, { from: 2 });
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  return { mean, error: Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1))) };
}
