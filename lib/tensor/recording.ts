import type { TensorInfo, Variable } from "@tensorflow/tfjs-core";

/** Bytes that a job reads, or writes. */
export interface Span {
  readonly at: number;
  readonly bytes: number;
  readonly writes?: boolean;
}

/** What is known of a job: a part [from, to) of a program, or what it touches of the heap. */
export interface Knowledge {
  readonly call?: { readonly program: number; readonly numbers: readonly number[]; readonly total: number };
  readonly spans?: readonly Span[];
  /** Whether it has to do with more than the heap (chance, integers, ages): such jobs keep their order. */
  readonly ordered?: boolean;
}

/** What has been done at fixed addresses: done again by `run`, the same as another where kind and numbers are. */
export interface Job extends Knowledge {
  readonly kind: string;
  readonly numbers: readonly unknown[];
  run(): void;
}

/** What a step does, as it is being recorded. */
export class Recording {
  readonly jobs: Job[] = [];
  /** Data that the step has made itself. */
  readonly own = new WeakSet<object>();
  /** Other data it has used. */
  readonly used = new Set<object>();
  /** Variables it has used: where their numbers are, and whether it changes them. */
  readonly variables = new Map<
    Variable,
    { readonly dataId: object; readonly trainable: boolean; written: boolean }
  >();
  /** What must still be so for the jobs to be worth anything. */
  readonly guards: (() => boolean)[] = [];
  /** Results that may be run under a mask (see `noteMaskable`), and how often each was read. */
  readonly masked = new Map<object, { reads: number; readonly by: (mask?: TensorInfo) => void }>();
  /** Why it can't be replayed, if so. */
  refusal?: string;
}

let current: Recording | undefined;

/** The recording under way, unless what runs now is already one of its jobs. */
export const recording = (): Recording | undefined => current;

/** Runs `use` with this as the recording under way, or with none. */
export function recordingInto<T>(into: Recording | undefined, use: () => T): T {
  const outer = current;
  current = into;
  try {
    return use();
  } finally {
    current = outer;
  }
}

/** Does it, and remembers it where a step is being recorded: `run` reads and writes at fixed addresses only. */
export function perform(kind: string, numbers: readonly unknown[], run: () => void, known?: Knowledge): void {
  if (current === undefined) return run();
  current.jobs.push({ kind, numbers, run, ...known });
  recordingInto(undefined, run);
}

/** The step under way can't be replayed. */
export function refuse(reason: string): void {
  if (current !== undefined) current.refusal ??= reason;
}

/** A tensor is read: one that the step has not made itself must still be there when it is replayed. */
export function note(x: TensorInfo): void {
  if (current === undefined) return;
  const masked = current.masked.get(x.dataId);
  if (masked !== undefined && ++masked.reads > 1) masked.by(undefined);
  if (current.own.has(x.dataId)) return;
  current.used.add(x.dataId);
  if (isVariable(x) && !current.variables.has(x)) {
    current.variables.set(x, { dataId: x.dataId, trainable: x.trainable, written: false });
  }
}

/** A variable is changed where it lies. */
export function noteWritten(x: Variable): void {
  note(x);
  const noted = current?.variables.get(x);
  if (noted !== undefined) noted.written = true;
}

/**
 * Of this result, as yet unread, some numbers may be left out once `by` was told a mask: its only reader is
 * then a product with that mask, which is constant, and makes them 0. `by` is told of none where another reader follows.
 */
export const noteMaskable = (x: TensorInfo, by: (mask?: TensorInfo) => void): void =>
  void current?.masked.set(x.dataId, { reads: 0, by });

/** x is about to be multiplied by a mask: constant where it is from elsewhere, and no variable. */
export function noteProduct(x: TensorInfo, mask: TensorInfo): void {
  const masked = current?.masked.get(x.dataId);
  if (current === undefined || masked === undefined || current.own.has(mask.dataId)) return;
  if ([...current.variables.values()].every(({ dataId }) => dataId !== mask.dataId)) masked.by(mask);
}

/** A condition on what is no tensor, which must still hold when the step is replayed. */
export const noteGuard = (holds: () => boolean): void => void current?.guards.push(holds);

const isVariable = (x: object): x is Variable => "trainable" in x && "assign" in x;
