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
  finite("take the softplus", x);
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
  finite("take the log of sech²", x);
  const size = Math.abs(x);
  if (size <= 1) return Math.log1p(-(Math.tanh(x) ** 2));
  return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
}

function finite(action: string, x: number): void {
  if (typeof x !== "number") {
    throw new TypeError(`Cannot ${action}: expected a number, got ${String(x)}`);
  }
  if (!Number.isFinite(x)) throw new RangeError(`Cannot ${action}: expected a finite number, got ${x}`);
}

function numbers(action: string, x: Vector): void {
  if (!Array.isArray(x) && !(ArrayBuffer.isView(x) && "length" in x)) {
    throw new TypeError(`Cannot ${action}: expected an array of numbers, got ${String(x)}`);
  }
  for (let i = 0; i < x.length; i++) {
    if (typeof x[i] !== "number") {
      throw new TypeError(`Cannot ${action}: expected numbers, got ${String(x[i])} at index ${i}`);
    }
    if (Number.isNaN(x[i])) throw new RangeError(`Cannot ${action}: expected numbers, got NaN at index ${i}`);
  }
}
