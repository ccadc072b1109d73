import { activationKernels, type Kernels } from "./kernels/mod.ts";
import type { Width } from "./kernels/gemm.ts";
import { type Matrix, multiplyPart } from "./panel.ts";
import type { Program } from "./programs.ts";

/**
 * An affine coupling with its network, for a block of rows at a time: a thread takes its rows through the
 * whole network and the coupling, forwards or backwards, so the block stays in its cache and a pass is one
 * job. Each block sums its own share of the weights' gradients; the shares are added afterwards, in order, so
 * the bits do not depend on who ran what.
 *
 * Numbers of a job: `header`, then `perLayer` numbers a layer.
 */
export const header = {
  rows: 0,
  /** Rows of a block, a multiple of 8. */
  block: 1,
  layers: 2,
  width: 3,
  /** Scratch of thread 0, bytes of it a thread. */
  scratch: 4,
  scratchSize: 5,
  /** Shares of block 0, bytes of them a block. */
  shares: 6,
  shareSize: 7,
  /** Columns of x, how many are moved, whether the last ones are. */
  columns: 8,
  moved: 9,
  last: 10,
  x: 11,
  y: 12,
  logAbsDet: 13,
  dy: 14,
  dLog: 15,
  dx: 16,
  list: 17,
} as const;

/** A layer's numbers: W, b, inputs, outputs, activation, its values, where its shares lie in a block's. */
export const layer = { W: 0, b: 1, inputs: 2, outputs: 3, activation: 4, y: 5, dW: 6, db: 7 } as const;
export const perLayer = 8;

/** Layers that the job block has room for. */
export const mostLayers = 64;

const round64 = (bytes: number) => 64 * Math.ceil(bytes / 64 + 1);

/** Bytes of a thread's scratch: two blocks as wide as the widest layer, six matrices of a coupling's columns. */
export const scratchBytes = (block: number, widest: number, columns: number) =>
  2 * round64(4 * block * widest) + 6 * round64(4 * block * columns);

/** What both passes know of a block: its rows, and where the coupling's columns are. */
function blockOf(a: ArrayLike<number>, part: number) {
  const h = header, first = part * a[h.block], rows = Math.min(a[h.block], a[h.rows] - first);
  const D = a[h.columns], d = a[h.moved], ld = 4 * D;
  const kept = a[h.last] === 1 ? 0 : 4 * d, moved = a[h.last] === 1 ? 4 * (D - d) : 0;
  return { first, rows, D, d, ld, kept: kept + first * ld, moved: moved + first * ld };
}

const plain = (at: number, stride: number): Matrix => ({ at, stride, transposed: false });
const turned = (at: number, stride: number): Matrix => ({ at, stride, transposed: true });
const whole = (rows: number, columns: number, depth: number) => ({
  r0: 0,
  r1: rows,
  j0: 0,
  j1: columns,
  depth,
});

/** (s | t) of the block's rows, through all layers; the layers' values stay for the way back. */
function throughLayers(
  k: Kernels,
  a: ArrayLike<number>,
  input: number,
  ld: number,
  first: number,
  rows: number,
) {
  const width = a[header.width] as Width;
  let from = plain(input, ld);
  for (let i = 0; i < a[header.layers]; i++) {
    const at = header.list + perLayer * i;
    const inputs = a[at + layer.inputs], outputs = a[at + layer.outputs];
    const y = a[at + layer.y] + 4 * first * outputs, W = plain(a[at + layer.W], 4 * outputs);
    multiplyPart(k, width, from, W, a[at + layer.b], y, 4 * outputs, whole(rows, outputs, inputs));
    const activation = activationKernels[a[at + layer.activation]];
    if (activation !== undefined) k[activation.forward](y, y, rows * outputs);
    from = plain(y, 4 * outputs);
  }
  return from.at;
}

