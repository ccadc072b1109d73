import { type Code, f32x4, type FunctionBody, i32, i32x4, type Local, v128 } from "../../math/wasm.ts";

/**
 * Scalar functions on four floats at once. Each is a builder of statements: `let` binds a value to a local,
 * `k` is a constant kept in a local outside the loop.
 */
export type Vectors = ReturnType<typeof vectors>;

export function vectors(f: FunctionBody) {
  let bound: Code[] = [];
  return {
    let(x: Code): Code {
      const local = f.local("v128");
      bound.push(local.set(x));
      return local.value;
    },
    k: (x: number): Code => f.constant(Object.is(x, -0) ? "-0" : String(x), "v128", v128.const(x)),
    bits: (x: number): Code => f.constant(`bits ${x}`, "v128", v128.words([x, x, x, x])),
    /** The statements bound so far, in order; forgets them. */
    statements(): Code {
      const all = bound;
      bound = [];
      return all;
    },
  };
}

/** Floats that a dear kernel takes through its thread's own memory at a time. */
export const staged = 128;

const overStage = (step: number, visit: (offset: number) => Code): Code =>
  Array.from({ length: 4 * staged / step }, (_, i) => visit(i * step));

/**
 * formula(x[0 … staged)) at `stage`, an address known now: V8 joins two operations on four floats into one on eight
 * only where nothing can trap between the loads before and the stores after them.
 */
export function onStage(
  m: Vectors,
  f: FunctionBody,
  stage: number,
  x: Local,
  formula: (x: Code) => Code,
): Code {
  const held = [f.local("v128"), f.local("v128")], results = held.map((one) => m.let(formula(one.value)));
  const work = m.statements(), at = i32.const(stage);
  return [
    overStage(16, (offset) => v128.store(offset, at, v128.load(offset, x.value))),
    overStage(32, (offset) => [
      held.map((one, i) => one.set(v128.load(offset + 16 * i, at))),
      work,
      results.map((result, i) => v128.store(offset + 16 * i, at, result)),
    ]),
  ];
}

/** y[0 … staged) = what is there. */
export const offStage = (stage: number, y: Local): Code =>
  overStage(16, (offset) => v128.store(offset, y.value, v128.load(offset, i32.const(stage))));

const { add, sub, mul, div, madd, abs, neg, sqrt, max, min, nearest } = f32x4;

/** ((c₀ x + c₁) x + c₂) x + … */
const polynomial = (m: Vectors, x: Code, [first, ...rest]: readonly number[]): Code =>
  rest.reduce((sum: Code, c) => m.let(madd(sum, x, m.k(c))), m.k(first));

/** eˣ = 2ⁿ eʳ with n = round(x / ln 2), |r| ≤ ½ ln 2; eʳ by the polynomial of Cephes' expf (Moshier), good to 1 ulp. */
function expParts(m: Vectors, x: Code): { n: Code; y: Code } {
  const n = m.let(nearest(mul(x, m.k(Math.LOG2E))));
  const r = m.let(madd(n, m.k(2.12194440e-4), madd(n, m.k(-0.693359375), x)));
  const p = polynomial(m, r, [
    1.9875691500e-4,
    1.3981999507e-3,
    8.3334519073e-3,
    4.1665795894e-2,
    1.6666665459e-1,
    5.0000001201e-1,
  ]);
  return { n: m.let(i32x4.truncateInRange(n)), y: m.let(add(madd(p, mul(r, r), r), m.k(1))) };
}

/** 2ⁿ, a normal float. */
const power = (m: Vectors, n: Code): Code => i32x4.shl(i32x4.add(n, m.bits(127)), 23);

/**
 * eˣ; denormal results and overflow to Infinity included: 2ⁿ is applied in two halves, because neither 2⁻¹⁵⁰ nor
 * 2¹²⁸ is a normal float.
 */
export function exp(m: Vectors, x: Code): Code {
  const { n, y } = expParts(m, m.let(f32x4.pmax(m.let(f32x4.pmin(x, m.k(89))), m.k(-104))));
  const half = m.let(i32x4.shr(n, 1));
  return m.let(mul(mul(y, power(m, half)), power(m, i32x4.sub(n, half))));
}

