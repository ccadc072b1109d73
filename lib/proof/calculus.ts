import { describe } from "../math/describe.ts";
import { type Dual, dualOver, duals } from "../math/dual.ts";
import {
  gaussianRationals,
  isRational,
  type Rational,
  rational,
  rationals,
  toNumber,
} from "../math/exact.ts";
import { complexes, type ComplexOver, type Field, floats } from "../math/field.ts";

/** What a formula is evaluated over: a field, how plain data enters it, and the functions it has beyond the four operations. */
export interface Calculus<T> {
  readonly field: Field<T>;
  /** Name in a sentence: "float64". */
  readonly name: string;
  /** A float, a rational or an element, as an element. */
  embed(x: unknown): T;
  /** The integer an element is, or undefined. */
  whole(x: T): number | undefined;
  readonly functions: ReadonlyMap<string, (x: T) => T>;
  /** a < b, where the field has an order. */
  less?(a: T, b: T): boolean;
  /** i, where the field has one. */
  readonly imaginary?: T;
  /** Of duals: what they stand over. */
  readonly base?: Calculus<unknown>;
}

const refuse = (name: string, wanted: string, x: unknown) =>
  new TypeError(`Cannot evaluate over ${name}: expected ${wanted}, got ${describe(x)}`);

const float: Calculus<number> = {
  field: floats,
  name: "float64",
  embed: (x) => {
    if (typeof x === "number") return x;
    if (typeof x === "bigint") return Number(x);
    if (isRational(x)) return toNumber(x);
    throw refuse("float64", "a number", x);
  },
  whole: (x) => Number.isInteger(x) ? x : undefined,
  functions: new Map(Object.entries({
    log: Math.log,
    exp: Math.exp,
    sqrt: Math.sqrt,
    abs: Math.abs,
    cos: Math.cos,
    sin: Math.sin,
    tanh: Math.tanh,
  })),
  less: (a, b) => a < b,
};

const exact: Calculus<Rational> = {
  field: rationals,
  name: "the rationals",
  embed: (x) => {
    if (isRational(x)) return x;
    if (typeof x === "number" || typeof x === "bigint") return rational(x);
    throw refuse("the rationals", "a rational number", x);
  },
  whole: (x) => x.d === 1n ? Number(x.s * x.n) : undefined,
  functions: new Map<string, (x: Rational) => Rational>(Object.entries({
    abs: (x: Rational) => x.abs(),
    sqrt: (x: Rational) => {
      const [n, d] = [wholeRoot(x.n), wholeRoot(x.d)];
      if (x.s < 0n || n === undefined || d === undefined) {
        throw new RangeError(
          `Cannot take a root over the rationals: expected the square of a rational, got ${x.toFraction()}`,
        );
      }
      return rational(n, d);
    },
  })),
  less: (a, b) => a.compare(b) < 0,
};

function wholeRoot(n: bigint): bigint | undefined {
  let root = BigInt(Math.floor(Math.sqrt(Number(n))));
  while (root * root > n) root--;
  while ((root + 1n) * (root + 1n) <= n) root++;
  return root * root === n ? root : undefined;
}

function complexCalculus<T>(field: Field<ComplexOver<T>>, base: Calculus<T>): Calculus<ComplexOver<T>> {
  const { zero, one } = base.field;
  return {
    field,
    name: `complex numbers over ${base.name}`,
    embed: (x) =>
      typeof x === "object" && x !== null && "re" in x && "im" in x
        ? { re: base.embed(x.re), im: base.embed(x.im) }
        : { re: base.embed(x), im: zero },
    whole: (x) => base.field.equal(x.im, zero) ? base.whole(x.re) : undefined,
    functions: new Map(),
    imaginary: { re: zero, im: one },
  };
}

const known = new Map<unknown, Calculus<unknown>>();
const register = <T>(calculus: Calculus<T>) => known.set(calculus.field, calculus as Calculus<unknown>);
register(float);
register(exact);
register(complexCalculus(complexes, float));
register(complexCalculus(gaussianRationals, exact));

/** The calculus over a field; one that is neither known nor of dual numbers gets the four operations only. */
export function calculusOver<T>(field: Field<T>): Calculus<T> {
  const found = known.get(field);
  if (found) return found as Calculus<T>;
  const { zero } = field;
  if (typeof zero === "object" && zero !== null && "value" in zero && "slope" in zero) {
    const base = (isRational(zero.value) ? exact : float) as Calculus<unknown>;
    return makeDual(base, field as unknown as Field<Dual<unknown>>) as unknown as Calculus<T>;
  }
  return {
    field,
    name: "this field",
    embed: (x) => {
      if (typeof x === "number") return field.of(x);
      if (isRational(x)) return field.div(field.of(Number(x.s * x.n)), field.of(Number(x.d)));
      return x as T;
    },
    whole: () => undefined,
    functions: new Map(),
  };
}

const above = new WeakMap<object, Calculus<unknown>>();

/** a + bε over a calculus, with the derivatives of its functions. */
export function dualCalculus<T>(base: Calculus<T>): Calculus<Dual<T>> {
  const made = above.get(base) ?? makeDual(base) as Calculus<unknown>;
  above.set(base, made);
  return made as Calculus<Dual<T>>;
}

function makeDual<T>(base: Calculus<T>, field = dualOver(base.field)): Calculus<Dual<T>> {
  const { mul, div, neg, of, one, zero, equal } = base.field;
  const f = (name: string) => base.functions.get(name)!;
  const slopes: Record<string, (x: T, y: T) => T> = {
    log: (x) => div(one, x),
    exp: (_, y) => y,
    sqrt: (_, y) => div(one, mul(of(2), y)),
    abs: (x, y) => div(y, x),
    cos: (x) => neg(f("sin")(x)),
    sin: (x) => f("cos")(x),
    tanh: (_, y) => base.field.sub(one, mul(y, y)),
  };
  const functions = new Map<string, (x: Dual<T>) => Dual<T>>();
  for (const [name, g] of base.functions) {
    functions.set(name, (x) => {
      const value = g(x.value);
      return { value, slope: equal(x.slope, zero) ? zero : mul(slopes[name](x.value, value), x.slope) };
    });
  }
  return {
    field,
    name: `dual numbers over ${base.name}`,
    embed: (x) =>
      typeof x === "object" && x !== null && "value" in x && "slope" in x
        ? x as Dual<T>
        : { value: base.embed(x), slope: zero },
    whole: (x) => equal(x.slope, zero) ? base.whole(x.value) : undefined,
    functions,
    ...(base.less ? { less: (a: Dual<T>, b: Dual<T>) => base.less!(a.value, b.value) } : {}),
    ...(base.imaginary === undefined ? {} : { imaginary: { value: base.imaginary, slope: zero } }),
    base: base as Calculus<unknown>,
  };
}

register(makeDual(float, duals));

/** An element as an element of the duals, or duals of duals, above its own calculus. */
export function climb(x: unknown, from: Calculus<unknown>, to: Calculus<unknown>): unknown {
  if (from === to || !to.base) return x;
  return { value: climb(x, from, to.base), slope: to.base.field.zero };
}
