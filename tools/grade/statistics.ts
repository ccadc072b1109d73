/** What a class's points are described by. */
import { corr, quantileSeq, std } from "mathjs";

/** The p-quantile, linear between the two nearest values (R's type 7); NaN of none. */
export const quantile = (xs: readonly number[], p: number): number =>
  xs.length === 0 ? NaN : Number(quantileSeq([...xs], p));

/** Pearson's r; undefined where one of the two does not vary. */
export function correlation(xs: readonly number[], ys: readonly number[]): number | undefined {
  const lists = [[...xs], [...ys]];
  const varies = xs.length > 1 && lists.every((list) => Number(std(list)) > 1e-9);
  return varies ? Number(corr(lists[0], lists[1])) : undefined;
}

/** How many values fall into each of n equal parts of [0, most]; the last part holds its end. */
export function histogram(xs: readonly number[], most: number, n: number): number[] {
  const counts = new Array<number>(n).fill(0);
  for (const x of xs) counts[Math.max(0, Math.min(n - 1, Math.floor(x / most * n)))]++;
  return counts;
}
