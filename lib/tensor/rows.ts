import { type MapName, maps } from "./kernels/elementwise.ts";
import { programNames } from "./programs.ts";
import type { Job, Span } from "./recording.ts";

/** An address among a job's numbers, and what lies there: `bytes` of each row, rows `stride` apart; 0: for all rows. */
interface Operand {
  readonly index: number;
  readonly bytes: number;
  readonly stride: number;
  readonly writes: boolean;
  /** Where the job says where the operand's block ends. */
  readonly end?: number;
}

/** A job that can be done a block of rows at a time. */
export interface RowJob {
  readonly program: number;
  readonly numbers: readonly number[];
  /** How many rows it has; 0: elements, in rows of any length. */
  readonly rows: number;
  readonly elements: number;
  /** Multiplications it is worth, about. */
  readonly cost: number;
  /** Rows that its program counts as one. */
  readonly unit: number;
  /** Whether it packs its second factor for each block. */
  readonly packs: boolean;
  readonly operands: readonly Operand[];
}

/** An operand of a job that is done in so many rows. */
export interface Area extends Operand {
  readonly at: number;
}

export const areasOf = ({ numbers, elements, operands }: RowJob, rows: number): Area[] =>
  operands.map((one) => {
    const at = numbers[one.index];
    return elements === 0 || one.stride === 0
      ? { ...one, at }
      : { ...one, at, bytes: 4 * elements / rows, stride: 4 * elements / rows };
  });

/** All of it, from the first row to the last. */
export const spanOf = ({ at, bytes, stride, writes }: Area, rows: number): Span => ({
  ...{ at, bytes: bytes + (Math.max(1, rows) - 1) * stride, writes },
});

export const touch = (a: Span, b: Span) => a.at < b.at + b.bytes && b.at < a.at + a.bytes;

/** Rows [from, to) of `rows` as a part of its program; from is a multiple of 8. */
export function partOf({ elements, unit }: RowJob, from: number, to: number, rows: number) {
  const [up, down] = elements > 0 ? [elements, 8 * rows] : [1, unit];
  return { from: from * up / down, to: Math.ceil(to * up / down) };
}

const row = (index: number, bytes: number, stride = bytes): Operand => ({
  ...{ index, bytes, stride, writes: false },
});
const whole = (index: number, bytes: number) => row(index, bytes, 0);
const written = (operand: Operand): Operand => ({ ...operand, writes: true });

type Form = (
  a: readonly number[],
  total: number,
) => Omit<RowJob, "program" | "numbers"> & Partial<RowJob> | undefined;

const byRows = (rows: number, cost: number, unit: number, ...operands: Operand[]) => ({
  ...{ rows, cost, unit, operands, elements: 0, packs: false },
});
const elementwise = (elements: number, cost: number, operands: Operand[]) => ({
  ...{ rows: 0, elements, cost: cost * elements, unit: 8, operands, packs: false },
});

const mapForm = (name: MapName): Form => (a) => {
  const { inputs, outputs, broadcast, dear } = maps[name], size = broadcast ? 2 : 1;
  const read = Array.from({ length: inputs }, (_, i) => {
    const index = 1 + i * size;
    return broadcast && a[index + 1] === 0 ? whole(index, 4) : row(index, 4);
  });
  const made = Array.from({ length: outputs }, (_, i) => written(row(1 + inputs * size + i, 4)));
  return elementwise(a[0], dear ? 16 : 4, [...read, ...made]);
};

/** One number of each row. */
const ofEachRow: Form = ([, n], rows) => byRows(rows, 4 * n * rows, 1, row(0, 4 * n), written(row(2, 4)));

/** f(x, b) row by row: where calls go over several rows, or rows are whole vectors. */
const along = ([, , , , , length, rows]: readonly number[], b: Operand, several = false) =>
  several || length % 8 === 0
    ? byRows(rows, 4 * length * rows, 8, row(2, 4 * length), b, written(row(4, 4 * length)))
    : undefined;

const forms: Record<string, Form> = {
  product(a) {
    const [, lda, turned, , ldb, transposed, , ldc, rows, columns, depth, bias] = a;
    const operands = [turned === 1 ? whole(0, depth * lda) : row(0, 4 * depth, lda)];
    operands.push(whole(3, (transposed === 1 ? columns : depth) * ldb), written(row(6, 4 * columns, ldc)));
    if (bias !== 0) operands.push(whole(11, 4 * columns));
    return { ...byRows(rows, rows * columns * depth, 4, ...operands), numbers: a.with(13, 0), packs: true };
  },
  nativeProduct([, , turned, , , , , , rows, columns, depth, bias, size, byColumns], total) {
    const n = byColumns === 1 ? 1 : rows, each = 4 * rows / n;
    const A = turned === 1 ? whole(0, 4 * rows * depth) : row(0, each * depth);
    const operands = [A, whole(3, 4 * depth * columns), written(row(6, each * columns))]
      .map((one): Operand => ({ ...one, end: one.index + 1 }));
    if (bias !== 0) operands.push(whole(11, 4 * columns));
    return { ...byRows(n, rows * columns * depth, n === 1 ? 1 / total : size, ...operands), packs: true };
  },
  rowMaxima: ofEachRow,
  rowSums: ofEachRow,
  crossEntropy: ([, , n], rows) =>
    byRows(rows, 16 * n * rows, 1, row(0, 4 * n), row(1, 4 * n), written(row(3, 4))),
  columnSums: ([, ld, rows, n], strips) =>
    byRows(strips, 4 * rows * n, 1, whole(0, ld * rows), written(row(4, Math.min(64, 4 * n), 64))),
  copyRows: ([, ldx, , ldy, n], rows) =>
    byRows(rows, 4 * n * rows, 1, row(0, 4 * n, ldx), written(row(2, 4 * n, ldy))),
  alongRows: (a) => along(a, whole(3, 4 * a[7]), a[7] > a[5]),
  alongColumns: (a) => along(a, row(3, 4)),
  adamStep: ([n]) =>
    elementwise(n, 16, [
      ...[1, 2, 3, 4].map((index) => row(index, 4)),
      ...[1, 2, 3].map((index) => written(row(index, 4))),
      whole(5, 28),
    ]),
  ...Object.fromEntries((Object.keys(maps) as MapName[]).map((name) => [name, mapForm(name)])),
};

/** The job by rows, where it is one. */
export function rowJob({ call }: Job): RowJob | undefined {
  if (call === undefined) return undefined;
  const { program, numbers, total } = call, form = forms[programNames[program]]?.(numbers, total);
  return form && { program, numbers, ...form };
}
