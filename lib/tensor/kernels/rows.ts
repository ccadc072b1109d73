import {
  advance,
  type Code,
  defineFunction,
  f32,
  f32x4,
  f64,
  f64x2,
  type FunctionBody,
  i32,
  i32x4,
  type Local,
  loopWhile,
  v128,
  when,
  whileAtLeast,
} from "../../math/wasm.ts";
import * as on from "./vector.ts";
import { onStage, staged, vectors } from "./vector.ts";

/** Lanes 0 … rest − 1 of x at `address`, no byte beyond: rest is 1, 2 or 3. */
const storeLanes = (address: Code, x: Code, rest: Code): Code =>
  [0, 1, 2].map((lane) => when(i32.gt(rest, i32.const(lane)), v128.storeLane32(4 * lane, lane, address, x)));

/** All bits set in lanes 0 … rest − 1. */
const firstLanes = (f: FunctionBody, rest: Code): Code =>
  i32x4.gt(i32x4.splat(rest), f.constant("iota", "v128", v128.words([0, 1, 2, 3])));

const lanes = [0, 1, 2, 3] as const;

/** A sum of vectors of four floats, kept in float64: no rounding that anyone would see, in any order. */
function wideSum(f: FunctionBody) {
  const [low, high] = f.locals(2, "v128");
  const zero = f.constant("0", "v128", v128.const(0));
  const halves = f64x2.add(low.value, high.value);
  const plus = (a: Code, b: Code): Code => [
    low.set(f64x2.add(low.value, a)),
    high.set(f64x2.add(high.value, b)),
  ];
  return {
    low,
    high,
    clear: [low.set(zero), high.set(zero)],
    /** Adds x, which is used twice. */
    add: (x: Code) => plus(f64x2.promoteLow(x), f64x2.promoteLow(v128.highHalves(x, x))),
    join: (other: Record<"low" | "high", Local>) => plus(other.low.value, other.high.value),
    /** All four in one float64. */
    total: f64.add(f64x2.lane(0)(halves), f64x2.lane(1)(halves)),
    /** The four by themselves, each over `divisor` (two float64), as floats. */
    over: (divisor: Code) =>
      v128.lowHalves(
        f32x4.demote(f64x2.div(low.value, divisor)),
        f32x4.demote(f64x2.div(high.value, divisor)),
      ),
  };
}

/** The largest lane; NaN if any is. */
const maxOfLanes = (a: Code): Code => lanes.map((i) => f32x4.lane(i)(a)).reduce((s, x) => f32.max(s, x));

/**
 * `visit` for the n floats from `at`, four at a time in x, with `outside` in the lanes behind the last; `at` is then
 * the row's end.
 */
function overRow(f: FunctionBody, at: Local, n: Local, x: Local, outside: Code, visit: Code): Code {
  return [
    whileAtLeast(4, n, x.set(v128.load(0, at.value)), visit, advance(at, i32.const(16))),
    when(
      n.value,
      x.set(v128.select(v128.load(0, at.value), outside, firstLanes(f, n.value))),
      visit,
      advance(at, i32.shl(n.value, i32.const(2))),
    ),
  ];
}

const rowParams = ["x", "n", "rows", "y"] as const;

/** y[r] = what `row` has found, for each row. */
const eachRow = (p: Record<"rows" | "y", Local>, row: Code, found: Code): Code =>
  whileAtLeast(1, p.rows, row, f32.store(0, p.y.value, found), advance(p.y, i32.const(4)));

/** y[r] = Σ_{i < n} x[r, i] / divisor */
function rowSums() {
  return defineFunction("rowSums", [...rowParams, ["divisor", "f64"]], (p, f) => {
    const sums = lanes.map(() => wideSum(f)), four = f.locals(4, "v128"), [first, ...others] = sums;
    const x = f.local("v128"), left = f.local("i32");
    const zero = f.constant("0", "v128", v128.const(0));
    const sum = [
      [left.set(p.n.value), first.clear],
      when(
        i32.gt(left.value, i32.const(15)),
        others.map((s) => s.clear),
        whileAtLeast(
          16,
          left,
          four.map((at, v) => at.set(v128.load(16 * v, p.x.value))),
          sums.map((s, v) => s.add(four[v].value)),
          advance(p.x, i32.const(64)),
        ),
        others.map((s) => first.join(s)),
      ),
      overRow(f, p.x, left, x, zero, first.add(x.value)),
    ];
    return eachRow(p, sum, f64.demote(f64.div(first.total, p.divisor.value)));
  });
}

/** y[r] = max_{i < n} x[r, i], by an order of floats and its least */
function maxima(name: string, least: number, larger: (a: Code, x: Code) => Code) {
  return defineFunction(name, rowParams, (p, f) => {
    const [largest, x] = f.locals(2, "v128"), left = f.local("i32");
    const lowest = f.constant("least", "v128", v128.const(least));
    const maximum = [
      [left.set(p.n.value), largest.set(lowest)],
      overRow(f, p.x, left, x, lowest, largest.set(larger(largest.value, x.value))),
    ];
    return eachRow(p, maximum, maxOfLanes(largest.value));
  });
}

const rowMaxima = () => maxima("rowMaxima", -Infinity, f32x4.max);

/** y[r] = max_{i < n} |x[r, i]|: without their signs floats are ordered as integers, NaN above ∞. */
const rowLargest = () => maxima("rowLargest", 0, (a, x) => i32x4.max(a, f32x4.abs(x)));