/** y = (x_kept, x_moved eˢ + t), log |det J| = Σ s for blocks [from, to). */
export const couplingForward: Program = (k, a, from, to) => {
  const h = header;
  for (let part = from; part < to; part++) {
    const { first, rows, D, d, ld, kept, moved } = blockOf(a, part);
    const params = throughLayers(k, a, a[h.x] + kept, ld, first, rows);
    const matrix = round64(4 * rows * d), at = a[h.scratch] + k.thread * a[h.scratchSize];
    const [x, s, t, y] = [at, at + matrix, at + 2 * matrix, at + 3 * matrix];
    k.copyRows(a[h.x] + moved, ld, x, 4 * d, d, rows);
    k.copyRows(params, 8 * d, s, 4 * d, d, rows);
    k.copyRows(params + 4 * d, 8 * d, t, 4 * d, d, rows);
    k.affine(x, s, t, y, rows * d);
    k.copyRows(y, 4 * d, a[h.y] + moved, ld, d, rows);
    k.copyRows(a[h.x] + kept, ld, a[h.y] + kept, ld, D - d, rows);
    k.rowSums(s, d, rows, a[h.logAbsDet] + 4 * first, 1);
  }
};

/**
 * From dy and d log |det J|: dx, and the block's shares of every dW = hᵀ δ and db = Σ δ, for blocks [from, to).
 * δ, the slope before a layer's activation, goes down the layers in two buffers that take turns.
 */
export const couplingBackward: Program = (k, a, from, to) => {
  const h = header, width = a[h.width] as Width;
  for (let part = from; part < to; part++) {
    const { first, rows, D, d, ld, kept, moved } = blockOf(a, part);
    const matrix = round64(4 * rows * Math.max(d, D - d));
    const small = a[h.scratch] + k.thread * a[h.scratchSize], shares = a[h.shares] + part * a[h.shareSize];
    const [dMoved, x, s, slope, dxMoved, ds] = [0, 1, 2, 3, 4, 5].map((i) => small + i * matrix);
    const buffers = small + 6 * matrix, half = (small + a[h.scratchSize] - buffers) >> 1;
    const top = h.list + perLayer * (a[h.layers] - 1), params = a[top + layer.y] + 8 * first * d;
    k.copyRows(a[h.dy] + moved, ld, dMoved, 4 * d, d, rows);
    k.copyRows(a[h.x] + moved, ld, x, 4 * d, d, rows);
    k.copyRows(params, 8 * d, s, 4 * d, d, rows);
    for (let j = 0; j < d; j++) k.copyRows(a[h.dLog] + 4 * first, 4, slope + 4 * j, 4 * d, 1, rows);
    k.affineGrad(dMoved, x, s, slope, dxMoved, ds, rows * d);
    k.copyRows(dxMoved, 4 * d, a[h.dx] + moved, ld, d, rows);
    let delta = buffers, next = buffers + (half & ~63);
    k.copyRows(ds, 4 * d, delta, 8 * d, d, rows);
    k.copyRows(dMoved, 4 * d, delta + 4 * d, 8 * d, d, rows);
    for (let i = a[h.layers] - 1; i >= 0; i--) {
      const at = h.list + perLayer * i, inputs = a[at + layer.inputs], outputs = a[at + layer.outputs];
      const activation = activationKernels[a[at + layer.activation]];
      const values = a[at + layer.y] + 4 * first * outputs;
      if (activation !== undefined) k[activation.backward](delta, values, delta, rows * outputs);
      const input = i === 0
        ? turned(a[h.x] + kept, ld)
        : turned(a[at - perLayer + layer.y] + 4 * first * inputs, 4 * inputs);
      const up = plain(delta, 4 * outputs);
      multiplyPart(
        k,
        width,
        input,
        up,
        0,
        shares + a[at + layer.dW],
        4 * outputs,
        whole(inputs, outputs, rows),
      );
      k.columnSums(delta, 4 * outputs, rows, outputs, shares + a[at + layer.db], 1);
      const back = turned(a[at + layer.W], 4 * outputs);
      multiplyPart(k, width, up, back, 0, next, 4 * inputs, whole(rows, inputs, outputs));
      [delta, next] = [next, delta];
    }
    const through = D - d;
    k.copyRows(a[h.dy] + kept, ld, x, 4 * through, through, rows);
    k.add(x, 32, delta, 32, x, rows * through);
    k.copyRows(x, 4 * through, a[h.dx] + kept, ld, through, rows);
  }
};
