/** What a class's points are described by. */

export const sum = (xs: readonly number[]): number => xs.reduce((all, x) => all + x, 0);

export const mean = (xs: readonly number[]): number => xs.length === 0 ? NaN : sum(xs) / xs.length;

/** The p-quantile, linear between the two nearest values (R's type 7). */
export function quantile(xs: readonly number[], p: number): number {
  const sorted = xs.toSorted((a, b) => a - b), at = p * (sorted.length - 1), low = Math.floor(at);
  return sorted.length === 0
    ? NaN
    : sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

/** Pearson's r; undefined where one of the two does not vary. */
export function correlation(xs: readonly number[], ys: readonly number[]): number | undefined {
  const [mx, my] = [mean(xs), mean(ys)];
  const part = (a: readonly number[], ma: number, b: readonly number[], mb: number) =>
    sum(a.map((x, i) => (x - ma) * (b[i] - mb)));
  const spread = part(xs, mx, xs, mx) * part(ys, my, ys, my);
  return spread > 1e-12 ? part(xs, mx, ys, my) / Math.sqrt(spread) : undefined;
}

/** How many values fall into each of n equal parts of [0, most]; the last part holds its end. */
export function histogram(xs: readonly number[], most: number, n: number): number[] {
  const counts = new Array<number>(n).fill(0);
  for (const x of xs) counts[Math.max(0, Math.min(n - 1, Math.floor(x / most * n)))]++;
  return counts;
}
