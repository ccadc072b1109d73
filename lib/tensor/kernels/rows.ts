import {
  advance,
  choose,
  type Code,
  defineFunction,
  f32,
  f32x4,
  f64,
  type FunctionBody,
  i32,
  i32x4,
  type Local,
  loopWhile,
  v128,
  when,
} from "../../math/wasm.ts";
import * as on from "./vector.ts";
import { vectors } from "./vector.ts";

/** Lanes 0 … rest − 1 of x at `address`, no byte beyond: rest is 1, 2 or 3. */
const storeLanes = (address: Code, x: Code, rest: Code): Code =>
  [0, 1, 2].map((lane) => when(i32.gt(rest, i32.const(lane)), v128.storeLane32(4 * lane, lane, address, x)));

/** All bits set in lanes 0 … rest − 1. */
const firstLanes = (f: FunctionBody, rest: Code): Code =>
  i32x4.gt(i32x4.splat(rest), f.constant("iota", "v128", v128.words([0, 1, 2, 3])));

const lanes = [0, 1, 2, 3] as const;

/** a₀ + a₁ + a₂ + a₃ in float64. */
const sumOfLanes = (a: Code): Code =>
  lanes.map((i) => f32.promote(f32x4.lane(i)(a))).reduce((s, x) => f64.add(s, x));

/** The largest lane; NaN if any is. */
const maxOfLanes = (a: Code): Code => lanes.map((i) => f32x4.lane(i)(a)).reduce((s, x) => f32.max(s, x));

/** for each of four lanes at a time of n floats from `at`: full(x), then partial(x, rest) for the last 1 … 3. */
function overRow(
  at: Local,
  n: Local,
  x: Local,
  full: Code,
  partial: (rest: Code) => Code,
): Code {
  return [
    loopWhile(
      i32.gt(n.value, i32.const(3)),
      x.set(v128.load(0, at.value)),
      full,
      advance(at, i32.const(16)),
      advance(n, i32.const(-4)),
    ),
    when(n.value, x.set(v128.load(0, at.value)), partial(n.value)),
  ];
}

const rowParams = [["x", "i32"], ["n", "i32"], ["rows", "i32"], ["y", "i32"]] as const;

/** Blocks of a sum: float32 within, float64 across, so that the error does not grow with the length. */
const sumBlock = 2048;

/** y[r] = scale Σ_{i < n} x[r, i] */
function rowSums() {
  return defineFunction("rowSums", [...rowParams, ["scale", "f32"]], (p, f) => {
    const [sum, x] = [f.local("v128"), f.local("v128")];
    const [left, part, total] = [f.local("i32"), f.local("i32"), f.local("f64")];
    const zero = f.constant("0", "v128", v128.const(0));
    return loopWhile(
      p.rows.value,
      [left.set(p.n.value), total.set(f64.const(0))],
      loopWhile(
        i32.gt(left.value, i32.const(0)),
        part.set(choose(i32.lt(left.value, i32.const(sumBlock)), left.value, i32.const(sumBlock))),
        left.set(i32.sub(left.value, part.value)),
        sum.set(zero),
        overRow(
          p.x,
          part,
          x,
          sum.set(f32x4.add(sum.value, x.value)),
          (rest) => [
            sum.set(f32x4.add(sum.value, v128.and(x.value, firstLanes(f, rest)))),
            advance(p.x, i32.shl(rest, i32.const(2))),
          ],
        ),
        total.set(f64.add(total.value, sumOfLanes(sum.value))),
      ),
      f32.store(0, p.y.value, f32.mul(f64.demote(total.value), p.scale.value)),
      advance(p.y, i32.const(4)),
      advance(p.rows, i32.const(-1)),
    );
  });
}

/** y[r] = max_{i < n} x[r, i] */
function rowMaxima() {
  return defineFunction("rowMaxima", rowParams, (p, f) => {
    const [largest, x, left] = [f.local("v128"), f.local("v128"), f.local("i32")];
    const lowest = f.constant("-Infinity", "v128", v128.const(-Infinity));
    return loopWhile(
      p.rows.value,
      [left.set(p.n.value), largest.set(lowest)],
      overRow(
        p.x,
        left,
        x,
        largest.set(f32x4.max(largest.value, x.value)),
        (rest) => [
          largest.set(f32x4.max(largest.value, v128.select(x.value, lowest, firstLanes(f, rest)))),
          advance(p.x, i32.shl(rest, i32.const(2))),
        ],
      ),
      f32.store(0, p.y.value, maxOfLanes(largest.value)),
      advance(p.y, i32.const(4)),
      advance(p.rows, i32.const(-1)),
    );
  });
}

/**
 * Σᵢ e^{xᵢ − m} of a row, m its largest entry (0 where that is infinite): m in `top`, the sum in y[r] for
 * `rowExpSums`; `softmaxRows` writes e^{xᵢ − m} / Σ instead.
 */
