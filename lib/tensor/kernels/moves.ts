import { advance, type Code, defineFunction, f32, i32, v128, when, whileAtLeast } from "../../math/wasm.ts";
import { transposed4 } from "./gemm.ts";

/** y[r, 0…n) = x[r, 0…n): strides in bytes. */
function copyRows() {
  return defineFunction("copyRows", ["x", "ldx", "y", "ldy", "n", "rows"], (p, f) => {
    const [from, to, left] = f.locals(3, "i32");
    const vectors = (count: number): Code =>
      Array.from({ length: count }, (_, v) => v128.store(16 * v, to.value, v128.load(16 * v, from.value)));
    const atATime = (floats: number, move: Code): Code =>
      whileAtLeast(floats, left, move, [from, to].map((at) => advance(at, i32.const(4 * floats))));
    const eachRow = (...row: Code[]): Code =>
      whileAtLeast(1, p.rows, row, advance(p.x, p.ldx.value), advance(p.y, p.ldy.value));
    return [
      when(
        i32.eqz(i32.add(p.n.value, i32.const(-1))),
        eachRow(f32.store(0, p.y.value, f32.load(0, p.x.value))),
      ),
      eachRow(
        [from.set(p.x.value), to.set(p.y.value), left.set(p.n.value)],
        atATime(32, vectors(8)),
        atATime(4, vectors(1)),
        atATime(1, f32.store(0, to.value, f32.load(0, from.value))),
      ),
    ];
  });
}

/** y[j, i] = x[i, j] for 4 ⌊rows/4⌋ × 4 ⌊columns/4⌋ of a matrix; strides in bytes. */
function transpose4() {
  return defineFunction("transpose4", ["x", "ldx", "y", "ldy", "rows", "columns"], (p, f) => {
    const [from, to, at, left] = f.locals(4, "i32"), transpose = transposed4(f);
    return whileAtLeast(
      4,
      p.rows,
      [from.set(p.x.value), to.set(p.y.value), left.set(p.columns.value)],
      whileAtLeast(
        4,
        left,
        at.set(from.value),
        transpose(at, p.ldx.value, (column) => [v128.store(0, to.value, column), advance(to, p.ldy.value)]),
        advance(from, i32.const(16)),
      ),
      advance(p.x, i32.shl(p.ldx.value, i32.const(2))),
      advance(p.y, i32.const(16)),
    );
  });
}

/** Kernels that only move numbers: how to build each. */
export const moveBuilders = { copyRows, transpose4 } as const;
