import { advance, type Code, defineFunction, f32, i32, loopWhile, v128, when } from "../../math/wasm.ts";
import { transposed4 } from "./gemm.ts";

/** y[r, 0…n) = x[r, 0…n): strides in bytes. */
function copyRows() {
  return defineFunction(
    "copyRows",
    [["x", "i32"], ["ldx", "i32"], ["y", "i32"], ["ldy", "i32"], ["n", "i32"], ["rows", "i32"]],
    (p, f) => {
      const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
      const vectors = (count: number): Code =>
        Array.from({ length: count }, (_, v) => v128.store(16 * v, to.value, v128.load(16 * v, from.value)));
      const whileAtLeast = (floats: number, move: Code): Code =>
        loopWhile(
          i32.gt(left.value, i32.const(floats - 1)),
          move,
          [from, to].map((at) => advance(at, i32.const(4 * floats))),
          advance(left, i32.const(-floats)),
        );
      const eachRow = (...row: Code[]): Code =>
        loopWhile(
          p.rows.value,
          row,
          [advance(p.x, p.ldx.value), advance(p.y, p.ldy.value), advance(p.rows, i32.const(-1))],
        );
      return [
        when(
          i32.eqz(i32.add(p.n.value, i32.const(-1))),
          eachRow(f32.store(0, p.y.value, f32.load(0, p.x.value))),
        ),
        eachRow(
          [from.set(p.x.value), to.set(p.y.value), left.set(p.n.value)],
          whileAtLeast(32, vectors(8)),
          whileAtLeast(4, vectors(1)),
          whileAtLeast(1, f32.store(0, to.value, f32.load(0, from.value))),
        ),
      ];
    },
  );
}

/** y[j, i] = x[i, j] for 4 ⌊rows/4⌋ × 4 ⌊columns/4⌋ of a matrix; strides in bytes. */
function transpose4() {
  return defineFunction(
    "transpose4",
    [["x", "i32"], ["ldx", "i32"], ["y", "i32"], ["ldy", "i32"], ["rows", "i32"], ["columns", "i32"]],
    (p, f) => {
      const [from, to, at, left] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
      const transpose = transposed4(f);
      return loopWhile(
        i32.gt(p.rows.value, i32.const(3)),
        [from.set(p.x.value), to.set(p.y.value), left.set(p.columns.value)],
        loopWhile(
          i32.gt(left.value, i32.const(3)),
          at.set(from.value),
          transpose(at, p.ldx.value, (column) => [v128.store(0, to.value, column), advance(to, p.ldy.value)]),
          advance(from, i32.const(16)),
          advance(left, i32.const(-4)),
        ),
        advance(p.x, i32.shl(p.ldx.value, i32.const(2))),
        advance(p.y, i32.const(16)),
        advance(p.rows, i32.const(-4)),
      );
    },
  );
}

/** Kernels that only move numbers: how to build each. */
export const moveBuilders = { copyRows, transpose4 } as const;
