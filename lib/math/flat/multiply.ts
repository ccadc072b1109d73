import { advance, type Code, defineFunction, f64x2, i32, type Local, loopWhile, v128 } from "../wasm.ts";

/** What is read how: A B, Aᵀ B, A Bᵀ. */
export type Transposed = "plain" | "left" | "right";

/** The lengths of K that have a kernel of their own; any K is a sum of these. */
export const depths = [32, 16, 8, 4, 2, 1] as const;

/** Columns of a tile of C. */
export const tileColumns = 8;
/**
 * Rows of a tile of C: 2 make eight sums of two doubles, as many as fill the multiply-add units; where V8 joins
 * two 128-bit operations into one, 4 make eight sums of four. Both give the same bits.
 */
export const tileHeights = [2, 4] as const;
export type TileHeight = typeof tileHeights[number];
const rowBytes = 8 * tileColumns, lanes = Array.from({ length: tileColumns / 2 }, (_, v) => 16 * v);

/** Constant addresses, below the memory's declared minimum: accesses to them need no bounds check. */
const panelAt = 0, tileAt = panelAt + depths[0] * rowBytes;
/** Eight zeros, the S of a product that starts from nothing. */
export const zerosAt = tileAt + tileHeights[1] * rowBytes;
/** Room for eight results. */
export const scratchAt = zerosAt + rowBytes;
/** Where the matrices' own memory begins. */
export const heapAt = 4096;

/** Each kernel is exported from a module of its own, made when a product first wants it. */
export const multiplyName = "multiply";

/**
 * C = A B + factor S for `depth` columns of A: panel after panel of eight columns of B, tile after tile of
 * `height` rows of A.
 *
 * The panel is copied to a constant address and the loop over `depth` is unrolled, so B is read without bounds
 * checks and without address arithmetic; A is read where it lies. The finished tile goes through a constant
 * address too: adjacent stores with no check between them are what V8 joins to 256 bits.
 *
 * Rows are `ld…` bytes apart; an `lds` of 0 repeats one row of S. C may be S, and neither A nor B.
 */
export function multiplyFunction(transposed: Transposed, depth: number, height: TileHeight) {
  const addresses = ["a", "lda", "b", "ldb", "s", "lds", "c", "ldc", "tiles", "panels"] as const;
  const params = [...addresses.map((p) => [p, "i32"] as const), ["factor", "f64"] as const];
  return defineFunction(multiplyName, params, (p, f) => {
    const rows = Array.from({ length: height }, () => f.local("i32"));
    const sums = rows.map(() => lanes.map(() => f.local("v128")));
    const b = lanes.map(() => f.local("v128")), x = f.local("v128"), factor = f.local("v128");
    const [left, a, s, c] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
    const [from, to] = [f.local("i32"), f.local("i32")];

    const start: Code = transposed === "left"
      ? rows[0].set(a.value)
      : rows.map((row, r) => row.set(r === 0 ? a.value : i32.add(rows[r - 1].value, p.lda.value)));
    const splat = (r: number, k: number) =>
      transposed === "left" ? v128.splat64(8 * r, rows[0].value) : v128.splat64(8 * k, rows[r].value);
    const accumulate = Array.from({ length: depth }, (_, k): Code => [
      b.map((lane, v) => lane.set(v128.load(panelAt + k * rowBytes + lanes[v], i32.const(0)))),
      sums.map((row, r) => [
        x.set(splat(r, k)),
        row.map((sum, v) => sum.set(f64x2.madd(x.value, b[v].value, sum.value))),
      ]),
      transposed === "left" ? advance(rows[0], p.lda.value) : [],
    ]);
    const inTile = (r: number, v: number) => tileAt + r * rowBytes + lanes[v];
    const finish: Code = [
      sums.map((row, r) => row.map((sum, v) => v128.store(inTile(r, v), i32.const(0), sum.value))),
      [from.set(s.value), to.set(c.value)],
      sums.map((row, r) => [
        row.map((_, v) => {
          const held = v128.load(lanes[v], from.value), tile = v128.load(inTile(r, v), i32.const(0));
          return v128.store(lanes[v], to.value, f64x2.madd(held, factor.value, tile));
        }),
        [advance(from, p.lds.value), advance(to, p.ldc.value)],
      ]),
    ];
    const aStep = transposed === "left" ? i32.const(8 * height) : i32.mul(p.lda.value, i32.const(height));
    return [
      factor.set(f64x2.splat(p.factor.value)),
      loopWhile(
        p.panels.value,
        transposed === "right"
          ? packTransposed(depth, p.b.value, p.ldb.value, [from, to], [b[0], b[1]])
          : packRows(depth, p.b.value, p.ldb.value, from, b),
        [left.set(p.tiles.value), a.set(p.a.value), s.set(p.s.value), c.set(p.c.value)],
        loopWhile(
          left.value,
          [start, sums.map((row) => row.map((sum) => sum.set(v128.const(0)))), accumulate, finish],
          advance(a, aStep),
          advance(s, i32.mul(p.lds.value, i32.const(height))),
          advance(c, i32.mul(p.ldc.value, i32.const(height))),
          advance(left, i32.const(-1)),
        ),
        advance(p.b, transposed === "right" ? i32.mul(p.ldb.value, i32.const(8)) : i32.const(rowBytes)),
        [advance(p.s, i32.shl(i32.gt(p.lds.value, i32.const(0)), i32.const(6)))],
        [advance(p.c, i32.const(rowBytes)), advance(p.panels, i32.const(-1))],
      ),
    ];
  });
}

/** panel[k, j] = B[k, j]. */
function packRows(depth: number, b: Code, ldb: Code, from: Local, row: readonly Local[]): Code {
  return [
    from.set(b),
    Array.from({ length: depth }, (_, k) => [
      row.map((lane, v) => lane.set(v128.load(lanes[v], from.value))),
      row.map((lane, v) => v128.store(panelAt + k * rowBytes + lanes[v], i32.const(0), lane.value)),
      advance(from, ldb),
    ]),
  ];
}

/** panel[k, j] = B[j, k], by 2 × 2 transposes; an odd depth reads one number more of each row. */
function packTransposed(
  depth: number,
  b: Code,
  ldb: Code,
  [first, second]: readonly Local[],
  [even, odd]: readonly Local[],
): Code {
  return lanes.map((lane) => [
    first.set(lane === 0 ? b : i32.add(second.value, ldb)),
    second.set(i32.add(first.value, ldb)),
    Array.from({ length: Math.ceil(depth / 2) }, (_, half): Code => {
      const at = panelAt + 2 * half * rowBytes + lane;
      return [
        even.set(v128.load(16 * half, first.value)),
        odd.set(v128.load(16 * half, second.value)),
        v128.store(at, i32.const(0), v128.lowHalves(even.value, odd.value)),
        2 * half + 1 < depth
          ? v128.store(at + rowBytes, i32.const(0), v128.highHalves(even.value, odd.value))
          : [],
      ];
    }),
  ]);
}