/** 2ⁿ m = x with ½ √2 ≤ m < √2; ln x = n ln 2 + ln m, ln m by Cephes' logf. −Infinity at 0, NaN below. */
export function log(m: Vectors, x: Code): Code {
  const tiny = m.let(f32x4.lt(x, m.k(1.1754943508222875e-38)));
  const scaled = m.let(v128.select(mul(x, m.k(8388608)), x, tiny));
  const exponent = m.let(sub(
    f32x4.convert(i32x4.sub(i32x4.shr(scaled, 23), m.bits(126))),
    v128.and(tiny, m.k(23)),
  ));
  const mantissa = m.let(v128.or(v128.and(scaled, m.bits(0x007fffff)), m.bits(0x3f000000)));
  const low = m.let(f32x4.lt(mantissa, m.k(Math.SQRT1_2)));
  const n = m.let(sub(exponent, v128.and(low, m.k(1))));
  const t = m.let(sub(add(mantissa, v128.and(low, mantissa)), m.k(1)));
  const p = polynomial(m, t, [
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
  ]);
  const square = m.let(mul(t, t));
  const y = m.let(madd(n, m.k(-2.12194440e-4), mul(mul(p, square), t)));
  const value = m.let(madd(n, m.k(0.693359375), add(t, madd(square, m.k(-0.5), y))));
  const atInfinity = m.let(v128.select(x, value, f32x4.eq(x, m.k(Infinity))));
  const outside = v128.select(m.k(-Infinity), m.k(NaN), f32x4.eq(x, m.k(0)));
  return m.let(v128.select(atInfinity, outside, f32x4.gt(x, m.k(0))));
}

/** ln(1 + x) = ln(u) (x / (u − 1)) with u = fl(1 + x): the division undoes the rounding of u (Kahan). */
export function log1p(m: Vectors, x: Code): Code {
  const u = m.let(add(x, m.k(1)));
  const d = m.let(sub(u, m.k(1)));
  const corrected = m.let(mul(log(m, u), div(x, d)));
  const same = v128.or(f32x4.eq(d, m.k(0)), f32x4.eq(u, m.k(Infinity)));
  return m.let(v128.select(x, corrected, same));
}

/**
 * 1 + e^{−|x|}, in [1, 2]: the logarithm of a product of these is the sum of theirs. Only e^{−|x|} ≥ 2⁻¹²⁵ matters:
 * one power of two, no denormals.
 */
export function onePlusDecay(m: Vectors, x: Code): Code {
  const { n, y } = expParts(m, m.let(f32x4.pmax(m.let(neg(abs(x))), m.k(-86))));
  return m.let(add(mul(y, power(m, n)), m.k(1)));
}

/** 1 / (1 + e^{−x}) for x ≥ 0, eˣ / (1 + eˣ) below: neither overflows. */
export function sigmoid(m: Vectors, x: Code): Code {
  const e = exp(m, neg(abs(x)));
  const r = m.let(div(m.k(1), add(e, m.k(1))));
  return m.let(v128.select(mul(e, r), r, f32x4.lt(x, m.k(0))));
}

/** 1 − 2 / (e^{2|x|} + 1) with the sign of x, and an odd polynomial (Cephes' tanhf) where |x| < 0.625. */
export function tanh(m: Vectors, x: Code): Code {
  const size = m.let(abs(x));
  const far = m.let(sub(m.k(1), div(m.k(2), add(exp(m, add(size, size)), m.k(1)))));
  const square = m.let(mul(size, size));
  const p = polynomial(m, square, [
    -5.70498872745e-3,
    2.06390887954e-2,
    -5.37397155531e-2,
    1.33314422036e-1,
    -3.33332819422e-1,
  ]);
  const near = m.let(madd(mul(p, square), size, size));
  const value = m.let(v128.select(near, far, f32x4.lt(size, m.k(0.625))));
  return m.let(v128.or(value, v128.and(x, m.bits(0x80000000 | 0))));
}

/** max(x, 0) + ln(1 + e^{−|x|}) = ln(1 + eˣ). */
export function softplus(m: Vectors, x: Code): Code {
  return m.let(add(max(x, m.k(0)), log1p(m, exp(m, neg(abs(x))))));
}

export const relu = (m: Vectors, x: Code): Code => max(x, m.k(0));

/** 1 where x > 0, else `low`; NaN stays NaN. */
export const step = (m: Vectors, x: Code, low: Code): Code => {
  const value = m.let(v128.select(m.k(1), low, f32x4.gt(x, m.k(0))));
  return m.let(v128.select(x, value, f32x4.ne(x, x)));
};

export { abs, add, div, max, min, mul, neg, sqrt, sub };
