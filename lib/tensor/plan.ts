import { engine, scalar, Tensor, tensor, tidy, Variable } from "@tensorflow/tfjs-core";
import { type Products, products } from "../math/native.ts";
import { freeWideRegisters } from "../math/wasm.ts";
import { Arena } from "./arena.ts";
import { type FastBackend, isWhole, type Place, size, spansOf } from "./backend.ts";
import { heap } from "./dispatch.ts";
import { type Job, note, Recording, recordingInto } from "./recording.ts";
import { type Schedule, schedule } from "./schedule.ts";

/** What a step takes: tensors and numbers. */
export type Argument = Tensor | number;
/** What a step gives: nothing, a tensor, or several. */
export type Result = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>> | void | null;

/** Recordings that may differ from one another, or be overtaken by events, before a step is left as it is. */
const patience = 5;
/** Replays that make up for a recording: a rate that is set once an epoch is recorded anew each time. */
const worthwhile = 8;

interface Made {
  readonly recording: Recording;
  /** Whose products the jobs are. */
  readonly products: Products | undefined;
  /** Data that others have made, and where they lie: another entry after they have been on another backend. */
  readonly entries: ReadonlyMap<object, unknown>;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  /** Puts the results together as the function did. */
  readonly shape: (tensors: Tensor[]) => Result;
}

/** The tensors in a result, and how to put others in their places. */
function takeApart(result: Result): { tensors: Tensor[]; shape: Made["shape"] } {
  if (result === undefined || result === null) return { tensors: [], shape: () => result };
  if (result instanceof Tensor) return { tensors: [result], shape: ([t]) => t };
  const entries = typeof result === "object" ? Object.entries(result) : [];
  if (entries.length === 0 || !entries.every(([, t]) => t instanceof Tensor)) {
    const got = result instanceof Promise
      ? "a promise"
      : typeof result === "object"
      ? "another object"
      : typeof result;
    throw new TypeError(`Cannot compile a step: expected it to return tensors or nothing, got ${got}`);
  }
  const tensors = entries.map(([, t]) => t as Tensor), isList = Array.isArray(result);
  return {
    tensors,
    shape: (made) => isList ? made : Object.fromEntries(entries.map(([key], i) => [key, made[i]])),
  };
}

/** The function itself. */
export function asWritten(f: (...args: readonly Argument[]) => Result, args: readonly Argument[]): Result {
  return tidy(() => {
    const result = f(...args);
    takeApart(result);
    return result as Tensor;
  });
}

const sameNumbers = (a: unknown, b: unknown): boolean => {
  if (!ArrayBuffer.isView(a)) return Object.is(a, b);
  const [x, y] = [a as Float32Array, b as Float32Array];
  return ArrayBuffer.isView(b) && x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
};

/** The first job in which two recordings differ. */
function difference(a: readonly Job[], b: readonly Job[]): Job | undefined {
  const at = a.findIndex((job, i) =>
    job.kind !== b[i]?.kind || job.numbers.length !== b[i].numbers.length ||
    !job.numbers.every((x, k) => sameNumbers(x, b[i].numbers[k]))
  );
  return at >= 0 ? a[at] : b[a.length];
}

export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

/** A new tensor with the numbers that lie there. */
function copyOf({ at, shape, dtype }: Place): Tensor {
  const values = typeof at === "number" ? heap.floats().subarray(at / 4, at / 4 + size(shape)) : at.slice();
  return tensor(values, shape, dtype);
}

/** One step for arguments of one kind: its recording, once two in a row were the same. */
export class Plan {
  private calls = 0;
  /** Whether the function has run once, so that an optimizer has its moments. */
  private warm = false;
  private strikes = 0;
  /** Calls that the recording has served. */
  private replays = 0;
  private arena = new Arena(heap);
  private candidate?: Made;
  /** How the recording is replayed, once another was the same. */
  private ready?: Schedule;
  private refused = false;

  constructor(
    private readonly backend: FastBackend,
    private readonly f: (...args: Argument[]) => Result,
    private readonly say: (reason: string) => void,
  ) {}

  call(args: readonly Argument[]): Result {
    this.calls++;
    if (this.ready !== undefined && !this.holds()) {
      this.drop("variables that it uses are given other tensors between calls");
    }
    if (!this.warm || this.refused) {
      this.warm = true;
      return asWritten(this.f, args);
    }
    // A number that changed unseen would change the recording: look again at calls 8, 16, 32, …
    const again = this.calls >= 8 && (this.calls & (this.calls - 1)) === 0;
    return this.ready === undefined || again ? this.record(args) : this.replay(args, this.ready);
  }

