import * as check from "../math/check.ts";
import { luFactor } from "../math/lu.ts";
import type { Vector } from "../math/types.ts";

/** Step of the differences, relative to max(1, |u|): its fourth power and the rounding are below 1e-12. */
const STEP = 1e-3;

/**
 * |det J_F(u)|: by how much F stretches a small volume at u, measured by differences of F alone
 *
 * Five-point differences a coordinate, error O(h⁴): a witness that knows no formula for the derivative.
 *
 * @param F from numbers to numbers, or from n components to n components; smooth within 2e-3 of u
 * @param u a number or a vector
 */
export function volumeStretch<U extends number | Vector>(
  F: (u: U) => number | readonly number[],
  u: U,
): number {
  const doing = "measure a stretch of volume";
  check.callable(doing, "F", F);
  const at = typeof u === "number" ? [check.finite(doing, "u", u)] : check.finiteVector(doing, "u", u);
  const valueAt = (v: number[]) => {
    const image = F((typeof u === "number" ? v[0] : v) as U);
    return typeof image === "number" ? [image] : image;
  };
  const columns = at.map((x, j) => {
    const h = STEP * Math.max(1, Math.abs(x));
    const moved = (k: number) => valueAt(at.map((y, i) => i === j ? y + k * h : y));
    const [a, b, c, d] = [-2, -1, 1, 2].map(moved);
    return a.map((_, i) => (a[i] - 8 * b[i] + 8 * c[i] - d[i]) / (12 * h));
  });
  const pivots = luFactor(at.map((_, i) => columns.map((column) => column[i])))?.rows ?? [];
  return pivots.length === 0 ? 0 : Math.abs(pivots.reduce((product, row, i) => product * row[i], 1));
}
