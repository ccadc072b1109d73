import type { Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { borrow, kernels, map, sumRows } from "../dispatch.ts";
import { type DenseLayer, networkCoupling } from "./coupling_network.ts";
import { expectFit, expectOneOf, expectTensor } from "./kernel.ts";
import { runRecorded } from "./record.ts";

/** Which end of x an affine coupling moves. */
export type Moves = "last" | "first";

/**
 * y = (x_kept, x_moved ⊙ eˢ + t), log |det J| = Σ s, with (s | t) = params: a layer of RealNVP.
 *
 * Textbook form: the same; s is a log scale, so eˢ > 0 and the determinant needs no absolute value.
 *
 * @param x batch × D
 * @param params (s | t), batch × 2 d with 0 < d < D, or the dense layers that make them of the D − d kept
 * columns (inputs of the first: D − d, outputs of the last: 2 d): network and coupling are then one kernel and
 * one tape node, and a thread takes its rows through all of it
 * @param moves whether the last (default) or the first d columns are moved
 * @returns y (batch × D) and logAbsDet (batch, nats); differentiable once in x and params (or in all W and b)
 * @throws TypeError, RangeError where the shapes do not fit
 */
export function affineCoupling(
  x: Tensor2D,
  params: Tensor2D | readonly DenseLayer[],
  moves: Moves = "last",
): { y: Tensor2D; logAbsDet: Tensor1D } {
  const doing = "apply an affine coupling";
  expectTensor(doing, "x", x, 2);
  expectOneOf(doing, "moves", moves, ["last", "first"]);
  if (isNetwork(params)) return networkCoupling(doing, x, params, moves);
  expectTensor(doing, "params", params, 2);
  const d = params.shape[1] / 2;
  const fits = x.shape[0] === params.shape[0] && Number.isInteger(d) && d > 0 && d < x.shape[1];
  expectFit(doing, fits, ["x", x], ["params", params]);
  const [y, logAbsDet] = runRecorded("AffineCoupling", { x, params }, {
    forward: (backend) => ({ results: forward({ x, params }, moves, backend) }),
    backward([dy, dLog], _, backend, keep) {
      let found: TensorInfo[] | undefined;
      const all = () => found ??= backward({ dy, dLog, x, params }, moves, backend).map(keep);
      return { x: () => all()[0], params: () => all()[1] };
    },
  });
  return { y: y as Tensor2D, logAbsDet: logAbsDet as Tensor1D };
}

const isNetwork = (params: Tensor2D | readonly DenseLayer[]): params is readonly DenseLayer[] =>
  Array.isArray(params);

/** The moved columns and the parameters' halves, each as a matrix of its own (batch × d) for the kernels. */
interface Columns {
  readonly rows: number;
  readonly d: number;
  readonly offset: number;
  readonly ldx: number;
}

const columnsOf = (x: TensorInfo, params: TensorInfo, moves: Moves): Columns => {
  const [rows, D] = x.shape, d = params.shape[1] / 2;
  return { rows, d, offset: moves === "last" ? 4 * (D - d) : 0, ldx: 4 * D };
};

/** Scratch matrices of batch × d, given back at the end. */
function withColumns(count: number, { rows, d }: Columns, use: (at: number[]) => void) {
  const bytes = 64 * Math.ceil(rows * d / 16 + 1);
  borrow(count * bytes, (first) => use(Array.from({ length: count }, (_, i) => first + i * bytes)));
}

function forward(
  { x, params }: { x: TensorInfo; params: TensorInfo },
  moves: Moves,
  backend: FastBackend,
): TensorInfo[] {
  const columns = columnsOf(x, params, moves), { rows, d, offset, ldx } = columns;
  const y = backend.reserve(x.shape), logAbsDet = backend.reserve([rows]);
  const [from, p] = [backend.address(x), backend.address(params)];
  withColumns(4, columns, ([xMoved, s, t, moved]) => {
    kernels.copyRows(from + offset, ldx, xMoved, 4 * d, d, rows);
    kernels.copyRows(p, 8 * d, s, 4 * d, d, rows);
    kernels.copyRows(p + 4 * d, 8 * d, t, 4 * d, d, rows);
    map("affine", rows * d, xMoved, s, t, moved);
    kernels.copyRows(from, 0, y.address, 0, rows * x.shape[1], 1);
    kernels.copyRows(moved, 4 * d, y.address + offset, ldx, d, rows);
    sumRows(s, rows, d, logAbsDet.address);
  });
  return [y, logAbsDet];
}

/** dx_moved = dy_moved eˢ, dx_kept = dy_kept, ds = dy_moved x_moved eˢ + d log |det J|, dt = dy_moved */
function backward(
  { dy, dLog, x, params }: Record<"dy" | "dLog" | "x" | "params", TensorInfo>,
  moves: Moves,
  backend: FastBackend,
): TensorInfo[] {
  const columns = columnsOf(x, params, moves), { rows, d, offset, ldx } = columns;
  const dx = backend.reserve(x.shape), dParams = backend.reserve(params.shape);
  const [up, from, p, log] = [dy, x, params, dLog].map((tensor) => backend.address(tensor));
  withColumns(6, columns, ([dMoved, xMoved, s, slope, dxMoved, ds]) => {
    kernels.copyRows(up + offset, ldx, dMoved, 4 * d, d, rows);
    kernels.copyRows(from + offset, ldx, xMoved, 4 * d, d, rows);
    kernels.copyRows(p, 8 * d, s, 4 * d, d, rows);
    for (let j = 0; j < d; j++) kernels.copyRows(log, 4, slope + 4 * j, 4 * d, 1, rows);
    map("affineGrad", rows * d, dMoved, xMoved, s, slope, dxMoved, ds);
    kernels.copyRows(up, 0, dx.address, 0, rows * x.shape[1], 1);
    kernels.copyRows(dxMoved, 4 * d, dx.address + offset, ldx, d, rows);
    kernels.copyRows(ds, 4 * d, dParams.address, 8 * d, d, rows);
    kernels.copyRows(dMoved, 4 * d, dParams.address + 4 * d, 8 * d, d, rows);
  });
  return [dx, dParams];
}