  /** Whether everything that the recording used is still where it was. */
  private holds(): boolean {
    const { entries, recording: { variables, guards } } = this.candidate as Made, { data } = this.backend;
    if (this.candidate?.products !== products()) return false;
    for (const [dataId, entry] of entries) if (!data.has(dataId) || data.get(dataId) !== entry) return false;
    for (const [x, { dataId, trainable, written }] of variables) {
      if (x.isDisposed || x.dataId !== dataId || x.trainable !== trainable) return false;
      if (written && this.backend.refCount(dataId) !== 1) return false;
    }
    return guards.every((guard) => guard());
  }

  private replay(args: readonly Argument[], ready: Schedule): Result {
    this.replays++;
    const { inputs, outputs, shape } = this.candidate as Made;
    args.filter(isTensor).forEach((x, i) => {
      const from = this.backend.place(x).at, to = inputs[i].at;
      if (typeof to !== "number") to.set(from as Int32Array);
      else heap.floats().copyWithin(to / 4, from as number / 4, from as number / 4 + x.size);
    });
    try {
      ready.run();
    } finally {
      freeWideRegisters();
    }
    return shape(outputs.map(copyOf));
  }

  private record(args: readonly Argument[]): Result {
    const { backend, arena } = this, into = new Recording(), originals = args.filter(isTensor);
    const before = engine().memory().numTensors;
    const mark = scalar(0), firstId = mark.id;
    mark.dispose();
    let copies: Tensor[] = [], tensors: Tensor[] = [], shape: Made["shape"] = () => undefined;
    const isNew = (x: Tensor) => x.id > firstId && !(x instanceof Variable) && !copies.includes(x);
    arena.begin();
    try {
      arena.serve(() => {
        copies = originals.map((x) => copyOf(backend.place(x)));
        copies.forEach(({ dataId }) => into.own.add(dataId));
        let next = 0;
        const given = args.map((x) => isTensor(x) ? copies[next++] : x);
        recordingInto(into, () =>
          tidy(() => {
            ({ tensors, shape } = takeApart(this.f(...given)));
            tensors.forEach(note);
            return tensors;
          }));
      });
      originals.forEach((x, i) => {
        if (!copies[i].isDisposed) return;
        x.dispose();
        into.refusal ??= "it disposes of an argument";
      });
      if (!tensors.every((x) => isWhole(x) && isNew(x))) {
        into.refusal ??= "it returns an argument, a variable, a tensor from elsewhere or one of another type";
      }
    } catch (error) {
      arena.serve(() => copies.forEach((x) => x.dispose()));
      this.release();
      throw error;
    }
    const made = into.refusal === undefined
      ? {
        recording: into,
        products: products(),
        entries: new Map(
          [...into.used].filter((id) => backend.data.has(id)).map((id) => [id, backend.data.get(id)]),
        ),
        inputs: copies.map((x) => backend.place(x)),
        outputs: tensors.map((x) => backend.place(x)),
        shape,
      }
      : undefined;
    const results = tensors.map((x) => {
      const at = copies.indexOf(x);
      return at >= 0 ? originals[at] : isNew(x) ? isWhole(x) ? copyOf(backend.place(x)) : x.clone() : x;
    });
    arena.serve(() => [...copies, ...tensors.filter(isNew)].forEach((x) => x.dispose()));
    arena.seal();
    if (arena.survivors() > 0 || engine().memory().numTensors !== before + tensors.filter(isNew).length) {
      into.refusal ??= "it makes tensors that stay, or frees some that were there";
    }
    if (into.refusal !== undefined || made === undefined) this.refuse(into.refusal as string);
    else this.compare(made);
    return shape(results);
  }

  /** A second recording that is the same as the first makes the plan. */
  private compare(made: Made) {
    if (this.candidate === undefined) {
      this.candidate = made;
      return;
    }
    const differs = difference(this.candidate.recording.jobs, made.recording.jobs);
    if (differs === undefined) {
      try {
        this.ready ??= schedule(this.candidate.recording.jobs, spansOf(this.candidate.outputs, false));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.refuse(error.message);
      }
      return;
    }
    const reason =
      `what it does differs from call to call (first in ${differs.kind}): numbers and tensors that ` +
      "change must be its arguments";
    if (this.ready !== undefined) {
      this.refuse(`${reason}; calls since number ${this.calls >> 1} may have used old ones`);
    } else this.drop(reason);
  }

  /** Forgets the recording; after some that were not worth their making, for good. */
  private drop(reason: string) {
    if (this.replays >= worthwhile) this.strikes = 0;
    this.replays = 0;
    if (++this.strikes >= patience) this.refuse(reason);
    else this.release();
  }

  private refuse(reason: string) {
    this.dispose();
    this.say(reason);
  }

  private release() {
    this.ready?.dispose();
    this.ready = undefined;
    this.warm = false;
    this.candidate = undefined;
    this.arena.dispose();
    this.arena = new Arena(heap);
  }

  dispose() {
    this.refused = true;
    this.release();
  }
}
