import { allocate, multiplyKernel, numbers, tileHeight, vectorKernels } from "./memory.ts";
import { depths, scratchAt, tileColumns, type Transposed, zerosAt } from "./multiply.ts";

type Rows = readonly ArrayLike<number>[];

/**
 * A matrix in the kernels' memory: row-major, its rows `stride` bytes apart. Rows and columns are padded to
 * multiples of eight; what the padding holds is never part of a result.
 */
export interface Flat {
  /** Address of entry [0, 0]. */
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

const padded = (n: number) => (n + 7) & ~7;

/** A rows × columns matrix, to be filled; its padding is 0. */
export function flat(rows: number, columns: number): Flat {
  const width = padded(columns), height = padded(rows), at = allocate(8 * width * height);
  if (width !== columns || height !== rows) numbers().fill(0, at / 8, at / 8 + width * height);
  return { at, rows, columns, stride: 8 * width };
}

/** A copy of `A`. */
export function flatOf(A: Rows): Flat {
  const F = flat(A.length, A[0].length);
  write(F, A);
  return F;
}

/** F = A, entry by entry. */
export function write(F: Flat, A: Rows): void {
  const into = numbers(), { rows, columns } = F;
  for (let i = 0, at = F.at >> 3; i < rows; i++, at += F.stride >> 3) {
    const row = A[i];
    for (let j = 0; j < columns; j++) into[at + j] = row[j];
  }
}

/** The rows of `F` as plain arrays. */
export function rowsOf({ at, rows, columns, stride }: Flat): number[][] {
  const from = numbers(), all = new Array<number[]>(rows);
  for (let i = 0, start = at / 8; i < rows; i++, start += stride / 8) {
    const row = new Array<number>(columns);
    for (let j = 0; j < columns; j++) row[j] = from[start + j];
    all[i] = row;
  }
  return all;
}

/** F = the numbers of `list` from `start` on, row by row. */
export function writeFrom({ at, rows, columns, stride }: Flat, list: ArrayLike<number>, start: number): void {
  const into = numbers();
  for (let i = 0, here = at / 8; i < rows; i++, here += stride / 8) {
    for (let j = 0; j < columns; j++) into[here + j] = list[start + i * columns + j];
  }
}

/** Puts the entries of F, row by row, into `list` from `start` on: undoes `writeFrom`. */
export function readInto(list: number[], start: number, { at, rows, columns, stride }: Flat): void {
  const from = numbers();
  for (let i = 0, here = at / 8; i < rows; i++, here += stride / 8) {
    for (let j = 0; j < columns; j++) list[start + i * columns + j] = from[here + j];
  }
}

/** An entry that is not finite, undefined where there is none. */
export function notFiniteIn({ at, rows, columns, stride }: Flat): number | undefined {
  const entries = numbers();
  for (let i = 0, start = at / 8; i < rows; i++, start += stride / 8) {
    for (let j = 0; j < columns; j++) if (!Number.isFinite(entries[start + j])) return entries[start + j];
  }
}

/** F[i, i] += c for every i. */
export function addToDiagonal({ at, rows, stride }: Flat, c: number): void {
  const entries = numbers();
  for (let i = 0, here = at / 8; i < rows; i++, here += stride / 8 + 1) entries[here] += c;
}

/** C = A B + factor S; C may be S, but neither A nor B. */
export function multiply(C: Flat, A: Flat, B: Flat, S?: Flat, factor = 1): void {
  run("plain", A.columns, C, A, B, S, factor);
}

/** C = Aᵀ B + factor S; C may be S, but neither A nor B. */
export function multiplyLeftTransposed(C: Flat, A: Flat, B: Flat, S?: Flat, factor = 1): void {
  run("left", A.rows, C, A, B, S, factor);
}

/** C = A Bᵀ + factor S; C may be S, but neither A nor B. */
export function multiplyRightTransposed(C: Flat, A: Flat, B: Flat, S?: Flat, factor = 1): void {
  run("right", A.columns, C, A, B, S, factor);
}

/** Block after block of K; from the second on the sum goes on from C. */
function run(
  kind: Transposed,
  k: number,
  C: Flat,
  A: Flat,
  B: Flat,
  S: Flat | undefined,
  factor: number,
): void {
  const tiles = Math.ceil(C.rows / tileHeight), panels = Math.ceil(C.columns / tileColumns);
  const aStep = kind === "left" ? A.stride : 8, bStep = kind === "right" ? 8 : B.stride;
  let { at: a } = A, { at: b } = B, s = S?.at ?? zerosAt, lds = S?.stride ?? 0;
  for (const depth of depths) {
    for (; k >= depth; k -= depth) {
      multiplyKernel(kind, depth)(a, A.stride, b, B.stride, s, lds, C.at, C.stride, tiles, panels, factor);
      [a, b, s, lds, factor] = [a + depth * aStep, b + depth * bStep, C.at, C.stride, 1];
    }
  }
}

const turnsOf = ({ rows, stride }: Flat) => padded(rows) * stride / 64;

/**
 * into = c₀ x₀ + c₁ x₁ + …, one to five matrices of one shape; `into` may be among them. One argument after the
 * other: lists of terms would take longer to make than small matrices to add.
 */
export function combine(
  into: Flat,
  c0: number,
  x0: Flat,
  c1?: number,
  x1?: Flat,
  c2?: number,
  x2?: Flat,
  c3?: number,
  x3?: Flat,
  c4?: number,
  x4?: Flat,
): void {
  const of = vectorKernels().combine, turns = turnsOf(into), to = into.at;
  if (c1 === undefined || !x1) of[1](to, turns, c0, x0.at);
  else if (c2 === undefined || !x2) of[2](to, turns, c0, x0.at, c1, x1.at);
  else if (c3 === undefined || !x3) of[3](to, turns, c0, x0.at, c1, x1.at, c2, x2.at);
  else if (c4 === undefined || !x4) of[4](to, turns, c0, x0.at, c1, x1.at, c2, x2.at, c3, x3.at);
  else of[5](to, turns, c0, x0.at, c1, x1.at, c2, x2.at, c3, x3.at, c4, x4.at);
}

/** ‖A‖₁, the largest Σᵢ |Aᵢⱼ|; NaN where A holds one. `row` is room for 1 × A.columns numbers. */
export function largestColumnSum(A: Flat, row: Flat): number {
  vectorKernels().columnSums(row.at, A.at, A.stride, A.rows, A.stride / 64);
  const sums = numbers();
  let most = 0;
  for (let j = 0; j < A.columns; j++) most = Math.max(most, sums[row.at / 8 + j]);
  return most;
}

/** C = A ∘ B, entry by entry; C may be A or B. */
export function multiplyEntries(C: Flat, A: Flat, B: Flat): void {
  vectorKernels().entries(C.at, A.at, B.at, turnsOf(C));
}

/** out[0, j] = x · (row `from` + j of Y) for j = 0 … 3; x is one row, as wide as Y, Y padded by rows of anything. */
export function dots(out: Flat, x: Flat, Y: Flat, from: number): void {
  vectorKernels().dots(out.at, x.at, Y.at + from * Y.stride, Y.stride, Y.stride / 64);
}

/** Σ AᵢⱼBᵢⱼ, of one shape, their padding 0. */
export function dot(A: Flat, B: Flat): number {
  vectorKernels().dots(scratchAt, A.at, B.at, 0, turnsOf(A));
  return numbers()[scratchAt / 8];
}

/** ‖A‖_F, the padding being 0. */
export const frobeniusOf = (A: Flat): number => Math.sqrt(dot(A, A));
