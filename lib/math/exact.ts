import { Fraction } from "mathjs";
import { type ComplexOver, complexOver, type Field, matricesOver, type MatrixAlgebra } from "./field.ts";

/** A rational number p/q in lowest terms, with numerator and denominator of any size (mathjs's Fraction). */
export type Rational = Fraction;

/**
 * p/q, exactly.
 *
 * @param p whole number (or a float, taken at its exact binary value when q is left out)
 * @param q non-zero whole number
 * @throws RangeError for a denominator of zero or a value that is not finite
 */
export function rational(p: number | bigint, q: number | bigint = 1): Rational {
  if (typeof p === "number" && !Number.isFinite(p) || typeof q === "number" && !Number.isFinite(q)) {
    throw new RangeError(`Cannot make a rational: expected finite numbers, got ${p}/${q}`);
  }
  if (q == 0) throw new RangeError(`Cannot make a rational: expected a non-zero denominator, got ${p}/${q}`);
  const [n, d] = binary(p), [m, e] = binary(q);
  return new Fraction(n * e, d * m);
}

/** The exact value of a float as a ratio of integers: n / 2^k. */
function binary(x: number | bigint): [bigint, bigint] {
  if (typeof x === "bigint") return [x, 1n];
  let denominator = 1n;
  while (!Number.isInteger(x)) {
    x *= 2;
    denominator *= 2n;
  }
  return [BigInt(x), denominator];
}

export function isRational(value: unknown): value is Rational {
  return value instanceof Fraction;
}

/**
 * The nearest float, also where numerator and denominator are each beyond every float (where dividing the two
 * floats would give NaN).
 */
export function toNumber(r: Rational): number {
  const bits = (x: bigint) => x.toString(16).length * 4;
  const shift = 70 - bits(r.n) + bits(r.d);
  const quotient = shift >= 0 ? (r.n << BigInt(shift)) / r.d : r.n / (r.d << BigInt(-shift));
  const half = Math.trunc(-shift / 2);
  return Number(r.s) * Number(quotient) * 2 ** half * 2 ** (-shift - half);
}

/** The rationals as a field: no rounding, ever. */
export const rationals: Field<Rational> = {
  zero: rational(0),
  one: rational(1),
  of: (n) => rational(n),
  // Half of all terms are 0, for which no common divisor need be looked for.
  add: (a, b) => a.n === 0n ? b : b.n === 0n ? a : a.add(b),
  sub: (a, b) => b.n === 0n ? a : a.sub(b),
  mul: (a, b) => a.n === 0n ? a : b.n === 0n ? b : a.mul(b),
  div: (a, b) => {
    if (b.n === 0n) {
      throw new RangeError(`Cannot divide ${a.toFraction()}: expected a non-zero divisor, got 0`);
    }
    return a.div(b);
  },
  neg: (a) => a.neg(),
  equal: (a, b) => a.equals(b),
};

/** The Gaussian rationals a + ib. */
export const gaussianRationals: Field<ComplexOver<Rational>> = complexOver(rationals);

/** Matrices of rationals. */
export const rationalMatrices: MatrixAlgebra<Rational> = matricesOver(rationals);

/**
 * (degree / sampleSize)^trials: the largest probability that a false polynomial identity of total degree
 * ≤ `degree` survives `trials` independent trials at points whose coordinates are uniform on a set of
 * `sampleSize` values (Schwartz 1980, Zippel 1979).
 */
export function chanceOfFalseIdentity(
  { degree, sampleSize, trials }: { degree: number; sampleSize: number; trials: number },
): number {
  for (const [name, value] of Object.entries({ degree, sampleSize, trials })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot bound the chance: expected a positive whole ${name}, got ${value}`);
    }
  }
  return Math.min(1, degree / sampleSize) ** trials;
}
