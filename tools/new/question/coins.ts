/**
 * E f(x) = p f(1) + (1 − p) f(0): the mean over one toss of a coin.
 *
 * @param p probability of 1, from 0 to 1
 * @param f any function of the outcome 0 or 1
 * @throws RangeError for p outside [0, 1]
 */
export function expectation(p: number, f: (x: 0 | 1) => number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot toss a coin: expected p from 0 to 1, got ${p}`);
  return p * f(1) + (1 - p) * f(0);
}
