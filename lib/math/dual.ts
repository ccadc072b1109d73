import type { Field } from "./field.ts";
import { floats } from "./field.ts";

/** a + b ε with ε² = 0: a value and its derivative, carried together. */
export interface Dual<T> {
  readonly value: T;
  readonly slope: T;
}

/** (a + bε)(c + dε) = ac + (ad + bc)ε over `field`: exact derivatives, rational ones over the rationals. */
export function dualOver<T>(field: Field<T>): Field<Dual<T>> {
  const { add, sub, mul, div, neg } = field;
  return {
    zero: { value: field.zero, slope: field.zero },
    one: { value: field.one, slope: field.zero },
    of: (n) => ({ value: field.of(n), slope: field.zero }),
    add: (a, b) => ({ value: add(a.value, b.value), slope: add(a.slope, b.slope) }),
    sub: (a, b) => ({ value: sub(a.value, b.value), slope: sub(a.slope, b.slope) }),
    mul: (a, b) => ({
      value: mul(a.value, b.value),
      slope: add(mul(a.value, b.slope), mul(a.slope, b.value)),
    }),
    div: (a, b) => ({
      value: div(a.value, b.value),
      slope: div(sub(mul(a.slope, b.value), mul(a.value, b.slope)), mul(b.value, b.value)),
    }),
    neg: (a) => ({ value: neg(a.value), slope: neg(a.slope) }),
    equal: (a, b) => field.equal(a.value, b.value) && field.equal(a.slope, b.slope),
  };
}

/** Dual numbers over float64. */
export const duals: Field<Dual<number>> = dualOver(floats);

/** f(a + bε) = f(a) + f′(a) b ε for a float function with known derivative. */
function lift(f: (x: number) => number, slope: (x: number) => number) {
  return (a: Dual<number>): Dual<number> => ({ value: f(a.value), slope: slope(a.value) * a.slope });
}

export const exp = lift(Math.exp, Math.exp);
export const log = lift(Math.log, (x) => 1 / x);
export const sqrt = lift(Math.sqrt, (x) => 0.5 / Math.sqrt(x));
export const tanh = lift(Math.tanh, (x) => Math.cosh(x) ** -2);

/**
 * (∂f/∂x₁, …, ∂f/∂xₙ) at x, exactly: one pass a coordinate.
 *
 * @param f written over a field, e.g. `(F, [d, g]) => F.mul(d, g)`
 * @param x point, n elements of `field`
 */
export function gradientOver<T>(
  field: Field<T>,
  f: (dual: Field<Dual<T>>, x: Dual<T>[]) => Dual<T>,
  x: readonly T[],
): T[] {
  const dual = dualOver(field);
  return x.map((_, k) =>
    f(dual, x.map((value, i) => ({ value, slope: i === k ? field.one : field.zero }))).slope
  );
}

/** ∇f at x of a function of dual floats. */
export function gradient(f: (x: Dual<number>[]) => Dual<number>, x: readonly number[]): number[] {
  return x.map((_, k) => f(x.map((value, i) => ({ value, slope: i === k ? 1 : 0 }))).slope);
}
