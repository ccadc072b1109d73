import { logSech2 } from "../math/stable.ts";

/**
 * d/da (a + c tanh a) = 1 + c sech² a
 *
 * Stable form: (1 + c) sech² a + tanh² a, which does not cancel near c = −1.
 */
export function tanhShiftSlope(c: number, a: number): number {
  return (1 + c) * Math.exp(logSech2(a)) + Math.tanh(a) ** 2;
}

/** The a with a + c tanh a = b, for c ≥ −1: Newton's method, bisection where it leaves the bracket b ± |c|. */
export function solveTanhShift(c: number, b: number): number {
  let low = b - Math.abs(c), high = b + Math.abs(c);
  // With c as large as this halving the bracket would not end: tanh a is b/(1 + c), but for what a itself takes.
  let a = c > 2 ** 50 && Math.abs(b) < c ? Math.atanh(b / (1 + c)) : b;
  for (let step = 0; step < 400; step++) {
    const t = Math.tanh(a), excess = a + c * t - b;
    if (excess === 0) return a;
    if (excess > 0) high = a;
    else low = a;
    // The slope need not be exact here: a root is a root.
    const newton = a - excess / ((1 + c) * (1 - t * t) + t * t);
    const next = newton > low && newton < high ? newton : low / 2 + high / 2;
    if (next === a || Math.abs(next - a) < Number.EPSILON / 4 * Math.abs(a)) return next;
    a = next;
  }
  return a;
}
