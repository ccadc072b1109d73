import { advance, type Code, defineFunction, f64x2, i32, loopWhile, v128 } from "../wasm.ts";

/** How many terms a combination may have. */
export const mostTerms = 5;
export const combineName = (terms: number) => `combine_${terms}`;

/** Bytes that one turn of the loops below covers: matrices are padded to whole multiples of it. */
const turn = 64, lanes = [0, 16, 32, 48];

/** into = c₀ x₀ + … of `turns` times eight doubles; `into` may be one of the terms. */
export function combineFunction(terms: number) {
  const names = Array.from({ length: terms }, (_, i) => [`c${i}`, `x${i}`] as const);
  const params = [
    ["into", "i32"] as const,
    ["turns", "i32"] as const,
    ...names.flatMap(([c, x]) => [[c, "f64"] as const, [x, "i32"] as const]),
  ];
  return defineFunction(combineName(terms), params, (p, f) => {
    const factors = names.map(() => f.local("v128"));
    const sum = (lane: number) =>
      names.slice(1).reduce<Code>(
        (total, [, x], i) => f64x2.madd(factors[i + 1].value, v128.load(lane, p[x].value), total),
        f64x2.mul(factors[0].value, v128.load(lane, p[names[0][1]].value)),
      );
    return [
      names.map(([c], i) => factors[i].set(f64x2.splat(p[c].value))),
      loopWhile(
        p.turns.value,
        lanes.map((lane) => v128.store(lane, p.into.value, sum(lane))),
        [advance(p.into, i32.const(turn)), names.map(([, x]) => advance(p[x], i32.const(turn)))],
        advance(p.turns, i32.const(-1)),
      ),
    ];
  });
}

/** out[j] = Σᵢ |A[i, j]| over `rows` rows, for `turns` times eight columns. */
export function columnSumsFunction() {
  const params = ["out", "a", "lda", "rows", "turns"] as const;
  return defineFunction("columnSums", params.map((p) => [p, "i32"] as const), (p, f) => {
    const sums = lanes.map(() => f.local("v128")), [from, left] = [f.local("i32"), f.local("i32")];
    return loopWhile(
      p.turns.value,
      [from.set(p.a.value), left.set(p.rows.value), sums.map((sum) => sum.set(v128.const(0)))],
      loopWhile(
        left.value,
        sums.map((sum, v) => sum.set(f64x2.add(sum.value, f64x2.abs(v128.load(lanes[v], from.value))))),
        [advance(from, p.lda.value), advance(left, i32.const(-1))],
      ),
      sums.map((sum, v) => v128.store(lanes[v], p.out.value, sum.value)),
      [advance(p.out, i32.const(turn)), advance(p.a, i32.const(turn)), advance(p.turns, i32.const(-1))],
    );
  });
}

/** out[0…3] = x·y₀ … x·y₃, the y being `ldy` bytes apart, each of `turns` times eight doubles. */
export function dotsFunction() {
  const params = ["out", "x", "y", "ldy", "turns"] as const;
  return defineFunction("dots", params.map((p) => [p, "i32"] as const), (p, f) => {
    const rows = lanes.map(() => f.local("i32")), x = f.local("v128");
    // Two sums a row: one alone would wait for each addition to end.
    const sums = rows.map(() => [f.local("v128"), f.local("v128")]);
    const total = (r: number) => f64x2.add(sums[r][0].value, sums[r][1].value);
    return [
      rows.map((row, r) => row.set(r === 0 ? p.y.value : i32.add(rows[r - 1].value, p.ldy.value))),
      sums.map((pair) => pair.map((sum) => sum.set(v128.const(0)))),
      loopWhile(
        p.turns.value,
        lanes.map((lane, v) => [
          x.set(v128.load(lane, p.x.value)),
          rows.map((row, r) => {
            const sum = sums[r][v % 2];
            return sum.set(f64x2.madd(x.value, v128.load(lane, row.value), sum.value));
          }),
        ]),
        [advance(p.x, i32.const(turn)), rows.map((row) => advance(row, i32.const(turn)))],
        advance(p.turns, i32.const(-1)),
      ),
      [0, 2].map((r) => {
        const low = v128.lowHalves(total(r), total(r + 1)), high = v128.highHalves(total(r), total(r + 1));
        return v128.store(8 * r, p.out.value, f64x2.add(low, high));
      }),
    ];
  });
}

/** c[i] = a[i] b[i] for `turns` times eight doubles; c may be a or b. */
export function entriesFunction() {
  const params = ["c", "a", "b", "turns"] as const;
  return defineFunction("entries", params.map((p) => [p, "i32"] as const), (p) =>
    loopWhile(
      p.turns.value,
      lanes.map((lane) =>
        v128.store(lane, p.c.value, f64x2.mul(v128.load(lane, p.a.value), v128.load(lane, p.b.value)))
      ),
      [p.a, p.b, p.c].map((address) => advance(address, i32.const(turn))),
      advance(p.turns, i32.const(-1)),
    ));
}
