import { describeList } from "./describe.ts";
import { isRational, type Rational, toNumber } from "./exact.ts";

/** What a line of a derivation, or a side of a check, may be: numbers, rationals, complex ones, and arrays of these. */
export type Value =
  | number
  | boolean
  | string
  | Rational
  | { readonly re: number | Rational; readonly im: number | Rational }
  | readonly Value[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array;

const isComplex = (v: unknown): v is { re: number | Rational; im: number | Rational } =>
  typeof v === "object" && v !== null && "re" in v && "im" in v && !isRational(v);

/** The shape as words: "a number", "a 2 × 3 array", "a complex number". */
export function describeShape(v: Value): string {
  if (typeof v === "number") return "a number";
  if (typeof v === "string") return "a string";
  if (typeof v === "boolean") return "a boolean";
  if (isRational(v)) return "a rational number";
  if (isComplex(v)) return "a complex number";
  return describeList(v as ArrayLike<unknown>);
}

/** The scalars of a value, in reading order; a complex number gives two. */
export function scalars(v: Value): (number | boolean | string | Rational)[] {
  if (typeof v !== "object" || isRational(v)) return [v];
  if (isComplex(v)) return [v.re, v.im];
  return Array.from(v as ArrayLike<Value>).flatMap(scalars);
}

/** The same as floats. */
export const numbersOf = (v: Value): number[] => scalars(v).map(Number);

/** Whether every number in the value is finite. */
export function isFiniteValue(v: Value): boolean {
  return scalars(v).every((x) => typeof x !== "number" || Number.isFinite(x));
}

/**
 * max |aᵢ − bᵢ| / max(1, max |aᵢ|, max |bᵢ|): how far apart two values are. Between rationals it is 0 only
 * when they are equal; other shapes are infinitely far apart; NaN where one holds a NaN.
 */
export function difference(a: Value, b: Value): number {
  if (describeShape(a) !== describeShape(b) && !(numeric(a) && numeric(b))) return Infinity;
  return largestGap(a, b, Math.abs);
}

/** max (aᵢ − bᵢ)⁺ / max(1, |a|, |b|): by how much "a ≤ b" fails, elementwise; 0 where it holds. */
export const excess = (a: Value, b: Value): number => largestGap(a, b, (gap) => Math.max(0, gap));

/** How two values may stand to each other. */
export type Order = "=" | "≤" | "≥";

/** By how much a fails to stand in the order to b; other shapes are never equal. */
export function violation(a: Value, b: Value, order: Order): number {
  if (order === "=") return difference(a, b);
  return order === "≤" ? excess(a, b) : excess(b, a);
}

/** max part(aᵢ − bᵢ) / max(1, max |aᵢ|, max |bᵢ|); Infinity for words that differ and for lists of other lengths. */
function largestGap(a: Value, b: Value, part: (gap: number) => number): number {
  const p = scalars(a), q = scalars(b);
  if (p.length !== q.length) return Infinity;
  let scale = 1, largest = 0;
  for (let i = 0; i < p.length; i++) {
    const x = p[i], y = q[i];
    if (isRational(x) && isRational(y)) {
      const counts = part(x.compare(y)) > 0;
      if (counts) largest = Math.max(largest, Math.abs(toNumber(x.sub(y))), Number.MIN_VALUE);
    } else if ([x, y].some((z) => typeof z === "string" || typeof z === "boolean")) {
      if (x !== y) return Infinity;
    } else {
      const s = asNumber(x), t = asNumber(y);
      if (Number.isNaN(s) || Number.isNaN(t)) return NaN;
      if (s !== t) largest = Math.max(largest, part(s - t));
      for (const m of [Math.abs(s), Math.abs(t)]) if (Number.isFinite(m)) scale = Math.max(scale, m);
    }
  }
  return largest / scale;
}

const asNumber = (x: unknown) => isRational(x) ? toNumber(x) : Number(x);
const numeric = (v: Value) => typeof v === "number" || isRational(v);

/** 0 where a condition holds, Infinity where it does not: a law without a margin, as an error. */
export function failsUnless(condition: boolean): number {
  return condition ? 0 : Infinity;
}