/** Factors of 1 to 2 whose product float32 holds without overflow: one logarithm for all of them. */
const mostFactors = 64;

/** y[r] = Σᵢ max(lᵢ, 0) − lᵢ xᵢ + ln(1 + e^{−|lᵢ|}), the logarithms by products. */
function crossEntropyRows(stage: number) {
  return defineFunction("crossEntropyRows", ["x", "l", "n", "rows", "y"], (p, f) => {
    const m = vectors(f), sum = wideSum(f), one = m.k(1);
    const [l, term, factor, product] = f.locals(4, "v128"), [left, part, at] = f.locals(3, "i32");
    const linear = f32x4.sub(f32x4.max(l.value, m.k(0)), f32x4.mul(l.value, v128.load(0, p.x.value)));
    const readTerm = [l.set(v128.load(0, p.l.value)), term.set(linear)];
    const decayed = (value: Code) => on.onePlusDecay(m, value);
    const readFactor = (): Code => {
      const value = decayed(l.value);
      return [m.statements(), factor.set(value)];
    };
    const logOfProduct = (): Code => {
      const log = on.log(m, product.value);
      return [m.statements(), sum.add(log)];
    };
    const four = (read: Code): Code => [
      read,
      sum.add(term.value),
      product.set(f32x4.mul(product.value, factor.value)),
      [advance(p.l, i32.const(16)), advance(p.x, i32.const(16))],
      [advance(left, i32.const(-4)), advance(part, i32.const(-1))],
    ];
    const inPart = (floats: number, work: Code): Code =>
      loopWhile(i32.and(i32.gt(left.value, i32.const(floats - 1)), i32.gt(part.value, i32.const(0))), work);
    const end = i32.const(stage + 4 * staged);
    const row = [
      [left.set(p.n.value), sum.clear],
      loopWhile(
        i32.gt(left.value, i32.const(3)),
        product.set(one),
        part.set(i32.const(mostFactors)),
        stage === 0 ? [] : inPart(staged, [
          [onStage(m, f, stage, p.l, decayed), at.set(i32.const(stage))],
          loopWhile(
            i32.lt(at.value, end),
            four([readTerm, factor.set(v128.load(0, at.value))]),
            advance(at, i32.const(16)),
          ),
        ]),
        inPart(4, four([readTerm, readFactor()])),
        logOfProduct(),
      ),
      when(
        left.value,
        [readTerm, readFactor()],
        term.set(v128.and(term.value, firstLanes(f, left.value))),
        sum.add(term.value),
        product.set(v128.select(factor.value, one, firstLanes(f, left.value))),
        logOfProduct(),
        [advance(p.l, i32.shl(left.value, i32.const(2))), advance(p.x, i32.shl(left.value, i32.const(2)))],
      ),
    ];
    return eachRow(p, row, f64.demote(sum.total));
  });
}

/** Rows whose numbers are added in pairs of pairs, as floats, before they go into the wide sum. */
const treeRows = 8;

/**
 * y[j] = Σ_{r < rows} x[r, j] / divisor, j < n; ld: bytes between rows. Three roundings to float32 in a sum of
 * eight, none beyond: all in float64 takes three times as long.
 */
function columnSums() {
  const params = ["x", "ld", "rows", "n", "y", ["divisor", "f64"]] as const;
  return defineFunction("columnSums", params, (p, f) => {
    const sums = lanes.map(() => wideSum(f)), [x, divisor] = f.locals(2, "v128");
    const [from, left] = f.locals(2, "i32"), rows = f.locals(treeRows, "i32");
    const tree = (terms: readonly Code[]): Code =>
      terms.length === 1
        ? terms[0]
        : f32x4.add(tree(terms.slice(0, terms.length / 2)), tree(terms.slice(terms.length / 2)));
    const strip = (vectors: number): Code => {
      const each = (value: (v: number) => Code): Code =>
        sums.slice(0, vectors).map((s, v) => [x.set(value(v)), s.add(x.value)]);
      return [
        sums.slice(0, vectors).map((s) => s.clear),
        [from.set(p.x.value), left.set(p.rows.value)],
        whileAtLeast(
          treeRows,
          left,
          rows.map((row) => [row.set(from.value), advance(from, p.ld.value)]),
          each((v) => tree(rows.map((row) => v128.load(16 * v, row.value)))),
        ),
        whileAtLeast(1, left, each((v) => v128.load(16 * v, from.value)), advance(from, p.ld.value)),
      ];
    };
    const result = (v: number) => sums[v].over(divisor.value);
    const strips = (vectors: number): Code =>
      whileAtLeast(
        4 * vectors,
        p.n,
        strip(vectors),
        sums.slice(0, vectors).map((_, v) => v128.store(16 * v, p.y.value, result(v))),
        [p.x, p.y].map((at) => advance(at, i32.const(16 * vectors))),
      );
    return [
      divisor.set(f64x2.splat(p.divisor.value)),
      [strips(4), strips(1)],
      when(p.n.value, strip(1), x.set(result(0)), storeLanes(p.y.value, x.value, p.n.value)),
    ];
  });
}

/** Kernels along the rows of a matrix: how to build each. */
export const rowBuilders = { crossEntropyRows, rowSums, rowMaxima, rowLargest, columnSums } as const;
