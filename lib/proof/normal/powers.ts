import { type Rational, rational } from "../../math/exact.ts";
import { isScalar } from "../tree.ts";
import type { Algebra } from "./algebra.ts";
import { inverseSum } from "./functions.ts";
import { asNumber, monomial, negate, number, type Power, scale, type Sum } from "./sum.ts";

/** The largest power of a sum that is multiplied out. */
const LARGEST_POWER = 24;
/** Exponents are numbers of float64: beyond this one more is soon none. */
const LARGEST_EXPONENT = 2n ** 40n;
/** The longest number that a line holds. */
const MOST_BITS = 1 << 14;

/** Bits of a whole number, give or take a digit; none of 1. */
const sizeOf = (n: bigint) => n === 1n ? 0 : 4 * n.toString(16).length;

/** Scalar atoms multiplied: exponents of one atom are added; roots and i are lowered. */
export function powersSum(algebra: Algebra, given: readonly Power[]): Sum {
  const found = new Map<string, Power>();
  for (const { atom, exponent } of given) {
    const old = found.get(atom.key)?.exponent ?? 0;
    if (old * exponent < 0) algebra.conditions.add(`${atom.key} ≠ 0`);
    found.set(atom.key, { atom, exponent: old + exponent });
  }
  const plain: Power[] = [], lowered: Sum[] = [];
  for (const { atom, exponent } of found.values()) {
    const root = atom.kind === "power" ? rootOf(atom.exponent) : undefined;
    if (exponent === 0) continue;
    if (atom.kind === "imaginary") {
      const turn = ((exponent % 4) + 4) % 4;
      if (turn >= 2) lowered.push(number(-1));
      if (turn % 2 === 1) plain.push({ atom, exponent: 1 });
    } else if (root && atom.kind === "power" && (exponent < 0 || exponent >= root)) {
      // (√s)³ = s √s and 1 / √s = √s / s: what is left of a root is between 0 and 1
      const whole = Math.floor(exponent / root), rest = exponent - whole * root;
      // a norm's square needs no saying
      const isNorm = atom.base.terms.some((t) => t.powers.some(({ atom: a }) => "word" in a));
      if (!isNorm) algebra.conditions.add(`${atom.base.key} ≥ 0`);
      lowered.push(algebra.power(atom.base, number(whole)));
      if (rest !== 0) plain.push({ atom, exponent: rest });
    } else plain.push({ atom, exponent });
  }
  const own = monomial(1, plain);
  return lowered.reduce((product, s) => {
    const q = asNumber(s);
    return q ? scale(q, product) : algebra.multiply(s, product);
  }, own);
}

/** base ^ exponent: whole powers are multiplied out, sums in an exponent split into factors. */
export function powerSum(algebra: Algebra, base: Sum, exponent: Sum): Sum {
  const n = asNumber(exponent);
  if (n && (n.n > LARGEST_EXPONENT || n.d > LARGEST_EXPONENT)) {
    throw new RangeError(`Cannot multiply out: expected an exponent below 2^40, got ${exponent.key}`);
  }
  if (n && n.d === 1n) return wholePower(algebra, base, Number(n));
  if (!isScalar(base)) return algebra.atom({ kind: "power", base, exponent }, base);
  const value = asNumber(base);
  if (value?.equals(1)) return number(1);
  if (n) {
    const whole = Number(n.floor()), rest = n.sub(whole);
    const part = (value && exactRoot(value, rest)) ?? rootPower(algebra, base, rest);
    return whole === 0 ? part : algebra.multiply(algebra.power(base, number(whole)), part);
  }
  return algebra.product(exponent.terms.map((t) => {
    const c = t.coefficient;
    if (t.key === "1") return algebra.power(base, number(c));
    const root = algebra.atom({ kind: "power", base, exponent: monomial(rational(1, c.d), t.powers) });
    return algebra.power(root, number(rational(c.s * c.n)));
  }));
}

/** base ^ (p/q) for 0 ≤ p/q < 1, as a power of the q-th root. */
function rootPower(algebra: Algebra, base: Sum, exponent: Rational): Sum {
  if (exponent.n === 0n) return number(1);
  const root = algebra.atom({ kind: "power", base, exponent: number(rational(1, exponent.d)) });
  return algebra.power(root, number(rational(exponent.n)));
}

function wholePower(algebra: Algebra, base: Sum, n: number): Sum {
  if (n === 0) return number(1, base);
  const bits = Math.abs(n) *
    Math.max(0, ...base.terms.map(({ coefficient: { n, d } }) => sizeOf(n) + sizeOf(d)));
  if (bits > MOST_BITS) {
    throw new RangeError(`Cannot multiply out: expected numbers of at most ${MOST_BITS} bits, got ${bits}`);
  }
  if (n < 0) {
    const inverted = isScalar(base) ? reciprocal(algebra, base) : inverseSum(algebra, base);
    return wholePower(algebra, inverted, -n);
  }
  const [only, more] = base.terms;
  if (n > LARGEST_POWER && isScalar(base) && only && !more) {
    const powers = powersSum(algebra, only.powers.map((p) => ({ ...p, exponent: p.exponent * n })));
    return scale(only.coefficient.pow(n) as Rational, powers);
  }
  if (n > LARGEST_POWER) return algebra.atom({ kind: "power", base, exponent: number(n) }, base);
  let result = base;
  for (let k = 1; k < n; k++) result = algebra.multiply(result, base);
  return result;
}

/** 1 / s: of one term by its exponents, of a sum as an atom over the sum with leading coefficient 1. */
function reciprocal(algebra: Algebra, base: Sum): Sum {
  if (base.terms.length === 0) {
    throw new RangeError("Cannot divide: expected a divisor that is not 0, got 0");
  }
  const inverse = rational(1).div(base.terms[0].coefficient);
  if (base.terms.length > 1) {
    return scale(inverse, algebra.atom({ kind: "reciprocal", of: scale(inverse, base) }));
  }
  return algebra.product(base.terms[0].powers.reduce<Sum[]>((factors, { atom, exponent }) => {
    if (atom.kind === "reciprocal") return [...factors, algebra.power(atom.of, number(exponent))];
    // 1 / i = −i
    if (atom.kind === "imaginary") return [...factors, negate(powersSum(algebra, [{ atom, exponent }]))];
    return [...factors, powersSum(algebra, [{ atom, exponent: -exponent }])];
  }, [number(inverse)]));
}

/** q where an exponent is 1/q. */
function rootOf(exponent: Sum): number | undefined {
  const value = asNumber(exponent);
  return value && value.n === 1n && value.d > 1n ? Number(value.d) : undefined;
}

/** base^(p/q) where it is rational, and base is not negative. */
function exactRoot(base: Rational, exponent: Rational): Sum | undefined {
  if (base.s < 0n || exponent.n === 0n) return undefined;
  const q = Number(exponent.d);
  const root = (n: bigint) => {
    const near = BigInt(Math.round(Number(n) ** (1 / q)));
    return near ** BigInt(q) === n ? near : undefined;
  };
  const top = root(base.n), bottom = root(base.d);
  if (top === undefined || bottom === undefined) return undefined;
  return number(rational(top, bottom).pow(exponent.n) as Rational);
}