function softmaxRows() {
  return defineFunction("softmaxRows", rowParams, (p, f) => {
    const m = vectors(f);
    const [top, sum, x, scale] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
    const [left, from, to] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const lowest = f.constant("-Infinity", "v128", v128.const(-Infinity));
    const zero = f.constant("0", "v128", v128.const(0));
    const power = (): Code => {
      const e = on.exp(m, f32x4.sub(x.value, top.value));
      return [m.statements(), x.set(e)];
    };
    return loopWhile(
      p.rows.value,
      [from.set(p.x.value), left.set(p.n.value), top.set(lowest)],
      overRow(
        from,
        left,
        x,
        top.set(f32x4.max(top.value, x.value)),
        (rest) => top.set(f32x4.max(top.value, v128.select(x.value, lowest, firstLanes(f, rest)))),
      ),
      top.set(f32x4.splat(maxOfLanes(top.value))),
      [from.set(p.x.value), to.set(p.y.value), left.set(p.n.value), sum.set(zero)],
      overRow(
        from,
        left,
        x,
        [
          power(),
          v128.store(0, to.value, x.value),
          advance(to, i32.const(16)),
          sum.set(f32x4.add(sum.value, x.value)),
        ],
        (rest) => [
          power(),
          storeLanes(to.value, x.value, rest),
          sum.set(f32x4.add(sum.value, v128.and(x.value, firstLanes(f, rest)))),
        ],
      ),
      scale.set(f32x4.splat(f32.div(f32.const(1), f64.demote(sumOfLanes(sum.value))))),
      [to.set(p.y.value), left.set(p.n.value)],
      overRow(
        to,
        left,
        x,
        v128.store(0, to.value, f32x4.mul(x.value, scale.value)),
        (rest) => storeLanes(to.value, f32x4.mul(x.value, scale.value), rest),
      ),
      advance(p.x, i32.shl(p.n.value, i32.const(2))),
      advance(p.y, i32.shl(p.n.value, i32.const(2))),
      advance(p.rows, i32.const(-1)),
    );
  });
}

/** y[r] = m + ln Σᵢ e^{xᵢ − m}, m the largest entry of row r (0 in the exponent where m is infinite) */
function logSumExpRows() {
  return defineFunction("logSumExpRows", rowParams, (p, f) => {
    const m = vectors(f);
    const [top, shift, sum, x] = [f.local("v128"), f.local("v128"), f.local("v128"), f.local("v128")];
    const [left, from] = [f.local("i32"), f.local("i32")];
    const lowest = f.constant("-Infinity", "v128", v128.const(-Infinity));
    const zero = f.constant("0", "v128", v128.const(0));
    const power = (): Code => {
      const e = on.exp(m, f32x4.sub(x.value, shift.value));
      return [m.statements(), x.set(e)];
    };
    const logOfSum = (): Code => {
      const l = on.log(m, m.let(f32x4.splat(f64.demote(sumOfLanes(sum.value)))));
      return [m.statements(), sum.set(f32x4.add(l, shift.value))];
    };
    return loopWhile(
      p.rows.value,
      [from.set(p.x.value), left.set(p.n.value), top.set(lowest)],
      overRow(
        from,
        left,
        x,
        top.set(f32x4.max(top.value, x.value)),
        (rest) => top.set(f32x4.max(top.value, v128.select(x.value, lowest, firstLanes(f, rest)))),
      ),
      top.set(f32x4.splat(maxOfLanes(top.value))),
      shift.set(v128.select(zero, top.value, f32x4.eq(f32x4.abs(top.value), m.k(Infinity)))),
      [from.set(p.x.value), left.set(p.n.value), sum.set(zero)],
      overRow(
        from,
        left,
        x,
        [power(), sum.set(f32x4.add(sum.value, x.value))],
        (rest) => [power(), sum.set(f32x4.add(sum.value, v128.and(x.value, firstLanes(f, rest))))],
      ),
      logOfSum(),
      f32.store(0, p.y.value, f32x4.lane(0)(sum.value)),
      advance(p.x, i32.shl(p.n.value, i32.const(2))),
      advance(p.y, i32.const(4)),
      advance(p.rows, i32.const(-1)),
    );
  });
}

/** Rows added in one accumulator before it goes into the total. */
const columnBlock = 256;

/** y[j] = Σ_{r < rows} x[r, j], j < n; ld: bytes between rows. */
function columnSums() {
  return defineFunction(
    "columnSums",
    [["x", "i32"], ["ld", "i32"], ["rows", "i32"], ["n", "i32"], ["y", "i32"]],
    (p, f) => {
      const totals = lanes.map(() => f.local("v128")), sums = lanes.map(() => f.local("v128"));
      const [from, left, part] = [f.local("i32"), f.local("i32"), f.local("i32")];
      const zero = f.constant("0", "v128", v128.const(0));
      const strip = (vectors: number): Code => [
        totals.slice(0, vectors).map((t) => t.set(zero)),
        [from.set(p.x.value), left.set(p.rows.value)],
        loopWhile(
          left.value,
          part.set(choose(i32.lt(left.value, i32.const(columnBlock)), left.value, i32.const(columnBlock))),
          left.set(i32.sub(left.value, part.value)),
          sums.slice(0, vectors).map((s) => s.set(zero)),
          loopWhile(
            part.value,
            sums.slice(0, vectors).map((s, v) => s.set(f32x4.add(s.value, v128.load(16 * v, from.value)))),
            advance(from, p.ld.value),
            advance(part, i32.const(-1)),
          ),
          sums.slice(0, vectors).map((s, v) => totals[v].set(f32x4.add(totals[v].value, s.value))),
        ),
      ];
      const next = (columns: number): Code => [
        advance(p.x, i32.const(4 * columns)),
        advance(p.y, i32.const(4 * columns)),
        advance(p.n, i32.const(-columns)),
      ];
      return [
        loopWhile(
          i32.gt(p.n.value, i32.const(15)),
          strip(4),
          totals.map((t, v) => v128.store(16 * v, p.y.value, t.value)),
          next(16),
        ),
        loopWhile(
          i32.gt(p.n.value, i32.const(3)),
          strip(1),
          v128.store(0, p.y.value, totals[0].value),
          next(4),
        ),
        when(p.n.value, strip(1), storeLanes(p.y.value, totals[0].value, p.n.value)),
      ];
    },
  );
}

/** Kernels along the rows of a matrix: how to build each. */
export const rowBuilders = { rowSums, rowMaxima, softmaxRows, logSumExpRows, columnSums } as const;
