import {
  advance,
  type Code,
  defineFunction,
  f32,
  f32x4,
  type FunctionBody,
  i32,
  type Local,
  v128,
  whileAtLeast,
} from "../../math/wasm.ts";
import { panelOf, tileOf } from "../layout.ts";

/** The lengths of K that have a block of their own; any K is a sum of these. */
export const blockSizes = [64, 32, 16, 8, 7, 6, 5, 4, 3, 2, 1] as const;

/** Columns of a panel: 8 for 128-bit units, 16 where V8 joins two 128-bit operations into one of 256 bits. */
export type Width = 8 | 16;

/** Rows of a tile. */
export const tileRows = [4, 2, 1] as const;

/**
 * C[i, 0…w) = S[i, 0…w) + Σ_{k < K} A[i, k] P[k, 0…w): one panel against `runs` × `tiles` × `rows` rows of A.
 *
 * P is the packed panel at a *constant* address, so its loads need no bounds check; the K loop is unrolled;
 * A is read where it lies, through one pointer a row; the tile of C stays in registers. S is C itself, or
 * the bias row (stride 0) for the first block of K. Rows come in runs of `tiles` tiles: an image's
 * rows, with guard columns between them, or one run for a plain matrix. All strides in bytes.
 *
 * `turned`: A is the transpose of what lies in memory: A[i, k] is at a + 4 i + k · lda, and one pointer walks
 * down the columns of the tile's rows, which are neighbours.
 */
export function tileFunction(k: number, rows: number, width: Width, thread: number, turned: boolean) {
  const params = ["a", "lda", "s", "lds", "c", "ldc", "tiles", "runs", "aRun", "sRun", "cRun"] as const;
  return defineFunction(`rows${rows}`, params, (p, f) => {
    const vectors = width / 4, pointers = f.locals(rows, "i32"), x = f.local("v128");
    const sums = pointers.map(() => f.locals(vectors, "v128")), b = f.locals(vectors, "v128");
    const [left, address, from, aAt, cAt, sAt] = f.locals(6, "i32");
    const inTile = (row: number, v: number) => tileOf(thread) + 16 * (row * vectors + v);
    const eachRow = (start: Code, stride: Code, visit: (row: number) => Code): Code =>
      pointers.map((_, r) => [address.set(r === 0 ? start : i32.add(address.value, stride)), visit(r)]);
    const load = (r: number, kk: number): Code =>
      turned ? v128.splat32(4 * r, pointers[0].value) : v128.splat32(4 * kk, pointers[r].value);
    // The same for every k, so built once: the tree of a block is what its compilation needs most memory for.
    const updates = sums.map((row) => row.map((s, v) => s.set(f32x4.madd(x.value, b[v].value, s.value))));
    const next = advance(pointers[0], p.lda.value);
    const tile: Code = [
      turned
        ? pointers[0].set(aAt.value)
        : eachRow(aAt.value, p.lda.value, (r) => pointers[r].set(address.value)),
      sums.map((row) => row.map((s) => s.set(v128.const(0)))),
      Array.from({ length: k }, (_, kk) => [
        b.map((lane, v) => lane.set(v128.load(panelOf(thread) + kk * 4 * width + 16 * v, i32.const(0)))),
        sums.map((_, r) => [x.set(load(r, kk)), updates[r]]),
        turned && kk < k - 1 ? next : [],
      ]),
      sums.map((row, r) => row.map((s, v) => v128.store(inTile(r, v), i32.const(0), s.value))),
      from.set(sAt.value),
      eachRow(cAt.value, p.ldc.value, (r) => [
        sums[r].map((_, v) =>
          v128.store(
            16 * v,
            address.value,
            f32x4.add(v128.load(16 * v, from.value), v128.load(inTile(r, v), i32.const(0))),
          )
        ),
        advance(from, p.lds.value),
      ]),
    ];
    return whileAtLeast(
      1,
      p.runs,
      [aAt.set(p.a.value), sAt.set(p.s.value), cAt.set(p.c.value), left.set(p.tiles.value)],
      whileAtLeast(
        1,
        left,
        tile,
        advance(aAt, turned ? i32.const(4 * rows) : i32.mul(p.lda.value, i32.const(rows))),
        advance(sAt, i32.mul(p.lds.value, i32.const(rows))),
        advance(cAt, i32.mul(p.ldc.value, i32.const(rows))),
      ),
      [advance(p.a, p.aRun.value), advance(p.s, p.sRun.value), advance(p.c, p.cRun.value)],
    );
  });
}

