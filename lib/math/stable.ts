import * as check from "./check.ts";
import type { Vector } from "./types.ts";

/** log 2π. */
export const LOG_2PI = Math.log(2 * Math.PI);

/**
 * log Σᵢ exp(xᵢ)
 *
 * Stable form: m + log(1 + Σ_{i ≠ argmax} exp(xᵢ − m)), m = max x; the textbook form overflows from 710 on.
 *
 * @param x n ≥ 0 exponents, −Infinity (weight 0) and Infinity allowed
 * @returns −Infinity for no or only weightless terms, Infinity when a term is infinite
 * @throws TypeError unless x is an array of numbers; RangeError for a NaN
 */
export function logSumExp(x: Vector): number {
  numbers("take the log-sum-exp", x);
  let top = 0;
  for (let i = 1; i < x.length; i++) if (x[i] > x[top]) top = i;
  const max = x.length === 0 ? -Infinity : x[top];
  if (!Number.isFinite(max)) return max;
  let rest = 0;
  for (let i = 0; i < x.length; i++) if (i !== top) rest += Math.exp(x[i] - max);
  return max + Math.log1p(rest);
}

/**
 * log (1/n) Σᵢ exp(xᵢ)
 *
 * @param x n ≥ 1 exponents, as in {@linkcode logSumExp}
 * @throws RangeError for an empty list or a NaN
 */
export function logMeanExp(x: Vector): number {
  numbers("take the log-mean-exp", x);
  if (x.length === 0) {
    throw new RangeError("Cannot take the log-mean-exp: expected at least one number, got an empty list");
  }
  return logSumExp(x) - Math.log(x.length);
}

/**
 * log(1 + eˣ)
 *
 * Stable form: max(x, 0) + log1p(exp(−|x|)); the textbook form overflows from 710 on.
 *
 * @throws RangeError unless x is finite
 */
export function softplus(x: number): number {
  check.finite("take the softplus", "x", x);
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/**
 * log sech² x = log(1 − tanh² x)
 *
 * Stable form for |x| > 1: 2 (log 2 − |x| − log1p(exp(−2|x|))); there tanh² x rounds to 1 from 19.1 on.
 *
 * @throws RangeError unless x is finite
 */
export function logSech2(x: number): number {
  check.finite("take the log of sech²", "x", x);
  const size = Math.abs(x);
  if (size <= 1) return Math.log1p(-(Math.tanh(x) ** 2));
  return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
}

function numbers(doing: string, x: Vector): void {
  if (!check.isList(x)) {
    throw new TypeError(`Cannot ${doing}: expected an array of numbers, got ${check.describe(x)}`);
  }
  for (let i = 0; i < x.length; i++) {
    if (typeof x[i] === "number" && !Number.isNaN(x[i])) continue;
    const Fault = typeof x[i] === "number" ? RangeError : TypeError;
    throw new Fault(`Cannot ${doing}: expected numbers, got ${check.describe(x[i])} at index ${i}`);
  }
}
