import { advance, defineFunction, f32, i32, loopWhile, v128 } from "../../math/wasm.ts";
import { transposed4 } from "./gemm.ts";

const lanes = [0, 1, 2, 3] as const;

/** y[r, 0…n) = x[r, 0…n): strides in bytes. */
function copyRows() {
  return defineFunction(
    "copyRows",
    [["x", "i32"], ["ldx", "i32"], ["y", "i32"], ["ldy", "i32"], ["n", "i32"], ["rows", "i32"]],
    (p, f) => {
      const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
      return loopWhile(
        p.rows.value,
        [from.set(p.x.value), to.set(p.y.value), left.set(p.n.value)],
        loopWhile(
          i32.gt(left.value, i32.const(31)),
          Array.from({ length: 8 }, (_, v) => v128.store(16 * v, to.value, v128.load(16 * v, from.value))),
          [advance(from, i32.const(128)), advance(to, i32.const(128)), advance(left, i32.const(-32))],
        ),
        loopWhile(
          i32.gt(left.value, i32.const(3)),
          v128.store(0, to.value, v128.load(0, from.value)),
          [advance(from, i32.const(16)), advance(to, i32.const(16)), advance(left, i32.const(-4))],
        ),
        loopWhile(
          left.value,
          f32.store(0, to.value, f32.load(0, from.value)),
          [advance(from, i32.const(4)), advance(to, i32.const(4)), advance(left, i32.const(-1))],
        ),
        [advance(p.x, p.ldx.value), advance(p.y, p.ldy.value), advance(p.rows, i32.const(-1))],
      );
    },
  );
}

/** y[j, i] = x[i, j] for 4 ⌊rows/4⌋ × 4 ⌊columns/4⌋ of a matrix; strides in bytes. */
function transpose() {
  return defineFunction(
    "transpose4",
    [["x", "i32"], ["ldx", "i32"], ["y", "i32"], ["ldy", "i32"], ["rows", "i32"], ["columns", "i32"]],
    (p, f) => {
      const r = lanes.map(() => f.local("v128")), t = lanes.map(() => f.local("v128"));
      const [from, to, at, left] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
      const { setup, columns } = transposed4(r.map((x) => x.value), t);
      return loopWhile(
        i32.gt(p.rows.value, i32.const(3)),
        [from.set(p.x.value), to.set(p.y.value), left.set(p.columns.value)],
        loopWhile(
          i32.gt(left.value, i32.const(3)),
          at.set(from.value),
          r.map((row) => [row.set(v128.load(0, at.value)), advance(at, p.ldx.value)]),
          setup,
          columns.map((column) => [v128.store(0, to.value, column), advance(to, p.ldy.value)]),
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
export const moveBuilders = { copyRows, transpose4: transpose } as const;