/** The 4 × 4 transpose: `store` gets the columns of the matrix at `address`, whose rows are `ld` bytes apart. */
export function transposed4(f: FunctionBody) {
  const [r0, r1, r2, r3, t0, t1, t2, t3] = f.locals(8, "v128");
  return (address: Local, ld: Code, store: (column: Code, k: number) => Code): Code => [
    [r0, r1, r2, r3].map((row) => [row.set(v128.load(0, address.value)), advance(address, ld)]),
    t0.set(v128.lowPairs(r0.value, r1.value)),
    t1.set(v128.lowPairs(r2.value, r3.value)),
    t2.set(v128.highPairs(r0.value, r1.value)),
    t3.set(v128.highPairs(r2.value, r3.value)),
    store(v128.lowHalves(t0.value, t1.value), 0),
    store(v128.highHalves(t0.value, t1.value), 1),
    store(v128.lowHalves(t2.value, t3.value), 2),
    store(v128.highHalves(t2.value, t3.value), 3),
  ];
}

/** Fills the panel: `fill` writes `rows` of its k rows to `to`, and goes on in B. Strides in bytes. */
function packing<P extends string>(
  name: string,
  params: readonly (P | "k")[],
  [width, thread, rows]: readonly [Width, number, number],
  fill: (p: Record<P | "k", Local>, f: FunctionBody, to: Local) => Code,
) {
  return defineFunction(name, params, (p, f) => {
    const to = f.local("i32");
    return [
      to.set(i32.const(panelOf(thread))),
      whileAtLeast(rows, p.k, fill(p, f, to), advance(to, i32.const(4 * width * rows))),
    ];
  });
}

const vectorsOf = (width: Width) => Array.from({ length: width / 4 }, (_, v) => 16 * v);

/** P[k, j] = B[k, j] for a full panel: rows of B are contiguous. */
const packRows = (width: Width, thread: number) =>
  packing("packRows", ["b", "ldb", "k"], [width, thread, 1], (p, _, to) => [
    vectorsOf(width).map((v) => v128.store(v, to.value, v128.load(v, p.b.value))),
    advance(p.b, p.ldb.value),
  ]);

/** P[k, j] = B[j, k] for a full panel of a transposed B, k a multiple of 4: 4 × 4 transposes. */
const packTransposed = (width: Width, thread: number) =>
  packing("packTransposed", ["b", "ldb", "k"], [width, thread, 4], (p, f, to) => {
    const address = f.local("i32"), transpose = transposed4(f);
    return [
      address.set(p.b.value),
      vectorsOf(width).map((v) =>
        transpose(address, p.ldb.value, (column, k) => v128.store(4 * width * k + v, to.value, column))
      ),
      advance(p.b, i32.const(16)),
    ];
  });

/** P[k, j] = B at byte offset k·kStride + j·jStride for j < columns, 0 beyond: whatever the layout and the size. */
const packAny = (width: Width, thread: number) =>
  packing("packAny", ["b", "kStride", "jStride", "k", "columns"], [width, thread, 1], (p, f, to) => {
    const [from, at, left] = f.locals(3, "i32"), zero = f.constant("0", "v128", v128.const(0));
    return [
      [from.set(p.b.value), at.set(to.value), left.set(p.columns.value)],
      vectorsOf(width).map((v) => v128.store(v, to.value, zero)),
      whileAtLeast(
        1,
        left,
        f32.store(0, at.value, f32.load(0, from.value)),
        [advance(from, p.jStride.value), advance(at, i32.const(4))],
      ),
      advance(p.b, p.kStride.value),
    ];
  });

/** What fills a panel: how to build each. */
export const packBuilders = [packRows, packTransposed, packAny];
